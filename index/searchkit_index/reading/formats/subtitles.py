"""Reads subtitles (SRT, WebVTT): what is said, and when."""

import re

from searchkit_index.reading import text
from searchkit_index.reading.document import Block

_TIMES = re.compile(r"\s*((?:\d+:)?\d+:\d+)[.,]\d+\s+-->\s")
_TAG = re.compile(r"<[^<>]{1,80}>|\{\\[^{}]{1,80}\}")
_HEADER = re.compile(r"(WEBVTT|NOTE|STYLE|REGION)\b")


def read(data: bytes) -> list[Block] | None:
    """Read subtitles; the place of a line is the time when it is shown."""
    rows = text.decode(data).split("\n")
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
