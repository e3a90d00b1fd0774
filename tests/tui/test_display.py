"""Texts of any kind become safe lines of a given width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.cli import terminal
from searchkit_tui import display

pytestmark = pytest.mark.integration


@given(st.text(), st.integers(0, 40))
def test_what_is_shown_is_one_safe_line_no_wider_than_asked(text: str, width: int) -> None:
    from rich.cells import cell_len

    safe = display.one_line(text)
    assert len(safe.splitlines()) <= 1
    assert not any(character < " " or "\u202a" <= character <= "\u202e" for character in safe)
    assert cell_len(display.truncate(safe, width)) <= width
    assert cell_len(display.truncate_start(safe, width)) <= width
    assert cell_len(display.truncate_path(safe, width)) <= width
    assert cell_len(display.truncate_around(safe, width // 2, width)) <= width


def test_a_line_break_in_a_name_was_written_otherwise_than_on_the_command_line() -> None:
    assert display.one_line("new\nline \x1b.txt") == terminal.one_line("new\nline \x1b.txt")


def test_the_end_of_a_line_was_shown_without_what_fits_before_it() -> None:
    line = "keys are recognised in comments, in JSON, and in base64 in Kubernetes secrets."
    at = line.index("secrets")
    assert display.truncate_around(line, at, 80) == line
    assert display.truncate_around(line, at, 40) == "…N, and in base64 in Kubernetes secrets."
    assert display.truncate_around(line + line, at, 20) == "…etes secrets.keys…"
    assert display.truncate_around(line, 3, 20) == "keys are recognised…"
    wide = "池" * 20 + "鴨" + "池" * 20
    assert "鴨" in display.truncate_around(wide, 20, 24)


def test_paths_lose_the_folders_in_their_middle_before_their_name() -> None:
    assert display.truncate_path("one/two/three.py", 12) == "…/three.py"
    assert display.truncate_path("one/two/three/four.py", 19) == "one/…/three/four.py"
    assert display.truncate_path("/home/me/one/two.py", 14) == "/…/one/two.py"
    assert display.truncate_path("one/two/three.py", 16) == "one/two/three.py"
    assert display.truncate_path("deep/" * 800 + "a.py", 18) == "deep/…/deep/a.py"
    assert display.truncate_path("one/two/three.py", 5) == "…e.py"
    assert display.truncate_path("Class > inner > method", 18, " > ") == "Class > … > method"
    assert display.truncate_path("Class > inner > method", 16, " > ") == "… > method"
