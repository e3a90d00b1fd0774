"""Whole runs of a recipe for a student."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from tiny_student import RECIPE

from searchkit.embedders.card import read_card
from searchkit.embedders.entry_costs import read_costs
from searchkit.embedders.lookup import model_of_card
from searchkit.embedders.onnx import OnnxEmbedder
from searchkit.embedders.torch import TorchEmbedder
from searchkit.training import distil
from searchkit.training.learning.weights import finished
from searchkit.training.progress import TrainingProgress
from searchkit.training.recipe_file import load_recipe
from searchkit.training.run import train
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration

# Stages in integers, whose weights are averaged.
STAGES = """
[[stages]]
steps = 1
rate = 1e-3
length = 62
calibrate = true
average = 3

[[stages]]
steps = 1
rate = 1e-3
length = 62
calibrate = true
average = 1
"""


@pytest.mark.slow
def test_recipe_trains_a_student_and_both_runtimes_give_its_vectors(
    student: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    train(student / "recipe.toml", data=student, work=work, device="cpu", say=str)
    names = {each.name for each in (work / "model").iterdir()}
    expected = {
        "config.json",
        "model.onnx",
        "model.safetensors",
        "searchkit.json",
        "tokenizer.json",
    }
    assert names == expected
    costs = read_costs(work / "model" / "model.safetensors")
    assert costs
    assert len(costs) == 270
    texts = ["open the file", "def openFile(x):\n    return read(x)", "", "naïve Ａ"] * 3
    onnx = OnnxEmbedder(work / "model").encode(texts, "document")
    model = model_of_card(read_card(work / "model"), work / "model")
    in_torch = TorchEmbedder(model, work / "model", device="cpu")
    assert (onnx * in_torch.encode(texts, "document")).sum(axis=1).min() > 0.999
    again = (student / "recipe.toml").read_text() + STAGES
    (student / "recipe.toml").write_text(again)
    train(student / "recipe.toml", data=student, work=work, device="cpu", say=str)
    onnx = OnnxEmbedder(work / "model").encode(texts, "document")
    in_torch = TorchEmbedder(model, work / "model", device="cpu")
    assert (onnx * in_torch.encode(texts, "document")).sum(axis=1).min() > 0.999
    assert sorted(each.name for each in (work / "scales").iterdir()) == ["4.json", "5.json"]
    parts = [torch.load(work / "averages" / f"{step}.pt")["average"] for step in (5, 6)]
    recipe = load_recipe(student / "recipe.toml")
    made = finished(
        work / "checkpoint.pt", work / "averages", recipe, distil.blank_student(recipe, work)
    )
    for one, two, mean in zip(*parts, made.parameters(), strict=True):
        assert torch.allclose(0.75 * one + 0.25 * two, mean, atol=1e-6)


@pytest.mark.slow
def test_a_run_that_is_killed_after_every_step_ends_as_an_unbroken_one(
    student: Path, tmp_path: Path
) -> None:
    path = student / "recipe.toml"
    path.write_text(RECIPE + STAGES)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train(path, data=student, work=whole, device="cpu", say=str)
    shutil.copytree(whole, broken, ignore=shutil.ignore_patterns("*.pt", "model", "scales"))

    def kill(progress: TrainingProgress, _: int) -> None:
        raise KeyboardInterrupt(progress.step)

    for _ in range(6):
        with pytest.raises(KeyboardInterrupt):
            train(path, data=student, work=broken, device="cpu", say=str, report=kill)
    (broken / "model").mkdir()
    (broken / "model" / "model.safetensors").write_bytes(b"half of a file")
    train(path, data=student, work=broken, device="cpu", say=str)
    for name in ("model.safetensors", "searchkit.json"):
        assert (broken / "model" / name).read_bytes() == (whole / "model" / name).read_bytes()
    steps = [json.loads(line)["step"] for line in (broken / "log.jsonl").read_text().splitlines()]
    assert steps == [1, 2, 3, 4, 5, 6]
    (broken / "averages" / "5.pt").unlink()
    with pytest.raises(TrainingError, match="those of step 5 are missing"):
        train(path, data=student, work=broken, device="cpu", say=str)
