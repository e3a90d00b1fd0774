"""A run from a recipe to a model folder, broken off, resumed, and refused."""

import dataclasses
import json
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from tiny_student import RECIPE, write_student

from searchkit.cli import main
from searchkit.cli.terminal import SCHEMA
from searchkit.training import distil
from searchkit.training.data.shard import Shard
from searchkit.training.learning.student_trainer import StudentTrainer
from searchkit.training.recipe import Recipe, Vocabulary
from searchkit.training.recipe_file import load_recipe
from searchkit.training.run import export_checkpoint, train
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration


# A stage in integers after all others.
LATER = """[[stages]]
steps = 2
rate = 1e-3
length = 62
calibrate = true

[contrast]"""


class Trained(NamedTuple):
    """A run with every stage: where it worked, what it said, what came out."""

    data: Path
    work: Path
    said: list[str]
    model: Path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    data = tmp_path_factory.mktemp("trained")
    write_student(data)
    (data / "recipe.toml").write_text(RECIPE.replace("validation", "watched = 2\nvalidation"))
    said: list[str] = []
    work = data / "work"
    model = train(data / "recipe.toml", data=data, work=work, device="cpu", say=said.append)
    return Trained(data, work, said, model)


def trainer(trained: Trained, recipe: Recipe | None = None) -> StudentTrainer:
    """A trainer before its first step, of what the run has prepared."""
    recipe = recipe or load_recipe(trained.data / "recipe.toml")
    return prepared(trained, recipe)[0]


def prepared(trained: Trained, recipe: Recipe) -> tuple[StudentTrainer, dict[str, Shard]]:
    return distil.prepared(
        recipe, data=trained.data, work=trained.work, device="cpu", say=lambda _: None
    )


def test_a_recipe_becomes_a_model_folder(trained: Trained) -> None:
    assert {path.name for path in trained.model.iterdir()} == {
        "config.json",
        "model.onnx",
        "model.safetensors",
        "searchkit.json",
        "tokenizer.json",
    }


def test_the_command_says_in_json_where_the_model_stands(
    trained: Trained, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The run is at its end already: the command only exports it again.
    words = ["--data", trained.data, "--work", trained.work, "--device", "cpu", "--json"]
    words = ["train", trained.data / "recipe.toml", *words]
    monkeypatch.setattr("sys.argv", ["searchkit", *map(str, words)])
    assert main() == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"schema": SCHEMA, "folder": str(trained.model)}
    assert f"the model stands in `{trained.model}`" in said.err


