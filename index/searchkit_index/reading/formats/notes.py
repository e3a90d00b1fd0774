"""Reads notes in JSON, as Standard Notes, Simplenote, Day One and Roam export them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.exported import minute, objects, parsed, string
from searchkit_index.reading.heading import clean_title

_ESCAPE = re.compile(r"\\([^\w\s])")  # as Day One writes full stops
_DEEPEST = 40  # of entries below each other


class _Note(NamedTuple):
    """A note.

    Attributes:
        when: The minute when it was written; "" if that is not told.
        title: Its title; "" for its first line.
        said: Its text, in Markdown.
    """

    when: str
    title: str
    said: str


def read(data: bytes) -> list[Block] | None:
    """Read notes: a section for each, by its title; None if there is no text."""
    draft = Draft()
    for note in _notes(parsed(data)):
        draft.place = note.when
        draft.add(note.title, 1)
        rows = note.said.replace("\r\n", "\n").strip("\n").rstrip().split("\n")
        if rows != [""]:
            depth, title = (None, "") if note.title.strip() else (1, clean_title(rows[0]))
            draft.take(Block(rows, (), depth, title, LANGUAGES["markdown"], note.when))
    return draft.blocks or None


def _notes(export: Any) -> Iterator[_Note]:
    for page in objects(export):  # of Roam
        rows = "\n".join(_entries(page.get("children"), 0))
        yield _Note(_moment(page.get("create-time")), string(page.get("title")), rows)
    if not isinstance(export, dict):
        return
    for item in objects(export.get("items")):
        content = item.get("content")
        if item.get("content_type") == "Note" and isinstance(content, dict):
            title, said = string(content.get("title")), string(content.get("text"))
            yield _Note(_moment(item.get("created_at")), title, said)
    for note in (*objects(export.get("activeNotes")), *objects(export.get("trashedNotes"))):
        yield _Note(_moment(note.get("creationDate")), "", string(note.get("content")))
    for entry in objects(export.get("entries")):
        said = _ESCAPE.sub(r"\1", string(entry.get("text")))
        yield _Note(_moment(entry.get("creationDate")), "", said)


def _entries(entries: Any, depth: int) -> Iterator[str]:
    """Yield an entry of an outline for each row, below one another."""
    for entry in objects(entries):
        said = string(entry.get("string")).replace("\n", "\n" + "  " * (depth + 1))
        yield f"{'  ' * depth}- {said}"
        if depth < _DEEPEST:
            yield from _entries(entry.get("children"), depth + 1)


def _moment(value: Any) -> str:
    """Format a moment in ISO 8601, or in milliseconds since 1970."""
    return minute(value / 1000 if isinstance(value, int) else value)
