"""Finds what texts may spell otherwise than a question: dates, numbers, words apart or together."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, combinations, islice, pairwise, product
from typing import NamedTuple, Protocol

from searchkit.search.lexical import POSTINGS
from searchkit_index import words

# Dates and numbers of a question that are looked for, the ways to write one, and the characters
# that are read for them: of a pasted log the first lines.
_MOST, _FORMS, _CHARACTERS = 4, 64, 2_000

# Digits of a number that texts may group otherwise, with signs between two groups.
_BETWEEN = r"[ ./()'’,\u00a0\u202f-]{0,3}"
_NUMBER = re.compile(rf"(?<![\w.])\+?\(?\d(?:{_BETWEEN}\d){{4,19}}(?!\w)")

# Digits of a number that are left without what stands before it, and the most that do, beside 0.
_FEWEST, _PREFIX = 5, 3

# Groups that a number is taken to have at most; the digits of the shortest that has a prefix, and
# of the longest whose groups may be of several widths, so that their number is bounded.
_GROUPS, _PHONE, _LONG = 5, 8, 12
_WIDTHS = (2, 3, 4)

# What tells that there may be a date.
_DATED = re.compile(r"\d|[月월]")

# A part of a word that is written apart elsewhere has at least so many letters.
_SHORTEST = 2

# Words of hiragana and of katakana, and the signs that both have.
_KANA_RUN = re.compile("[\u30a1-\u30f6\u30fc]{2,}|[\u3041-\u3096\u30fc]{2,}")
_KANA_SWAPPED = {sign: sign + 0x60 for sign in range(0x3041, 0x3097)}
_KANA_SWAPPED |= {other: sign for sign, other in _KANA_SWAPPED.items()}

# Words of a question that are looked for apart or together: of a pasted page the first ones.
_WORDS = 32


class Spelled(Protocol):
    """What a question spells in one of many ways."""

    @property
    def written(self) -> str:
        """As the question has it."""
        ...

    def spellings(self) -> Iterable[str]:
        """List the ways to spell it."""
        ...

    def is_in(self, text: str) -> bool:
        """Tell whether a text has it, in whatever spelling."""
        ...


class Number(NamedTuple):
    """A number, of a telephone, an account or an amount, whose digits may be grouped otherwise.

    Attributes:
        written: As the question has it.
    """

    written: str

    def spellings(self) -> Iterator[str]:
        """Yield the digits in one group, and in several."""
        cores = list(dict.fromkeys(self._cores()))
        yield from chain(cores, (f"0{core}" for core in cores))
        for groups, core in product(range(2, _GROUPS + 1), cores):
            places = range(1, len(core)) if len(core) <= _LONG else ()
            for cuts in combinations(places, groups - 1):
                yield " ".join(core[start:end] for start, end in pairwise((0, *cuts, len(core))))
        for width, core in product(_WIDTHS, cores):
            yield " ".join(core[at : at + width] for at in range(0, len(core), width))

    def is_in(self, text: str) -> bool:
        """Tell whether a text has it, however grouped; of a long one it may have more in front."""
        grouped = (_BETWEEN.join(core) for core in set(self._cores()))
        begins = "" if sum(map(str.isdecimal, self.written)) >= _PHONE else r"(?<!\d)"
        return bool(re.search(rf"{begins}(?:{'|'.join(grouped)})(?!\d)", text))

    def _cores(self) -> Iterator[str]:
        """Yield the digits, and those without what stands before a number that is called abroad."""
        digits = "".join(filter(str.isdecimal, self.written))
        yield digits
        bare = digits.lstrip("0")
        if len(bare) >= _FEWEST and len(digits) >= _PHONE:
            yield bare
            if self.written.startswith(("+", "00")) and len(bare) > _FEWEST + _PREFIX:
                cuts = range(1, _PREFIX + 1)
                yield from (zero + bare[cut:] for cut in cuts for zero in ("", "0"))


def spelled(text: str) -> list[Spelled]:
    """List the dates and numbers of a question."""
    text = text[:_CHARACTERS]
    if not _DATED.search(text):
        return []
    from searchkit.search.dates import whole_dates

    found: list[Spelled] = [*whole_dates(text)]
    for each in found:
        text = text.replace(each.written, "\n")
    found += (Number(number) for number in _NUMBER.findall(text))
    return found[:_MOST]


def otherwise(
    text: str,
    frequencies: Mapping[str, int],
    count: Callable[[Iterable[str]], Mapping[str, int]],
) -> Iterator[list[str]]:
    """Yield for each part of a question that texts may spell otherwise the phrases that do.

    Args:
        text: The question.
        frequencies: Its terms, and in how many chunks each of them stands.
        count: Counts the same for other terms, without those that no chunk holds.

    Yields:
        Phrases, of terms with blanks between them, of which any stands for the part.
    """
    forms: list[Iterable[tuple[str, ...]]]
    forms = [dict.fromkeys(map(_terms, each.spellings())) for each in spelled(text)]
    one_way = _apart(frequencies), _together(text, frequencies), _in_other_kana(text, frequencies)
    forms += ([form] for form in chain(*one_way))
    known = count(set(chain(*chain(*forms))))
    for each in forms:
        held = [form for form in each if known.keys() >= set(form)]
        rare = [form for form in held if min(map(known.__getitem__, form)) <= POSTINGS]
        # One that is there has no term that is everywhere, if any has none.
        rare.sort(key=lambda form: max(map(known.__getitem__, form)))
        if rare:
            yield [" ".join(form) for form in rare[:_FORMS]]


def _terms(way: str) -> tuple[str, ...]:
    return tuple(words.terms(way))


def _apart(frequencies: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield the words that no chunk holds in two, as `Hanoi` is in Vietnamese."""
    missing = (term for term, held in frequencies.items() if not held and term.isalpha())
    for term in islice(missing, _WORDS):
        for cut in range(_SHORTEST, len(term) - _SHORTEST + 1):
            yield term[:cut], term[cut:]


def _together(text: str, frequencies: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield two words in one of which any is in no chunk: `data base`, `Kalt Miete`."""
    for before, after in pairwise(text.split()[:_WORDS]):
        one, other = words.terms(before), words.terms(after)
        if len(one) == len(other) == 1 and not all(map(frequencies.get, (*one, *other))):
            yield (one[0] + other[0],)


def _in_other_kana(text: str, frequencies: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Yield words of one kana, of which any part is in no chunk, in the other one."""
    for run in islice(_KANA_RUN.findall(unicodedata.normalize("NFKC", text)), _WORDS):
        if not all(map(frequencies.get, words.terms(run))):
            yield _terms(run.translate(_KANA_SWAPPED))
