"""Documents give their text, in order, with the places where a person finds it again."""

import io
import sys
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit_index.languages.language import LANGUAGES
from searchkit_index.process.contents import read
from searchkit_index.reading.formats import calendar, pdf
from searchkit_index.reading.text import Unsuitable

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LONG = "Some words that stand here to fill a page with nothing but words. " * 12


def packed(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def found(name: str, data: bytes) -> list[tuple[str, str, str]]:
    """Place, symbol and text of each chunk."""
    return [(c.place, c.symbol, c.text) for c in read(name, data, secrets=False).chunks]


def text_of(name: str, data: bytes) -> str:
    return "\n".join(text for _, _, text in found(name, data))


def paragraph(text: str, style: str = "", more: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r>{more}<w:t>{escape(text)}</w:t></w:r></w:p>"


def a_docx(*body: str, **more: str) -> bytes:
    styles = (
        f'<w:styles {W}><w:style w:styleId="T1"><w:name w:val="heading 1"/></w:style></w:styles>'
    )
    members = {"word/styles.xml": styles, **more}
    document = f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>"
    return packed(**{"word/document.xml": document, **members})


def test_a_word_document_gives_headings_pages_tables_notes_and_comments() -> None:
    rows = "".join(
        f"<w:tr><w:tc>{paragraph(a)}</w:tc><w:tc>{paragraph(b)}</w:tc></w:tr>"
        for a, b in (("Name", "Age"), ("Ada", "36"))
    )
    deleted = "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    data = a_docx(
        paragraph("Budget & plan", "T1"),
        paragraph(LONG),
        paragraph("Second page", "T1", "<w:lastRenderedPageBreak/>"),
        paragraph("We buy wombats."),
        f"<w:tbl>{rows}</w:tbl>",
        deleted,
        **{
            "word/footnotes.xml": f"<w:footnotes {W}>{paragraph('A note')}</w:footnotes>",
            "word/comments.xml": f"<w:comments {W}>{paragraph('A remark')}</w:comments>",
            "docProps/core.xml": "<p xmlns:dc='d'><dc:title>The title</dc:title></p>",
        },
    )
    chunks = found("plan.docx", data)
    assert chunks[0][1].startswith("The title")
    place, symbol, text = next(chunk for chunk in chunks if "wombats" in chunk[2])
    assert place.startswith("page 2")
    assert "Second page" in symbol
    assert "Name | Age\nAda | 36" in text
    whole = text_of("plan.docx", data)
    assert "A note" in whole
    assert "A remark" in whole
    assert "gone" not in whole


def test_a_cell_within_a_form_field_is_read() -> None:
    cell = f"<w:tc>{paragraph('inner')}</w:tc>"
    row = f"<w:tr><w:tc>{paragraph('one')}</w:tc><w:sdt><w:sdtContent>{cell}</w:sdtContent></w:sdt>"
    assert text_of("a.docx", a_docx(f"<w:tbl>{row}</w:tr></w:tbl>")) == "one | inner"


def test_a_file_that_was_put_into_a_word_document_is_read_in_its_place() -> None:
    inner = a_docx(paragraph("From another document"), '<w:altChunk id="d"/>')
    body = f'{paragraph("Before")}<w:altChunk id="h"/><w:altChunk id="d"/>{paragraph("After")}'
    links = '<R><R Id="h" Target="../a.html"/><R Id="d" Target="in"/></R>'
    data = packed(
        **{
            "_rels/.rels": '<R><R Id="m" Type="x/officeDocument" Target="WORD/Main.xml"/></R>',
            "word\\main.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "WORD/_rels/Main.xml.rels": links,
            "a.html": "<p>From a page</p>",
            "word/in": inner,
        }
    )
    said = "Before\nFrom a page\nFrom another document\nAfter"
    assert text_of("a.docx", data) == said


def test_what_is_said_beside_characters_does_not_cut_words() -> None:
    def ruby(above: str, base: str) -> str:
        said = f"<w:rt><w:t>{above}</w:t></w:rt>"
        return f"<w:ruby>{said}<w:rubyBase><w:t>{base}</w:t></w:rubyBase></w:ruby>"

    more = '<w:t>non</w:t><w:noBreakHyphen/><w:t>stop</w:t><w:textpath string="DRAFT"/>'
    body = f"<w:p>{ruby('かん', '漢')}{ruby('じ', '字')}<w:r>{more}</w:r></w:p>"
    assert text_of("a.docx", a_docx(body)).split() == ["漢字non-stop", "DRAFT", "かんじ"]
    page = "<p>私は<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>を書く</p>"
    assert text_of("a.html", page.encode()) == "私は漢字を書く かんじ"


def a_pptx(*slides: tuple[str, str, str]) -> bytes:
    a = 'xmlns:a="a" xmlns:p="p" xmlns:r="r"'
    members: dict[str, str] = {}
    ids, links = "", ""
    for number, (title, body, notes) in enumerate(slides, 1):
        ids += f'<p:sldId r:id="r{number}"/>'
        links += f'<Relationship Id="r{number}" Target="slides/slide{number}.xml"/>'

        def shape(text: str, kind: str) -> str:
            return (
                f'<p:sp><p:nvPr><p:ph type="{kind}"/></p:nvPr>'
                f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp>"
            )

        members[f"ppt/slides/slide{number}.xml"] = (
            f"<p:sld {a}>{shape(title, 'title') if title else ''}{shape(body, 'body')}</p:sld>"
        )
        members[f"ppt/slides/_rels/slide{number}.xml.rels"] = (
            f'<R><Relationship Id="n" Target="../notesSlides/notesSlide{number}.xml"/></R>'
        )
        members[f"ppt/notesSlides/notesSlide{number}.xml"] = (
            f"<p:notes {a}>{shape(notes, 'body')}{shape('7', 'sldNum')}</p:notes>"
        )
    members["ppt/presentation.xml"] = f"<p:presentation {a}>{ids}</p:presentation>"
    members["ppt/_rels/presentation.xml.rels"] = f"<R>{links}</R>"
    return packed(**members)


def test_a_presentation_gives_slides_with_titles_and_notes() -> None:
    data = a_pptx(("Welcome", LONG, "Say hello"), ("", "Wombats dig", "Slowly now"))
    chunks = found("talk.pptx", data)
    assert chunks[0][0] == "slide 1"
    assert any("Say hello" in text and "Welcome" in symbol for _, symbol, text in chunks)
    place, symbol, text = next(chunk for chunk in chunks if "Wombats" in chunk[2])
    assert (place, symbol) == ("slide 2", "slide 2")
    assert text == "Wombats dig\nSlowly now"


def test_margins_and_masters_of_slides_are_read_once() -> None:
    def shape(text: str, slot: str = "") -> str:
        return f"<p:sp>{slot}<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp>"

    a = 'xmlns:a="a" xmlns:p="p" xmlns:r="r"'
    links = "".join(f'<R Id="{n}" Target="slides/slide{n}.xml"/>' for n in "12")
    footer = shape("Confidential", '<p:ph type="ftr"/>')
    master = shape("Click to edit", '<p:ph type="title"/>') + shape("Wombat Ltd")
    data = packed(
        **{
            "ppt/presentation.xml": f'<p {a}><p:sldId r:id="1"/><p:sldId r:id="2"/></p>',
            "ppt/_rels/presentation.xml.rels": f"<R>{links}</R>",
            "ppt/slides/slide1.xml": f"<p {a}>{shape('One')}{footer}</p>",
            "ppt/slides/slide2.xml": f"<p {a}>{shape('Two')}{footer}</p>",
            "ppt/slideMasters/slideMaster1.xml": f"<p {a}>{master}</p>",
            "ppt/slideLayouts/slideLayout1.xml": f"<p {a}>{master}</p>",
        }
    )
    assert text_of("a.pptx", data) == "One\nConfidential\nTwo\nWombat Ltd"


def test_a_workbook_gives_rows_with_what_the_cells_show() -> None:
    rows = (
        '<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        '<row r="4"><c t="inlineStr"><is><t>Rent</t></is></c><c><v>1200</v></c>'
        '<c s="1"><v>45292</v></c><c t="b"><v>1</v></c></row>'
        '<row r="5"><c s="1"><v>2958465.99999999</v></c></row>'  # beyond the calendar when rounded
    )
    data = packed(
        **{
            "xl/workbook.xml": "<w xmlns:r='r'><sheet name='Costs' r:id='r1'/></w>",
            "xl/_rels/workbook.xml.rels": (
                '<R><Relationship Id="r1" Target="/xl/worksheets/sheet1.xml"/></R>'
            ),
            "xl/worksheets/sheet1.xml": f"<s><sheetData>{rows}</sheetData></s>",
            "xl/sharedStrings.xml": (
                "<sst><si><t>Item</t></si><si><r><t>Am</t></r><r><t>ount</t></r></si></sst>"
            ),
            "xl/styles.xml": "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>",
        }
    )
    assert found("costs.xlsx", data) == [
        (
            "sheet Costs, row 1 – row 5",
            "Costs",
            "Item | Amount\nRent | 1200 | 2024-01-01 | TRUE\n2958465.99999999",
        )
    ]


def test_cells_show_shares_times_formulas_and_no_readings() -> None:
    rows = (
        '<row r="1"><c t="s"><v>0</v></c><c s="1"><v>0.155</v></c><c s="2"><v>0.5</v></c>'
        "<c><f>SUM(A1:A9)</f></c><c><v>0.30000000000000004</v></c></row>"
    )
    beside = '<R Id="c" Target="comments/comment1.xml"/><R Id="d" Target="drawings/drawing1.xml"/>'
    more = {
        "xl/sharedStrings.xml": "<sst><si><t>漢字</t><rPh><t>カンジ</t></rPh></si></sst>",
        "xl/styles.xml": "<s><cellXfs><xf/><xf numFmtId='10'/><xf numFmtId='20'/></cellXfs></s>",
        "xl/_rels/s.xml.rels": f"<R>{beside}</R>",
        "xl/comments/comment1.xml": '<c><comment ref="B1"><t>Ask first</t></comment></c>',
        "xl/drawings/drawing1.xml": "<d><sp><p><t>A floating</t><t> box</t></p></sp></d>",
        "xl/drawings/_rels/drawing1.xml.rels": '<R><R Id="c" Target="../charts/chart1.xml"/></R>',
        "xl/charts/chart1.xml": "<c><p><t>Growth</t></p><v>East</v><v>East</v></c>",
    }
    [(place, _, text)] = found("a.xlsx", a_sheet(rows, **more))
    cells = "漢字 | 15.5% | 12:00:00 | =SUM(A1:A9) | 0.3"
    assert text.split("\n") == [cells, "Ask first", "A floating box", "Growth East"]
    assert place.startswith("sheet s, row 1")


ODF = 'xmlns:o="o" xmlns:t="t" xmlns:b="b" xmlns:d="d"'


@pytest.mark.parametrize("flat", [False, True])
def test_open_document_texts_sheets_and_slides(flat: bool) -> None:
    def a_document(body: str) -> bytes:
        root = f"<o:document-content {ODF}><o:body>{body}</o:body></o:document-content>"
        return root.encode() if flat else packed(**{"content.xml": root})

    text = (
        '<t:h t:outline-level="2">Plan</t:h>'
        '<t:p>We<t:s t:c="2"/>buy <t:span>wombats</t:span>.</t:p>'
    )
    names = ("a.fodt", "a.fods", "a.fodp") if flat else ("a.odt", "a.ods", "a.odp")
    assert found(names[0], a_document(text)) == [("", "Plan", "Plan\nWe  buy wombats.")]
    cells = "<b:table-cell><t:p>Rent</t:p></b:table-cell><b:table-cell><t:p>12</t:p></b:table-cell>"
    sheet = (
        '<b:table b:name="Costs"><b:table-row b:number-rows-repeated="3"/>'
        f"<b:table-row>{cells}</b:table-row></b:table>"
    )
    assert found(names[1], a_document(sheet)) == [("sheet Costs, row 4", "Costs", "Rent | 12")]
    slides = (
        "<d:page><d:text-box><t:p>One</t:p></d:text-box></d:page><d:page><t:p>Two</t:p></d:page>"
    )
    [(place, symbol, said)] = found(names[2], a_document(slides))
    assert (place, symbol, said) == ("slide 1 – slide 2", "slide 1, slide 2", "One\nTwo")


def test_remarks_in_cells_margins_and_formulas_of_an_open_document_are_read() -> None:
    remark = "<o:annotation><t:p>Really?</t:p></o:annotation>"
    cell = f"<b:table-cell>{remark}<t:p>12</t:p></b:table-cell>"
    body = f'<b:table b:name="S"><b:table-row>{cell}</b:table-row></b:table>'
    masters = (
        f"<o:document-styles {ODF}><o:master-styles><t:header><t:p>Top</t:p></t:header><d:frame "
        'd:placeholder="true"><t:p>Click</t:p></d:frame></o:master-styles></o:document-styles>'
    )
    data = packed(
        **{
            "content.xml": f"<o:document {ODF}><o:body>{body}</o:body></o:document>",
            "styles.xml": masters,
            "Object 1/content.xml": "<math><annotation encoding='x'>E = m c^2</annotation></math>",
        }
    )
    assert text_of("a.ods", data) == "12\nReally?\nTop\nE = m c^2"


def test_notes_of_an_open_document_stand_beside_their_paragraph() -> None:
    note = "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>Small</t:p></t:note-body>"
    picture = "<d:frame><d:title>Bau</d:title><d:desc>im Wald</d:desc></d:frame>"
    remark = "<o:annotation><t:p>Really</t:p></o:annotation>"
    body = f"<t:h>Home{remark}</t:h><t:p>A wombat{note}</t:note> digs{picture}.</t:p>"
    root = f"<o:document-content {ODF}><o:body>{body}</o:body></o:document-content>"
    assert text_of("a.fodt", root.encode()) == ("Home\nReally\nA wombat digs Bau  im Wald .\nSmall")


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


def test_a_sign_of_rich_text_ends_what_stands_in_for_a_character() -> None:
    data = rb"{\rtf1 {\u8226 }First\par \u8226 \tab Second}"
    assert text_of("a.rtf", data) == "•First\n•\tSecond"


def test_rich_text_gives_its_paragraphs_in_every_encoding() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1251\uc1{\fonttbl{\f0 Arial;}}{\*\generator X;}"
        rb"{\info{\title T}}\pard \'cf\'f0\'e8\'e2\'e5\'f2\par \u26085?\u26412?\b  bold\b0\par"
        rb" a\{b\}\~c\par}"
    )
    assert text_of("a.rtf", data).split("\n")[-3:] == ["Привет", "日本 bold", "a{b}\u00a0c"]


