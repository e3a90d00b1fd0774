"""Runs an int8 decoder on onnxruntime, without torch: the default runtime.

The format of the text is the paper's (Zhang et al., arXiv 2310.08232): [BOQ] text [EOQ] for
queries, [BOD] text [EOD] for documents; the graph takes the hidden state of the last token and
normalises it.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from searchkit.embedders.batching import packed, padded
from searchkit.embedders.card import Card, read_card
from searchkit.embedders.device import cores
from searchkit.embedders.lookup import model_of_card
from searchkit.embedders.prompt import PromptTokenizer
from searchkit.printable import error_line
from searchkit.ranking.confidence import Calibration
from searchkit_index.embedder import Role, Vectors, refuse_other
from searchkit_index.errors import ModelError
from searchkit_index.system.memory import require

# Tokens, padding included, in one run of the graph: enough to keep a core busy. Twice as many are
# no faster, and the allocator then keeps 100 MB more for activations.
_BATCH_TOKENS = 512

# Address space of a run: of the runtime and its threads, for each byte of the graph, and for the
# allocator's arena of each thread.
_RUNTIME_BYTES = 700_000_000
_BYTES_OF_GRAPH = 6
_THREAD_BYTES = 80_000_000


class OnnxEmbedder:
    """A model folder, run by onnxruntime; safe to use from several threads.

    Args:
        folder: The folder with `searchkit.json`, `tokenizer.json` and `model.onnx`.
        threads: How many to use; 0 means one for each core that this process may use.

    Raises:
        ModelError: A file is missing or cannot be read; the large ones are read on first use.
        StorageError: On first use, if the limit on the address space of this process is too low.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._folder = folder
        self._card = read_card(folder)
        self._threads = threads or cores()
        self._parts: _Loaded | None = None
        self._lock = Lock()
        self._process = 0
        for name in ("tokenizer.json", "model.onnx"):
            if not (folder / name).is_file():
                raise ModelError(
                    f"the model folder `{folder}` lacks `{name}`", "copy the whole folder anew"
                )

    @property
    def name(self) -> str:
        """The name of the model."""
        return self._card.name

    @property
    def fingerprint(self) -> str:
        """A name for weights, tokenizer and text format together."""
        return self._card.fingerprint

    @property
    def dimension(self) -> int:
        """The length of one vector."""
        return self._card.dimension

    @property
    def max_tokens(self) -> int:
        """The most tokens of a text, role tokens included; longer texts are cut."""
        return self._card.max_tokens

    @property
    def calibration(self) -> Calibration | None:
        """The constants that turn its scores into confidences, if it has any."""
        return self._card.calibration

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Embed `texts`: float32, shape `(len(texts), dimension)`, rows of length 1, in order."""
        refuse_other(texts, role)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        ids = self._loaded().tokenizer.rows(texts, role)
        batches = list(packed([len(row) for row in ids], _BATCH_TOKENS))

        def run(batch: list[int]) -> Vectors:
            return self._run([ids[row] for row in batch])

        alone = len(batches) == 1 or self._threads == 1
        results: Iterable[Vectors] = map(run, batches) if alone else self._pool.map(run, batches)
        for batch, result in zip(batches, results, strict=True):
            vectors[batch] = result
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of whole texts."""
        return self._loaded().tokenizer.counts(texts)

    def _run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        ids, mask = padded(rows)
        try:
            (vectors,) = self._loaded().session.run(
                ["embedding"], {"input_ids": ids, "attention_mask": mask}
            )
            return np.asarray(vectors, np.float32).reshape(len(rows), self.dimension)
        except ModelError:
            raise
        except Exception as error:  # onnxruntime's exceptions have no common base
            raise ModelError(f"the model in `{self._folder}` fails: {error_line(error)}") from error

    def _loaded(self) -> "_Loaded":
        if self._parts is None:
            with self._lock:
                if self._parts is None:
                    self._threads = min(self._threads, _threads_within_limits(self._folder))
                    self._parts = _load(self._folder, self._card)
        return self._parts

    @property
    def _pool(self) -> ThreadPoolExecutor:
        """Threads of this process: a forked process has none of its parent's."""
        if self._process != os.getpid():
            self._threads_here = ThreadPoolExecutor(self._threads, "embed")
            self._process = os.getpid()
        return self._threads_here


class _Loaded(NamedTuple):
    """The large parts of a model folder."""

    tokenizer: PromptTokenizer
    session: Any


def _load(folder: Path, card: Card) -> _Loaded:
    # Reading the graph releases the interpreter's lock: the tokenizer is read meanwhile.
    with ThreadPoolExecutor(1) as pool:
        session = pool.submit(_session, folder)
        tokenizer = PromptTokenizer(model_of_card(card, folder), folder)
        return _Loaded(tokenizer, session.result())


def _threads_within_limits(folder: Path) -> int:
    """Compute how many threads the limit on address space allows, at least one."""
    graph = (folder / "model.onnx").stat().st_size
    return 1 + require(_RUNTIME_BYTES + _BYTES_OF_GRAPH * graph, "the model") // _THREAD_BYTES


def _silent_runtime() -> Any:
    """Import onnxruntime with its telemetry off.

    Since 1.29 its builds write what they run to a file below the user's cache folder and send it to
    Microsoft, unless the environment variable is set before the import.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # in case it was imported before
    return onnxruntime


def _session(folder: Path) -> Any:
    onnxruntime = _silent_runtime()
    options = onnxruntime.SessionOptions()
    # Each thread runs a whole batch, which is faster than splitting one batch over threads.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        # The fallback tries the same provider again, and prints a banner to stdout.
        return onnxruntime.InferenceSession(
            str(folder / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            enable_fallback=0,
        )
    except Exception as error:  # onnxruntime's own exceptions share no base
        raise ModelError(f"`{folder}` has a broken model: {error_line(error)}") from error
