from pathlib import Path

import pytest

from searchkit.training.recipe import Recipe, Vocabulary, load_recipe
from searchkit_index.errors import TrainingError

SOURCE = '[[sources]]\nname = "a"\nfiles = ["a.jsonl"]\nweight = 1\n'


def recipe(tmp_path: Path, text: str) -> Recipe:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return load_recipe(path)


def test_what_a_recipe_leaves_out_has_a_default(tmp_path: Path) -> None:
    loaded = recipe(tmp_path, 'name = "x"\n' + SOURCE)
    assert loaded.contrast.prefixes[-1] == loaded.hidden == 256
    assert loaded.sources[0].files == ("a.jsonl",)
    assert loaded.sources[0].weight == 1.0


def test_nested_tables_are_read(tmp_path: Path) -> None:
    text = 'name = "x"\nhidden = 64\ncontrast = {prefixes = [32, 64], rate = 2e-3}\n' + SOURCE
    loaded = recipe(tmp_path, text)
    assert loaded.contrast.prefixes == (32, 64)
    assert loaded.contrast.rate == 2e-3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "x"\nlayer = 4\n' + SOURCE, "sets `layer`"),
        (SOURCE, "lacks `name`"),
        ('name = "x"\nsources = []\n', "no sources"),
        ('name = "x"\nlayers = "four"\n' + SOURCE, "layers` in `recipe.toml` cannot be `four`"),
        ('name = "x"\n' + SOURCE + 'task = "other"\n', "task` in .* cannot be `other`"),
        ('name = "x"\n' + SOURCE + "joined = true\n", "joined` in .* cannot be `True`"),
        ('name = "x"\nhidden = 64\n' + SOURCE, "prefixes"),
        ('name = "x', "no TOML"),
        ('name = "x"\nsources = ["a"]\n', "no table"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TrainingError, match=message) as error:
        recipe(tmp_path, text)
    assert error.value.hint


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
