"""Markups of prose are cut at their headings and paragraphs, and code inside them apart."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.chunking.chunk import LIMIT, Chunk, document_chunks, measure
from searchkit_index.chunking.chunk import chunks as text_chunks
from searchkit_index.chunking.prose import prose_outline
from searchkit_index.chunking.title import title_of
from searchkit_index.languages.language import LANGUAGES, Language
from searchkit_index.process.contents import read
from searchkit_index.reading import page
from searchkit_index.reading.formats import latex, manpage, notebook
from searchkit_index.reading.heading import clean_title

_PARSERS = {
    "html": page.blocks,
    "notebook": notebook.cells,
    "latex": lambda text: latex.read(text.encode()),
    "manpage": lambda text: manpage.read(text.encode()),
}


def chunks(text: str, language: Language, limit: int = LIMIT) -> list[Chunk]:
    """The chunks of a text of a language or of a format that is written as text."""
    blocks = _PARSERS[language.name](text) if language.name in _PARSERS else None
    if blocks is None:
        return text_chunks(text, language, limit)
    return document_chunks(blocks, language, limit)


def symbols(text: str, name: str, limit: int = 32) -> list[str]:
    return [chunk.symbol for chunk in chunks(text, LANGUAGES[name], limit)]


WORDS = "some words that stand here to fill a paragraph with nothing but words and more words\n"

HEADINGS = {
    "markdown": "# Guide\n\n{w}\n## Install\n\n{w}\n### From source\n\n{w}\nUse\n---\n\n{w}",
    "restructuredtext": (
        "=====\nGuide\n=====\n\n{w}\nInstall\n=======\n\n{w}\n"
        "From source\n-----------\n\n{w}\nUse\n===\n\n{w}"
    ),
    "asciidoc": "= Guide\n\n{w}\n== Install\n\n{w}\n=== From source\n\n{w}\n== Use\n\n{w}",
    "org": "* Guide\n\n{w}\n** Install\n\n{w}\n*** From source\n\n{w}\n** Use\n\n{w}",
    "latex": (
        "\\chapter{{Guide}}\n\n{w}\n\\section{{Install}}\n\n{w}\n"
        "\\subsection*{{From source}}\n\n{w}\n\\section{{Use}}\n\n{w}"
    ),
    "text": "Guide\n=====\n\n{w}\nInstall\n-------\n\n{w}\n--- Use ---\n{w}",
    "typst": "= Guide\n\n{w}\n== Install\n\n{w}\n=== From source\n\n{w}\n== Use\n\n{w}",
    "manpage": ".TH Guide\n\n{w}\n.SS Install\n\n{w}\n.SS Use\n\n{w}",
    "html": (
        "<h1>Guide</h1><p>{w}</p>\n<h2>Install</h2><p>{w}</p>\n"
        "<h3>From <b>source</b></h3><p>{w}</p>\n<h2>Use</h2><p>{w}</p>"
    ),
}


@pytest.mark.parametrize("name", HEADINGS)
def test_a_chunk_knows_the_headings_above_it(name: str) -> None:
    expected = ["Guide", "Guide > Install", "Guide > Install > From source", "Guide > Use"]
    if name in ("manpage", "text"):  # they know two depths
        del expected[2]
    assert list(dict.fromkeys(symbols(HEADINGS[name].format(w=WORDS), name))) == expected


def test_a_latex_heading_keeps_its_title_whatever_follows_it() -> None:
    text = f"\\section[Short]{{On {{\\em long}} names}}\\label{{s:long}}\n{WORDS * 4}"
    assert symbols(text, "latex")[0] == "On long names"


def test_an_org_heading_loses_its_keyword_priority_and_tags() -> None:
    text = f"* TODO [#A] Dig a burrow :work:home:\n\n{WORDS * 3}\n** DONE Rest\n\n{WORDS * 3}"
    assert list(dict.fromkeys(symbols(text, "org"))) == ["Dig a burrow", "Dig a burrow > Rest"]


def test_manuals_in_texinfo_had_no_headings() -> None:
    tools = f"@node Tools\n@chapter Tools\n\n{WORDS * 3}\n"
    text = f"@settitle Dig\n{tools}@subsection Spade\n\n{WORDS * 3}"
    assert list(dict.fromkeys(symbols(text, "texinfo")))[1:] == [
        "Dig > Tools",
        "Dig > Tools > Spade",
    ]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# Dig a burrow {#dig-a-burrow}", "Dig a burrow"),
        ("# Dig {#dig .wide depth=2} #", "Dig"),
        ("# Dig {: .wide}", "Dig"),
        ("# Preface {-}", "Preface"),
        ("Dig {#dig}\n===", "Dig"),
        ("# Dig {/*dig*/}", "Dig"),
        ("# Dig ##", "Dig"),
        ("# Dig##", "Dig"),
        ("# Dig {/* #dig */}", "Dig"),
        ("# Use {braces}", "Use {braces}"),
        ("# A set {1, 2}", "A set {1, 2}"),
    ],
)
def test_what_stands_behind_a_title_for_programs_was_read_as_its_words(
    heading: str, title: str
) -> None:
    assert symbols(f"{heading}\n\n{WORDS * 3}", "markdown")[0] == title


@pytest.mark.parametrize("heading", ["# Pong with C#", "Pong with C#\n==="])
def test_a_heading_that_ends_in_c_sharp_was_one_of_c(heading: str) -> None:
    assert symbols(f"{heading}\n\n{WORDS * 3}", "markdown")[0] == "Pong with C#"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("`dig` and `rest`", "dig and rest"),
        ("`__init__`", "__init__"),
        ("`*paths` and `**limits`", "*paths and **limits"),
        ("**Dig** deep, _not_ wide", "Dig deep, not wide"),
        ("[Dig](https://wombats.example/dig_(hole)) deep", "Dig deep"),
        ("[`dig`](#dig)", "dig"),
        (":c:type:`uv_dig_t` --- Dig handle", "uv_dig_t --- Dig handle"),
        (":ref:`Dig deep <dig>` and :func:`~dig.deep.rest`", "Dig deep and rest"),
        ("{ref}`Dig <dig>`", "Dig"),
        ("[[2024-03-05|Yesterday]] in the [[Burrow]]", "Yesterday in the Burrow"),
        ("Wombats [![Build](https://ci.example/a.svg)](https://ci.example)", "Wombats"),
        ("![Wombats](logo.png)", "Wombats"),
        ('<a name="dig"></a>Dig', "Dig"),
        ("[1.2.0] - 2024-03-05", "[1.2.0] - 2024-03-05"),
        ("Read holes[[1]] and list[int](x)", "Read holes[[1]] and list[int](x)"),
        ("The `<a>` in *.c and *.h, 2 * 3 * 4", "The <a> in *.c and *.h, 2 * 3 * 4"),
    ],
)
def test_a_title_lost_one_of_two_marks_and_ended_within_a_link(heading: str, title: str) -> None:
    assert symbols(f"# {heading}\n\n{WORDS * 3}", "markdown")[0] == title


def test_links_and_marks_in_titles_of_org_were_cut() -> None:
    text = f"* [[https://wombats.example][Map]] of ~make~ and =dig=\n\n{WORDS * 3}"
    assert symbols(text, "org")[0] == "Map of make and dig"


MANUAL = "\\name{dig}\n\\title{Dig a burrow}\n\\usage{\ndig(depth)\n}\n\\section{Soil}{\nClay.\n}\n"


def test_a_manual_of_r_had_no_title() -> None:
    assert read("dig.Rd", MANUAL.encode(), secrets=False).language == "rd"
    assert symbols(MANUAL, "rd", LIMIT) == ["dig"]
    assert symbols(MANUAL, "rd")[-1] == "dig > Dig a burrow > Soil"


@given(st.text("[]()!<a >*=~_`#x\\|\n"))
def test_a_title_of_any_marks_is_short_and_has_none_around(heading: str) -> None:
    title = clean_title(heading)
    assert title == title.strip("` ")
    assert len(title) <= 80
    assert clean_title("x" * 100 + heading) == "x" * 80


def test_small_sections_are_read_together() -> None:
    text = "# Guide\n\n" + WORDS * 20 + "\n## One\n\nfirst\n\n## Two\n\nsecond\n"
    assert symbols(text, "markdown", LIMIT)[-1] == "Guide > One, Two"


LINKED = "## [1.7.9](https://wombats.example/burrows/compare/v1.7.8...v1.7.9) (2024-12-04)"


@pytest.mark.parametrize("above", ["# Guide\n\n# Wombats", f"# Guide\n\n{LINKED}"])
def test_a_title_over_a_long_section_stood_alone(above: str) -> None:
    paragraph = WORDS * (LIMIT * 3 // 4 // measure(WORDS))
    found = chunks(f"{above}\n\n{paragraph}\n\n{paragraph}", LANGUAGES["markdown"])
    assert [WORDS.strip() in chunk.text for chunk in found] == [True, True]
    assert found[0].text.startswith("# Guide")


def test_a_hash_in_a_block_of_code_is_no_heading() -> None:
    code = "```sh\n# no heading\nmake\n\nmake install\n```\n"
    found = chunks(f"# Guide\n\n{WORDS * 2}\n{code}\n{WORDS * 2}", LANGUAGES["markdown"], 64)
    assert {chunk.symbol for chunk in found} == {"Guide"}
    assert sum(code.strip() in chunk.text for chunk in found) == 1


def test_a_page_gives_its_text_with_the_lines_of_the_file() -> None:
    page = (
        "<html><head><title>My\n page</title><style>a { }</style>\n"
        "<script>if (a < b) { run() }</script></head>\n<body>\n"
        "<h1>Top</h1>\n<p>Fish &amp; chips\nare good.</p>\n<pre>\none\n  two\n</pre>\n"
    )
    chunk, code = chunks(page, LANGUAGES["html"])
    assert chunk.text == "My page\nTop\nFish & chips are good.\none\n  two"
    assert (chunk.start_line, chunk.end_line, chunk.symbol) == (1, 10, "My page")
    assert (code.text, code.start_line, code.end_line) == ("a { }\nif (a < b) { run() }", 2, 3)


def test_a_small_page_was_shown_with_its_styles_and_scripts() -> None:
    page = "<style>p { color: red }</style><script>track()</script>\n<p>We mend clocks.</p>"
    code, text = chunks(page, LANGUAGES["html"])
    assert (text.kind, text.language, text.text) == ("prose", None, "We mend clocks.")
    assert (code.language, code.text) == ("css", "p { color: red }\ntrack()")


def test_all_that_a_page_says_is_in_its_text() -> None:
    said = """
        <meta name="description" content="About wombats">
        <meta property="og:title" content="Shared title">
        <script type="application/ld+json">{"@type": "Recipe", "yield": "four"}</script>
        <script type="module">export const answer = 42</script>
        <style>.wombat { color: brown }</style>
        <img src="w.png" alt="A wombat at dusk"> <input placeholder="Your burrow">
        <input type="submit" value="Dig now"> <a href="/x" title="Where it goes">x</a>
        <button aria-label="Close the lid">x</button> <optgroup label="Marsupials">
        <template><p>In a template</p></template> <noscript>Without scripts</noscript>
        <script type="text/x-handlebars"><p>Hello {{name}}</p></script>
        <svg><title>Picture title</title><text>In a picture</text><path d="M0 0"/></svg>
        <textarea>In
        a field</textarea> <![CDATA[Raw data]]> fish &amp; chips <b>bold</b>ly
        a < b
    """
    found = "\n".join(chunk.text for chunk in chunks(said, LANGUAGES["html"]))
    for words in (
        *("About wombats", "Shared title", '"yield": "four"', "answer = 42", "color: brown"),
        *("A wombat at dusk", "Your burrow", "Dig now", "Where it goes", "Close the lid"),
        *("Marsupials", "In a template", "Without scripts", "Hello {{name}}", "Picture title"),
        *("In a picture", "In\n", "a field", "Raw data", "fish & chips boldly a < b"),
    ):
        assert words in found, words
    assert "M0 0" not in found


def test_a_script_in_a_page_has_the_lines_of_the_file() -> None:
    text = "<p>one</p>\n<script>\n\nfunction open() {\n}\n</script>\n<p>two"
    script = next(block for block in page.blocks(text) if block.language)
    assert (script.language, list(script.sources)) == (LANGUAGES["javascript"], [3, 4])
    assert script.rows == ["function open() {", "}"]


UNFINISHED = (
    *('<a b="', "<a b='", "<a ", "<a", "<", "</", "<?", "<!--", "<![x", "<![CDATA[", "<script>"),
    *("<title>", "<a b=c ", "<a b   ", "<a/", "&amp", "<script type=text/template><", "<textarea"),
    *("<style><", "<a\n=\n", "<p title='x>'", '"', "<a b = "),
)


@pytest.mark.parametrize("part", UNFINISHED)
def test_a_page_of_unfinished_tags_is_read_in_linear_time(part: str) -> None:
    def steps(size: int) -> int:
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(counted)
        try:
            page.blocks(part * size)
        finally:
            sys.setprofile(None)
        return count

    assert steps(2_000) < 3 * steps(1_000) + 1_000


@given(st.text(st.sampled_from("<>/!-=\"' ab&;[]\n"), max_size=200))
def test_any_page_gives_blocks_whose_lines_are_of_the_file(text: str) -> None:
    for block in page.blocks(text):
        assert len(block.rows) == len(block.sources) > 0
        assert all(0 <= source <= text.count("\n") for source in block.sources)


def a_notebook(*cells: tuple[str, object], indent: int | None = 1) -> str:
    entries = [
        {"cell_type": kind, "outputs": [{"text": ["an output\n"]}], "source": source}
        for kind, source in cells
    ]
    return json.dumps({"cells": entries, "nbformat": 4}, indent=indent)


def test_a_notebook_of_an_older_version_gives_its_cells() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Dig"},
        {"cell_type": "code", "input": ["def deep():\n", "    pass"], "outputs": []},
    ]
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}, indent=1)
    heading, code = notebook.read(text.encode()) or []
    assert (heading.depth, heading.title, heading.place) == (2, "Dig", "cell 1")
    assert code.rows == ["def deep():", "    pass"]


@pytest.mark.parametrize("indent", [1, None])
def test_a_notebook_gives_its_cells_without_outputs(indent: int | None) -> None:
    text = a_notebook(
        ("markdown", ["# Fit\n", "\n", WORDS]),
        ("code", ["import os\n", "model = fit(data)"]),
        ("code", "plot(model)\nshow()"),
        indent=indent,
    )
    found = chunks(text, LANGUAGES["notebook"])
    assert [chunk.symbol for chunk in found] == ["Fit"]
    assert "import os\nmodel = fit(data)\nplot(model)\nshow()" in found[0].text
    assert "output" not in found[0].text


def test_a_cell_is_named_and_found_in_the_file() -> None:
    text = a_notebook(("markdown", "# Fit\n" + WORDS), ("code", [WORDS, WORDS, "show()"]))
    found = chunks(text, LANGUAGES["notebook"], 32)
    assert found[-1].symbol == "Fit > cell 2"
    assert "show()" in text.split("\n")[found[-1].end_line - 1]


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), st.text()), max_size=6))
def test_any_cells_are_covered(cells: list[tuple[str, str]]) -> None:
    text = a_notebook(*cells)
    found = chunks(text, LANGUAGES["notebook"], 16)
    shown = [line for chunk in found for line in chunk.text.split("\n")]
    written = [line for _, source in cells for line in source.split("\n")]
    if any(line.strip() for line in written):
        assert "".join("".join(shown).split()) == "".join("".join(written).split())
    assert all(measure(chunk.text) <= 16 for chunk in found)


def test_ten_thousand_nested_tags_and_brackets_are_read() -> None:
    deep = 10_000
    assert chunks("<div>" * deep + "text" + "</div>" * deep, LANGUAGES["html"])[0].text == "text"
    assert chunks("[" * deep, LANGUAGES["notebook"])


def test_a_paragraph_is_cut_after_sentences_where_it_is_too_long() -> None:
    found = chunks("One more sentence stands here. " * 60, LANGUAGES["text"])
    assert len(found) > 1
    assert all(chunk.text.rstrip().endswith(".") for chunk in found)


def test_a_note_without_headings_has_the_name_of_its_file_for_a_title() -> None:
    note = b"Turn it every two weeks, and keep it moist.\n"
    [plain] = read("garden/old compost-2.txt", note, secrets=False).chunks
    [headed] = read("garden/compost.md", b"# Heap\n\n" + note, secrets=False).chunks
    assert (plain.symbol, headed.symbol) == ("old compost", "Heap")


CLIPPING = """==========
{book} (Author)
- Your Highlight on page {page} | Added on Sunday, March 2, 2025

