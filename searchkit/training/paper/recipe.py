"""Reads a run of the paper's training from a TOML file; the defaults are the paper's figures."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from searchkit import table
from searchkit.training.ranges import Count, Rate, Some, Temperature, Tokens, Weight
from searchkit.training.recipe_file import read_recipe
from searchkit_index.errors import TrainingError


@dataclass(frozen=True)
class Source:
    """Pairs of one public data set; a batch never mixes two of them.

    Attributes:
        name: Stands in the log.
        kind: `msmarco`, questions and passages; `nli`, sentences that follow from each other,
            whose sides are both questions; `pairs` and `paraphrases`, the same two kinds in JSON
            lines of this package's own training, see `searchkit.training.pair`.
        files: Below the data folder; of `msmarco` its queries, its passages and the mined
            negatives, in this order; of `nli` one or more tables; of the others one or more
            patterns of files, which may be compressed by xz.
        languages: Of `pairs` and `paraphrases`: both sides are in one of these; all if empty.
        dataset: Instead of files, a name at the Hugging Face hub, or a local folder, that
            `datasets` loads: columns `query` or `anchor`, `positive`, and, if any, `negative`.
        most: At most so many pairs; 0 for all.
    """

    name: str
    kind: Literal["msmarco", "nli", "pairs", "paraphrases"]
    files: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    dataset: str = ""
    most: Count = 0


@dataclass(frozen=True)
class PaperRecipe:
    """One run.

    Attributes:
        name: Of the model that it makes.
        base: The decoder that it begins with: a folder, a GGUF file, `package:NAME` for a package
            that carries one, or `owner/name` at the hub.
        sources: What it is trained on.
        tuned: Which weights are trained: every bias and nothing else (BitFit), low-rank additions
            to all linear layers (LoRA), the `last` layers, or all. Rows of role tokens that are new
            to the table are trained in any case.
        rank: Of LoRA's additions.
        last: How many layers are tuned with `tuned = "last"`.
        pooling: `last` takes the last token's state for the vector, `mean` that of all.
        roles: Whether role tokens stand around a text; without, its base's own begin and end do.
        precision: What the products are computed in, and what weights that stay are held in.
        batch: Pairs of one step, over all processes.
        epochs: Times that each pair is seen.
        rate: Of AdamW, constant after the warm-up.
        warmup: Epochs until the rate is reached.
        temperature: What cosines are divided by.
        max_tokens: Longer texts are cut, role tokens included.
        train_tokens: The same in training alone; 0 for `max_tokens`.
        piece_tokens: Tokens of one forward pass; bounds the memory, and changes no gradient.
        held_tokens: Batches of no more tokens are encoded once instead of twice, all their states
            held in memory; changes no gradient.
        compile: Whether layers are compiled first, which takes a minute, and on a processor a C++
            compiler; steps then take half the time there.
        seed: Of the order and of sampled negatives.
    """

    name: str
    base: str
    sources: tuple[Source, ...]
    tuned: Literal["biases", "lora", "last", "all"] = "biases"
    rank: Some = 16
    last: Some = 4
    pooling: Literal["last", "mean"] = "last"
    roles: bool = True
    precision: Literal["float32", "bfloat16"] = "float32"
    batch: Some = 1_024
    epochs: Some = 3
    rate: Rate = 1e-4
    warmup: Weight = 0.25
    temperature: Temperature = 0.05
    max_tokens: Tokens = 300
    train_tokens: Count = 0
    piece_tokens: Some = 16_384
    held_tokens: Count = 0
    compile: bool = False
    seed: Count = 7


def is_paper_recipe(path: Path) -> bool:
    """Tell whether a recipe begins with a decoder that is there already; false if it is no TOML."""
    try:
        return "base" in table.read_toml(path, TrainingError)
    except (FileNotFoundError, TrainingError):
        return False


def load_paper_recipe(path: Path) -> PaperRecipe:
    """Read a recipe that begins with a decoder; see `read_recipe`."""
    recipe = read_recipe(PaperRecipe, path, "check the spelling")
    if 0 < recipe.train_tokens < 3:
        told = f"`train_tokens` in `{path}` leaves no room for text between two role tokens"
        raise TrainingError(told, "write 3 or more, or 0 for `max_tokens`")
    return recipe
