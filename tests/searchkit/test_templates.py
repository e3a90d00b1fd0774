"""Who pastes a message that a program filled in gets the text that it was made of."""

from pathlib import Path

import pytest

from searchkit.search.prefixes import stamp_phrases, without_prefixes
from searchkit.search.templates import part_made_of


@pytest.mark.parametrize(
    "source",
    [
        'fail("the mole %s has no burrow in %s yet", name, den)',
        "raise Error(f'the mole {name!r} has no burrow in {den} yet')",
        "throw new Error(`the mole ${mole.name} has no burrow in ${den} yet`)",
        'raise "the mole #{mole.name} has no burrow in #{den} yet"',
        'fatalError("the mole \\(name) has no burrow in \\(den) yet")',
        'throw "the mole " + name + " has no burrow in " + den + " yet";',
        'echo "the mole $name has no burrow in ${den} yet"',
        "mole.homeless = the mole {0} has no burrow in {1} yet",
    ],
)
def test_a_value_in_a_message_hid_the_text_that_it_was_made_of(source: str) -> None:
    words = " the mole grub has no burrow in srv den yet "
    assert part_made_of(words, f"x = 1\n{source.lower()}\ny = 2\n") == 1.0


@pytest.mark.parametrize(
    "source",
    [
        'fail("the mole %s has no tunnel in %s yet", name, den)',
        'say("has no")',
        'say("has no burrow")',
        'join(" in ", " yet ", " the ")',
        "the mole has no burrow",
    ],
)
def test_other_texts_made_none_of_it(source: str) -> None:
    assert part_made_of(" the mole grub has no burrow in srv den yet ", source) == 0.0


def test_a_part_of_a_message_counts_as_much() -> None:
    assert part_made_of(" error 12 no den of moles left ", 'log("no %s of %s left")') == 5 / 7


def test_long_texts_are_read_in_linear_time() -> None:
    for hostile in ("'" * 40_000, '"a' * 20_000, "{" * 40_000, "a = " * 10_000, '" + ' * 10_000):
        assert part_made_of(" the mole has no burrow ", hostile) == 0.0


@pytest.fixture
def warren(tmp_path: Path) -> Path:
    """The text of a message in one file, its words and its values in others."""
    (tmp_path / "moles.py").write_text(
        'def dig(mole, den):\n    raise LookupError(f"the mole {mole} has no burrow in {den}")\n'
    )
    (tmp_path / "CHANGELOG.md").write_text(
        "# 2026-03-01\n\nThe mole grub has a burrow. 12:00. Error: none.\n"
        "\n# 2026-02-01\n\nGrub, a mole, moved to /srv/den, which has no other burrow.\n" * 3
    )
    (tmp_path / "grub.md").write_text("# Grub\n\nThe mole grub digs in /srv/den.\n" * 3)
    return tmp_path


@pytest.mark.parametrize(
    "question",
    [
        "the mole grub has no burrow in /srv/den",
        "LookupError: the mole grub has no burrow in /srv/den",
        "2026-03-01 12:00:01,345 ERROR [main] the mole grub has no burrow in /srv/den",
        'what does "the mole grub has no burrow in /srv/den" mean',
    ],
)
def test_a_page_with_the_values_came_before_the_code_of_a_message(
    warren: Path, open_index, question: str
) -> None:
    with open_index(warren) as index:
        index.build()
        hit = index.search(question)[0]
    assert hit.path == "moles.py"


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("2026-03-01 12:00:01 ERROR no den", "ERROR no den"),
        ("2026-03-01T12:00:01.123Z no den", "no den"),
        ("[05/Mar/2024:12:00:01 +0100] no den", "no den"),
        ("Mar  5 12:00:01 host no den", "host no den"),
        ("12:00:01 no den\n12:00:02 no mole", "no den\n no mole"),
        ("2024-03-05 14:30 dentist", "2024-03-05 14:30 dentist"),
        ("the den at 12:00:01", "the den at 12:00:01"),
        ("12:00:01", "12:00:01"),
        ("  9 | no den\n 10 | no mole\n 11 |", "no den\nno mole"),
        ("> 9: no den\n> 10: no mole", "no den\nno mole"),
        ("9 no den\n11 no mole", "9 no den\n11 no mole"),
        ("9 | no den", "9 | no den"),
        ("1 egg\nflour", "1 egg\nflour"),
    ],
)
def test_only_the_time_or_number_in_front_of_a_line_is_left_out(line: str, rest: str) -> None:
    assert without_prefixes(line).strip() == rest


def test_a_line_of_a_log_is_found_by_its_time(tmp_path: Path, open_index) -> None:
    for hour in range(10, 20):
        (tmp_path / f"{hour}.log").write_text(
            "".join(f"2026-03-01 {hour}:{minute}:00 ERROR no den\n" for minute in range(10, 60))
        )
    assert list(stamp_phrases("2026-03-01 17:35:00 ERROR no den")) == ["2026 03 01 17 35 00"]
    with open_index(tmp_path) as index:
        index.build()
        hit = index.search("2026-03-01 17:35:00 ERROR no den")[0]
    assert hit.path == "17.log"
