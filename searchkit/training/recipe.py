"""A training run of a student as one TOML file, read into frozen dataclasses.

A recipe holds everything that changes the weights, so that two runs of it agree, and no path of a
machine: the files of a source are patterns below a data folder that the caller names.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from searchkit import table
from searchkit.suggestion import did_you_mean
from searchkit.training.pair import primary_subtag
from searchkit.training.source import Source
from searchkit.training.stage import Stage
from searchkit_index.errors import TrainingError


@dataclass(frozen=True)
class Start:
    """What the student is made of.

    Attributes:
        encoder: A pattern below the data or the working folder, see `PackedEncoder`.
        kept: Numbers of the encoder's layers that the student begins with.
        second: Such a pattern for the model folder of the teacher `nano`.
        read: Tokens of a text that the teachers read.
        both: Share of the batches of pairs in which teachers have read both sides of every pair.
        width: Hidden size of the encoder.
        heads: Attention heads of each of its layers.
        inner: Width of its feed-forward layers.
        positions: Number of its positions: the tokens of its longest text.
    """

    encoder: str
    kept: tuple[int, ...]
    second: str
    read: int = 200
    both: float = 0.6
    width: int = 384
    heads: int = 12
    inner: int = 1_536
    positions: int = 512


@dataclass(frozen=True)
class Vocabulary:
    """The tokenizer: its entries, and its sample.

    Attributes:
        size: Entries in all.
        core: Number of entries that the sample chooses; the others are the encoder's most frequent
            further pieces. 0 for all.
        characters: The most characters that one source gives to the sample in one language.
        large: Codes of languages with many readers; variants such as `de-AT` belong to `de`.
        large_characters: The most that one source gives in each of these.
        code: Programming languages.
        code_characters: The most that one source gives in each of these.
        likeliest_questions: Whether the words of questions, but for those in ASCII, are cut into
            the likeliest entries, by the encoder's own frequencies, see `Segmenter`; what is found
            is always cut greedily.
        files: Patterns of the files that the sample is taken from.
        every: Only every n-th text of the sample is used.
    """

    size: int = 49_152
    core: int = 0
    characters: int = 600_000
    large: tuple[str, ...] = ()
    large_characters: int = 5_000_000
    code: tuple[str, ...] = ()
    code_characters: int = 5_000_000
    likeliest_questions: bool = False
    files: tuple[str, ...] = ()
    every: int = 1

    def bound(self, language: str) -> int:
        """Bound the characters that one source may give to the sample in a language."""
        if language in self.code:
            return self.code_characters
        return self.large_characters if self.is_large(language) else self.characters

    def is_large(self, language: str) -> bool:
        """Tell whether a language, or the one that it is a variant of, is among the large ones."""
        return primary_subtag(language) in self.large


@dataclass(frozen=True)
class Crossed:
    """Batches of questions of some sources beside texts of others.

    Attributes:
        asked: Sources whose left sides are the questions.
        found: Sources whose right sides are the texts.
        teacher: The teacher whose vectors say which texts are near a question, and how near.
        rows: Number of questions in a batch.
        near: Number of nearest texts that the texts of a question are drawn from.
        each: Number of texts that are drawn for each question.
        weight: Weight of the loss.
    """

    asked: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    teacher: Literal["e5", "nano", "minilm"] = "minilm"
    rows: int = 40
    near: int = 30
    each: int = 2
    weight: float = 2.0


@dataclass(frozen=True)
class Contrast:
    """What all batches and losses have in common.

    Attributes:
        tokens: Tokens of a batch, both sides together.
        rows: The most pairs of a batch.
        length: The most tokens of a text where scales of integer arithmetic, or kept-back pairs,
            are measured.
        temperature: Temperature of the contrastive loss and of the teachers' similarities.
        prefixes: Matryoshka lengths; the last is the whole vector.
        decay: Weight decay of the layers' matrices.
        average: Decay of the running mean of the weights.
        alike: Texts of one side are no negatives if the cosine of their token counts is above this.
        relational: Weight of the encoder's similarities, in batches of single texts.
        imitation: Weight of the encoder's vectors themselves, in batches of single texts.
    """

    tokens: int = 32_000
    rows: int = 1_024
    length: int = 224
    temperature: float = 0.05
    prefixes: tuple[int, ...] = (64, 128, 256)
    decay: float = 0.02
    average: float = 0.99
    alike: float = 0.95
    relational: float = 0.7
    imitation: float = 0.5


@dataclass(frozen=True)
class Recipe:
    """One training run.

    Attributes:
        name: Name of the model.
        student: What the student is made of.
        languages: What the model reads, in words, for its card.
        licence: The usual short name of the weights' licence, for the card.
        sources: The pairs that it is trained on.
        held_out: Patterns of files whose texts must not be trained on.
        seed: Seed of all random choices.
        hidden: Dimension of the vector.
        repeat_up_to: The most tokens of a text that is read twice, see `times_read`.
        teacher: A package that carries a sentence encoder, the teacher `minilm`.
        validation: Number of pairs of each source that are kept back for validation.
        watched: Steps between two validations.
        vocabulary: The tokenizer.
        contrast: Batches and losses.
        crossed: Batches of questions and texts that no pair connects.
        stages: The stages of the training, in order.
    """

    name: str
    student: Start
    sources: tuple[Source, ...]
    stages: tuple[Stage, ...]
    held_out: tuple[str, ...] = ()
    languages: str = ""
    licence: str = ""
    seed: int = 7
    hidden: int = 256
    repeat_up_to: int = 0
    teacher: str | None = None
    validation: int = 256
    watched: int = 250
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    contrast: Contrast = field(default_factory=Contrast)
    crossed: Crossed = field(default_factory=Crossed)

    @property
    def steps(self) -> int:
        """Steps of a whole run."""
        return self.begins[-1]

    @property
    def begins(self) -> tuple[int, ...]:
        """The step that each stage begins with, and the step after the last one."""
        return tuple(accumulate((each.steps for each in self.stages), initial=0))

    @property
    def averaged(self) -> dict[int, float]:
        """The weight in the model of the running mean after each step at which one is kept."""
        ends = zip(self.begins[1:], self.stages, strict=True)
        return {end: stage.average for end, stage in ends if stage.average}

    def stage_at(self, step: int) -> tuple[Stage, int]:
        """Return a step's stage, and the step within it."""
        number = bisect_right(self.begins, step) - 1
        return self.stages[number], step - self.begins[number]

    def calibrated_at(self, step: int) -> int | None:
        """Return when the scales that hold at a step are measured; None before the first are."""
        begins = zip(self.begins, self.stages, strict=False)
        passed = [begin for begin, stage in begins if stage.calibrate and begin <= step]
        return passed[-1] if passed else None

    def fingerprint(self) -> str:
        """Return sixteen hex digits that change with whatever a checkpoint cannot be resumed under.

        Steps, rates, weights and the mix of sources may change between two sittings.
        """
        kept = (self.name, self.student, self.hidden, self.vocabulary)
        return blake2b(repr(kept).encode(), digest_size=8).hexdigest()


