"""Reads Rich Text Format: its text, paragraph by paragraph."""

import codecs
import re

from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.text import Unsuitable

# A control word, a control symbol, a byte in hexadecimal, a brace, text.
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)|\\"
)
# Groups that hold no text of the document.
_HIDDEN = frozenset(
    (
        *(b"fonttbl", b"colortbl", b"stylesheet", b"listtable", b"listoverridetable", b"revtbl"),
        *(b"rsidtbl", b"generator", b"pict", b"object", b"datastore", b"themedata", b"fldinst"),
        *(
            b"colorschememapping",
            b"latentstyles",
            b"xmlnstbl",
            b"filetbl",
            b"nonshppict",
            b"mmathPr",
        ),
    )
)
_PROPERTIES = frozenset({b"title", b"subject", b"author", b"keywords", b"doccomm", b"operator"})
_SAID = {
    **dict.fromkeys((b"par", b"line", b"sect", b"row", b"page"), "\n"),
    **{b"tab": "\t", b"cell": " | ", b"emdash": "—", b"endash": "–", b"bullet": "•"},
    **{b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"},
}
_SYMBOLS = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\u00a0", b"_": "\u2011", b"-": "\u00ad"}


def read(data: bytes) -> list[Block]:
    """Read a document.

    Args:
        data: All that the file holds.

    Returns:
        Its blocks, in order.

    Raises:
        Unsuitable: It is no RTF.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unsuitable("this is no readable RTF")
    draft = Draft()
    for paragraph in "".join(_Reader().read(data)).split("\n"):
        draft.add(paragraph.strip(" |"))
    return draft.blocks


class _Reader:
    def __init__(self) -> None:
        self._encoding = "cp1252"
        # For each open group: whether it is hidden, and how many characters stand in for one.
        self._groups: list[tuple[bool, int]] = [(False, 1)]
        self._skip = 0
        self._told = False  # a property of the document stands in the open group
        self._bytes = bytearray()
        self._text: list[str] = []

    def read(self, data: bytes) -> list[str]:
        for match in _TOKEN.finditer(data):
            word, number, code, symbol, brace, text = match.groups()
            if code is not None:
                self._take_bytes(bytes([int(code, 16)]))
            elif text is not None:
                self._take_bytes(text)
            elif brace == b"{":
                self._groups.append(self._groups[-1])
            elif brace == b"}":
                self._close()
            elif symbol == b"*":
                self._hide()
            elif symbol in _SYMBOLS:
                self._say(_SYMBOLS[symbol])
            elif word is not None:
                self._word(word, int(number) if number else None)
        self._say("")
        return self._text

    def _close(self) -> None:
        """End a group; its pending bytes are decoded while what it hides or shows still holds."""
        if self._told:
            self._say("\n")
            self._told = False
        self._say("")
        if len(self._groups) > 1:
            self._groups.pop()
        else:
            self._groups = [(False, 1)]

    def _word(self, word: bytes, number: int | None) -> None:
        if word in _HIDDEN:
            self._hide()
        elif word in _PROPERTIES:
            self._told = True
        elif word == b"u" and number is not None:
            self._say(chr(number % 0x10000))
            self._skip = self._groups[-1][1]
        elif word == b"uc" and number is not None:
            self._groups[-1] = self._groups[-1][0], max(0, number)
        elif word == b"ansicpg" and number:
            self._set_encoding(f"cp{number}")
        elif word in _SAID:
            self._say(_SAID[word])

    def _set_encoding(self, name: str) -> None:
        try:
            self._encoding = codecs.lookup(name).name
        except LookupError:
            return

    def _hide(self) -> None:
        self._groups[-1] = True, self._groups[-1][1]

    def _take_bytes(self, data: bytes) -> None:
        """Take bytes in the document's encoding, but not those that stand in for a character."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        if not self._groups[-1][0]:
            self._bytes += data[skipped:]

    def _say(self, text: str) -> None:
        if self._bytes:
            self._text.append(self._bytes.decode(self._encoding, "replace"))
            self._bytes.clear()
        if not self._groups[-1][0]:
            self._text.append(text)
