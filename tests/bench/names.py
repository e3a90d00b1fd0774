"""Whether what is asked for by its name is the first hit: definitions, files, a line of a text.

Run: python tests/bench/names.py DATA CHECKOUTS [--home FOLDER] [--each 6] [--seed 1] [--show]

The questions are drawn from what is indexed, so that any folder will do: names of definitions that
only one file outside its tests defines, bare, as people ask for them, misspelt and begun; methods
of which several classes have one; what uses a definition, and its tests; headings; files by
their names, by the ends of their paths and in traces, of which the place of failure is sought;
options, settings, versions and the like that one file holds; dates and numbers, spelled otherwise;
lines by their numbers; lines that stand once, whole and with a word left out or changed; messages
of programs, with values filled in.
"""

import os
import random
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from candidates import options, wanted
from measure import machine, table

from searchkit import Hit, Index
from searchkit.ranking.conventions import convention_of
from searchkit.search.dates import dates
from searchkit_index.catalog.records import Place
from searchkit_index.catalog.store import Store

Key = TypeVar("Key", bound=Any)

ALONE = (
    *("{0}", "{0}()", "class {0}", "where is {0} defined", "what does {0} do"),
    *("{0} 在哪里定义", "¿dónde se define {0}?"),
)
MISSPELT = "a misspelt {0}", "the beginning of {0}"
WITHIN = ("{1}.{0}", "{1}::{0}", "{0} in {1}")
USES = ("where is {0} used", "who calls {0}", "{0} 在哪里被调用", "¿dónde se usa {0}?")
TESTS = ("tests for {0}", "where is {0} tested", "{0} のテスト", "¿dónde se prueba {0}?")
FILES = ("{0}", "what is in {0}")
PATHS = (
    ("a path elsewhere", "/home/me/project/{0}"),
    ("a path in a trace", 'File "/srv/app/{0}", line 12, in run'),
    ("a path in an address", "https://example.org/blob/main/{0}#L10"),
)
NUMBERED = (
    ("a line by its number", "{0}:{2}"),
    ("a line by its number, the name alone", "{1}:{2}"),
    ("a line by its number, in a trace", 'File "/srv/app/{0}", line {2}, in run'),
)
# Traces, and their frames: the last one of Python is the nearest to the failure, else the first.
TRACES = (
    (
        "a trace of Python",
        "Traceback (most recent call last):",
        'File "/srv/{0}", line {2}, in run',
    ),
    ("a trace of Node.js", "TypeError: no such thing", "at run (/srv/{0}:{2}:13)"),
    ("a trace of Java", "java.lang.Error: no such thing", "at org.App.run({1}:{2})"),
)
FRAMES = 3
# What is not a word of a sentence, by what it is called.
LITERALS = {
    "an option": r"(?<![\w-])--[a-z]+(?:-[a-z]+)+\b",
    "a setting": r"\b[A-Z]{3,}(?:_[A-Z]{3,})+\b",
    "a dotted name": r"(?<![\w.])[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,}\b(?![.(])",
    "a route": r"(?<=[\"'])/[a-z]+/[a-z/]+\b",
    "a version": r"(?<![\w.])\d+\.\d+\.\d+\b(?!\.\d)",
    "a number in hexadecimal": r"\b0x[0-9a-fA-F]{4,8}\b",
    "the number of an issue": r"(?<!\w)#\d{3,5}\b",
    "an address": r"https?://[\w./-]{12,60}\w",
}
USED = "where is it used"
DATES = (
    "{0:%Y-%m-%d}",
    "{0:%d.%m.%Y}",
    "{0.day} {0:%B %Y}",
    "what happened on {0:%B} {0.day}, {0:%Y}",
)
# Numbers of many digits, in one group or in groups of three.
NUMBER = re.compile(r"(?<![\w.,/:+-])(?:\d{7,12}|\d{1,3}(?:[., ]\d{3}){2,3})(?![\w/:+-]|[.,]\d)")
# A text of a program with places for values, such values, and how a program says it.
TEMPLATE = re.compile(r"[\"'`]([^\"'`\n\\<>;=]{20,110})[\"'`]")
PLACE = re.compile(r"%[sdvq]\b|[#$]?\{[\w.!]*\}")
VALUES = ("/srv/data/report.csv", "42", "ada", "my-project", "127.0.0.1:8080")
SAID = (
    ("a message with values in it", "{0}"),
    ("a message in a log", "2026-03-01 12:00:01 ERROR [main] {0}"),
)
# Characters of a line that is asked for, and blanks in it.
SHORTEST, LONGEST, FEWEST_BLANKS = 30, 110, 4
# A name of more letters is misspelt by changing the places of two of them.
LONG_NAME = 8


