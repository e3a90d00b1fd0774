"""Books give their chapters in reading order."""

import pytest
from documents import LONG, found, packed, text_of

from searchkit_index.process.contents import read
from searchkit_index.reading.text import Unsuitable


def test_a_book_gives_its_chapters_in_reading_order() -> None:
    data = packed(
        **{
            "META-INF/container.xml": '<c><rootfile full-path="o/p.opf"/></c>',
            "o/p.opf": (
                '<p xmlns:dc="d"><dc:title>Wombats</dc:title><item id="b" href="two%20.xhtml"/>'
                '<item id="a" href="one.xhtml"/><itemref idref="a"/><itemref idref="b"/></p>'
            ),
            "o/one.xhtml": f"<h1>Burrows</h1><p>{LONG}&nbsp;</p>",
            "o/two .xhtml": f"<title>x</title><h1>Food</h1><p>Roots. {LONG}</p>",
        }
    )
    chunks = found("book.epub", data)
    assert chunks[0][2].startswith("Wombats")
    place, symbol, _ = next(chunk for chunk in chunks if "Roots" in chunk[2])
    assert (place, symbol) == ("chapter 2: Food", "Wombats > Food")


def test_what_is_encrypted_says_so_and_is_not_read_as_text() -> None:
    entry = "<m><file-entry><encryption-data/></file-entry></m>"
    locked = packed(**{"META-INF/manifest.xml": entry, "content.xml": b"\x88\x13"})
    listed = '<e><CipherReference URI="OEBPS/a%20b.html"/><CipherReference URI="f.otf"/></e>'
    book = {
        "META-INF/container.xml": '<c><rootfile full-path="OEBPS/p.opf"/></c>',
        "META-INF/encryption.xml": listed,
        "OEBPS/p.opf": '<p><item id="a" href="a%20b.html"/><itemref idref="a"/></p>',
        "OEBPS/a b.html": b"\x88\x13",
    }
    with pytest.raises(Unsuitable, match="locked by a password"):
        read("a.odt", locked, secrets=False)
    with pytest.raises(Unsuitable, match="encrypted"):
        read("a.epub", packed(**book), secrets=False)


@pytest.mark.parametrize(
    ("member", "item", "text"),
    [
        (
            "nav.xhtml",
            'properties="nav"',
            '<html><nav><ol><li><a href="one.xhtml#x">Burrows</a></li></ol></nav></html>',
        ),
        (
            "toc.ncx",
            'media-type="application/x-dtbncx+xml"',
            "<ncx><navPoint><navLabel><text>Burrows</text></navLabel>"
            '<content src="one.xhtml"/></navPoint></ncx>',
        ),
    ],
)
def test_a_chapter_without_a_heading_is_called_as_in_the_table_of_contents(
    member: str, item: str, text: str
) -> None:
    data = packed(
        **{
            "META-INF/container.xml": '<c><rootfile full-path="p.opf"/></c>',
            "p.opf": f'<p><item id="a" href="one.xhtml"/><item href="{member}" {item}/>'
            '<itemref idref="a"/></p>',
            "one.xhtml": "<p>Roots</p>",
            member: text,
        }
    )
    assert found("a.epub", data)[0][0] == "chapter 1: Burrows"


@pytest.mark.parametrize(
    "mark",
    [
        '<a epub:type="noteref" href="#n1">1</a>',
        '<a role="doc-noteref" href="#n1">1</a>',
        '<sup><a href="#n1">1</a></sup>',
        '<a href="#n1"><sup>1</sup></a>',
    ],
)
def test_the_mark_of_a_footnote_stuck_to_its_word(mark: str) -> None:
    data = packed(
        **{
            "META-INF/container.xml": '<c><rootfile full-path="p.opf"/></c>',
            "p.opf": '<p><item id="a" href="one.xhtml"/><itemref idref="a"/></p>',
            "one.xhtml": f"<p>{mark}</p><p>Fill the kettle{mark} and H<sub>2</sub>O,"
            " <a>m</a><sup>2</sup></p>",
        }
    )
    assert text_of("a.epub", data) == "1\nFill the kettle 1 and H2O, m2"


def test_a_fiction_book_gives_its_sections() -> None:
    text = (
        "<FictionBook><description><book-title>Wombats</book-title></description><body>"
        f"<section><title><p>One</p></title><p>{LONG}</p></section></body>"
        "<binary>aGVsbG8=</binary></FictionBook>"
    )
    chunks = found("a.fb2", text.encode())
    assert chunks[-1][1] == "Wombats > One"
    assert "aGVsbG8" not in text_of("a.fb2", text.encode())


def test_a_fiction_book_loses_no_words_outside_of_paragraphs_and_says_who_wrote_it() -> None:
    text = (
        "<FictionBook><description><genre>sf</genre><author><first-name>Ada</first-name>"
        "<last-name>Wood</last-name></author></description><body><section>"
        "<ul><li>Dig <b>deep</b></li></ul>bare</section></body></FictionBook>"
    )
    assert text_of("a.fb2", text.encode()) == "Ada Wood\nDig deepbare"


def test_a_fiction_book_that_is_no_sound_xml_is_read_as_a_page() -> None:
    text = (
        "<FictionBook><body><section><title id='a'><p>One</p></title><p>Roots <br>and <b>leaves</p>"
        "</section></body><binary>aGVsbG8=</binary></FictionBook>"
    )
    [(_, symbol, said)] = found("a.fb2", text.encode())
    assert symbol == "One"
    assert said.split() == ["One", "Roots", "and", "leaves"]


NOTES = """<?xml version="1.0" encoding="UTF-8"?>
<en-export><note><title>Strudel &amp; tea</title><tag>Küche</tag><content><![CDATA[<?xml
version="1.0"?><!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd">
<en-note><div>Raisins and &Auml;pfel.</div><h1>Oven</h1><div>Forty minutes.</div></en-note>]]>
</content><resource><data encoding="base64">PICTURE</data><mime>image/png</mime></resource></note>
<note><title>Taxes</title>
<content><![CDATA[<en-note>Keep <b>bills</b>.</en-note>]]></content></note></en-export>
"""


def test_notes_of_evernote_were_left_out_as_minified() -> None:
    picture = "iVBORw0KGgoAAAANSUhEUgAA" * 100_000
    chunks = found("notes.enex", NOTES.replace("PICTURE", picture).encode())
    said = "\n".join(text for _, _, text in chunks)
    for line in ("Strudel & tea", "#Küche", "Raisins and Äpfel.", "Keep bills."):
        assert line in said.split("\n")
    assert "iVBOR" not in said
    *_, last = found("notes.enex", NOTES.replace("Keep", LONG).encode())
    assert last[:2] == ("Taxes", "Taxes")
    long = found("notes.enex", NOTES.replace("Forty", LONG).encode())
    assert ("Strudel & tea", "Strudel & tea > Oven") in [each[:2] for each in long]
    assert found("broken.enex", b"<note><title>Half a note")[0][2]


def test_the_listings_of_a_book_were_left_out_where_they_named_their_language() -> None:
    data = packed(
        **{
            "META-INF/container.xml": '<c><rootfile full-path="p.opf"/></c>',
            "p.opf": '<p><item id="a" href="one.xhtml"/><itemref idref="a"/></p>',
            "one.xhtml": (
                "<style>p { color: red }</style><h1>Digging</h1>"
                '<pre class="language-python">def dig(earth):\n    return earth</pre>'
            ),
        }
    )
    assert text_of("book.epub", data) == "Digging\ndef dig(earth):\n    return earth"
