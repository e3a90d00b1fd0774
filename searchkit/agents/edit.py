"""Inserts an entry into JSON with comments, or TOML, and leaves every other byte as it was."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

_STRING = r'"(?:\\.|[^"\\])*"'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)
_SPACE = re.compile(r"\s*")


class UneditableError(ValueError):
    """A text cannot be edited safely."""


def insert_json(text: str, keys: Sequence[str], name: str, value: Any) -> str:
    """Insert a member into an object of a JSON text, as the first one.

    Comments and commas at the end are understood, as editors allow them.

    Args:
        text: The whole file; may be blank.
        keys: Where the object is, from the root; those that are missing are made.
        name: The name of the member.
        value: The value of the member.

    Returns:
        The text with one part more.

    Raises:
        UneditableError: It is no such text, or the member is there already.
    """
    if not text.strip():
        text = "{}\n"
    bare = _bare(text)
    start, found = _inside(bare, list(keys))
    missing = list(keys)[found:]
    if found == len(keys) and name in _members(bare, start):
        raise UneditableError(f"there is an entry `{name}` already")
    member: Any = value
    for key in reversed([*missing[1:], name] if missing else []):
        member = {key: member}
    key = missing[0] if missing else name
    step = _step(text)
    depth = found + 1
    written = f"{json.dumps(key)}: {json.dumps(member, indent=step, ensure_ascii=False)}"
    line = "\n" + "\n".join(f"{step * depth}{each}" for each in written.split("\n"))
    is_empty = not _members(bare, start)
    line += f"\n{step * found}" if is_empty else ","
    if "\r\n" in text:
        line = line.replace("\n", "\r\n")
    after = text[: start + 1] + line + text[start + 1 :]
    _bare(after)
    return after


def insert_toml(text: str, keys: Sequence[str], name: str, value: Mapping[str, Any]) -> str:
    """Add a table at the end of a TOML text.

    Args:
        text: The whole file; may be blank.
        keys: The names of the tables around it.
        name: The name of the table.
        value: Its texts, numbers and lists of texts.

    Returns:
        The text with one part more.

    Raises:
        UneditableError: It is no TOML, or cannot take such a table.
    """
    found = _toml(text)
    for key in keys:
        found = found.get(key, {})
        if not isinstance(found, dict):
            raise UneditableError(f"`{key}` is no table")
    if name in found:
        raise UneditableError(f"there is an entry `{name}` already")
    # TOML writes strings and lists of strings as JSON does.
    rows = [f"{key} = {json.dumps(each, ensure_ascii=False)}" for key, each in value.items()]
    table = "\n".join([f"[{'.'.join([*keys, name])}]", *rows, ""])
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    added = gap + table
    after = text + (added.replace("\n", "\r\n") if "\r\n" in text else added)
    _toml(after)
    return after


def is_json(text: str) -> bool:
    """Tell whether a text is JSON, comments and commas at the end allowed; so is a blank one."""
    try:
        _bare(text)
    except UneditableError:
        return not text.strip()
    return True


def is_toml(text: str) -> bool:
    """Tell whether a text is TOML."""
    try:
        _toml(text)
    except UneditableError:
        return False
    return True


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UneditableError(f"it would not be TOML: {error}") from None


def _bare(text: str) -> str:
    """Blank comments and commas at the end, so that offsets stay and all is JSON."""

    def blanked(match: re.Match[str]) -> str:
        part = match[0]
        return part if part.startswith('"') else re.sub(r"[^\n]", " ", part)

    bare = _LAST_COMMA.sub(blanked, _COMMENT.sub(blanked, text))
    try:
        read = json.loads(bare)
    except (ValueError, RecursionError) as error:
        raise UneditableError(f"it is no JSON: {error}") from None
    if not isinstance(read, dict):
        raise UneditableError("it is no object")
    return bare


def _inside(bare: str, keys: list[str]) -> tuple[int, int]:
    """Find the innermost object of `keys` that is there.

    Args:
        bare: See `_bare`.
        keys: From the root.

    Returns:
        The offset of its brace, and how many of the keys lead to it.

    Raises:
        UneditableError: One of them holds another value.
    """
    start = _SPACE.match(bare).end()  # type: ignore[union-attr]
    for number, key in enumerate(keys):
        inner = _members(bare, start).get(key)
        if inner is None:
            return start, number
        if bare[inner] != "{":
            raise UneditableError(f"`{key}` is no object")
        start = inner
    return start, len(keys)


def _members(bare: str, start: int) -> dict[str, int]:
    """Return the offset of each value of the object at an offset."""
    decoder, found = json.JSONDecoder(), {}
    at = _skipped(bare, start + 1)
    while bare[at] != "}":
        key, at = decoder.raw_decode(bare, at)
        value = _skipped(bare, _skipped(bare, at) + 1)  # past the colon
        found[key] = value
        _, at = decoder.raw_decode(bare, value)
        at = _skipped(bare, at)
        if bare[at] == ",":
            at = _skipped(bare, at + 1)
    return found


def _skipped(bare: str, at: int) -> int:
    return _SPACE.match(bare, at).end()  # type: ignore[union-attr]


def _step(text: str) -> str:
    """Find by what a text indents its first line that is indented."""
    indented = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
    return indented[1] if indented else "  "
