"""Each rule on its own: what it does, and what it leaves alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.ranking.naming import Question
from searchkit.ranking.rank import Part, Ranked, Weights, by_side, rank

OFF = Weights(lexical=0.6, definition=0, further=0, name=0, aside=1, older=1)


def asked(*terms: str, **weighted: float) -> Question:
    weights = dict.fromkeys(terms, 1.0) | weighted
    return Question(weights, weights)


def chunk(chunk_id: int, path: str = "a.py", score: float = 0.5, **other) -> Ranked:
    return Ranked(chunk_id, path, parts={"semantic": Part(1, score)}, **other)


def order(chunks, question=None, **weights) -> list[int]:
    ranked = rank(chunks, question or asked("word"), replace(OFF, **weights))
    return [item.chunk_id for item in ranked]


def test_sides_are_kept_apart_with_rank_and_score() -> None:
    found = by_side({"semantic": [(1, 0.9), (2, 0.8)], "lexical": [(3, 0.7), (2, 0.6)]})
    assert found[2].parts == {"semantic": Part(2, 0.8), "lexical": Part(2, 0.6)}
    assert set(found) == {1, 2, 3}


def test_a_chunk_that_both_sides_found_comes_first() -> None:
    found = by_side({"semantic": [(1, 0.5), (2, 0.45)], "lexical": [(3, 0.5), (2, 0.45)]})
    chunks = [replace(item, path=f"{number}.py") for number, item in found.items()]
    assert order(chunks)[0] == 2


def test_a_side_with_little_to_say_has_little_weight() -> None:
    found = by_side({"semantic": [(1, 0.6), (2, 0.3)], "lexical": [(2, 0.05)]})
    chunks = [replace(item, path=f"{number}.py") for number, item in found.items()]
    assert order(chunks) == [1, 2]


def test_a_model_without_constants_is_fused_by_ranks_whatever_the_scores() -> None:
    for scale in (1.0, 0.01):
        found = by_side(
            {
                "semantic": [(1, 0.9 * scale), (2, 0.89 * scale), (4, 0.88 * scale)],
                "lexical": [(3, 0.2), (2, 0.1), (4, 0.09)],
            }
        )
        chunks = [replace(item, path=f"{number}.py") for number, item in found.items()]
        ranked = rank(chunks, asked("word"), replace(OFF, lexical=None))
        assert [item.chunk_id for item in ranked] == [2, 4, 1, 3]
        assert ranked[2].shares == {"semantic": 0.5}


def test_a_file_with_several_good_chunks_comes_before_one_with_a_single_one() -> None:
    chunks = [chunk(1, "one.py", 0.6), *(chunk(n, "many.py", 0.5) for n in (2, 3, 4))]
    assert order(chunks)[0] == 1
    assert order(chunks, further=0.65)[0] == 2


def test_the_longest_note_was_the_answer_to_everything() -> None:
    long = [chunk(number, "long.md", 0.4, kind="prose") for number in range(1, 9)]
    assert order([*long, chunk(9, "short.md", 0.5, kind="prose")], further=0.65)[0] == 9


def test_no_file_fills_the_answer() -> None:
    chunks = [chunk(n, "large.py", 0.6) for n in range(20)] + [chunk(99, "small.py", 0.5)]
    assert order(chunks, further=0.65).index(99) < 5


def test_a_definition_that_is_asked_for_by_name_comes_before_its_uses() -> None:
    chunks = [chunk(1, "use.py", 0.6, kind="code"), chunk(2, "b.py", 0.5, kind="definition")]
    chunks[1].symbol = "Reader > parse_config, other"
    question = asked("parseconfig", "parse", "config")
    assert order(chunks, question) == [1, 2]
    assert order(chunks, question, definition=1) == [2, 1]
    assert order(chunks, asked("config"), definition=1) == [1, 2]


@pytest.mark.parametrize(
    ("question", "path", "other"),
    [
        (["socket"], "net/socket.py", "net/server.py"),
        (["validation"], "core/validators.py", "core/core.py"),
        (["session"], "session.swift", "AsyncSessionDriver.swift"),
        (["散歩"], "散歩.txt", "日記.txt"),
        (["настройка"], "настройки.md", "другое.md"),
    ],
)
def test_a_file_that_the_question_names_comes_first(question, path: str, other: str) -> None:
    chunks = [chunk(1, other, 0.5), chunk(2, path, 0.45)]
    assert order(chunks, asked(*question), name=1.5) == [2, 1]


def test_a_rare_word_in_a_name_tells_more_than_a_common_one() -> None:
    chunks = [chunk(1, "the.py"), chunk(2, "zebra.py")]
    assert order(chunks, asked(the=0.1, zebra=5.0), name=1.5) == [2, 1]


@pytest.mark.parametrize("path", ["tests/a.py", "a_test.go", "vendor/a.c", "src/FooSpec.scala"])
def test_tests_and_foreign_code_stand_below_the_thing_unless_asked_for(path: str) -> None:
    chunks = [chunk(1, path, 0.6), chunk(2, "src/a.py", 0.5)]
    assert order(chunks, aside=0.3) == [2, 1]
    assert order(chunks, asked("test", "word"), aside=0.3) == [1, 2]


def test_an_older_version_stands_below_the_newer_one_beside_it_unless_asked_for() -> None:
    chunks = [chunk(1, "api/v1/a.py", 0.6), chunk(2, "api/v2/a.py", 0.5), chunk(3, "v1/b.py", 0.4)]
    assert order(chunks, older=0.5) == [2, 3, 1]
    assert order(chunks, asked("v1"), older=0.5) == [1, 2, 3]


def test_numbers_that_are_no_versions_do_not_make_a_folder_older() -> None:
    chunks = [chunk(1, "2023/a.md", 0.6), chunk(2, "2024/a.md", 0.5)]
    assert order(chunks, older=0.5) == [1, 2]


paths = st.sampled_from(["a.py", "b/test.py", "v1/c.md", "v2/c.md", "散歩.txt", ".env", "c++.h"])
scores = st.floats(-1, 1)


@given(st.lists(st.tuples(paths, scores, scores, st.sampled_from(["definition", "prose"]))))
def test_the_shares_of_a_hit_sum_to_its_score_and_the_order_is_by_score(found) -> None:
    chunks = [
        Ranked(n, path, "Class > test", kind, {"semantic": Part(1, s), "lexical": Part(1, w)})
        for n, (path, s, w, kind) in enumerate(found)
    ]
    ranked = rank(chunks, asked("test", "c", "散歩"), Weights())
    assert sorted(item.chunk_id for item in ranked) == list(range(len(found)))
    assert [item.score for item in ranked] == sorted((it.score for it in ranked), reverse=True)
    assert all(item.score == pytest.approx(sum(item.shares.values())) for item in ranked)
    assert all(item.score > 0 for item in ranked)
