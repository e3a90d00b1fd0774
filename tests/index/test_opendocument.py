"""OpenDocument texts, sheets and slides give what stands in them."""

import pytest
from documents import found, packed, text_of

ODF = 'xmlns:o="o" xmlns:t="t" xmlns:b="b" xmlns:d="d"'


@pytest.mark.parametrize("flat", [False, True])
def test_open_document_texts_sheets_and_slides(flat: bool) -> None:
    def a_document(body: str) -> bytes:
        root = f"<o:document-content {ODF}><o:body>{body}</o:body></o:document-content>"
        return root.encode() if flat else packed(**{"content.xml": root})

    text = (
        '<t:h t:outline-level="2">Plan</t:h>'
        '<t:p>We<t:s t:c="2"/>buy <t:span>wombats</t:span>.</t:p>'
    )
    names = ("a.fodt", "a.fods", "a.fodp") if flat else ("a.odt", "a.ods", "a.odp")
    assert found(names[0], a_document(text)) == [("", "Plan", "Plan\nWe  buy wombats.")]
    cells = "<b:table-cell><t:p>Rent</t:p></b:table-cell><b:table-cell><t:p>12</t:p></b:table-cell>"
    sheet = (
        '<b:table b:name="Costs"><b:table-row b:number-rows-repeated="3"/>'
        f"<b:table-row>{cells}</b:table-row></b:table>"
    )
    assert found(names[1], a_document(sheet)) == [("sheet Costs, row 4", "Costs", "Rent | 12")]
    slides = (
        "<d:page><d:text-box><t:p>One</t:p></d:text-box></d:page><d:page><t:p>Two</t:p></d:page>"
    )
    [(place, symbol, said)] = found(names[2], a_document(slides))
    assert (place, symbol, said) == ("slide 1 – slide 2", "slide 1, slide 2", "One\nTwo")


def test_remarks_in_cells_margins_and_formulas_of_an_open_document_are_read() -> None:
    remark = "<o:annotation><t:p>Really?</t:p></o:annotation>"
    cell = f"<b:table-cell>{remark}<t:p>12</t:p></b:table-cell>"
    body = f'<b:table b:name="S"><b:table-row>{cell}</b:table-row></b:table>'
    masters = (
        f"<o:document-styles {ODF}><o:master-styles><t:header><t:p>Top</t:p></t:header><d:frame "
        'd:placeholder="true"><t:p>Click</t:p></d:frame></o:master-styles></o:document-styles>'
    )
    data = packed(
        **{
            "content.xml": f"<o:document {ODF}><o:body>{body}</o:body></o:document>",
            "styles.xml": masters,
            "Object 1/content.xml": "<math><annotation encoding='x'>E = m c^2</annotation></math>",
        }
    )
    assert text_of("a.ods", data) == "12\nReally?\nTop\nE = m c^2"


def test_notes_of_an_open_document_stand_beside_their_paragraph() -> None:
    note = "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>Small</t:p></t:note-body>"
    picture = "<d:frame><d:title>Bau</d:title><d:desc>im Wald</d:desc></d:frame>"
    remark = "<o:annotation><t:p>Really</t:p></o:annotation>"
    body = f"<t:h>Home{remark}</t:h><t:p>A wombat{note}</t:note> digs{picture}.</t:p>"
    root = f"<o:document-content {ODF}><o:body>{body}</o:body></o:document-content>"
    assert text_of("a.fodt", root.encode()) == ("Home\nReally\nA wombat digs Bau  im Wald .\nSmall")


def test_a_table_of_a_text_is_no_sheet() -> None:
    row = "<b:table-row><b:table-cell><t:p>Rent</t:p></b:table-cell></b:table-row>"
    body = f'<o:text><t:h>Plan</t:h><b:table b:name="Table1">{row}</b:table></o:text>'
    root = f"<o:document-content {ODF}><o:body>{body}</o:body></o:document-content>"
    assert found("a.odt", packed(**{"content.xml": root})) == [("", "Plan", "Plan\nRent")]
