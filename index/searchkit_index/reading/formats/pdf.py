"""Reads the text of a PDF, page by page, through an optional package: pypdfium2, or else pypdf."""

import contextlib
import logging
import re
import time
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any, NamedTuple

from searchkit_index.reading import artifact, hyphens, ocr
from searchkit_index.reading.columns import Run, reading_order
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.text import Unsuitable
from searchkit_index.system import programs

_MOST_RUNS = 2_000  # of one page, and annotations; a map, or a table of a whole page, has more
_MOST_BOOKMARKS = 10_000
_LONGEST_ANNOTATION = 100_000  # bytes
# Scanned pages are rendered with so many dots per inch, at most so many on a side, and recognised
# for so many seconds in one file.
_RESOLUTION, _MOST_DOTS = 200, 4_000
_TIME_LIMIT = 180.0
_SAMPLING = 101  # one dot of so many is compared to find empty pages
# A line whose characters are all doubled has a word of four doubled letters or more.
_DOUBLED_WORD = re.compile(r"(?:([^\W\d_])\1){4,}")
_PAIR = re.compile(r"(\S)\1")
# A line of Chinese or Japanese with a space between all characters, as in titles.
_SPACED = re.compile(r"(?:\S )+\S")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_BLANKS = re.compile(r"[ \t\r\u00a0]+")


def read(data: bytes) -> list[Block]:
    """Read the pages with text, by Tesseract if needed, each as a section below the title."""
    draft = Draft()
    pages = _pages(data)
    title, *found = pages
    draft.add("" if title.text.strip().lower() == "untitled" else title.text, 0)
    titles = len(draft.blocks)
    marked = False
    texts = hyphens.joined([page.text.replace("\r\n", "\n") for page in found])
    for number, (page, text) in enumerate(zip(found, texts, strict=True), 1):
        draft.place = f"page {number}"
        marked = marked or bool(page.heading)
        # In a document with bookmarks, pages without one go on with the last section.
        depth = page.depth if page.heading or not marked else None
        draft.add(_tidy(text), depth, page.heading or draft.place)
    if len(draft.blocks) == titles:
        missing = "" if programs.find(ocr.PROGRAM) else f": needs `{ocr.PROGRAM}`"
        raise Unsuitable(f"holds no text, as scanned pages do{missing}")
    return draft.blocks


def _tidy(page: str) -> str:
    lines = (_without_letterspacing(_BLANKS.sub(" ", line).rstrip()) for line in page.split("\n"))
    return "\n".join(map(_undoubled, lines))


def _undoubled(line: str) -> str:
    """Remove doubled characters from a line that was drawn twice for a halo: `MMoorriinn`."""
    if _DOUBLED_WORD.search(line) is None:
        return line
    bare = line.replace(" ", "")
    return _PAIR.sub(r"\1", line) if 2 * len(_PAIR.findall(bare)) >= len(bare) else line


def _without_letterspacing(line: str) -> str:
    """Remove the spaces between all characters of a line in a script without spaces."""
    if _SPACED.fullmatch(line) and 3 * len(_UNSPACED.findall(line)) > len(line):
        return line.replace(" ", "")
    return line


class _Page(NamedTuple):
    """A page, or the title of the file.

    Attributes:
        text: Its text.
        heading: The first bookmark that points to it; "" for none.
        depth: The depth of that bookmark, from 1.
    """

    text: str
    heading: str = ""
    depth: int = 1


def _pages(data: bytes) -> Iterator[_Page]:
    """Yield the title from the properties, or "", and then each page."""
    try:
        import pypdfium2
    except ImportError:
        return _pages_by_pypdf(data)
    return _pages_by_pdfium(data, pypdfium2.PdfDocument, pypdfium2.PdfiumError)


def _pages_by_pdfium(data: bytes, document: type, fault: type[Exception]) -> Iterator[_Page]:
    try:
        opened, scans, annotations = document(data), _Scans(), _Annotations()
        yield _Page(opened.get_metadata_value("Title"))
        headings = _headings(opened)
        for number, page in enumerate(opened):
            text = page.get_textpage()
            body = _in_columns(text) or text.get_text_bounded()
            body = body if body.strip() else scans.text_of(page)
            whole = "\n".join((body, *annotations.texts_of(page)))
            yield _Page(whole, *headings.get(number, ("", 1)))
            text.close()
            page.close()
    except (fault, ValueError, UnicodeError) as error:
        locked = "password" in str(error).lower()
        reason = artifact.PASSWORD if locked else f"this is no readable PDF: {error}"
        raise Unsuitable(reason) from error


