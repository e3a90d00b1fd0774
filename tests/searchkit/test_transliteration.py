"""A name is found in another script."""

import time
from pathlib import Path

import pytest

from searchkit import Index, load_embedder
from searchkit.config import Settings
from searchkit.search.transliteration import Names, names_in

PAIRS = [
    ("bolshoi", "большои"),
    ("dostoevsky", "достоевского"),
    ("shevchenko", "шевченко"),
    ("thessaloniki", "θεσσαλονικη"),
    ("papadopoulos", "παπαδοπουλο"),
    ("mohammed", "محمد"),
    ("yokohama", "ヨコハマ"),
    ("shimano", "シマノ"),
    ("beijing", "北京"),
    ("mueller", "мюллер"),
]
OTHERS = [
    "молоко",
    "таблица",
    "сервер",
    "γαλα",
    "حليب",
    "ミルク",
    "牛奶",
    "milk",
    "table",
    "garden",
]


@pytest.mark.parametrize(("latin", "other"), PAIRS)
def test_a_name_is_alike_in_both_directions(latin: str, other: str) -> None:
    names = Names([*OTHERS, latin, other])
    assert max(names.of(latin), key=names.of(latin).get) == other
    assert max(names.of(other), key=names.of(other).get) == latin


def test_words_of_the_same_script_or_of_other_sounds_are_no_names() -> None:
    names = Names([*OTHERS, "بسته", "большои"])
    assert not names.of("bo")
    assert "большои" not in names.of("bolster")
    assert not names.of("obst")
    assert not names.of("gardens")
    assert not Names([]).of("bolshoi")


def test_only_words_without_a_small_letter_in_front_may_be_names() -> None:
    assert names_in("where did Tanaka park, 北京?") == {"tanaka", "北京"}


def test_a_name_was_not_found_in_another_script(tmp_path: Path) -> None:
    (tmp_path / "ballet.md").write_text("Билеты в Большой, ряд 7.\n")
    (tmp_path / "milk.md").write_text("Купить молоко и хлеб.\n")
    with Index(tmp_path, load_embedder("nano"), Settings()) as index:
        index.build()
        first, *_ = index.search("Bolshoi")
    assert first.path == "ballet.md"
    assert first.standing["Bolshoi"][0] == "большой"
    assert first.confidence is not None
    assert first.confidence > 0.5


def test_thirty_thousand_words_are_compared_within_a_second() -> None:
    words = [f"{other}{number}" for number in range(3_000) for _, other in PAIRS]
    start = time.process_time()
    Names(words).of("dostoevsky")
    assert time.process_time() - start < 2
