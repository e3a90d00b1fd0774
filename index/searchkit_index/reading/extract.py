"""Extracts the text of a file from its bytes, and refuses files that are not for searching."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from searchkit_index.languages import language
from searchkit_index.languages.row import Language
from searchkit_index.reading import artifact, text
from searchkit_index.reading.document import Block
from searchkit_index.walk import secret
from searchkit_index.walk.entry import File


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a file, either as plain text or as blocks.

    Attributes:
        language: The language or format of the file; None if it is unknown.
        plain: The whole text, if the bytes are text.
        blocks: The blocks that a reader made; None if no reader is needed.
    """

    language: Language | None
    plain: str = ""
    blocks: Sequence[Block] | None = None


def extract(path: str, data: bytes, *, secrets: bool) -> Extract:
    """Extract the text of a file.

    Args:
        path: Relative to the root; its last part tells the language.
        data: The whole content of the file.
        secrets: Whether to take files that seem to hold keys or tokens.

    Returns:
        The text.

    Raises:
        text.Unsuitable: It is no text that a person would search, or holds secrets.
    """
    if reason := artifact.reason_of(path, data):
        raise text.Unsuitable(reason)
    known = language.detect(path, data)
    blocks = _blocks(known, data)
    if blocks is None:
        plain = plain_text(known, data)
        found = Extract(known, plain)
    else:
        plain = "\n".join(row for block in blocks for row in block.rows)
        found = Extract(known, blocks=blocks)
    if not secrets and (reason := secret.reason_of(plain)):
        raise text.Unsuitable(reason)
    return found


def blocks_of(name: str, data: bytes) -> list[Block]:
    """Read a file inside another one, such as an attachment; raise `Unsuitable` for no text."""
    known = language.detect(name, data)
    blocks = _blocks(known, data)
    if blocks is None:
        rows = plain_text(known, data).split("\n")
        blocks = [Block(rows, range(len(rows)), language=known)]
    return blocks


def lines_of(
    root: Path, path: str, limit: int, beginning: int = 0
) -> tuple[Language | None, list[str]]:
    """Read the language and the lines of a file as it is now.

    Args:
        root: The folder that `path` is relative to.
        path: The path of the file.
        limit: In bytes; a larger file is refused.
        beginning: Read only so many bytes, of a larger file of any size; 0 to read all.

    Returns:
        Its language, None for unknown ones, and its lines without line ends.

    Raises:
        text.Unsuitable: It is gone, too large, or no text.
    """
    data = text.read(root, File(path, 0, 0), limit, beginning)
    known = language.detect(path, data)
    return known, text.lines(plain_text(known, data))


def plain_text(known: Language | None, data: bytes) -> str:
    """Decode a text with the rules of its language.

    Args:
        known: The language; None if it is unknown.
        data: The whole content of the file.

    Returns:
        The text.

    Raises:
        text.Unsuitable: As for `text.decode`.
    """
    if known is None:
        return text.decode(data, coded=True)
    structured, coded = known.kind == "data" and known.name != "csv", known.kind != "code"
    return text.decode(
        data, escaped=known.escaped, dump=known.dumps, coded=coded, structured=structured
    )


def _blocks(known: Language | None, data: bytes) -> list[Block] | None:
    if known is None or not known.reader:
        return None
    module = import_module(f"searchkit_index.reading.formats.{known.reader}")
    found: list[Block] | None = module.read(data)
    return found
