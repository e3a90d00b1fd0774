"""Prepares the decoder that is tuned: its role tokens, and which of its weights are trained."""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from searchkit.embedders.gguf import is_gguf
from searchkit.embedders.registry import EOS, Model, PromptTemplate
from searchkit.embedders.weights import folder_of, needed
from searchkit.training.paper.low_rank import add_low_rank, merge_low_rank
from searchkit.training.paper.recipe import PaperRecipe
from searchkit_index.errors import TrainingError

QUERY, DOCUMENT = PromptTemplate("[BOQ]", "", "[EOQ]"), PromptTemplate("[BOD]", "", "[EOD]")

_ROLES = (QUERY.begin, QUERY.end, DOCUMENT.begin, DOCUMENT.end)

# Around a text without role tokens: something must close it, so that a last state can be read.
_PLAIN = PromptTemplate("", "", EOS)

# What architectures call the switch for biases that they have a place for.
_BIASES = ("attention_bias", "mlp_bias", "use_bias", "bias")

_COPIED = ("tokenizer_config.json", "special_tokens_map.json", "tokenizer.json")


def base_of(recipe: PaperRecipe) -> tuple[Model, Path]:
    """Find the base of a run.

    Args:
        recipe: The run.

    Returns:
        The model as it will be read once it is tuned, and the folder of its base.

    Raises:
        TrainingError: The base is not on this machine.
        ModelError: It is a GGUF file that cannot be unpacked.
    """
    model = _tuned(recipe, recipe.base, 0)
    folder = needed(model) if is_gguf(recipe.base) else folder_of(model)
    if folder is None:
        raise TrainingError(
            f"the base `{recipe.base}` is not on this machine",
            f"type `hf download {recipe.base}`, or name a folder",
        )
    return model, folder


def _tuned(recipe: PaperRecipe, source: str, size: int) -> Model:
    query, document = (QUERY, DOCUMENT) if recipe.roles else (_PLAIN, _PLAIN)
    return Model(
        recipe.name, source, size, recipe.max_tokens, query, document, pooling=recipe.pooling
    )


def copy_tokenizer(folder: Path, target: Path, *, roles: bool = True) -> None:
    """Copy the tokenizer of a base.

    BLOOM's table has rows to spare for role tokens: there they get the ids of the published models.

    Args:
        folder: The base.
        target: Takes the tokenizer; is made.
        roles: Whether the four role tokens become its last entries.
    """
    from tokenizers import AddedToken, Tokenizer

    target.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        if (folder / name).is_file():
            (target / name).write_bytes((folder / name).read_bytes())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if roles:
        tokens = [AddedToken(each, normalized=False, special=True) for each in _ROLES]
        tokenizer.add_special_tokens(tokens)
    tokenizer.save(str(target / "tokenizer.json"))


def adapted(folder: Path, recipe: PaperRecipe, device: str = "cpu") -> Any:
    """Load a base with only those weights free to move that the recipe names.

    BitFit: Ben Zaken et al., ACL 2022; an architecture that has biases but was trained without gets
    them, all zero. LoRA: Hu et al., ICLR 2022.

    Args:
        folder: The base.
        recipe: The run.
        device: The kind of device that it will be moved to. On a processor the way back through
            torch's fused attention takes four times that of plain products.

    Returns:
        A decoder in evaluation mode: a text is encoded twice, and dropout would give it two
        vectors. Trainable weights are in float32, the rest in the recipe's precision.

    Raises:
        TrainingError: It has no weights of the kind that is to be trained.
    """
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # also while it is saved
    dtype = getattr(torch, recipe.precision)
    torch.manual_seed(recipe.seed)
    given = {"attn_implementation": "eager"} if device == "cpu" else {}
    decoder: Any = AutoModel.from_pretrained(
        folder, config=_config(folder, recipe), dtype=dtype, local_files_only=True, **given
    )
    roles = _add_role_rows(decoder, folder) if recipe.roles else None
    for weight in decoder.parameters():
        weight.requires_grad_(recipe.tuned == "all")
    if recipe.tuned == "lora":
        if not add_low_rank(decoder, recipe.rank):
            raise TrainingError(f"`{recipe.base}` has no linear layers", "say `tuned = 'all'`")
    elif recipe.tuned != "all":
        for weight in _chosen(decoder, recipe):
            weight.requires_grad_(True)
    if roles is not None:
        roles.rows.requires_grad_(True)
    for weight in trainable(decoder).values():
        weight.data = weight.data.float()
    if recipe.compile:
        _compile(decoder)
    return decoder.eval()


