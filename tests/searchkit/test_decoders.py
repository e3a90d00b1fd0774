"""Other decoders, each against a plain reading of its makers' own steps, on tiny random weights."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from tiny_decoders import TEXTS, byte_tokenizer, card_of_udever, llama, plain, save, unit

from searchkit.embedders.registry import KNOWN, Model, PromptTemplate
from searchkit_index.errors import ModelError

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("role", ["query", "document"])
def test_udever_is_read_as_its_card_says(udever: Any, role: Any) -> None:
    model, tokenizer, decoder = udever
    embedder = plain(model)
    expected = card_of_udever(tokenizer, decoder, TEXTS, role)
    assert np.abs(embedder.encode(TEXTS, role) - expected).max() < 1e-5
    alone = np.concatenate([embedder.encode([text], role) for text in TEXTS])
    assert np.abs(alone - expected).max() < 1e-5


def test_udever_without_its_tokens_is_another_model(udever: Any) -> None:
    model, tokenizer, decoder = udever
    naive = replace(model, query=PromptTemplate(), pooling="mean")
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
    embedder = plain(model)
    assert np.abs(embedder.encode(TEXTS, "query") - reference(asked)).max() < 1e-5
    assert np.abs(embedder.encode(TEXTS, "document") - reference(TEXTS)).max() < 1e-5
    wrong = replace(model, query=replace(model.query, end="eos_token"))
    far = (plain(wrong).encode(TEXTS, "query") * reference(asked)).sum(axis=1)
    assert far.max() < 0.999


@pytest.mark.parametrize(
    "frame", [PromptTemplate("own", "ask: ", "own"), PromptTemplate("<bos>", "ask: ", "<eos>")]
)
def test_a_llama_begins_and_ends_by_its_own_template_or_by_ours(
    tmp_path: Path, frame: PromptTemplate
) -> None:
    tokenizer, decoder = llama(tmp_path)
    model = Model("tiny", str(tmp_path), 16, 128, frame)
    found = []
    for text in TEXTS:
        ids = tokenizer("ask: " + text)["input_ids"]
        ids = ids if len(ids) <= 128 else [*ids[:127], 301]
        with torch.no_grad():
            found.append(decoder(torch.tensor([ids])).last_hidden_state[0, -1].numpy())
    assert np.abs(plain(model).encode(TEXTS, "query") - unit(np.stack(found))).max() < 1e-5


def test_positions_counted_from_the_first_column_do_not_depend_on_the_batch(tmp_path: Path) -> None:
    byte_tokenizer(tmp_path, {"<unk>": 0, "<pad>": 1}, pad_token="<pad>")
    torch.manual_seed(3)
    shape = transformers.GPT2Config(vocab_size=310, n_embd=16, n_layer=2, n_head=2, n_positions=128)
    save(tmp_path, transformers.GPT2Model(shape))
    model = Model("tiny", str(tmp_path), 16, 128, PromptTemplate(), PromptTemplate("", "", "<pad>"))
    together = plain(model).encode(TEXTS, "document")
    alone = np.concatenate([plain(model).encode([text], "document") for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-5


def test_weights_that_are_missing_are_never_made_up(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from safetensors.torch import load_file, save_file

    llama(tmp_path)
    model = Model("tiny", str(tmp_path), 16, 128)
    weights = load_file(tmp_path / "model.safetensors")
    lost = "layers.1.mlp.down_proj.weight"
    del weights[lost]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=f"1 are missing, `{lost}` among them"):
        plain(model).encode(["text"], "query")
    assert capfd.readouterr().err == ""


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
        "tiny", str(tmp_path), 16, 128, pooling="mean",
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
