"""Reads Rich Text Format: its text, paragraph by paragraph."""

import re
from typing import Any, NamedTuple

from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.encoding import known_encoding
from searchkit_index.reading.text import Unsuitable

# A control word, a control symbol, a byte in hexadecimal, a brace, text.
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)|\\"
)
# The control words of groups without text of the document.
_HIDDEN_WORDS = (
    b"fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator pict object"
    b" datastore themedata fldinst colorschememapping latentstyles xmlnstbl filetbl nonshppict"
    b" mmathPr"
)
_HIDDEN = frozenset(_HIDDEN_WORDS.split())
_PROPERTIES = frozenset({b"title", b"subject", b"author", b"keywords", b"doccomm", b"operator"})
_CONTROL_TEXTS = {
    **dict.fromkeys((b"par", b"line", b"sect", b"row", b"page"), "\n"),
    **{b"tab": "\t", b"cell": " | ", b"emdash": "—", b"endash": "–", b"bullet": "•"},
    **{b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"},
}
# The encodings of the character sets in the table of fonts.
_CHARSETS = {
    **{77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253"},
    **{162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251"},
    **{222: "cp874", 238: "cp1250"},
}
_SYMBOLS = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\u00a0", b"_": "\u2011", b"-": "\u00ad"}


def read(data: bytes) -> list[Block]:
    """Read a document."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unsuitable("this is no readable RTF")
    draft = Draft()
    for paragraph in _join_surrogates("".join(_Reader().read(data))).split("\n"):
        draft.add(paragraph.strip(" |"))
    return draft.blocks


class _Group(NamedTuple):
    """The state of a group, which ends at its closing brace.

    Attributes:
        hidden: Whether it has no text of the document.
        skip: The number of fallback characters that follow one of Unicode.
        encoding: The encoding of its bytes; "" for that of the document.
        fonts: Whether it is the table of fonts.
    """

    hidden: bool = False
    skip: int = 1
    encoding: str = ""
    fonts: bool = False


class _Reader:
    def __init__(self) -> None:
        self._encoding = "cp1252"
        self._groups = [_Group()]
        self._fonts: dict[int, str] = {}  # the encoding of each font
        self._font = 0  # the current font of the table
        self._skip = 0  # fallback characters left
        self._in_property = False  # whether the open group is a property of the document
        self._bytes = bytearray()
        self._text: list[str] = []

    def read(self, data: bytes) -> list[str]:
        position, before = 0, b""
        while match := _TOKEN.match(data, position):
            word, number, code, symbol, brace, text = match.groups()
            # Then so many bytes of a picture follow.
            position = match.end() + (max(0, int(number)) if word == b"bin" and number else 0)
            if code is not None:
                self._take_bytes(bytes([int(code, 16)]))
                continue
            if text is None and match[0].strip():
                self._skip = 0  # only characters are a fallback
            if text is not None:
                self._take_bytes(text)
            elif brace == b"{":
                self._groups.append(self._groups[-1])
            elif brace == b"}":
                self._close()
            elif symbol == b"*" and before == b"{":  # elsewhere it has no meaning
                self._change(hidden=True)
            elif symbol in _SYMBOLS:
                self._add(_SYMBOLS[symbol])
            elif word is not None:
                self._word(word, int(number) if number else None)
            before = brace or (b"" if match[0].strip() else before)
        self._add("")
        return self._text

    def _close(self) -> None:
        """End a group, after its pending bytes are decoded with its state."""
        if self._in_property:
            self._add("\n")
            self._in_property = False
        self._add("")
        self._groups.pop()
        if not self._groups:
            self._groups.append(_Group())

    def _word(self, word: bytes, number: int | None) -> None:
        if word in _HIDDEN:
            self._change(hidden=True, fonts=word == b"fonttbl")
        elif word == b"annotation":  # a comment
            self._change(hidden=False)
            self._add("\n")
        elif word in _PROPERTIES:
            self._in_property = True
        elif number is not None:
            self._number(word, number)
        elif word in _CONTROL_TEXTS:
            self._add(_CONTROL_TEXTS[word])

    def _number(self, word: bytes, number: int) -> None:
        """Apply a control word that has a number."""
        if word == b"u":
            self._add(chr(number % 0x10000))
            self._skip = self._groups[-1].skip
        elif word == b"uc":
            self._change(skip=max(0, number))
        elif word == b"ansicpg":
            self._encoding = known_encoding(f"cp{number}") or self._encoding
        elif word == b"fcharset" and self._groups[-1].fonts:
            self._fonts[self._font] = known_encoding(_CHARSETS.get(number, ""))
        elif word == b"f" and self._groups[-1].fonts:
            self._font = number
        elif word == b"f":
            self._add("")
            self._change(encoding=self._fonts.get(number, ""))
        elif word in _CONTROL_TEXTS:
            self._add(_CONTROL_TEXTS[word])

    def _change(self, **values: Any) -> None:
        self._groups[-1] = self._groups[-1]._replace(**values)

    def _take_bytes(self, data: bytes) -> None:
        """Add bytes in the encoding of the group, without fallback characters."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        if not self._groups[-1].hidden:
            self._bytes += data[skipped:]

    def _add(self, text: str) -> None:
        group = self._groups[-1]
        if self._bytes:
            encoding = group.encoding or self._encoding
            self._text.append(self._bytes.decode(encoding, "replace"))
            self._bytes.clear()
        if not group.hidden:
            self._text.append(text)


def _join_surrogates(text: str) -> str:
    """Join the two surrogates of each character beyond 16 bits."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
