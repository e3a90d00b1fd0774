"""Tokenizes HTML and XML, however broken, into tags and text, in linear time.

Follows the tokenizer of the HTML standard for valid documents, and goes on with the next character
after an error. Nothing is searched for twice: if a closing quote is missing once, then it is
missing for the rest of the document.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

# Elements whose content, up to the closing tag, is no markup.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})

_NAME = re.compile(r"[^\s/>]+")
_ATTRIBUTE = re.compile(
    r"[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]*+)))?"
)
_END = re.compile(r"[\s/]*+>")
_ANY_TAG = re.compile(r"<[^<>]*+>")


class Token(NamedTuple):
    """A tag or some text.

    Attributes:
        kind: `start`, `end`, `text` (character references replaced), or `raw` (the unchanged
            content of a script or style).
        value: The name of the tag, in lower case, or the text.
        at: The offset of its first character.
        attributes: The attributes of a start tag, by name in lower case; character references in
            values are replaced.
        closed: Whether it is a start tag that ends with a slash.
    """

    kind: str
    value: str
    at: int
    attributes: dict[str, str] = {}  # noqa: RUF012 -- never changed
    closed: bool = False


def tokens(text: str) -> Iterator[Token]:
    """Tokenize a document; everything but comments is in one of the tokens."""
    position, size = 0, len(text)
    while position < size:
        start = text.find("<", position)
        start = size if start < 0 else start
        if start > position:
            yield Token("text", unescape(text[position:start]), position)
        if start == size:
            return
        token, position = _tag(text, start)
        if position < 0:  # an unfinished tag: from here on it cannot be told from text
            yield Token("text", unescape(_ANY_TAG.sub(" ", text[start:])), start)
            return
        if token is None:
            continue
        yield token
        if token.kind == "start" and token.value in _RAW and not token.closed:
            end = _closing(text, token.value, position)
            kind = "raw" if token.value in ("script", "style") else "text"
            content = text[position:end]
            yield Token(kind, content if kind == "raw" else unescape(content), position)
            position = end


def _tag(text: str, start: int) -> tuple[Token | None, int]:
    """Return the token at a "<", None for a comment, and where it ends, -1 if it does not."""
    following = text[start + 1 : start + 2]
    if following.isalpha():
        return _start_tag(text, start)
    if following == "/" and text[start + 2 : start + 3].isalpha():
        name = _NAME.match(text, start + 2)
        end = text.find(">", start)
        return Token("end", name[0].lower() if name else "", start), end + 1 or -1
    if text.startswith("<!--", start):
        end = text.find("-->", start + 4)
        return None, end + 3 if end >= 0 else len(text)
    if text.startswith("<![CDATA[", start):
        end = text.find("]]>", start)
        end = len(text) if end < 0 else end
        return Token("text", text[start + 9 : end], start), end + 3
    if following and following in "!?/":
        end = text.find(">", start)
        return None, end + 1 or -1
    return Token("text", "<", start), start + 1


def _start_tag(text: str, start: int) -> tuple[Token | None, int]:
    name = _NAME.match(text, start + 1)
    assert name
    attributes: dict[str, str] = {}
    position = name.end()
    while True:
        if end := _END.match(text, position):
            closed = end[0].startswith("/") or end[0].rstrip(">").endswith("/")
            return Token("start", name[0].lower(), start, attributes, closed), end.end()
        found = _ATTRIBUTE.match(text, position)
        if found is None:
            return None, -1
        value = next((value for value in found.groups()[1:] if value is not None), "")
        attributes.setdefault(found[1].lower(), unescape(value))
        position = found.end()


def _closing(text: str, name: str, position: int) -> int:
    found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, position)
    return found.start() if found else len(text)
