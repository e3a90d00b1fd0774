"""Makes small documents of each format, and reads them."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from email.message import EmailMessage
from xml.sax.saxutils import escape

from searchkit_index.chunking.chunk import Chunk
from searchkit_index.process.contents import read

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

LONG = "Some words that stand here to fill a page with nothing but words. " * 12

FILLER = LONG * 3


def packed(**members: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def found(name: str, data: bytes) -> list[tuple[str, str, str]]:
    """Place, symbol and text of each chunk."""
    return [(c.place, c.symbol, c.text) for c in read(name, data, secrets=False).chunks]


def chunks_of(name: str, text: str) -> list[Chunk]:
    """The chunks of a text under a name."""
    return list(read(name, text.encode(), secrets=False).chunks)


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


SUBTITLES = (
    "1\n00:00:01,000 --> 00:00:04,000\n<i>Dig</i> here\n\n2\n01:02:03,500 --> 01:02:05,000\nNow\n"
)


def a_sheet(rows: str, **more: str) -> bytes:
    return packed(
        **{
            "xl/workbook.xml": '<w><sheet name="s" id="r1"/></w>',
            "xl/_rels/workbook.xml.rels": '<r><R Id="r1" Target="s.xml"/></r>',
            "xl/s.xml": f"<w>{rows}</w>",
            **more,
        }
    )


def a_pdf(*pages: str, annotations: Sequence[str] = ()) -> bytes:
    """A PDF with a line of text on each page, and the same annotations on all of them."""
    return a_drawn_pdf(
        *(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET" for text in pages), annotations=annotations
    )


def a_drawn_pdf(*pages: str, annotations: Sequence[str] = ()) -> bytes:
    """A PDF of pages that are given as the operators that draw them."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, operators in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R"
            f" /Annots [{' '.join(annotations)}] >>"
        )
        objects.append(f"<< /Length {len(operators)} >>\nstream\n{operators}\nendstream")
    return pdf_of(each.encode("latin-1") for each in objects)


def pdf_of(objects: Iterable[bytes]) -> bytes:
    """A PDF of its objects, which are numbered from 1; the first is its catalog."""
    body, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    size = len(offsets) + 1
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, entries)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + table + end
