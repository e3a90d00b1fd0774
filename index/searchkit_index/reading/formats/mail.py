"""Reads mail: a message, a mailbox of them, or a web page saved as one (MHTML)."""

import contextlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Any, cast

from searchkit_index.reading import artifact, outlook, page, text
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.extract import blocks_of
from searchkit_index.reading.text import Unsuitable

_SEPARATOR = re.compile(rb"^From [^\r\n]*\d{4}[^\r\n]*\r?\n(?=[A-Za-z-]+:)", re.MULTILINE)
# What Apple's Mail keeps of a message: its size, the message, and a list of properties.
_SIZED = re.compile(rb"(\d{1,9})[ \t]*\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
# The marks of a parameter that goes on or has an encoding: `name*0*=`.
_CONTINUED = re.compile(rb"(?<=\w)\*[\d*]*")
_HEADERS = ("From", "To", "Cc", "Date")
_DEEPEST = 3  # messages within messages
# Parts within parts: the library compares each line with the boundary of every part it is in.
_DEEPEST_PART = 60
# A plain text of so few characters is none where the page beside it is so many times as long.
_SHORT, _LONGER = 500, 4
_LONGEST_SUBJECT = 60  # characters
# The most characters of a header that are parsed, which takes quadratic time.
_LONGEST_HEADER = 10_000


def read(data: bytes) -> list[Block] | None:
    """Read messages; the place of each block is the date and subject of its message."""
    draft = Draft()
    for number, message in enumerate(_messages(data), 1):
        _Message(draft, number, 0).read(message)
    return draft.blocks or None


def _messages(data: bytes) -> Iterator[bytes | EmailMessage]:
    if data.startswith(artifact.OLE):
        yield outlook.message(data)
        return
    if sized := _SIZED.match(data):
        data = data[sized.end() : sized.end() + int(sized[1])]
    starts = list(_SEPARATOR.finditer(data)) if data.startswith(b"From ") else []
    if not starts:
        yield data
        return
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        content = data[start.end() : following.start() if following else len(data)]
        yield _QUOTED_FROM.sub(rb"\1", content)


class _Policy(policy.EmailPolicy):
    """Parses headers as the standard says, up to a limit; a malformed one stays as it is."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Parse a header when it is asked for."""
        try:
            return super().header_fetch_parse(name, value[:_LONGEST_HEADER])
        except Exception:  # the library raises nearly anything
            return " ".join(value[:_LONGEST_HEADER].split())


class _Part(EmailMessage):
    """A message or a part of one, within no more than so many others."""

    _within = 0

    def attach(self, payload: Any) -> None:
        """Add a part, as the parser does once it begins."""
        payload._within = self._within + (self.get_content_maintype() == "multipart")
        if payload._within > _DEEPEST_PART:
            raise ValueError("too many parts within parts")
        super().attach(payload)


_POLICY = cast("policy.EmailPolicy[EmailMessage]", _Policy(message_factory=_Part))


class _Message:
    def __init__(self, draft: Draft, number: int, depth: int) -> None:
        self._draft = draft
        self._number = number
        self._depth = depth

    def read(self, data: bytes | EmailMessage) -> None:
        message = _parsed(data) if isinstance(data, bytes) else data
        subject = _header(message, "Subject")
        date = _date(message)
        name = subject[:_LONGEST_SUBJECT] or f"message {self._number}"
        self._draft.place = f"{date}: {name}" if date else name
        self._draft.add(subject or name, 1)
        headers = (f"{key}: {value}" for key in _HEADERS if (value := _header(message, key)))
        self._draft.add("\n".join(headers))
        self._take(message)

    def _take(self, message: EmailMessage) -> None:
        """Add the parts of a message: plain text of alternatives, attachments by their type."""
        if not message.is_multipart():
            self._part(message)
            return
        parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
        if message.get_content_type() == "multipart/alternative":
            parts = _alternative(parts)
        for part in parts:
            if part.get_content_type() == "message/rfc822":
                inner = part.get_payload(0) if part.is_multipart() else None
                if self._depth < _DEEPEST and isinstance(inner, EmailMessage):
                    place = self._draft.place
                    _Message(self._draft, self._number, self._depth + 1).read(inner)
                    self._draft.place = place
            else:
                self._take(part)

    def _part(self, part: EmailMessage) -> None:
        kind, name = part.get_content_type(), _filename(part)
        if name and part.get_content_disposition() == "attachment":
            self._attached(name, part)
        elif kind == "text/html":
            self._blocks(page.blocks(_text(part), scripts=False))
        elif kind.startswith("text/"):
            for paragraph in re.split(r"\n[ \t]*\n", text.without_bytes(_text(part))):
                self._draft.add(paragraph)
        elif name:
            self._attached(name, part)

    def _attached(self, name: str, part: EmailMessage) -> None:
        self._draft.add(name)
        data = part.get_payload(decode=True)
        if self._depth >= _DEEPEST or not isinstance(data, bytes):
            return
        place = self._draft.place
        self._draft.place = f"{place}, attached {name}"
        with contextlib.suppress(Unsuitable):  # only its name is searched
            self._blocks(blocks_of(name, data))
        self._draft.place = place

    def _blocks(self, blocks: list[Block]) -> None:
        for block in blocks:
            place = ", ".join(filter(None, (self._draft.place, block.place)))
            depth = None if block.depth is None else min(6, block.depth + 2)
            self._draft.take(Block(block.rows, (), depth, block.title, block.language, place))


def _parsed(data: bytes) -> EmailMessage:
    """Parse a message; of a malformed one without the marks of long parameters, or its headers."""
    for content in (data, _CONTINUED.sub(b"", data)):
        with contextlib.suppress(Exception):  # the library raises nearly anything
            return message_from_bytes(content, policy=_POLICY)
    return BytesHeaderParser(policy=_POLICY).parsebytes(data)


def _alternative(parts: list[EmailMessage]) -> list[EmailMessage]:
    """Choose the plain text of alternatives, unless it only says where the last one, a page, is."""
    texts = [part for part in parts if part.get_content_type() == "text/plain"]
    plain = [part for part in texts if _text(part).strip()]
    length = sum(len(_text(part)) for part in plain)
    if not plain or (length < _SHORT and _shown(parts[-1]) > _LONGER * length):
        return parts[-1:]
    return plain


def _shown(part: EmailMessage) -> int:
    """Count the characters that a page shows, which may be beside its pictures; 0 for no page."""
    pages = [each for each in part.walk() if each.get_content_type() == "text/html"]
    blocks = page.blocks(_text(pages[0]), scripts=False) if pages else ()
    return sum(len(row) for block in blocks for row in block.rows)


def _header(message: EmailMessage, name: str) -> str:
    """Decode a header."""
    raw = next(
        (str(value) for key, value in message.raw_items() if key.lower() == name.lower()), ""
    )
    if not raw.isascii():  # against the standard, in any encoding
        data = raw[:_LONGEST_HEADER].encode("utf-8", "surrogateescape")
        return " ".join(text.decode_as(data, _encoding(message)).split())
    return " ".join(str(message.get(name) or "").split())


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # the library raises nearly anything on malformed parameters
        return ""


def _encoding(part: EmailMessage) -> str:
    """Return the encoding that a part declares; "" for none."""
    try:
        return part.get_content_charset() or ""
    except Exception:  # as above
        return ""


def _date(message: EmailMessage) -> str:
    try:
        return str(parsedate_to_datetime(_header(message, "Date")).date())
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""


def _text(part: EmailMessage) -> str:
    """Decode the text of a part, even if its declared encoding is wrong."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return text.decode_as(data, _encoding(part))
