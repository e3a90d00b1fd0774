"""Markup is read as what it says, and every line stays the line of its file."""

import time

import pytest
from documents import FILLER, chunks_of
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.languages.language import LANGUAGES, detect
from searchkit_index.process.contents import read
from searchkit_index.reading import mdoc, roff
from searchkit_index.reading.formats import bibtex, gettext, latex, manpage, mindmap
from searchkit_index.reading.text import Unsuitable


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"\fB\-a\fR, \f(CW\-\-all\fP \s-1NAME\s0", "-a, --all NAME"),
        (r"\(bu caf\['e] \[u2014] \(lqso\(rq \*(Aqx\*(Aq", "• café — “so” 'x'"),
        (r"a\ b\&c\|d \e \" a comment", "a bcd \\"),
    ],
)
def test_roff_is_read_as_what_man_shows(written: str, said: str) -> None:
    assert roff.plain(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Op Fl a Ar file .", "[-a file]."),
        ("Op Ar", "[file ...]"),
        ("Fl b Ns = Ns Ar number", "-b=number"),
        ("Op Fl a | Fl b", "[-a | -b]"),
        ("Xr ls 1 ,", "ls(1),"),
        ("Nm", "cat"),
        ("It Fl v , Fl -verbose", "-v, --verbose"),
        ("Pq see Xr cat 1", "(see cat(1))"),
        ("Nd list things", "– list things"),
    ],
)
def test_mdoc_is_read_as_what_man_shows(written: str, said: str) -> None:
    assert mdoc.Line("cat").read(written.split()) == said


def test_fn_of_mdoc_is_a_call() -> None:
    assert mdoc.Line("x").read(["Fn", "malloc", "size_t n", "int x", ";"]) == (
        "malloc(size_t n, int x);"
    )


def test_a_manual_page_has_its_sections_and_lines() -> None:
    text = (
        '.\\" a remark\n.TH LS 1 "2024"\n.SH NAME\nls \\- list\n.SH OPTIONS\n'
        f"{FILLER}\n.de XX\njunk\n..\n.TP\n\\fB\\-a\\fR, \\fB\\-\\-all\\fR\nshow\n.BR all (3)\n"
    )
    found = chunks_of("ls.1", text)
    last = found[-1]
    assert last.symbol == "LS(1) > OPTIONS"
    assert found[0].text.startswith("LS(1)  2024\n")
    assert last.text.endswith("-a, --all\nshow\nall(3)")
    assert last.end_line == text.split("\n").index(".BR all (3)") + 1
    assert "junk" not in last.text
    assert manpage.read(b"a log\n.that is none\n") is None


def test_a_macro_of_a_manual_page_ends_where_it_says() -> None:
    text = '.SH NAME\n.de auth !!\njunk\n..\n.!!\n.auth "John Jones"\nand more\n'
    [chunk] = chunks_of("a.1", text)
    assert chunk.text.split("\n")[-2:] == ["John Jones", "and more"]
    assert "junk" not in chunk.text


def test_a_macro_that_ends_within_another_one_hides_nothing_of_a_manual_page() -> None:
    text = ".TH A 1\n.if \\n[.g] \\{\\\n.  am URL\n.    ad l\n.  .\n.\\}\n.SH NAME\na - digs\n"
    assert chunks_of("a.1", text)[-1].text.endswith("NAME\na - digs")
    endless = ".de X\n.br\n.SH NAME\na - digs\n"
    assert chunks_of("a.1", endless)[-1].text.endswith("NAME\na - digs")


def test_translations_are_called_by_their_words_in_the_source() -> None:
    head = 'msgid ""\nmsgstr "Language: de\\n"\n\n'
    text = f'{head}#: a.c:1\nmsgctxt "Menu"\nmsgid ""\n"Open "\n"it"\nmsgstr "Auf"\n'
    first, second = gettext.read(text.encode())
    assert (first.title, first.depth) == ("", None)
    assert second.title == "Menu Open it"
    assert [chunk.symbol for chunk in chunks_of("a.po", text)] == ["Menu Open it"]


def test_translations_are_read_without_quotes_and_escapes() -> None:
    text = '#: a.c:1\nmsgid ""\n"Open \\"it\\"\\n"\nmsgstr[0] "Öffnen"\n#~ msgid "old"\n'
    first, second = gettext.read(text.encode())
    assert first.rows == ["#: a.c:1", "", 'Open "it"', "Öffnen"]
    assert second.rows == ["old", ""]


