"""How many lines that are shown of hits say nothing, and what it costs to choose them.

Run: python tests/bench/excerpts.py DATA CHECKOUTS [--home FOLDER] [--hits 3] [--each 8] [--show]

Some own questions of every folder are asked through the public API. A line says nothing when, apart
from the names of the title that stands beside it, it holds fewer than two words of two letters or
more: `/**`, `package x`, the title again. That is counted here, by a rule of its own.
"""

import os
import re
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from candidates import options, wanted
from measure import machine, table

if TYPE_CHECKING:
    from searchkit import Index

_WORD = re.compile(r"[^\W\d_]{2,}")
_OPENING = re.compile(
    r"\W*(package|import|use|using|namespace|module|#include|from|copyright)\b", re.IGNORECASE
)


def says_nothing(line: str, symbol: str) -> bool:
    """Whether a line tells nothing that its title does not."""
    title = {word.casefold() for word in _WORD.findall(symbol)}
    own = {word.casefold() for word in _WORD.findall(line)} - title
    wide = any(ord(character) > 0x2E80 for character in line)  # scripts without blanks
    return bool(_OPENING.match(line)) or (len(own) < 2 and not wide)


class Shown(NamedTuple):
    """What is shown of the hits of a question, and the processor time of both steps, in seconds."""

    lines: list[tuple[str, str, str, str]]
    searching: float
    choosing: float


def answer(index: "Index", question: str, limit: int) -> Shown:
    """Ask a question, and list it with path, symbol and line of each hit."""
    began = time.process_time()
    hits = index.search(question, limit=limit, refresh=False)
    found = time.process_time()
    lines = [(question, hit.path, hit.symbol, hit.excerpt) for hit in hits]
    return Shown(lines, found - began, time.process_time() - found)


def main() -> None:
    """Ask, count, print."""
    from searchkit import Index

    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--hits", type=int, default=3)
    parser.add_argument("--each", type=int, default=8, help="questions of a folder")
    parser.add_argument("--show", action="store_true", help="print the lines that say nothing")
    given = parser.parse_args()
    os.environ["SEARCHKIT_HOME"] = str(given.home.resolve())
    rows, answers = [], []
    for corpus in wanted(given):
        own = [one.text for one in corpus.asked if one.own]
        with Index.open(corpus.root) as index:
            some = own[:: max(1, len(own) // given.each)][: given.each]
            found = [answer(index, question, given.hits) for question in some]
        lines = [line for each in found for line in each.lines]
        silent = [row for row in lines if says_nothing(line=row[3], symbol=row[2])]
        for row in silent if given.show else ():
            print(" | ".join(row))
        rows.append((corpus.name, len(lines), len(silent)))
        answers += found
    total, silent_lines = (sum(row[at] for row in rows) for at in (1, 2))
    whole = ("all", total, f"{silent_lines} ({silent_lines / max(total, 1):.1%})")
    print(table(("folder", "lines", "say nothing"), [*rows, whole]))
    search = median(each.searching for each in answers) * 1e3
    choice = median(each.choosing for each in answers) * 1e3
    print(f"\nof one core: search {search:.1f} ms, lines of its hits {choice:.1f} ms; {machine()}")


if __name__ == "__main__":
    main()
