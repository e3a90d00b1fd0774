"""Texts are cut into entries of a vocabulary, questions so that they are likeliest."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import ByteLevel

from searchkit.embedders.entry_costs import COSTS, read_costs
from searchkit.embedders.prompt import PromptTokenizer
from searchkit.embedders.registry import Model, PromptTemplate
from searchkit.embedders.segmenter import Segmenter
from searchkit.training.data.pieces import untrained
from searchkit.training.learning.compact_tokenizer import compact
from searchkit_index.errors import ModelError

SPECIAL = ("[PAD]", "[BOQ]", "[EOQ]")

# Pieces of words, and what each costs; `!` sorts before the end of an entry's line.
PIECES = {
    **{" ünwanted": 95, " ünw": 70, " ün": 40, "wanted": 50, "anted": 60, " wanted": 55},
    **{"!!": 30, "!!?": 90, '"': 20, '"x': 40, "\\": 25, "00": 20, "200": 40, "é": 30, " caf": 50},
    **{
        " an": 40,
        "an": 30,
        "a": 35,
        "n": 20,
        " n": 25,
        "nn": 35,
        "nnn": 60,
        " ñan": 40,
        "數據": 60,
        "據庫": 40,
    },
}

TEXTS = [
    "",
    "ünwanted",
    "ünwantedünwanted ÜNWANTED",
    'x"x\\"x!!?!!',
    "2002 200a",
    "annn ñannn nnnn",
    "café 數據庫 🙂",
    "a[BOQ]ünwanted[PAD] [EOQ",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder, so far as a tokenizer needs one."""
    folder = tmp_path_factory.mktemp("model")
    in_bytes = ByteLevel(add_prefix_space=False, use_regex=False)
    pieces = {in_bytes.pre_tokenize_str(piece)[0][0]: cost for piece, cost in PIECES.items()}
    known = dict.fromkeys(SPECIAL, 0) | dict.fromkeys(sorted(ByteLevel.alphabet()), 200) | pieces
    tokenizer = untrained()
    written = json.loads(tokenizer.to_str())
    written["model"]["vocab"] = {entry: number for number, entry in enumerate(known)}
    tokenizer = Tokenizer.from_str(json.dumps(written))
    tokenizer.add_special_tokens([AddedToken(each, special=True) for each in SPECIAL])
    tokenizer.save(str(folder / "raw.json"))
    compact(folder / "raw.json", folder / "tokenizer.json")
    costs = np.array(list(known.values()), np.uint8)
    save_file({"table": np.zeros((len(costs), 2)), COSTS: costs}, folder / "model.safetensors")
    return folder