UNSPACED = """# Verb.
msgctxt "Menu"
msgid "Open"
msgstr "Auf"
#: a.c:2
msgid "Shut"
msgstr "Zu"
"""


def test_translations_without_blank_rows_were_one_and_took_time_with_their_square() -> None:
    first, second = gettext.read(UNSPACED.encode())
    assert (first.title, second.title) == ("Menu Open", "Shut")
    assert second.rows == ["#: a.c:2", "Shut", "Zu", ""]
    start = time.thread_time()
    gettext.read(b'msgid "a"\n' * 60_000)
    assert time.thread_time() - start < 2


@pytest.mark.parametrize("mark", ["---", "+++"])
def test_the_title_of_front_matter_stands_above_all_headings(mark: str) -> None:
    text = f'{mark}\ntitle: "My burrow"\naliases: [Den]\n{mark}\n\n## Dig\n\n{FILLER}'
    found = chunks_of("a.md", text)
    assert found[-1].symbol == "My burrow > Dig"
    assert "aliases: [Den]" in found[0].text


def test_a_heading_that_says_the_title_again_does_not_stand_below_it() -> None:
    found = chunks_of("a.md", f"---\ntitle: Dig\n---\n# Dig\n\n{FILLER}\n\n## Deep\n\n{FILLER}")
    assert {chunk.symbol for chunk in found} == {"Dig", "Dig > Deep"}


def test_dashes_without_a_title_are_as_before() -> None:
    assert [chunk.symbol for chunk in chunks_of("a.md", "---\n\n# One\n\nwords\n")] == ["One"]


def test_the_title_of_an_org_file_stands_above_its_headings() -> None:
    found = chunks_of("a.org", f"#+TITLE: My notes\n* One\n{FILLER}")
    assert found[-1].symbol == "My notes > One"


CODE = "def dig_deep(earth):\n    return earth.dig()\n"
BLOCKS = {
    "a.rst": "Guide\n=====\n\nSee.\n\n.. code-block:: python\n   :linenos:\n\n"
    + "".join(f"   {row}\n" for row in CODE.splitlines()),
    "a.adoc": f"= Guide\n\nSee.\n\n[source,python]\n----\n{CODE}----\n",
    "a.typ": f"= Guide\n\nSee.\n\n```python\n{CODE}```\n",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_of_code_in_markup_is_of_its_language(name: str) -> None:
    text = BLOCKS[name]
    [chunk] = chunks_of(name, text)
    assert chunk.language == "python"
    assert "earth.dig()" in "".join(text.split("\n")[chunk.end_line - 2 : chunk.end_line])


PIECES = st.lists(
    st.sampled_from(
        (
            *(
                "\\begin{",
                "}",
                "{",
                "lstlisting}",
                "\\end{",
                "\\'",
                "\\",
                "$",
                "\\(",
                "%",
                "\n",
                ".",
            ),
            *(".Sh ", ".Op ", "Fl ", '"', "Ns ", "\\f[", "\\*(", "msgid ", "@a{", "title = ", "a"),
            *("\\title{", '<node text="a', '"/>', "<title>", "</head>", "<head>"),
        )
    ),
    max_size=40,
)


@given(PIECES, st.sampled_from([latex.read, bibtex.read, manpage.read, gettext.read, mindmap.read]))
def test_any_markup_gives_rows_that_are_lines_of_the_file(pieces, reader) -> None:  # type: ignore[no-untyped-def]
    text = ".SH x\n" + "".join(pieces)
    for block in reader(text.encode()) or []:
        assert len(block.rows) == len(block.sources)
        assert all(0 <= source <= text.count("\n") for source in block.sources)


MAP = """<map version="1.0.1">
<!-- To view this file, download FreeMind -->
<node TEXT="Burrows &amp; dens" ID="ID_1">
<node TEXT="Depth" POSITION="right"><richcontent TYPE="NOTE"><html><body>
<p>Two metres</p></body></html></richcontent>
<node CREATED="12" TEXT="Clay"/>
</node>
</node>
</map>
"""


def test_a_mind_map_is_an_outline_and_no_code() -> None:
    [chunk] = chunks_of("a.mm", MAP)
    assert chunk.symbol == "Burrows & dens"
    assert chunk.text.split("\n") == ["Burrows & dens", "  Depth", "    Two metres", "    Clay"]
    assert (chunk.start_line, chunk.end_line) == (3, 6)
    assert detect("a.mm", b"#import <Foundation/Foundation.h>\n") is LANGUAGES["objective-c"]


def test_an_outline_gives_its_title_entries_and_notes() -> None:
    text = (
        "<opml><head><title>My list</title><ownerName>x</ownerName></head><body>"
        '<outline text="Dig"><outline text="deep" _note="not today"/></outline></body></opml>'
    )
    assert chunks_of("a.opml", text)[0].text == "My list\nDig\n  deep\n  not today"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.wiki", f"== Mill ==\n{FILLER}\n=== Steam engine ===\n{FILLER}\n"),
        ("a.creole", f"= Mill\n{FILLER}\n== Steam engine\n{FILLER}\n"),
        ("a.txt", f"====== Mill ======\n{FILLER}\n===== Steam engine =====\n{FILLER}\n"),
        ("a.tid", f"title: Mill\ntags: x\n\n{FILLER}\n! Steam engine\n{FILLER}\n"),
        ("a.textile", f"h1. Mill\n\n{FILLER}\n\nh2. Steam engine\n\n{FILLER}\n"),
    ],
)
def test_pages_of_wikis_have_their_headings(name: str, text: str) -> None:
    assert chunks_of(name, text)[0].symbol == "Mill"
    assert chunks_of(name, text)[-1].symbol == "Mill > Steam engine"


