"""Cuts a text into entries of a vocabulary: greedily, or into the most probable sequence.

Greedy cuts are quick, but split words at places without meaning, and an encoder that was trained
on most probable cuts understands the pieces less. So documents are cut greedily; queries, which are
short, may be cut into the most probable sequence. Words in ASCII are always cut greedily: names in
queries have to be cut as they are in code.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchkit.embedders.entries import Entries, LoadedEntries, map_entries

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Parts whose cuts are cached: those of a few hundred queries.
_CACHED = 4_096


class Segmenter:
    """Tokenises as a byte-level `WordPiece` tokenizer does, with two ways of cutting.

    Args:
        splitter: A tokenizer whose normaliser and pre-tokenizer split a text into parts.
        special: The id of each special token.
        entries: The vocabulary.
        unknown: The id of a part that no entries make up.
        costs: The negative logarithm of each entry's probability, in any unit; None to cut all
            greedily.
    """

    def __init__(
        self,
        splitter: "Tokenizer",
        special: Mapping[str, int],
        entries: Entries,
        unknown: int,
        costs: Sequence[int] | None = None,
    ) -> None:
        from tokenizers.decoders import ByteLevel

        self.entries = entries
        self._normaliser: Any = splitter.normalizer
        self._splitter: Any = splitter.pre_tokenizer
        self._special, self._unknown, self._costs = special, unknown, costs
        names = sorted(map(re.escape, special), key=len, reverse=True)
        self._around_special = re.compile(f"({'|'.join(names) or '(?!)'})")
        self._bytes = ByteLevel()
        self._cuts = lru_cache(_CACHED)(self._cut_part)

    @classmethod
    def open(cls, path: Path, costs: Sequence[int] | None = None) -> "Segmenter | None":
        """Open a `tokenizer.json` without loading its vocabulary; None if it has another form.

        Args:
            path: The file.
            costs: See the class.

        Returns:
            The segmenter, or None.

        Raises:
            OSError: The file cannot be read.
            ValueError: Its settings are not JSON.
        """
        from tokenizers import Tokenizer

        mapped = map_entries(path)
        if mapped is None:
            return None
        head, entries = mapped
        special = {each["content"]: int(each["id"]) for each in head["added_tokens"]}
        head["added_tokens"] = []
        unknown = entries.id_of(head["model"]["unk_token"]) or 0
        return cls(Tokenizer.from_str(json.dumps(head)), special, entries, unknown, costs)

    @classmethod
    def of(cls, tokenizer: "Tokenizer", costs: Sequence[int] | None = None) -> "Segmenter":
        """Make a segmenter of a loaded tokenizer with a `WordPiece` model."""
        added = tokenizer.get_added_tokens_decoder()
        special = {token.content: number for number, token in added.items()}
        model: Any = tokenizer.model
        unknown = tokenizer.token_to_id(model.unk_token) or 0
        return cls(tokenizer, special, LoadedEntries(tokenizer), unknown, costs)

    def ids(self, text: str, *, likeliest: bool = False) -> list[int]:
        """Tokenise a text.

        Args:
            text: Any text.
            likeliest: Whether parts with letters beyond ASCII are cut so that the sum of the costs
                is least (Viterbi over a unigram language model, Kudo, arXiv 1804.10959). Other
                parts are cut greedily in either case, and a part that is an entry stays whole.

        Returns:
            The ids of its entries.
        """
        found: list[int] = []
        for stretch in self._around_special.split(text):
            if stretch in self._special:
                found.append(self._special[stretch])
            else:
                normal = self._normaliser.normalize_str(stretch)
                for part, _ in self._splitter.pre_tokenize_str(normal):
                    found += self._cuts(part, likeliest)
        return found

    def _cut_part(self, part: str, likeliest: bool) -> list[int]:
        whole = self.entries.id_of(part)
        if whole is not None:
            return [whole]
        if likeliest and self._costs is not None and self._beyond_ascii(part):
            return self._cut_likeliest(part, self._costs)
        return self._cut_greedily(part)

    def _beyond_ascii(self, part: str) -> bool:
        text: str = self._bytes.decode([part])
        return any(each.isalpha() and not each.isascii() for each in text)

    def _cut_greedily(self, part: str) -> list[int]:
        found, start = [], 0
        while start < len(part):
            ends = list(self.entries.starting_at(part, start))
            if not ends:
                return [self._unknown]
            start, number = ends[-1]
            found.append(number)
        return found

    def _cut_likeliest(self, part: str, costs: Sequence[int]) -> list[int]:
        least: list[float] = [0, *[math.inf] * len(part)]
        last = [(0, self._unknown)] * len(least)  # start and id of the entry that ends there
        for start in range(len(part)):
            for end, number in self.entries.starting_at(part, start):
                cost = least[start] + costs[number]
                if cost < least[end]:
                    least[end], last[end] = cost, (start, number)
        found, end = [], len(part)
        while end:
            end, number = last[end]
            found.append(number)
        return found[::-1]
