"""Any text is cut in linear time, and each line of it is in one chunk within the limit."""

import os
import random
import time
from pathlib import Path

import pytest
from cover import check_cover
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from searchkit_index.chunking.chunk import LIMIT, chunks, measure
from searchkit_index.chunking.inline_parts import inline_parts
from searchkit_index.languages.language import LANGUAGES, detect

# What they show is not what stands in the file: their own tests say what holds for them.
RENDERED = {"html", "notebook"}

AS_IT_STANDS = [row for name, row in LANGUAGES.items() if name not in RENDERED]


OUTLINED = ["perl", "yaml", "markdown", "restructuredtext", "text"]

SOUP = """
( ) [ ] { } < > " ' ` \"\"\" ''' ${ #{ << <<A -> => = == : ; , . | & @ # // /* */ -- {- -}
if else for while do end begin class def fn func function let where of case import return in
struct type impl match enum interface module namespace template static async public
a b foo Bar x1 _y 1 0x2 é 中文。 ё ## === --- ``` .. :: a: - <p> </p>
"""

FRAGMENTS = st.sampled_from([*SOUP.split(), "\ud800", "\0", "\r", "\f", "\t", ""])


SEPARATORS = st.sampled_from([" ", "\n", "\n\n", "\n    ", "\n\t", "", " {\n", "\n}\n"])

HOSTILE = st.lists(st.tuples(FRAGMENTS, SEPARATORS), max_size=120).map(
    lambda pairs: "".join(fragment + separator for fragment, separator in pairs)
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(text=HOSTILE, limit=st.sampled_from([16, 64, LIMIT]))
def test_hostile_text_is_covered_once_within_the_limit(text: str, limit: int) -> None:
    for language in AS_IT_STANDS:
        note(language.name)
        check_cover(text, chunks(text, language, limit), limit)


@given(st.text(st.characters()), st.sampled_from([8, 30, LIMIT]))
def test_any_text_at_all_is_covered(text: str, limit: int) -> None:
    check_cover(text, chunks(text, None, limit), limit)


@given(st.text(st.characters()), st.sampled_from(sorted(RENDERED)))
def test_any_text_can_be_taken_for_a_page_or_a_notebook(text: str, name: str) -> None:
    for chunk in chunks(text, LANGUAGES[name]):
        assert 1 <= chunk.start_line <= chunk.end_line <= text.count("\n") + 1
        assert measure(chunk.text) <= LIMIT


def test_the_standard_library_is_covered_in_chunks_of_a_good_size() -> None:
    files = sorted(Path(os.__file__).parent.glob("*.py"))
    sizes = []
    for path in random.Random(0).sample(files, 25):
        text = path.read_text(encoding="utf-8")
        found = chunks(text, LANGUAGES["python"])
        check_cover(text, found, LIMIT)
        sizes += [measure(chunk.text) for chunk in found]
    assert 90 <= sum(sizes) / len(sizes) <= 140
    assert sum(size < 20 for size in sizes) < len(sizes) / 50


HOSTILE_SHAPES = {
    "one line": "(" * 1_000_000,
    "short lines": "a\n" * 500_000,
    "nested lines": "[\n" * 10_000 + "]\n" * 10_000,
    "nested in a line": "{" * 10_000 + "}" * 10_000,
    "angles": "a<" * 10_000,
    "comments": "/*\n" * 30_000,
    "blocks": "if x {\n" * 20_000,
    "stairs": "".join(" " * depth + "if x:\n" for depth in range(1_000)),
    "soup": "".join(random.Random(1).choices([*SOUP.split(), "\n"], k=200_000)),
}


def check_linear_time(name: str, text: str, seconds: float) -> None:
    start = time.thread_time()
    found = chunks(text, LANGUAGES[name])
    assert time.thread_time() - start < seconds
    check_cover(text, found, LIMIT)


@pytest.mark.parametrize("shape", HOSTILE_SHAPES)
def test_a_hostile_text_takes_linear_time(shape: str) -> None:
    check_linear_time("python", HOSTILE_SHAPES[shape][:125_000], 2.5)


def test_manuals_of_r_without_a_name_took_time_with_their_square() -> None:
    check_linear_time("r", "#' a\nNULL\n" * 30_000, 2.5)


def test_the_rows_above_each_piece_of_inline_code_were_counted_anew() -> None:
    rows = ["<%x%>"] * 120_000
    start = time.thread_time()
    assert len(inline_parts(rows, LANGUAGES["asp"])) == len(rows)
    assert time.thread_time() - start < 5


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(row.name for row in AS_IT_STANDS if row.grammar), *OUTLINED])
@pytest.mark.parametrize("shape", HOSTILE_SHAPES)
def test_a_hostile_megabyte_takes_linear_time_in_each_language(name: str, shape: str) -> None:
    check_linear_time(name, HOSTILE_SHAPES[shape], 10)


@given(st.lists(st.text(st.characters(exclude_characters="\n")), max_size=5))
def test_the_measure_of_lines_adds_up(rows: list[str]) -> None:
    assert measure("\n".join(rows)) == sum(map(measure, rows))


def test_a_file_tells_its_language_and_its_chunks() -> None:
    path = Path(__file__)
    text = path.read_text(encoding="utf-8")
    language = detect(str(path), text[:100].encode())
    assert any("a_hostile_megabyte" in chunk.symbol for chunk in chunks(text, language))