def test_bytes_of_rich_text_are_in_the_encoding_of_their_font() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f3\fcharset204 Arial;}}"
        rb"{\f3 \'ef\'f0\'e8\f0 caf\'e9} \'e9{\*\annotation A remark}\par}"
    )
    assert text_of("a.rtf", data) == "при café é\nA remark".replace("при ", "при")


def test_a_character_of_rich_text_beyond_16_bits_was_two_halves() -> None:
    assert text_of("a.rtf", rb"{\rtf1 a \u-10179?\u-8704? smile}") == "a \U0001f600 smile"
    assert text_of("a.rtf", rb"{\rtf1 a \u-10179? half}") == "a \ufffd half"


def test_a_star_within_a_group_of_rich_text_hides_nothing() -> None:
    data = rb"{\rtf1 {\*\hyphen2 no}{\b0\*\cs7 The quick fox}\par}"
    assert text_of("a.rtf", data) == "The quick fox"


def test_a_picture_within_rich_text_is_passed_over_by_its_length() -> None:
    data = rb"{\rtf1 before {\*\shppict{\pict\bin12 }}}}{{{\par\x}} after\par}"
    assert text_of("a.rtf", data).split() == ["before", "after"]


def a_message() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Größe der Höhle"
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "bob@example.org"
    message["Date"] = "Mon, 04 Mar 2024 10:00:00 +0000"
    message.set_content("Liebe Grüße aus dem Bau.\n\nZweiter Absatz.")
    message.add_alternative("<p>Liebe Grüße</p>", subtype="html")
    message.add_attachment(
        a_docx(paragraph("The attached plan")),
        maintype="application",
        subtype="octet-stream",
        filename="plan.docx",
    )
    return message


