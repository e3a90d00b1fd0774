"""Reorders text from right to left, for terminals that draw characters in the order of the text.

The terminal in a browser page is one: it neither reverses Arabic and Hebrew nor joins letters.
The order is that of the Unicode Bidirectional Algorithm (UAX #9) without explicit marks and paired
brackets, and letters take the presentation forms that Unicode has for their neighbours.

The library for this, python-bidi, returns only the reordered text, not where each character went,
which styles and links need.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

# What divides a line of the screen into parts; each part is reordered on its own.
_SEPARATORS = re.compile(r"^ +| +$| {2,}|[/\u2500-\u25ff]|\.(?=[A-Za-z])")

_MIRRORED = {
    one: other for pair in ("()", "[]", "{}", "<>", "«»") for one, other in (pair, reversed(pair))
}
_NON_JOINER = "\u200c"
_NUMBERS = ("EN", "AN")


class Cluster(NamedTuple):
    """What is drawn together, in one cell or two.

    Attributes:
        text: A character with its marks.
        style: Its style; None for none.
    """

    text: str
    style: Style | None


class VisualOrder(LineFilter):
    """Puts the characters of every line in the order in which they are drawn."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Put a line in the order in which it is drawn."""
        if not any(_RIGHT_TO_LEFT.search(segment.text) for segment in segments):
            return segments
        clusters = list(_clusters(segments))
        letters = visual([each.text for each in clusters])
        return [
            Segment("".join(letter for letter, _ in run), style)
            for style, run in groupby(
                ((letter, clusters[at].style) for letter, at in letters), key=itemgetter(1)
            )
        ]


def _clusters(segments: Sequence[Segment]) -> Iterator[Cluster]:
    """Yield the characters of a line, each with the marks that follow it and take no cell."""
    for text, style, _ in segments:
        start = 0
        for end in range(1, len(text) + 1):
            if end == len(text) or cell_len(text[end]):
                yield Cluster(text[start:end], style)
                start = end


def visual(clusters: Sequence[str]) -> list[tuple[str, int]]:
    """Put the clusters of a line in the order in which they are drawn.

    Args:
        clusters: Characters with their marks, as they are read.

    Returns:
        From left to right: each in the form that joins its neighbours, and its offset in the line.
    """
    line: list[tuple[str, int]] = []
    separators = _separators(clusters)
    for is_separator, run in groupby(enumerate(clusters), key=lambda item: separators[item[0]]):
        part = list(run)
        letters = [text for _, text in part]
        first = part[0][0]
        if is_separator or not _RIGHT_TO_LEFT.search("".join(letters)):
            line += [(text, at) for at, text in part]
            continue
        levels, forms = _levels(letters), _shaped(letters)
        for at in _reordered(levels):
            form = forms[at]
            if levels[at] % 2:
                form = _MIRRORED.get(form, form)
            line.append((form, first + at))
    return line


def _separators(clusters: Sequence[str]) -> list[bool]:
    """Tell of each cluster whether it separates the parts of a line."""
    flags = [False] * len(clusters)
    # One character stands for each cluster, so that offsets are those of clusters.
    text = "".join(cluster[0] for cluster in clusters)
    for match in _SEPARATORS.finditer(text):
        flags[match.start() : match.end()] = [True] * len(match[0])
    return flags


def _levels(letters: Sequence[str]) -> list[int]:
    """Return the embedding level of each cluster; an odd one is read from right to left."""
    kinds = [unicodedata.bidirectional(letter[0]) or "L" for letter in letters]
    strong = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    base = "L" if strong == "L" else "R"
    kinds = _neutrals_resolved(_numbers_resolved(kinds, base), base)
    if base == "L":
        return [{"R": 1, "L": 0}.get(kind, 2) for kind in kinds]
    return [1 if kind == "R" else 2 for kind in kinds]


def _numbers_resolved(kinds: Sequence[str], base: str) -> list[str]:
    """Resolve weak kinds (rules W2 to W7): numbers go with what stands before them."""
    found, last = list(kinds), base
    for at, kind in enumerate(found):
        if kind in ("L", "R", "AL"):
            last = kind
        elif kind == "EN" and last in ("AL", "L"):
            found[at] = "AN" if last == "AL" else "L"
    for at in range(1, len(found) - 1):
        before, kind, after = found[at - 1 : at + 2]
        if kind in ("ES", "CS") and before == after and before in (*_NUMBERS, "L"):
            found[at] = before
    for at in (*range(1, len(found)), *range(len(found) - 2, -1, -1)):
        beside = found[max(0, at - 1) : at + 2]
        if found[at] == "ET" and "EN" in beside:
            found[at] = "EN"
    return ["R" if kind == "AL" else kind for kind in found]


def _neutrals_resolved(kinds: Sequence[str], base: str) -> list[str]:
    """Resolve neutral kinds (rules N1 and N2): between two of one direction they take it."""
    found: list[str] = []
    known = ("L", "R", *_NUMBERS)
    for is_known, run in groupby(enumerate(kinds), key=lambda item: item[1] in known):
        part = list(run)
        if is_known:
            found += [kind for _, kind in part]
            continue
        before = found[-1] if found else base
        last = part[-1][0] + 1
        after = kinds[last] if last < len(kinds) else base
        sides = {"L" if side == "L" else "R" for side in (before, after)}
        found += [sides.pop() if len(sides) == 1 else base] * len(part)
    return found


def _reordered(levels: Sequence[int]) -> list[int]:
    """Return the offsets from left to right (rule L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels), 0, -1):
        start = 0
        for is_in, run in groupby(order, key=lambda at: levels[at] >= level):
            length = len(list(run))
            if is_in:
                order[start : start + length] = reversed(order[start : start + length])
            start += length
    return order


def _shaped(letters: Sequence[str]) -> list[str]:
    """Replace Arabic letters by the presentation forms that join their neighbours."""
    shaped = []
    for at, letter in enumerate(letters):
        before = letters[at - 1] if at else ""
        after = letters[at + 1] if at + 1 < len(letters) else ""
        joined_before = _joins_next(before) and _joins_previous(letter)
        joined_after = _joins_next(letter) and _joins_previous(after)
        name = ("isolated", "final", "initial", "medial")[joined_before + 2 * joined_after]
        shaped.append(_forms().get(letter[0], {}).get(name, letter[0]) + letter[1:])
    return shaped


def _joins_next(letter: str) -> bool:
    has_form = "initial" in _forms().get(letter[:1], ())
    return (has_form or letter[:1] == "\u0640") and _NON_JOINER not in letter


def _joins_previous(letter: str) -> bool:
    return "final" in _forms().get(letter[:1], ()) or letter[:1] == "\u0640"


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Read from Unicode's data the presentation forms of each letter, by their names."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFF00)):
        name, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        if letters and " " not in letters and name.startswith("<"):
            forms.setdefault(chr(int(letters, 16)), {})[name.strip("<>")] = chr(code)
    return forms