class _HasSources(Protocol):
    @property
    def sources(self) -> tuple[Any, ...]: ...


R = TypeVar("R", bound=_HasSources)


def read_recipe(kind: type[R], path: Path, hint: str) -> R:
    """Read a recipe of any kind that has sources.

    Args:
        kind: The dataclass that is its schema.
        path: A TOML file.
        hint: What to type when there is no such file.

    Returns:
        The recipe, every name and type checked.

    Raises:
        TrainingError: The file is missing, no TOML, or has a name or a value that cannot be.
    """
    try:
        written = table.read_toml(path, TrainingError)
    except FileNotFoundError:
        raise TrainingError(f"there is no recipe `{path}`", hint) from None
    recipe = table.Table(path.name, TrainingError).build(kind, written)
    if not recipe.sources:
        raise TrainingError(f"`{path}` has no sources", "add a `[[sources]]` table")
    return recipe


def load_recipe(path: Path) -> Recipe:
    """Read a recipe of a student; see `read_recipe`."""
    recipe = read_recipe(Recipe, path, "name a TOML file; the card of `nano` shows one")
    if recipe.contrast.prefixes[-1:] != (recipe.hidden,):
        raise TrainingError(
            f"the last of `prefixes` in `{path}` is not `hidden`", f"end it with {recipe.hidden}"
        )
    if not recipe.stages:
        raise TrainingError(f"`{path}` has no stages", "add a `[[stages]]` table")
    _refuse_unknown_sources(recipe, path)
    return recipe


def _refuse_unknown_sources(recipe: Recipe, path: Path) -> None:
    known = [source.name for source in recipe.sources]
    named = [("crossed", (*recipe.crossed.asked, *recipe.crossed.found))]
    named += [("text_left", tuple(stage.text_left)) for stage in recipe.stages]
    for place, names in named:
        for name in names:
            if name not in known:
                raise TrainingError(
                    f"`{place}` in `{path}` names `{name}`, which is no source",
                    did_you_mean(name, known, "name one of `sources`"),
                )
