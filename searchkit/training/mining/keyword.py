"""Makes questions as people type them: keywords of a documentation's first sentence.

The answer is the definition with its documentation, as it stands in the file: that is what an
index holds and what is asked for. What a question leaves out depends on the text alone, so mining
twice gives the same pairs.
"""

import random
import re
from hashlib import blake2b

from searchkit.training.pair import Pair, cut

# A documented definition is longer than a bare one.
_MOST_TOKENS = 400

_FEWEST_WORDS, _MOST_WORDS = 3, 25

# Words up to this length seldom carry what a person looks for, in languages with spaces.
_SHORT = 3

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=\w)[.!?](?:\s|$)")

# How often a typed question names the programming language, and where.
_FORMS = (
    ("{language} {words}",) * 7
    + ("how to {words} in {language}",) * 2
    + ("{words} {language}", *("{words}",) * 10)
)


def documented_pair(
    documentation: str, code: str, natural_language: str, language: str
) -> Pair | None:
    """Make a `documented` pair.

    Args:
        documentation: The documentation in plain sentences.
        code: The definition with its documentation.
        natural_language: ISO 639-1 code of the documentation's language.
        language: Name of the programming language.

    Returns:
        The pair, or None where the documentation's first sentence is too short or too long.
    """
    first = _SENTENCE_END.split(documentation, maxsplit=1)[0]
    words = _WORD.findall(first)
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS:
        return None
    chance = random.Random(blake2b(documentation.encode(), digest_size=8).digest())
    question = first if chance.random() < 0.2 else _keywords(words, chance)
    form = chance.choice(_FORMS) if natural_language == "en" else "{words}"
    asked = form.format(language=language, words=question)
    return Pair(asked, cut(code, _MOST_TOKENS), "documented", natural_language, language)


def _keywords(words: list[str], chance: random.Random) -> str:
    """Return most of the longer words, in their order and in lower case."""
    dropped = chance.choice((0.0, 0.15, 0.35))
    long = [word for word in words if len(word) > _SHORT or chance.random() < 0.25]
    kept = [word for word in long if chance.random() > dropped]
    return " ".join(kept if len(kept) > 1 else words).lower()
