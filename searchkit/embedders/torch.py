"""The torch runtime: any decoder that `AutoModel` loads, on GPUs or the CPU.

Texts are sorted by length and packed by tokens. The next part is tokenised while the devices work
on one; several devices share the batches of a part; a batch that does not fit is halved.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from searchkit.embedders import weights
from searchkit.embedders.batching import packed
from searchkit.embedders.device import Precision, cores, pick
from searchkit.embedders.model_folder import fingerprint
from searchkit.embedders.registry import Model
from searchkit_index.embedder import Role, Vectors, refuse_other

if TYPE_CHECKING:
    from searchkit.embedders.network import Network
    from searchkit.embedders.prompt import PromptTokenizer

# Texts that are tokenised together, while the devices work on the part before.
_PART = 1_024

# Tokens of one forward pass, padding included.
_BATCH_TOKENS = {"cuda": 65_536, "mps": 16_384, "cpu": 2_048}


class TorchEmbedder:
    """A model, run by torch; safe to use from several threads.

    Args:
        model: Its description.
        folder: The folder with its weights and `tokenizer.json`; None to find it.
        device: `auto`, `cpu`, `mps`, `cuda` or `cuda:1`; or a list of torch's names for devices.
        precision: The dtype it computes in.
        dimension: A Matryoshka prefix to cut vectors to; None for the whole.

    Raises:
        ModelError: There are no weights, or no such device; a broken file raises at the first
            `encode`.
    """

    def __init__(
        self,
        model: Model,
        folder: Path | None = None,
        *,
        device: str | Sequence[str] = "auto",
        precision: Precision = "auto",
        dimension: int | None = None,
    ) -> None:
        self.model = model
        self._folder = folder or weights.needed(model)
        self._wanted, self._precision = device, precision
        self._lock = Lock()
        self._device_lock = Lock()  # one thread uses the devices; others tokenise meanwhile
        self.dimension = dimension or model.dimension
        cut = f"@{self.dimension}" if self.dimension != model.dimension else ""
        self.name = model.name + cut
        self.fingerprint = fingerprint(model, self._folder) + cut
        # The constants fit cosines of whole vectors only.
        self.calibration = None if cut else model.calibration

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text, prompt template included; longer texts are cut."""
        return self.model.max_tokens

    def described(self) -> str:
        """Describe devices and precision, for people."""
        from searchkit.embedders.device import described, precision_of

        overflows = self.model.overflows
        return ", ".join(
            described(each, precision_of(each, self._precision, overflows=overflows))
            for each in self._devices
        )

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed `texts`: float32, shape `(len(texts), dimension)`, rows of length 1, in order."""
        refuse_other(texts, role)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        parts = [order[start : start + _PART] for start in range(0, len(order), _PART)]
        for part, rows in zip(parts, self._tokenised(texts, parts, role), strict=True):
            batches = list(packed([len(row) for row in rows], self._batch_tokens))
            with self._device_lock:
                for batch, found in zip(batches, self._embed_batches(rows, batches), strict=True):
                    vectors[[part[row] for row in batch]] = found[:, : self.dimension]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _tokenised(
        self, texts: Sequence[str], parts: Sequence[Sequence[int]], role: Role
    ) -> Iterator[list[list[int]]]:
        """Yield the token ids of each part, made while the part before is embedded."""
        with ThreadPoolExecutor(1, "tokenise") as ahead:

            def begin(part: Sequence[int]) -> list[list[int]]:
                return self._tokenizer.rows([texts[row] for row in part], role)

            pending = [ahead.submit(begin, part) for part in parts[:1]]
            for number in range(len(parts)):
                rows = pending.pop().result()
                pending = [ahead.submit(begin, part) for part in parts[number + 1 : number + 2]]
                yield rows

    def _embed_batches(
        self, rows: Sequence[Sequence[int]], batches: Sequence[Sequence[int]]
    ) -> Iterator[Vectors]:
        """Yield the vectors of each batch; a free device takes the next batch."""
        free = self._networks()
        if len(free) == 1 or len(batches) == 1:
            yield from (free[0].embed([rows[row] for row in batch]) for batch in batches)
            return

        def run(batch: Sequence[int]) -> Vectors:
            network = free.pop()
            try:
                return network.embed([rows[row] for row in batch])
            finally:
                free.append(network)

        with ThreadPoolExecutor(len(free), "device", self._use_one_core) as pool:
            yield from pool.map(run, batches)

    def _networks(self) -> "list[Network]":
        """List a network for each device; on a CPU the same one for each core.

        Running one batch on each core is faster than splitting batches over all cores, by far when
        other programs use them too, as no core waits for another.
        """
        with self._lock:
            return self._loaded_networks * (cores() if self._devices == ("cpu",) else 1)

    def _use_one_core(self) -> None:
        if self._devices == ("cpu",):
            import torch

            torch.set_num_threads(1)  # in this thread

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of whole texts."""
        return self._tokenizer.counts(texts)

    @property
    def _batch_tokens(self) -> int:
        return _BATCH_TOKENS.get(self._devices[0].partition(":")[0], 2_048)

    @cached_property
    def _devices(self) -> tuple[str, ...]:
        return pick(self._wanted) if isinstance(self._wanted, str) else tuple(self._wanted)

    @cached_property
    def _tokenizer(self) -> "PromptTokenizer":
        from searchkit.embedders.prompt import PromptTokenizer

        return PromptTokenizer(self.model, self._folder)

    @cached_property
    def _loaded_networks(self) -> "list[Network]":
        from searchkit.embedders.network import Network

        return [Network(self.model, self._folder, each, self._precision) for each in self._devices]
