"""Defines the rows of the table of languages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from searchkit_index.languages.grammar import Grammar

if TYPE_CHECKING:
    import tree_sitter

# What may stand before the root of a file in XML.
PROLOG = rb"\A(?:\xef\xbb\xbf)?\s*(?>(?:<!--(?s:.*?)-->|<[?!](?!--)[^>]*>)\s*)*+"

LanguageKind = Literal["code", "prose", "data"]
Embeds = Literal[
    "", "fences", "tags", "runs", "directives", "attributes", "filters", "literate", "pod", "blocks"
]


@dataclass(frozen=True, slots=True)
class Headings:
    """How headings are recognised by one regular expression.

    Attributes:
        pattern: Matched at the start of a line. Its group `title` is the title; the length of its
            group `mark` is the depth, from 1, unless `depths` has the mark.
        depths: For each depth, from 0, the marks that have it, separated by spaces.
        fence: Matched at the start of the lines that open and close a block of code; "" for none.
            Its first group is the mark, which also closes the block; its optional group `language`
            is the language of the code.
    """

    pattern: str
    depths: tuple[str, ...] = ()
    fence: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    r"""One language or format: how its files are recognised, read and cut.

    Compared by identity, since there is one row for each.

    Attributes:
        name: As people type it after `--lang`, lower case.
        kind: Source code, text for people, or structured data.
        suffixes: Endings of file names, lower case, without the leading dot.
        files: Full names of files (`Makefile`).
        interpreters: Programs of a `#!` line, without their version.
        aliases: Other names that people type (`c++`).
        claims: Pairs of a suffix of another language, or "" for unknown names, and a regular
            expression; a file of that suffix whose first bytes match it is in this language.
        tests: Globs of the names that the language's conventions give to files with tests.
        grammar: How to parse and cut it; None to cut it without a parser.
        outline: How headings are recognised, or the module of `chunking.outlines` that finds them;
            None to cut by blank lines and indentation only.
        definitions: How definitions begin, for a language without a grammar, as in
            `languages.definitions`; "" for what most languages share.
        remarks: How a row begins that is all comment, as a regular expression, for a language in
            which such rows often stand further left than the code around them; its group, what
            stands at the margin though it is always inside something, as the rows of a string. ""
            where all rows are as deep as they look.
        flat: Whether statements may stand as far left as the head of what they are in, or further
            where a number before them is a label.
        reader: The module of `reading.formats` that reads it; "" for plain text.
        packages: The optional distributions of which the reader needs one.
        program: A program that the reader uses if it is installed, and needs if it has no packages.
        bulky: Whether its files contain pictures or compressed data, and so may be larger.
        encoded: Whether people read other lines than those of the file, as of a notebook's JSON.
        escaped: Whether escapes of letters, as in JSON, are replaced by the letters.
        dumps: Whether very long lines are data beside text, and cut short; in other languages they
            show that a program wrote the file.
        embeds: How parts in other languages are marked: `fences`, as `outline` finds them; `tags`,
            scripts and styles; `runs`, commands below a key; `directives`, indented below a line
            with the language; `attributes`, delimited below such a line; `filters`, indented below
            a keyword of a template; `literate`, between `\begin{code}` and its end, or after `>`;
            `pod`, a manual below commands such as `=head1`, which names its parts but has no
            language of its own; `blocks`, as the reader finds them; "" if there are only SQL
            strings.
        lexer: Its name in Pygments, if that is another one.
    """

    name: str
    kind: LanguageKind
    suffixes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    interpreters: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    claims: tuple[tuple[str, bytes], ...] = ()
    tests: tuple[str, ...] = ()
    grammar: Grammar | None = None
    outline: Headings | str | None = None
    definitions: str = ""
    remarks: str = ""
    flat: bool = False
    reader: str = ""
    packages: tuple[str, ...] = ()
    program: str = ""
    bulky: bool = False
    encoded: bool = False
    escaped: bool = False
    dumps: bool = False
    embeds: Embeds = ""
    lexer: str = ""

    @property
    def divisible(self) -> bool:
        """Whether a file that is too large is read without its end; of bulky ones only mail is."""
        return not self.bulky or self.reader == "mail"

    def parser(self) -> "tree_sitter.Parser | None":
        """Make a parser; None without a grammar, or when its wheel is not installed."""
        return self.grammar.parser() if self.grammar else None


# Fields that are tuples of words.
_WORDS = {"suffixes", "files", "interpreters", "aliases", "tests", "packages"}


def row(name: str, suffixes: str = "", grammar: Grammar | None = None, **others: Any) -> Language:
    """Make a row, of code if not said; words of a tuple of `Language` stand between spaces."""
    given = {"kind": "code", "suffixes": suffixes, "grammar": grammar, **others}
    words = {field: tuple(given[field].split()) for field in _WORDS & given.keys()}
    return Language(name, **given | words)