class Sought(NamedTuple):
    """A question, the row that it counts in, its file, and the definition or the line in that.

    Without a file anything is right that holds the name and does not define it; in a test, if so.
    """

    row: str
    text: str
    path: str
    name: str = ""
    line: int = 0
    is_tested: bool = False


def files_by() -> defaultdict[Any, set[str]]:
    """An empty table of the paths of what has a name."""
    return defaultdict(set)


@dataclass(frozen=True)
class Held:
    """What a folder holds: the paths where each thing is, by its name."""

    names: dict[str, set[str]] = field(default_factory=files_by)
    methods: dict[tuple[str, str], set[str]] = field(default_factory=files_by)
    paths: set[str] = field(default_factory=set)
    files: dict[str, set[str]] = field(default_factory=files_by)
    ends: dict[str, set[str]] = field(default_factory=files_by)
    lines: dict[str, set[str]] = field(default_factory=files_by)
    headings: dict[str, set[str]] = field(default_factory=files_by)
    used: dict[str, set[str]] = field(default_factory=files_by)
    tested: dict[str, set[str]] = field(default_factory=files_by)
    days: dict[date, set[str]] = field(default_factory=files_by)
    numbers: dict[str, set[str]] = field(default_factory=files_by)
    messages: dict[str, set[str]] = field(default_factory=files_by)
    ranges: dict[str, list[range]] = field(default_factory=lambda: defaultdict(list))
    literals: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: {kind: files_by() for kind in LITERALS}
    )

    def add(self, place: Place) -> None:
        """Add a chunk; definitions of tests are left out."""
        self.paths.add(place.path)
        self.ranges[place.path].append(range(place.start_line, place.end_line + 1))
        *folders, file = place.path.split("/")
        self.files[file].add(place.path)
        self.ends["/".join((*folders[-1:], file))].add(place.path)
        for line in place.text.split("\n"):
            self.lines[line.strip()].add(place.path)
        for kind, pattern in LITERALS.items():
            for literal in re.findall(pattern, place.text):
                self.literals[kind][literal].add(place.path)
        self._add_spelled(place)
        *around, last = place.symbol.split(" > ")
        if place.kind == "prose" and place.path.endswith((".md", ".rst")) and " " in last:
            self.headings[last].add(place.path)
        if place.kind != "prose":
            of = self.tested if convention_of(place.path) == "test" else self.used
            for name in set(re.findall(r"\w{4,}", place.text)).difference(last.split(", ")):
                of[name].add(place.path)
        if place.kind == "definition" and convention_of(place.path) is None:
            for name in filter(str.isidentifier, last.split(", ")):
                self.names[name].add(place.path)
                if around and around[-1].isidentifier():
                    self.methods[name, around[-1]].add(place.path)

    def _add_spelled(self, place: Place) -> None:
        for day in days_in(f"{place.path}\n{place.symbol}\n{place.text}"):
            self.days[day].add(place.path)
        for number in NUMBER.findall(place.text):
            self.numbers[re.sub(r"\D", "", number)].add(place.path)
        if place.kind in ("code", "definition") and convention_of(place.path) is None:
            for message in filter(is_template, TEMPLATE.findall(place.text)):
                self.messages[message].add(place.path)

    def drawn(self, each: int, draw: random.Random) -> Iterator[Sought]:
        """Draw questions, at most `each` of every kind."""

        def some(things: dict[Key, set[str]], fits: Callable[[Key], bool]) -> list[tuple[Key, str]]:
            single = [(key, *paths) for key, paths in things.items() if len(paths) == 1]
            kept = [(key, path) for key, path in single if fits(key)]
            return draw.sample(sorted(kept), min(each, len(kept)))

        yield from self._names(some, draw)
        yield from self._beside(some)
        for pair, path in some(self.methods, lambda pair: len(self.names[pair[0]]) > 1):
            yield from (Sought(form, form.format(*pair), path, pair[0]) for form in WITHIN)
        every = draw.sample(sorted(self.paths), min(each, len(self.paths)))
        yield from self._paths(some, every, draw)
        for kind, standing in self.literals.items():
            for literal, path in some(standing, lambda _: True):
                yield Sought(kind, literal, path)
                yield Sought(f"{kind}: {USED}", f"where is {literal} used", path)
        for day, path in some(self.days, lambda _: True):
            yield from (Sought("a date, in any spelling", it.format(day), path) for it in DATES)
        for digits, path in some(self.numbers, lambda _: True):
            yield Sought("a number, in one group", digits, path)
            yield Sought("a number, in groups of three", f"{int(digits):,}", path)
        for line, path in some(self.lines, is_sentence):
            yield from (Sought(row, typed, path) for row, typed in remembered(line, draw))
        for message, path in some(self.messages, lambda _: True):
            text = PLACE.sub(lambda _: draw.choice(VALUES), message)
            yield from (Sought(row, form.format(text), path) for row, form in SAID)
        for at in range(len(every) - FRAMES + 1):
            yield from self._traces(every[at : at + FRAMES], draw)

    def _names(
        self, some: Callable[..., list[tuple[str, str]]], draw: random.Random
    ) -> Iterator[Sought]:
        for name, path in some(self.names, lambda name: len(name) > 3):
            yield from (Sought(form, form.format(name), path, name) for form in ALONE)
        for name, path in some(self.names, lambda name: len(name) >= LONG_NAME):
            typed = misspelt(name, draw), name[:-3]
            yield from (Sought(*it, path, name) for it in zip(MISSPELT, typed, strict=True))

    def _beside(self, some: Callable[..., list[tuple[str, str]]]) -> Iterator[Sought]:
        for name, _ in some(self.names, lambda name: name in self.used):
            yield from (Sought("uses", form.format(name), "", name) for form in USES)
        for name, _ in some(self.names, lambda name: name in self.tested):
            typed = (form.format(name) for form in TESTS)
            yield from (Sought("tests", text, "", name, is_tested=True) for text in typed)
        for heading, path in some(self.headings, lambda heading: len(heading) < LONGEST):
            yield Sought("a heading", heading.lower(), path)

    def _paths(
        self, some: Callable[..., list[tuple[str, str]]], every: list[str], draw: random.Random
    ) -> Iterator[Sought]:
        for file, path in some(self.files, lambda file: "." in file):
            yield from (Sought(f"a file: {form}", form.format(file), path) for form in FILES)
        for end, path in some(self.ends, lambda end: len(self.files[end.split("/")[-1]]) > 1):
            yield Sought("the end of a path", end, path)
        for path in every:
            yield from (Sought(row, form.format(path), path) for row, form in PATHS)
            line = draw.choice(draw.choice(self.ranges[path]))
            for row, form in NUMBERED:
                yield Sought(row, form.format(path, path.split("/")[-1], line), path, line=line)

    def _traces(self, paths: list[str], draw: random.Random) -> Iterator[Sought]:
        """Traces of the same places, nearest to the failure first."""
        lines = [draw.choice(draw.choice(self.ranges[path])) for path in paths]
        for row, head, form in TRACES:
            frames = [
                f"    {form.format(path, path.split('/')[-1], line)}"
                for path, line in zip(paths, lines, strict=True)
            ]
            ordered = frames[::-1] if "last" in head else frames
            yield Sought(row, "\n".join((head, *ordered)), paths[0], line=lines[0])


