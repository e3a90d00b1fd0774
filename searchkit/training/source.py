"""Defines the sections of a recipe that say where pairs come from, and how they are learned."""

from dataclasses import dataclass
from typing import Literal

from searchkit.training.ranges import Count, Weight

Task = Literal["parallel", "retrieval"]


@dataclass(frozen=True)
class Source:
    """Pairs that share their batches.

    Attributes:
        name: Name of the source in the log and of its shard.
        files: Patterns below the data folder, or else below the working folder.
        weight: Share of the batches, relative to the other sources.
        task: `parallel` if both sides mean the same, so that either may be the query.
        kinds: Only pairs of these kinds; all if empty.
        languages: Only pairs whose right side is in one of these, as their files name them; all
            if empty.
        questions: Whether only pairs are taken whose left side ends in a question mark.
        taught_left: Number of left sides that get vectors of its teachers.
        taught_right: Number of right sides that do.
        contrast: Weight of the contrastive loss in its batches.
        most: Number of pairs that are taken, at random; 0 for all.
        relations: The teacher whose similarities the texts of a batch are to have.
        encoder_relations: Weight of the encoder's similarities beside those of this teacher.
        imitation: Weight of the encoder's vectors in batches of pairs.
        memory: Number of right sides of the last batches that serve as further negatives.
        text_left: Share of its left sides in the tokens of batches of single texts.
        text_right: Share of its right sides in these.
        text_paragraph: Share of its paragraphs in these.
        paragraphs: Number of paragraphs that are made in each language of texts that follow each
            other; five times as many in large languages.
    """

    name: str
    files: tuple[str, ...]
    weight: Weight
    task: Task = "retrieval"
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    questions: bool = False
    taught_left: Count = 0
    taught_right: Count = 0
    contrast: Weight = 1.0
    most: Count = 0
    relations: Literal["e5", "nano", "minilm"] = "e5"
    encoder_relations: Weight = 0.0
    imitation: Weight = 6.0
    memory: Count = 0
    text_left: Weight = 0.0
    text_right: Weight = 0.0
    text_paragraph: Weight = 0.0
    paragraphs: Count = 0
