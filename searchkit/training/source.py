"""Defines the sections of a recipe that say where pairs come from, and how they are learned."""

from dataclasses import dataclass
from typing import Literal

Task = Literal["parallel", "retrieval"]


@dataclass(frozen=True)
class Source:
    """Pairs that share their batches.

    Attributes:
        name: Stands in the log and names the shard.
        files: Patterns below the data folder, or, of what was mined, below the working folder.
        weight: Its share of the batches, relative to the other sources.
        task: `parallel` if both sides say the same, so that either may be the query.
        kinds: Only pairs of these kinds; all if empty.
        languages: Only pairs whose right side is in one of these, as their files name them; all
            if empty.
        questions: Whether only pairs are taken whose left side ends in a question mark.
        near: Share of its batches that are made of neighbourhoods, for their hard negatives.
        taught_left: How many left sides get vectors of its teachers.
        taught_right: How many right sides do.
        trust: What the teachers' say counts in its batches, as a multiple.
        contrast: What the contrastive loss counts in its batches, as a multiple.
        most: Pairs that are taken, by chance; 0 for all.
        relations: The teacher that says how alike the texts of a batch are.
        encoder_relations: Weight of the encoder's say in that, beside the teacher's.
        imitation: Weight of the encoder's vectors in batches of pairs.
        memory: Right sides of the last batches that are more negatives.
        text_left: Share of its left sides in the tokens of batches of single texts.
        text_right: The same of its right sides.
        text_paragraph: The same of its paragraphs.
        paragraphs: How many are put together in each language from texts that follow each other;
            five times as many in large languages.
    """

    name: str
    files: tuple[str, ...]
    weight: float
    task: Task = "retrieval"
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    questions: bool = False
    near: float = 0.0
    taught_left: int = 0
    taught_right: int = 0
    trust: float = 1.0
    contrast: float = 1.0
    most: int = 0
    relations: Literal["e5", "nano", "minilm"] = "e5"
    encoder_relations: float = 0.0
    imitation: float = 6.0
    memory: int = 0
    text_left: float = 0.0
    text_right: float = 0.0
    text_paragraph: float = 0.0
    paragraphs: int = 0


@dataclass(frozen=True)
class Mined:
    """What pairs are mined from first; all places are patterns below the data folder.

    Attributes:
        folders: Repositories, documentation and installed packages.
        kept_out: Folders that the model is to be measured with.
        facts: JSON lines with the `name` of a folder and what is known of it, such as its licence.
        wordnet: Folders with WordNet's `data.*` and with `.tab` files of other wordnets.
    """

    folders: tuple[str, ...] = ()
    kept_out: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    wordnet: tuple[str, ...] = ()
