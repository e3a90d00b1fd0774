"""Defines a hit: an answer to a question, as front ends and programs take it."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from searchkit.hits.best_line import Line, best_line
from searchkit.hits.excerpt import Lines, as_written, marks, whole_file
from searchkit.hits.numbering import numbers
from searchkit.pattern import Pattern
from searchkit.ranking.ranked import Part


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a hit of a shared index is from; its files need not be on this machine.

    Attributes:
        repository: The name that it was pushed under.
        commit: What was pushed; "" outside of git.
        link: The address of its lines on the web; "" where that is not known.
        differs: Whether the asker's own checkout holds other lines there; None without one.
        local: The same file in the asker's own checkout; "" without one.
        key: Names the chunk, in hex; another push of the same lines gives the same.
    """

    repository: str
    commit: str
    link: str
    differs: bool | None = None
    local: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk in an answer: these lines of this file.

    Attributes:
        root: The indexed folder, absolute.
        path: The path of the file, relative to the root, "/" between parts.
        start_line: The first line, from 1.
        end_line: The last line, inclusive.
        symbol: Names of the definitions or headings around it, as `Class > method`; may be empty.
        language: Programming language or format of the file; None when unknown.
        kind: `definition`, `code`, `prose` or `data`.
        text: The lines as they were indexed.
        score: What the answer is sorted by; comparable within one answer only.
        parts: For each side that found it (`semantic`, `lexical`) its rank there and its score.
        shares: What each side and each rule of the ranking gave or took; they sum to the score.
        confidence: How likely it is about what was asked at all, from 0 to 1; None where nobody
            fitted that to the scores of the model.
        natural_language: What prose is written in, by its code of ISO 639-1, where that is sure.
        place: Where a person finds it again where lines do not tell: `page 3`, `slide 2`, `sheet
            Costs, row 4`; "" in plain text.
        inner_language: What it is written in where that is not the language of the file, as a
            script in a page.
        copies: Paths of other files where the same text was found: relative to the root, or
            absolute below another root.
        copy_count: How many other places in its folder hold the same text, those that were not
            looked at included; at least as many as `copies` names.
        terms: The words of the question that are worth marking in its lines.
        standing: For words of the question that its folder lacks, as they were typed, their near
            words, as terms of the folder, the nearest first.
        patterns: What its lines were to match.
        cited_line: The line that the question gives by its number, from 1; 0 for none.
        spelled_offset: The offset of the first line that has a date or a number of the question,
            however it is written; None for none.
        chunk_id: Its number in the catalog of its root, which no other chunk ever gets.
        nearest: Chooses the line that answers where words do not decide (see
            `searchkit.hits.best_line.Nearest`); None to choose by words alone.
        origin: Where a hit of a shared index comes from; `root` is then the repository's name.
    """

    root: Path
    path: str
    start_line: int
    end_line: int
    symbol: str
    language: str | None
    kind: str
    text: str
    score: float
    parts: dict[str, Part] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    natural_language: str | None = None
    place: str = ""
    inner_language: str | None = None
    copies: tuple[str, ...] = ()
    copy_count: int = 0
    terms: frozenset[str] = field(default=frozenset(), repr=False)
    standing: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    patterns: Sequence[Pattern] = field(default=(), repr=False)
    cited_line: int = 0
    spelled_offset: int | None = None
    nearest: Callable[..., Any] | None = field(default=None, repr=False, compare=False)
    chunk_id: int = field(default=0, repr=False)
    origin: Origin | None = None

    @property
    def file(self) -> Path:
        """The file, absolute."""
        return self.root / self.path

    @property
    def line(self) -> int:
        """The number of the line that answers best, from 1: to open the file at."""
        return self.numbers[self.offset]

    @property
    def offset(self) -> int:
        """Which of the lines of its text answers best, from 0."""
        return self._best.offset

    @property
    def numbers(self) -> Sequence[int]:
        """For each line of its text the line of the file that it begins on, from 1."""
        if self.origin is not None:
            return range(self.start_line, self.start_line + self.text.count("\n") + 1)
        return numbers(self.root, self.path, self.text, self.start_line, self.end_line)

    @property
    def column(self) -> int:
        """Where in that line the match begins, in bytes from 1, as editors count."""
        line = self.text.split("\n")[self.offset]
        start = next((start for start, _ in self.marks(line)), len(line) - len(line.lstrip()))
        return len(line[:start].encode(errors="replace")) + 1

    def marks(self, line: str) -> Iterator[tuple[int, int]]:
        """Find what is worth marking in a line: what patterns match, else words of the question.

        Args:
            line: Without its line end.

        Yields:
            Offsets in characters, the end not included; in order, and no two overlap.
        """
        if not self.patterns:
            yield from marks(line, self.terms)
            return
        last = 0
        for start, end in sorted(span for each in self.patterns for span in each.spans(line)):
            if end > last:
                yield max(start, last), end
                last = end

    @property
    def near(self) -> dict[str, list[str]]:
        """The near words in its path, symbol or text, as they stand there, by word asked."""
        if not self.standing:
            return {}
        text = f"{self.path}\n{self.symbol}\n{self.text}"
        held = as_written(text, {term for terms in self.standing.values() for term in terms})
        found = {
            word: list(dict.fromkeys(held[term] for term in terms if term in held))
            for word, terms in self.standing.items()
        }
        return {word: others for word, others in found.items() if others}

    @property
    def excerpt(self) -> str:
        """The text of the line that answers best, without blanks around it."""
        return self._best.text

    @property
    def _best(self) -> Line:
        offset = self.spelled_offset
        if self.cited_line:
            offset = max(bisect_right(self.numbers, self.cited_line) - 1, 0)
        if offset is not None and (line := self.text.split("\n")[offset].strip()):
            return Line(offset, line)
        return best_line(self, self.nearest)

    def reread(self) -> Lines:
        """Read the file again, of a large one the beginning; see `hits.excerpt.whole_file`."""
        if self.origin is not None:
            note = "the lines as they were pushed" + "; yours differ" * bool(self.origin.differs)
            return Lines(self.text.split("\n"), self.start_line, note)
        return whole_file(self.root, self.path, self.text, self.start_line, self.end_line)

    def with_context(self, before: int, after: int | None = None) -> Lines:
        """Return its lines with some around them, while the file still holds them.

        Args:
            before: How many before its first line.
            after: How many after its last one; None for as many.

        Returns:
            The lines.
        """
        whole = self.reread()
        if whole.note:
            return Lines(self.text.split("\n"), self.start_line, whole.note)
        start = max(1, self.start_line - before)
        return Lines(
            whole.lines[start - 1 : self.end_line + (before if after is None else after)], start
        )

    def record(self) -> dict[str, Any]:
        """Return all of it as values that JSON holds."""
        parts = {side: {"rank": it.rank, "score": it.score} for side, it in self.parts.items()}
        return {
            "file": str(self.file),
            "root": str(self.root),
            "path": self.path,
            "start_line": self.start_line,
            "end_line": self.end_line,
            "line": self.line,
            "column": self.column,
            "excerpt": self.excerpt,
            "place": self.place,
            "symbol": self.symbol,
            "language": self.language,
            "inner_language": self.inner_language,
            "natural_language": self.natural_language,
            "kind": self.kind,
            "text": self.text,
            "score": self.score,
            "confidence": self.confidence,
            "parts": parts,
            "shares": dict(self.shares),
            "near": self.near,
            "copies": list(self.copies),
            "copy_count": self.copy_count,
            **(asdict(self.origin) if self.origin else {}),
        }
