"""Hostile and damaged documents are read in linear time, or left out with a reason."""

from collections.abc import Callable
from pathlib import Path

import pytest
from documents import (
    LONG,
    SUBTITLES,
    a_docx,
    a_message,
    a_pptx,
    a_sheet,
    packed,
    paragraph,
    text_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit_index.languages.language import LANGUAGES
from searchkit_index.process.contents import read
from searchkit_index.reading import archive
from searchkit_index.reading.text import Unsuitable

DEEP = 4_000


HOSTILE = {
    "frames in frames were read again with each, twice as often at each depth": (
        "a.odt",
        packed(**{"content.xml": f"<a>{'<p>wombat<text-box>' * 40}{'</text-box></p>' * 40}</a>"}),
    ),
    "marks in marks were deeper than the stack": (
        "a.odt",
        packed(**{"content.xml": f"<a><p>{'<span>' * DEEP}wombat{'</span>' * DEEP}</p></a>"}),
    ),
    "rows in rows took time with their square": (
        "a.xlsx",
        a_sheet("<row><c><v>wombat</v>" * DEEP + "</c></row>" * DEEP),
    ),
    "a number of another script is a digit and no number": (
        "a.xlsx",
        a_sheet('<row r="²"><c><v>wombat</v></c></row>'),
    ),
    "a number of more digits than Python reads": (
        "a.xlsx",
        a_sheet(f'<row r="{"9" * 5000}"><c><v>wombat</v></c></row>'),
    ),
    "a header took time with its square": (
        "a.eml",
        b"To: " + b"<a@b.example>, " * 30_000 + b"\n\nwombat",
    ),
    "an encoding that is none for texts": (
        "a.eml",
        b'Subject: a\nContent-Type: text/plain; charset="undefined"\n\nwombat',
    ),
    "a name in an encoding that is none for texts": (
        "a.eml",
        b"Subject: a\nContent-Disposition: inline; filename*=undefined''%ff\n\nwombat",
    ),
    "blanks between tags took time with their square": (
        "a.xml",
        b"<TEI><text><p>" + b"<hi> " * 60_000 + b"wombat</p></text></TEI>",
    ),
    "groups took time with the square of their depth": (
        "a.rtf",
        rb"{\rtf1 " + b"{" * 200_000 + b"}" * 200_000 + b"wombat}",
    ),
    "readings above readings were read again at each depth": (
        "a.docx",
        a_docx(f"<w:p><w:r><w:t>wombat</w:t></w:r>{'<w:rt>' * 9_000}{'</w:rt>' * 9_000}</w:p>"),
    ),
    "links in links of a table of contents were read again at each depth": (
        "a.epub",
        packed(
            **{
                "META-INF/container.xml": '<c><rootfile full-path="p"/></c>',
                "p": '<p><item id="i" href="c"/><item href="n" properties="nav"/>'
                '<itemref idref="i"/></p>',
                "n": "<n>" + "<a>" * 9_000 + "</a>" * 9_000 + "</n>",
                "c": "<p>wombat",
            }
        ),
    ),
    "a chapter was read as often as it was named": (
        "a.epub",
        packed(
            **{
                "META-INF/container.xml": '<c><rootfile full-path="p"/></c>',
                "p": '<p><item id="i" href="c"/>' + '<itemref idref="i"/>' * 20_000 + "</p>",
                "c": "<p>wombat",
            }
        ),
    ),
}


@pytest.mark.parametrize(("name", "data"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_read_in_linear_time(name: str, data: bytes) -> None:
    assert "wombat" in text_of(name, data)


def bomb() -> bytes:
    return packed(**{"word/document.xml": b"<w>" + b" " * 1_010_000})


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "wombat wombat">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><x>&i;</x>"
)


OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:p xmlns:w="w"><w:t>&a;</w:t></w:p>'
)


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.docx", bomb, "unpacks to more"),
        ("a.docx", lambda: b"PK\x03\x04 nonsense", "no readable Word document"),
        ("a.docx", lambda: packed(**{"word/document.xml": "<unfinished"}), "no readable"),
        ("a.docx", lambda: packed(**{"word/document.xml": ENTITIES}), "no readable"),
        ("a.docx", lambda: packed(**{"word/document.xml": OUTSIDE}), "no readable|no text"),
        ("a.xlsx", lambda: packed(other="x"), "no text"),
        ("a.epub", lambda: packed(other="x"), "no text"),
        ("a.fb2", lambda: b"\x00\x01", "binary"),
        ("a.rtf", lambda: b"plain", "no readable"),
        ("a.odt", lambda: packed(**{"content.xml": ENTITIES}), "no readable"),
        ("a.txt", lambda: b" \n\n ", "empty"),
        ("a.html", lambda: b"<html><body></body></html>", "no text"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_its_reason(
    name: str, make: Callable[[], bytes], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_MOST_UNPACKED", 1_000_000)
    with pytest.raises(Unsuitable, match=reason):
        read(name, make(), secrets=False)


WHOLE = {
    "docx": a_docx(paragraph("Budget", "T1"), paragraph(LONG)),
    "pptx": a_pptx(("Welcome", LONG, "Say hello")),
    "eml": a_message().as_bytes(),
    "rtf": rb"{\rtf1\ansi {\b bold} text\par more\'e9}",
    "srt": SUBTITLES.encode(),
}


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 10_000), st.binary(max_size=20))
@settings(max_examples=150, deadline=None)
def test_a_damaged_document_is_read_or_left_out(suffix: str, at: int, other: bytes) -> None:
    whole = WHOLE[suffix]
    at %= len(whole)
    damaged = whole[:at] + other + whole[at + len(other) :]
    try:
        chunks = read(f"a.{suffix}", damaged, secrets=True).chunks
    except Unsuitable:
        return
    assert all(chunk.text and chunk.start_line <= chunk.end_line for chunk in chunks)


def test_documents_may_be_larger_than_other_files() -> None:
    from searchkit_index.walk.rules import Rules

    assert Rules().limit("a.pdf") > 10 * Rules().limit("a.py")
    assert all(LANGUAGES[name].bulky for name in ("pdf", "docx", "pptx", "epub", "mail"))


def test_a_notebook_with_pictures_among_its_outputs_was_too_large() -> None:
    from searchkit_index.walk.rules import Rules
    from searchkit_tui.editor import is_document

    assert Rules().limit("a.ipynb") == Rules().limit("a.docx")
    assert is_document(Path("a.docx"))
    assert not is_document(Path("a.ipynb"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"cells": [], "metadata": {}, "nbformat": 4}', "holds no text"),
        ('{"cells": [{"cell_type": "code", "source": []}], "nbformat": 4}', "holds no text"),
        ('{"cells": [{"cell_type": "code", "sour', "no readable notebook"),
        ("[]", "holds no text"),
        ('{"cells": 1}', "holds no text"),
        ('{"cells": [[], "", 1]}', "holds no text"),
        ("\n", "empty"),
    ],
)
def test_a_notebook_without_cells_was_indexed_as_its_raw_json(text: str, reason: str) -> None:
    with pytest.raises(Unsuitable, match=reason):
        read("a.ipynb", text.encode(), secrets=False)
