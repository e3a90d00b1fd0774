"""Prepares the decoder that is tuned: its role tokens, and which of its weights move."""

import json
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from searchkit.embedders.registry import Model, PromptTemplate
from searchkit.embedders.weights import folder_of
from searchkit.training.paper.recipe import PaperRecipe
from searchkit_index.errors import TrainingError

QUERY, DOCUMENT = PromptTemplate("[BOQ]", "", "[EOQ]"), PromptTemplate("[BOD]", "", "[EOD]")

_COPIED = ("tokenizer_config.json", "special_tokens_map.json", "tokenizer.json")


def base_of(recipe: PaperRecipe) -> tuple[Model, Path]:
    """Find the base of a run.

    Args:
        recipe: The run.

    Returns:
        The model as it will be read once it is tuned, and the folder of its base.

    Raises:
        TrainingError: The base is not on this machine.
    """
    model = Model(recipe.name, recipe.base, 0, recipe.max_tokens, QUERY, DOCUMENT)
    folder = folder_of(model)
    if folder is None:
        raise TrainingError(
            f"the base `{recipe.base}` is not on this machine",
            f"type `hf download {recipe.base}`, or name a folder",
        )
    return model, folder


def with_roles(folder: Path, target: Path) -> None:
    """Copy the tokenizer of a base to `target`, with the four role tokens as its last entries.

    BLOOM's table has rows to spare for them: there they get the ids of the published models.
    """
    from tokenizers import AddedToken, Tokenizer

    target.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        if (folder / name).is_file():
            (target / name).write_bytes((folder / name).read_bytes())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokens = [QUERY.begin, QUERY.end, DOCUMENT.begin, DOCUMENT.end]
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False, special=True) for token in tokens]
    )
    tokenizer.save(str(target / "tokenizer.json"))
    rows = json.loads((folder / "config.json").read_text(encoding="utf-8"))["vocab_size"]
    if tokenizer.get_vocab_size() > rows:
        raise TrainingError(
            f"the table of `{folder}` has {rows:,} rows, and no room for four role tokens",
            "begin with a base whose table is larger than its vocabulary, as BLOOM's is",
        )


def adapted(folder: Path, recipe: PaperRecipe) -> Any:
    """Load a base in float32, with only those weights free to move that the recipe names.

    BitFit: Ben Zaken et al., ACL 2022. LoRA: Hu et al., ICLR 2022.
    """
    from transformers import AutoModel

    decoder: Any = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    if recipe.tuned == "lora":
        from peft import LoraConfig, get_peft_model

        torch.manual_seed(recipe.seed)
        shape = LoraConfig(
            r=recipe.rank, lora_alpha=2 * recipe.rank, target_modules="all-linear", bias="none"
        )
        with warnings.catch_warnings(action="ignore"):  # peft asks transformers by an older name
            decoder = get_peft_model(decoder, shape)
    elif recipe.tuned == "biases":
        for name, weight in decoder.named_parameters():
            weight.requires_grad_(name.endswith("bias"))
        if not moving(decoder):
            raise TrainingError(
                f"`{recipe.base}` has no biases", "say `tuned = 'lora'` in the recipe"
            )
    # No dropout: a text is encoded twice, and must get one vector.
    return decoder.eval()


def moving(decoder: nn.Module) -> dict[str, Tensor]:
    """List the weights that are tuned, by name."""
    return {name: each for name, each in decoder.named_parameters() if each.requires_grad}


def save_adapted(decoder: Any, recipe: PaperRecipe, tokenizer: Path, folder: Path) -> None:
    """Write a folder that `AutoModel`, and this package by its card, both load."""
    from searchkit.embedders.weights import fingerprint

    whole = decoder.merge_and_unload() if recipe.tuned == "lora" else decoder
    whole.save_pretrained(folder)
    for path in tokenizer.glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    size = int(whole.config.hidden_size)
    model = Model(recipe.name, str(folder), size, recipe.max_tokens, QUERY, DOCUMENT)
    card = {
        "name": recipe.name,
        "runtime": "torch",
        "dimension": size,
        "max_tokens": recipe.max_tokens,
        "query": [QUERY.begin, QUERY.end],
        "document": [DOCUMENT.begin, DOCUMENT.end],
        "pooling": "last",
        "fingerprint": fingerprint(model, folder),
    }
    text = json.dumps(card, indent=2) + "\n"
    (folder / "searchkit.json").write_text(text, encoding="utf-8")
