"""What compiled catalogs give, sound and broken."""

import gettext
import io
import struct
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.training.mining.gettext import compiled_pairs, gettext_pairs
from searchkit.training.mining.mine import mine
from searchkit.training.mining.share import Limits
from searchkit.training.pair import Pair

GERMAN = {
    "": "Content-Type: text/plain; charset=UTF-8\nLanguage: de\n",
    "The basket is empty.": "Der Korb ist leer.",
    "menu\4Open the basket": "Korb öffnen",
    "One apple is missing\0%d apples are missing": "Ein Apfel fehlt\0%d Äpfel fehlen",
}
PAIRS = {
    Pair("Der Korb ist leer.", "The basket is empty.", "po", "de", "en"),
    Pair("Korb öffnen", "Open the basket", "po", "de", "en"),
    Pair("Ein Apfel fehlt", "One apple is missing", "po", "de", "en"),
}


def compiled(catalog: dict[str, str], order: str = "<") -> bytes:
    """Write a catalog as `msgfmt` does: sorted, two tables, each string ended by a zero byte."""
    entries = sorted((message.encode(), text.encode()) for message, text in catalog.items())
    place = 28 + 16 * len(entries)
    tables, strings = [], b""
    for column in (0, 1):
        for entry in entries:
            tables += [len(entry[column]), place + len(strings)]
            strings += entry[column] + b"\0"
    head = (0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, place)
    return struct.pack(f"{order}{7 + len(tables)}I", *head, *tables) + strings


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_compiled_catalog_gives_its_messages_and_translations(order: str) -> None:
    data = compiled(GERMAN, order)
    assert set(compiled_pairs(data)) == PAIRS
    read_by_python = gettext.GNUTranslations(io.BytesIO(data))
    assert read_by_python.gettext("The basket is empty.") == "Der Korb ist leer."


def test_a_catalog_without_a_language_takes_the_one_that_is_told() -> None:
    data = compiled({"The basket is empty.": "Kurven er tom."})
    assert list(compiled_pairs(data)) == []
    assert [pair.lang_a for pair in compiled_pairs(data, "da")] == ["da"]


def test_both_forms_of_a_catalog_give_the_same() -> None:
    text = 'msgid ""\nmsgstr "Language: de\\n"\n\n'
    text += 'msgid "The basket is empty."\nmsgstr "Der Korb ist leer."\n'
    catalog = {"": "Language: de\n", "The basket is empty.": "Der Korb ist leer."}
    assert list(compiled_pairs(compiled(catalog))) == list(gettext_pairs(text))


def test_strings_in_another_encoding_are_left_out() -> None:
    data = compiled(GERMAN).replace("öffnen".encode(), b"\xf6\xf6ffnen")
    assert {pair.b for pair in compiled_pairs(data)} == {pair.b for pair in PAIRS} - {
        "Open the basket"
    }


SOUND = compiled(GERMAN)


@given(st.integers(0, len(SOUND) - 1), st.binary(max_size=24))
@example(8, b"\xff\xff\xff\xff")
@example(12, b"\xff\xff\xff\xff\xff\xff\xff\xff")
@example(28, b"\xff\xff\xff\xff\xff\xff\xff\xff")
def test_hostile_bytes_do_no_harm(place: int, noise: bytes) -> None:
    broken = SOUND[:place] + noise + SOUND[place + len(noise) :]
    for data in (broken, SOUND[:place], noise, SOUND[:4] + noise):
        assert len(list(compiled_pairs(data, "de"))) <= len(GERMAN)


def test_strings_that_overlap_give_no_more_text_than_the_file_holds() -> None:
    count, texts = 2_000, (b"The basket is empty.", b"Der Korb ist leer.")
    place = 20 + 16 * count
    tables = struct.pack("<2I", len(texts[0]), place) * count
    tables += struct.pack("<2I", len(texts[1]), place + len(texts[0])) * count
    data = struct.pack("<5I", 0x950412DE, 0, count, 20, 20 + 8 * count) + tables + b"".join(texts)
    found = list(compiled_pairs(data, "de"))
    assert found
    assert sum(len(pair.a) + len(pair.b) for pair in found) <= len(data)


def test_the_miner_reads_compiled_catalogs_by_their_folder(tmp_path: Path) -> None:
    catalogs = tmp_path / "shop" / "locale" / "da" / "LC_MESSAGES"
    catalogs.mkdir(parents=True)
    (catalogs / "shop.mo").write_bytes(compiled({"The basket is empty.": "Kurven er tom."}))
    (catalogs / "model.mo").write_text("model Basket end Basket;", encoding="utf-8")
    (pair,) = mine(tmp_path / "shop", [], Limits())
    assert (pair.kind, pair.lang_a, pair.lang_b) == ("po", "da", "en")


def test_a_compiled_catalog_beside_the_written_one_is_passed_by(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "da.mo").write_bytes(
        compiled({"": "Language: da\n", "An old basket": "En gammel kurv"})
    )
    written = 'msgid ""\nmsgstr "Language: da\\n"\n\nmsgid "A new basket"\nmsgstr "En ny kurv"\n'
    (shop / "da.po").write_text(written, encoding="utf-8")
    assert len(mine(shop, [], Limits())) == 1
