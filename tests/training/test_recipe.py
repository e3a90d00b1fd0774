"""Recipes have defaults, and what cannot be in one is named."""

from pathlib import Path

import pytest

import searchkit
from searchkit.training.recipe import Recipe, Vocabulary
from searchkit.training.recipe_file import load_recipe
from searchkit.training.stage import Stage
from searchkit_index.errors import TrainingError

STUDENT = 'name = "x"\nstudent = {encoder = "e.bin", kept = [0], second = "s"}\n'
STAGE = "stages = [{steps = 1, rate = 1}]\n"
SOURCE = '[[sources]]\nname = "a"\nfiles = ["a.jsonl"]\nweight = 1\n'
WHOLE = STAGE + STUDENT


def recipe(tmp_path: Path, text: str) -> Recipe:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return load_recipe(path)


def test_what_a_recipe_leaves_out_has_a_default(tmp_path: Path) -> None:
    loaded = recipe(tmp_path, WHOLE + SOURCE)
    assert loaded.contrast.prefixes[-1] == loaded.hidden == 256
    assert loaded.sources[0].files == ("a.jsonl",)
    assert loaded.sources[0].weight == 1.0


def test_nested_tables_are_read(tmp_path: Path) -> None:
    text = "hidden = 64\ncontrast = {prefixes = [32, 64], decay = 2e-3}\n"
    loaded = recipe(tmp_path, WHOLE + text + SOURCE)
    assert loaded.contrast.prefixes == (32, 64)
    assert loaded.contrast.decay == 2e-3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (WHOLE + "layer = 4\n" + SOURCE, "unknown name `layer`"),
        (SOURCE, "lacks `name`"),
        (WHOLE + "sources = []\n", "no sources"),
        (WHOLE + 'hidden = "four"\n' + SOURCE, "hidden` in `recipe.toml` cannot be `four`"),
        (WHOLE + SOURCE + 'task = "other"\n', "task` in .* cannot be `other`"),
        (WHOLE + SOURCE + "imitation = true\n", "imitation` in .* cannot be `True`"),
        (WHOLE + "hidden = 64\n" + SOURCE, "prefixes"),
        ('name = "x', "no TOML"),
        ('name = "x"\nsources = ["a"]\n', "no table"),
        (WHOLE + SOURCE + "memory = -1\n", "memory` in .* cannot be `-1`"),
        (WHOLE + "watched = 0\n" + SOURCE, "watched` in .* cannot be `0`"),
        (WHOLE + "contrast = {temperature = 0}\n" + SOURCE, "temperature` in .* cannot be `0`"),
        (WHOLE + "contrast = {prefixes = [0, 256]}\n" + SOURCE, "prefixes` in .* cannot be `0`"),
        (WHOLE + "contrast = {prefixes = [256, 128, 256]}\n" + SOURCE, "do not rise"),
        (WHOLE + "hidden = 400\ncontrast = {prefixes = [400]}\n" + SOURCE, "above `width`"),
        (WHOLE.replace("kept", "heads = 5, kept") + SOURCE, "no multiple of `heads`"),
        (WHOLE.replace("[0]", "[]") + SOURCE, "names no layer"),
        (WHOLE + "repeat_up_to = 256\n" + SOURCE, "repeat_up_to` is 256"),
        (WHOLE + "contrast = {length = 511}\n" + SOURCE, "length` in `contrast` is 511"),
        (WHOLE + SOURCE.replace("weight = 1", "weight = 0"), "no source has a `weight`"),
        (WHOLE + SOURCE + SOURCE, "2 sources are named `a`"),
        (WHOLE + SOURCE.replace('"a"', '"../a"'), "`../a` cannot name a source"),
        (WHOLE + SOURCE + 'relations = "minilm"\n', "`minilm` teaches"),
        (WHOLE + 'crossed = {asked = ["a"]}\n' + SOURCE, "`minilm` reads no left side of `a`"),
        (WHOLE.replace("rate = 1", "rate = 1, crossed = 1") + SOURCE, "lacks `asked`"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message) as error:
        recipe(tmp_path, text)
    assert error.value.hint


def test_a_rate_rises_stays_and_falls_in_each_stage() -> None:
    stage = Stage(steps=10, rate=1.0, last_rate=0.5, warmup=2, cooling=0.4)
    rates = [stage.rate_at(step) for step in range(10)]
    assert rates == pytest.approx([0.5, 1, 1, 1, 1, 1, 1, 0.875, 0.75, 0.625])
    assert Stage(steps=4, rate=1.0, cooling=0.0).rate_at(3) == 1.0
    assert Stage(steps=400, rate=1.0).rate_at(399) == 0.02


def test_stages_follow_each_other(tmp_path: Path) -> None:
    stages = """
stages = [
    {steps = 2, rate = 1e-3},
    {steps = 3, rate = 1e-3, calibrate = true, average = 2.0, text_left = {a = 0.5}},
    {steps = 1, rate = 1e-3, average = 1.0},
]
"""
    loaded = recipe(tmp_path, stages + STUDENT + SOURCE)
    assert loaded.steps == 6
    assert [loaded.stage_at(step)[1] for step in range(6)] == [0, 1, 0, 1, 2, 0]
    assert [loaded.calibrated_at(step) for step in range(6)] == [None, None, 2, 2, 2, 2]
    assert loaded.averaged == {5: 2.0, 6: 1.0}
    assert loaded.stages[1].text_left == {"a": 0.5}


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ("stages = []\n", "no stages"),
        ("", "lacks `stages`"),
        ("stages = [{rate = 1}]\n", "lacks `steps`"),
        ("stages = [{steps = 0, rate = 1}]\n", "steps` in .* cannot be `0`"),
        ("stages = [{steps = 1, rate = 0}]\n", "rate` in .* cannot be `0`"),
        ("stages = [{steps = 1, rate = 1, warmup = 0}]\n", "warmup` in .* cannot be `0`"),
        ("stages = [{steps = 1, rate = 1, length = 999}]\n", "length` in `stages` is 999"),
        ("stages = [{steps = 1, rate = 1, text_left = {b = 1}}]\n", "`b`, which is no source"),
        ("stages = [{steps = 1, rate = 1, text_left = {a = true}}]\n", "`a` in .*text_left"),
        ("stages = [{steps = 1, rate = 1, text_left = 3}]\n", "text_left` in .* cannot be `3`"),
    ],
)
def test_stages_that_cannot_be_are_named(tmp_path: Path, stages: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message) as error:
        recipe(tmp_path, stages + STUDENT + SOURCE)
    assert error.value.hint


def test_the_shipped_model_carries_a_recipe_that_can_be_read() -> None:
    loaded = load_recipe(Path(searchkit.__file__).parent / "models" / "nano" / "recipe.toml")
    last = loaded.begins[-3:]
    assert loaded.averaged == {last[0]: 0.3, last[1]: 0.3, last[2]: 0.4}
    assert loaded.calibrated_at(loaded.steps) is not None


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="absent"):
        load_recipe(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("language", "characters"), [("de", 9), ("de-AT", 9), ("deu_Latn", 9), ("den", 1), ("", 1)]
)
def test_large_languages_and_their_variants_give_more_to_the_tokenizer(
    language: str, characters: int
) -> None:
    vocabulary = Vocabulary(characters=1, large=("de", "deu"), large_characters=9)
    assert vocabulary.bound(language) == characters
