"""Reads Excel workbooks (Office Open XML): the values of cells, row by row."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from posixpath import dirname

from searchkit_index.reading import drawing
from searchkit_index.reading.archive import Archive, Element, outermost, walk
from searchkit_index.reading.archive import number as number_of
from searchkit_index.reading.document import Block, Draft

# The numbers of built-in formats, and what other formats contain, for dates and for percentages.
_DATES = frozenset({14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47})
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_PERCENTAGES = frozenset({9, 10})
_PERCENT = re.compile("%")
# The parts of a format that are literal.
_LITERAL = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.|General|E[+-]", re.IGNORECASE)
_BESIDE = re.compile(r"/comments|/drawings/drawing")
_BLOCK_ROWS = 500  # of one sheet in one block
_MOST_ROWS = 200_000


def read(data: bytes) -> list[Block]:
    """Read a workbook; the places are rows of sheets, and cells of comments."""
    archive = Archive(data, "workbook")
    main = archive.linked("", "officeDocument") or "xl/workbook.xml"
    workbook, links = archive.xml(main), archive.links(main)
    draft = Draft()
    if workbook is None:
        return draft.blocks
    values = _Values(archive, main, workbook)
    for sheet in outermost(workbook, "sheet"):
        member = links.get(sheet.get("id", ""), "")
        root = archive.xml(member)
        name = sheet.get("name", "")
        draft.begin("", name)
        if root is not None:
            _take(root, name, values, draft)
        for linked in archive.links(member).values():
            _add_comments_and_drawings(archive, linked, name, draft)
    return draft.blocks


def _add_comments_and_drawings(archive: Archive, member: str, sheet: str, draft: Draft) -> None:
    """Add a member that a sheet refers to: its comments, or its drawings and charts."""
    part = archive.xml(member) if _BESIDE.search(member) else None
    if part is None:
        return
    if "/comments" in member:
        for comment in outermost(part, "comment"):
            draft.place = f"sheet {sheet}, cell {comment.get('ref')}"
            draft.add(_without_phonetics(comment))
        return
    draft.place = f"sheet {sheet}"
    draft.add(drawing.words_of(part))
    for linked in archive.links(member).values():
        chart = archive.xml(linked) if "/charts/chart" in linked else None
        if chart is not None:
            draft.add(drawing.words_of(chart))


def _take(root: Element, name: str, values: "_Values", draft: Draft) -> None:
    rows: list[str] = []
    places: list[str] = []
    for number, text in _rows(root, values):
        rows.append(text)
        places.append(f"sheet {name}, row {number}")
        if len(rows) == _BLOCK_ROWS:
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
    """Formats the values of cells, with the strings and styles of a workbook."""

    def __init__(self, archive: Archive, main: str, workbook: Element) -> None:
        def part(kind: str) -> Element | None:
            return archive.xml(archive.linked(main, kind) or f"{dirname(main)}/{kind}.xml")

        strings, styles = part("sharedStrings"), part("styles")
        entries = outermost(strings, "si") if strings is not None else ()
        self._strings = [_without_phonetics(entry) for entry in entries]
        self._dates = _styles(styles, _DATE, _DATES)
        self._percentages = _styles(styles, _PERCENT, _PERCENTAGES)
        properties = workbook.find("workbookPr")
        late = properties is not None and properties.get("date1904") in ("1", "true")
        self._epoch = datetime(1904, 1, 1) if late else datetime(1899, 12, 30)

    def text(self, cell: Element) -> str:
        kind, value = cell.get("t", "n"), cell.findtext("v") or ""
        formula = cell.findtext("f")
        if kind == "s":
            at = number_of(value)
            value = self._strings[at] if at is not None and at < len(self._strings) else ""
        elif kind == "inlineStr":
            value = _without_phonetics(cell)
        elif kind == "b":
            value = "TRUE" if value == "1" else "FALSE"
        elif not value and formula:  # written by a program that does not calculate
            value = f"={formula}"
        elif kind == "n" and cell.get("s", "") in self._dates:
            value = self._date(value)
        elif kind == "n":
            value = _number(value, is_percentage=cell.get("s", "") in self._percentages)
        return " ".join(value.split())

    def _date(self, value: str) -> str:
        try:
            moment = self._epoch + timedelta(days=float(value), milliseconds=500)
        except (ValueError, OverflowError):
            return value
        moment = moment.replace(microsecond=0)
        if moment.date() == self._epoch.date():  # a time of day
            return str(moment.time())
        return str(moment.date()) if moment.time() == datetime.min.time() else str(moment)


def _without_phonetics(entry: Element) -> str:
    """Return a text without the pronunciation of its characters, as in Japanese sheets."""
    parts = walk(entry, without=frozenset({"rPh"}))
    return "".join(each.text or "" for each in parts if each.tag == "t")


def _number(value: str, *, is_percentage: bool) -> str:
    """Format a number as a cell shows it, to 15 digits."""
    try:
        number = float(value) * (100 if is_percentage else 1)
    except ValueError:
        return value
    if not is_percentage and ("." not in value or "E" in value.upper()):
        return value
    return f"{number:.15g}" + "%" * is_percentage


def _styles(root: Element | None, pattern: re.Pattern[str], builtin: frozenset[int]) -> set[str]:
    """Find the numbers of the styles whose format matches a pattern, or is built in."""
    if root is None:
        return set()
    formats = {
        each.get("numFmtId", ""): _LITERAL.sub("", each.get("formatCode", ""))
        for each in root.iter("numFmt")
    }
    wanted = {key for key, code in formats.items() if pattern.search(code)} | set(map(str, builtin))
    styles = root.find("cellXfs")
    shown = enumerate(styles if styles is not None else ())
    return {str(number) for number, style in shown if style.get("numFmtId") in wanted}
