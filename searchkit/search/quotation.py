"""Finds the chunks that hold a whole question word by word: a message, a line or a title."""

import re
from collections.abc import Sequence

from searchkit.search.candidates import Candidates

# A question of fewer words, or of fewer bytes, stands in many places by chance. Scripts without
# spaces make one word of a sentence, and take three bytes for a sign.
_FEWEST_WORDS = 4
_FEWEST_BYTES = 24
_FEWEST_BYTES_OF_FEW = 36

# A chunk that holds all of a question has much of the lexical score that it could reach.
_LEAST_SCORE = 0.2

# Chunks of each catalog whose texts are read.
_MOST = 50

_WORD = re.compile(r"\w+")


def mark_quoted(found: Sequence[Candidates], text: str) -> None:
    """Set `quoted` of the chunks that hold a whole question, whatever stands between its words.

    Args:
        found: The candidates of each catalog.
        text: The question.
    """
    sought = _squeezed(text)
    size, several = len(sought.encode()), sought.count(" ") + 1 >= _FEWEST_WORDS
    if size < (_FEWEST_BYTES if several else _FEWEST_BYTES_OF_FEW):
        return
    for each in found:
        scores = {
            chunk.chunk_id: part.score
            for chunk in each.found
            if (part := chunk.parts.get("lexical")) and part.score >= _LEAST_SCORE
        }
        likely = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))[:_MOST]
        if not likely:
            continue
        each.searcher.expect(likely)
        places = each.searcher.places(likely)
        holding = {number for number, place in places.items() if sought in _squeezed(place.text)}
        for chunk in each.found:
            chunk.quoted = chunk.chunk_id in holding


def _squeezed(text: str) -> str:
    """Keep the words of a text alone, folded, with a blank between two."""
    return " ".join(_WORD.findall(text.casefold()))
