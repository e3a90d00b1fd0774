"""Reads tables of translations: JSON, and in XML XLIFF, TMX, and those of .NET, Qt and Android.

Each unit is a section by its name; its texts are rows, without the codes of formatting, the first
below the name by which programs mean it.
"""

import re

from searchkit_index.reading import messages, text
from searchkit_index.reading.document import Block, Rows
from searchkit_index.reading.heading import clean_title
from searchkit_index.reading.tags import Token, tokens

# By the root of a file: the elements that are units, and those in them that hold text.
_KINDS = {
    "xliff": (("trans-unit", "unit"), ("source", "target", "note")),
    "tmx": (("tu",), ("seg", "note")),
    "root": (("data",), ("value", "comment")),
    "ts": (("message",), ("source", "translation", "numerusform", "comment", "extracomment")),
    "resources": (("string", "plurals", "string-array"), ("string", "item")),
}
_NAMES = ("name", "resname", "id", "tuid")
# Identifiers that say nothing, such as numbers and hashes.
_NUMBER = re.compile(r"[\W\d_]*|.*-.*|[0-9a-f]{16,}", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)")  # of Android
_CODES = frozenset({"bpt", "ept", "ph", "it", "internal-file", "bin-source", "mrk-note", "skl"})


def read(data: bytes) -> list[Block] | None:
    """Read translations; return None if there are none, or the root is another one."""
    content = text.decode_as(data, "")
    if content.lstrip("\ufeff \t\r\n").startswith("{"):
        return [*messages.read(content)] or None
    reader: _Reader | None = None
    for token in tokens(content):
        if reader is None and token.kind == "start":
            if token.value not in _KINDS:
                return None
            reader = _Reader(content, token.value)
        elif reader:
            reader.take(token)
    return reader.blocks if reader and reader.blocks and not reader.other else None


class _Reader:
    def __init__(self, content: str, root: str) -> None:
        self.blocks: list[Block] = []
        self.other = False  # whether there is something else than texts, which would be lost
        self._units, self._texts = _KINDS[root]
        self._is_android = root == "resources"
        self._file_rows, self._row = Rows(content), 0
        self._name: str | None = None  # of the unit that is open
        self._rows: list[str] = []
        self._sources: list[int] = []
        self._words: list[str] | None = None  # of the text that is open
        self._code = ""  # the code that is open

    def take(self, token: Token) -> None:
        """Add a token."""
        if self._code:
            self._code = "" if (token.kind, token.value) == ("end", self._code) else self._code
        elif token.kind == "start":
            self._start(token)
        elif token.kind == "end":
            self._end(token.value)
        elif self._words is not None:
            self._words.append(token.value)

    def _start(self, tag: Token) -> None:
        if tag.value in self._units:
            names = (tag.attributes.get(key, "") for key in _NAMES)
            self._name = next(filter(None, names), "")
        elif self._name is None and self._is_android:
            self.other = True
        if tag.value in _CODES and not tag.closed:
            self._code = tag.value
        elif tag.value in self._texts and self._name is not None and not tag.closed:
            self._words = []
            self._row = self._file_rows.of(tag.at)

    def _end(self, name: str) -> None:
        if name in self._texts and self._words is not None:
            written = "".join(self._words)
            if self._is_android:
                written = _ESCAPE.sub(lambda found: " " if found[1] == "n" else found[1], written)
            if words := " ".join(written.split()):
                self._rows.append(words)
                self._sources.append(self._row)
            self._words = None
        if name in self._units:
            self._finish()

    def _finish(self) -> None:
        # An identifier of a translator's program tells less than what is translated.
        name = self._name or ""
        if self._rows:
            is_number = _NUMBER.fullmatch(name) is not None
            title = clean_title(self._rows[0] if is_number else name)
            if not is_number:
                self._rows[0] = f"{name}: {self._rows[0]}"
            self.blocks.append(Block(self._rows, self._sources, 1, title))
        self._name, self._rows, self._sources = None, [], []
