"""Which models are known, which are here, and what is said of those that are not."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from searchkit import load_embedder
from searchkit.embedders import all_models, calibration_of, refuse_other_models, weights
from searchkit.embedders.gguf import is_gguf
from searchkit.embedders.registry import KNOWN, Model, PromptTemplate
from searchkit_index.errors import ConfigError, ModelError


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def configure(home: Path) -> Callable[[str], int]:
    return (home / "config.toml").write_text


TASK = "Instruct: Given a question about source code or notes, retrieve the passages that answer it"

# Of each model what its makers put round a question and round what is searched, written out.
PUBLISHED = {
    "udever-bloom": (PromptTemplate("[BOQ]", "", "[EOQ]"), PromptTemplate("[BOD]", "", "[EOD]")),
    "qwen3-embedding": (
        PromptTemplate("", f"{TASK}\nQuery:", "<|endoftext|>"),
        PromptTemplate("", "", "<|endoftext|>"),
    ),
    "f2llm-v2": (
        PromptTemplate("", f"{TASK}\nQuery: ", "eos_token"),
        PromptTemplate("", "", "eos_token"),
    ),
    "jina-code-embeddings": (
        PromptTemplate(
            "own", "Find the most relevant code snippet given the following query:\n", "own"
        ),
        PromptTemplate("own", "Candidate code snippet:\n", "own"),
    ),
    "e5-mistral-7b": (
        PromptTemplate("<s>", f"{TASK}\nQuery: ", "</s>"),
        PromptTemplate("<s>", "", "</s>"),
    ),
    "gte-qwen2": (
        PromptTemplate("", f"{TASK}\nQuery: ", "eos_token"),
        PromptTemplate("", "", "eos_token"),
    ),
    "nomic-embed-code": (
        PromptTemplate("own", "Represent this query for searching relevant code: ", "own"),
        PromptTemplate("own", "", "own"),
    ),
    "embeddinggemma-300m": (
        PromptTemplate("<bos>", "task: search result | query: ", "<eos>"),
        PromptTemplate("<bos>", "title: none | text: ", "<eos>"),
    ),
    "harrier-oss-v1-270m": (
        PromptTemplate("<bos>", f"{TASK}\nQuery: ", "<eos>"),
        PromptTemplate("<bos>", "", "<eos>"),
    ),
    "harrier-oss-v1": (
        PromptTemplate("own", f"{TASK}\nQuery: ", "own"),
        PromptTemplate("own", "", "own"),
    ),
    # Decoders that no one taught to embed: text ends as their own texts end.
    "gemma-3-270m": (PromptTemplate("<bos>", "", "<eos>"),) * 2,
    "smollm2-135m": (PromptTemplate("", "", "<|im_end|>"),) * 2,
}


# The others are carried by packages.
AT_THE_HUB = [model for model in KNOWN.values() if not is_gguf(model.source)]


@pytest.mark.parametrize("name", KNOWN)
def test_the_table_frames_texts_byte_for_byte_as_the_makers_do(name: str) -> None:
    published = PUBLISHED.get(name) or PUBLISHED[name.rpartition("-")[0]]
    assert (KNOWN[name].query, KNOWN[name].document) == published


def test_only_one_model_is_no_decoder_that_gives_its_last_state() -> None:
    gemma = KNOWN["embeddinggemma-300m"]
    assert (gemma.pooling, gemma.attention, gemma.dense) == (
        "mean", "bidirectional", ("2_Dense", "3_Dense"),
    )  # fmt: skip
    others = [model for model in KNOWN.values() if model is not gemma]
    assert {(model.pooling, model.dense) for model in others} == {("last", ())}
    opened = {model.name for model in others if model.attention == "opened"}
    assert opened == {"gte-qwen2-1.5b", "gte-qwen2-7b"}
    assert {model.attention for model in others} == {"causal", "opened"}


@pytest.mark.parametrize(
    ("name", "dimension", "prefixes"),
    [
        ("udever-bloom-1b1", 1_536, ()),
        ("qwen3-embedding-0.6b", 1_024, (32, 64, 128, 256, 512, 768)),
        ("qwen3-embedding-8b", 4_096, (32, 64, 128, 256, 512, 768, 1_024, 2_048, 2_560)),
        ("f2llm-v2-80m", 320, (8, 16, 32, 64, 128, 256)),
        ("f2llm-v2-1.7b", 2_048, (8, 16, 32, 64, 128, 256, 512, 1_024)),
        ("f2llm-v2-4b", 2_560, (8, 16, 32, 64, 128, 256, 512, 1_024, 2_048)),
        ("jina-code-embeddings-0.5b", 896, (64, 128, 256, 512)),
        ("jina-code-embeddings-1.5b", 1_536, (128, 256, 512, 1_024)),
        ("e5-mistral-7b", 4_096, ()),
        ("gte-qwen2-1.5b", 1_536, ()),
        ("gte-qwen2-7b", 3_584, ()),
        ("nomic-embed-code", 3_584, ()),
        ("embeddinggemma-300m", 768, (128, 256, 512)),
        ("harrier-oss-v1-27b", 5_376, ()),
    ],
)
def test_vectors_are_cut_only_where_the_makers_trained_them_to_be(
    name: str, dimension: int, prefixes: tuple[int, ...]
) -> None:
    assert (KNOWN[name].dimension, KNOWN[name].prefixes) == (dimension, prefixes)


def test_texts_are_cut_where_the_makers_examples_cut_them() -> None:
    shorter = {model.name: model.max_tokens for model in AT_THE_HUB if model.max_tokens < 8_192}
    assert shorter == {
        **dict.fromkeys([f"udever-bloom-{size}" for size in ("560m", "1b1", "3b", "7b1")], 300),
        "e5-mistral-7b": 4_096,
        "embeddinggemma-300m": 2_048,
    }
    longer = {model.name for model in KNOWN.values() if model.max_tokens == 32_768}
    harriers = {f"harrier-oss-v1-{size}" for size in ("270m", "0.6b", "27b")}
    assert longer == {"nomic-embed-code", *harriers}


@pytest.mark.parametrize("model", AT_THE_HUB, ids=lambda model: model.name)
def test_every_model_is_one_exact_commit_with_licence_size_and_languages(model: Model) -> None:
    assert re.fullmatch("[0-9a-f]{40}", model.revision)
    assert model.licence
    assert model.languages
    assert model.millions > 0
    assert not model.run_foreign_code


def test_no_two_models_share_a_commit() -> None:
    assert len({model.revision for model in AT_THE_HUB}) == len(AT_THE_HUB)


def test_a_model_that_is_not_here_names_the_command_that_fetches_it() -> None:
    with pytest.raises(ModelError, match="not on this machine") as raised:
        load_embedder("udever-bloom-560m")
    assert "searchkit models udever-bloom-560m --fetch" in raised.value.hint


def test_a_model_may_be_named_by_its_source_too() -> None:
    with pytest.raises(ModelError, match="`udever-bloom-3b` is not on this machine"):
        load_embedder("izhx/udever-bloom-3b")


def test_the_hubs_own_cache_is_looked_into_and_half_a_model_is_none(hub: Path) -> None:
    model = replace(KNOWN["udever-bloom-560m"], revision="main")
    cached = hub / "models--izhx--udever-bloom-560m"
    snapshot = cached / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("abc")
    (snapshot / "config.json").write_text("{}")
    listing = '{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}'
    (snapshot / "model.safetensors.index.json").write_text(listing)
    (snapshot / "model-1.safetensors").write_bytes(b"")
    assert weights.folder_of(model) is None
    (snapshot / "model-2.safetensors").write_bytes(b"")
    assert weights.folder_of(model) == snapshot
    assert weights.folder_of(replace(model, revision="abc")) == snapshot
    assert weights.folder_of(replace(model, revision="another")) is None


def test_a_download_without_a_network_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(
        ModelError, match=r"`izhx/udever-bloom-560m` cannot be downloaded"
    ) as raised:
        weights.fetch(KNOWN["udever-bloom-560m"])
    assert "\n" not in raised.value.message
    assert raised.value.hint


def test_a_users_own_model_is_described_in_the_configuration(tmp_path: Path, configure) -> None:
    configure(
        f'[models.mine]\nsource = "{tmp_path}"\ndimension = 32\nmax_tokens = 128\n'
        'pooling = "mean"\nlicence = "mine"\nprefixes = [8, 16]\n'
        'query = {prompt = "ask: ", end = "eos_token"}\n'
    )
    mine = all_models()["mine"]
    assert mine.query == PromptTemplate("", "ask: ", "eos_token")
    assert (mine.pooling, mine.dimension, mine.prefixes) == ("mean", 32, (8, 16))
    assert not mine.run_foreign_code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[models.a]\nsource = 's'\ndimension = 4\n", "lacks `max_tokens`"),
        ("[models.a]\npoolin = 'last'\n", "unknown name `poolin`"),
        ("[models.a]\npooling = 'best'\n", "cannot be `best`"),
        ("[models.a]\ndimension = -1\n", "cannot be `-1`"),
        ("[models.a]\nquery = {promt = ''}\n", "unknown name `promt`"),
        ("models = 3\n", "no table"),
        ("[models]\na = 3\n", "no table"),
    ],
)
def test_what_a_described_model_cannot_be_is_told(configure, text: str, told: str) -> None:
    configure(text)
    with pytest.raises(ConfigError, match=told):
        all_models()


def test_a_folder_in_the_current_one_is_never_taken_for_a_model_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    planted = KNOWN["f2llm-v2-80m"]
    names = (planted.source, "mine", "nano")
    for name in names:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").write_bytes(b"")
        (folder / "modules.json").write_text("[]")
    assert weights.folder_of(planted) is None
    for name in (planted.source, planted.name):
        with pytest.raises(ModelError, match="not on this machine"):
            load_embedder(name)
    with pytest.raises(ModelError, match="no model `mine`") as raised:
        load_embedder("mine")
    assert "`./mine`" in raised.value.hint
    assert load_embedder("nano").dimension == 256
    for path in ("./mine", str(tmp_path / "mine"), "../" + tmp_path.name + "/mine"):
        with pytest.raises(ModelError, match="begins with"):
            load_embedder(path)


@pytest.mark.parametrize("name", ["../models/nano", "/etc", "~nosuchuser/x", "./missing", ""])
def test_a_path_that_holds_no_model_is_an_error(name: str) -> None:
    with pytest.raises(ModelError):
        load_embedder(name)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin"])
def test_pickled_weights_are_refused_in_one_line(tmp_path: Path, configure, name: str) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / name).write_bytes(b"rubbish")
    configure(f'[models.mine]\nsource = "{tmp_path}"\ndimension = 32\nmax_tokens = 128\n')
    with pytest.raises(ModelError, match="pickle") as raised:
        load_embedder("mine")
    assert "\n" not in raised.value.message


def test_the_shipped_model_brings_the_constants_of_its_scores() -> None:
    found = calibration_of(load_embedder("nano"))
    assert found is not None
    assert 0 < found.lexical < 1
    assert calibration_of(load_embedder("nano@64")) is None
    assert all_models()["nano"].calibration == found
    assert all_models()["nano"].licence == "apache-2.0"


def test_threads_below_none_are_refused() -> None:
    with pytest.raises(ConfigError, match="-1"):
        load_embedder("nano", threads=-1)


@pytest.mark.integration  # imports torch
def test_a_folder_without_a_card_must_be_described_first(tmp_path: Path) -> None:
    import transformers

    shape = transformers.LlamaConfig(
        vocab_size=32, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1,
    )  # fmt: skip
    transformers.LlamaModel(shape).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match="neither"):
        load_embedder(str(tmp_path))


def test_a_prefix_that_the_model_was_not_trained_for_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be cut to 100"):
        load_embedder("nano@100")
    assert load_embedder("nano@64").dimension == 64


@pytest.mark.integration  # imports torch
def test_a_device_that_is_not_there_is_told() -> None:
    with pytest.raises(ModelError, match="no device `cuda:99`"):
        load_embedder("nano", device="cuda:99").encode(["text"], "query")


def test_an_index_of_another_model_is_refused_with_two_ways_out() -> None:
    nano = load_embedder("nano")
    refuse_other_models(nano, [])
    refuse_other_models(nano, ["other", "nano"])
    with pytest.raises(ModelError, match="indexed with `other`") as raised:
        refuse_other_models(nano, ["other"])
    assert "--model other" in raised.value.hint
    assert "searchkit index --model nano" in raised.value.hint
