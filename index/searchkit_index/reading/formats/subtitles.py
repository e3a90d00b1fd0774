"""Reads subtitles (SRT, WebVTT, SubStation Alpha): what is said, and when."""

import re

from searchkit_index.reading import text
from searchkit_index.reading.document import Block

_TIMES = re.compile(r"\s*((?:\d+:)?\d+:\d+)[.,]\d+\s+-->\s")
_TAG = re.compile(r"<[^<>]{1,80}>|\{\\[^{}]{1,80}\}")
_HEADER = re.compile(r"(WEBVTT|NOTE|STYLE|REGION)\b")

# SubStation Alpha: its layer, its begin, then seven fields of which the third says who speaks.
_SPOKEN = re.compile(r"Dialogue:[^,]*,\s*(\d+:\d+:\d+)[^,]*,[^,]*,[^,]*,([^,]*)(?:,[^,]*){4},(.*)")
_DRAWN = re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}")
_STYLED = re.compile(r"\{[^{}]*\}|\\[Nnh]")


def read(data: bytes) -> list[Block] | None:
    """Read subtitles; the place of a line is the time when it is shown."""
    rows = text.decode(data).split("\n")
    if rows[0].lstrip().lower().startswith("[script info]"):
        return _styled(rows)
    said: list[str] = []
    sources: list[int] = []
    places: list[str] = []
    time, silent = "", False
    for number, row in enumerate(rows):
        if found := _TIMES.match(row):
            time = found[1]
        elif not row.strip():
            time, silent = "", False
        elif time and (line := _TAG.sub("", row).strip()):
            said.append(line)
            sources.append(number)
            places.append(time)
        elif not time and not said and not silent:
            silent = bool(_HEADER.match(row))
            # What a cue is called stands above its times.
            if not silent and not _TIMES.match(rows[min(number + 1, len(rows) - 1)]):
                return None  # no subtitles, or of another kind
    return [Block(said, sources, places=places)] if said else None


def _styled(rows: list[str]) -> list[Block] | None:
    """Read SubStation Alpha, without what is drawn instead of said."""
    found = ((number, _SPOKEN.match(row)) for number, row in enumerate(rows))
    shown = [
        (number, match[1], _spoken(match[2], match[3]))
        for number, match in found
        if match and not _DRAWN.search(match[3])
    ]
    shown = [(number, time, line) for number, time, line in shown if line]
    if not shown:
        return None
    sources, places, said = zip(*shown, strict=True)
    return [Block(said, sources, places=places)]


def _spoken(who: str, line: str) -> str:
    line = " ".join(_STYLED.sub(" ", line).split())
    return f"{who.strip()}: {line}" if who.strip() and line else line
