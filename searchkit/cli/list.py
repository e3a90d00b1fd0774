"""`searchkit list`."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from searchkit.cli import app
from searchkit.cli.options import Json
from searchkit.cli.pager import paged
from searchkit.cli.program import MANAGE
from searchkit.cli.shared import Url
from searchkit.cli.terminal import hint, note, one_line, say, say_record
from searchkit.printable import shell_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from searchkit.indexes.listing import Listed


@app.command(
    "list",
    group=MANAGE,
    examples=[
        ("searchkit list", "see every folder that is indexed"),
        ("searchkit list --index s3://bucket/team", "see the repositories of a shared index"),
        ("searchkit list --json", "the same, for a program"),
    ],
)
def list_(url: Url = None, as_json: Json = False) -> None:
    """List all indexes, or the repositories of a shared one.

    Of each it tells files, size, model and age.
    """
    if url is not None:
        _list_shared(url, as_json=as_json)
        return
    from searchkit.indexes.listing import listed

    found = listed()
    if as_json:
        say_record({"indexes": [asdict(each) for each in found]})
    else:
        with paged():
            for row in _rows(found):
                say(one_line(row))
    if not found:
        note("searchkit: no folder is indexed")
        hint("type `searchkit index PATH`")
    for each in found:
        _say_fault(each)


def _list_shared(url: str, *, as_json: bool) -> None:
    from searchkit.cli.shared import open_shared
    from searchkit.team.wording import state
    from searchkit.wording import amount

    found = open_shared(url).snapshot().manifests
    if as_json:
        say_record({"index": url, "repositories": [asdict(each) for each in found]})
        return
    wide = max(len(each.name) for each in found)
    with paged():
        for each in found:
            size = f"{amount(each.files, 'file')}, {amount(each.chunks, 'chunk')}"
            say(one_line(f"{each.name:<{wide}}  {size}  {each.model}  {state(each)}"))


def _rows(found: "Sequence[Listed]") -> list[str]:
    """Align what is known of each index; the path, which may be of any width, comes last."""
    from searchkit import wording

    cells = [
        (
            wording.amount(each.files, "file"),
            wording.megabytes(each.bytes),
            ", ".join(each.models) or "-",
            wording.age(each.last_run),
            str(each.root or each.folder),
        )
        for each in found
    ]
    wide = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        f"{files:>{wide[0]}}  {size:>{wide[1]}}  {model:<{wide[2]}}  {age:<{wide[3]}}  {path}"
        for files, size, model, age, path in cells
    ]


def _say_fault(each: "Listed") -> None:
    if each.fault:
        note(f"searchkit: `{each.folder}`: {each.fault}")
    elif not each.exists:
        note(f"searchkit: `{each.root}` is gone; its index is still here")
        hint(f"type `searchkit forget {shell_word(each.root)}`")
