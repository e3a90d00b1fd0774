"""Texts, plans and translations in XML and YAML are read as what people wrote in them."""

import pytest
from documents import found

from searchkit_index.process.contents import read
from searchkit_index.reading.text import Unsuitable

EDITION = """<?xml version="1.0"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title>A <hi>letter</hi></title><author>Ada Wood</author></titleStmt></fileDesc></teiHeader>
<text><body><div><head>To her son</head>
<p><lb/>The wom<lb break="no"/>bat, as <title>Burrows</title> says,<note n="1">In 1671.</note> dug
<choice><sic>dep</sic><corr>deep</corr></choice>.</p></div></body></text></TEI>
"""
ARTICLE = """<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96)//EN" "jats.dtd" [<!ENTITY a "b">]>
<article><front><article-meta><title-group><article-title>Sleep</article-title></title-group>
</article-meta></front><body><sec><title>Methods</title><p>We filmed six animals<xref>1</xref>.</p>
<preformat>one
  two</preformat></sec></body><back><ref-list><ref><mixed-citation>Wood, A.
<article-title>Dreams</article-title> 1999</mixed-citation></ref></ref-list></back></article>
"""
MANUAL = """<article xmlns="http://docbook.org/ns/docbook" version="5.0"><title>Pumps</title>
<section><title>Priming</title><para>Fill the <emphasis>housing</emphasis>.</para></section>
</article>"""
TASK = """<!DOCTYPE task PUBLIC "-//OASIS//DTD DITA Task//EN" "task.dtd">
<task id="t"><title>Change it</title><taskbody><cmd>Close the <b>valve</b>.</cmd></taskbody></task>
"""
ALTO = """<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><TextLine HPOS="20">
<String CONTENT="The" HPOS="31"/><SP/><String CONTENT="wom-" SUBS_TYPE="HypPart1"
 SUBS_CONTENT="wombat"/></TextLine><TextLine><String CONTENT="bat" SUBS_TYPE="HypPart2"
 SUBS_CONTENT="wombat"/><String CONTENT="digs"/></TextLine></Layout></alto>
"""
PAGE = """<PcGts><Page><TextRegion><TextLine><Word><TextEquiv><Unicode>The</Unicode></TextEquiv>
</Word><TextEquiv><Unicode>The wombat</Unicode></TextEquiv></TextLine>
<TextLine><TextEquiv><Unicode>digs</Unicode></TextEquiv></TextLine>
<TextEquiv><Unicode>The wombat digs</Unicode></TextEquiv></TextRegion></Page></PcGts>
"""
RECOGNISED = """<html><body><div class='ocr_page' title='image "a.png"; bbox 0 0 9 9'>
<p class='ocr_par' title='bbox 1 1 9 9'><span class='ocr_line' title='bbox 1 1 9 2'>
<span class='ocrx_word' title='bbox 1 1 3 2; x_wconf 96'>The</span>
<span class='ocrx_word' title='bbox 4 1 9 2; x_wconf 90'>wombat</span></span>
<span class='ocr_line' title='bbox 1 3 9 4'>digs</span></p></div></body></html>
"""
SCENE = r"""%YAML 1.1
%TAG !u! tag:unity3d.com,2011:
--- !u!1 &100
GameObject:
  serializedVersion: 6
  m_Component:
  - component: {fileID: 400}
  m_Name: WoodenDoor
  m_TagString: Untagged
--- !u!114 &400
MonoBehaviour:
  m_Script: {fileID: 11500000, guid: c5a32d8209c314631bad292a32582dfc, type: 3}
  Description: "\u6728\u306E\u6249, which
    creaks"
  m_Color: {r: 1, g: 1}
"""
PLAN = r"""(kicad_sch (version 20230121) (generator eeschema)
  (uuid 5d7f1b1e-6b1d-4b62-9f2e-9c5f7b1c0a11)
  (text "Reverse \"polarity\"\nprotection" (at 50.8 63.5 0))
  (symbol (lib_id "Device:R") (at 100.33 80.01 0)
    (property "Reference" "R12" (at 102.87 78.74 0))
    (property "Footprint" "Resistor_SMD:R_0603" (at 98.55 80.01 90))
    (property "Datasheet" "~" (at 0 0 0))))
"""
UNITS = """<xliff version="1.2"><file original="a.c"><body>
<trans-unit id="12-ab"><source>Delete <g id="1">account</g></source>
<target>Konto<bpt id="2">&lt;b&gt;</bpt> löschen</target></trans-unit></body></file></xliff>
"""
MEMORY = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header creationtool="x"/><body><tu tuid="1"><prop type="x">c0ffee</prop>
<tuv xml:lang="en"><seg>Mains off.</seg></tuv><tuv xml:lang="de"><seg>Strom aus.</seg></tuv></tu>
</body></tmx>
"""
RESOURCES = """<root><resheader name="version"><value>2.0</value></resheader>
<data name="SaveButton"><value>Save &amp; close</value><comment>Toolbar</comment></data></root>
"""
STRINGS = """<?xml version="1.0"?>
<!-- By us. --><resources>
    <!-- Door -->
    <string name="sign_in">Sign <b>in</b>, it\\'s\\n\\"free\\"</string>
    <plurals name="eggs"><item quantity="one">One egg</item>
        <item quantity="other">%d eggs</item></plurals>
