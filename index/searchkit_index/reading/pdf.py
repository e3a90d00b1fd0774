"""The text of a PDF, page by page, through an optional package."""

from searchkit_index.chunking.outline import Outline
from searchkit_index.chunking.prose import prose_outline
from searchkit_index.errors import SearchkitError

_PAGE_BREAK = "\f"


def pdf_text(data: bytes) -> str:
    """The text of each page, with a form feed on a line of its own between pages.

    Raises:
        SearchkitError: The package that reads PDF is not installed, or cannot read this file.
    """
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise SearchkitError(
            "reading PDF needs `pypdf`", "type `pip install 'searchkit[pdf]'`"
        ) from error
    from io import BytesIO

    try:
        pages = [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    # Broken files make the package raise nearly anything.
    except (PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, OSError) as error:
        raise SearchkitError(f"this is no readable PDF: {error}") from error
    return f"\n{_PAGE_BREAK}\n".join(page.replace(_PAGE_BREAK, " ") for page in pages)


def pages_outline(rows: list[str]) -> Outline:
    """Levels of such a text: pages are its sections, `page 3` their titles."""
    outline = prose_outline(rows, "text")
    starts = [0, *(row + 1 for row, line in enumerate(rows) if line == _PAGE_BREAK)]
    for number, row in enumerate(starts, 1):
        if row < len(rows):
            outline.levels[row] = 0
            outline.titles[row] = f"page {number}"
    return outline
