"""Who gives a line by its file and number, or pastes a trace, gets that line."""

from pathlib import Path

import pytest

from searchkit import Hit
from searchkit.query import Filter
from searchkit.search.cited_lines import CitedLines


@pytest.fixture
def warren(tmp_path: Path) -> Path:
    """Two files of one name, with a function of six lines for each burrow, and one about both."""
    for folder in ("lib", "lib/deep"):
        (tmp_path / folder).mkdir()
        functions = (
            f"def dig_{number}(burrow):\n" + "    burrow = burrow.dug()\n" * 4 + "\n"
            for number in range(40)
        )
        (tmp_path / folder / "server.py").write_text("".join(functions))
    text = "The server of the line of the burrow, in app.py.\n\n"
    (tmp_path / "server_line.md").write_text(f"# The server.py line of the burrow\n\n{text * 9}")
    return tmp_path


def first(open_index, root: Path, question: str, **narrowed) -> Hit:
    with open_index(root) as index:
        index.build()
        return index.search(question, **narrowed)[0]


@pytest.mark.parametrize(
    "question",
    [
        "lib/server.py:123",
        "./lib/server.py:123:5",
        "lib\\server.py(123,5): error: no burrow",
        'File "/srv/app/lib/server.py", line 123, in dig_20',
        "Notice: no burrow in /srv/app/lib/server.py on line 123",
        "at Burrow.dig() in /srv/lib/server.py:line 123",
        "https://example.org/burrow/blob/main/lib/server.py#L123-L130",
        "what is in lib/server.py, line 123?",
    ],
)
def test_a_line_that_was_asked_for_by_its_number_was_not_shown(
    warren: Path, open_index, question: str
) -> None:
    hit = first(open_index, warren, question)
    assert (hit.path, hit.line) == ("lib/server.py", 123)
    assert hit.start_line <= 123 <= hit.end_line
    assert "dig_20" in hit.symbol


def test_a_blank_line_shows_another_of_its_chunk(warren: Path, open_index) -> None:
    hit = first(open_index, warren, "lib/server.py:126")
    assert hit.path == "lib/server.py"
    assert hit.excerpt


@pytest.mark.parametrize("line", ["0", "9999", "99999999999999999999"])
def test_a_line_that_is_not_there_finds_the_file(warren: Path, open_index, line: str) -> None:
    assert first(open_index, warren, f"lib/server.py:{line}").path == "lib/server.py"


def test_what_may_not_answer_is_not_shown_for_its_number(warren: Path, open_index) -> None:
    hit = first(open_index, warren, "lib/server.py:123", filter=Filter(globs=["*.md"]))
    assert hit.path == "server_line.md"
    (warren / "lib" / "server.py").write_text("PORT = 80\n\n\ndef dig():\n    return PORT\n" * 40)
    defined = first(open_index, warren, "lib/server.py:1", filter=Filter(kinds=["definition"]))
    assert defined.kind == "definition"


def test_a_trace_gives_lines_of_several_files_and_so_many() -> None:
    trace = "".join(f'  File "/a/b{number}.py", line {number}, in dig\n' for number in range(99))
    cited = CitedLines(trace)
    assert cited.of("b3.py") == cited.of("a/b3.py") == cited.of("x/a/b3.py") == [3]
    assert cited.of("b33.py") == cited.of("3.py") == []


TRACES = {
    "Traceback (most recent call last):\n"
    '  File "/srv/lib/server.py", line 10, in dig_1\n'
    '  File "/srv/lib/deep/server.py", line 200, in dig_33\n'
    "LookupError: no burrow": ("lib/deep/server.py", 200),
    "Error: no burrow\n    at dig (/srv/lib/server.py:123:9)\n"
    "    at run (/srv/lib/deep/server.py:3:9)\n    at node:internal/main:1:1": (
        "lib/server.py",
        123,
    ),
    "Exception: dug\n at dig(lib/server.py:3)\nCaused by: Exception: no burrow\n"
    " at dig(lib/deep/server.py:99)\n at dig(lib/server.py:33)": ("lib/deep/server.py", 99),
}


@pytest.mark.parametrize("trace", TRACES)
def test_a_frame_far_from_the_failure_came_before_it(warren: Path, open_index, trace: str) -> None:
    hit = first(open_index, warren, trace)
    assert (hit.path, hit.line) == TRACES[trace]


def test_a_file_that_words_did_not_find_was_not_shown_for_its_line(
    tmp_path: Path, open_index
) -> None:
    for number in range(300):
        (tmp_path / f"den_{number}.py").write_text("def srv(): return 'line in dig, trace'\n")
    (tmp_path / "mole.py").write_text("x = 1\n" * 30)
    with open_index(tmp_path) as index:
        index.build()
        hit = index.search('trace:\n  File "/srv/lib/mole.py", line 12, in dig')[0]
    assert (hit.path, hit.line) == ("mole.py", 12)


@pytest.mark.parametrize("text", ["at 12:30", "a ratio of 3:4", "10.0", "line 7", "f(3)", ""])
def test_a_time_or_a_call_is_no_line(text: str) -> None:
    assert not CitedLines(text)
