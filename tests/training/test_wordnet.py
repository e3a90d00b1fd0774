"""Pairs of meanings and their words come from WordNets."""

from pathlib import Path

import pytest

from searchkit.training.mining.wordnet import concepts, definition_pairs, lexicon_pairs
from searchkit_index.errors import TrainingError

LICENCE = "  1 This line is a licence.\n"
NOUN = (
    "00000001 05 n 02 sea_lion 0 eared_seal(a) 1 001 @ 00000002 n 0000"
    ' | a seal with ears; "it barks"'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text(LICENCE)
    (tmp_path / "data.noun").write_text(f"{LICENCE}{NOUN}\n")
    return tmp_path


def test_a_meaning_asks_for_its_words(folder: Path) -> None:
    (pair,) = definition_pairs(concepts(folder))
    assert pair.a == "a seal with ears"
    assert pair.b == "sea lion, eared seal; it barks"


def test_words_and_meanings_of_another_language_find_the_english_concept(folder: Path) -> None:
    table = folder / "wn-data-deu.tab"
    table.write_text(
        "# Wordnet\tdeu\n"
        "00000001-n\tdeu:lemma\tSeelöwe\n"
        "00000001-n\tdeu:lemma\tOhren_Robbe\n"
        "00000001-n\tdeu:def\t0\teine Robbe mit Ohren\n"
        "09999999-n\tdeu:lemma\tunbekannt\n"
        "broken line\n",
        encoding="utf-8",
    )
    gloss, lexicon = lexicon_pairs(concepts(folder), [table])
    assert (gloss.a, gloss.b, gloss.lang_a) == ("eine Robbe mit Ohren", "a seal with ears", "deu")
    assert lexicon.a == "Seelöwe, Ohren Robbe"
    assert lexicon.b == "sea lion, eared seal: a seal with ears"


def test_a_folder_without_wordnet_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"data\.noun"):
        concepts(tmp_path)


def test_a_broken_line_is_an_error_and_no_crash(folder: Path) -> None:
    (folder / "data.noun").write_text("00000001 05 n zz word\n")
    with pytest.raises(TrainingError, match=r"data\.noun"):
        concepts(folder)