TREE = """0 HEAD
1 CHAR UTF-8
0 @I1@ INDI
1 NAME Johann Sebastian /Bach/
1 NOTE {}
0 @I2@ INDI
1 NAME Maria Barbara /Bach/
1 NOTE {}
0 @F1@ FAM
1 HUSB @I1@
1 WIFE @I2@
1 CHIL @I3@
1 NOTE {}
0 @N1@ NOTE {}
0 TRLR
"""


def test_people_and_families_of_a_family_tree_had_no_names() -> None:
    found = [chunk.symbol for chunk in chunks_of("a.ged", TREE.format(*[FILLER] * 4))]
    names = "Johann Sebastian Bach", "Maria Barbara Bach"
    assert list(dict.fromkeys(found)) == [*names, " & ".join(names), ""]


@pytest.mark.parametrize(
    ("name", "text", "titles"),
    [
        ("a.fountain", "# One\n\n{}\n\nINT. MILL - DAY\n\n{}\n", ["One", "One > INT. MILL - DAY"]),
        ("a.ink", "== mill ==\n{}\n= kicked\n{}\n", ["mill", "mill > kicked"]),
        ("a.twee", ':: Start [intro]\n{}\n:: Mill {{"size":"1,2"}}\n{}\n', ["Start", "Mill"]),
        ("a.cho", "{{title: Mill}}\n{}\n{{c: Chorus}}\n{}\n", ["Mill", "Mill > Chorus"]),
        ("a.abc", "X:1\nT:The Mill\n{}\nX:2\nT:Drowsy\n{}\n", ["The Mill", "Drowsy"]),
    ],
)
def test_scenes_passages_and_songs_have_their_titles(
    name: str, text: str, titles: list[str]
) -> None:
    found = [chunk.symbol for chunk in chunks_of(name, text.format(FILLER, FILLER))]
    assert list(dict.fromkeys(found)) == titles


DRAWING = """---
excalidraw-plugin: parsed
---
## Text Elements
Oven beside the fridge ^b2C3d4E5

## Drawing
```compressed-json
N4KAkARALgngDgUwgLgAQQQDwMYEMA2AlgCYBOuA7hADTgQBuCpAzoQPYB2KqATLZMzYBXUtiRoIACyhQ4zZ

RaCU+uXGuKebL4ZrVCbo9EGu/sR+IonoL9r1JhIpCXpcohgn+1BlUlGO33bjt/kgWpStMytYy5T9fEfKJE8==
```
# After it
The kitchen is small.
"""


def test_a_compressed_drawing_of_obsidian_left_chunks_without_words() -> None:
    (chunk,) = chunks_of("a.excalidraw.md", DRAWING)
    assert "Oven beside the fridge" in chunk.text
    assert "N4KAk" not in chunk.text
    assert "RaCU" not in chunk.text
    assert (chunk.start_line, chunk.end_line) == (1, DRAWING.count("\n"))
    assert chunk.text.split("\n")[12:] == DRAWING.rstrip().split("\n")[12:]  # in their rows


