"""A run from a recipe to a model folder, broken off, resumed, and refused."""

import dataclasses
import gzip
import json
import lzma
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from searchkit.cli import main
from searchkit.cli.faults import SCHEMA
from searchkit.training.data.batch import Sampler
from searchkit.training.learning.decoder import Decoder, DecoderShape
from searchkit.training.learning.language_model import train_language
from searchkit.training.learning.trainer import Trainer
from searchkit.training.prepare import prepare
from searchkit.training.recipe import Language, Recipe, Table, Vocabulary, load_recipe
from searchkit.training.run import export_checkpoint, prepared, shape_of, train
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration

WORDS = ["open", "close", "read", "write", "file", "socket", "tree", "list", "sort", "find", "path"]

RECIPE = """
name = "tiny"
hidden = 32
heads = 2
layers = 2
held_out = ["eval.jsonl"]
table = {steps = 3, rows = 16}
vocabulary = {size = 400}

[contrast]
steps = 4
tokens = 400
rows = 12
prefixes = [8, 32]
warmup = 2

[[sources]]
name = "code"
files = ["code.jsonl.xz"]
weight = 1

[[sources]]
name = "bitext"
files = ["bitext.jsonl.gz"]
weight = 1
task = "bitext"
joined = 0.5
"""


def write_data(folder: Path) -> Path:
    """Pairs of two kinds, a recipe beside them, and a text that is held out."""
    random = np.random.default_rng(0)
    data = folder / "data"
    data.mkdir()
    code, bitext = [], []
    for _ in range(120):
        words = list(random.choice(WORDS, 4))
        line = {"a": " ".join(words), "b": f"def {'_'.join(words)}(x): return x", "kind": "code"}
        code.append(line | {"lang_a": "en", "lang_b": "python"})
        foreign = " ".join(word[::-1] for word in words)
        line = {"a": foreign, "b": " ".join(words), "kind": "bitext"}
        bitext.append(line | {"lang_a": "xx", "lang_b": "en"})
    with lzma.open(data / "code.jsonl.xz", "wt") as file:
        file.writelines(json.dumps(line) + "\n" for line in code)
    with gzip.open(data / "bitext.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(line) + "\n" for line in bitext)
    (data / "eval.jsonl").write_text(json.dumps({"text": code[0]["b"]}) + "\n")
    (folder / "tiny.toml").write_text(RECIPE)
    return data


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path)


def quiet(line: str) -> None:
    """Swallow progress."""


def tiny_trainer(data: Path) -> Trainer:
    recipe = load_recipe(data.parent / "tiny.toml")
    shards = prepare(recipe, data, data.parent / "work", quiet)
    torch.manual_seed(0)
    decoder = Decoder(DecoderShape(400, 32, 2, 2))
    none = torch.empty(0, 32)
    return Trainer(
        recipe, decoder, Sampler(recipe, shards), dict.fromkeys(shards, none), compile_forward=False
    )


class Trained(NamedTuple):
    """A run with every stage: where it worked, what it said, what came out."""

    recipe: Path
    work: Path
    said: list[str]
    model: Path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    data, recipe, work = write_data(folder), folder / "tiny.toml", folder / "work"
    stages = "watched = 2\nvalidation = 8\nlanguage = {steps = 2, rows = 4, length = 16}\n"
    recipe.write_text(RECIPE.replace("table =", stages + "table ="))
    said: list[str] = []
    # What the graph holds is for test_decoder, and for the slow run below.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "searchkit.training.learning.export.write_onnx", lambda decoder, path: path.touch()
        )
        model = train(
            recipe, data=data, work=work, device="cpu", say=said.append, compile_forward=False
        )
    return Trained(recipe, work, said, model)


def test_a_recipe_becomes_a_model_folder(trained: Trained) -> None:
    assert {path.name for path in trained.model.iterdir()} == {
        "config.json",
        "model.onnx",
        "model.safetensors",
        "searchkit.json",
        "tokenizer.json",
    }


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")  # torch warns of itself
def test_the_command_says_in_json_where_the_model_stands(
    trained: Trained, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The run is at its end already: the command only exports it again.
    target = "searchkit.training.learning.export.write_onnx"
    monkeypatch.setattr(target, lambda decoder, path: path.touch())
    data = trained.recipe.parent / "data"
    words = [trained.recipe, "--data", data, "--work", trained.work, "--device", "cpu", "--json"]
    monkeypatch.setattr("sys.argv", ["searchkit", "train", *map(str, words)])
    assert main() == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"schema": SCHEMA, "folder": str(trained.model)}
    assert f"the model stands in `{trained.model}`" in said.err


