"""Joins words that were divided at the ends of lines.

The hyphen may be the word's own (`well-` above `known`): the rest of the text tells which it is.
"""

import re
from collections.abc import Sequence

# What PDFium gives for a hyphen at the end of a line, and often for that end too.
_SIGN = re.compile("[\x02\ufffe]\n?")
# Such a sign, a hyphen, or one that shows only at the end of a line.
_DIVIDED = re.compile(
    r"(?<![\w-])([^\W\d_](?:[^\W_]|-)*)[-\u00ad\u2010\ufffe]\n([^\W_]+(?:-[^\W_]+)*)"
)
_LEFT_OVER = re.compile(r"\ufffe\n?")
_WORD = re.compile(r"[^\W_](?:[^\W_]|-)*")


def joined(pages: Sequence[str]) -> list[str]:
    """Join the divided words of a document.

    Args:
        pages: The texts of its pages, with line feeds at the ends of lines.

    Returns:
        The pages; a word keeps its hyphen before a capital or a digit, and where it stands so
        elsewhere in the document and never in one word.
    """
    pages = [_SIGN.sub("\ufffe\n", page) for page in pages]
    undivided = (_DIVIDED.sub(" ", page) for page in pages)
    seen = {word.lower() for page in undivided for word in _WORD.findall(page)}

    def whole(match: re.Match[str]) -> str:
        left, right = match.groups()
        if right[0].isupper() or right[0].isdigit():
            return f"{left}-\n{right}"
        hyphened = f"{left}-{right}".lower()
        own = hyphened in seen and f"{left}{right}".lower() not in seen
        return f"{left}-{right}" if own else left + right

    return [_LEFT_OVER.sub("", _DIVIDED.sub(whole, page)) for page in pages]
