"""Presentations give their slides, with titles, notes, and what stands on each."""

from documents import LONG, a_pptx, found, packed, text_of


def test_a_presentation_gives_slides_with_titles_and_notes() -> None:
    data = a_pptx(("Welcome", LONG, "Say hello"), ("", "Wombats dig", "Slowly now"))
    chunks = found("talk.pptx", data)
    assert chunks[0][0] == "slide 1"
    assert any("Say hello" in text and "Welcome" in symbol for _, symbol, text in chunks)
    place, symbol, text = next(chunk for chunk in chunks if "Wombats" in chunk[2])
    assert (place, symbol) == ("slide 2", "slide 2")
    assert text == "Wombats dig\nSlowly now"


def test_margins_and_masters_of_slides_are_read_once() -> None:
    def shape(text: str, slot: str = "") -> str:
        return f"<p:sp>{slot}<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp>"

    a = 'xmlns:a="a" xmlns:p="p" xmlns:r="r"'
    links = "".join(f'<R Id="{n}" Target="slides/slide{n}.xml"/>' for n in "12")
    footer = shape("Confidential", '<p:ph type="ftr"/>')
    master = shape("Click to edit", '<p:ph type="title"/>') + shape("Wombat Ltd")
    data = packed(
        **{
            "ppt/presentation.xml": f'<p {a}><p:sldId r:id="1"/><p:sldId r:id="2"/></p>',
            "ppt/_rels/presentation.xml.rels": f"<R>{links}</R>",
            "ppt/slides/slide1.xml": f"<p {a}>{shape('One')}{footer}</p>",
            "ppt/slides/slide2.xml": f"<p {a}>{shape('Two')}{footer}</p>",
            "ppt/slideMasters/slideMaster1.xml": f"<p {a}>{master}</p>",
            "ppt/slideLayouts/slideLayout1.xml": f"<p {a}>{master}</p>",
        }
    )
    assert text_of("a.pptx", data) == "One\nConfidential\nTwo\nWombat Ltd"
