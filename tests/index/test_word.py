"""Word documents give headings, pages, tables, notes, and what was put into them."""

from documents import LONG, W, a_docx, found, packed, paragraph, text_of


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


def test_a_place_begins_where_the_first_line_with_one_does() -> None:
    data = a_docx(
        *(paragraph(f"{n} words", "", "<w:lastRenderedPageBreak/>") for n in "ab"),
        **{"docProps/core.xml": "<p xmlns:dc='d'><dc:title>The title</dc:title></p>"},
    )
    assert [place for place, _, _ in found("a.docx", data)] == ["page 2 – page 3"]


def test_a_document_that_tells_no_pages_was_all_on_page_1() -> None:
    assert found("a.docx", a_docx(paragraph("One"), paragraph("Two"))) == [("", "", "One\nTwo")]
