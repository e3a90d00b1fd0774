"""Lists the combining marks of all scripts: vowel signs, points, accents."""

import unicodedata
from functools import cache
from itertools import pairwise

# The blocks of 256 code points that hold combining marks, by their numbers in hexadecimal. Only
# these are searched, since a query waits for it. Above U+1FFFF there are only variation selectors,
# which are no part of a letter.
_BLOCKS = (
    "3-10,13,17-1d,20,2c-2d,30,a6,a8-ab,fb,fe,101-103,10a,10d-11f,134,161,16a-16f,1bc,1cf,1d1-1d2,1da,"
    "1e0-1e9"
)


@cache
def marks() -> str:
    r"""List all combining marks, as ranges for a character class: `\w` leaves them out.

    Returns:
        The content of a character class of a regular expression, without its brackets.
    """
    blocks = ([int(end, 16) for end in span.split("-")] for span in _BLOCKS.split(","))
    points = [
        point
        for ends in blocks
        for point in range(ends[0] << 8, ends[-1] + 1 << 8)
        if unicodedata.category(chr(point))[0] == "M"
    ]
    firsts = [point for before, point in pairwise([0, *points]) if point != before + 1]
    lasts = [point for point, after in pairwise([*points, 0]) if after != point + 1]
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(firsts, lasts, strict=True))
