"""Reads documents as headings and blocks, whatever their markup, and pairs what is in one.

Markdown, reStructuredText and AsciiDoc are read into one form: sections with a heading path, and in
each section paragraphs, list items and code. Nothing here opens a file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from searchkit.training.mining.prose import natural_language, plain
from searchkit.training.pair import Pair, cut, token_count, word_count

_MOST_TOKENS = 300
_FEWEST_WORDS = 16
_MOST_PATH = 3

BlockKind = Literal["paragraph", "item", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section.

    Attributes:
        kind: A paragraph, a list item, or a piece of code.
        text: Its text, without markup or fences.
    """

    kind: BlockKind
    text: str


@dataclass(slots=True)
class Section:
    """The part of a document between two headings.

    Attributes:
        level: 1 for a title, more below; 0 before the first heading.
        path: The headings that lead here, the section's own last; empty before the first heading.
        anchor: The name that links use, where the markup gives one.
        blocks: Its blocks, in the order of the document.
    """

    level: int
    path: tuple[str, ...]
    anchor: str = ""
    blocks: list[Block] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The section's own heading; empty before the first one."""
        return self.path[-1] if self.path else ""

    def text(self) -> str:
        """Join the texts of its blocks, one below the other."""
        return "\n".join(block.text for block in self.blocks)


_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n|\A\+\+\+\s*\n(.*?)\n\+\+\+\s*\n", re.DOTALL)
_TITLE = re.compile(r"^title\s*[:=]\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->|\{/\*(?!.*?\*/\}\s*$).*?\*/\}", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,}|-{4,}$|\.{4,}$)")
_HASH_HEADING = re.compile(r"^(#{1,6}|={1,6})\s+(.+?)\s*#*\s*$")
_ANCHOR = re.compile(
    r"\s*(?:\\?\{#([\w.:-]+)[^}]*\}|\{/\*\s*([\w.:-]+)\s*\*/\}|<a\s+name=\"([\w-]+)\".*?</a>)"
)
_UNDERLINE = re.compile(r"^([=\-~^\"'`*+#:.])\1{2,}\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)]|#\.)\s+")
_NOISE = re.compile(
    r"^\s*(?:import\s.+from\s|export\s|:::|!!!|\.\. |:\w[\w -]*:(?:\s|$)"
    r"|\[\[|\[(?:source|NOTE|TIP)|</?[A-Za-z][^>]*>?\s*$"
    r"|\{[{%]|\|[-:| ]+\|?$|\[[^\]]+\]:\s|include::|ifdef::|endif::|//\s|[-=*~]{3,}$)"
)
_LITERAL = re.compile(
    r"::\s*$|^\s*\.\. (?:code|code-block|sourcecode|prompt|doctest|literalinclude)\b"
)


@dataclass(frozen=True, slots=True)
class Markup:
    """What tells one markup from another.

    Attributes:
        marked: Whether a heading may begin with marks whose number is its level.
        underlines: The level of a heading by the mark that underlines it; empty where none is
            underlined, None where the marks a document uses first are its upper levels.
        fences: What lines around code begin with.
        literal: Whether lines that are indented after `::` or after a directive are code.
    """

    marked: bool
    underlines: Mapping[str, int] | None
    fences: str
    literal: bool = False


MARKUPS = {
    "markdown": Markup(marked=True, underlines={"=": 1, "-": 2}, fences="`~"),
    "restructuredtext": Markup(marked=False, underlines=None, fences="", literal=True),
    "asciidoc": Markup(marked=True, underlines={}, fences="-."),
}


def sections(text: str, markup: str) -> list[Section]:
    """Read a document into sections.

    Args:
        text: The document.
        markup: The name of its format, one of `MARKUPS`.

    Returns:
        Its sections in order; those without heading and blocks are left out.
    """
    front = _FRONT.match(text)
    title = _TITLE.search(front.group(0)) if front else None
    body = text[front.end() :] if front else text
    reader = _Reader(MARKUPS[markup], plain(title.group(1)) if title else "")
    for line in _COMMENT.sub("", body).splitlines():
        reader.read(line.rstrip())
    return reader.finish()