def days_in(text: str) -> Iterator[date]:
    """The days in a text that are given with their years, and can be read in one way only."""
    for found in dates(text):
        if len(found.days) == 1:
            ((year, month, day),) = found.days
            if year and day and day <= monthrange(year, month)[1]:
                yield date(year, month, day)


def misspelt(name: str, draw: random.Random) -> str:
    """A name in which two neighbours have changed places."""
    at = draw.randrange(1, len(name) - 2)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def remembered(line: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    """A line as people remember it."""
    words = line.split()
    at = draw.randrange(len(words))
    before, after = words[:at], words[at + 1 :]
    yield "a line", line
    yield "a line without a word", " ".join(before + after)
    yield "a line with another word", " ".join((*before, "something", *after))


def is_template(text: str) -> bool:
    """Whether a text of a program has places for values, and enough words beside them."""
    told = re.findall(r"[A-Za-z]{2,}", PLACE.sub(" ", text))
    return PLACE.search(text) is not None and len(told) >= FEWEST_BLANKS and " " in text


def is_sentence(line: str) -> bool:
    """Whether a line says enough to be asked for."""
    return SHORTEST < len(line) < LONGEST and line.count(" ") >= FEWEST_BLANKS


def is_right(sought: Sought, hits: tuple[Hit, ...]) -> tuple[bool, bool]:
    """Whether the first hit is in the file, and whether it is the definition, or has the line."""
    if not sought.path:
        beside = bool(hits) and _is_beside(sought, hits[0])
        return beside, beside
    file = bool(hits) and hits[0].path == sought.path
    if sought.line:
        return file, file and hits[0].start_line <= sought.line <= hits[0].end_line
    return file, file and (not sought.name or _defines(hits[0], sought.name))


def _is_beside(sought: Sought, hit: Hit) -> bool:
    """Whether a hit holds a name, does not define it, and is a test, if that is sought."""
    held = re.search(rf"\b{sought.name}\b", hit.text) is not None
    fits = convention_of(hit.path) == "test" or not sought.is_tested
    return held and fits and not _defines(hit, sought.name)


def _defines(hit: Hit, name: str) -> bool:
    return name in hit.symbol.rpartition(" > ")[2].split(", ")


def main() -> None:
    """Draw, ask, print."""
    from searchkit.indexes.home import catalog_of

    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=6, help="questions of a sort, of each folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what was not the first hit")
    given = parser.parse_args()
    os.environ["SEARCHKIT_HOME"] = str(given.home.resolve())
    right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for corpus in wanted(given):
        with Index.open(corpus.root) as index:
            store = Store(catalog_of(index.root))
            paths = sorted(path for _, path, _ in store.chunks.indexed_files())
            held = Held()
            for path in paths:
                for place in store.chunks.places_in(path):
                    held.add(place)
            store.close()
            for sought in held.drawn(given.each, random.Random(given.seed)):
                hits = index.search(sought.text, limit=1, refresh=False)
                right[sought.row].append(is_right(sought, hits))
                if given.show and not right[sought.row][-1][1]:
                    print(corpus.name, *sought[1:], *(hits and (hits[0].path, hits[0].symbol)))
    rows = [
        (
            row.format("name", "Class"),
            *(len(of), *(f"{sum(each) / len(of):.3f}" for each in zip(*of, strict=True))),
        )
        for row, of in right.items()
    ]
    print(table(("asked for by", "questions", "file first", "definition or line first"), rows))
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
