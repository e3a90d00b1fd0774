"""Lines of a hit on a terminal: never wider than it, wrapped under themselves, marked."""

from pathlib import Path

import pytest

from searchkit.cli import terminal
from searchkit.cli.layout import layout
from searchkit.cli.output import _excerpt
from searchkit.cli.terminal import Styled
from searchkit.hits.hit import Hit


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(terminal, "_wish", "always")


def hit(text: str, language: str = "python") -> Hit:
    terms = frozenset({"socket"})
    end = 7 + text.count("\n")
    return Hit(Path("/r"), "a.py", 7, end, "", language, "code", text, 1.0, terms=terms)


def rows(text: str, language: str = "python") -> list[list[Styled | str]]:
    return list(layout(hit(text, language), text.split("\n"), range(7, 8 + text.count("\n"))))


def plain(row: list[Styled | str]) -> str:
    return "".join(part.text if isinstance(part, Styled) else part for part in row)


def test_a_long_line_goes_on_under_itself() -> None:
    shown = [plain(row) for row in rows("one two three four five six seven eight nine ten eleven")]
    assert shown == ["     7 one two three four five six ", "       seven eight nine ten eleven"]


def test_wide_characters_take_two_cells_and_tabs_stand_still() -> None:
    shown = [plain(row) for row in rows("\t" + "套" * 20, "text")]
    assert [len(row) for row in shown] == [7 + 4 + 14, 7 + 6]


def test_words_of_the_question_are_marked_above_the_colours_of_the_language() -> None:
    (row,) = rows("def open_socket(): # a comment")
    styles = {part.text: part.styles for part in row if isinstance(part, Styled)}
    assert styles["socket"] == ("red", "bold")
    assert styles["def"] == ("magenta",)
    assert styles["# a comment"] == ("green",)


def test_a_comment_in_the_last_line_was_not_coloured() -> None:
    styles = [
        part.styles for part in rows("ls\n# a comment", "bash")[-1] if isinstance(part, Styled)
    ]
    assert ("green",) in styles


def test_a_text_of_an_unknown_language_is_shown_as_it_is() -> None:
    assert plain(rows("a\x1b[31mb", "no such language")[0]) == "     7 a\\x1b[31mb"
    assert [plain(row) for row in rows("", "text")] == ["     7 "]


def test_lines_that_are_not_shown_were_said_to_follow_though_they_stand_above() -> None:
    others = "\n".join(f"filler {number}" for number in range(8))
    shown = [
        plain(row) for row in _excerpt(hit(f"{others}\n\nclose the socket\n\n", "text"), (0, 0))
    ]
    assert shown[-2:] == ["    18 ", "       … 6 more lines above"]
    shown = [plain(row) for row in _excerpt(hit(f"{others}\nsocket\n{others}", "text"), (0, 0))]
    assert shown[-1] == "       … 5 more lines above, 6 below"


def test_an_excerpt_began_with_blank_lines() -> None:
    shown = [plain(row) for row in _excerpt(hit("\n\nopen\n\nclose the socket", "text"), (0, 0))]
    assert shown == ["     9 open", "    10 ", "    11 close the socket"]
