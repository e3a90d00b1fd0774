"""Detects the encoding of bytes and decodes them: UTF-8, UTF-16, UTF-32 and legacy encodings.

Line ends stay as they are. Takes time linear in the bytes.
"""

import codecs
import re
import unicodedata

_SAMPLE = 8192  # bytes or characters that are examined

# Byte order marks; a file that was joined of two has two of UTF-8.
_UTF8_MARKS = re.compile(rb"(?:\xef\xbb\xbf)+")
_MARKS = (  # those of UTF-32 begin with those of UTF-16, and so come first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The legacy encodings that are in use; of all that exist, a rare one often fits as well by chance.
_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("cp437", "cp850", "cp852", "cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
    *("iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-15"),
    *("cp932", "euc-jp", "gb18030", "big5", "cp949", "euc-kr"),
)
# What is added to chardet's confidence in cp1252, the commonest, divided by the bytes beyond ASCII:
# the fewer there are, the less they tell.
_CP1252_BONUS = 0.09
# What is in no word of a western language: a symbol or a capital between small letters, a symbol
# after three of them.
_NOT_WESTERN = re.compile(
    "(?<=[a-z])(?:[À-ÖØ-ÞŠŽŒŸ]|[^\\w\\s’–—…·-])(?=[a-zà-öø-þ])|(?<=[a-z]{3})[\u00a1-\u00a8¬¯±-´¶¸-º¼-¿](?!\\w)"
)
_CONTROL_BYTE = re.compile(rb"[\x80-\x84\x86-\x9f]")
_LETTER_BEYOND_ASCII = re.compile(rb"[A-Za-z\x80-\xff][\x80-\xff]|[\x80-\xff][A-Za-z]")
# The escape sequences of ISO 2022 that begin two-byte characters; none is for a terminal.
_TWO_BYTES = re.compile(rb"\x1b\$(?:[@B]|\([CD])")
# A single byte beyond ASCII next to an ASCII letter, which is never a damaged character of UTF-8.
_LONE_BYTE = re.compile(
    rb"[A-Za-z][\x80-\xff](?![\x80-\xbf])|(?<![\x80-\xff])[\x80-\xff](?=[A-Za-z])"
)
# The encoding that a page, XML or source code declares, in its first `_HEAD` bytes.
_DECLARED = re.compile(
    rb"charset\s*=\s*[\"']?\s*([\w:.-]{3,30})|<\?xml[^>]{0,80}?encoding\s*=\s*[\"']([\w:.-]{3,30})"
    rb"|coding[:=]\s*([\w.-]{3,30})",
    re.IGNORECASE,
)
# Declared names of standards, and the supersets of Windows that the texts are really in; browsers
# take the one for the other, too.
_SUPERSETS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "ansi-x3.4-1968"), "cp1252"),
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
# Control characters that are in no text; backspace, tab, line ends, form feed and escape may be.
CONTROL = re.compile(r"[\0-\x07\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")


class Unsuitable(Exception):  # noqa: N818 -- it says what a file is, and is no error
    """The file is not suitable for searching.

    Args:
        reason: A short phrase, lower case, such as `binary`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decoded(data: bytes) -> str:
    """Decode bytes by their mark, as UTF-8, as declared, or as detected; refuse `binary` ones."""
    mark = _UTF8_MARKS.match(data)
    data = data[mark.end() :] if mark else data
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        if encoding:
            return data.decode(encoding).removeprefix("\ufeff")
        if b"\0" in data[:_SAMPLE]:
            return _bare_utf32(data) or _bare_utf16(data)
        text = data.decode("utf-8")
        return (_TWO_BYTES.search(data) and as_named(data, "iso2022_jp_ext")) or text
    except UnicodeDecodeError:
        if encoding:
            raise Unsuitable("binary") from None
    ways = (_utf8_and_legacy, _damaged_utf8, _as_declared, _ebcdic, _legacy)
    return next(filter(None, (way(data) for way in ways)), "")


def _as_declared(data: bytes) -> str:
    """Decode as the text declares; return "" if it declares nothing, or something wrong."""
    found = _DECLARED.search(data, 0, _HEAD)
    name = next(filter(None, found.groups())).decode("ascii").lower() if found else "utf-8"
    return "" if name.startswith("utf") else as_named(data, name)


def as_named(data: bytes, name: str) -> str:
    """Decode by the name of an encoding; return "" if that is unknown or does not fit."""
    name = name.lower().replace("_", "-")
    try:
        return data.decode(_SUPERSETS.get(name, name))
    except (LookupError, ValueError):  # a name may hold a NUL
        return ""


def _bare_utf32(data: bytes) -> str:
    """Decode UTF-32 without a byte order mark; return "" for anything else.

    Other bytes hardly ever fit UTF-32. Small 16-bit numbers do, as rare Chinese characters; but
    real text has a character below U+10000.
    """
    both = (as_named(data, name) for name in ("utf-32-le", "utf-32-be") if len(data) % 4 == 0)
    common = (text for text in both if text and min(text[:_SAMPLE]) < "\U00010000")
    return next((text for text in common if not CONTROL.search(text, 0, _SAMPLE)), "")


def _bare_utf16(data: bytes) -> str:
    """Decode UTF-16 without a byte order mark; refuse what is none as `binary`.

    Nearly every second byte must be zero, or the characters must be of few scripts.
    """
    sample = data[: _SAMPLE // 2 * 2]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    encoding = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    if len(data) % 2:
        raise Unsuitable("binary")
    if max(zeros) >= 0.7 * half and min(zeros) <= 0.02 * half:
        text = as_named(data, encoding)
    else:
        both = (as_named(data, name) for name in ("utf-16-le", "utf-16-be"))
        text = min(filter(_is_of_few_scripts, both), key=lambda each: len(_pages(each)), default="")
    if not text or CONTROL.search(text, 0, _SAMPLE):
        raise Unsuitable("binary")
    return text


def _pages(text: str) -> set[int]:
    """Find the blocks of 256 code points in a text's beginning, without those of all scripts."""
    return {ord(character) >> 8 for character in text[:_SAMPLE]} - {0x00, 0x20, 0x30, 0xFF}


