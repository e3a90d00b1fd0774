"""Patterns match within a line, in any script, and never take more than linear time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.pattern import Pattern, matching_lines
from searchkit.query import Filter
from searchkit_index.errors import QueryError


def spans(pattern: Pattern, line: str) -> list[str]:
    return [line[start:end] for start, end in pattern.spans(line)]


@pytest.mark.parametrize(
    ("pattern", "line", "found"),
    [
        (Pattern(r"so\w+"), "a socket, so what", ["socket"]),
        (Pattern("sock", whole_word=True), "sock socket sock_ _sock (sock) sock", ["sock"] * 3),
        (Pattern("мир", whole_word=True), "мир мира премир мир!", ["мир", "мир"]),
        (Pattern("É", fixed=True, ignore_case=True), "café CAFÉ", ["é", "É"]),
        (Pattern("a.b", fixed=True), "a.b axb a.b", ["a.b", "a.b"]),
        (Pattern("a.b", fixed=True, whole_word=True), "xa.b a.b", ["a.b"]),
        (Pattern("a|b", whole_word=True), "ab a b", ["a", "b"]),
        (
            Pattern("\u00e9t\u00e9", fixed=True),
            "e\u0301te\u0301 \u00e9t\u00e9",
            ["e\u0301te\u0301", "\u00e9t\u00e9"],
        ),
        (Pattern("e\u0301", fixed=True, ignore_case=True), "CAF\u00c9", ["\u00c9"]),
        (Pattern("MERCİMEK", fixed=True, ignore_case=True), "mercimek", ["mercimek"]),
        (Pattern("ışık", fixed=True, ignore_case=True), "IŞIK, Işık", ["IŞIK", "Işık"]),
        (Pattern("im", fixed=True, ignore_case=True), "I\u0307M", ["I\u0307M"]),
        (Pattern("ılık", fixed=True), "ILIK ilik", []),
        (Pattern("日本"), "今日は日本の日本語", ["日本", "日本"]),
        (Pattern("^"), "empty matches are none", []),
        (Pattern("(?i)X*"), "xx y X", ["xx", "X"]),
    ],
)
def test_what_matches_in_a_line(pattern: Pattern, line: str, found: list[str]) -> None:
    assert spans(pattern, line) == found


def test_a_match_never_goes_on_in_the_next_line() -> None:
    text = b"one\ntwo\n"
    assert not Pattern(r"one\s+two").matches(text)
    assert not Pattern(r"one[^x]two").matches(text)
    assert Pattern("^two$").matches(text)


def test_the_line_that_matches_most_patterns_is_chosen() -> None:
    text = "alpha\nbeta\nalpha beta\nbeta alpha\n"
    assert matching_lines(text, [Pattern("alpha"), Pattern("beta", fixed=True)]) == [2, 3]
    assert matching_lines(text, [Pattern("gamma")]) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("(", "`-F`"),
        ("a)(b", "`-F`"),
        (r"(?=a)", "no linear time"),
        (r"(a)\1", "no linear time"),
        ("a{9999}", "`-F`"),
        ("a\nb", "one for each"),
        ("", "not empty"),
        ("caf\udce9", "in UTF-8"),
    ],
)
def test_what_is_no_pattern_is_refused(text: str, hint: str, capfd) -> None:
    for whole_word in (False, True):
        with pytest.raises(QueryError) as refused:
            Pattern(text, whole_word=whole_word)
        assert hint in refused.value.hint
    assert capfd.readouterr() == ("", "")  # the library says nothing itself


def test_a_filter_takes_patterns_only() -> None:
    with pytest.raises(QueryError):
        Filter(patterns=["socket"])  # type: ignore[list-item]
    assert Filter(patterns=[Pattern("x")]).selects


def test_nested_repetition_ends() -> None:
    assert not Pattern("(a+)+$").matches(b"a" * 100_000 + b"!")


@given(st.text(max_size=40), st.text(min_size=1, max_size=4))
def test_a_fixed_text_is_found_where_it_stands(line: str, text: str) -> None:
    line, text = (re.sub(r"[\n\0\ud800-\udfff]", "", each) for each in (line, text))
    if text:
        found = [(at.start(), at.end()) for at in re.finditer(re.escape(text), line)]
        assert list(Pattern(text, fixed=True).spans(line)) == found
