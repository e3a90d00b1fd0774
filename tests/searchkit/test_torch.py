"""Other decoders, each against a plain reading of its makers' own steps, on tiny random weights."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from searchkit import load_embedder
from searchkit.embedders import all_models, network
from searchkit.embedders.batching import packed
from searchkit.embedders.device import precision_of
from searchkit.embedders.network import pool
from searchkit.embedders.registry import KNOWN, Model, PromptTemplate
from searchkit.embedders.torch import TorchEmbedder
from searchkit_index.errors import ModelError

pytestmark = pytest.mark.integration

TEXTS = [
    "read a file",
    "",
    "def main():\n    return 0\n" * 60,
    "El gato duerme. Кошка спит. 猫は窓で眠る。 고양이",
    "x",
    "🙂 [ brackets ] and <tags>",
]


def byte_tokenizer(folder: Path, specials: dict[str, int], **named: str) -> PreTrainedTokenizerFast:
    """Every byte a token; `specials` follow them under the ids that they have in the real one."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {each: number + 4 for number, each in enumerate(alphabet)} | specials
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False, special=True) for token in specials]
    )
    if "<bos>" in specials:
        around = [(token, specials[token]) for token in ("<bos>", "<eos>")]
        tokenizer.post_processor = processors.TemplateProcessing("<bos> $A <eos>", None, around)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(named))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **named)


def save(folder: Path, decoder: Any) -> Any:
    decoder.eval().save_pretrained(folder)
    return decoder


