"""The shipped model on its runtime."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from searchkit import load_embedder
from searchkit.embedders import preload
from searchkit.embedders.lookup import describe, find
from searchkit.embedders.onnx import OnnxEmbedder
from searchkit.embedders.prompt import PromptTokenizer
from searchkit_index.errors import ModelError, QueryError

TEXTS = [
    "",
    "def read_lines(path): return open(path).read().splitlines()",
    "El gato duerme en la ventana.",
    "数据库连接超时",
    "x" * 50_000,
    "word " * 3_000,
    "\ud800 lone surrogate",
    "🙂",
]


@pytest.fixture(scope="module")
def nano():
    return load_embedder("nano")


# A question, a text that answers it in other words, and one that does not.
BY_MEANING = [
    ("Schiff Gesellschaft", "Donaudampfschifffahrtsgesellschaft", "Kaninchenzüchterverein"),
    ("Versicherung für das Auto", "Kraftfahrzeughaftpflichtversicherung", "Apfelkuchenrezept"),
    ("Kuchen mit Äpfeln", "Apfelkuchenrezept", "Kraftfahrzeughaftpflichtversicherung"),
    ("数据库", "數據庫連接", "烹飪食譜"),
    ("ספר", "הספר על השולחן", "המכונית ברחוב"),
    ("Mueller", "Herr Müller", "Frau Schmidt"),
    ("高橋", "髙橋さん", "鈴木さん"),
]


def test_compounds_and_other_spellings_are_found_by_meaning(nano) -> None:
    questions, texts, others = zip(*BY_MEANING, strict=True)
    asked = nano.encode(list(questions), role="query")
    near, far = (nano.encode(list(each), role="document") for each in (texts, others))
    assert ((asked * near).sum(1) > (asked * far).sum(1) + 0.05).all()


@pytest.fixture(scope="module")
def together(nano) -> np.ndarray:
    """The vectors of all texts, in several batches."""
    return nano.encode(TEXTS, "document")


def test_rows_are_unit_vectors(nano, together: np.ndarray) -> None:
    assert together.shape == (len(TEXTS), nano.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)


def test_a_text_gets_one_vector_alone_or_among_others(nano, together: np.ndarray) -> None:
    alone = np.concatenate([nano.encode([text], "document") for text in TEXTS])
    # The scales of inputs are fixed: what else stands in the batch moves the last digits alone.
    assert (together * alone).sum(axis=1).min() > 0.99999


def test_queries_and_documents_are_told_apart(nano) -> None:
    query, document = (nano.encode([TEXTS[1]], role)[0] for role in ("query", "document"))
    assert not np.allclose(query, document, atol=1e-3)


def test_no_texts_give_no_rows(nano) -> None:
    assert nano.encode([], "document").shape == (0, nano.dimension)


@pytest.mark.parametrize("missing", ["searchkit.json", "tokenizer.json", "model.onnx"])
def test_a_model_folder_that_lacks_a_file_is_told_by_name(
    nano, tmp_path: Path, missing: str
) -> None:
    for path in nano._folder.iterdir():
        if path.name != missing:
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(ModelError, match=missing):
        load_embedder(str(tmp_path))


@pytest.mark.parametrize("broken", ["searchkit.json", "tokenizer.json", "model.onnx"])
def test_a_broken_file_is_a_model_error_and_nothing_is_printed(
    nano, tmp_path: Path, broken: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in nano._folder.iterdir():
        if path.name != broken:
            (tmp_path / path.name).symlink_to(path)
    sound = (nano._folder / broken).read_bytes()
    for damaged in (b"rubbish", sound[:141] + b"\xc4\x01" + sound[143:]):
        (tmp_path / broken).write_bytes(damaged)
        with pytest.raises(ModelError):
            load_embedder(str(tmp_path)).encode(["text"], "query")
    assert capfd.readouterr().out == ""


def test_a_runtime_reads_short_texts_as_training_does() -> None:
    from searchkit.training.data.batch import wrap

    model, folder = describe(find("nano"))
    assert folder
    texts = ["", "x", "open the socket", "open the socket again " * 9, "cut " * 30]
    once = PromptTokenizer(replace(model, repeat_up_to=0), folder).rows(texts, "query")
    read = PromptTokenizer(replace(model, repeat_up_to=8), folder).rows(texts, "query")
    assert read == [wrap(np.array(row[1:-1], int), "query", 8).tolist() for row in once]
    few = replace(model, repeat_up_to=99, max_tokens=12)
    assert {len(row) for row in PromptTokenizer(few, folder).rows(texts[3:], "query")} == {12}


def test_the_lines_of_an_answer_loaded_the_vocabulary() -> None:
    model, folder = describe(find("nano"))
    assert folder
    tokenizer = PromptTokenizer(model, folder)
    lines = ["def close(self) -> None: lets go of the socket, and of what it held"] * 40
    few = tokenizer.rows(lines, "document")
    assert tokenizer._loaded is None
    for _ in range(8):  # a process that goes on asking is better off with it
        assert tokenizer.rows(lines, "document") == few
    assert tokenizer._loaded is not None


def test_a_process_that_forks_loads_the_vocabulary_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.embedders._preloaded", {})
    preload("nano")
    embedder = load_embedder("nano")
    assert isinstance(embedder, OnnxEmbedder)
    assert embedder._loaded().tokenizer._loaded is not None


def test_one_text_was_embedded_letter_by_letter() -> None:
    embedder = load_embedder("nano")
    with pytest.raises(QueryError, match="a list of texts"):
        embedder.encode("read a file", role="query")
    with pytest.raises(QueryError, match="no role `question`"):
        embedder.encode(["read a file"], role="question")  # type: ignore[arg-type]
