"""Reads Excel workbooks (Office Open XML): the values of cells, row by row."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from searchkit_index.reading.archive import Archive, Element, outermost
from searchkit_index.reading.archive import number as number_of
from searchkit_index.reading.document import Block, Draft

# Numbers of the formats of dates and times that every workbook has.
_DATES = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47})
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_NO_DATE = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.|General|E[+-]", re.IGNORECASE)
# Rows of one sheet in one block.
_ROWS = 500
_MOST_ROWS = 200_000


def read(data: bytes) -> list[Block]:
    """Read a workbook; places are a sheet and a row.

    Args:
        data: All that the file holds.

    Returns:
        Its blocks, in order.

    Raises:
        Unsuitable: It is no such workbook.
    """
    archive = Archive(data, "workbook")
    workbook, links = archive.xml("xl/workbook.xml"), archive.links("xl/workbook.xml")
    draft = Draft()
    if workbook is None:
        return draft.blocks
    values = _Values(archive)
    for sheet in outermost(workbook, "sheet"):
        root = archive.xml(links.get(sheet.get("id", ""), ""))
        name = sheet.get("name", "")
        draft.begin("", name)
        if root is not None:
            _take(root, name, values, draft)
        for linked in archive.links(links.get(sheet.get("id", ""), "")).values():
            comments = archive.xml(linked) if "comments" in linked else None
            for comment in outermost(comments, "comment") if comments is not None else ():
                draft.place = f"sheet {name}, cell {comment.get('ref')}"
                draft.add("".join(each.text or "" for each in comment.iter("t")))
    return draft.blocks


def _take(root: Element, name: str, values: "_Values", draft: Draft) -> None:
    rows: list[str] = []
    places: list[str] = []
    for number, text in _rows(root, values):
        rows.append(text)
        places.append(f"sheet {name}, row {number}")
        if len(rows) == _ROWS:
            draft.take(Block(rows, (), places=places))
            rows, places = [], []
    if rows:
        draft.take(Block(rows, (), places=places))


def _rows(root: Element, values: "_Values") -> Iterator[tuple[int, str]]:
    number = 0
    for row in outermost(root, "row"):
        given = number_of(row.get("r", ""))
        number = number + 1 if given is None else given
        cells = [text for cell in outermost(row, "c") if (text := values.text(cell))]
        if cells:
            yield number, " | ".join(cells)
        if number > _MOST_ROWS:
            return


class _Values:
    """What cells show, by the shared parts of a workbook."""

    def __init__(self, archive: Archive) -> None:
        strings = archive.xml("xl/sharedStrings.xml")
        self._strings = [
            "".join(each.text or "" for each in entry.iter("t"))
            for entry in (outermost(strings, "si") if strings is not None else ())
        ]
        self._dates = _date_styles(archive.xml("xl/styles.xml"))
        workbook = archive.xml("xl/workbook.xml")
        properties = workbook.find("workbookPr") if workbook is not None else None
        late = properties is not None and properties.get("date1904") in ("1", "true")
        self._epoch = datetime(1904, 1, 1) if late else datetime(1899, 12, 30)

    def text(self, cell: Element) -> str:
        kind, value = cell.get("t", "n"), cell.findtext("v") or ""
        if kind == "s":
            at = number_of(value)
            value = self._strings[at] if at is not None and at < len(self._strings) else ""
        elif kind == "inlineStr":
            value = "".join(each.text or "" for each in cell.iter("t"))
        elif kind == "b":
            value = "TRUE" if value == "1" else "FALSE"
        elif kind == "n" and cell.get("s", "") in self._dates:
            value = self._date(value)
        return " ".join(value.split())

    def _date(self, value: str) -> str:
        try:
            moment = self._epoch + timedelta(days=float(value), milliseconds=500)
        except (ValueError, OverflowError):
            return value
        moment = moment.replace(microsecond=0)
        return str(moment.date()) if moment.time() == datetime.min.time() else str(moment)


def _date_styles(root: Element | None) -> set[str]:
    """Find the numbers of the styles that show dates."""
    if root is None:
        return set()
    formats = {
        each.get("numFmtId", ""): _NO_DATE.sub("", each.get("formatCode", ""))
        for each in root.iter("numFmt")
    }
    dates = {key for key, code in formats.items() if _DATE.search(code)} | set(map(str, _DATES))
    styles = root.find("cellXfs")
    shown = enumerate(styles if styles is not None else ())
    return {str(number) for number, style in shown if style.get("numFmtId") in dates}
