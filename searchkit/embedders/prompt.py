"""Turns texts into the token ids that a model was trained on, prompt template included.

The end token is added here, not by the tokenizer: a vector may be the state of the last token, and
texts are cut to leave room for it.
"""

import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from searchkit.embedders.entry_costs import read_costs
from searchkit.embedders.registry import BOS, EOS, OWN, Model, PromptTemplate
from searchkit.embedders.segmenter import Segmenter
from searchkit.printable import error_line
from searchkit_index.embedder import Role
from searchkit_index.errors import ModelError

# Characters of a text that are tokenised, for each token that is kept.
_CHARACTERS = 40

# Characters that a process tokenises before it loads the vocabulary: a query or two, and the lines
# of their hits. Loading costs as much as 80,000 such characters; then each costs a tenth.
_SHORT = 16_000


def times_read(tokens: int, repeat_up_to: int) -> int:
    """Return how many times in a row a text is read: twice if it is short, else once.

    In a causal decoder a token attends only to those before it. If a text is read twice, the tokens
    of the second reading, and so the vector, depend on the whole text (echo embeddings, Springer et
    al., arXiv 2402.15449). For long texts this would double the time.

    Args:
        tokens: Tokens of the text with its prompt, without the tokens around them.
        repeat_up_to: The most tokens of a text that is read twice; 0 to read all once.

    Returns:
        1 or 2.
    """
    return 2 if tokens <= repeat_up_to else 1


class PromptTokenizer:
    """Tokenises for one model; safe to use from several threads.

    Args:
        model: Its description, with its templates and its most tokens.
        folder: The folder with the tokenizer.

    Raises:
        ModelError: The folder has no tokenizer that can be read, or it lacks a token of a template.
    """

    def __init__(self, model: Model, folder: Path) -> None:
        self._model, self._folder = model, folder
        self._costs = read_costs(folder / "model.safetensors")
        self._mapped, self._characters_left = _open_segmenter(folder, self._costs), _SHORT
        self._loaded: Any = None if self._mapped else _tokenizer(folder)
        self._lock = threading.Lock()
        named = _named_tokens(folder)
        self._ends = {
            role: (
                self._tokens(template.begin, named, 0),
                template.prompt,
                self._tokens(template.end, named, 1),
            )
            for role, template in self._templates().items()
        }

    def rows(self, texts: Sequence[str], role: Role) -> list[list[int]]:
        """Tokenise texts, each cut to the model's most tokens, the end token always last."""
        begin, prompt, end = self._ends[role]
        room = self._model.max_tokens - len(begin) - len(end)
        cut = room * _CHARACTERS
        whole = [(prompt + text[:cut]).encode(errors="replace").decode() for text in texts]
        if self._model.lowercase:
            whole = [text.lower() for text in whole]
        # A word is read once: what follows it has seen all of it.
        repeated = 0 if role == "word" else self._model.repeat_up_to
        read = [
            (ids[:room] * times_read(len(ids), repeated))[:room] for ids in self._ids(whole, role)
        ]
        # An empty text without any template still needs one token.
        return [[*begin, *ids, *end] or [0] for ids in read]

    def _ids(self, texts: Sequence[str], role: Role) -> list[list[int]]:
        """Tokenise; the vocabulary is loaded when there is more to read than a few queries."""
        likeliest = role == "query" and bool(self._mapped and self._costs)
        characters = sum(map(len, texts))
        if self._mapped and self._loaded is None and characters <= self._characters_left:
            self._characters_left -= characters
            segmenter = self._mapped
        elif likeliest:
            segmenter = self._in_memory
        else:
            encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
            return [each.ids for each in encoded]
        try:
            return [segmenter.ids(text, likeliest=likeliest) for text in texts]
        except IndexError:
            raise ModelError(f"the tokenizer in `{self._folder}` is of another model") from None

    @cached_property
    def _in_memory(self) -> Segmenter:
        return Segmenter.of(self._tokenizer, self._costs)

    @property
    def _tokenizer(self) -> Any:
        if self._loaded is None:
            with self._lock:
                self._loaded = self._loaded or _tokenizer(self._folder)
        return self._loaded

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of whole texts, without a template."""
        whole = [text.encode(errors="replace").decode() for text in texts]
        encoded = self._tokenizer.encode_batch_fast(whole, add_special_tokens=False)
        return [len(each.ids) for each in encoded]

    def _templates(self) -> dict[Role, PromptTemplate]:
        document = self._model.document
        return {"query": self._model.query, "document": document, "word": document}

    def _tokens(self, what: str, named: dict[str, str], side: int) -> list[int]:
        if not what:
            return []
        if what == OWN:
            return self._tokenizer_template()[side]
        token = named.get(what, "") if what in (EOS, BOS) else what
        number = (
            self._mapped.entries.id_of(token)
            if self._mapped
            else self._tokenizer.token_to_id(token)
        )
        if number is None:
            raise ModelError(
                f"the tokenizer of `{self._model.name}` lacks `{token or what}`",
                "fetch the model anew, or correct its table in the configuration",
            )
        return [number]

    def _tokenizer_template(self) -> tuple[list[int], list[int]]:
        """Find the tokens that the tokenizer's own template puts before and after a text."""
        bare = self._tokenizer.encode("a", add_special_tokens=False).ids
        framed = self._tokenizer.encode("a", add_special_tokens=True).ids
        for start in range(len(framed) - len(bare) + 1):
            if framed[start : start + len(bare)] == bare:
                return framed[:start], framed[start + len(bare) :]
        raise ModelError(
            f"the tokenizer of `{self._model.name}` changes a text inside its template"
        )


def _open_segmenter(folder: Path, costs: bytes | None) -> Segmenter | None:
    try:
        return Segmenter.open(folder / "tokenizer.json", costs)
    except (OSError, ValueError, KeyError):  # loading the whole tokenizer reports what is wrong
        return None


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        if (folder / "tokenizer.json").is_file():
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        else:
            tokenizer = _converted(folder)
    except Exception as error:  # the libraries raise bare exceptions
        raise ModelError(
            f"`{folder}` has no tokenizer that can be read: {error_line(error)}"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _converted(folder: Path) -> Any:
    """Convert the tokenizer of an older folder, which has no `tokenizer.json`."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True).backend_tokenizer


def _named_tokens(folder: Path) -> dict[str, str]:
    """Read the `eos_token` and the `bos_token` of `tokenizer_config.json`."""
    try:
        written = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        tokens = {name: written.get(name) for name in (EOS, BOS)}
        return {
            name: str(token["content"] if isinstance(token, dict) else token)
            for name, token in tokens.items()
            if token
        }
    except (OSError, ValueError, KeyError, AttributeError, RecursionError):
        return {}
