"""The torch runtime: any decoder that `AutoModel` loads, on GPUs or the CPU.

Texts are sorted by length and packed by tokens; while the devices work on one part of them the next
is tokenised; several devices share the parts; a batch that does not fit is halved.
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
from searchkit.embedders.registry import Model
from searchkit_index.embedder import Role, Vectors

if TYPE_CHECKING:
    from searchkit.embedders.network import Network
    from searchkit.embedders.prompt import PromptTokenizer

# Texts that are tokenised together while the devices work on those before.
_PART = 1_024

# Tokens of one forward pass, padding included.
_BATCH_TOKENS = {"cuda": 65_536, "mps": 16_384, "cpu": 2_048}


class TorchEmbedder:
    """A model, run by torch; safe to use from several threads.

    Args:
        model: Says how it reads.
        folder: Holds its weights and `tokenizer.json`; None looks where they should be.
        device: `auto`, `cpu`, `mps`, `cuda` or `cuda:1`; or a list of torch's names for devices.
        precision: What it computes in.
        dimension: A Matryoshka prefix to cut vectors to; None for the whole.

    Raises:
        ModelError: The weights are not here, or the device is not; a broken file is told of at the
            first vector that is asked for.
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
        self._turn = Lock()  # to use the devices; other threads tokenise meanwhile
        self.dimension = dimension or model.dimension
        cut = f"@{self.dimension}" if self.dimension != model.dimension else ""
        self.name = model.name + cut
        self.fingerprint = weights.fingerprint(model, self._folder) + cut
        # Cosines of shorter vectors have another distribution.
        self.calibration = None if cut else model.calibration

    @property
    def max_tokens(self) -> int:
        """Longer texts are cut, the prompt template included."""
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
        vectors = np.empty((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        parts = [order[start : start + _PART] for start in range(0, len(order), _PART)]
        for part, rows in zip(parts, self._tokenised(texts, parts, role), strict=True):
            batches = list(packed([len(row) for row in rows], self._batch_tokens))
            with self._turn:
                for batch, found in zip(batches, self._shared(rows, batches), strict=True):
                    vectors[[part[row] for row in batch]] = found[:, : self.dimension]
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _tokenised(
        self, texts: Sequence[str], parts: Sequence[Sequence[int]], role: Role
    ) -> Iterator[list[list[int]]]:
        """Yield token ids, part by part; each is made while the part before is embedded."""
        with ThreadPoolExecutor(1, "tokenise") as ahead:

            def begin(part: Sequence[int]) -> list[list[int]]:
                return self._tokenizer.rows([texts[row] for row in part], role)

            coming = [ahead.submit(begin, part) for part in parts[:1]]
            for number in range(len(parts)):
                rows = coming.pop().result()
                coming = [ahead.submit(begin, part) for part in parts[number + 1 : number + 2]]
                yield rows

    def _shared(
        self, rows: Sequence[Sequence[int]], batches: Sequence[Sequence[int]]
    ) -> Iterator[Vectors]:
        """Yield the vectors of each batch; whichever device is free takes the next."""
        free = self._workers()
        if len(free) == 1 or len(batches) == 1:
            yield from (free[0].embed([rows[row] for row in batch]) for batch in batches)
            return

        def run(batch: Sequence[int]) -> Vectors:
            network = free.pop()
            try:
                return network.embed([rows[row] for row in batch])
            finally:
                free.append(network)

        with ThreadPoolExecutor(len(free), "device", self._settle) as pool:
            yield from pool.map(run, batches)

    def _workers(self) -> "list[Network]":
        """Give a network for each device; on a processor, the same one for each core.

        Whole batches side by side, a core to each, beat splitting one over all cores, by far where
        others use them too: no core waits for another.
        """
        with self._lock:
            return self._loaded * (cores() if self._devices == ("cpu",) else 1)

    def _settle(self) -> None:
        if self._devices == ("cpu",):
            import torch

            torch.set_num_threads(1)  # of this worker

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
    def _loaded(self) -> "list[Network]":
        from searchkit.embedders.network import Network

        return [Network(self.model, self._folder, each, self._precision) for each in self._devices]
