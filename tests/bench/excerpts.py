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

from candidates import options, wanted
from measure import machine, table

_WORD = re.compile(r"[^\W\d_]{2,}")
_OPENING = re.compile(
    r"\W*(package|import|use|using|namespace|module|#include|from|copyright)\b", re.I
)


def says_nothing(line: str, symbol: str) -> bool:
    """Whether a line tells nothing that its title does not."""
    title = {word.casefold() for word in _WORD.findall(symbol)}
    own = {word.casefold() for word in _WORD.findall(line)} - title
    wide = any(ord(character) > 0x2E80 for character in line)  # scripts without blanks
    return bool(_OPENING.match(line)) or (len(own) < 2 and not wide)


def main() -> None:
    """Ask, count, print."""
    from searchkit import Index

    parser = options(__doc__.splitlines()[0])
    parser.add_argument("--hits", type=int, default=3)
    parser.add_argument("--each", type=int, default=8, help="questions of a folder")
    parser.add_argument("--show", action="store_true", help="print the lines that say nothing")
    given = parser.parse_args()
    os.environ["SEARCHKIT_HOME"] = str(given.home.resolve())
    rows, searching, choosing = [], [], []
    for corpus in wanted(given):
        own = [one for one in corpus.asked if one.own]
        lines = silent = 0
        with Index.open(corpus.root) as index:
            for one in own[:: max(1, len(own) // given.each)][: given.each]:
                start = time.process_time()
                hits = index.search(one.text, limit=given.hits, refresh=False)
                searching.append(time.process_time() - start)
                start = time.process_time()
                shown = [(hit.excerpt, hit.symbol, hit.path) for hit in hits]
                choosing.append(time.process_time() - start)
                lines += len(shown)
                for line, symbol, path in shown:
                    if says_nothing(line, symbol):
                        silent += 1
                        if given.show:
                            print(f"{one.text} | {path} | {symbol} | {line}")
        rows.append((corpus.name, str(lines), str(silent)))
    total, silent = (sum(int(row[at]) for row in rows) for at in (1, 2))
    rows.append(("all", str(total), f"{silent} ({silent / max(total, 1):.1%})"))
    print(table(("folder", "lines", "say nothing"), rows))
    asked, chosen = (median(times) * 1e3 for times in (searching, choosing))
    print(f"\nof one core: search {asked:.1f} ms, lines of its hits {chosen:.1f} ms; {machine()}")


if __name__ == "__main__":
    main()
