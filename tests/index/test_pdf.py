"""PDF gives its pages, bookmarks, remarks and filled fields."""

import io
import sys
from pathlib import Path

import pytest
from documents import a_drawn_pdf, a_pdf, found

from searchkit_index.chunking.chunk import document_chunks
from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading import hyphens
from searchkit_index.reading.formats import pdf
from searchkit_index.reading.text import Unsuitable


def test_a_pdf_is_read_page_by_page() -> None:
    pytest.importorskip("pypdf")
    blocks = pdf.read(a_pdf("first words", "", "third words"))
    assert [block.rows for block in blocks] == [["first words"], ["third words"]]
    [chunk] = document_chunks(blocks, LANGUAGES["pdf"], 8)
    assert (chunk.symbol, chunk.place) == ("page 1, page 3", "page 1 – page 3")
    words = "some words that stand here to fill a page with nothing but words and more words"
    found = document_chunks(pdf.read(a_pdf(words, "", words)), LANGUAGES["pdf"], 32)
    assert [(chunk.symbol, chunk.place) for chunk in found] == [("page 1",) * 2, ("page 3",) * 2]


@pytest.mark.parametrize("package", ["pypdf", "pypdfium2"])
def test_a_page_of_a_pdf_is_read_alike_by_every_package(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    pytest.importorskip(package)
    for other in {"pypdf", "pypdfium2"} - {package}:
        monkeypatch.setitem(sys.modules, other, None)
    blocks = pdf.read(a_pdf("first words", "second words"))
    assert [(block.place, *block.rows) for block in blocks] == [
        ("page 1", "first words"),
        ("page 2", "second words"),
    ]
    with pytest.raises(Unsuitable, match="no text"):
        pdf.read(a_pdf("", ""))


def in_two_columns(left: str, right: str) -> str:
    """What draws a page line by line across two columns, below a title over both."""
    words = [(72, 760, "A title that stands over both of the columns and reaches far to the right")]
    for row in range(12):
        words += [(72, 700 - 14 * row, f"{left} {row}"), (320, 700 - 14 * row, f"{right} {row}")]
    drawn = " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in words)
    return f"BT /F1 12 Tf {drawn} ET"


def test_columns_that_were_written_line_by_line_are_read_one_after_the_other() -> None:
    pytest.importorskip("pypdfium2")
    page = in_two_columns("Many words about burrows, line", "Other tales of the wombats, line")
    [block] = pdf.read(a_drawn_pdf(page))
    assert block.rows[0].startswith("A title")
    assert block.rows[1:13] == [f"Many words about burrows, line {row}" for row in range(12)]
    assert block.rows[13:] == [f"Other tales of the wombats, line {row}" for row in range(12)]


def test_a_table_is_read_row_by_row() -> None:
    pytest.importorskip("pypdfium2")
    [block] = pdf.read(a_drawn_pdf(in_two_columns("Rent", "of a rather long kind of burrow")))
    assert block.rows[1] == "Rent 0 of a rather long kind of burrow 0"


def test_words_divided_at_the_ends_of_lines_are_whole() -> None:
    pages = [
        "the archi-\ntecture of Jean-\nPaul, well-known",
        "a dual-\nencoder Lucene\ufffe\nBM25",
    ]
    assert hyphens.joined(pages) == [
        "the architecture of Jean-\nPaul, well-known",
        "a dualencoder Lucene-\nBM25",
    ]


def test_a_word_that_has_a_hyphen_elsewhere_keeps_it_at_the_end_of_a_line() -> None:
    divided = "an end-to-\nend dual-\nencoder, co-\noperation\ufffes"
    pages = [divided, "End-to-end, Dual-encoder; co-operation cooperation"]
    assert hyphens.joined(pages)[0] == "an end-to-end dual-encoder, cooperations"


def test_a_broken_pdf_is_told_in_one_line() -> None:
    pytest.importorskip("pypdf")
    with pytest.raises(Unsuitable, match="no readable PDF"):
        pdf.read(Path(__file__).read_bytes())


def test_a_missing_reader_is_told_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pypdf", "pypdfium2"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(Unsuitable, match="pip install"):
        pdf.read(b"")


@pytest.mark.parametrize("package", ["pypdfium2", "pypdf"])
def test_remarks_and_filled_fields_of_a_pdf_are_read(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(package)
    if package == "pypdf":
        monkeypatch.setitem(sys.modules, "pypdfium2", None)
    annotations = [
        "<</Type/Annot/Subtype/Text/Rect[1 1 9 9]/Contents(Really?)>>",
        "<</Type/Annot/Subtype/Widget/FT/Tx/Rect[1 1 9 9]/V(A burrow)>>",
        "<</Type/Annot/Subtype/Widget/FT/Btn/Rect[1 1 9 9]/V/Yes>>",
    ]
    data = a_pdf("Roots", annotations=annotations)
    assert found("a.pdf", data) == [("page 1", "page 1", "Roots\nReally?\nA burrow")]


def test_bookmarks_of_a_pdf_are_the_headings_of_its_pages() -> None:
    pytest.importorskip("pypdfium2")
    pypdf = pytest.importorskip("pypdf")
    writer, data = pypdf.PdfWriter(), io.BytesIO()
    for _ in range(4):
        writer.append(io.BytesIO(a_pdf("Roots")))
    above = writer.add_outline_item(title="Burrows", page_number=1)
    writer.add_outline_item(title="Deep  ones", page_number=2, parent=above)
    writer.write(data)
    found = [(block.depth, block.title) for block in pdf.read(data.getvalue())]
    assert found == [(1, "page 1"), (1, "Burrows"), (2, "Deep ones"), (None, "")]


def test_a_title_set_with_blanks_between_its_characters_is_closed_up() -> None:
    assert pdf._tidy("参 考 文 献\n目  录\n1 0 0 2\nC H A P\n简 体 中文") == (
        "参考文献\n目录\n1 0 0 2\nC H A P\n简 体 中文"
    )


def test_either_sign_of_a_hyphen_at_the_end_of_a_line_joins_the_word() -> None:
    pages = ["rea\x02sonable, with\x02\nout a dual\ufffeencoder of Lucene\x02BM25", "dual-encoder"]
    assert hyphens.joined(pages)[0] == "reasonable, without a dual-encoder of Lucene-\nBM25"


def test_a_line_that_a_map_draws_twice_for_a_halo_is_read_once() -> None:
    assert pdf._tidy(
        "MMuunniicciippaalliittéé ddee SSaaiinntt--SSaauuvveeuurr\nBookkeeper 1122"
    ) == ("Municipalité de Saint-Sauveur\nBookkeeper 1122")


def test_a_pdf_answers_with_its_page_and_a_broken_one_is_skipped(tree: Path, open_index) -> None:
    pytest.importorskip("pypdf")
    (tree / "paper.pdf").write_bytes(a_pdf("Nothing of note", "The quokka is a marsupial"))
    (tree / "broken.pdf").write_bytes(b"%PDF-1.7 rubbish")
    with open_index(tree) as index:
        index.build()
        hit = index.search("quokka", mode="lexical")[0]
        assert (hit.path, hit.symbol.split(", ")[-1]) == ("paper.pdf", "page 2")
        assert "no readable PDF" in index.path_status("broken.pdf").words
