"""Decoders with tiny random weights, and the steps by which their makers have them read."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from searchkit.embedders.registry import KNOWN, Model
from searchkit.embedders.torch import TorchEmbedder

TEXTS = [
    "read a file",
    "",
    "def main():\n    return 0\n" * 60,
    "El gato duerme. Кошка спит. 猫は窓で眠る。 고양이",
    "x",
    "🙂 [ brackets ] and <tags>",
]


def byte_tokenizer(
    folder: Path, specials: dict[str, int], first: int = 4, **named: str
) -> PreTrainedTokenizerFast:
    """Every byte a token, from an id on; `specials` have the ids that they have in the real one."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {each: number for number, each in enumerate(alphabet, first)} | specials
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False, special=True) for token in specials]
    )
    if "<bos>" in specials:
        around = [(token, specials[token]) for token in ("<bos>", "<eos>")]
        tokenizer.post_processor = processors.TemplateProcessing("<bos> $A <eos>", None, around)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(named))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named)


def save(folder: Path, decoder: Any) -> Any:
    decoder.eval().save_pretrained(folder)
    return decoder


def tiny_udever(folder: Path) -> tuple[Model, Any, Any]:
    """A BLOOM with the real layout of role tokens: four ids in the unused end of the matrix."""
    roles = {"[BOQ]": 250_680, "[EOQ]": 250_681, "[BOD]": 250_682, "[EOD]": 250_683}
    specials = {"<unk>": 0, "<s>": 1, "</s>": 2, "<pad>": 3} | roles
    tokenizer = byte_tokenizer(folder, specials, pad_token="<pad>", eos_token="</s>")
    torch.manual_seed(1)
    shape = transformers.BloomConfig(
        vocab_size=250_880, hidden_size=8, n_layer=2, n_head=2, pad_token_id=3
    )
    decoder = save(folder, transformers.BloomModel(shape))
    model = replace(KNOWN["udever-bloom-560m"], source=str(folder), dimension=8)
    return model, tokenizer, decoder


def card_of_udever(tokenizer: Any, decoder: Any, texts: Sequence[str], role: str) -> np.ndarray:
    """The makers' steps: token text in front, cut at 299, left padding, one id behind each row."""
    begin, end = ("[BOQ]", 250_681) if role == "query" else ("[BOD]", 250_683)
    tokenizer.padding_side = "left"
    batch = tokenizer(
        [begin + text for text in texts],
        truncation=True,
        max_length=299,
        padding=True,
        return_tensors="pt",
    )
    ids, mask = batch["input_ids"], batch["attention_mask"]
    ids = torch.cat([ids, torch.full((len(texts), 1), end)], dim=1)
    mask = torch.cat([mask, torch.ones(len(texts), 1, dtype=mask.dtype)], dim=1)
    with torch.no_grad():
        states = decoder(input_ids=ids, attention_mask=mask).last_hidden_state
    return unit(states[:, -1].numpy())


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def plain(model: Model, **settings: Any) -> TorchEmbedder:
    return TorchEmbedder(model, device="cpu", precision="float32", **settings)


def llama(folder: Path) -> tuple[Any, Any]:
    tokenizer = byte_tokenizer(
        folder, {"<bos>": 300, "<eos>": 301}, bos_token="<bos>", eos_token="<eos>"
    )
    torch.manual_seed(3)
    shape = transformers.LlamaConfig(
        vocab_size=310, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2,
    )  # fmt: skip
    return tokenizer, save(folder, transformers.LlamaModel(shape))
