"""Stop words of a question in a folder whose texts are in other languages."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from searchkit.search.content_terms import ContentTerms
from searchkit_index.catalog.records import FileRow
from searchkit_index.catalog.store import Store
from searchkit_index.chunking.chunk import Chunk


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Callable[[list[str | None]], Store]]:
    """Make a catalog of as many chunks: prose in a language, and code where that is None."""
    with closing(Store(tmp_path / "catalog.sqlite", create=True)) as store:

        def filled(languages: list[str | None]) -> Store:
            chunks = [
                Chunk(n, n, "", "prose" if of else "code", f"text {n}", natural_language=of)
                for n, of in enumerate(languages, start=1)
            ]
            with store.write():
                store.files.put(FileRow("a.txt", 1, 1, b"digest"), chunks)
            return store

        yield filled


SPANISH = "cómo se prepara la tinta de los calamares"


@pytest.mark.parametrize(
    ("languages", "left"),
    [
        (["es", "de", "fr", "ja"], {"prepara", "tinta", "calamares"}),
        ([None, None, "es"], {"prepara", "tinta", "calamares"}),
        (["es", "es", "de"], {"como", "se", "prepara", "la", "tinta", "de", "los", "calamares"}),
    ],
)
def test_rare_stop_words_decided_in_a_folder_of_many_languages(
    catalog, languages: list[str | None], left: set[str]
) -> None:
    terms = dict.fromkeys(["como", "se", "prepara", "la", "tinta", "de", "los", "calamares"], 1)
    content = ContentTerms(catalog(languages))
    assert content.among(SPANISH, terms).keys() == left


def test_words_that_code_is_made_of_stay_in_an_english_question(catalog) -> None:
    content = ContentTerms(catalog([None, None, "zh"]))
    terms = {"for": 3, "in": 2, "each": 1}
    assert content.among("for each in", terms) == terms


def test_a_question_of_stop_words_alone_is_asked_as_it_is(catalog) -> None:
    content = ContentTerms(catalog(["ja", "de", "de"]))
    terms = {"que": 1, "es": 0, "esto": 0}
    assert content.among("qué es esto", terms) == {"esto": 0}
    assert content.among("qué es", {"que": 1, "es": 0}) == {"que": 1, "es": 0}


def test_new_texts_make_another_language_the_main_one(catalog) -> None:
    store = catalog(["de", "de"])
    content = ContentTerms(store)
    terms = {"la": 1, "tinta": 1}
    assert content.among("la tinta", terms) == {"tinta": 1}
    more = [Chunk(n, n, "", "prose", f"texto {n}", natural_language="es") for n in (1, 2, 3)]
    with store.write():
        store.files.put(FileRow("b.txt", 1, 1, b"digest"), more)
    assert content.among("la tinta", terms) == terms


def test_an_estimate_of_a_language_looks_at_chunks_all_over(catalog) -> None:
    store = catalog(["de"] * 600 + ["es"] * 400)
    assert store.statistics.part_in("es", 50) == pytest.approx(0.4, abs=0.05)
    assert store.statistics.part_in("fr", 50) == 0


def test_an_empty_catalog_has_no_part_in_any_language(catalog) -> None:
    assert catalog([]).statistics.part_in("de", 50) == 0
