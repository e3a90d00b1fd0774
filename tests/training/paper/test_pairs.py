"""The paper's pairs, read from public data and from our own, and the order of their batches."""

import json
import lzma
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_paper import MSMARCO, NLI

from searchkit.training.paper.order import Order
from searchkit.training.paper.pairs import Pair, Pairs, read_pairs
from searchkit.training.paper.recipe import Source
from searchkit_index.errors import TrainingError

pytestmark = pytest.mark.integration


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


def test_without_datasets_a_source_that_needs_it_was_a_traceback(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(TrainingError, match="needs the package `datasets`"):
        read_pairs(Source("set", "msmarco", dataset="owner/none"), data, 7)


def test_a_missing_file_is_named(data: Path) -> None:
    with pytest.raises(TrainingError, match=r"none\.tsv"):
        read_pairs(replace(NLI, files=("none.tsv",)), data, 7)


def test_a_damaged_file_and_a_field_that_is_too_long_are_named(data: Path) -> None:
    packed = (data / "AllNLI.tsv.gz").read_bytes()
    (data / "damaged.tsv.gz").write_bytes(packed[:40] + b"damage" + packed[46:])
    (data / "broken.jsonl.xz").write_bytes(b"no xz")
    long = "split\tsentence1\tsentence2\tlabel\n" + "x" * 140_000
    (data / "long.tsv").write_text(long)
    for name, kind in (
        ("damaged.tsv.gz", "nli"),
        ("broken.jsonl.xz", "pairs"),
        ("long.tsv", "nli"),
    ):
        with pytest.raises(TrainingError):
            read_pairs(Source("own", kind, (name,)), data, 7)  # type: ignore[arg-type]


def test_msmarco_needs_three_files(data: Path) -> None:
    with pytest.raises(TrainingError, match="it names 2 files"):
        read_pairs(replace(MSMARCO, files=MSMARCO.files[:2]), data, 7)


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
    with pytest.raises(TrainingError, match="no file matches"):
        read_pairs(replace(source, files=("none*",)), data, 7)
