"""Reads subtitles (SRT, WebVTT, SubStation Alpha) and lyrics (LRC): the lines, and their times."""

import re
from html import unescape

from searchkit_index.reading import text
from searchkit_index.reading.document import Block

_TIMES = re.compile(r"\s*((?:\d+:)?\d+:\d+)[.,]\d+\s+-->\s")
_VOICE = re.compile(r"<v(?:\.[\w.]{1,80})?[ \t]([^<>]{1,80})>")  # who speaks
_TAG = re.compile(r"<[^<>]{1,80}>|\{\\[^{}]{1,80}\}")
# A line of lyrics, with all the times when it is sung; the marks of single words are left out.
_SUNG = re.compile(r"\s*\[(\d+:\d+)(?:[.:]\d+)?\](?:\[[\d:.]+\])*")
_WORD_TIME = re.compile(r"<\d+:[\d.:]+>")
_HEADER = re.compile(r"(WEBVTT|NOTE|STYLE|REGION)\b")

# A line of SubStation Alpha: the layer, the start, the end, the style, the speaker (group 2), four
# more fields, the text.
_DIALOGUE = re.compile(
    r"Dialogue:[^,]*,\s*(\d+:\d+:\d+)[^,]*,[^,]*,[^,]*,([^,]*)(?:,[^,]*){4},(.*)"
)
_DRAWN = re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}")
_STYLED = re.compile(r"\{[^{}]*\}|\\[Nnh]")


def read(data: bytes) -> list[Block] | None:
    """Read subtitles; the place of a line is the time when it appears."""
    rows = text.decode(data).split("\n")
    if rows[0].lstrip().lower().startswith("[script info]"):
        return _styled(rows)
    if rows[0].lstrip().startswith("[") and any(map(_SUNG.match, rows)):
        return _sung(rows)
    return _timed(rows)


def _timed(rows: list[str]) -> list[Block] | None:
    """Read SRT and WebVTT; a line that stays when the next one appears is read once."""
    lines: list[str] = []
    sources: list[int] = []
    places: list[str] = []
    time, in_header = "", False
    for number, row in enumerate(rows):
        if found := _TIMES.match(row):
            time = found[1]
        elif not row.strip():
            # A row of blanks below the times is an empty line on the screen.
            time = time if row and _TIMES.match(rows[number - 1]) else ""
            in_header = False
        elif time and (line := unescape(_TAG.sub("", _VOICE.sub(r"\1: ", row))).strip()):
            if line not in lines[-1:]:
                lines.append(line)
                sources.append(number)
                places.append(time)
        elif not time and not lines and not in_header:
            in_header = bool(_HEADER.match(row))
            # The name of a cue is directly above its times.
            if not in_header and not _TIMES.match(rows[min(number + 1, len(rows) - 1)]):
                return None  # no subtitles, or in another format
    return [Block(lines, sources, places=places)] if lines else None


def _sung(rows: list[str]) -> list[Block]:
    """Read lyrics, with the title and the singer."""
    timed = [(at, _SUNG.match(row), row) for at, row in enumerate(rows) if row.strip()]
    lines = [_WORD_TIME.sub("", row[time.end() if time else 0 :]).strip() for _, time, row in timed]
    places = [time[1] if time else "" for _, time, _ in timed]
    return [Block(lines, [at for at, _, _ in timed], places=places)]


def _styled(rows: list[str]) -> list[Block] | None:
    """Read SubStation Alpha, without drawings."""
    found = ((number, _DIALOGUE.match(row)) for number, row in enumerate(rows))
    shown = [
        (number, match[1], _spoken(match[2], match[3]))
        for number, match in found
        if match and not _DRAWN.search(match[3])
    ]
    shown = [(number, time, line) for number, time, line in shown if line]
    if not shown:
        return None
    sources, places, lines = zip(*shown, strict=True)
    return [Block(lines, sources, places=places)]


def _spoken(speaker: str, line: str) -> str:
    line = " ".join(_STYLED.sub(" ", line).split())
    return f"{speaker.strip()}: {line}" if speaker.strip() and line else line