def _is_of_few_scripts(text: str) -> bool:
    """Tell whether a text begins with letters of three blocks, or of East Asia, and white space."""
    sample = text[:_SAMPLE]
    kinds = [unicodedata.category(character) for character in sample]
    east = all(0x4E <= page <= 0x9F or 0xAC <= page <= 0xD7 for page in _pages(text))
    return (
        not {"Cn", "Co", "Cs"}.intersection(kinds)
        and sum(kind[0] in "LM" for kind in kinds) > 0.5 * len(kinds)
        and not set(" \n\u3000\u3002").isdisjoint(sample)
        and (east or len(_pages(text)) <= _FEW_PAGES)
    )


def _utf8_and_legacy(data: bytes) -> str:
    """Decode a text with lines in UTF-8 and in a legacy encoding; return "" for anything else."""
    rows = data.split(b"\n")
    beyond = [row for row in rows if not row.isascii()]
    legacy = [row for row in beyond if not _is_utf8(row)]
    # A short line in a legacy encoding may be UTF-8 by chance.
    if 4 * (len(beyond) - len(legacy)) < len(beyond) or not all(map(_LONE_BYTE.search, legacy)):
        return ""
    found = iter(_legacy(b"\n".join(legacy)).split("\n"))
    pieces = (row.decode() if _is_utf8(row) else next(found, "") for row in rows)
    return "\n".join(pieces)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _damaged_utf8(data: bytes) -> str:
    """Decode UTF-8 with ten whole characters for each damaged one; return "" for anything else."""
    text = data.decode("utf-8", "replace")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if beyond_ascii > 10 * text.count("\ufffd") else ""


def _legacy(data: bytes) -> str:
    """Decode by the encoding that fits the first lines beyond ASCII best, or refuse as `binary`.

    If none fits and most bytes are ASCII, it is cp1252, the commonest.
    """
    parts, size = [], 0
    for line in _LINE_BEYOND_ASCII.finditer(data):
        parts.append(line[0][: _SAMPLE - size])
        size += len(parts[-1])
        if size >= _SAMPLE:
            break
    sample = b"\n".join(parts)
    beyond = len(sample) - len(sample.translate(None, _BEYOND_ASCII))
    name = _guess_encoding(sample, beyond)
    if name is None and 2 * beyond > len(sample):
        raise Unsuitable("binary")
    return as_named(data, name or "cp1252") or data.decode(name or "cp1252", "replace")


def _guess_encoding(sample: bytes, beyond: int) -> str | None:
    """Name the legacy encoding that fits best; None if none fits.

    Few bytes fit most encodings, so cp1252, the commonest, is preferred the more the fewer there
    are. It alone is taken for symbols such as the section and the degree sign.

    Args:
        sample: Lines that are not ASCII.
        beyond: The number of their bytes beyond ASCII.

    Returns:
        The name, as used by chardet.
    """
    from chardet import detect_all

    if not _LETTER_BEYOND_ASCII.search(sample):
        return "cp1252"
    guesses = detect_all(
        sample, ignore_threshold=True, include_encodings=_LEGACY, compat_names=False
    )
    found = {guess["encoding"] or "": guess["confidence"] for guess in guesses}
    if "" in found:
        return None
    if _CONTROL_BYTE.search(sample):  # control characters in the encodings of ISO
        found = {name: score for name, score in found.items() if name[:3] != "iso"}
    western = sample.decode("cp1252", "replace")
    if found and "\ufffd" not in western and not _NOT_WESTERN.search(western):
        found["cp1252"] = found.get("cp1252", 0.0) + _CP1252_BONUS / beyond
    return max(found, key=found.__getitem__, default=None)


def _ebcdic(data: bytes) -> str:
    """Decode EBCDIC, whose space is the "@" of ASCII; return "" for anything else."""
    if b" " in data or data.count(b"@") * 20 < len(data):
        return ""
    text = as_named(data, "cp037").replace("\x85", "\n")
    plain = sum(character.isascii() and character.isprintable() for character in text[:_SAMPLE])
    return text if plain >= 0.9 * len(text[:_SAMPLE]) else ""


def known_encoding(name: str) -> str:
    """Return the standard name of an encoding; "" if it is unknown."""
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
