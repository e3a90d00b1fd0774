"""What torch runs: batches over devices, memory that is short, broken folders, fingerprints."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_decoders import TEXTS, card_of_udever, llama, plain, unit

from searchkit import load_embedder
from searchkit.embedders import all_models, network
from searchkit.embedders.batching import packed
from searchkit.embedders.device import precision_of
from searchkit.embedders.network import pool
from searchkit.embedders.registry import KNOWN, Model, PromptTemplate
from searchkit.embedders.torch import TorchEmbedder
from searchkit_index.errors import ModelError

pytestmark = pytest.mark.integration


def test_float16_is_left_to_those_whose_states_it_holds() -> None:
    gemma, qwen = KNOWN["embeddinggemma-300m"], KNOWN["qwen3-embedding-0.6b"]
    assert precision_of("mps", overflows=gemma.overflows) is torch.float32
    assert precision_of("mps", overflows=qwen.overflows) is torch.float16
    assert precision_of("mps", "float16", overflows=gemma.overflows) is torch.float16


def test_pooling_ignores_padding() -> None:
    states = torch.arange(12.0).view(2, 6, 1)
    mask = torch.tensor([[1, 1, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0]])
    assert pool(states, mask, "last").flatten().tolist() == [3, 6]
    assert pool(states, mask, "first").flatten().tolist() == [0, 6]
    assert pool(states, mask, "mean").flatten().tolist() == [1.5, 6]


def test_both_runtimes_of_nano_agree() -> None:
    model = all_models()["nano"]
    on_onnx, on_torch = load_embedder("nano"), TorchEmbedder(model, device="cpu")
    assert on_torch.fingerprint == on_onnx.fingerprint
    for role in ("query", "document"):
        ours, theirs = on_torch.encode(TEXTS, role), on_onnx.encode(TEXTS, role)
        assert (ours * theirs).sum(axis=1).min() >= 0.99


def test_several_devices_share_the_batches_and_keep_the_order(
    udever: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.embedders.torch._PART", 7)
    monkeypatch.setattr("searchkit.embedders.torch._BATCH_TOKENS", {"cpu": 64})
    texts = [f"text {number} " * (number % 5) for number in range(40)]
    shared = TorchEmbedder(udever[0], device=("cpu", "cpu", "cpu"), precision="float32")
    expected = card_of_udever(*udever[1:], texts, "document")
    assert np.abs(shared.encode(texts, "document") - expected).max() < 1e-5
    assert len(shared._loaded_networks) == 3


def test_a_batch_that_does_not_fit_is_halved_until_it_does(
    udever: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, sizes = network.Network._run, []

    def short_of_memory(self: Any, rows: Any) -> Any:
        sizes.append(len(rows))
        if len(rows) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 MiB")
        return run(self, rows)

    monkeypatch.setattr(network.Network, "_run", short_of_memory)
    monkeypatch.setattr("searchkit.embedders.torch._BATCH_TOKENS", {"cpu": 10_000})
    found = plain(udever[0]).encode(TEXTS, "query")
    assert sizes[0] == len(TEXTS)
    assert np.abs(found - card_of_udever(*udever[1:], TEXTS, "query")).max() < 1e-5


def test_one_text_that_does_not_fit_is_told(udever: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def short_of_memory(self: Any, rows: Any) -> Any:
        raise RuntimeError("MPS backend out of memory")

    monkeypatch.setattr(network.Network, "_run", short_of_memory)
    with pytest.raises(ModelError, match="does not fit"):
        plain(udever[0]).encode(["text"], "query")


def test_other_errors_of_the_device_are_not_swallowed(
    udever: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, rows: Any) -> Any:
        raise RuntimeError("device-side assert")

    monkeypatch.setattr(network.Network, "_run", broken)
    with pytest.raises(RuntimeError, match="assert"):
        plain(udever[0]).encode(["a", "b"], "query")


def test_batches_hold_every_row_once_within_the_bound() -> None:
    lengths = [512, 3, 7, 512, 100, 100, 2, 2] * 5
    batches = list(packed(lengths, 1_024))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[row] for row in batch) * len(batch) <= 1_024


def test_the_fingerprint_changes_with_one_bias_and_with_the_way_of_reading(
    tmp_path: Path, udever: Any
) -> None:
    model, _, decoder = udever
    before = plain(model).fingerprint
    assert plain(model).fingerprint == before
    assert plain(replace(model, query=PromptTemplate("[BOQ]", "", ""))).fingerprint != before
    assert plain(replace(model, repeat_up_to=8)).fingerprint != before
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((Path(model.source) / name).read_bytes())
    bias = decoder.h[1].mlp.dense_h_to_4h.bias
    with torch.no_grad():
        bias[0] += 1
        decoder.save_pretrained(tmp_path)
        bias[0] -= 1
    assert plain(replace(model, source=str(tmp_path))).fingerprint != before


def test_vectors_are_cut_to_a_prefix_and_scaled_anew(udever: Any) -> None:
    whole, cut = (plain(udever[0], dimension=size).encode(TEXTS, "query") for size in (None, 4))
    assert np.allclose(cut, unit(whole[:, :4]), atol=1e-6)
    assert plain(udever[0], dimension=4).fingerprint.endswith("@4")


def test_no_texts_give_no_rows(udever: Any) -> None:
    assert plain(udever[0]).encode([], "query").shape == (0, 8)


def _without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _rubbish(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(b"rubbish")


@pytest.mark.parametrize(
    "harm",
    [
        _without("tokenizer.json"),
        _rubbish("tokenizer.json"),
        _rubbish("config.json"),
        _rubbish("model.safetensors"),
        _without("model.safetensors"),
    ],
)
def test_a_broken_folder_is_a_model_error(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    llama(tmp_path)
    harm(tmp_path)
    with pytest.raises(ModelError):
        plain(Model("tiny", str(tmp_path), 16, 128)).encode(["text"], "query")


def test_a_token_that_the_tokenizer_lacks_is_named(tmp_path: Path) -> None:
    llama(tmp_path)
    with pytest.raises(ModelError, match=r"\[EOQ\]"):
        plain(Model("tiny", str(tmp_path), 16, 128, PromptTemplate("", "", "[EOQ]"))).encode(
            ["a"], "query"
        )