</resources>
"""
MESSAGES = """{"@@locale": "de", "login": {"title": "Bei Ihrem Konto anmelden", "tries": {
  "wrong": "Das Passwort ist\\nfalsch", "left": "{{count}}"}}, "sale": {
  "gone": "Leider schon f\\u00fcr \\"andere\\" {da}"}, "open": "\\"""
REFERENCES = """TY  - BOOK
TI  - The cheese and the worms
AU  - Ginzburg, Carlo
L1  - file:///home/ada/a.pdf
ER  -

TY  - JOUR
TI  - Burrows
ER  -
"""
LYRICS = "[ti:Rain]\n[00:12.00]The rain\n\n[00:15.30][01:15.30]<00:15.30>on <00:16.00>tin\n"


@pytest.mark.parametrize(
    ("name", "text", "language", "said"),
    [
        ("a.xml", EDITION, "edition", "A letter|Ada Wood|To her son|The wombat, as Burrows says,"
         "|In 1671.|dug deep."),
        ("a.xml", ARTICLE, "edition", "Sleep|Methods|We filmed six animals 1.|one|  two"
         "|Wood, A. Dreams 1999"),
        ("a.xml", MANUAL, "edition", "Pumps|Priming|Fill the housing."),
        ("a.dita", TASK, "edition", "Change it|Close the valve."),
        ("a.ditamap", "<map><title>Pumps</title><topicref href='a'><topicmeta><navtitle>Priming"
         "</navtitle></topicmeta></topicref></map>", "edition", "Pumps|Priming"),
        ("a.xml", TASK, "edition", "Change it|Close the valve."),
        ("a.xml", ALTO, "edition", "The wombat|digs"),
        ("a.xml", PAGE, "edition", "The wombat|digs"),
        *((name, RECOGNISED, "html", "The wombat|digs") for name in ("a.hocr", "a.html")),
        *((name, SCENE, "labels", "WoodenDoor|Description: 木の扉, which creaks")
          for name in ("a.prefab", "a.asset")),
        ("a.kicad_sch", PLAN, "labels", 'Reverse "polarity" protection|Reference: R12'),
        *((name, UNITS, "translations", "Delete account|Konto löschen")
          for name in ("a.xlf", "a.xml")),
        ("a.tmx", MEMORY, "translations", "Mains off.|Strom aus."),
        ("a.resx", RESOURCES, "translations", "SaveButton: Save & close|Toolbar"),
        ("strings.xml", STRINGS, "translations", "sign_in: Sign in, it's \"free\"|eggs: One egg"
         "|%d eggs"),
        *((name, MESSAGES, "translations", "@@locale: de|login.title: Bei Ihrem Konto anmelden"
           "|login.tries.wrong: Das Passwort ist falsch|login.tries.left: {{count}}"
           "|sale.gone: Leider schon für \"andere\" {da}")
          for name in ("locales/de.json", "app_de.arb")),
        ("strings.xml", STRINGS.replace("<plurals", "<dimen name='a'>1dp</dimen><plurals"),
         "translations", None),
        ("colors.xml", "<resources><color name='a'>#fff</color></resources>", "xml", None),

        ("a.ris", REFERENCES, "references", "TY  - BOOK|TI  - The cheese and the worms"
         "|AU  - Ginzburg, Carlo|TY  - JOUR|TI  - Burrows"),
        ("a.lrc", LYRICS, "subtitles", "[ti:Rain]|The rain|on tin"),
        ("a.xml", "<article><title>Milk</title></article>", "xml", None),
        ("a.tmx", "<map><layer name='Ground'/></map>", "xml", None),
        ("a.xml", "<TEI/>", "edition", None),
        ("a.xlf", "<xliff/>", "translations", None),
        ("a.ris", "Ris lies on the Elbe.", "references", None),
    ],
)  # fmt: skip
def test_texts_were_hidden_among_tags_codes_and_numbers(
    name: str, text: str, language: str, said: str | None
) -> None:
    whole = read(name, text.encode(), secrets=False)
    assert whole.language == language
    rows = "\n".join(chunk.text for chunk in whole.chunks).split("\n")
    assert rows == (text if said is None else said.replace("|", "\n")).strip().split("\n")


def test_a_section_of_an_edition_has_its_title_and_its_lines() -> None:
    long = EDITION.replace("dug", "dug and dug " * 200)
    *_, last = read("a.xml", long.encode(), secrets=False).chunks
    assert last.symbol == "A letter > To her son"
    assert "dug and dug" in last.text
    assert (last.start_line, last.end_line) == (5, 5)


def test_a_reference_is_called_by_its_title() -> None:
    [only] = read("a.ris", REFERENCES.encode(), secrets=False).chunks
    assert (only.symbol, only.end_line) == ("The cheese and the worms, Burrows", 8)


def test_a_scene_without_words_holds_none() -> None:
    with pytest.raises(Unsuitable, match="holds no text"):
        found("a.unity", SCENE.partition("--- !u!1 ")[0].encode() + b"  m_Layer: 5\n")


def test_elements_that_are_never_closed_took_minutes() -> None:
    whole = read("a.tei", b"<TEI>" + b"<div>dig " * 20_000, secrets=False)
    assert whole.chunks[0].text.startswith("dig")
