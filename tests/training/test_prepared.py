"""A working folder is not taken for that of another recipe."""

from dataclasses import replace
from pathlib import Path

import pytest

from searchkit.training.data.prepared import claim
from searchkit.training.recipe import Recipe, Start, Vocabulary
from searchkit.training.source import Source
from searchkit.training.stage import Stage
from searchkit_index.errors import TrainingError

CODE = Source("code", ("code.jsonl",), 1.0, most=50)
RECIPE = Recipe("tiny", Start("e.bin", (0,), "nano"), (CODE,), (Stage(1, 0.1),))


def sources(*given: Source) -> Recipe:
    return replace(RECIPE, sources=given)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (replace(RECIPE, vocabulary=Vocabulary(size=300)), "`vocabulary`"),
        (replace(RECIPE, hidden=64), "`hidden`"),
        (replace(RECIPE, student=Start("f.bin", (0,), "nano")), "`encoder`"),
        (replace(RECIPE, held_out=("eval/*",)), "`held_out`"),
        (sources(replace(CODE, kinds=("docstring",))), "source `code`"),
        (sources(replace(CODE, files=("other.jsonl",))), "source `code`"),
    ],
)
def test_a_folder_that_was_prepared_by_other_settings_was_used_as_it_was(
    tmp_path: Path, other: Recipe, told: str
) -> None:
    claim(tmp_path / "work", RECIPE)
    with pytest.raises(TrainingError, match=told) as error:
        claim(tmp_path / "work", other)
    assert "--work" in error.value.hint
    claim(tmp_path / "work", RECIPE)


def test_sources_come_and_go_and_their_weights_change(tmp_path: Path) -> None:
    more = Source("more", ("more.jsonl",), 1.0)
    for recipe in (RECIPE, sources(CODE, more), sources(more), sources(replace(CODE, weight=3.0))):
        claim(tmp_path, recipe)
    with pytest.raises(TrainingError, match="source `more`"):
        claim(tmp_path, sources(replace(more, questions=True)))


@pytest.mark.parametrize(("most", "is_kept"), [(50, True), (9, True), (51, False), (0, False)])
def test_a_source_that_asks_for_more_pairs_kept_the_few(
    tmp_path: Path, most: int, is_kept: bool
) -> None:
    claim(tmp_path, RECIPE)
    pairs = tmp_path / "pairs" / "code.jsonl.xz"
    pairs.parent.mkdir()
    pairs.touch()
    claim(tmp_path, sources(replace(CODE, most=most)))
    assert pairs.exists() == is_kept
