"""PDF gives its pages, bookmarks, remarks and filled fields."""

import io
import sys

import pytest
from documents import found

from searchkit_index.reading import hyphens
from searchkit_index.reading.formats import pdf


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
