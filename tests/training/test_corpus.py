"""Pairs are read from files of lines, but those that an evaluation set holds."""

import gzip
import json
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.training.data.corpus import (
    find_file,
    find_files,
    held_out_digests,
    read_pairs,
    some_pairs,
    text_digest,
)
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError

LINE = {"a": "open a file", "b": "def open_file(): ...", "kind": "docstring"}
SOURCE = Source("any", ("*.jsonl",), 1.0)


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_plain_gzip_and_xz_files_hold_the_same_pairs(tmp_path: Path) -> None:
    text = json.dumps(LINE) + "\n"
    (tmp_path / "a.jsonl").write_text(text)
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as file:
        file.write(text)
    with lzma.open(tmp_path / "a.jsonl.xz", "wt") as file:
        file.write(text)
    pairs = [list(read_pairs(path)) for path in find_files(tmp_path, ["*.jsonl*"])]
    assert len(pairs) == 3
    assert pairs[0] == pairs[1] == pairs[2]
    assert pairs[0][0].a == "open a file"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[1]", "no object"),
        ('{"a": "x", "kind": "k"}', "lacks 'b'"),
        ('{"a": 1, "b": "y", "kind": "k"}', "no texts"),
        ('{"a": "x", "b": "y", "kind": ["k"]}', "no texts"),
    ],
)
def test_a_malformed_line_is_named_by_file_and_line(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(f"{json.dumps(LINE)}\n{line}\n")
    with pytest.raises(TrainingError, match=rf"pairs\.jsonl` line 2 .*{why}"):
        list(read_pairs(path))


def test_a_truncated_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl.xz"
    path.write_bytes(lzma.compress((json.dumps(LINE) + "\n").encode() * 99)[:60])
    with pytest.raises(TrainingError, match=r"pairs\.jsonl\.xz"):
        list(read_pairs(path))


def test_a_pattern_without_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"no file matches `train/\*\.xz`"):
        find_files(tmp_path, ["train/*.xz"])


@pytest.mark.parametrize("pattern", ["", "/data/*.xz", "**.xz"])
def test_a_pattern_that_is_none_ended_in_an_unexpected_error(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(TrainingError, match="is no pattern of paths"):
        find_files(tmp_path, [pattern])


def test_a_pattern_that_matches_two_encoders_ended_in_an_unexpected_error(tmp_path: Path) -> None:
    for name in ("e5-a", "e5-b"):
        (tmp_path / name).mkdir()
        assert find_file(tmp_path, name, tmp_path) == tmp_path / name
    with pytest.raises(TrainingError, match=r"matches both .*e5-a` and .*e5-b`"):
        find_file(tmp_path, "e5-*", tmp_path)


def test_a_pair_that_differs_in_spacing_and_case_alone_is_kept_once(tmp_path: Path) -> None:
    again = {**LINE, "a": "Open  a file!"}
    path = written(tmp_path / "a.jsonl", LINE, again, {**LINE, "b": "return 1"})
    assert len(some_pairs([path], SOURCE, frozenset())) == 2


def test_pairs_with_an_empty_or_equal_side_are_dropped(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.jsonl", LINE, {**LINE, "a": " "}, {"a": "x y", "b": "x y", "kind": "k"}
    )
    assert [pair.a for pair in some_pairs([path], SOURCE, frozenset())] == ["open a file"]


def test_a_source_without_usable_pairs_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", LINE)
    other = Source("sections", ("*.jsonl",), 1.0, kinds=("section",))
    with pytest.raises(TrainingError, match="`sections`"):
        some_pairs([path], other, frozenset())


def test_a_source_may_ask_for_kinds_and_languages(tmp_path: Path) -> None:
    rows = [
        {"a": f"open {kind} {language}", "b": "x = 1", "kind": kind, "lang_b": language}
        for kind in ("question", "comment")
        for language in ("python", "sql")
    ]
    path = written(tmp_path / "a.jsonl", *rows)
    some = Source("some", (), 1.0, kinds=("question",), languages=("python", "go"))
    assert [pair.a for pair in some_pairs([path], some, frozenset())] == ["open question python"]


def test_either_side_of_a_pair_in_an_evaluation_set_keeps_it_out(tmp_path: Path) -> None:
    long = "a sentence long enough to count"
    path = written(
        tmp_path / "a.jsonl", LINE, {**LINE, "a": long.upper()}, {**LINE, "b": long + "."}
    )
    held_out = held_out_digests([written(tmp_path / "eval.jsonl", {"_id": "1", "text": long})])
    assert len(some_pairs([path], SOURCE, held_out)) == 1


def test_short_evaluation_texts_keep_nothing_out(tmp_path: Path) -> None:
    assert held_out_digests([written(tmp_path / "eval.jsonl", {"text": "return x"})]) == frozenset()


@given(st.text())
def test_the_digest_ignores_case_and_outer_spaces_and_fits_in_64_bits(text: str) -> None:
    assert text_digest(text) == text_digest(f"  {text}\n")
    assert -(2**63) <= text_digest(text) < 2**63


def test_a_source_of_questions_takes_what_ends_in_a_question_mark(tmp_path: Path) -> None:
    asked = ["Where? ", "\u0623\u064a\u0646\u061f", "\u5728\u54ea\uff1f", "There.", "Who? Me"]
    written(tmp_path / "a.jsonl", *({**LINE, "a": each} for each in asked))
    source = Source("asked", ("*.jsonl",), 1.0, questions=True)
    pairs = some_pairs([tmp_path / "a.jsonl"], source, frozenset())
    assert {pair.a for pair in pairs} == {each.strip() for each in asked[:3]}
