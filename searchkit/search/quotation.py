"""Finds the chunks that hold a question word by word, or most of it, or what it spells as code."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from searchkit.ranking.definition import asks_of_name
from searchkit.ranking.naming import Question
from searchkit.search.candidates import Candidates
from searchkit.search.literals import declared_by, is_literal, literals, passages, standing
from searchkit.search.spellings import spelled
from searchkit.search.templates import part_made_of
from searchkit.search.transliteration import Names
from searchkit_index import words

# A whole question of fewer bytes stands in many places by chance, if it has but a few words.
# Scripts without spaces make one word of a sentence, and take three bytes for a sign.
_FEWEST_BYTES = 36

# Words that stand beside each other in a question and in a text: at least so many pairs, and so
# much of the question's, unless all are there. Who remembers a line leaves a word out or changes
# one, and a message has names and numbers in it; a question of one's own shares few pairs.
_FEWEST_PAIRS, _FEWEST_OF_ALL, _LEAST_PART = 4, 3, 0.5

# Fewer of a passage in quotation marks, by which it says itself that it is one.
_FEWEST_MARKED = 2

# A message that a program made has values in it: with so many pairs its text is read for one that
# makes this part of it; then it counts as if it held so much.
_FEWEST_MADE, _LEAST_MADE, _MADE = 1, 0.35, 0.65

# Words of a question that are compared: of a pasted page the first ones.
_WORDS = 128

# An option, a version or an address that is all of the question says so much of a chunk: less than
# the name of a file does, which others hold as well.
_LITERAL = 0.65

# Beside other words it says its share of the question to this power: what is mentioned is seldom
# what is asked for.
_POWER = 4

# But at least so much, divided by the root of the number of files that hold it: what is rare is
# mentioned for a reason.
_MENTIONED = 0.4

# Where those are asked for that extend a class, what merely holds its name counts as if the name
# were this share of the question.
_USED = 0.9

# The title of a section that says all that a question says counts as such an option does.
_TITLE = 0.65

# A chunk that holds all of a question has much of the lexical score that its known words could
# reach, unless all of them are everywhere, as in a folder of a few chunks.
_LEAST_SCORE, _FEW = 0.15, 100

# Chunks of each catalog whose texts are read.
_MOST = 50

_WORD = re.compile(r"\w+")

# A file, by the number of its catalog and its path, and the id of a chunk of it.
_Place = tuple[tuple[int, str], int]


class Quotation:
    """What a question may quote of texts.

    Args:
        text: The question as it was typed.
        question: Its terms.
        is_named: Whether its subject is a name, which texts may hold.

    Attributes:
        is_marked: Whether a passage in quotation marks is what it quotes.
    """

    def __init__(self, text: str, question: Question, is_named: bool = False) -> None:
        marked = max(passages(text), key=len, default="")
        self.is_marked = len(marked.split()) > _FEWEST_OF_ALL
        typed = (marked if self.is_marked else text).split()[:_WORDS]
        self._fewest = _FEWEST_MARKED if self.is_marked else _FEWEST_PAIRS
        self._pairs = [f" {before} {after} " for before, after in _pairs(typed)]
        self._whole = f" {_squeezed(' '.join(typed))} "
        self._is_long = len(self._whole.encode()) - 2 >= _FEWEST_BYTES
        self._literals = [(standing(each), question.share_of(each)) for each in literals(text)]
        self._spelled = [(each, question.share_of(each.written)) for each in spelled(text)]
        if is_named:
            held = _USED if question.asks_for_subtypes else 1.0
            self._literals.append((standing(question.subject), held))
        if is_named and question.asks_for_subtypes:
            self._literals.append((declared_by(question.subject), 1.0))

    @property
    def is_empty(self) -> bool:
        """Whether no text can quote it."""
        return not (self._literals or self._spelled or self._has_words)

    @property
    def is_spelled(self) -> bool:
        """Whether it may be in a text without any of its words, as a date is."""
        return bool(self._spelled)

    @property
    def has_values(self) -> bool:
        """Whether it has what no text may have: names and numbers that a program filled in."""
        return bool(self._literals)

    @property
    def _has_words(self) -> bool:
        return self._is_long or len(self._pairs) >= _FEWEST_OF_ALL

    def parts_in(
        self, texts: Mapping[_Place, str], names: Mapping[_Place, str] = MappingProxyType({})
    ) -> dict[_Place, float]:
        """Tell how much of the question each text quotes, 0 to 1.

        Args:
            texts: Texts of chunks, by the files that they are in and a number.
            names: Their paths and symbols, which may have what is spelled in many ways.

        Returns:
            The parts of those that quote any of it.
        """
        folded = {place: text.casefold() for place, text in texts.items()}
        parts = {place: self._words_in(text) for place, text in folded.items()}
        for sign, share in self._literals:
            holding = [place for place, text in folded.items() if sign.search(text)]
            _raise(parts, holding, share)
        for each, share in self._spelled:
            whole = ((at, f"{names.get(at, '')}\n{text}") for at, text in texts.items())
            holding = [at for at, text in whole if each.is_in(text)]
            _raise(parts, holding, share)
        return {place: part for place, part in parts.items() if part}

    def _words_in(self, folded: str) -> float:
        """Tell which part of the pairs of words is in a text, whatever stands between two words."""
        if not self._has_words:
            return 0.0
        squeezed = f" {_squeezed(folded)} "
        if self._whole in squeezed:
            return 1.0
        held = sum(pair in squeezed for pair in self._pairs)
        part = held / max(len(self._pairs), 1)
        if held >= self._fewest and part >= _LEAST_PART:
            return part
        made = part_made_of(self._whole, folded) if held >= _FEWEST_MADE else 0.0
        return max(made, _MADE) if made >= _LEAST_MADE else 0.0


def mark_quoted(found: Sequence[Candidates], text: str, question: Question) -> None:
    """Raise `quoted` of the chunks that hold a question, or much of it, as it is typed.

    Args:
        found: The candidates of each catalog.
        text: The question.
        question: Its terms, weighed over all catalogs.
    """
    is_named = asks_of_name((chunk for each in found for chunk in each.found), question)
    quotation = Quotation(text, question, is_named)
    is_read = bool(question.keywords) or not quotation.is_empty
    is_any = is_named or quotation.is_spelled or quotation.is_marked
    least = _LEAST_SCORE * (question.known if quotation.has_values else 1.0)
    least = 0.0 if is_any else least
    texts, names = _read(found if is_read else (), least)
    parts = quotation.parts_in(texts, names)
    having = _having(question, texts, names) if question.keywords else set()
    for number, each in enumerate(found):
        for chunk in each.found:
            at = (number, chunk.path), chunk.chunk_id
            titled = chunk.kind == "prose" and question.is_title(chunk.symbol.rpartition(" > ")[2])
            chunk.quoted = max(chunk.quoted, parts.get(at, 0.0), _TITLE * titled)
            chunk.has_keywords = at in having


def _read(found: Sequence[Candidates], least: float) -> tuple[dict[_Place, str], dict[_Place, str]]:
    """Read the texts of the likely chunks, and their paths and symbols."""
    texts: dict[_Place, str] = {}
    names: dict[_Place, str] = {}
    for number, each in enumerate(found):
        likely = _likely(each, 0.0 if each.size <= _FEW else least)
        each.searcher.expect(likely)
        places = each.searcher.places(likely) if likely else {}
        at = {chunk_id: ((number, it.path), chunk_id) for chunk_id, it in places.items()}
        texts |= {at[chunk_id]: it.text for chunk_id, it in places.items()}
        names |= {at[chunk_id]: f"{it.path}\n{it.symbol}" for chunk_id, it in places.items()}
    return texts, names


def _having(
    question: Question, texts: Mapping[_Place, str], names: Mapping[_Place, str]
) -> set[_Place]:
    """Return the places of the texts that have all keywords, or their names in other scripts."""
    spelled = [
        {term, *Names([*question.near.get(term, ())]).of(term)} for term in question.keywords
    ]
    whole = ((at, set(words.terms(f"{names[at]}\n{text}"))) for at, text in texts.items())
    return {at for at, terms in whole if not any(map(terms.isdisjoint, spelled))}


def _raise(parts: dict[_Place, float], holding: Sequence[_Place], share: float) -> None:
    """Raise the parts of the texts that hold something with this share of a question."""
    files = len({file for file, _ in holding})
    value = _LITERAL * max(share**_POWER, _MENTIONED / math.sqrt(max(files, 1)))
    for place in holding:
        parts[place] = max(parts[place], value)


def _likely(found: Candidates, least: float) -> list[int]:
    """List the chunks that have most of the words, and this score, by their ids, best first."""
    scores = {
        chunk.chunk_id: part.score
        for chunk in found.found
        if (part := chunk.parts.get("lexical")) and part.score >= least
    }
    return sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))[:_MOST]


def _squeezed(text: str) -> str:
    """Keep the words of a text alone, folded, with a blank between two."""
    return " ".join(_WORD.findall(text.casefold()))


def _pairs(typed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the neighbours among words; a literal, such as an address, says little by its parts."""
    before = ""
    for part in typed:
        found = _WORD.findall(part.casefold())
        if found and before:
            yield before, found[0]
        if not is_literal(part):
            yield from pairwise(found)
        before = found[-1] if found else before