def test_a_picture_within_a_page_left_chunks_without_words() -> None:
    picture = f"data:image/png;base64,{'iVBORw0KGgo/AAA+' * 40}"
    found = chunks_of("a.md", f"# Kitchen\n![a plan]({picture})\n{FILLER}\n[image1]: <{picture}>\n")
    whole = "\n".join(chunk.text for chunk in found)
    assert "![a plan]()" in whole
    assert "iVBOR" not in whole
    short = "Write data:image/png;base64,AAAA"
    assert chunks_of("a.md", short)[0].text == short


CANVAS = r"""{"nodes":[
 {"id":"a1b2","type":"text","text":"# Plan\n\nA wombat digs a *burrow*","x":0,"color":"4"},
 {"id":"b","type":"file","file":"notes/Burrow.md"},{"id":"g","type":"group","label":"Id\u00e9es"}],
 "edges":[{"id":"e","fromNode":"a1b2","toSide":"left","label":"leads to"},{"id":"f"}]}"""


def test_a_canvas_was_read_as_one_line_of_json() -> None:
    found = chunks_of("a.canvas", CANVAS)
    said = "\n".join(chunk.text for chunk in found).split("\n")
    text = "# Plan\n\nA wombat digs a *burrow*\nnotes/Burrow.md\nIdées\nleads to"
    assert said == text.split("\n")
    assert {chunk.kind for chunk in found} == {"prose"}
    assert found[0].symbol == "Plan"
    drawn = '{"type":"excalidraw","elements":[{"type":"text","text":"dig\\nhere"},{"type":"line"}]}'
    assert [chunk.text for chunk in chunks_of("a.excalidraw", drawn)] == ["dig\nhere"]
    for odd in ('{"nodes": 1}', "[3]", '{"nodes": [3, {"text": null}]}'):
        with pytest.raises(Unsuitable, match="no text"):
            chunks_of("a.canvas", odd)
    assert chunks_of("a.canvas", '{"nodes": ["')  # as it stands, since it may be half of a drawing


AOZORA = """吾輩は猫である
夏目漱石

-------------------------------------------------------
【テキスト中に現れる記号について】

《》：ルビ
（例）吾輩《わがはい》
-------------------------------------------------------

［＃８字下げ］一［＃「一」は中見出し］

　吾輩《わがはい》は猫である。｜見当《けんとう》がつかぬ。［＃「見当」に傍点］
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_words_of_a_japanese_book_were_cut_by_their_readings(encoding: str) -> None:
    book = AOZORA + "どこで生れたか頓《とん》と知らぬ。\n" * 30
    first, *others = read("neko.txt", book.encode(encoding), secrets=False).chunks
    assert first.text.startswith("吾輩は猫である\n夏目漱石")
    said = "\n".join(chunk.text for chunk in (first, *others))
    assert "一\n\n　吾輩は猫である。見当がつかぬ。\nどこで生れたか頓と知らぬ。" in said
    assert "《" not in said
    assert "記号" not in said
    assert {chunk.symbol for chunk in others} == {"吾輩は猫である > 一"}
    assert others[-1].end_line == 43
    as_it_stands = "吾輩《わがはい》は猫である。"  # no text of Aozora Bunko
    assert read("a.txt", as_it_stands.encode(), secrets=False).chunks[0].text == as_it_stands


def test_a_book_of_explanations_alone_was_an_unexpected_error() -> None:
    rule = "-" * 20
    book = f"{rule}\n【テキスト中に現れる記号について】\n{rule}"
    (chunk,) = read("a.txt", book.encode(), secrets=False).chunks
    assert chunk.text == book


def test_the_moves_of_a_game_were_with_the_players_of_the_next() -> None:
    game = '[Event "{}"]\n[White "Ada"]\n\n1. e4 e5 {{Quiet.}} 1-0\n\n'
    games = game.format("Casual game") + game.format("Burrow Open") + FILLER
    first, second = chunks_of("a.pgn", games)[:2]
    assert (first.symbol, second.symbol) == ("Casual game", "Burrow Open")
    assert first.text.endswith("1-0")