def test_mail_gives_decoded_headers_the_plain_text_and_attachments_by_their_type() -> None:
    chunks = found("a.eml", a_message().as_bytes())
    whole = "\n".join(text for _, _, text in chunks)
    assert chunks[0][0].startswith("2024-03-04: Größe der Höhle")
    for words in ("From: Ada", "Liebe Grüße aus dem Bau.", "plan.docx", "The attached plan"):
        assert whole.count(words) == 1
    assert "Content-Type" not in whole


@pytest.mark.parametrize(
    ("named", "encoding", "words"),
    [
        ("Shift_JIS", "cp932", "①丸数字と髙橋"),
        ("gb2312", "gb18030", "朱镕基 简体"),
        ("us-ascii", "cp1252", "Grüße aus Köln"),
        ("unknown-8bit", "utf-8", "naïve café"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
    ],
)
def test_mail_is_read_in_the_encoding_that_was_meant(named: str, encoding: str, words: str) -> None:
    head = f"Subject: {words}\nContent-Type: text/plain; charset={named}\n\n"
    assert text_of("a.eml", (head + words).encode(encoding)).count(words) == 2


def a_pdf(*annotations: str) -> bytes:
    """A page that says Roots, with annotations."""
    content = b"BT /F1 12 Tf 72 700 Td (Roots) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0"
        b" R>>>>/Annots[" + " ".join(annotations).encode() + b"]>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, each) for n, each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


@pytest.mark.parametrize("package", ["pypdfium2", "pypdf"])
def test_remarks_and_filled_fields_of_a_pdf_are_read(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(package)
    if package == "pypdf":
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
    data = a_pdf(
        "<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/Contents(Really?)>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/Rect[1 1 9 9]/V(A burrow)>>",
        "<</Type/Annot/Subtype/Widget/FT/Btn/Rect[1 1 9 9]/V/Yes>>",
    )
    assert found("a.pdf", data) == [("page 1", "page 1", "Roots\nReally?\nA burrow")]


def test_bookmarks_of_a_pdf_are_the_headings_of_its_pages() -> None:
    pytest.importorskip("pypdfium2")
    pypdf = pytest.importorskip("pypdf")
    writer, data = pypdf.PdfWriter(), io.BytesIO()
    for _ in range(4):
        writer.append(io.BytesIO(a_pdf()))
    above = writer.add_outline_item(title="Burrows", page_number=1)
    writer.add_outline_item(title="Deep  ones", page_number=2, parent=above)
    writer.write(data)
    found = [(block.depth, block.title) for block in pdf.read(data.getvalue())]
    assert found == [(1, "page 1"), (1, "Burrows"), (2, "Deep ones"), (None, "")]


def test_a_place_begins_where_the_first_line_with_one_does() -> None:
    data = a_docx(
        *(paragraph(f"{n} words", "", "<w:lastRenderedPageBreak/>") for n in "ab"),
        **{"docProps/core.xml": "<p xmlns:dc='d'><dc:title>The title</dc:title></p>"},
    )
    assert [place for place, _, _ in found("a.docx", data)] == ["page 2 – page 3"]


@pytest.mark.parametrize("name", ["cur/1709546400.M1P2.host:2,S", "Inbox", "17"])
def test_mail_whose_name_tells_nothing_is_known_by_its_first_header(name: str) -> None:
    head = b"From - Mon Mar 04 10:00:00 2024\n" if name == "Inbox" else b""
    whole = text_of(name, head + b"Received: from a by b\n" + a_message().as_bytes())
    assert "Liebe Grüße aus dem Bau." in whole
    assert "Received" not in whole
    assert text_of("notes", b"Received: the letter.\n") == "Received: the letter."


def test_a_mailbox_gives_its_messages_one_by_one() -> None:
    single = a_message().as_bytes().replace(b"\nLiebe", b"\n>From the burrow\nLiebe")
    other = single.replace(b"Mon, 04 Mar", b"Tue, 05 Mar")
    data = b"".join(
        b"From a@b Mon Mar  4 10:00:00 2024\n" + each + b"\n" for each in (single, other)
    )
    places = {place.partition(":")[0] for place, _, _ in found("mbox", data)}
    assert {"2024-03-04", "2024-03-05"} <= places


def test_a_web_page_saved_as_one_file_gives_its_text() -> None:
    message = EmailMessage()
    message["Subject"] = "Saved page"
    message.set_content("<h1>Top</h1><p>Saved words</p>", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png")
    assert "Saved words" in text_of("page.mht", message.as_bytes())


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20240304T100000
SUMMARY:Budget mee
 ting\\, with all
DESCRIPTION:Bring numbers\\nand tea
BEGIN:VALARM
ACTION:DISPLAY
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:Dig
END:VEVENT
END:VCALENDAR
"""
CONTACTS = """BEGIN:VCARD
VERSION:2.1
N:Wombat;Wilma
FN:Wilma Wombat
item1.EMAIL;TYPE=work:wilma@example.org
NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=
=C3=9Fe
PHOTO;ENCODING=BASE64:aGVsbG8=
END:VCARD
"""


def test_entries_of_calendars_and_contacts_have_their_day_and_name() -> None:
    first, *_ = calendar.read(CALENDAR.encode())[1:]
    assert first.place == "2024-03-04: Budget meeting, with all"
    assert first.rows[1:3] == [
        "Summary: Budget meeting, with all",
        "Description: Bring numbers and tea",
    ]
    assert CALENDAR.split("\n")[first.sources[1]].startswith("SUMMARY")
    assert "Dig" in text_of("a.ics", CALENDAR.replace("\n", "\r\n").encode())
    [(place, symbol, said)] = found("a.vcf", CONTACTS.encode())
    assert (place, symbol) == ("Wilma Wombat", "Wilma Wombat")
    assert "Note: Grüße" in said
    assert "Email: wilma@example.org" in said
    assert "aGVsbG8" not in said


SUBTITLES = (
    "1\n00:00:01,000 --> 00:00:04,000\n<i>Dig</i> here\n\n2\n01:02:03,500 --> 01:02:05,000\nNow\n"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.srt", SUBTITLES), ("a.vtt", "WEBVTT - x\n\nNOTE y\n\n" + SUBTITLES.replace(",", "."))],
)
def test_subtitles_give_what_is_said_and_when(name: str, text: str) -> None:
    [(place, _, said)] = found(name, text.encode())
    assert said == "Dig here\nNow"
    assert place == "00:00:01 – 01:02:03"
    [chunk] = read(name, text.encode(), secrets=False).chunks
    assert "Now" in text.split("\n")[chunk.end_line - 1]


def test_a_fiction_book_gives_its_sections() -> None:
    text = (
        "<FictionBook><description><book-title>Wombats</book-title></description><body>"
        f"<section><title><p>One</p></title><p>{LONG}</p></section></body>"
        "<binary>aGVsbG8=</binary></FictionBook>"
    )
    chunks = found("a.fb2", text.encode())
    assert chunks[-1][1] == "Wombats > One"
    assert "aGVsbG8" not in text_of("a.fb2", text.encode())


def a_sheet(rows: str, **more: str) -> bytes:
    return packed(
        **{
            "xl/workbook.xml": '<w><sheet name="s" id="r1"/></w>',
            "xl/_rels/workbook.xml.rels": '<r><R Id="r1" Target="s.xml"/></r>',
            "xl/s.xml": f"<w>{rows}</w>",
            **more,
        }
    )


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
    return packed(**{"word/document.xml": b"<w>" + b" " * 101_000_000})


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
        ("a.fb2", lambda: b"\x00\x01", "no readable"),
        ("a.rtf", lambda: b"plain", "no readable"),
        ("a.odt", lambda: packed(**{"content.xml": ENTITIES}), "no readable"),
        ("a.txt", lambda: b" \n\n ", "empty"),
        ("a.html", lambda: b"<html><body></body></html>", "no text"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_its_reason(
    name: str, make: Callable[[], bytes], reason: str
) -> None:
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
