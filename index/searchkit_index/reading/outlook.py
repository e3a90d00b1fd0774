"""Converts a message that Outlook saved (MSG) to a standard one: headers, body, attachments.

The format is MS-OXMSG: a file system in a file (MS-CFB, which olefile reads), with a stream for
each property, whose name has the number and type of the property.
"""

import contextlib
import struct
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from searchkit_index.reading import text
from searchkit_index.reading.encoding import known_encoding
from searchkit_index.reading.text import Unsuitable

# The numbers of properties (MS-OXPROPS).
_SUBJECT, _TEXT, _HTML, _SENT = 0x0037, 0x1000, 0x1013, 0x0039
_SENDER, _ADDRESS, _SMTP, _TO, _CC = 0x0C1A, 0x0C1F, 0x5D01, 0x0E04, 0x0E03
_DATA, _NAME, _SHORT_NAME = 0x3701, 0x3707, 0x3704
_PROPERTIES = "__properties_version1.0"
# The properties that have the code page of texts that are not Unicode.
_CODE_PAGES = (0x3FFD, 0x3FDE)
# The bytes before the properties of a message, and of an embedded message; then the format of each.
_HEADER_SIZES = (32, 24)
_ENTRY = struct.Struct("<HHIQ")
_MOST_ATTACHMENTS = 200
_DEEPEST = 3  # messages within messages
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def message(data: bytes) -> EmailMessage:
    """Read a message.

    Args:
        data: The whole content of the file.

    Returns:
        The message, with its plain text if it has one and its HTML otherwise.

    Raises:
        Unsuitable: It is no such message, or `olefile` is not installed.
    """
    try:
        import olefile
    except ImportError:
        raise Unsuitable(
            "reading Outlook mail needs `olefile`: type `pip install 'searchkit[documents]'`"
        ) from None
    try:
        with olefile.OleFileIO(data) as opened:
            return _Store(opened).message((), 0)
    # The package raises nearly anything on a damaged file.
    except (OSError, ValueError, TypeError, LookupError, ArithmeticError, struct.error) as error:
        raise Unsuitable("this is no readable Outlook message") from error


class _Store:
    """The file system of a message."""

    def __init__(self, opened: Any) -> None:
        self._opened = opened
        self._paths = {tuple(path) for path in opened.listdir(streams=True, storages=True)}
        numbers = self._numbers((), 0)
        pages = (numbers.get((number, 0x0003), 0) & 0xFFFF for number in _CODE_PAGES)
        self._encoding = next(filter(None, map(_encoding, pages)), "cp1252")

    def message(self, folder: tuple[str, ...], depth: int) -> EmailMessage:
        """Read the message whose properties are in a folder."""
        made = EmailMessage()
        sender = self._text(folder, _SENDER)
        address = self._text(folder, _SMTP) or self._text(folder, _ADDRESS)
        address = f"<{address}>" if "@" in address and address != sender else ""
        headers = {
            "Subject": self._text(folder, _SUBJECT),
            "From": " ".join(filter(None, (sender, address))),
            "To": self._text(folder, _TO),
            "Cc": self._text(folder, _CC),
            "Date": self._sent_date(folder, depth),
        }
        for name, value in headers.items():
            if value.strip():
                with contextlib.suppress(ValueError, IndexError, TypeError):  # no valid address
                    made[name] = " ".join(value.split())
        self._body(folder, made)
        for path in self._attachments(folder):
            self._attach(path, made, depth)
        return made

    def _body(self, folder: tuple[str, ...], made: EmailMessage) -> None:
        page = self._bytes(folder, _HTML, 0x0102)
        if plain := self._text(folder, _TEXT):
            made.set_content(plain)
        elif page:
            made.set_content(text.decode_as(page, self._encoding), subtype="html")
        else:
            made.set_content("")

    def _attachments(self, folder: tuple[str, ...]) -> list[tuple[str, ...]]:
        inside = (path for path in self._paths if path[:-1] == folder)
        return sorted(path for path in inside if path[-1].startswith("__attach"))[
            :_MOST_ATTACHMENTS
        ]

    def _attach(self, path: tuple[str, ...], made: EmailMessage, depth: int) -> None:
        name = self._text(path, _NAME) or self._text(path, _SHORT_NAME)
        inner = (*path, f"__substg1.0_{_DATA:04X}000D")
        if inner in self._paths:
            if depth < _DEEPEST:
                made.add_attachment(self.message(inner, depth + 1))
        elif name:
            data = self._bytes(path, _DATA, 0x0102) or b""
            made.add_attachment(data, "application", "octet-stream", filename=name)

    def _bytes(self, folder: tuple[str, ...], number: int, kind: int) -> bytes | None:
        path = (*folder, f"__substg1.0_{number:04X}{kind:04X}")
        if path not in self._paths:
            return None
        found: bytes = self._opened.openstream(list(path)).read()
        return found

    def _text(self, folder: tuple[str, ...], number: int) -> str:
        wide = self._bytes(folder, number, 0x001F)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._bytes(folder, number, 0x001E) or b""
        return text.decode_as(narrow.rstrip(b"\0"), self._encoding)

    def _sent_date(self, folder: tuple[str, ...], depth: int) -> str:
        sent = self._numbers(folder, depth).get((_SENT, 0x0040))
        return format_datetime(_EPOCH + timedelta(microseconds=sent // 10)) if sent else ""

    def _numbers(self, folder: tuple[str, ...], depth: int) -> dict[tuple[int, int], int]:
        """Read the values of the properties that are numbers, by the number and type of each."""
        path = (*folder, _PROPERTIES)
        data = self._opened.openstream(list(path)).read() if path in self._paths else b""
        entries = data[_HEADER_SIZES[depth > 0] :]
        whole = len(entries) // _ENTRY.size * _ENTRY.size
        return {
            (number, kind): value for kind, number, _, value in _ENTRY.iter_unpack(entries[:whole])
        }


def _encoding(page: int) -> str:
    """Return the name of the encoding of a Windows code page; "" if it is unknown."""
    names = {65001: "utf-8", 20127: "ascii", 28591: "cp1252", 20866: "koi8_r"}
    return known_encoding(names.get(page, f"cp{page}"))
