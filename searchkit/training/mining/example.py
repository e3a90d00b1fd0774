"""Mines pairs of a few words and the few lines of code that do what they say.

In documents a sentence that leads to a piece of code, in programs a comment on lines of its own
and the lines below it, in notebooks a cell of text and the cell of code after it. Such pairs are
short on both sides, as what people look for on the web is. Nothing here opens a file.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from textwrap import dedent

from searchkit.training.mining.comment import sentences
from searchkit.training.mining.document import Block, Section, sections
from searchkit.training.mining.prose import language_of, split_sentences
from searchkit.training.pair import Pair, cut, token_count, word_count

_MOST_TOKENS = 150
_FEWEST_TOKENS = 5
_FEWEST_WORDS = 4
_MOST_WORDS = 40
_MOST_LINES = 10
_PROMPT = re.compile(r"^\s*(?:>>> ?|In ?\[\d*\]: ?|\$ |irb[^>]*> ?|iex[^>]*> ?|julia> ?)")
_CONTINUED = re.compile(r"^\s*(?:\.\.\.:? ?|   \.\.\.+: ?)")
_CHECKED = re.compile(r"[ ]*# doctest:.*$", re.MULTILINE)
_DIRECTIVE = re.compile(r"\A(?:\s*:[\w-]+:.*\n)+")
_POINTS_ONLY = re.compile(
    r"\W*(?:for example|example|e\.g\.?|output|outputs|result|returns|gives|usage|like (?:this|so)|"
    r"note|or|and|then|see|as follows|the following|will (?:print|output|produce|result))\W*",
    re.IGNORECASE,
)
_OUTPUT = re.compile(
    r"\b(?:output|prints?|printed|produces?|displays?|yields)\W*$|\bwill (?:be|look|give)\b.*:$",
    re.IGNORECASE,
)
_SIGNS = {
    **dict.fromkeys(("python", "ruby", "bash", "r", "perl", "julia", "elixir", "nim"), "#"),
    **dict.fromkeys(("c", "cpp", "csharp", "dart", "go", "java", "javascript", "kotlin"), "//"),
    **dict.fromkeys(("php", "rust", "scala", "swift", "typescript", "tsx", "zig"), "//"),
    **dict.fromkeys(("lua", "sql", "haskell", "elm"), "--"),
    "clojure": ";",
    "erlang": "%",
}


def comment_pairs(text: str, language: str) -> Iterator[Pair]:
    """Yield `comment` pairs of a program: what a comment says, and the lines below it.

    The lines end at a blank one, at the next such comment, where the indentation falls back, and
    after ten.
    """
    sign = _SIGNS.get(language)
    if sign is None:
        return
    lines = text.replace("\t", "    ").splitlines()
    said: list[str] = []
    for number, line in enumerate(lines):
        if line.lstrip().startswith(sign):
            said.append(line)
            continue
        if said and line.strip():
            words = sentences("\n".join(said))
            code = _lines_below(lines, number, sign)
            yield from _pair(words, code, "comment", language)
        said = []


def _lines_below(lines: Sequence[str], start: int, sign: str) -> str:
    depth = _depth(lines[start])
    end = start
    while end < min(len(lines), start + _MOST_LINES) and lines[end].strip():
        if _depth(lines[end]) < depth or lines[end].lstrip().startswith(sign):
            break
        end += 1
    return dedent("\n".join(lines[start:end]))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def example_pairs(document: Iterable[Section]) -> Iterator[Pair]:
    """Yield `example` pairs of a document: the sentence before a piece of code, and the code."""
    for section in document:
        for before, block in pairwise(section.blocks):
            if block.kind == "code" and before.kind != "code":
                yield from _pair(_question(section, before), _typed(block.text), "example")


def notebook_pairs(text: str) -> Iterator[Pair]:
    """Yield `example` pairs of a Jupyter notebook; none where it cannot be read."""
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for (kind, words), (next_kind, code) in pairwise(cells):
        if kind == "markdown" and next_kind == "code" and (found := sections(words, "markdown")):
            last = found[-1]
            before = last.blocks[-1] if last.blocks else Block("paragraph", last.heading)
            yield from _pair(_question(last, before), code, "example", "python")


def _question(section: Section, before: Block) -> str:
    """Return the last sentence before the code, or the heading where it only points to the code."""
    said = "".join(split_sentences(before.text)[-1:]).strip(" :：-*")
    if _OUTPUT.search(said):
        return ""
    if word_count(said) < _FEWEST_WORDS or _POINTS_ONLY.fullmatch(said):
        return section.heading
    return said


def _typed(code: str) -> str:
    """Return what a person typed in a session, without prompts and without the answers."""
    lines = _DIRECTIVE.sub("", code).splitlines()
    if not any(_PROMPT.match(line) for line in lines):
        return dedent("\n".join(lines)).strip("\n")
    typed = []
    mark = None
    for line in lines:
        mark = _PROMPT.match(line) or (mark and _CONTINUED.match(line))
        if mark:
            typed.append(line[mark.end() :])
    return "\n".join(typed).strip("\n")


def _pair(words: str, code: str, kind: str, language: str = "") -> Iterator[Pair]:
    code = _CHECKED.sub("", code).rstrip()
    if _FEWEST_WORDS <= word_count(words) <= _MOST_WORDS and token_count(code) >= _FEWEST_TOKENS:
        yield Pair(words, cut(code, _MOST_TOKENS), kind, language_of(words), language)
