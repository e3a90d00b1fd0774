r"""Reads the bytes of a file safely, and decodes texts that are worth searching.

Only regular files are opened, and only up to a limit. Each line of a text ends with "\n"; do not
split a text with `str.splitlines`, which also splits at form feeds.
"""

import os
import re
from io import FileIO
from itertools import pairwise
from pathlib import Path
from string import ascii_letters, digits

from searchkit_index.reading.encoding import CONTROL, as_named, decoded
from searchkit_index.reading.encoding import Unsuitable as Unsuitable
from searchkit_index.reading.escapes import unescaped
from searchkit_index.walk.entry import File
from searchkit_index.walk.regular_file import open_regular, unreadable
from searchkit_index.walk.rules import larger_than

# In characters, but for the lines of a header that may say that a file is generated.
_SAMPLE = 8192
_LONG_LINE = 5000
_HEADER, _HEADER_LINES = 4000, 20
_LINE_HEAD = 500  # what is kept of a long line in a dump

_TAG = re.compile(r"<[^<>]*>")
_COMMENT = re.compile(r"\s*(?://|#|/?\*|--|;|%|<!--)(.*)")
_GENERATED = re.compile(
    r"(?<!\S)@generated\b|\bgenerated\b.{0,150}\bdo not (?:edit|modify)\b"
    r"|\bdo not (?:edit|modify)\b.{0,150}\bgenerated\b",
    re.IGNORECASE,
)
# The beginning of a file that is encrypted as a whole, by Ansible, age, OpenPGP or sops.
_ENCRYPTED = re.compile(
    r"\s*(?:\$ANSIBLE_VAULT;|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----"
    r'|\{\s*"data":\s*"ENC\[AES)'
)

# What colours a terminal, moves its cursor, or names its window and links, as logs keep it. It is
# glued to words: `\x1b[31merror` had the word `31merror`.
_TERMINAL_CODE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\))")

# A line that a program wrote again and again, as a bar that grows, and the first word of each time.
_REWRITTEN = re.compile(r"[^\n]*\r[^\n]*")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_TIMES = 3

# Data without words inside a text: a drawing of Obsidian, whose words are above it, and a picture.
_WORDLESS = re.compile(
    r"^```compressed-json\n.*?^```|\bdata:[\w.+/-]{1,80};base64,[\w+/=]{200,}",
    re.DOTALL | re.MULTILINE,
)

# What nobody searches: bytes in base64, on one line or on some of equal length, as in certificates
# and signatures; in structured data also many numbers in a row, such as the points of a border.
_BASE64 = (
    r"\bdata:[\w.+/-]{1,80};base64,[\w+/=]{200,}"
    r"|(?<![\w+/=-])(?=[\w+/-]{0,200}?[a-z])(?=[\w+/-]{0,200}?[A-Z])(?=[\w+/-]{0,200}?\d)[\w+/-]{400,}={0,2}"
    r"|^(?:[ \t]*[A-Za-z0-9+/]{60,80}\n){4,}(?:[ \t]*[A-Za-z0-9+/]{1,80}={0,2}$)?"
)
_NUMBERS = r"(?<![\w.,-])(?:[-+]?\d[\d.]*+(?:[eE][-+]?\d+)?(?:[\s,\[\]]++|(?=[)}<]))){40,}+"
_BYTES = re.compile(_BASE64, re.ASCII | re.MULTILINE)
_BYTES_AND_NUMBERS = re.compile(f"{_BASE64}|{_NUMBERS}", re.ASCII | re.MULTILINE)
_NUMBERS_ALONE = re.compile(_NUMBERS, re.ASCII)
# What every match of `_BASE64` holds: characters of base64 in a row, or on lines in a row. To look
# for these takes a twentieth of the time.
_RUN = b"\1" * 200
_IN_RUN = bytes(chr(byte) in ascii_letters + digits + "_+/=-" for byte in range(256))
_LINES_OF_BASE64 = re.compile(r"\n(?:[ \t]*[A-Za-z0-9+/]{60,80}\n){4}")
_BRACKET = re.compile(r"[\[\]]")