@pytest.fixture(scope="module")
def udever(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A BLOOM with the real layout of role tokens: four ids in the unused end of the matrix."""
    folder = tmp_path_factory.mktemp("udever")
    roles = {"[BOQ]": 250_680, "[EOQ]": 250_681, "[BOD]": 250_682, "[EOD]": 250_683}
    specials = {"<unk>": 0, "<s>": 1, "</s>": 2, "<pad>": 3} | roles
    tokenizer = byte_tokenizer(folder, specials, pad_token="<pad>", eos_token="</s>")
    torch.manual_seed(1)
    shape = transformers.BloomConfig(
        vocab_size=250_880, hidden_size=8, n_layer=2, n_head=2, pad_token_id=3
    )
    decoder = save(folder, transformers.BloomModel(shape))
    model = replace(KNOWN["udever-bloom-560m"], source=str(folder), dimension=8)
    return model, tokenizer, decoder


def card_of_udever(tokenizer: Any, decoder: Any, texts: Sequence[str], role: str) -> np.ndarray:
    """The makers' steps: token text in front, cut at 299, left padding, one id behind each row."""
    begin, end = ("[BOQ]", 250_681) if role == "query" else ("[BOD]", 250_683)
    tokenizer.padding_side = "left"
    batch = tokenizer(
        [begin + text for text in texts],
        truncation=True,
        max_length=299,
        padding=True,
        return_tensors="pt",
    )
    ids, mask = batch["input_ids"], batch["attention_mask"]
    ids = torch.cat([ids, torch.full((len(texts), 1), end)], dim=1)
    mask = torch.cat([mask, torch.ones(len(texts), 1, dtype=mask.dtype)], dim=1)
    with torch.no_grad():
        states = decoder(input_ids=ids, attention_mask=mask).last_hidden_state
    return unit(states[:, -1].numpy())


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def plain(model: Model, **settings: Any) -> TorchEmbedder:
    return TorchEmbedder(model, device="cpu", precision="float32", **settings)


@pytest.mark.parametrize("padding", ["left", "right"])
@pytest.mark.parametrize("role", ["query", "document"])
def test_udever_is_read_as_its_card_says(udever: Any, role: Any, padding: Any) -> None:
    model, tokenizer, decoder = udever
    embedder = plain(replace(model, padding=padding))
    expected = card_of_udever(tokenizer, decoder, TEXTS, role)
    assert np.abs(embedder.encode(TEXTS, role) - expected).max() < 1e-5
    alone = np.concatenate([embedder.encode([text], role) for text in TEXTS])
    assert np.abs(alone - expected).max() < 1e-5


def test_udever_without_its_tokens_is_another_model(udever: Any) -> None:
    model, tokenizer, decoder = udever
    naive = replace(model, query=PromptTemplate(), pooling="mean", padding="right")
    cosines = (plain(naive).encode(TEXTS, "query") * plain(model).encode(TEXTS, "query")).sum(1)
    assert cosines.max() < 0.99
    assert np.abs(card_of_udever(tokenizer, decoder, TEXTS, "query")).sum() > 0


def test_a_long_text_keeps_its_end_token(udever: Any) -> None:
    model = udever[0]
    rows = plain(model)._tokenizer.rows(["word " * 1_000, ""], "document")
    assert [row[0] for row in rows] == [250_682, 250_682]
    assert [row[-1] for row in rows] == [250_683, 250_683]
    assert [len(row) for row in rows] == [300, 2]


def test_qwen_ends_in_its_padding_token_and_instructs_queries_alone(tmp_path: Path) -> None:
    specials = {"<|endoftext|>": 300, "<|im_end|>": 301}
    tokenizer = byte_tokenizer(
        tmp_path, specials, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    torch.manual_seed(2)
    shape = transformers.Qwen3Config(
        vocab_size=310, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8,
    )  # fmt: skip
    decoder = save(tmp_path, transformers.Qwen3Model(shape))
    model = replace(KNOWN["qwen3-embedding-0.6b"], source=str(tmp_path), dimension=16)
    task = model.query.prompt.removeprefix("Instruct: ").removesuffix("\nQuery:")

    def reference(texts: Sequence[str]) -> np.ndarray:
        found = []
        for text in texts:
            ids = [*tokenizer(text)["input_ids"][: 8_192 - 1], tokenizer.pad_token_id]
            with torch.no_grad():
                states = decoder(input_ids=torch.tensor([ids])).last_hidden_state
            found.append(states[0, -1].numpy())
        return unit(np.stack(found))

    asked = [f"Instruct: {task}\nQuery:{text}" for text in TEXTS]
    for padding in ("left", "right"):
        embedder = plain(replace(model, padding=padding))
        assert np.abs(embedder.encode(TEXTS, "query") - reference(asked)).max() < 1e-5
        assert np.abs(embedder.encode(TEXTS, "document") - reference(TEXTS)).max() < 1e-5
    wrong = replace(model, query=replace(model.query, end="eos_token"))
    far = (plain(wrong).encode(TEXTS, "query") * reference(asked)).sum(axis=1)
    assert far.max() < 0.999


def llama(folder: Path) -> tuple[Any, Any]:
    tokenizer = byte_tokenizer(
        folder, {"<bos>": 300, "<eos>": 301}, bos_token="<bos>", eos_token="<eos>"
    )
    torch.manual_seed(3)
    shape = transformers.LlamaConfig(
        vocab_size=310, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2,
    )  # fmt: skip
    return tokenizer, save(folder, transformers.LlamaModel(shape))


@pytest.mark.parametrize("padding", ["left", "right"])
@pytest.mark.parametrize(
    "frame", [PromptTemplate("own", "ask: ", "own"), PromptTemplate("<bos>", "ask: ", "<eos>")]
)
def test_a_llama_begins_and_ends_by_its_own_template_or_by_ours(
    tmp_path: Path, frame: PromptTemplate, padding: Any
) -> None:
    tokenizer, decoder = llama(tmp_path)
    model = Model("tiny", str(tmp_path), 16, 128, frame, padding=padding)
    found = []
    for text in TEXTS:
        ids = tokenizer("ask: " + text)["input_ids"]
        ids = ids if len(ids) <= 128 else [*ids[:127], 301]
        with torch.no_grad():
            found.append(decoder(torch.tensor([ids])).last_hidden_state[0, -1].numpy())
    assert np.abs(plain(model).encode(TEXTS, "query") - unit(np.stack(found))).max() < 1e-5


def test_an_opened_decoder_sees_what_follows(tmp_path: Path) -> None:
    llama(tmp_path)
    closed = Model("tiny", str(tmp_path), 16, 128, pooling="first")
    opened = replace(closed, attention="opened")
    for model, same in ((closed, True), (opened, False)):
        one, other = plain(model).encode(["a then b", "a then c"], "document")
        assert np.allclose(one, other, atol=1e-6) is same
    together = plain(opened).encode(TEXTS, "document")
    alone = np.concatenate([plain(opened).encode([text], "document") for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-5


def test_linear_layers_follow_the_mean_where_a_model_has_them(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    tokenizer, decoder = llama(tmp_path)
    matrices = [torch.randn(24, 16), torch.randn(16, 24)]
    for name, matrix in zip(("2_Dense", "3_Dense"), matrices, strict=True):
        (tmp_path / name).mkdir()
        save_file({"linear.weight": matrix}, tmp_path / name / "model.safetensors")
    model = Model(
        "tiny", str(tmp_path), 16, 128, pooling="mean", padding="right",
        dense=("2_Dense", "3_Dense"),
    )  # fmt: skip
    with torch.no_grad():
        state = decoder(torch.tensor([tokenizer("hello")["input_ids"]])).last_hidden_state[0]
        expected = (state.mean(dim=0) @ matrices[0].T @ matrices[1].T).numpy()[None]
    assert (
        np.abs(plain(model).encode(["hello", "longer text"], "query")[:1] - unit(expected)).max()
        < 1e-5
    )


def test_embeddinggemma_sees_both_ways_and_averages_all_it_read(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    tokenizer = byte_tokenizer(
        tmp_path, {"<bos>": 300, "<eos>": 301}, bos_token="<bos>", eos_token="<eos>"
    )
    torch.manual_seed(4)
    shape = transformers.Gemma3TextConfig(
        vocab_size=310, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8, sliding_window=8,
        layer_types=["sliding_attention", "full_attention"], use_bidirectional_attention=True,
    )  # fmt: skip
    decoder = save(tmp_path, transformers.Gemma3TextModel(shape))
    matrices = [torch.randn(24, 16), torch.randn(16, 24)]
    for name, matrix in zip(("2_Dense", "3_Dense"), matrices, strict=True):
        (tmp_path / name).mkdir()
        save_file({"linear.weight": matrix}, tmp_path / name / "model.safetensors")
    model = replace(KNOWN["embeddinggemma-300m"], source=str(tmp_path), dimension=16)

    def reference(texts: Sequence[str]) -> np.ndarray:
        found = []
        for text in texts:
            ids = tokenizer(text)["input_ids"]
            ids = ids if len(ids) <= 2_048 else [*ids[:2_047], 301]
            with torch.no_grad():
                states = decoder(input_ids=torch.tensor([ids])).last_hidden_state[0]
            found.append((states.mean(dim=0) @ matrices[0].T @ matrices[1].T).numpy())
        return unit(np.stack(found))

    asked = [f"task: search result | query: {text}" for text in TEXTS]
    assert np.abs(plain(model).encode(TEXTS, "query") - reference(asked)).max() < 1e-5
    kept = [f"title: none | text: {text}" for text in TEXTS]
    assert np.abs(plain(model).encode(TEXTS, "document") - reference(kept)).max() < 1e-5
    first = plain(replace(model, pooling="first", dense=()))
    one, other = first.encode(["a b", "a c"], "document")
    assert not np.allclose(one, other, atol=1e-6)


def test_float16_is_left_to_those_whose_states_it_holds() -> None:
    gemma, qwen = KNOWN["embeddinggemma-300m"], KNOWN["qwen3-embedding-0.6b"]
    assert precision_of("mps", overflows=gemma.overflows) is torch.float32
    assert precision_of("mps", overflows=qwen.overflows) is torch.float16
    assert precision_of("mps", "float16", overflows=gemma.overflows) is torch.float16


def test_pooling_finds_its_token_on_either_side() -> None:
    states = torch.arange(12.0).view(2, 6, 1)
    left = torch.tensor([[0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1]])
    right = left.flip(1)
    assert pool(states, left, "last").flatten().tolist() == [5, 11]
    assert pool(states, left, "first").flatten().tolist() == [2, 11]
    assert pool(states, right, "last").flatten().tolist() == [3, 6]
    assert pool(states, right, "mean").flatten().tolist() == [1.5, 6]


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
    assert len(shared._loaded) == 3


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