{words}
"""


def test_a_highlight_was_torn_from_the_title_of_its_book_above_it() -> None:
    books = ["Steam Mills", "Der Zauberberg", "吾輩は猫である", "Boiler Care"]
    clippings = [CLIPPING.format(book=book, page=9, words=WORDS) for book in books]
    found = chunks("".join(clippings), LANGUAGES["text"], 100)
    assert len(found) > 1
    assert all(chunk.text.startswith("==========\n") for chunk in found[1:])


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("1.2.3 (2024-01-02)\n------------------\n", {0: "1.2.3 (2024-01-02)"}),
        ("#######\n# One #\n#######\n\na\n\n#######\n# Two #\n#######\n", {0: "One", 6: "Two"}),
        ("-----Original Message-----\nFrom: Ada\n", {0: "Original Message"}),
        ("-----\none\n-----\ntwo\n-----\n", {}),
        ("100\n---\n", {}),
    ],
)
def test_versions_boxes_and_forwarded_messages_have_their_titles(
    text: str, titles: dict[int, str]
) -> None:
    assert prose_outline(text.split("\n"), "plain").titles == titles


def test_a_rule_between_blank_rows_parts_a_text_before_its_paragraphs() -> None:
    scene = f"{WORDS}\n{WORDS}"
    _, second = chunks(f"{scene}\n     * * *\n\n{scene}", LANGUAGES["text"], 80)
    assert second.text.lstrip().startswith("* * *")


@pytest.mark.parametrize(
    "row",
    [
        "Name   Age\n----   ---",
        "a paragraph\nof two rows\n-----------",
        "---",
        "--- a --",
        "*** 12 ***",
    ],
)
def test_a_rule_of_a_table_or_below_a_paragraph_is_no_title(row: str) -> None:
    assert prose_outline(f"{row}\nmore".split("\n"), "plain").titles == {}


@pytest.mark.parametrize(
    "day",
    [
        *(
            "2025-03-01",
            "2025/03/01(土)",
            "2025.03.01",
            "1.3.2025",
            "3/1/2025",
            "2025년 3월 1일 토요일",
        ),
        *("2025年3月1日", "Saturday, March 1, 2025", "1. März 2025:", "sábado, 1 de marzo de 2025"),
        *("суббота, 8 марта 2025", "วันเสาร์ที่ 8 มีนาคม 2568", "2025-03-01 08:15"),
    ],
)
def test_a_day_of_a_diary_had_no_name(day: str) -> None:
    rows = f"{day}\n\nIt rained.\n\n{day}\nSnow.\n\nin 2024 1 2025 it was".split("\n")
    assert set(prose_outline(rows, "plain").titles) == {0, 4}


BOOK = [
    *(
        "BOOK ONE",
        "CHAPTER I.",
        "CHAPTER II. The Pool of Tears",
        "第一部",
        "第二章 帰還",
        "3. bölüm",
    ),
    *("Глава 5. Возвращение", "제5장 총칙", "Kapitel 4 – Der Berg", "Chapitre IV"),
]
LAW = [
    "Section 3 -- Conditions of this public license.",
    "Article 7",
    "Art. 12 Freizügigkeit",
    "§ 433 Pflichten",
    "第一条 目的",
    "제3조(정의)",
    "Статья 9",
]


@pytest.mark.parametrize("titles", [BOOK, LAW])
def test_chapters_and_sections_of_plain_text_had_no_names(titles: list[str]) -> None:
    rows = "\n\nShe slept.\n\n".join([*titles, "BOOK TWO"]).split("\n")
    found = prose_outline(rows, "plain").titles.values()
    assert [clean_title(title) for title in titles if title not in found] == []


@pytest.mark.parametrize(
    "row",
    [
        *("Section 3 of the act says that nobody may swim.", "Part of it was wet", "Act now"),
        *("Letter to Felice", "Chapter and verse", "第一次世界大戦", "artikel in der Zeitung"),
    ],
)
def test_a_sentence_about_a_chapter_is_no_title(row: str) -> None:
    assert prose_outline([row, "", "", row, "", ""], "plain").titles == {}


def test_the_one_date_of_a_letter_is_no_title() -> None:
    assert prose_outline(["1. März 2025", "", "Dear Ada,"], "plain").titles == {}


def test_a_title_in_wide_letters_is_as_wide_as_the_line_below_it() -> None:
    rows = ["三月一日", "========", "", "今日は庭の梅が咲いた。"]
    assert prose_outline(rows, "plain").titles == {0: "三月一日"}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("money/Bill (1).pdf", "Bill"),
        ("2024-05-jour_fixe.txt", "jour fixe"),
        ("打合せ.txt", "打合せ"),
        ("travel/स्पीति.md", "स्पीति"),
        ("2023-11-05.txt", ""),
        ("de-12.md", ""),
    ],
)
def test_a_title_is_of_words_alone(path: str, title: str) -> None:
    assert title_of(path) == title
