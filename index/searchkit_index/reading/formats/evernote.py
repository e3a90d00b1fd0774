"""Reads notes that Evernote exported (ENEX): each has a title, tags, and a page of HTML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from searchkit_index.reading import page, text
from searchkit_index.reading.document import Block, Draft

# Attached files, and the text that was recognised in them.
_ATTACHED = re.compile(r"<(data|recognition|alternate-data)\b[^<>]*>.*?(?:</\1>|\Z)", re.DOTALL)
_NOTE = re.compile(r"<note\b[^<>]*>(.*?)(?=<note\b|\Z)", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_DEEPEST = 6


def read(data: bytes) -> list[Block]:
    """Read exported notes; each is a section, and its title the place."""
    draft = Draft()
    for note in _NOTE.finditer(_ATTACHED.sub("", text.decode_as(data, "utf-8"))):
        content = "".join(_parts(note[1], "content"))
        properties = note[1].replace(content, "") if content else note[1]
        draft.place = _line("".join(_parts(properties, "title")))
        draft.begin(draft.place)
        draft.add(" ".join(f"#{_line(tag)}" for tag in _parts(properties, "tag")))
        for block in page.blocks(_CDATA.sub("", content), scripts=False):
            depth = None if block.depth is None else min(block.depth + 1, _DEEPEST)
            draft.take(replace(block, depth=depth, place=draft.place))
    return draft.blocks


def _parts(note: str, name: str) -> Iterator[str]:
    found = re.finditer(rf"<{name}>(.*?)(?:</{name}>|\Z)", note, re.DOTALL)
    return (each[1] for each in found)


def _line(markup: str) -> str:
    return " ".join(unescape(markup).split())
