"""Of XML that lists entries, what a person reads is left: names and texts."""

import zlib
from base64 import b64encode
from urllib.parse import quote

import pytest
from documents import found

from searchkit_index.process.contents import read
from searchkit_index.reading.text import Unsuitable

FEED = """<?xml version="1.0"?>
<!-- by <b>hand</b> -->
<rss version="2.0"><channel><title>Wombat news</title><link>https://example.org/all</link>
<image><title>Wombat news</title><url>https://example.org/a.png</url></image>
<item><title><![CDATA[Dig & rest]]></title><guid>c0ffee</guid>
<description>&lt;p&gt;They dig &lt;b&gt;deep&lt;/b&gt; at night.&lt;/p&gt;</description></item>
<item><title>Tea &amp; cake</title><description><![CDATA[<p>Put the kettle on.</p>]]></description>
</item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Wombat news</title><id>c0ffee</id>
<entry><title>Dig</title><author><name>Ada</name></author><content type="xhtml"><div><p>They dig
deep.</p></div></content></entry></feed>"""
OLD_FEED = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel><title>Wombat news</title>
<link>https://example.org</link><description>Since 1999</description></channel>
<item rdf:about="c0ffee"><title>Dig</title>
<description>They dig &lt;b&gt;deep&lt;/b&gt;.</description></item></rdf:RDF>"""
PREFIXED = """<atom:feed xmlns:atom="http://www.w3.org/2005/Atom">
<atom:title>Wombat news</atom:title><atom:entry><atom:title>Dig</atom:title>
<media:title xmlns:media="m">c0ffee</media:title>
<atom:content type="html">&lt;p&gt;They dig deep.&lt;/p&gt;</atom:content></atom:entry>
</atom:feed>"""
WIKI = """<mediawiki xml:lang="en"><siteinfo><sitename>Burrows</sitename></siteinfo>
<page><title>Kettle</title><ns>0</ns><revision><id>77</id><sha1>c0ffee</sha1>
<text bytes="9" xml:space="preserve">A &quot;kettle&quot; boils.

== Use ==
Fill it with [[water]].</text></revision></page></mediawiki>"""
MAP = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Walks</name>
<Style id="c0ffee"><name>Red</name></Style><Placemark><name>Old mill</name>
<description>Has a good bakery</description><Point><coordinates>7.77,8.88</coordinates></Point>
</Placemark></Document></kml>"""
TRACK = """<gpx><metadata><name>Walks</name><author><name>c0ffee</name></author></metadata>
<wpt lat="7.77" lon="8.88"><name>Old mill</name><desc>Has a good bakery</desc></wpt></gpx>"""
PAGE = (
    '<mxGraphModel><root><mxCell id="c0ffee" value="Put the&lt;br&gt;kettle on" style="a=b"/>'
    '<UserObject label="Pour"/></root></mxGraphModel>'
)


def packed(text: str) -> str:
    packer = zlib.compressobj(wbits=-15)
    return b64encode(packer.compress(quote(text).encode()) + packer.flush()).decode()


@pytest.mark.parametrize(
    ("name", "text", "language", "said"),
    [
        *(
            (name, FEED, "feed", "Wombat news|Dig & rest|They dig deep at night."
             "|Tea & cake|Put the kettle on.")
            for name in ("a.rss", "a.xml")
        ),
        *((name, ATOM, "feed", "Wombat news|Dig|They dig deep.") for name in ("a.atom", "a.xml")),
        *((name, OLD_FEED, "feed", "Wombat news|Since 1999|Dig|They dig deep.")
          for name in ("a.rdf", "a.xml")),
        ("a.xml", PREFIXED, "feed", "Wombat news|Dig|They dig deep."),
        ("a.xml", WIKI, "mediawiki-dump",
         'Kettle|A "kettle" boils.||== Use ==|Fill it with [[water]].'),
        ("a.kml", MAP, "places", "Walks|Old mill|Has a good bakery"),
        ("a.gpx", TRACK, "places", "Walks|Old mill|Has a good bakery"),
        *(
            ("a.drawio", f'<mxfile><diagram name="Tea">{page}</diagram></mxfile>', "diagram",
             "Tea|Put the|kettle on|Pour")
            for page in (PAGE, packed(PAGE))
        ),
        ("a.xml", PAGE, "diagram", "Put the|kettle on|Pour"),
        ("a.xml", f'<mxfile><diagram>{packed("x")[:-9]}</diagram></mxfile>', "diagram", None),
        ("a.xml", "<project><rss>1</rss></project>", "xml", None),
        ("a.xml", "<rss>1</rss>", "feed", None),
    ],
)  # fmt: skip
def test_entries_were_hidden_among_tags_addresses_and_numbers(
    name: str, text: str, language: str, said: str | None
) -> None:
    whole = read(name, text.encode(), secrets=False)
    assert whole.language == language
    rows = "\n".join(chunk.text for chunk in whole.chunks).split("\n")
    assert rows == (text if said is None else said.replace("|", "\n")).split("\n")


def test_entries_are_sections_under_their_names_on_their_lines() -> None:
    many = WIKI.replace("boils.", "boils water. " * 200)
    *_, last = read("a.xml", many.encode(), secrets=False).chunks
    assert last.symbol == "Kettle > Use"
    assert many.split("\n")[last.start_line - 1] == "== Use =="
    assert found("a.kml", MAP.replace("bakery", "bakery and tea " * 300).encode())[-1][1] == (
        "Walks > Old mill"
    )


@pytest.mark.parametrize("name", ["a.gpx", "a.tcx"])
def test_each_point_of_a_track_without_a_name_was_searched(name: str) -> None:
    root = "gpx" if name == "a.gpx" else "TrainingCenterDatabase"
    points = '<trkpt lat="7.77" lon="8.88"><time>2026-03-03T10:00:00Z</time></trkpt>\n' * 500
    with pytest.raises(Unsuitable, match="holds no text"):
        read(name, f"<{root}>{points}</{root}>".encode(), secrets=False)
    if name == "a.tcx":
        noted = f"<{root}><Activity>{points}<Notes>Along the river</Notes></Activity></{root}>"
        assert found(name, noted.encode()) == [("", "", "Along the river")]
