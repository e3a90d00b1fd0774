"""Finds what a question spells as code does: options, versions, addresses, names of settings."""

import re
from collections.abc import Iterator, Mapping

from searchkit.search.lexical import POSTINGS
from searchkit_index import words

# Literals of a question that are looked for, and the most characters of one.
_MOST, _LONGEST = 8, 500

# Signs around a word of a sentence that are no part of it.
_AROUND = ".,;:!?\"'`()[]{}<>«»“”‘’„。，、？！：；（）「」『』"

# What only code and its like write: `--no-color`, `MAX_SIZE`, `a.b.c`, `/var/log`, `#123`, `1.2.0`.
_SIGN = re.compile(r"\w[_./:#@=\\]+\w|^--?\w|\w->\w|\d|^[#@$%/]\w|_\w")

# A passage in quotation marks; an opening mark inside ends the attempt, so that time is linear.
_QUOTED = re.compile(r'"([^"]+)"|`([^`]+)`|“([^“”]+)”|„([^„“]+)“|«([^«»]+)»|「([^「」]+)」')

# Words of a passage that is looked for as it stands; of a longer one a part is enough.
_SHORT = (2, 3)


def passages(text: str) -> Iterator[str]:
    """Yield the passages of a question that are in quotation marks."""
    return (found[found.lastindex or 0] for found in _QUOTED.finditer(text))


def literals(text: str) -> list[str]:
    """List what a question gives to be found as it stands.

    Words that are written as in code, of a single word the whole, and short passages in quotation
    marks.
    """
    typed = text.split()
    kept = [*filter(is_literal, typed)] if len(typed) > 1 else typed
    kept += [passage for passage in passages(text) if len(passage.split()) in _SHORT]
    return list(dict.fromkeys(filter(_is_mixed, map(_bare, kept))))[:_MOST]


def is_literal(word: str) -> bool:
    """Tell whether a word is written as only code and its like write."""
    return _is_mixed(bare := _bare(word)) and bool(_SIGN.search(bare))


def _is_mixed(bare: str) -> bool:
    return 2 < len(bare) <= _LONGEST and not bare.isdigit() and not bare.isalpha()


def _bare(word: str) -> str:
    return word.strip(_AROUND)


def standing(literal: str) -> re.Pattern[str]:
    """Match a literal in a folded text, where it is no part of a longer word."""
    folded = literal.casefold()
    before = r"(?<!\w)" if _is_of_word(folded[0]) else ""
    after = r"(?!\w)" if _is_of_word(folded[-1]) else ""
    return re.compile(before + re.escape(folded) + after)


def declared_by(name: str) -> re.Pattern[str]:
    """Match the line of a folded text that declares a class or the like by another one."""
    kinds = r"class|struct|interface|trait|impl|object|record|enum|protocol|instance"
    return re.compile(rf"\b(?:{kinds})\b[^\n]{{0,200}}{standing(name).pattern}")


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def phrases(text: str, frequencies: Mapping[str, int]) -> Iterator[str]:
    """Yield the literals of a question as phrases, which full-text search compares as one term.

    Args:
        text: The question.
        frequencies: Its terms, and in how many chunks each of them stands.

    Yields:
        Terms with blanks between them; not those of which even the rarest is in too many chunks.
    """
    for literal in literals(text):
        terms = words.terms(literal)
        rarest = min((frequencies.get(term, 0) for term in terms), default=0)
        if len(terms) > 1 and 0 < rarest <= POSTINGS:
            yield " ".join(terms)
