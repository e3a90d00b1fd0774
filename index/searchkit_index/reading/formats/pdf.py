"""The text of a PDF, page by page, through an optional package."""

from searchkit_index.reading.document import Block
from searchkit_index.reading.text import Unsuitable


def read(data: bytes) -> list[Block]:
    """The pages that hold text, each a section of its own.

    Raises:
        Unsuitable: The package that reads PDF is not installed, or cannot read this file.
    """
    blocks, row = [], 0
    for number, content in enumerate(_pages(data), 1):
        rows = content.split("\n")
        if content.strip():
            page = f"page {number}"
            blocks.append(Block(rows, range(row, row + len(rows)), 0, page, place=page))
        row += len(rows)
    return blocks


def _pages(data: bytes) -> list[str]:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise Unsuitable(
            "reading PDF needs `pypdf`: type `pip install 'searchkit[documents]'`"
        ) from None
    from io import BytesIO

    try:
        return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    # Broken files make the package raise nearly anything.
    except (PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, OSError) as error:
        raise Unsuitable(f"this is no readable PDF: {error}") from error
