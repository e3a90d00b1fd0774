"""An answer is cut to a number of tokens: long hits first, then the last ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.hits import budget
from searchkit.hits.export import passages
from searchkit.hits.hit import Hit


def hit(text: str, path: str = "a.py", terms: frozenset[str] = frozenset()) -> Hit:
    count = text.count("\n")
    return Hit(Path("/r"), path, 10, 10 + count, "f", None, "code", text, 1.0, terms=terms)


def count(texts) -> list[int]:
    """A token for every word and every line end."""
    return [len(text.replace("\n", " \\n ").split()) for text in texts]


def write(fitted: budget.Fitted) -> str:
    return passages(fitted.hits, fitted.cut, lambda it: it.path)


LONG = "\n".join(f"line {number} says something of no use" for number in range(60))


def test_what_fits_is_shown_whole() -> None:
    hits = [hit("one\ntwo"), hit("three")]
    fitted = budget.fit(hits, 100, count, write)
    assert fitted == budget.whole(hits)


def test_a_long_hit_leaves_room_for_those_after_it() -> None:
    fitted = budget.fit([hit(LONG), hit("short"), hit("shorter")], 200, count, write)
    assert [it.text for it in fitted.hits[1:]] == ["short", "shorter"]
    assert fitted.left_out == 0
    assert fitted.cut[0] > 0
    assert fitted.hits[0].end_line == 10 + 59 - fitted.cut[0]
    assert count([write(fitted)])[0] > 150


def test_the_line_that_answers_is_among_those_that_stay() -> None:
    text = LONG.replace("line 40 says", "the walrus says")
    (shown,) = budget.fit([hit(text, terms=frozenset({"walrus"}))], 120, count, write).hits
    assert shown.text.startswith("the walrus says")
    assert (shown.start_line, shown.line) == (50, 50)


def test_a_line_that_is_longer_than_the_budget_is_cut() -> None:
    fitted = budget.fit([hit("word " * 5_000)], 100, count, write)
    assert fitted.hits[0].text.endswith("…")
    assert 50 < count([write(fitted)])[0] <= 100


@given(st.lists(st.text("ab \n", max_size=400), max_size=12), st.integers(budget.LEAST, 400))
def test_no_reply_is_over_its_budget(texts: list[str], tokens: int) -> None:
    hits = [hit(text, f"{number}.py") for number, text in enumerate(texts)]
    fitted = budget.fit(hits, tokens, count, write)
    assert count([write(fitted)])[0] <= tokens
    assert len(fitted.hits) == len(fitted.cut) == len(hits) - fitted.left_out
    assert all(budget.fit([it], tokens, count, write).hits for it in hits)


@pytest.mark.parametrize(("tokens", "lines"), [(5, 1), (12, 3), (11, 2), (1, 1)])
def test_leading_lines_are_as_many_as_fit(tokens: int, lines: int) -> None:
    assert len(budget.leading(["a b c d", "e f g h", "i"], tokens, count)) == lines