def loaded(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def segmenters(folder: Path) -> tuple[Segmenter, Segmenter]:
    costs = read_costs(folder / "model.safetensors")
    mapped = Segmenter.open(folder / "tokenizer.json", costs)
    assert costs
    assert mapped
    return mapped, Segmenter.of(loaded(folder), costs)


def cut(folder: Path, segmenter: Segmenter, text: str, *, likeliest: bool = True) -> list[str]:
    """Return the entries that a text is cut into, as they are read."""
    name, decoder = loaded(folder).id_to_token, decoders.ByteLevel()
    return [decoder.decode([name(each)]) for each in segmenter.ids(text, likeliest=likeliest)]


def test_the_likeliest_cut_is_not_the_longest_entries_first(folder: Path) -> None:
    for segmenter in segmenters(folder):
        assert cut(folder, segmenter, "ünwantedan") == [" ün", "wanted", "an"]
        assert cut(folder, segmenter, "ünwantedan", likeliest=False) == [" ünwanted", "an"]
        # What is an entry stays whole; numbers and words in ASCII are cut as in documents.
        assert cut(folder, segmenter, "ünwanted annnnn 2002") == [
            " ünwanted",
            " an",
            "nnn",
            "n",
            "200",
            "2",
        ]
        assert cut(folder, segmenter, "ñannnnn") == [" ñan", "nn", "nn"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_vocabulary_is_read_in_its_file_as_it_is_loaded(folder: Path, text: str) -> None:
    mapped, long = segmenters(folder)
    greedy = loaded(folder).encode(text, add_special_tokens=False).ids
    assert mapped.ids(text) == long.ids(text) == greedy
    assert mapped.ids(text, likeliest=True) == long.ids(text, likeliest=True)


def test_the_likeliest_cut_is_that_of_a_unigram_model(folder: Path) -> None:
    mapped, _ = segmenters(folder)
    costs, tokenizer = read_costs(folder / "model.safetensors"), loaded(folder)
    assert costs
    entries = [(tokenizer.id_to_token(each), -float(costs[each])) for each in range(len(costs))]
    unigram = loaded(folder)
    unigram.model = Unigram(entries, unk_id=0)
    for text in ("ñannnannn", "ünwantedünwünwanted", "數據庫據庫", "caféécafé", "ünwé"):
        assert mapped.ids(text, likeliest=True) == unigram.encode(text).ids


def test_questions_alone_are_cut_by_costs_and_only_where_there_are_some(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    model = Model("m", str(folder), 2, 9, PromptTemplate("[BOQ]", "", "[EOQ]"), PromptTemplate())
    model = replace(model, document=model.query)
    text = "ünwantedan"
    greedy, likeliest = (segmenters(folder)[0].ids(text, likeliest=each) for each in (False, True))
    assert len(greedy) < len(likeliest) == 3
    for many in (1, 20_000):  # characters that load the vocabulary
        tokenizer = PromptTokenizer(model, folder)
        texts = [text, "é" * many]
        assert tokenizer.rows(texts, "query")[0] == [1, *likeliest, 2]
        assert tokenizer.rows(texts, "document")[0] == [1, *greedy, 2]
        assert PromptTokenizer(model, tmp_path).rows(texts, "query")[0] == [1, *greedy, 2]
    # Whether a text is short enough to be read twice is a matter of the cut that is read.
    twice = PromptTokenizer(replace(model, repeat_up_to=2), folder)
    assert [len(twice.rows([text], role)[0]) for role in ("query", "document")] == [5, 6]
    cut = PromptTokenizer(replace(model, max_tokens=4), folder)
    assert cut.rows([text], "query") == [[1, *likeliest[:2], 2]]


def test_costs_of_another_vocabulary_are_a_model_error(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    save_file({COSTS: np.zeros(9, np.uint8)}, tmp_path / "model.safetensors")
    model = Model("m", str(folder), 2, 9, PromptTemplate("[BOQ]", "", "[EOQ]"), PromptTemplate())
    with pytest.raises(ModelError, match="another model"):
        PromptTokenizer(replace(model, document=model.query), tmp_path).rows(["ñnn"], "query")


@pytest.mark.parametrize("written", ["[]", "null", '{"eos_token": {"x": 1}}', "[" * 100_000])
def test_a_damaged_list_of_named_tokens_ended_in_an_unexpected_error(
    folder: Path, tmp_path: Path, written: str
) -> None:
    (tmp_path / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    (tmp_path / "tokenizer_config.json").write_text(written)
    model = Model("m", str(folder), 2, 9, PromptTemplate("[BOQ]", "", "[EOQ]"), PromptTemplate())
    model = replace(model, document=model.query)
    assert PromptTokenizer(model, tmp_path).rows([" an"], "query")[0][0] == 1


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"\xff" * 8, b"\x02" + bytes(7) + b"[]", b"\x09" + bytes(40)),
        (100_000).to_bytes(8, "little") + b"[" * 100_000,
    ],
)
def test_a_file_that_is_none_of_weights_has_no_costs(tmp_path: Path, raw: bytes) -> None:
    assert read_costs(tmp_path / "none") is None
    (tmp_path / "broken").write_bytes(raw)
    assert read_costs(tmp_path / "broken") is None
