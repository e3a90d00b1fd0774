"""Public data and decoders so small that a test trains on them by the paper's recipe."""

import gzip
import json
import random
from pathlib import Path

import torch
import transformers
from tiny_decoders import byte_tokenizer

from searchkit.training.paper.recipe import Source

WORDS = [
    "open", "close", "read", "write", "file", "socket", "tree", "list", "sort", "find", "path",
    "cat", "dog", "bird",
]  # fmt: skip

MSMARCO = Source("msmarco", "msmarco", ("queries.tsv", "collection.tsv", "mined.jsonl.gz"))
NLI = Source("nli", "nli", ("AllNLI.tsv.gz",))


def write_data(folder: Path) -> Path:
    """Questions with mined negatives as MS MARCO has them, and pairs of sentences as NLI has."""
    chance = random.Random(0)
    folder.mkdir()
    texts = [" ".join(chance.sample(WORDS, 4)) for _ in range(48)]
    (folder / "queries.tsv").write_text("".join(f"{n}\t{t}\n" for n, t in enumerate(texts)))
    passages = [f"{text} {text}" for text in texts]
    (folder / "collection.tsv").write_text("".join(f"{n}\t{t}\n" for n, t in enumerate(passages)))
    with gzip.open(folder / "mined.jsonl.gz", "wt") as file:
        for number in range(48):
            negatives = {"bm25": [(number + 1) % 48, (number + 2) % 48], "other": [number]}
            file.write(json.dumps({"qid": number, "pos": [number], "neg": negatives}) + "\n")
    with gzip.open(folder / "AllNLI.tsv.gz", "wt") as file:
        file.write("split\tdataset\tfilename\tsentence1\tsentence2\tlabel\n")
        for number, text in enumerate(texts):
            label = ("entailment", "contradiction")[number % 2]
            file.write(f'train\tSNLI\tx\t{text} "here"\t{text}\t{label}\n')
        file.write("dev\tSNLI\tx\tkept\tout\tentailment\n")
    return folder


def write_bloom(folder: Path) -> Path:
    """A tiny BLOOM with spare rows behind its vocabulary, as the real one has."""
    byte_tokenizer(folder, {}, 0, tokenizer_class="PreTrainedTokenizerFast")
    torch.manual_seed(5)
    # Weights large enough for the last token to hear of those before it.
    shape = transformers.BloomConfig(
        vocab_size=264, hidden_size=16, n_layer=2, n_head=2, initializer_range=0.5
    )
    transformers.BloomModel(shape).save_pretrained(folder)
    return folder


def write_llama(folder: Path) -> Path:
    """A tiny decoder of Llama's kind: no biases, and a table with no row to spare."""
    byte_tokenizer(folder, {}, 0, tokenizer_class="PreTrainedTokenizerFast")
    torch.manual_seed(5)
    shape = transformers.LlamaConfig(
        vocab_size=256, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=2, initializer_range=0.5,
    )  # fmt: skip
    transformers.LlamaModel(shape).save_pretrained(folder)
    return folder
