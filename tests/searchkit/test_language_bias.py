"""What a question has with a natural language as a whole, and what the ranking makes of it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from searchkit.ranking.naming import Question
from searchkit.ranking.rank import Weights, rank
from searchkit.ranking.ranked import Part, Ranked
from searchkit.search.language_bias import LanguageBias
from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.chunking.chunk import Chunk


def chunk(chunk_id: int, language: str | None, score: float, bias: float = 0.0) -> Ranked:
    parts = {"semantic": Part(chunk_id, score)}
    return Ranked(
        chunk_id, f"{chunk_id}.md", kind="prose", parts=parts, natural_language=language, bias=bias
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Sixteen texts in German along one axis, as many in English along another; and code."""
    store = Store(tmp_path / "catalog.sqlite", create=True)
    spoken = ["de", "en", None] * 16
    axes = {"de": 0, "en": 1, None: 2}
    with store.write():
        chunks = [
            Chunk(n, n, "", "prose" if of else "code", f"{n}", natural_language=of)
            for n, of in enumerate(spoken, start=1)
        ]
        store.files.put(FileRow("a.txt", 1, 1, b"digest"), chunks)
        model = store.embeddings.model_id("test-1", "test", 3)
        pending = store.embeddings.pending(model, 0, 100)
        vectors = np.eye(3, dtype=np.float32)[[axes[spoken[int(text) - 1]] for _, text in pending]]
        store.embeddings.put(model, [id_ for id_, _ in pending], vectors)
    yield store
    store.close()


def test_a_question_is_nearer_to_texts_of_its_own_language_as_a_whole(store: Store) -> None:
    read = store.embeddings
    bias = LanguageBias(partial(read.of_languages, 1), partial(read.generation, 1))
    found = [chunk(1, "de", 0.5), chunk(2, "en", 0.4), chunk(3, None, 0.3), chunk(4, "fr", 0.2)]
    bias.set_biases(found, np.array([1, 0, 0], np.float32))
    # Half of the distance to the mean of both, for sixteen texts are as sure as that.
    assert [each.bias for each in found] == pytest.approx([0.25, -0.25, 0, 0])
    alone = [chunk(1, "de", 0.5), chunk(3, None, 0.3)]
    bias.set_biases(alone, np.array([1, 0, 0], np.float32))
    assert [each.bias for each in alone] == [0, 0]


def test_texts_in_the_language_of_the_question_came_before_the_one_that_answers_it() -> None:
    found = [chunk(1, "de", 0.55, 0.2), chunk(2, "en", 0.5, -0.1), chunk(3, None, 0.2)]
    question = Question({"word": 1.0}, {"word"})

    def order(language: float) -> list[int]:
        return [each.chunk_id for each in rank(found, question, Weights(0.6, language=language))]

    assert order(0) == [1, 2, 3]
    assert order(0.5) == [2, 1, 3]
    best = rank(found, question, Weights(0.6, language=0.5))[0]
    assert best.shares["language"] > 0


def test_a_text_in_the_language_of_the_question_comes_before_as_good_a_one_in_another() -> None:
    found = [chunk(1, "fr", 0.5), chunk(2, "de", 0.5), chunk(3, None, 0.4)]

    def order(text: str, foreign: float = 0.0075) -> list[int]:
        question = Question({"word": 1.0}, {"word"}, text)
        return [it.chunk_id for it in rank(found, question, Weights(0.6, foreign=foreign))]

    assert order("wo ist das Wort") == [2, 1, 3]
    assert order("où est le mot") == [1, 2, 3]
    assert order("wo ist das Wort", foreign=0) == [1, 2, 3]
    assert order("Wort") == [1, 2, 3]  # nothing tells its language


def test_prose_did_not_lose_to_code_where_none_is_in_the_language_of_the_question() -> None:
    code = Ranked(2, "a.go", kind="code", parts={"semantic": Part(2, 0.5)})
    question = Question({"word": 1.0}, {"word"}, "wo ist das Wort")
    assert rank([chunk(1, "fr", 0.501), code], question, Weights(0.6))[0].path == "1.md"