def read(root: Path, file: File, limit: int, beginning: int = 0) -> bytes:
    """Read a file below a root.

    Args:
        root: The folder.
        file: What to read, as the walker found it.
        limit: In bytes; a larger file is refused.
        beginning: Read only so many bytes, of a larger file of any size; 0 to read all.

    Returns:
        The whole content of the file, or its first lines.

    Raises:
        Unsuitable: It vanished, cannot be read, is no regular file any more, or has more than
            `limit` bytes.
    """
    try:
        with _open_below(root, file.path) as stream:
            parts = []
            left = beginning or limit + 1
            while left and (part := stream.read(left)):
                parts.append(part)
                left -= len(part)
    except (FileNotFoundError, NotADirectoryError):
        raise Unsuitable("vanished") from None
    except (OSError, ValueError) as error:
        raise Unsuitable(unreadable(error)) from None
    data = b"".join(parts)
    if beginning:
        return data if left else _whole_lines(data)
    if not left:
        raise Unsuitable(larger_than(limit))
    return data


def _whole_lines(data: bytes) -> bytes:
    """Cut off an incomplete last line; where there is one line only, an incomplete last word."""
    if b"\0" in data[:_SAMPLE]:  # UTF-16 or UTF-32
        return data[: len(data) // 4 * 4]
    return data[: data.rfind(b"\n") + 1 or data.rfind(b" ") + 1 or len(data)]


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


def decode(
    data: bytes,
    *,
    escaped: bool = False,
    dump: bool = False,
    coded: bool = False,
    structured: bool = False,
) -> str:
    r"""Decode a text, with each "\r\n" and "\r" as "\n".

    Of a line that was written again and again after a "\r", as a bar that grows, the last is kept.

    Args:
        data: Any bytes.
        escaped: Whether escapes such as `\u0436` are replaced by the letters they stand for.
        dump: Whether the text may contain data: then long lines are cut short, and compressed
            drawings and pictures are left out.
        coded: Whether bytes in base64 are left out.
        structured: Whether it is data with keys and values: then many numbers in a row are left out
            as well as bytes.

    Returns:
        The text, with each line in its row.

    Raises:
        Unsuitable: It is `binary`, `encrypted`, `minified` or `generated`.
    """
    text = decoded(data)
    if len(CONTROL.findall(text, 0, _SAMPLE)) > 2 + min(len(text), _SAMPLE) // 20:
        raise Unsuitable("binary")
    text = _as_shown(text)
    if _ENCRYPTED.match(text):
        raise Unsuitable("encrypted")
    if _is_generated(text):
        raise Unsuitable("generated")
    if escaped:
        text = unescaped(text)
    if dump:
        text = _WORDLESS.sub(_emptied, text)
    elif coded or structured:
        text = without_bytes(text, structured=structured)
    if _is_minified(text):
        shorter = _shortened(text) if dump else ""
        if not shorter:
            raise Unsuitable("minified")
        return shorter
    return text


def without_bytes(text: str, *, structured: bool = False) -> str:
    """Leave out bytes in base64, and of structured data many numbers in a row.

    Args:
        text: Any text; one with a private key stays as it is, for that to be found.
        structured: As for `decode`.

    Returns:
        The text, with as many lines as before.
    """
    if "PRIVATE KEY" in text:
        return text
    if _may_hold_bytes(text):
        return (_BYTES_AND_NUMBERS if structured else _BYTES).sub(_emptied, text)
    return _NUMBERS_ALONE.sub(_emptied, text) if structured else text


def _may_hold_bytes(text: str) -> bool:
    in_runs = text.encode("ascii", "replace").translate(_IN_RUN)
    return _RUN in in_runs or _LINES_OF_BASE64.search(f"\n{text}") is not None


def decode_as(data: bytes, name: str) -> str:
    r"""Decode a text by its declared encoding; if that is wrong, by the detected one.

    Args:
        data: Any bytes.
        name: The name of the encoding; "" for none.

    Returns:
        The text, with each "\r\n" and "\r" as "\n"; only the ASCII characters of binary data.
    """
    try:
        text = (name and as_named(data, name)) or decoded(data)
    except Unsuitable:
        text = data.decode("ascii", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_shown(text: str) -> str:
    """Leave out what steers a terminal, and end each line with a line feed."""
    text = text.replace("\r\n", "\n")
    if "\x1b" in text:
        text = _TERMINAL_CODE.sub("", text)
    if "\r" in text and "\n" in text:
        text = _REWRITTEN.sub(_as_left, text)
    return text.replace("\r", "\n")


def _as_left(found: re.Match[str]) -> str:
    """Return what a terminal shows of a line that was written again and again, else the line."""
    times = [each for each in found[0].split("\r") if each.strip()]
    words = [word[0] if (word := _FIRST_WORD.search(each)) else "" for each in times]
    changed = sum(word != before for before, word in pairwise(words))
    is_counted = sum(map(_has_digit, times)) * 2 >= len(times)
    is_rewritten = len(times) >= _FEWEST_TIMES and is_counted and changed * 5 <= len(times)
    return times[-1] if is_rewritten else found[0]


def _emptied(found: re.Match[str]) -> str:
    """Keep the line ends of what is left out, and the brackets that it opens or closes alone."""
    brackets: list[str] = []
    for bracket in _BRACKET.findall(found[0]):
        if bracket == "]" and brackets[-1:] == ["["]:
            brackets.pop()
        else:
            brackets.append(bracket)
    ends_list = brackets[-1:] == ["]"] and found[0].rstrip().endswith(",")
    left = "".join(brackets).replace("][", "],[") + "," * ends_list
    return "\n" * found[0].count("\n") + left


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _shortened(text: str) -> str:
    """Cut the long lines of a text short; return "" if it has no others."""
    rows = text.split("\n")
    if not any(row.strip() and len(row) <= _LONG_LINE for row in rows):
        return ""
    return "\n".join(row if len(row) <= _LONG_LINE else row[:_LINE_HEAD] for row in rows)


def lines(text: str) -> list[str]:
    r"""Split a text at each "\n" and nowhere else; a "\n" at the end begins no further line."""
    parts = text.split("\n")
    return parts if parts[-1] else parts[:-1]


def _is_generated(text: str) -> bool:
    """Tell whether a comment in the first lines says that a program wrote the text."""
    header = text[:_HEADER].split("\n", _HEADER_LINES)[:_HEADER_LINES]
    comments = map(_COMMENT.match, header)
    return _GENERATED.search(" ".join(comment[1] for comment in comments if comment)) is not None


def _is_minified(text: str) -> bool:
    """Tell whether a text consists of long lines without words.

    Without its tags, lines over 5,000 characters must make up four fifths of the text. They are
    prose if one character in 25 is a space, or if UTF-8 takes 1.3 bytes a character as in Chinese;
    they are a table if one in 20 separates cells and brackets are rare. A notebook is never
    minified: its long lines are pictures in its outputs, which are not searched.
    """
    if len(text) <= _LONG_LINE or (text.startswith("{") and '"nbformat"' in text):
        return False
    with_tags = (line for line in text.split("\n") if len(line) > _LONG_LINE)
    without_tags = (_TAG.sub("", line) for line in with_tags)
    body = "".join(line for line in without_tags if len(line) > _LONG_LINE)
    size = len(body)
    if size * 5 <= len(text) * 4:
        return False
    is_prose = _share(body, " \t") >= 0.04 or len(body.encode()) >= size * 1.3
    is_table = _share(body, ",;|\t") >= 0.05 and _share(body, "(){}[]=<>") < 0.02
    return not is_prose and not is_table


def _share(text: str, characters: str) -> float:
    return sum(map(text.count, characters)) / len(text)
