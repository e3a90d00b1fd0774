"""Joins words that are hyphenated at the ends of lines.

A hyphen there may belong to the word, as in `well-known`; the rest of the text tells.
"""

import re
from collections.abc import Sequence

# What PDFium writes for a hyphen at the end of a line, often in place of the line feed too.
_PDFIUM_HYPHEN = re.compile("[\x02\ufffe]\n?")
# A word with a hyphen, a soft hyphen or PDFium's sign at the end of a line.
_DIVIDED = re.compile(
    r"(?<![\w-])([^\W\d_](?:[^\W_]|-)*)[-\u00ad\u2010\ufffe]\n([^\W_]+(?:-[^\W_]+)*)"
)
_LEFT_OVER = re.compile(r"\ufffe\n?")
_WORD = re.compile(r"[^\W_](?:[^\W_]|-)*")


def joined(pages: Sequence[str]) -> list[str]:
    """Join the words of a document that are hyphenated at the ends of lines.

    Args:
        pages: The texts of its pages, with line feeds at the ends of lines.

    Returns:
        The pages. A word keeps its hyphen before a capital or a digit, and if the document has the
        word elsewhere with the hyphen and never without.
    """
    pages = [_PDFIUM_HYPHEN.sub("\ufffe\n", page) for page in pages]
    undivided = (_DIVIDED.sub(" ", page) for page in pages)
    seen = {word.lower() for page in undivided for word in _WORD.findall(page)}

    def whole(divided: re.Match[str]) -> str:
        left, right = divided.groups()
        if right[0].isupper() or right[0].isdigit():
            return f"{left}-\n{right}"
        joined_word, hyphenated = f"{left}{right}", f"{left}-{right}"
        keeps = hyphenated.lower() in seen and joined_word.lower() not in seen
        return hyphenated if keeps else joined_word

    return [_LEFT_OVER.sub("", _DIVIDED.sub(whole, page)) for page in pages]
