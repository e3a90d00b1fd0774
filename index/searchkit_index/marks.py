"""Lists the combining marks of all scripts: vowel signs, points, accents that stand alone."""

import unicodedata
from functools import cache
from itertools import pairwise

# Numbers, in hexadecimal, of the blocks of 256 characters that hold combining marks: a question is
# to wait for a look at these alone. Nothing above U+1FFFF is a mark but the tags and variation
# selectors, which carry no letter.
_MARKED = (
    "3-10,13,17-1d,20,2c-2d,30,a6,a8-ab,fb,fe,101-103,10a,10d-11f,134,161,16a-16f,1bc,1cf,1d1-1d2,1da,"
    "1e0-1e9"
)


@cache
def marks() -> str:
    r"""List all combining marks, as ranges for a character class: `\w` leaves them out.

    Returns:
        What stands between the brackets of a regular expression.
    """
    spans = ([int(end, 16) for end in span.split("-")] for span in _MARKED.split(","))
    points = [
        point
        for span in spans
        for point in range(span[0] << 8, span[-1] + 1 << 8)
        if unicodedata.category(chr(point))[0] == "M"
    ]
    starts = [p for before, p in pairwise([0, *points]) if p != before + 1]
    ends = [p for p, after in pairwise([*points, 0]) if after != p + 1]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))
