"""Folders of sentence-transformers, each held against what sentence-transformers itself makes."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import modules as steps
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from searchkit import load_embedder
from searchkit.embedders import calibration_of
from searchkit_index.errors import ModelError

# The library that makes the folders takes as long to import as two hundred tests to run.
pytestmark = pytest.mark.slow

TEXTS = ["open a socket", "", "ÄÖÜ café 日本語", "word " * 300, "def f(x):\n    return x\n"]


def encoder(folder: Path) -> None:
    """A tiny BERT with random weights and a tokenizer over bytes."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    entries = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3} | {
        letter: number for number, letter in enumerate(letters, 4)
    }
    tokenizer = Tokenizer(models.BPE(entries, [], unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", model_max_length=96,
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(3)
    shape = transformers.BertConfig(
        vocab_size=300, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=128,
    )  # fmt: skip
    transformers.BertModel(shape).save_pretrained(folder)


def save(tmp_path: Path, pooling: str, *rest: Any, **options: Any) -> Path:
    """A folder as sentence-transformers saves it."""
    encoder(tmp_path / "bare")
    whole = [steps.Transformer(str(tmp_path / "bare")), steps.Pooling(16, pooling), *rest]
    folder = tmp_path / "any"
    SentenceTransformer(modules=whole, device="cpu", **options).save_pretrained(str(folder))
    return folder


def agree(folder: Path, texts: Sequence[str] = TEXTS) -> None:
    """Both give the same vectors, of questions and of what is searched."""
    theirs = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    ours = load_embedder(str(folder), device="cpu")
    assert ours.dimension == theirs.get_sentence_embedding_dimension()
    for role, encode in (("query", theirs.encode_query), ("document", theirs.encode_document)):
        expected = encode(texts, normalize_embeddings=True, convert_to_numpy=True)
        found = ours.encode(texts, role)
        assert np.abs(found - expected).max() < 2e-2 if _coarse() else 1e-5
        assert (found * expected).sum(axis=1).min() > 0.999


def _coarse() -> bool:
    return torch.cpu._is_amx_tile_supported()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("pooling", ["cls", "mean", "max", "weightedmean", "lasttoken"])
def test_each_way_of_pooling_gives_the_makers_own_vectors(tmp_path: Path, pooling: str) -> None:
    agree(save(tmp_path, pooling))


@pytest.mark.filterwarnings("ignore")
def test_linear_layers_and_their_activations_are_run(tmp_path: Path) -> None:
    torch.manual_seed(5)
    tanh = steps.Dense(16, 24, activation_function=torch.nn.Tanh())
    plain = steps.Dense(24, 12, bias=False, activation_function=torch.nn.Identity())
    agree(save(tmp_path, "mean", tanh, plain, steps.Normalize()))


def bare_tokenizer() -> Tokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(
        models.BPE(
            {"[UNK]": 0, **{one: n for n, one in enumerate(letters, 1)}}, [], unk_token="[UNK]"
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return tokenizer


@pytest.mark.filterwarnings("ignore")
def test_a_table_of_vectors_needs_no_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(7)
    table = steps.StaticEmbedding(bare_tokenizer(), embedding_dim=24)
    prompts = {"query": "q: ", "document": ""}
    whole = SentenceTransformer(modules=[table, steps.Normalize()], prompts=prompts, device="cpu")
    whole.save_pretrained(str(tmp_path / "any"))
    agree(tmp_path / "any", [text for text in TEXTS if text])
    monkeypatch.setattr("searchkit.embedders.find_spec", lambda name: None)
    assert load_embedder(str(tmp_path / "any")).encode(TEXTS, "document").shape == (5, 24)


@pytest.mark.filterwarnings("ignore")
def test_a_table_of_model2vec_is_read_with_shared_and_weighed_vectors(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    random = np.random.default_rng(1)
    size = bare_tokenizer().get_vocab_size()
    state = {
        "embeddings": random.standard_normal((9, 16)).astype(np.float16),
        "mapping": random.integers(0, 9, size),
        "weights": random.random(size),
    }
    save_file(state, tmp_path / "model.safetensors")
    bare_tokenizer().save(str(tmp_path / "tokenizer.json"))
    kind = "sentence_transformers.models.StaticEmbedding"
    (tmp_path / "modules.json").write_text(
        json.dumps([{"idx": 0, "name": "0", "path": ".", "type": kind}])
    )
    agree(tmp_path, [text for text in TEXTS if text])


@pytest.mark.filterwarnings("ignore")
def test_prompts_stand_before_questions_and_before_what_is_searched(tmp_path: Path) -> None:
    prompts = {"query": "search_query: ", "document": "search_document: "}
    folder = save(tmp_path, "mean", prompts=prompts)
    agree(folder)
    model = load_embedder(str(folder), device="cpu").model  # type: ignore[attr-defined]
    assert (model.query.prompt, model.document.prompt) == (prompts["query"], prompts["document"])


@pytest.mark.filterwarnings("ignore")
def test_a_default_prompt_and_a_shorter_length_are_taken(tmp_path: Path) -> None:
    folder = save(
        tmp_path, "mean", prompts={"passage": "p: ", "all": "a: "}, default_prompt_name="all"
    )
    (folder / "sentence_bert_config.json").write_text(
        '{"max_seq_length": 32, "do_lower_case": true}'
    )
    model = load_embedder(str(folder), device="cpu").model  # type: ignore[attr-defined]
    assert (model.query.prompt, model.document.prompt) == ("a: ", "p: ")
    assert (model.max_tokens, model.lowercase) == (32, True)


@pytest.mark.filterwarnings("ignore")
def test_the_older_form_of_a_folder_is_read(tmp_path: Path) -> None:
    folder = save(tmp_path, "mean")
    inner = folder / "0_Transformer"
    inner.mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        shutil.move(folder / name, inner / name)
    listed = json.loads((folder / "modules.json").read_text())
    listed[0]["path"] = "0_Transformer"
    (folder / "modules.json").write_text(json.dumps(listed))
    older = {"word_embedding_dimension": 16, "pooling_mode_cls_token": True}
    (folder / "1_Pooling/config.json").write_text(json.dumps(older))
    agree(folder)


@pytest.mark.filterwarnings("ignore")
def test_the_same_files_at_another_place_are_the_same_model(tmp_path: Path) -> None:
    folder = save(tmp_path, "mean")
    before = load_embedder(str(folder), device="cpu")
    (tmp_path / "moved").mkdir()
    shutil.move(folder, tmp_path / "moved/any")
    after = load_embedder(str(tmp_path / "moved/any"), device="cpu")
    assert before.fingerprint == after.fingerprint
    assert after.name == str(tmp_path / "moved/any")
    assert calibration_of(after) is None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("modules.json", "[]", "begins with"),
        ("modules.json", "{", "cannot be read"),
        ("modules.json", '[{"type": "x.Transformer", "path": "../../out"}]', "outside"),
        ("modules.json", '[{"type": "x.Transformer", "path": "\\u0000"}]', "outside"),
        ("1_Pooling/config.json", '{"pooling_mode": ["cls", "mean"]}', "pools by"),
        ("1_Pooling/config.json", '{"pooling_mode": "best"}', "pools by"),
        ("1_Pooling/config.json", "[]", "is no table"),
    ],
)
def test_a_step_that_cannot_be_run_is_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    folder = save(tmp_path, "mean")
    (folder / name).write_text(text)
    with pytest.raises(ModelError, match=told):
        load_embedder(str(folder))


@pytest.mark.filterwarnings("ignore")
def test_a_length_of_vectors_that_is_not_theirs_is_told(tmp_path: Path) -> None:
    folder = save(tmp_path, "mean")
    for said in (8, 32):
        (folder / "1_Pooling/config.json").write_text(
            json.dumps({"embedding_dimension": said, "pooling_mode": "mean"})
        )
        with pytest.raises(ModelError, match=f"have 16 numbers, not {said}"):
            load_embedder(str(folder), device="cpu").encode(["text"], "query")


@pytest.mark.filterwarnings("ignore")
def test_a_layer_that_ends_in_what_is_not_known_is_told(tmp_path: Path) -> None:
    folder = save(tmp_path, "mean", steps.Dense(16, 8))
    (folder / "2_Dense/config.json").write_text(
        '{"in_features": 16, "out_features": 8, "activation_function": "os.system"}'
    )
    with pytest.raises(ModelError, match=r"os\.system"):
        load_embedder(str(folder), device="cpu").encode(["text"], "query")
