"""Reads what the guide, the README and the project's own pages tell people to type."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
GUIDE = PROJECT / "searchkit" / "guide"

_FENCE = re.compile(r"^(`{3,})(\w*)([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SEPARATORS = {"|", "||", "&&", ";", "&", "(", ")", ">", ">>", "2>", "2>&1"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what it needs to run (nothing, or a word), and its text."""

    language: str
    needs: str
    text: str

    @property
    def commands(self) -> list[str]:
        """Its lines, those that go on below joined, without comments and blank ones."""
        joined = self.text.replace("\\\n", " ").splitlines()
        return [line for line in joined if line.strip() and not line.lstrip().startswith("#")]


def pages() -> dict[str, str]:
    """Every page for people, by its path in the project."""
    found = [PROJECT / "README.md", *sorted(GUIDE.glob("*.md")), *PROJECT.glob(".github/*.md")]
    return {str(path.relative_to(PROJECT)): path.read_text(encoding="utf-8") for path in found}


def blocks(text: str, language: str = "sh") -> list[Block]:
    """The fenced blocks in that language."""
    return [
        Block(match[2], match[3].strip().removeprefix("needs="), match[4])
        for match in _FENCE.finditer(text)
        if match[2] == language
    ]


def invocations(text: str) -> Iterator[list[str]]:
    """The arguments of each `searchkit` that the page tells people to type, wherever it stands."""
    found = [match for match in _FENCE.finditer(text) if match[2] != "python"]
    fenced = [line for match in found for line in match[4].splitlines()]
    for line in (*fenced, *_INLINE.findall(_FENCE.sub("", text))):
        for found in re.finditer(r"(?<![\w./-])searchkit ([a-z][^`]*)", line):
            yield list(_words(found[1]))


def _words(line: str) -> Iterator[str]:
    """Shell words up to the end of the command; a quote that ends elsewhere ends them as well."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        for word in lexer:
            if word in _SEPARATORS:
                return
            yield word
    except ValueError:
        return
