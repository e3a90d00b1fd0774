"""Reads lines of an indexed file: as it is now, or of a document as it was indexed.

What an index leaves out (secrets above all) is not read either.
"""

from dataclasses import dataclass
from pathlib import Path

from searchkit.hits.numbering import numbers
from searchkit.indexes.scope import StrPath
from searchkit.wording import lines_asked_for
from searchkit.workspace import Workspace
from searchkit_index.catalog.records import Place
from searchkit_index.errors import QueryError


@dataclass(frozen=True, slots=True)
class Source:
    """Lines of a file.

    Attributes:
        file: The file, absolute.
        first: The number of the first line, from 1.
        lines: Without line ends.
        total: How many lines the file has; 0 where they were not counted.
        note: Why they are not simply the file as it is; empty when they are.
    """

    file: Path
    first: int
    lines: list[str]
    total: int
    note: str = ""

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.first + len(self.lines) - 1


def read_lines(
    workspace: Workspace, path: StrPath, first: int = 1, last: int | None = None
) -> Source:
    """Read lines of an indexed file.

    Args:
        workspace: All indexes.
        path: The file.
        first: The first line, from 1.
        last: The last line, included; None, or one beyond the end, for the end.

    Returns:
        The lines.

    Raises:
        QueryError: The file is not indexed, or has no such lines.
        RootError: There is no such file.
        NotIndexedError: It is in no indexed folder.
    """
    location = workspace.locate(path)
    file = location.root / location.inside
    if file.is_dir():
        raise QueryError(f"`{path}` is a folder", "name a file in it")
    _require_indexed(workspace, location.root, file)
    with workspace.index(location.root).sessions.borrow() as session:
        places = session.store.chunks.places_in(location.inside)
    if not places:
        raise QueryError(f"`{path}` holds no text", "name another file")
    reversed_ = last is not None and last < first
    lines, note, is_all = _read(location.root, places, None if reversed_ else last)
    if reversed_ or not 1 <= first <= len(lines):
        asked = lines_asked_for(first, last)
        raise QueryError(
            f"`{path}` has no {asked}", f"it has {len(lines):,}; write `PATH:FIRST-LAST`"
        )
    return Source(file, first, lines[first - 1 : last], len(lines) if is_all else 0, note)


def read_chunk(workspace: Workspace, root: Path, chunk_id: int) -> Place:
    """Read a chunk as it was indexed, by its `Hit.chunk_id`; raise QueryError where it is gone."""
    with workspace.index(root).sessions.borrow() as session:
        found = session.store.chunks.places([chunk_id])
    if chunk_id not in found:
        raise QueryError(
            "this hit is gone: its file was indexed anew since", "search again, or name its path"
        )
    return found[chunk_id]


def _require_indexed(workspace: Workspace, root: Path, file: Path) -> None:
    """Refuse a file that the index leaves out, also for what has come into it since."""
    known = workspace.path_status(file)
    if not known.indexed:
        workspace.refresh(root)
        known = workspace.path_status(file)
    if not known.indexed:
        raise QueryError(f"`{known.path}` is not indexed: {known.words}", known.hint)


def _read(root: Path, places: list[Place], last: int | None) -> tuple[list[str], str, bool]:
    """Read a file, of a large one no more than has a line that is asked for.

    Args:
        root: The folder that its path is relative to.
        places: All that is indexed of it.
        last: The last line that is asked for; None for all.

    Returns:
        Its lines; why they are not simply the file as it is; and whether that is all of them.
    """
    from searchkit.hits.excerpt import SHOWN, whole_file

    ordered = sorted(places, key=lambda place: place.end_line)
    beyond = next((each for each in ordered if last is not None and last < each.end_line), None)
    place = beyond or ordered[-1]
    lines, beginning = (place.start_line, place.end_line), SHOWN if beyond else 0
    whole = whole_file(root, place.path, place.text, *lines, beginning=beginning)
    if whole.first == 1 and (not whole.note or whole.note.startswith("changed")):
        is_all = not beginning or (root / place.path).stat().st_size <= beginning
        return whole.lines, "", is_all
    return _as_indexed(root, places, ordered[-1].end_line), whole.note, True


def _as_indexed(root: Path, places: list[Place], total: int) -> list[str]:
    """Put the lines of all chunks of a document where they stand in it."""
    lines = [""] * total
    for place in places:
        where = numbers(root, place.path, place.text, place.start_line, place.end_line)
        for number, row in zip(where, place.text.split("\n"), strict=True):
            before = lines[number - 1]
            # A long line is cut after blanks; what else has the same number was a line by itself.
            apart = "\n" if before.strip() and before[-1:] != " " else ""
            lines[number - 1] = f"{before}{apart}{row}"
    return lines