class _Reader:
    """Reads a document line by line."""

    def __init__(self, markup: Markup, title: str) -> None:
        self._markup = markup
        self._found = [Section(1 if title else 0, (title,) if title else ())]
        self._has_title = bool(title)
        self._lines: list[str] = []
        self._fence = ""
        self._literal = False
        self._marks: list[str] = []

    def read(self, line: str) -> None:
        if self._in_code(line):
            return
        heading = _HASH_HEADING.match(line) if self._markup.marked else None
        if heading:
            self._flush()
            self._open(len(heading.group(1)), heading.group(2))
        elif self._is_underline(line):
            self._open(self._level_of(line[0]), self._lines.pop())
        elif not line or _NOISE.match(line):
            self._flush()
            if self._markup.literal and _LITERAL.search(line):
                self._literal = True
        else:
            if _ITEM.match(line):
                self._flush()
            self._lines.append(line)

    def finish(self) -> list[Section]:
        self._flush()
        return [section for section in self._found if section.path or section.blocks]

    def _in_code(self, line: str) -> bool:
        """Take a line that belongs to code, or opens or closes it."""
        if self._fence:
            if line.strip() == self._fence or (
                self._fence[0] in "`~" and line.strip().startswith(self._fence)
            ):
                self._close_code()
            else:
                self._lines.append(line)
            return True
        if self._literal and (not line or line[0].isspace()):
            self._lines.append(line)
            return True
        if self._literal:
            self._close_code()
        fence = _FENCE.match(line)
        if fence and fence.group(2)[0] in self._markup.fences:
            self._flush()
            self._fence = fence.group(2)
            return True
        return False

    def _close_code(self) -> None:
        code = "\n".join(self._lines).strip("\n")
        if code.strip():
            self._found[-1].blocks.append(Block("code", code))
        self._lines, self._fence, self._literal = [], "", False

    def _is_underline(self, line: str) -> bool:
        if len(self._lines) != 1 or not _UNDERLINE.match(line) or _ITEM.match(self._lines[0]):
            return False
        if self._markup.underlines is None:
            return len(line) + 2 >= len(self._lines[0])
        return line[0] in self._markup.underlines

    def _level_of(self, mark: str) -> int:
        if self._markup.underlines is not None:
            return self._markup.underlines[mark]
        if mark not in self._marks:
            self._marks.append(mark)
        return self._marks.index(mark) + 1

    def _flush(self) -> None:
        """End the paragraph or list item that is being gathered."""
        if self._fence or self._literal:
            self._close_code()
            return
        lines, self._lines = self._lines, []
        if not lines:
            return
        self._literal = self._markup.literal and lines[-1].endswith("::")
        is_item = bool(_ITEM.match(lines[0]))
        text = plain(" ".join(_ITEM.sub("", line).strip("> \t|") for line in lines))
        if text:
            self._found[-1].blocks.append(Block("item" if is_item else "paragraph", text))

    def _open(self, level: int, heading: str) -> None:
        anchor = _ANCHOR.search(heading)
        name = next(filter(None, anchor.groups()), "") if anchor else ""
        words = plain(_ANCHOR.sub("", heading))
        level += self._has_title
        outer = [part for part in self._found if part.path]
        path: tuple[str, ...] = ()
        for section in reversed(outer):
            if section.level < level:
                path = section.path
                break
        self._found.append(Section(level, (*path, words), name))


_QUESTION = re.compile(r"[?？؟]\s*$")
_DULL = re.compile(
    r"(?:table of contents|contents|licen[sc]e|change ?log|authors?|contributors?|sponsors?|backers"
    r"|credits|acknowledg\w+|references|see also|links|copyright|translations?|history|readme"
    r"|v?\d+\.\d+.*|\[?unreleased\]?.*|further reading|what's changed|bug fixes|minor changes"
    r"|patch changes|dependencies)\W*",
    re.IGNORECASE,
)


def document_pairs(found: Sequence[Section], language: str = "") -> Iterator[Pair]:
    """Yield heading path and section (`section`), question and answer (`faq`), and neighbours.

    Args:
        found: The document, see `sections`.
        language: ISO 639-1 code, where the file's place tells it; guessed otherwise.

    Yields:
        Pairs of the document's own language on both sides.
    """
    likely = natural_language(" ".join(section.text() for section in found)[:4000]) or language
    for section in found:
        guessed = natural_language(section.text())
        yield from _section_pairs(
            section, "en" if guessed == "en" else language or guessed or likely
        )


def _section_pairs(section: Section, language: str) -> Iterator[Pair]:
    body = _spaced(section)
    prose = [block.text for block in section.blocks if block.kind == "paragraph"]
    if not section.path or _DULL.fullmatch(section.heading) or _is_list_of_links(section):
        return
    if word_count(body) >= _FEWEST_WORDS and token_count(body) < 3 * word_count(body):
        is_question = _QUESTION.search(section.heading) and word_count(section.heading) >= 4
        question = section.heading if is_question else _path(section)
        if word_count(question) >= 2:
            kind = "faq" if is_question else "section"
            yield Pair(question, cut(body, _MOST_TOKENS), kind, language, language)
    long = [text for text in prose if word_count(text) >= _FEWEST_WORDS]
    if len(long) >= 2:
        opening = f"{section.heading}. {cut(long[0], 60)}"
        yield Pair(opening, cut(long[1], _MOST_TOKENS), "section", language, language)


def _path(section: Section) -> str:
    """Join the title and the last headings that lead to a section, each once."""
    parts = list(dict.fromkeys(part for part in section.path if part))
    shown = parts if len(parts) <= _MOST_PATH else [parts[0], *parts[1 - _MOST_PATH :]]
    return " > ".join(shown)[:200]


def _spaced(section: Section) -> str:
    return "\n".join(
        f"- {block.text}" if block.kind == "item" else block.text for block in section.blocks
    )


def _is_list_of_links(section: Section) -> bool:
    """Tell whether nearly all blocks are items of a few words: contents, not content."""
    short = sum(block.kind == "item" and word_count(block.text) < 8 for block in section.blocks)
    return short * 10 > len(section.blocks) * 8
