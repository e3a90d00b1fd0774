"""Mines WordNet, and wordnets of other languages that share its concepts.

A dictionary holds what programs and their documentation seldom say in plain sentences: the general
sense of words, and of the same words in many languages. Formats: WordNet 3.0's `data.*` files, and
the `.tab` files of the Open Multilingual Wordnet (Bond & Foster, ACL 2013).
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from searchkit.training.pair import Pair
from searchkit_index.errors import TrainingError

_PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_MARK = re.compile(r"\(\w+\)$")

# Concepts that one language gives at most: a few wordnets are ten times the size of the others.
_MOST = 9_000

_FEWEST_CHARACTERS = 9


@dataclass(frozen=True)
class Concept:
    """One meaning of English words.

    Attributes:
        words: The words that have it, most usual first.
        meaning: What they mean.
        example: A sentence that uses one of them; or empty.
    """

    words: tuple[str, ...]
    meaning: str
    example: str


def concepts(folder: Path) -> dict[str, Concept]:
    """Read the concepts of WordNet's `data.*` files.

    Args:
        folder: Holds `data.noun`, `data.verb`, `data.adj` and `data.adv`.

    Returns:
        The concepts by offset and part of speech, as `00001740-n`.

    Raises:
        TrainingError: A file is missing or has a line that is no concept.
    """
    found: dict[str, Concept] = {}
    for part, letter in _PARTS.items():
        path = folder / f"data.{part}"
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            read = [_concept(line) for line in lines if not line.startswith("  ")]
        except (OSError, ValueError, IndexError) as error:
            raise TrainingError(
                f"`{path}` is no file of WordNet", "name the folder with WordNet 3.0's `data.*`"
            ) from error
        found |= {f"{offset}-{letter}": concept for offset, concept in read}
    return found


def definition_pairs(known: dict[str, Concept]) -> Iterator[Pair]:
    """Yield `definition` pairs: what is meant, and the words for it."""
    for concept in known.values():
        if " " in concept.meaning:
            words = "; ".join(filter(None, (", ".join(concept.words[:4]), concept.example)))
            yield Pair(concept.meaning, words, "definition", "en", "en")


def lexicon_pairs(known: dict[str, Concept], files: Iterable[Path]) -> Iterator[Pair]:
    """Yield `lexicon` pairs, words of other languages and their English concept, and `gloss` pairs.

    A gloss is a meaning that both languages tell.
    """
    words: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in files:
        language = path.stem.rpartition("-")[2]
        for key, kind, text in _entries(path):
            if key not in known:
                continue
            if kind == "lemma":
                words[language][key].append(text.replace("_", " "))
            elif kind == "def" and len(text) >= _FEWEST_CHARACTERS:
                yield Pair(text, known[key].meaning, "gloss", language, "en")
    for language, entries in words.items():
        chosen = random.Random(language).sample(sorted(entries), min(_MOST, len(entries)))
        for key in chosen:
            english = f"{', '.join(known[key].words[:3])}: {known[key].meaning}"
            foreign = ", ".join(dict.fromkeys(entries[key][:3]))
            yield Pair(foreign, english, "lexicon", language, "en")


def _concept(line: str) -> tuple[str, Concept]:
    """Parse a line: numbers, as many words as the fourth field says, the gloss behind a bar."""
    head, _, gloss = line.partition("|")
    fields = head.split()
    words = fields[4 : 4 + 2 * int(fields[3], 16) : 2]
    parts = [part.strip() for part in gloss.split(";")]
    examples = [part.strip('" ') for part in parts if part.startswith('"')]
    meaning = "; ".join(part for part in parts if part and not part.startswith('"'))
    named = tuple(_MARK.sub("", word).replace("_", " ") for word in words)
    return fields[0], Concept(named, meaning, examples[0] if examples else "")


def _entries(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield concept, kind (`lemma`, `def`, `exe`) and text of every line."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split("\t")
        if not line.startswith("#") and len(fields) > 2:
            # WordNet's own files list satellite adjectives among the others.
            yield fields[0].replace("-s", "-a"), fields[1].rpartition(":")[2], fields[-1].strip()
