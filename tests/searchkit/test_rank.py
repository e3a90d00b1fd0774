"""Each rule on its own: what it does, and what it leaves alone."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.ranking.naming import Question
from searchkit.ranking.rank import Weights, rank
from searchkit.ranking.ranked import Part, Ranked, by_side
from searchkit_index import words

OFF = Weights(
    lexical=0.6,
    prose=1,
    lexical_power=1,
    definition=0,
    file_decay=0,
    prose_decay=0,
    length=0,
    opening=0,
    name=0,
    depth=0,
    test_penalty=0,
    product_penalty=0,
    superseded=0,
    quoted=0,
)


def asked(*terms: str, **weighted: float) -> Question:
    weights = dict.fromkeys(terms, 1.0) | weighted
    return Question(weights, weights)


def chunk(chunk_id: int, path: str = "a.py", score: float = 0.5, **other) -> Ranked:
    return Ranked(chunk_id, path, parts={"semantic": Part(1, score)}, **other)


def crowd() -> list[Ranked]:
    """What every question finds beside: chunks that have a little of what is asked."""
    return [chunk(1000 + number, f"other{number}.py", 0.2, kind="code") for number in range(20)]


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
    assert order([*chunks, *crowd()])[0] == 1
    assert order([*chunks, *crowd()], file_decay=0.65)[0] == 2


@pytest.mark.parametrize("kind", ["code", "prose"])
def test_chunks_that_are_as_near_as_any_others_add_nothing(kind: str) -> None:
    long = [chunk(number, "long.md", 0.25, kind=kind) for number in range(1, 9)]
    found = [*long, chunk(9, "short.md", 0.5, kind="prose"), *crowd()]
    assert order(found, file_decay=0.65)[0] == 9


def test_prose_is_weighed_beside_code_and_counts_with_its_other_passages() -> None:
    several = [chunk(number, "faq.md", 0.5, kind="prose") for number in (1, 2, 3)]
    found = [*several, chunk(9, "cards.py", 0.55, kind="definition"), *crowd()]
    assert order(found)[0] == 9
    assert order(found, prose=1.3)[0] == 1
    assert order(found, prose_decay=0.3)[0] == 1


def test_a_long_document_does_not_come_first_for_its_length() -> None:
    long = [chunk(number, "all.md", 0.5, kind="prose") for number in range(1, 40)]
    found = [*long, chunk(99, "cards.py", 0.5, kind="definition"), *crowd()]
    assert order(found, prose_decay=0.3)[0] == 1
    assert order(found, prose_decay=0.3, length=0.2)[0] == 99


def test_a_note_of_two_passages_came_before_the_one_that_answers() -> None:
    two = [chunk(number, "two.md", 0.5, kind="prose") for number in (1, 2)]
    notes = [chunk(number, f"{number}.md", 0.2, kind="prose") for number in range(100, 120)]
    found = [*two, chunk(3, "answer.md", 0.6, kind="prose"), *notes]
    assert order(found, prose_decay=0.3)[0] == 3
    code = [chunk(number, f"{number}.py", 0.2, kind="code") for number in range(200, 210)]
    assert order([*found, *code], prose_decay=0.3)[0] == 1


def test_glue_that_every_text_of_a_language_shares_counts_for_less_than_its_part() -> None:
    glue = Ranked(1, "de.md", parts={"semantic": Part(2, 0.5), "lexical": Part(1, 0.15)})
    meant = Ranked(2, "en.md", parts={"semantic": Part(1, 0.6)})
    assert order([glue, meant]) == [1, 2]
    assert order([glue, meant], lexical_power=1.5) == [2, 1]


def test_what_is_deep_inside_stands_below_its_like_above() -> None:
    found = [chunk(1, "lib/auth/basic/request.rb", 0.5), chunk(2, "lib/request.rb", 0.49)]
    assert order(found) == [1, 2]
    assert order(found, depth=0.02) == [2, 1]
    other_root = chunk(3, "//lib/request.rb", 0.495)  # slashes before a path are no folders
    assert order([found[1], other_root], depth=0.02) == [3, 2]


def test_a_lock_file_does_not_gain_by_its_many_chunks() -> None:
    lock = [chunk(number, "deps.json", 0.5, kind="data") for number in range(1, 30)]
    assert (
        order([*lock, chunk(99, "note.md", 0.55, kind="prose"), *crowd()], file_decay=0.65)[0] == 99
    )


def test_no_file_fills_the_answer() -> None:
    chunks = [chunk(n, "large.py", 0.6) for n in range(20)] + [chunk(99, "small.py", 0.5)]
    assert order([*chunks, *crowd()], file_decay=0.65).index(99) < 5


def test_the_same_text_in_several_files_is_one_hit() -> None:
    chunks = [chunk(1, "a/util.py", 0.6), chunk(2, "b/util.py", 0.5), chunk(3, "c.py", 0.4)]
    chunks[0].digest = chunks[1].digest = b"same"
    ranked = rank(chunks, asked("word"), OFF)
    assert [(item.chunk_id, item.copies) for item in ranked] == [(1, ("b/util.py",)), (3, ())]


def test_a_class_that_was_typed_comes_before_a_function_of_the_same_letters() -> None:
    chunks = [chunk(1, "a.py", 0.5, kind="definition"), chunk(2, "b.py", 0.45, kind="definition")]
    chunks[0].symbol, chunks[1].symbol = "command", "Command"
    question = Question({"command": 1.0}, ["command"], "Command")
    assert order(chunks, question, definition=1) == [2, 1]


def test_a_file_of_a_near_name_came_before_the_definition_by_the_length_of_another() -> None:
    long = [chunk(number, "mux.py", 0.5, kind="code") for number in range(2, 10)]
    chunks = [chunk(0, "route.py", 0.5), chunk(1, "mux.py", 0.4, kind="definition"), *long]
    chunks[1].symbol = "Mux > Router, add"
    question = Question({"router": 1.0}, ["router"], "Router")
    names = {"name": 3, "definition": 2, "file_decay": 0.68}
    assert order([*chunks, *crowd()], question, **names)[0] == 1


def typed(text: str) -> Question:
    return Question(dict.fromkeys(words.terms(text), 1.0), words.terms(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "where is abort defined?",
        "what does abort do",
        "def abort",
        "abort implementation",
        "¿dónde se define abort?",
        "wo ist abort definiert",
    ],
)
def test_a_question_for_a_definition_named_files_like_its_other_words(text: str) -> None:
    assert typed(text).names("abort") == pytest.approx(1)
    assert typed(f"{text} transactions slowly").names("abort") < 0.9


@pytest.mark.parametrize("text", ["Router.add", "Router::add", "Router#add", "add in Router"])
def test_a_method_was_not_found_by_the_class_before_its_name(text: str) -> None:
    assert typed(text).names("add", ["Router"]) == pytest.approx(1)
    assert typed(text).names("add", ["Table"]) < 0.9
    assert typed(text).names("add", ["RouterTable"]) < 0.9


@pytest.mark.parametrize("piece", ["a", "a/", "a.", "a(", "_", "aB", "-", "`a"])
def test_a_long_word_of_a_question_took_time_by_the_square_of_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        began = time.process_time()
        Question({"a": 1.0}, ["a"], piece * length)
        return time.process_time() - began

    assert seconds(40_000) < 2  # by the square it is 70


def test_the_receiver_of_a_method_in_go_is_a_part_of_its_name() -> None:
    assert typed("Router.add").names("Router.add") == pytest.approx(1)


@pytest.mark.parametrize("name", ["TokenError", "_send", "abort()", "`abort`"])
def test_what_is_typed_as_in_code_is_a_name_however_long_the_question(name: str) -> None:
    question = typed(f"how do handlers of requests recover from {name} when clients leave")
    assert question.names(name.strip("`()")) >= 0.8
    assert question.names("requests") < 0.5


def test_the_definition_of_what_alone_was_asked_for_comes_before_a_near_file_name() -> None:
    chunks = [chunk(1, "route.py", 0.5, kind="definition"), chunk(2, "mux.py", 0.45)]
    chunks[0].symbol, chunks[1].symbol, chunks[1].kind = "Route", "Router", "definition"
    question = Question({"router": 1.0}, ["router"], "Router")
    assert order(chunks, question, name=1.8) == [1, 2]
    assert order(chunks, question, name=1.8, definition=2) == [2, 1]


def test_i_is_no_variable_where_there_are_words() -> None:
    chunks = [chunk(1, "a.py", 0.5, kind="definition"), chunk(2, "bake.md", 0.5, kind="prose")]
    chunks[0].symbol = "i"
    question = asked("how", "long", "do", "i", "bake")
    assert order(chunks, question, definition=1, name=1) == [2, 1]
    assert order(chunks, asked("i"), definition=1) == [1, 2]


def test_one_loanword_of_a_question_in_another_language_is_not_all_of_it() -> None:
    question = Question(dict.fromkeys(["接続", "続を", "を切", "http"], 1.0), ["http"])
    assert question.shares(["http.py"])["http.py"] == pytest.approx(0.4)


def test_a_definition_that_is_asked_for_by_name_leads_its_file() -> None:
    chunks = [chunk(1, "b.py", 0.6, kind="code"), chunk(2, "b.py", 0.5, kind="definition")]
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
        (["reverse", "proxy", "retry"], "reverseproxy.go", "proxy_url.go"),
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
    assert order(chunks, test_penalty=0.7) == [2, 1]
    assert order(chunks, asked("tests", "vendored", "word"), test_penalty=0.7) == [1, 2]


def test_code_of_the_product_stood_above_the_tests_that_were_asked_for() -> None:
    chunks = [
        chunk(1, "src/a.py", 0.6, kind="code"),
        chunk(2, "tests/test_a.py", 0.5, kind="code"),
        chunk(3, "b.md", 0.4, kind="prose"),
    ]
    assert order(chunks, asked("tests", "word"), product_penalty=0.3) == [2, 1, 3]
    assert order(chunks[::2], asked("tests", "word"), product_penalty=0.5) == [1, 3]
    assert order(chunks, asked("word"), product_penalty=0.3) == [1, 2, 3]


def test_an_older_version_stands_below_the_newer_one_beside_it_unless_asked_for() -> None:
    chunks = [chunk(1, "api/v1/a.py", 0.6), chunk(2, "api/v2/c.py", 0.5), chunk(3, "v1/b.py", 0.4)]
    assert order(chunks, superseded=0.5) == [2, 3, 1]
    assert order(chunks, asked("v1"), superseded=0.5) == [1, 2, 3]


def test_numbers_that_are_no_versions_do_not_make_a_folder_older() -> None:
    chunks = [chunk(1, "2023/a.md", 0.6), chunk(2, "2024/a.md", 0.5)]
    assert order(chunks, superseded=0.5) == [1, 2]


def test_the_same_section_of_three_versions_was_three_hits() -> None:
    chunks = [
        chunk(number, f"docs/{version}/retries.md", 0.5 + number / 100, symbol=symbol)
        for number, (version, symbol) in enumerate(
            [("9.x", "Retries"), ("10.x", "Retries"), ("8.x", "Retries"), ("9.x", "Timeouts")]
        )
    ]
    ranking = rank(chunks, asked("word"), replace(OFF, superseded=0.5))
    assert [(hit.chunk_id, hit.copies) for hit in ranking] == [
        (1, ("docs/8.x/retries.md", "docs/9.x/retries.md")),
        (3, ()),
    ]
    assert order(chunks, asked("9", "x"), superseded=0.5)[0] == 3


paths = st.sampled_from(["a.py", "b/test.py", "v1/c.md", "v2/c.md", "散歩.txt", ".env", "c++.h"])
scores = st.floats(-1, 1)


@given(st.lists(st.tuples(paths, scores, scores, st.sampled_from(["definition", "prose"]))))
def test_the_shares_of_a_hit_sum_to_its_score_and_the_order_is_by_score(found) -> None:
    chunks = [
        Ranked(n, path, f"Class{n} > test", kind, {"semantic": Part(1, s), "lexical": Part(1, w)})
        for n, (path, s, w, kind) in enumerate(found)
    ]
    ranked = rank(chunks, asked("test", "c", "散歩"), Weights())
    assert sorted(item.chunk_id for item in ranked) == list(range(len(found)))
    assert [item.score for item in ranked] == sorted((it.score for it in ranked), reverse=True)
    assert all(item.score == pytest.approx(sum(item.shares.values())) for item in ranked)
    assert all(item.score > 0 for item in ranked)


def opened(chunk_id: int, path: str, score: float, opening: float | None) -> Ranked:
    return chunk(chunk_id, path, score, kind="code", opening=opening)


def test_a_question_in_other_words_found_a_file_by_one_chunk_not_by_what_the_file_is_for() -> None:
    files = [opened(1, "one.py", 0.5, 0.2), opened(2, "two.py", 0.48, 0.5)]
    assert order(files) == [1, 2]
    assert order(files, opening=0.6) == [2, 1]


def test_the_beginnings_of_files_count_only_where_words_say_nothing() -> None:
    files = [opened(1, "one.py", 0.5, 0.2), opened(2, "two.py", 0.48, 0.5)]
    files[0].parts["lexical"] = Part(1, 0.3)
    assert order(files, opening=0.6) == [1, 2]


def test_code_is_not_raised_above_prose_by_the_beginnings_of_its_files() -> None:
    note = chunk(3, "note.md", 0.51, kind="prose")
    files = [note, opened(1, "one.py", 0.5, 0.2), opened(2, "two.py", 0.48, 0.9)]
    ranked = rank(files, asked("word"), replace(OFF, opening=0.6))
    assert [item.chunk_id for item in ranked] == [3, 2, 1]
    assert ranked[1].score == pytest.approx(0.4 * 0.5)  # what the best file of code had before
    assert "opening" not in ranked[0].shares


def test_a_file_whose_beginning_is_not_embedded_yet_came_before_all_others() -> None:
    files = [opened(1, "one.py", 0.5, 0.5), opened(2, "two.py", 0.5, 0.1)]
    assert order([*files, opened(3, "three.py", 0.5, None)], opening=0.6) == [1, 3, 2]