def test_the_stages_of_a_recipe_follow_each_other_and_leave_a_picture(trained: Trained) -> None:
    order = [line.split()[0] for line in trained.said if not line.startswith(("code", "bitext"))]
    assert [name for name, _ in groupby(order)] == ["training", "table", "step"]
    lines = [json.loads(line) for line in (trained.work / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "found" not in line] == [1, 2, 3, 4]
    watched = [line for line in lines if "found" in line]
    assert [line["step"] for line in watched] == [2, 4]
    assert all(0 < figure <= 1 for line in watched for figure in line["found"].values())
    assert (trained.work / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_checkpoint_is_exported_to_the_weights_that_its_run_ended_with(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The graph is made of the weights that are compared, and takes seconds.
    monkeypatch.setattr("searchkit.training.learning.export.write_onnx", lambda decoder, path: None)
    export_checkpoint(trained.recipe, trained.work, tmp_path)
    again = (tmp_path / "model.safetensors").read_bytes()
    assert again == (trained.model / "model.safetensors").read_bytes()


@pytest.mark.slow
def test_pairs_that_the_table_ranks_nowhere_are_left_out_and_neighbours_found_anew(
    data: Path,
) -> None:
    recipe, work = data.parent / "tiny.toml", data.parent / "work"
    code, _ = RECIPE.replace('name = "code"', 'name = "code"\nnear = 1.0').rsplit("[[", 1)
    recipe.write_text(code.rstrip("["))
    options = {"data": data, "work": work, "device": "cpu", "compile_forward": False}
    prepared(load_recipe(recipe), say=quiet, **options)
    everything = len(np.load(work / "orders" / "code.npy"))
    recipe.write_text("consistent = 1\n" + recipe.read_text() + "\n")
    text = recipe.read_text().replace("[contrast]", "[contrast]\nfalse_negative = 0.95")
    recipe.write_text(text)
    said: list[str] = []
    assert (train(recipe, say=said.append, **options) / "model.onnx").is_file()
    some = np.load(work / "consistent" / "code.npy")
    assert len(np.load(work / "orders" / "code.npy")) == some.sum() < everything == len(some)
    assert any(line.startswith("code: ") and "left out" in line for line in said)


def test_a_source_of_which_nothing_holds_is_named(data: Path) -> None:
    recipe = data.parent / "tiny.toml"
    recipe.write_text("consistent = 1\n" + RECIPE)
    with pytest.raises(TrainingError, match="every pair of the source `bitext` nowhere"):
        prepared(load_recipe(recipe), data=data, work=data.parent / "w", device="cpu", say=quiet)


def test_a_run_resumed_from_a_checkpoint_ends_with_the_same_weights(data: Path) -> None:
    unbroken = tiny_trainer(data)
    for _ in range(4):
        unbroken.advance()
    first = tiny_trainer(data)
    first.advance()
    first.advance()
    first.weights.save(data.parent / "checkpoint.pt")
    second = tiny_trainer(data)
    second.weights.load(data.parent / "checkpoint.pt")
    second.advance()
    second.advance()
    for one, other in zip(unbroken.weights.average, second.weights.average, strict=True):
        assert torch.equal(one, other)
    assert second.weights.tokens == unbroken.weights.tokens


def test_a_rate_changed_between_two_sittings_was_not_taken(data: Path) -> None:
    first = tiny_trainer(data)
    first.advance()
    first.weights.save(data.parent / "checkpoint.pt")
    recipe = data.parent / "tiny.toml"
    recipe.write_text(recipe.read_text().replace("steps = 4", "steps = 4\ntable_rate = 0.0"))
    second = tiny_trainer(data)
    second.weights.load(data.parent / "checkpoint.pt")
    table, *layers = [master.detach().clone() for master in second.weights.masters]
    second.advance()
    assert torch.equal(table, second.weights.masters[0])
    assert not torch.equal(layers[0], second.weights.masters[1])


def gradients(trainer: Trainer, *, cached: bool) -> list[torch.Tensor]:
    """What one step's loss asks of the weights."""
    contrast = dataclasses.replace(trainer.recipe.contrast, cached=cached)
    trainer.recipe = dataclasses.replace(trainer.recipe, contrast=contrast)
    asked: list[torch.Tensor] = []

    def note(pace: float) -> None:
        fast = trainer.weights.fast.parameters()
        asked.extend(each.grad.float() for each in fast if each.grad is not None)

    trainer.weights.move = note  # type: ignore[method-assign]
    trainer.advance()
    return asked


def test_gradients_through_the_cache_are_those_of_the_whole_batch(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.training.learning.trainer._PIECE_TOKENS", {"cpu": 60})
    direct = gradients(tiny_trainer(data), cached=False)
    cached = gradients(tiny_trainer(data), cached=True)
    assert len(direct) == len(cached) > 20
    for one, other in zip(direct, cached, strict=True):
        assert torch.allclose(one, other, rtol=0.05, atol=0.02 * float(one.abs().max()) + 1e-6)


def test_where_biases_alone_are_tuned_nothing_else_moves(data: Path) -> None:
    path = data.parent / "tiny.toml"
    path.write_text(RECIPE.replace("steps = 4", 'steps = 4\ntuned = "biases"'))
    trainer = tiny_trainer(data)
    before = {name: each.clone() for name, each in trainer.weights.decoder.named_parameters()}
    for _ in range(3):
        trainer.advance()
    for name, each in trainer.weights.decoder.named_parameters():
        assert torch.equal(each, before[name]) is not name.endswith(".bias"), name


def test_language_modelling_learns_to_guess_the_next_token(data: Path) -> None:
    recipe = load_recipe(data.parent / "tiny.toml")
    recipe = dataclasses.replace(recipe, language=Language(steps=30, rows=8, length=32))
    shards = prepare(recipe, data, data.parent / "work", quiet)
    seen: list[float] = []
    trained = train_language(
        recipe,
        Decoder(shape_of(recipe)),
        Sampler(recipe, shards),
        lambda _, loss: seen.append(loss),
        "cpu",
        compile_forward=False,
    )
    assert np.mean(seen[-3:]) < np.mean(seen[:3]) - 1
    assert next(trained.parameters()).dtype is torch.float32


def test_pairs_that_are_kept_back_are_in_no_batch(data: Path) -> None:
    recipe = load_recipe(data.parent / "tiny.toml")
    trainer, kept_back = prepared(
        dataclasses.replace(recipe, validation=10, language=Language(0)),
        data=data,
        work=data.parent / "work",
        device="cpu",
        say=quiet,
        compile_forward=False,
    )
    kept = set(kept_back["code"].right.digests.tolist())
    assert len(kept) == 10
    batches = [trainer.sampler.batch(step) for step in range(50)]
    seen = {each for batch in batches if batch.source == "code" for each in batch.right_digests}
    assert len(seen) > 50
    assert not seen & kept


def test_training_lowers_the_loss(data: Path) -> None:
    path = data.parent / "tiny.toml"
    path.write_text(RECIPE.replace("steps = 4", "steps = 200\nrate = 3e-3"))
    trainer = tiny_trainer(data)
    steps = [trainer.advance() for _ in range(60)]
    losses = [step.contrastive for step in steps if step.source == "code"]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.3


def test_a_checkpoint_of_another_recipe_is_refused(data: Path) -> None:
    trainer = tiny_trainer(data)
    trainer.weights.save(data.parent / "checkpoint.pt")
    trainer.weights.recipe = dataclasses.replace(trainer.recipe, layers=3)
    with pytest.raises(TrainingError, match="another recipe"):
        trainer.weights.load(data.parent / "checkpoint.pt")


def test_a_truncated_checkpoint_is_named(data: Path) -> None:
    trainer = tiny_trainer(data)
    path = data.parent / "checkpoint.pt"
    trainer.weights.save(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(TrainingError, match=r"checkpoint\.pt"):
        trainer.weights.load(path)


def test_evaluation_texts_are_kept_out_of_the_shards(data: Path) -> None:
    recipe = load_recipe(data.parent / "tiny.toml")
    held = prepare(recipe, data, data.parent / "held", quiet)["code"]
    free = dataclasses.replace(recipe, held_out=())
    assert len(held) == len(prepare(free, data, data.parent / "free", quiet)["code"]) - 1


def test_an_empty_shard_is_named(data: Path) -> None:
    work = data.parent / "work"
    recipe = load_recipe(data.parent / "tiny.toml")
    prepare(recipe, data, work, quiet)
    (work / "shards" / "code.npz").write_bytes(b"")
    with pytest.raises(TrainingError, match=r"code\.npz"):
        prepare(recipe, data, work, quiet)


def test_every_part_of_a_recipe_changes_what_it_must() -> None:
    source = Source("a", ("a.jsonl",), 1.0)
    recipe = Recipe("tiny", (source,))
    assert recipe.fingerprint() != dataclasses.replace(recipe, heads=2).fingerprint()
    wider = dataclasses.replace(recipe, vocabulary=Vocabulary(size=400))
    assert recipe.fingerprint() != wider.fingerprint()
    assert recipe.fingerprint() == dataclasses.replace(recipe, table=Table(steps=1)).fingerprint()


def test_a_recipe_mines_the_folders_that_it_names_once(data: Path) -> None:
    shop = data / "repos" / "shop"
    shop.mkdir(parents=True)
    code = "    for price in prices:\n        print(price)\n    return sum(prices)\n"
    (shop / "a.py").write_text(f'def total(prices):\n    """Add up all prices."""\n{code}')
    (data / "facts.jsonl").write_text('{"name": "shop", "licence": "MIT"}\n')
    mined = '[mined]\nfolders = ["repos/*"]\nfacts = ["facts.jsonl"]\n\n[contrast]'
    source = '[[sources]]\nname = "mined"\nfiles = ["mined/docstring-*"]\nweight = 1\n'
    path = data.parent / "tiny.toml"
    path.write_text(RECIPE.replace("[contrast]", mined) + source)
    said: list[str] = []
    shards = prepare(load_recipe(path), data, data.parent / "work", said.append)
    assert len(shards["mined"]) == 1
    assert said.count("mining pairs") == 1
    manifest = json.loads((data.parent / "work" / "mined" / "manifest.json").read_text())
    assert manifest["sources"][0]["licence"] == "MIT"
    prepare(load_recipe(path), data, data.parent / "work", said.append)
    assert said.count("mining pairs") == 1
