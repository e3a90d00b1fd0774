"""Workbooks give their rows as the cells show them."""

from documents import a_sheet, found, packed


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