def _headings(opened: Any) -> dict[int, tuple[str, int]]:
    """Find the title and depth of the first bookmark of each page, by its number from 0."""
    found: dict[int, tuple[str, int]] = {}
    for mark in islice(opened.get_toc(), _MOST_BOOKMARKS):
        target, title = mark.get_dest(), " ".join(mark.get_title().split())
        if target is not None and title:
            found.setdefault(target.get_index(), (title, min(6, mark.level + 1)))
    return found


class _Annotations:
    """Reads the annotations of a page: notes, comments on marked text, and filled fields."""

    def __init__(self) -> None:
        from pypdfium2 import raw

        self._raw = raw

    def texts_of(self, page: Any) -> Iterator[str]:
        """Yield the texts of a page's annotations, in their order."""
        for number in range(min(self._raw.FPDFPage_GetAnnotCount(page), _MOST_RUNS)):
            if found := self._raw.FPDFPage_GetAnnot(page, number):
                field = self._raw.FPDFAnnot_GetSubtype(found) == self._raw.FPDF_ANNOT_WIDGET
                text = self._text(found, b"V" if field else b"Contents")
                self._raw.FPDFPage_CloseAnnot(found)
                if text.strip():
                    yield text

    def _text(self, found: Any, key: bytes) -> str:
        # The state of a checkbox is a name, and no text.
        if self._raw.FPDFAnnot_GetValueType(found, key) != self._raw.FPDF_OBJECT_STRING:
            return ""
        size = min(self._raw.FPDFAnnot_GetStringValue(found, key, None, 0), _LONGEST_ANNOTATION)
        buffer = (self._raw.FPDF_WCHAR * (size // 2 + 1))()
        self._raw.FPDFAnnot_GetStringValue(found, key, buffer, size)
        return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "replace")


class _Scans:
    """Recognises the text of pages that are pictures, up to a time for one file."""

    def __init__(self) -> None:
        self._end = time.monotonic() + _TIME_LIMIT

    def text_of(self, page: Any) -> str:
        """Return the text of a page; "" if Tesseract is missing or finds none."""
        if programs.find(ocr.PROGRAM) is None or time.monotonic() > self._end:
            return ""
        width, height = page.get_size()
        scale = min(_RESOLUTION / 72, _MOST_DOTS / max(1.0, width), _MOST_DOTS / max(1.0, height))
        drawn = page.render(scale=scale, grayscale=True)
        head = f"P5 {drawn.width} {drawn.height} 255\n".encode()
        lines = bytes(drawn.buffer)
        starts = range(0, drawn.height * drawn.stride, drawn.stride)
        picture = b"".join(lines[start : start + drawn.width] for start in starts)
        drawn.close()
        if len(set(picture[::_SAMPLING])) < 2:
            return ""  # an empty page
        with contextlib.suppress(Unsuitable):
            return ocr.text_of(head + picture)
        return ""


def _in_columns(page: Any) -> str:
    """Return the text of a page whose two columns were written line by line, or ""."""
    count = min(page.count_rects(), _MOST_RUNS)
    runs = [Run(*page.get_rect(number)) for number in range(count)]
    order = reading_order(runs) or ()
    lines = ([page.get_text_bounded(*runs[number]) for number in line] for line in order)
    return "\n".join(" ".join(words) for words in lines)


def _pages_by_pypdf(data: bytes) -> Iterator[_Page]:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise Unsuitable(
            "reading PDF needs `pypdfium2`: type `pip install 'searchkit[documents]'`"
        ) from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        opened = PdfReader(BytesIO(data))
        yield _Page(str((opened.metadata and opened.metadata.title) or ""))
        for page in opened.pages:
            added = (each.get_object() for each in page.get("/Annots") or ())
            values = (each.get("/V" if "/FT" in each else "/Contents") for each in added)
            texts = (value for value in values if isinstance(value, str) and value[:1] != "/")
            yield _Page("\n".join((page.extract_text(), *texts)))
    # The package raises nearly anything on a damaged file.
    except (PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, OSError) as error:
        raise Unsuitable(f"this is no readable PDF: {error}") from error
