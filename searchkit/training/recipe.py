"""Defines a training run of a student, as frozen dataclasses that a TOML file is read into.

A recipe holds everything that changes the weights, so that two runs of it agree, and no path of a
machine: the files of a source are patterns below a data folder that the caller names.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import accumulate
from typing import Literal

from searchkit.training.pair import primary_subtag
from searchkit.training.ranges import Count, Share, Some, Temperature, Tokens, Weight
from searchkit.training.source import Source
from searchkit.training.stage import Stage


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
    kept: tuple[Count, ...]
    second: str
    read: Tokens = 200
    both: Share = 0.6
    width: Some = 384
    heads: Some = 12
    inner: Some = 1_536
    positions: Tokens = 512


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

    size: Some = 49_152
    core: Count = 0
    characters: Count = 600_000
    large: tuple[str, ...] = ()
    large_characters: Count = 5_000_000
    code: tuple[str, ...] = ()
    code_characters: Count = 5_000_000
    likeliest_questions: bool = False
    files: tuple[str, ...] = ()
    every: Some = 1

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
    rows: Some = 40
    near: Some = 30
    each: Some = 2
    weight: Weight = 2.0


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

    tokens: Some = 32_000
    rows: Some = 1_024
    length: Some = 224
    temperature: Temperature = 0.05
    prefixes: tuple[Some, ...] = (64, 128, 256)
    decay: Share = 0.02
    average: Share = 0.99
    alike: Share = 0.95
    relational: Weight = 0.7
    imitation: Weight = 0.5


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
    seed: Count = 7
    hidden: Some = 256
    repeat_up_to: Count = 0
    teacher: str | None = None
    validation: Count = 256
    watched: Some = 250
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