def _compile(decoder: nn.Module) -> None:
    """Compile layers, each by itself: one piece of code serves all of them, and all lengths."""
    from torch.fx.experimental import _config

    # By default sizes that are equal in the first batch are taken to be equal in all: code compiled
    # for texts as long as a head is wide, or as many as they are long, would serve no others.
    _config.use_duck_shape = False
    for layer in _layers(decoder):
        layer.compile(dynamic=True)


def _config(folder: Path, recipe: PaperRecipe) -> Any:
    """Read the shape of a base, with places for biases where the recipe trains these alone."""
    from transformers import AutoConfig

    config: Any = AutoConfig.from_pretrained(folder, local_files_only=True)
    if recipe.tuned == "biases":
        for name in _BIASES:
            if hasattr(config, name):
                setattr(config, name, True)
    return config


def _layers(decoder: nn.Module) -> nn.ModuleList:
    return next(each for each in decoder.modules() if isinstance(each, nn.ModuleList))


def _chosen(decoder: nn.Module, recipe: PaperRecipe) -> list[nn.Parameter]:
    if recipe.tuned == "biases":
        found = [each for name, each in decoder.named_parameters() if name.endswith("bias")]
    else:
        last = _layers(decoder)[-recipe.last :]
        found = [weight for layer in last for weight in layer.parameters()]
    if not found:
        raise TrainingError(f"`{recipe.base}` has no biases", "say `tuned = 'lora'` in the recipe")
    return found


class RoleRows(nn.Module):
    """An embedding table that is frozen but for its last rows, those of new role tokens.

    Args:
        table: The table, with room for the new rows.
        first: The id of the first new row.
    """

    def __init__(self, table: nn.Embedding, first: int) -> None:
        super().__init__()
        self.table, self._first = table, first
        count = table.num_embeddings - first
        # What comes out of the table, which some architectures scale.
        self.rows = nn.Parameter(torch.zeros(count, table.embedding_dim))

    def forward(self, ids: Tensor) -> Tensor:
        """Look ids up: `(rows, length)` to `(rows, length, hidden)`."""
        states: Tensor = self.table(ids)
        new = ids >= self._first
        added = self.rows[(ids - self._first).clamp_min(0)].to(states.dtype)
        return states + added * new[..., None]

    def merged(self) -> nn.Embedding:
        """Write what the rows learnt into the table, and return that."""
        scale = float(getattr(self.table, "embed_scale", 1.0))
        with torch.no_grad():
            self.table.weight[self._first :] += (self.rows / scale).to(self.table.weight.dtype)
        return self.table


def _add_role_rows(decoder: Any, folder: Path) -> RoleRows | None:
    """Add rows for role tokens, each the mean of all others; None where the table has some."""
    from tokenizers import Tokenizer

    size = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()
    before = decoder.get_input_embeddings().num_embeddings
    if size + len(_ROLES) <= before:
        return None
    decoder.resize_token_embeddings(size + len(_ROLES), mean_resizing=False)
    table = decoder.get_input_embeddings()
    with torch.no_grad():
        table.weight[before:] = table.weight[:before].float().mean(dim=0).to(table.weight.dtype)
    roles = RoleRows(table, size)
    decoder.set_input_embeddings(roles)
    return roles


def trainable(decoder: nn.Module) -> dict[str, nn.Parameter]:
    """List the weights that training changes, by name."""
    return {name: each for name, each in decoder.named_parameters() if each.requires_grad}


def save_adapted(decoder: Any, recipe: PaperRecipe, tokenizer: Path, folder: Path) -> None:
    """Write a folder that `AutoModel`, and this package by its card, both load.

    Args:
        decoder: As `adapted` made it; is used up.
        recipe: The run.
        tokenizer: The folder of its tokenizer.
        folder: Takes the model; in float32, or, where weights were held in bfloat16, in float16.
    """
    from searchkit.embedders.model_folder import fingerprint

    whole = decoder.float()
    merge_low_rank(whole)
    if isinstance(roles := whole.get_input_embeddings(), RoleRows):
        whole.set_input_embeddings(roles.merged())
    whole = whole.half() if recipe.precision == "bfloat16" else whole
    whole.save_pretrained(folder)
    for path in tokenizer.glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    model = _tuned(recipe, str(folder), int(whole.config.hidden_size))
    card = {
        "name": recipe.name,
        "runtime": "torch",
        "dimension": model.dimension,
        "max_tokens": recipe.max_tokens,
        "query": [model.query.begin, model.query.end],
        "document": [model.document.begin, model.document.end],
        "pooling": recipe.pooling,
        "fingerprint": fingerprint(model, folder),
    }
    text = json.dumps(card, indent=2) + "\n"
    (folder / "searchkit.json").write_text(text, encoding="utf-8")
