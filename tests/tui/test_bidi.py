"""Text from right to left is drawn in the order in which it is read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from searchkit_tui.app import SearchApp
from searchkit_tui.bidi import visual


def clusters(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        if found and not cell_len(character):
            found[-1] += character
        else:
            found.append(character)
    return found


def seen(text: str) -> str:
    return "".join(letter for letter, _ in visual(clusters(text)))


@pytest.mark.parametrize(
    ("read", "drawn"),
    [
        ("plain text", "plain text"),
        ("abc אבג def", "abc גבא def"),
        ("אבג דהו", "והד גבא"),
        ("car is אבג 123 דהו", "car is והד 123 גבא"),
        ("אבג 12.5% דהו.", ".והד 12.5% גבא"),
        ("אבג (דהו)", "(והד) גבא"),
        ("notes/אבג/דהו.md:3-8  זחט", "notes/גבא/והד.md:3-8  טחז"),
        ("│ אבג │ def", "│ גבא │ def"),
        (" 12  אבג. ", " 12  .גבא "),
    ],
)
def test_text_from_right_to_left_is_drawn_as_it_is_read(read: str, drawn: str) -> None:
    assert seen(read) == drawn


def test_arabic_letters_join_their_neighbours_and_keep_their_marks() -> None:
    assert seen("سلم") == "\ufee2\ufee0\ufeb3"  # final meem, medial lam, initial seen
    assert seen("دار") == "\ufead\ufe8d\ufea9"  # none of these joins the next
    assert seen("می\u200cرود").startswith("\ufea9\ufeed\ufead")
    assert seen("سَلم").endswith("\ufeb3\u064e")


@given(st.text(alphabet="abc 12.,()/אבגدسلم\u064e\u200c", max_size=40))
def test_no_character_is_lost_and_no_line_grows(text: str) -> None:
    line = visual(clusters(text))
    assert sorted(at for _, at in line) == list(range(len(line)))
    assert cell_len("".join(letter for letter, _ in line)) == cell_len(text.lstrip("\u064e\u200c"))


async def test_a_page_in_a_browser_shows_arabic_in_order(
    run, tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "نسخه.md").write_text("# سلام\n\nquokka در خانه\n", encoding="utf-8")
    with open_index(tree) as index:
        index.build()
    for is_web in (False, True):
        monkeypatch.setattr(SearchApp, "is_web", property(lambda _, is_web=is_web: is_web))
        async with run(tree) as user:
            await user.ask("quokka")
            await user.until(lambda: "نسخه.md" in user.said("#heading"))
            await user.pilot.pause()
            turned = f"quokka {seen('در خانه')}"
            assert (turned in user.text()) is is_web
            assert ("quokka در خانه" in user.text()) is not is_web
            assert all(strip.cell_length == 120 for strip in user.strips())
