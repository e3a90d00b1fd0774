"""Texts per second of our torch runtime beside sentence-transformers: same weights, texts, run.

    pip install sentence-transformers
    python tests/bench/throughput.py [--device cuda] [--shape nano] [--texts 2000] TREE

Both compute in float32 on a CPU, and in bfloat16 on a GPU; ours also in what it picks by itself.
Each is warmed up, then they take turns, and the best of three turns counts. The texts are those
that an index of TREE would hold. `--shape` measures random weights of a model's shape, which are as
fast: sentence-transformers does not read `nano` itself, whose layers are of integers.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from measure import machine, table

from searchkit.embedders import all_models
from searchkit.embedders.registry import Model
from searchkit.embedders.torch import TorchEmbedder
from searchkit.embedders.weights import needed
from searchkit_index.chunking.chunk import chunks
from searchkit_index.languages.language import LANGUAGES

_TURNS = 3

Encode = Callable[[Sequence[str]], Any]


def texts_of(tree: Path, count: int) -> list[str]:
    """Chunks of the tree's source files, spread over all of them."""
    found: list[str] = []
    for path in sorted(tree.rglob("*.py")):
        content = path.read_text(encoding="utf-8", errors="replace")
        found += [each.text for each in chunks(content, LANGUAGES["python"])]
    step = max(1, len(found) // count)
    return found[::step][:count]


def rival(model: Model, device: str, precision: Any) -> Encode:
    """sentence-transformers over the same folder, its own way: last token, length one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    folder = Path(tempfile.mkdtemp())
    for path in needed(model).glob("*.*"):
        if path.suffix in (".json", ".safetensors"):
            shutil.copyfile(path, folder / path.name)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    pad = next(each for each in ("<pad>", "[PAD]") if each in tokenizer.get_vocab())
    tokenizer.add_special_tokens({"pad_token": pad})
    tokenizer.model_max_length = model.max_tokens
    tokenizer.save_pretrained(folder)
    transformer = Transformer(str(folder), max_seq_length=model.max_tokens)
    size = transformer.get_embedding_dimension()
    pooled = SentenceTransformer(
        modules=[transformer, Pooling(size, pooling_mode="lasttoken"), Normalize()], device=device
    ).to(precision)
    frame = model.document
    return lambda texts: pooled.encode(
        [frame.begin + text + frame.end for text in texts], show_progress_bar=False
    )


def ours(model: Model, device: str, precision: Any) -> Encode:
    """Our runtime."""
    embedder = TorchEmbedder(model, device=device, precision=precision)
    return lambda texts: embedder.encode(texts, "document")


def bloom() -> Any:
    """BLOOM 560m."""
    from transformers import BloomConfig, BloomModel

    return BloomModel(BloomConfig(vocab_size=250_880, hidden_size=1024, n_layer=24, n_head=16))


def nano() -> Any:
    """The layers of `nano`, in the architecture that they come from, made causal."""
    from transformers import BertConfig, BertModel

    shape = BertConfig(
        vocab_size=208_896,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1_536,
        is_decoder=True,
    )
    return BertModel(shape, add_pooling_layer=False)


SHAPES: dict[str, Callable[[], Any]] = {"bloom-560m": bloom, "nano": nano}


def random_model(shape: str, folder: Path) -> Model:
    """Random weights of a shape, with our own tokenizer."""
    import torch

    from searchkit.embedders.card import read_card
    from searchkit.embedders.lookup import model_of_card

    own = all_models()["nano"]
    shutil.copyfile(needed(own) / "tokenizer.json", folder / "tokenizer.json")
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        decoder = SHAPES[shape]()
    decoder.half().save_pretrained(folder)
    card = {
        "name": shape,
        "fingerprint": shape,
        "runtime": "torch",
        "dimension": decoder.config.hidden_size,
        "max_tokens": own.max_tokens,
        "query": [own.query.begin, own.query.end],
        "document": [own.document.begin, own.document.end],
        "pooling": "last",
    }
    (folder / "searchkit.json").write_text(json.dumps(card))
    return model_of_card(read_card(folder), folder)


def fastest(systems: dict[str, Encode], texts: Sequence[str]) -> dict[str, float]:
    """Seconds of each system's best turn."""
    for encode in systems.values():
        encode(texts[:64])
    seconds = dict.fromkeys(systems, float("inf"))
    for _ in range(_TURNS):
        for name, encode in systems.items():
            began = time.perf_counter()
            encode(texts)
            seconds[name] = min(seconds[name], time.perf_counter() - began)
    return seconds


def main() -> None:
    """Measure and print a table."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--model", default="nano")
    parser.add_argument("--shape", choices=SHAPES)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--texts", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = all_models()[options.model]
        if options.shape:
            model = random_model(options.shape, Path(folder))
        same = "float32" if options.device == "cpu" else "bfloat16"
        systems = {
            "sentence-transformers": rival(model, options.device, getattr(torch, same)),
            f"ours, {same}": ours(model, options.device, same),
            "ours, as it picks": ours(model, options.device, "auto"),
        }
        texts = texts_of(options.tree, options.texts)
        vectors = [np.asarray(encode(texts[:200])) for encode in systems.values()]
        alike = [float((vectors[0] * each).sum(axis=1).min()) for each in vectors]
        seconds = fastest(systems, texts)
    first = seconds["sentence-transformers"]
    print(f"{machine()}; {len(texts):,} texts; {options.shape or options.model}\n")
    rows = [
        (name, f"{len(texts) / took:,.0f}", f"{first / took:.2f}", f"{cosine:.4f}")
        for (name, took), cosine in zip(seconds.items(), alike, strict=True)
    ]
    print(table(["system", "texts/s", "times", "least cosine"], rows))


if __name__ == "__main__":
    main()
