"""Turns documentation comments into plain sentences: what a person might have asked for.

Takes the text of a comment or documentation string of any programming language and gives its first
paragraph without comment marks, tags and markup, or nothing where it documents nothing. Parses no
code.
"""

import html
import re
from inspect import cleandoc

from searchkit.training.mining.prose import split_sentences
from searchkit.training.pair import word_count

_OPENING = re.compile(
    r"^\s*(?:/\*+!?<?|//[/!]*<?|--+\s?[|^*]?|\{-+\s?[|^]?|\(\*+|#+[':|]?|%+|;+|'{3}|\"{3}"
    r"|\*+(?!\w))\s?"
)
_CLOSING = re.compile(r"\s*(?:\*+/|-\}|\*+\)|\"{3}|'{3})\s*$")
_STRING = re.compile(r"^\s*(?:@\w+\s+)?[rRuUbBfF]{0,2}(?:~[sS])?(\"\"\"|'''|\"|')")
_SUMMARY_TAG = re.compile(
    r"^\s*[@\\](?:brief|description|desc|summary|short|details|classdesc|internal)\b:?\s*",
    re.IGNORECASE,
)
_TAG = re.compile(r"^\s*(?:[@\\]\w|:\w[^:]*:(?:\s|$))")
_SECTION = re.compile(
    r"^\s*(?:#+\s*|[-*]\s+|\*\*|_+)?(?:args?|arguments|param(?:eter)?s?|returns?|raises?|throws?"
    r"|yields?|examples?|(?:example )?usage|notes?|see(?: also)?|attributes|references?|warnings?"
    r"|since|complexity|panics?|errors?|safety|inputs?|outputs?|options|important|precondition"
    r"|signature|@?category|default|author|todo|copyright|time|space|opts?|keyword args|reviewers?"
    r"|syntax|demo|requires)(?:\s+\w+|\s*\(\w+\))?\s*(?:\*\*)?\s*(?::|$)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"^\s*(?:```|~~~|>>>|\.\. |<pre|<code>|<example|<param|<returns?|<remarks|<typeparam|iex>|\$ )"
)
_INDENTED = re.compile(r"(?: {4}|\t)\s*\S")
_RULE = re.compile(r"^\s*[-=*~_^#/+]{3,}\s*$")
_INLINE = (
    (re.compile(r"^[\w.!]+\([^()]*\)\s+(?=[A-Z])"), ""),
    (re.compile(r"\{@\w+\s*([^}]*)\}"), r"\1"),
    (
        re.compile(
            r"<(?:see|seealso|paramref|typeparamref)\s+\w+=[\"'](?:\w:)?([^\"']*)[\"']\s*/?>"
        ),
        r"\1",
    ),
    (re.compile(r"</?[a-zA-Z][^<>]{0,80}>"), " "),
    (re.compile(r":[\w:.+-]+:`([^`<]*?)\s*(?:<[^`>]*>)?`"), r"\1"),
    (re.compile(r"!?\[([^\]]+)\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"\[\[?`?([\w.:#() ]+?)`?\]\]?(?=\W|$)"), r"\1"),
    (re.compile(r"(?:\b\w+: ?)?https?://\S+"), ""),
    (re.compile(r"([+@])(\w[\w.]*)\1"), r"\2"),
    (re.compile(r"(?<!\w)'([A-Z][\w.]*)'(?!\w)"), r"\1"),
    (re.compile(r"[@\\](?:code|p|c|a|e|ref|link|em|b|endlink)\s+"), ""),
    (re.compile(r"``?([^`]*)``?"), r"\1"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"\1"),
    (re.compile(r"`_?"), ""),
    (re.compile(r"\s+"), " "),
)
_NOTHING = re.compile(
    r"(?:todo|fixme|xxx|hack|note|copyright|\(c\)|spdx|licen[sc]ed?|eslint|tslint|jshint|jslint"
    r"|prettier|istanbul|noinspection|pylint|flake8|noqa|type:|mypy|nolint|region\b|endregion|pragma"
    r"|clang-|nodoc|@?ts-|global |rubocop|swiftlint|ktlint|shellcheck|phpcs|phpstan|psalm"
    r"|see\b|same as|deprecated|inherit|\{@inherit|overrid|this is (?:a )?(?:test|generated)"
    r"|auto-?generated|generated|code generated|do not edit|non-?public|internal|private|public"
    r"|constructor\b|destructor\b|default constructor|initializes a new instance of|tests?\b"
    r"|for internal use|only for|used internally|helper\b.{0,12}$)"
    r"|.*\b(?:all rights reserved|permission is hereby|you may not use this file)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]|\s")
_MOST_WORDS = 60
_FEWEST_WORDS = 4


def sentences(comment: str) -> str:
    """Extract the first paragraph of a documentation comment.

    Args:
        comment: The comment as it stands in the code, marks included.

    Returns:
        Plain sentences, about 60 words at most. Empty for fewer than four words, a licence, a note
        to a tool or to the authors, a reference to another comment, and code that was commented
        out.
    """
    text = _shorten(_paragraph(_bare_lines(comment)))
    return text if _says_something(text) else ""


def _bare_lines(comment: str) -> list[str]:
    string = _STRING.match(comment)
    if string:
        inner = comment[string.end() :].rstrip().removesuffix(string.group(1))
        return cleandoc(inner).splitlines()
    lines = _CLOSING.sub("", comment).splitlines()
    return [_OPENING.sub("", _CLOSING.sub("", line), count=1) for line in lines]


def _paragraph(lines: list[str]) -> str:
    """Gather lines until the paragraph, or what is prose in it, ends."""
    kept: list[str] = []
    for line in lines:
        summary = _SUMMARY_TAG.match(line)
        line = line[summary.end() :] if summary else line
        if not line.strip() or _RULE.match(line):
            if word_count(" ".join(kept)) >= _FEWEST_WORDS:
                break
        elif _ends_prose(line) or (not kept and _INDENTED.match(line)):
            if kept:
                break
            if not (_TAG.match(line) or _INDENTED.match(line)):
                return ""
        else:
            kept.append(line.strip())
    return _plain(" ".join(kept))


def _ends_prose(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_TAG, _SECTION, _CODE))


def _plain(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return html.unescape(text).strip(" -*:|/#=")


def _shorten(text: str) -> str:
    kept: list[str] = []
    words = 0
    for sentence in split_sentences(text):
        words += word_count(sentence)
        if kept and words > _MOST_WORDS:
            break
        kept.append(sentence)
    return " ".join(kept).strip()


def _says_something(text: str) -> bool:
    """Tell whether a text is prose about what it documents."""
    if not _FEWEST_WORDS <= word_count(text) <= 2 * _MOST_WORDS:
        return False
    if _NOTHING.match(text) or text.endswith((";", "{", "}", "=>", ",")) or "://" in text[:12]:
        return False
    if text[0].islower() and word_count(text) < _FEWEST_WORDS + 2:
        return False  # an aside beside the code rather than a sentence on it
    return len(_LETTER.findall(text)) >= 0.8 * len(text)
