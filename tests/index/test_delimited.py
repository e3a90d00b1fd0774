"""Tables are cut between their records, each chunk below the names of the columns."""

import pytest
from documents import found
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.process.contents import read
from searchkit_index.reading.text import Unsuitable

HEADER = "id,said"


def test_a_chunk_of_a_table_began_within_a_cell_of_several_lines() -> None:
    rows = [f'{n},"a first line about number {n}\nand, a second one"' for n in range(200)]
    rows[100] = '100,a pipe of 5" across'  # an inch opens no cell
    chunks = read("a.csv", "\n".join([HEADER, *rows]).encode(), secrets=False).chunks
    assert len(chunks) > 5
    assert all(chunk.text[0].isdigit() for chunk in chunks[1:])


def test_a_row_far_down_lacked_the_names_of_its_columns() -> None:
    rows = [f"{n},a line about number {n}" for n in range(300)]
    text = "\n".join([HEADER, *rows])
    chunks = read("a.csv", text.encode(), secrets=False).chunks
    assert len(chunks) > 5
    assert {chunk.symbol for chunk in chunks} == {"id, said"}
    assert "\n".join(chunk.text for chunk in chunks) == text  # and no line of its own


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("Name;Born;Died\nAda;1815;1852\nAlan;1912;1954", "Name, Born, Died"),
        ("\tcity\tpeople\n1\tMainz\t220,000", "city, people"),
        ("first_name,last_name\nAda,King", "first_name, last_name"),
        ("who,what\nAda Lovelace,wrote about an engine", "who, what"),
        ("Ada,1815\nAlan,1912", ""),
        ("Hund,dog\nKatze,cat\nPferd,horse", ""),
        ("who,what", ""),
        (
            "Account of Ada\n\nIBAN;DE89\nName;A\nSum;3\n\nDay;Who;Sum\n"
            "1.3.2025;Mill, Ltd;-9,50\n2.3.2025;Shop;-1,00",
            "Day, Who, Sum",
        ),
        ("Day;Who;Sum\n1.3.2025;Mill;-9,50\nin all", "Day, Who, Sum"),
        ("one\ntwo\n3", ""),
    ],
)
def test_only_names_of_columns_are_taken_for_such(table: str, names: str) -> None:
    ((_, symbol, text),) = found("a.csv", table.encode())
    assert (symbol, text) == (names, table)


@pytest.mark.parametrize("row", ['"x y z,1', 'a,"b" c,"d', '"', 'x,"' + "long " * 40_000])
def test_a_mark_that_nothing_closes_holds_no_rows_together(row: str) -> None:
    rows = [row, *(f"{n},a line about number {n}" for n in range(100))]
    chunks = read("a.csv", "\n".join(rows).encode(), secrets=False).chunks
    assert len(chunks) > 2
    assert chunks[-1].text.endswith(f"\n{rows[-1]}")


@given(st.lists(st.sampled_from(['"', ",", "\n", "a b", "12", ";", "\t", " "])))
def test_any_table_is_covered_once(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        chunks = read("a.csv", text.encode(), secrets=False).chunks
    except Unsuitable:
        assert not text.strip()
        return
    rows = [row for chunk in chunks for row in chunk.text.split("\n")]
    assert [row for row in rows if row.strip()] == [row for row in text.split("\n") if row.strip()]


def test_flashcards_had_the_markup_of_anki() -> None:
    cards = (
        "#separator:tab\n#html:true\n#tags column:3\n"
        'What is <b>osmosis</b>?\t"Water&nbsp;moves<br>through a membrane [sound:a.mp3]"\tbiology\n'
    )
    ((_, symbol, text),) = found("Biology.txt", cards.encode())
    assert symbol == ""
    assert text == 'What is osmosis ?\t"Water moves through a membrane "\tbiology'
