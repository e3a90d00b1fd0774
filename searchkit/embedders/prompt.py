"""From texts to the token ids that a model was trained on, frame included.

The tokenizer's own template is never trusted to close a text: what stands at its end is what its
vector is read from.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from searchkit.embedders.registry import BOS, EOS, OWN, Frame, Model
from searchkit_index.embedder import Role
from searchkit_index.errors import ModelError

# Characters of a text that are looked at, for each token of it that is kept.
_CHARACTERS = 40


class Framer:
    """Tokenises for one model; safe to use from several threads.

    Raises:
        ModelError: The folder has no tokenizer that can be read, or it lacks a token of the frame.
    """

    def __init__(self, model: Model, folder: Path) -> None:
        self._model = model
        self._tokenizer = _tokenizer(folder)
        named = _named_tokens(folder)
        self._ends = {
            role: (
                self._tokens(frame.begin, named, 0),
                frame.prompt,
                self._tokens(frame.end, named, 1),
            )
            for role, frame in self._frames().items()
        }

    def rows(self, texts: Sequence[str], role: Role) -> list[list[int]]:
        """Token ids of each text, never more than the model takes, the end always last."""
        begin, prompt, end = self._ends[role]
        room = self._model.max_tokens - len(begin) - len(end)
        cut = room * _CHARACTERS
        whole = [(prompt + text[:cut]).encode(errors="replace").decode() for text in texts]
        encoded = self._tokenizer.encode_batch_fast(whole, add_special_tokens=False)
        # A model without any frame still needs one token to have a state.
        return [[*begin, *each.ids[:room], *end] or [0] for each in encoded]

    def _frames(self) -> dict[Role, Frame]:
        return {"query": self._model.query, "document": self._model.document}

    def _tokens(self, what: str, named: dict[str, str], side: int) -> list[int]:
        if not what:
            return []
        if what == OWN:
            return self._own()[side]
        token = named.get(what, "") if what in (EOS, BOS) else what
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ModelError(
                f"the tokenizer of `{self._model.name}` lacks `{token or what}`",
                "fetch the model anew, or mend its table in the configuration",
            )
        return [number]

    def _own(self) -> tuple[list[int], list[int]]:
        """What the tokenizer's template puts before and after a text."""
        bare = self._tokenizer.encode("a", add_special_tokens=False).ids
        framed = self._tokenizer.encode("a", add_special_tokens=True).ids
        start = next(at for at in range(len(framed)) if framed[at : at + len(bare)] == bare)
        return framed[:start], framed[start + len(bare) :]


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the library raises nothing narrower
        raise ModelError(f"`{folder}` has no tokenizer that can be read: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _named_tokens(folder: Path) -> dict[str, str]:
    """Which tokens the folder's `tokenizer_config.json` calls `eos_token` and `bos_token`."""
    try:
        written = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    tokens = {name: written.get(name) for name in (EOS, BOS)}
    return {
        name: str(token["content"] if isinstance(token, dict) else token)
        for name, token in tokens.items()
        if token
    }
