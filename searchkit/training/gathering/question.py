"""Reads questions and the passages that answer them, in the layout of SQuAD."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from searchkit.training.gathering.sources import Group
from searchkit.training.pair import Pair


def question_pairs(folder: Path, group: Group) -> Iterator[Pair]:
    """Yield each question with its passage, unless the answer stands where passages are cut off.

    Files are JSON of articles, their paragraphs and their questions, or JSON Lines of questions.
    """
    for path in group.paths(folder):
        for context, question, answers in _questions(path):
            passage = context.replace("[SEP]", "\n").strip()
            if all(start < group.longest for start in answers):
                yield Pair(question.strip(), passage, group.kind, *group.languages)


def _questions(path: Path) -> Iterator[tuple[str, str, list[int]]]:
    """Yield passage, question, and where answers begin in the passage."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".jsonl":
        for row in map(json.loads, filter(None, text.split("\n"))):
            yield row["context"], row["question"], row["answers"]["answer_start"]
        return
    for article in json.loads(text)["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                yield paragraph["context"], asked["question"], _starts(asked)


def _starts(asked: dict[str, Any]) -> list[int]:
    return [answer["answer_start"] for answer in asked.get("answers", ())]
