r"""Reads the bytes of a file safely, and decodes its text, if it has one worth searching.

Knows encodings, line ends and the marks of files that no person wrote. It opens nothing but regular
files, never reads more than it is told to, and changes nothing in a text but its line ends: only
"\n" ends a line here, so never cut a text with `str.splitlines`, which also cuts at form feeds.
"""

import codecs
import os
import re
import unicodedata
from io import FileIO
from pathlib import Path

from searchkit_index.walk.entry import File
from searchkit_index.walk.regular_file import open_regular
from searchkit_index.walk.rules import larger_than

_SAMPLE = 8192
_LONG_LINE = 5000
_HEAD_LINES = 20
_LINE_HEAD = 500  # what is left of a very long line of a dump, in characters

_MARKS = (  # the marks of UTF-32 begin with those of UTF-16, and so come first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What still stands on disks; among all that Python knows, a rare one often fits as well by chance.
_GUESSED = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *("cp866", "koi8_r", "iso8859_2", "iso8859_5", "iso8859_7"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
# What a page, XML or a source says of its own encoding, and how far from its beginning.
_DECLARED = re.compile(
    rb"charset\s*=\s*[\"']?\s*([\w:.-]{3,30})|<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w:.-]{3,30})"
    rb"|coding[:=]\s*([\w.-]{3,30})",
    re.IGNORECASE,
)
# Texts were written with the wider sets of Windows and called by the narrower standard's name;
# browsers take the one for the other, too.
_WIDER = {
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "ansi-x3.4-1968"), "cp1252"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e"), "iso8859_8"),
    **dict.fromkeys(("shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks-c-5601-1987", "ks-c-5601"), "cp949"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb-2312-80"), "gb18030"),
    **{"iso-8859-9": "cp1254", "tis-620": "cp874", "iso-2022-jp": "iso2022_jp_ext"},
}
_HEAD = 4096
_FEW_PAGES = 3
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_LINE_BEYOND_ASCII = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
# Backspace, tab, the line ends, form feed and escape stand in honest text.
_CONTROL = re.compile(r"[\0-\x07\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_TAG = re.compile(r"<[^<>]*>")
_COMMENT = re.compile(r"\s*(?://|#|/?\*|--|;|%|<!--)(.*)")
_GENERATED = re.compile(
    r"(?<!\S)@generated\b|\bgenerated\b.{0,150}\bdo not (?:edit|modify)\b"
    r"|\bdo not (?:edit|modify)\b.{0,150}\bgenerated\b",
    re.IGNORECASE,
)


class Unsuitable(Exception):  # noqa: N818 -- it tells what a file is, and is no fault
    """A file that is not for searching.

    Args:
        reason: A short phrase, lower case, such as `binary`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(root: Path, file: File, limit: int) -> bytes:
    """Read a file below a root.

    Args:
        root: The folder.
        file: What to read, as the walker found it.
        limit: In bytes; a larger file is refused.

    Returns:
        All that it holds.

    Raises:
        Unsuitable: It vanished, cannot be read, is no regular file any more, or holds over `limit`
            bytes.
    """
    try:
        with _open_below(root, file.path) as stream:
            parts = []
            left = limit + 1
            while left and (part := stream.read(left)):
                parts.append(part)
                left -= len(part)
    except (FileNotFoundError, NotADirectoryError):
        raise Unsuitable("vanished") from None
    except (OSError, ValueError):
        raise Unsuitable("unreadable") from None
    if not left:
        raise Unsuitable(larger_than(limit))
    return b"".join(parts)


def _open_below(root: Path, path: str) -> FileIO:
    """Open a file without passing a link, though a folder may have become one since it was listed.

    Args:
        root: The folder that the path is relative to.
        path: "/" between its parts.

    Returns:
        The open file.

    Raises:
        OSError: It cannot be opened, or is no regular file.
    """
    if os.open not in os.supports_dir_fd:
        return open_regular(root / path, follow=False)
    *folders, name = path.split("/")
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        return open_regular(name, follow=False, folder=handle)
    finally:
        os.close(handle)


def decode(data: bytes, *, dump: bool = False) -> str:
    r"""Decode a text, with each "\r\n" and "\r" as "\n".

    Args:
        data: Any bytes.
        dump: Whether very long lines among others are data, and are cut short.

    Returns:
        The text; nothing else in it is changed.

    Raises:
        Unsuitable: It is `binary`, `minified` or `generated`.
    """
    text = _decoded(data)
    if len(_CONTROL.findall(text, 0, _SAMPLE)) > 2 + min(len(text), _SAMPLE) // 20:
        raise Unsuitable("binary")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _is_generated(text):
        raise Unsuitable("generated")
    if _is_minified(text):
        shorter = _shortened(text) if dump else ""
        if not shorter:
            raise Unsuitable("minified")
        return shorter
    return text


def decode_as(data: bytes, name: str) -> str:
    r"""Decode a text by the encoding that it is said to be in; where that is wrong, as it looks.

    Args:
        data: Any bytes.
        name: Of the encoding; "" for none.

    Returns:
        The text, with each "\r\n" and "\r" as "\n"; of bytes that are no text, what of it is ASCII.
    """
    try:
        text = (name and _as_named(data, name)) or _decoded(data)
    except Unsuitable:
        text = data.decode("ascii", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _shortened(text: str) -> str:
    """Cut very long lines of a text short; gives "" where it has no others."""
    rows = text.split("\n")
    if not any(row.strip() and len(row) <= _LONG_LINE for row in rows):
        return ""
    return "\n".join(row if len(row) <= _LONG_LINE else row[:_LINE_HEAD] for row in rows)


def lines(text: str) -> list[str]:
    r"""Cut a text at each "\n" and nowhere else; a "\n" at the end begins no further line."""
    parts = text.split("\n")
    return parts if parts[-1] else parts[:-1]


def _decoded(data: bytes) -> str:
    data = data.removeprefix(codecs.BOM_UTF8)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        if encoding:
            return data.decode(encoding).removeprefix("\ufeff")
        if b"\0" in data[:_SAMPLE]:
            return _of_unmarked_utf16(data)
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if encoding:
            raise Unsuitable("binary") from None
    return _damaged(data) or _as_declared(data) or _of_old_encoding(data)


def _as_declared(data: bytes) -> str:
    """Decode by what the text says of itself; give "" where it says nothing, or that is wrong."""
    found = _DECLARED.search(data, 0, _HEAD)
    name = next(filter(None, found.groups())).decode("ascii").lower() if found else "utf-8"
    return "" if name.startswith("utf") else _as_named(data, name)


def _as_named(data: bytes, name: str) -> str:
    """Decode by the name of an encoding; give "" where there is none such, or that is wrong."""
    name = name.lower().replace("_", "-")
    try:
        return data.decode(_WIDER.get(name, name))
    except (LookupError, UnicodeError):
        return ""


def _of_unmarked_utf16(data: bytes) -> str:
    """Decode UTF-16 without its mark, of plain text alone.

    Nearly every second byte must be zero, or the characters those of few scripts.

    Args:
        data: All that a file holds.

    Returns:
        Its text.

    Raises:
        Unsuitable: It is `binary`.
    """
    sample = data[: _SAMPLE // 2 * 2]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    encoding = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    if len(data) % 2:
        raise Unsuitable("binary")
    if max(zeros) >= 0.7 * half and min(zeros) <= 0.02 * half:
        text = _as_named(data, encoding)
    else:
        both = (_as_named(data, name) for name in ("utf-16-le", "utf-16-be"))
        text = min(filter(_is_of_few_scripts, both), key=lambda each: len(_pages(each)), default="")
    if not text or _CONTROL.search(text, 0, _SAMPLE):
        raise Unsuitable("binary")
    return text


def _pages(text: str) -> set[int]:
    """Find the pages of 256 characters that a text begins with, but those that all scripts use."""
    return {ord(character) >> 8 for character in text[:_SAMPLE]} - {0x00, 0x20, 0x30, 0xFF}


def _is_of_few_scripts(text: str) -> bool:
    """Tell whether a text begins with letters of up to three pages, or of East Asia, and blanks."""
    sample = text[:_SAMPLE]
    kinds = [unicodedata.category(character) for character in sample]
    east = all(0x4E <= page <= 0x9F or 0xAC <= page <= 0xD7 for page in _pages(text))
    return (
        not {"Cn", "Co", "Cs"}.intersection(kinds)
        and sum(kind[0] in "LM" for kind in kinds) > 0.5 * len(kinds)
        and not set(" \n\u3000\u3002").isdisjoint(sample)
        and (east or len(_pages(text)) <= _FEW_PAGES)
    )


def _damaged(data: bytes) -> str:
    """Decode UTF-8 in which ten characters are whole for each broken one; else return nothing."""
    text = data.decode("utf-8", "replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if beyond_ascii > 10 * text.count("\ufffd") else ""


def _of_old_encoding(data: bytes) -> str:
    """Decode by what the first lines that are not ASCII look most like.

    Where the commonest encoding of the west is as good a guess as any, it is taken: a few accented
    letters in a source file fit most others too. So it is where nothing fits and most is ASCII.
    """
    from charset_normalizer import from_bytes

    parts, size = [], 0
    for line in _LINE_BEYOND_ASCII.finditer(data):
        parts.append(line[0][: _SAMPLE - size])
        size += len(parts[-1])
        if size >= _SAMPLE:
            break
    sample = b"\n".join(parts)
    guesses = from_bytes(sample, cp_isolation=_GUESSED)
    best = guesses.best()
    if best is None:
        if len(sample) > 2 * len(sample.translate(None, _BEYOND_ASCII)):
            raise Unsuitable("binary")
        return data.decode("cp1252", "replace")
    equals = [guess for guess in guesses if guess.chaos <= best.chaos]
    equals = [guess for guess in equals if guess.coherence > best.coherence - 0.03]
    western = any("cp1252" in guess.could_be_from_charset for guess in equals)
    return data.decode("cp1252" if western else best.encoding, "replace")


def _is_generated(text: str) -> bool:
    """Tell whether a comment in the first lines says that a program wrote this."""
    comments = (_COMMENT.match(line) for line in text[:4000].split("\n", _HEAD_LINES)[:_HEAD_LINES])
    return _GENERATED.search(" ".join(comment[1] for comment in comments if comment)) is not None


def _is_minified(text: str) -> bool:
    """Tell whether long lines without words make up the text.

    Tags of markup set aside, lines over 5,000 characters must hold four fifths of the text. They
    are prose when one character in 25 is a blank, or a third of the bytes beyond ASCII as in
    Chinese; they are a table when one in 20 separates cells and brackets are rare. A notebook is
    never minified: its long lines are pictures among the outputs, which are not searched anyway.
    """
    if len(text) <= _LONG_LINE or (text.startswith("{") and '"nbformat"' in text):
        return False
    whole = [line for line in text.split("\n") if len(line) > _LONG_LINE]
    body = "".join(
        line for line in (_TAG.sub("", line) for line in whole) if len(line) > _LONG_LINE
    )
    size = len(body)
    if size * 5 <= len(text) * 4:
        return False
    is_prose = _share(body, " \t") >= 0.04 or len(body.encode()) >= size * 1.3
    is_table = _share(body, ",;|\t") >= 0.05 and _share(body, "(){}[]=<>") < 0.02
    return not is_prose and not is_table


def _share(text: str, characters: str) -> float:
    return sum(map(text.count, characters)) / len(text)
