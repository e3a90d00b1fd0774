"""Which models are known, which are here, and what is said of those that are not."""

import os
from pathlib import Path

import pytest
import transformers

from searchkit import load_embedder
from searchkit.embedders import all_models, refuse_stranger, weights
from searchkit.embedders.registry import KNOWN, Frame
from searchkit_index.errors import ConfigError, ModelError


@pytest.fixture(autouse=True)
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def configure(text: str) -> None:
    Path(os.environ["SEARCHKIT_CONFIG"]).write_text(text)


def test_the_table_knows_the_published_ways_of_reading() -> None:
    assert KNOWN["udever-bloom-7b1"].query == Frame("[BOQ]", "", "[EOQ]")
    assert KNOWN["udever-bloom-7b1"].document == Frame("[BOD]", "", "[EOD]")
    assert {KNOWN[f"udever-bloom-{size}"].max_tokens for size in ("560m", "1b1", "3b")} == {300}
    assert KNOWN["qwen3-embedding-8b"].query.prompt.endswith("\nQuery:")
    assert KNOWN["f2llm-v2-80m"].query.prompt.endswith("\nQuery: ")
    assert KNOWN["jina-code-embeddings-0.5b"].document.prompt == "Candidate code snippet:\n"
    assert KNOWN["embeddinggemma-300m"].pooling == "mean"
    for model in KNOWN.values():
        assert model.licence
        assert model.languages
        assert all(prefix < model.dimension for prefix in model.prefixes)


def test_a_model_that_is_not_here_names_the_command_that_fetches_it() -> None:
    with pytest.raises(ModelError, match="not on this machine") as raised:
        load_embedder("udever-bloom-560m")
    assert "searchkit models udever-bloom-560m --fetch" in raised.value.hint


def test_a_model_may_be_named_by_its_source_too() -> None:
    with pytest.raises(ModelError, match="`udever-bloom-3b` is not on this machine"):
        load_embedder("izhx/udever-bloom-3b")


def test_the_hubs_own_cache_is_looked_into_and_half_a_model_is_none(hub: Path) -> None:
    model = KNOWN["udever-bloom-560m"]
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


def test_a_download_without_a_network_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(
        ModelError, match=r"`izhx/udever-bloom-560m` cannot be downloaded"
    ) as raised:
        weights.fetch(KNOWN["udever-bloom-560m"])
    assert "\n" not in raised.value.message
    assert raised.value.hint


def test_a_users_own_model_is_described_in_the_configuration(tmp_path: Path) -> None:
    configure(
        f'[models.mine]\nsource = "{tmp_path}"\ndimension = 32\nmax_tokens = 128\n'
        'pooling = "mean"\nlicence = "mine"\nprefixes = [8, 16]\n'
        'query = {prompt = "ask: ", end = "eos_token"}\n'
    )
    mine = all_models()["mine"]
    assert mine.query == Frame("", "ask: ", "eos_token")
    assert (mine.pooling, mine.dimension, mine.prefixes) == ("mean", 32, (8, 16))
    assert not mine.run_foreign_code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[models.a]\nsource = 's'\ndimension = 4\n", "lacks a value"),
        ("[models.a]\npoolin = 'last'\n", "sets `poolin`"),
        ("[models.a]\npooling = 'best'\n", "cannot be `best`"),
        ("[models.a]\nquery = {promt = ''}\n", "sets `promt`"),
        ("models = 3\n", "no table"),
        ("[models]\na = 3\n", "no table"),
    ],
)
def test_what_a_described_model_cannot_be_is_told(text: str, told: str) -> None:
    configure(text)
    with pytest.raises(ConfigError, match=told):
        all_models()


def test_a_folder_without_a_card_must_be_described_first(tmp_path: Path) -> None:
    shape = transformers.LlamaConfig(
        vocab_size=32, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1,
    )  # fmt: skip
    transformers.LlamaModel(shape).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match=r"has no `searchkit\.json`"):
        load_embedder(str(tmp_path))


def test_a_prefix_that_the_model_was_not_trained_for_is_refused() -> None:
    with pytest.raises(ModelError, match="cannot be cut to 100"):
        load_embedder("nano@100")
    assert load_embedder("nano@64").dimension == 64


def test_a_device_that_is_not_there_is_told() -> None:
    with pytest.raises(ModelError, match="no device `cuda:99`"):
        load_embedder("nano", device="cuda:99").encode(["text"], "query")


def test_an_index_of_another_model_is_refused_with_two_ways_out() -> None:
    nano = load_embedder("nano")
    refuse_stranger(nano, [])
    refuse_stranger(nano, [(1, "other-1", "other", 8), (2, nano.fingerprint, "nano", 256)])
    with pytest.raises(ModelError, match="indexed with `other`") as raised:
        refuse_stranger(nano, [(1, "other-1", "other", 8)])
    assert "--model other" in raised.value.hint
    assert "searchkit index --model nano" in raised.value.hint


def test_weights_that_replace_those_of_an_index_are_not_refused_by_their_own_name() -> None:
    nano = load_embedder("nano")
    refuse_stranger(nano, [(1, "nano-00000000", "nano", 256)])