def test_the_phases_of_a_run_follow_each_other_and_leave_a_picture(trained: Trained) -> None:
    order = [line.split()[0] for line in trained.said if not line.startswith(("code", "same"))]
    assert [name for name, _ in groupby(order)] == ["making", "step"]
    lines = [json.loads(line) for line in (trained.work / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "found" not in line] == [1, 2, 3, 4]
    watched = [line for line in lines if "found" in line]
    assert [line["step"] for line in watched] == [2, 4]
    assert all(0 < figure <= 1 for line in watched for figure in line["found"].values())
    assert (trained.work / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_checkpoint_is_exported_to_the_weights_that_its_run_ended_with(
    trained: Trained, tmp_path: Path
) -> None:
    export_checkpoint(trained.data / "recipe.toml", trained.work, tmp_path)
    again = (tmp_path / "model.safetensors").read_bytes()
    assert again == (trained.model / "model.safetensors").read_bytes()


def test_a_run_resumed_from_a_checkpoint_ends_with_the_same_weights(
    trained: Trained, tmp_path: Path
) -> None:
    recipe = load_recipe(trained.data / "recipe.toml")
    # Of pairs alone, so that the negatives of earlier batches count.
    stage = dataclasses.replace(recipe.stages[-1], steps=4, texts=0.0, crossed=0.0)
    recipe = dataclasses.replace(recipe, stages=(stage,))
    unbroken, first, second = (trainer(trained, recipe) for _ in range(3))
    for _ in range(4):
        unbroken.advance()
    first.advance()
    first.advance()
    first.save(tmp_path / "checkpoint.pt")
    second.load(tmp_path / "checkpoint.pt")
    second.advance()
    second.advance()
    for one, other in zip(unbroken.weights.average, second.weights.average, strict=True):
        assert torch.equal(one, other)
    assert second.weights.tokens == unbroken.weights.tokens


def test_an_export_in_the_middle_of_a_run_leaves_it_the_scales_that_it_will_measure(
    trained: Trained, tmp_path: Path
) -> None:
    later = (trained.data / "recipe.toml").read_text().replace("[contrast]", LATER, 1)
    (tmp_path / "recipe.toml").write_text(later)
    export_checkpoint(tmp_path / "recipe.toml", trained.work, tmp_path / "model")
    assert (tmp_path / "model" / "model.onnx").is_file()
    assert not list((trained.work / "scales").glob("*"))


def test_a_loss_that_is_no_number_ends_the_run_and_is_not_saved(trained: Trained) -> None:
    made = trainer(trained)
    made.advance()
    with torch.no_grad():
        made.weights.masters[0].fill_(float("nan"))
    with pytest.raises(TrainingError, match="loss of step 2 is no number"):
        made.advance()
    assert not made.is_whole


def test_a_recipe_that_differs_from_its_encoder_is_refused(trained: Trained) -> None:
    recipe = load_recipe(trained.data / "recipe.toml")
    for field, value, told in (("inner", 96, "`inner`"), ("kept", (0, 3), "layer 3")):
        student = dataclasses.replace(recipe.student, **{field: value})
        with pytest.raises(TrainingError, match=told) as error:
            prepared(trained, dataclasses.replace(recipe, student=student))
        assert error.value.hint


def test_batches_of_single_texts_that_no_source_gives_are_refused(trained: Trained) -> None:
    recipe = load_recipe(trained.data / "recipe.toml")
    nothing = {"text_left": 0.0, "text_right": 0.0, "text_paragraph": 0.0}
    sources = tuple(dataclasses.replace(each, **nothing) for each in recipe.sources)
    with pytest.raises(TrainingError, match="stage 1 has batches of single texts"):
        prepared(trained, dataclasses.replace(recipe, sources=sources))


def test_pairs_that_are_kept_back_are_in_no_batch(trained: Trained) -> None:
    recipe = load_recipe(trained.data / "recipe.toml")
    made, kept_back = prepared(trained, dataclasses.replace(recipe, validation=10))
    kept = set(kept_back["code"].right.digests.tolist())
    assert len(kept) == 10
    batches = [made.data.pairs.batch(step, 99) for step in range(50)]
    seen = {each for batch in batches if batch.source == "code" for each in batch.right_digests}
    assert len(seen) > 50
    assert not seen & kept


def test_training_lowers_the_loss(trained: Trained) -> None:
    recipe = load_recipe(trained.data / "recipe.toml")
    stage = dataclasses.replace(recipe.stages[-1], steps=60, rate=3e-3, texts=0.0, crossed=0.0)
    made = trainer(trained, dataclasses.replace(recipe, stages=(stage,)))
    losses = [step.contrastive for step in (made.advance() for _ in range(60))]
    assert np.mean(losses[-9:]) < np.mean(losses[:9]) - 0.3


def test_a_checkpoint_of_another_recipe_is_refused(trained: Trained, tmp_path: Path) -> None:
    made = trainer(trained)
    made.save(tmp_path / "checkpoint.pt")
    other = dataclasses.replace(made.recipe, vocabulary=Vocabulary(size=400))
    made.weights.recipe = other
    with pytest.raises(TrainingError, match="another recipe"):
        made.load(tmp_path / "checkpoint.pt")


def test_a_truncated_checkpoint_is_named(trained: Trained, tmp_path: Path) -> None:
    made = trainer(trained)
    path = tmp_path / "checkpoint.pt"
    made.save(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(TrainingError, match=r"checkpoint\.pt"):
        made.load(path)


def test_every_part_of_a_recipe_changes_what_it_must(trained: Trained) -> None:
    recipe = load_recipe(trained.data / "recipe.toml")
    student = dataclasses.replace(recipe.student, kept=(0, 1))
    assert recipe.fingerprint() != dataclasses.replace(recipe, student=student).fingerprint()
    wider = dataclasses.replace(recipe, vocabulary=Vocabulary(size=400))
    assert recipe.fingerprint() != wider.fingerprint()
    assert recipe.fingerprint() == dataclasses.replace(recipe, watched=3).fingerprint()
