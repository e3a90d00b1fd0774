"""Tasks give the figures of trec_eval, by language, beside those of the baselines."""

import gzip
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.evaluation.baseline import Bm25
from searchkit.evaluation.evaluate import evaluate
from searchkit.evaluation.metric import interval, of_rankings, spearman
from searchkit.evaluation.report import as_json, markdown, rows
from searchkit_index.embedder import Role, Vectors
from searchkit_index.errors import SearchkitError


class LetterEmbedder:
    """Counts letters: alike texts get alike vectors."""

    fingerprint = "letters"
    dimension = 26

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        counts = np.array([[text.count(chr(97 + n)) + 0.01 for n in range(26)] for text in texts])
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


def write_lines(path: Path, lines: list[dict[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


@pytest.fixture
def retrieval(tmp_path: Path) -> Path:
    folder = tmp_path / "shells"
    (folder / "qrels").mkdir(parents=True)
    (folder / "task.json").write_text('{"type": "retrieval"}')
    texts = ["list all files", "remove a folder", "count the words", "say hello"]
    write_lines(
        folder / "corpus.jsonl.gz",
        [{"_id": f"d{n}", "title": "", "text": text} for n, text in enumerate(texts)],
    )
    queries = [
        {"_id": "de-0", "text": "all files"},
        {"_id": "de-1", "text": "a folder"},
        {"_id": "fr-0", "text": "count words"},
        {"_id": "unjudged", "text": "?"},
    ]
    write_lines(folder / "queries.jsonl.gz", queries)
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nde-0\td0\t1\nde-1\td3\t1\nfr-0\td2\t1\nfr-0\td0\t0\n"
    )
    return folder


def test_a_retrieval_task_gives_its_figures_and_its_languages(retrieval: Path) -> None:
    result = evaluate(LetterEmbedder(), retrieval)
    assert result is not None
    assert result.main == ("mrr@10",)
    assert result.languages["fr"] == 1.0
    assert 0.5 <= result.languages["de"] < 1.0
    assert result.figures["recall@100"] == 1.0


def test_bm25_ranks_by_shared_words_and_finds_nothing_without_them(retrieval: Path) -> None:
    assert Bm25().rank(["list all files", "say hello"], ["hello", "zzz"], 10) == [[1], []]
    result = evaluate(Bm25(), retrieval)
    assert result is not None
    assert result.figures["mrr@10"] == pytest.approx(2 / 3)


def test_several_answers_make_ndcg_the_figure_that_counts(retrieval: Path) -> None:
    with (retrieval / "qrels" / "test.tsv").open("a") as file:
        file.write("fr-0\td1\t1\n")
    result = evaluate(LetterEmbedder(), retrieval)
    assert result is not None
    assert result.main == ("ndcg@10",)


def test_similarity_is_measured_for_each_language(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text('{"type": "sts"}')
    lines = [
        {"a": "abc", "b": other, "score": score, "lang": language}
        for language in ("en", "de")
        for other, score in (("abc", 5), ("abz", 3), ("xyz", 0))
    ]
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = evaluate(LetterEmbedder(), tmp_path)
    assert result is not None
    assert result.figures == {
        "spearman english": pytest.approx(1),
        "spearman others": pytest.approx(1),
    }
    assert evaluate(Bm25(), tmp_path) is None


@pytest.mark.slow  # importing the classifier alone takes seconds
def test_a_classifier_is_trained_on_the_train_split_alone(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text('{"type": "classification"}')
    lines = []
    for number in range(20):
        for label, letters in (("first", "abc"), ("second", "xyz")):
            text = letters * (number + 1)
            lines.append({"text": text, "label": label, "lang": "eng_Latn", "split": "train"})
            lines.append({"text": text, "label": label, "lang": "deu_Latn", "split": "test"})
    (tmp_path / "examples.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = evaluate(LetterEmbedder(), tmp_path)
    assert result is not None
    assert result.languages == {"deu_Latn": 1.0}


def test_a_folder_without_a_task_is_named(tmp_path: Path) -> None:
    with pytest.raises(SearchkitError, match="no evaluation task"):
        evaluate(LetterEmbedder(), tmp_path)


@pytest.mark.parametrize("written", ["[]", '"retrieval"', "{}", "[" * 100_000])
def test_a_task_without_a_type_ended_in_an_unexpected_error(tmp_path: Path, written: str) -> None:
    (tmp_path / "task.json").write_text(written)
    with pytest.raises(SearchkitError, match="no evaluation task"):
        evaluate(LetterEmbedder(), tmp_path)


@pytest.mark.parametrize(
    ("kind", "name", "written", "said"),
    [
        ("retrieval", "qrels/test.tsv", "q d gain\nde-0 d0 1\n", "line 2 .* no judgement"),
        ("retrieval", "qrels/test.tsv", "q\td\tgain\nde-0\td0\tinf\n", "line 2 .* no judgement"),
        ("retrieval", "qrels/test.tsv", "", "no judgement"),
        ("retrieval", "qrels/test.tsv", "q\td\tgain\nde-0\td0\t0\n", "no query"),
        ("retrieval", "corpus.jsonl.gz", "", "no document"),
        ("retrieval", "corpus.jsonl.gz", "{}", "cannot be read"),
        ("sts", "pairs.jsonl", "\n", "no sentence pair"),
        ("sts", "pairs.jsonl", '{"a": "x", "b": 1, "score": 1, "lang": "en"}', "line 1"),
        ("sts", "pairs.jsonl", '{"a": "x", "b": "y", "score": null, "lang": "en"}', "line 1"),
        ("classification", "examples.jsonl", '\n{"text": "x"}', "line 2 .* no example"),
        (
            "classification",
            "examples.jsonl",
            '{"text": "x", "label": "a", "lang": "en", "split": "train"}',
            "two labels",
        ),
        ("clustering", "task.json", '{"type": "clustering"}', "unknown type"),
    ],
)
def test_a_damaged_task_ended_in_an_unexpected_error(
    retrieval: Path, kind: str, name: str, written: str, said: str
) -> None:
    (retrieval / "task.json").write_text(json.dumps({"type": kind}))
    (retrieval / name).write_text(written)
    with pytest.raises(SearchkitError, match=said) as raised:
        evaluate(LetterEmbedder(), retrieval)
    assert raised.value.hint


def test_a_blank_last_line_of_judgements_ended_in_an_unexpected_error(retrieval: Path) -> None:
    before = evaluate(LetterEmbedder(), retrieval)
    with (retrieval / "qrels" / "test.tsv").open("a") as file:
        file.write("\n")
    assert evaluate(LetterEmbedder(), retrieval) == before


def test_the_table_has_a_row_for_each_figure_and_a_dash_for_what_cannot_be_measured(
    retrieval: Path,
) -> None:
    results = {"ours": [evaluate(LetterEmbedder(), retrieval)], "other": [None]}
    table = rows(results)
    assert table[0] == ["task", "figure", "ours", "other"]
    assert table[1][0] == "shells"
    assert table[1][3] == "-"
    assert markdown(table).splitlines()[1] == "|---|---|---|---|"
    assert as_json(results)["other"] == []


def test_metrics_agree_with_their_definitions_by_hand() -> None:
    found = of_rankings({"q": ["a", "b", "c"]}, {"q": {"b": 1.0, "c": 1.0}, "unanswered": {"a": 1}})
    gain = (1 / math.log2(3) + 1 / 2) / (1 + 1 / math.log2(3))
    assert found["ndcg@10"] == {"q": pytest.approx(gain), "unanswered": 0}
    assert found["mrr@10"] == {"q": 0.5, "unanswered": 0}
    assert found["recall@10"] == {"q": 1.0, "unanswered": 0}


def test_what_stands_beyond_the_depth_does_not_count() -> None:
    ranked = [f"d{number}" for number in range(200)]
    found = of_rankings({"q": ranked}, {"q": {"d10": 1.0, "d150": 1.0}})
    assert found["mrr@10"]["q"] == found["ndcg@10"]["q"] == 0
    assert found["recall@100"]["q"] == 0.5


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=30))
def test_spearman_sees_the_order_alone(values: list[int]) -> None:
    if len(set(values)) > 1:
        assert spearman(values, [number**3 for number in values]) == pytest.approx(1)
        assert spearman(values, [-number for number in values]) == pytest.approx(-1)


def test_an_interval_holds_the_figure_and_narrows_with_more_queries() -> None:
    values = np.arange(100) % 2

    def mean(drawn: np.ndarray) -> float:
        return float(values[drawn].mean())

    low, high = interval(mean, 100)
    assert low < 0.5 < high
    assert pytest.approx(high - low, rel=0.2) == 2 * 1.96 * 0.05
    few = interval(mean, 16)
    assert few[1] - few[0] > high - low


def test_a_table_shows_half_the_width_of_each_interval(retrieval: Path) -> None:
    result = evaluate(LetterEmbedder(), retrieval)
    assert result is not None
    assert " ±" in rows({"letters": [result]}, intervals=True)[1][2]
    assert " ±" not in rows({"letters": [result]})[1][2]
