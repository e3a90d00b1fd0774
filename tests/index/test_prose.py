"""Markups of prose are cut at their headings and paragraphs, and code inside them apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.chunking.chunk import LIMIT, Chunk, document_chunks, measure
from searchkit_index.chunking.chunk import chunks as text_chunks
from searchkit_index.chunking.title import title_of
from searchkit_index.languages.language import LANGUAGES, Language
from searchkit_index.process.contents import read
from searchkit_index.reading import page
from searchkit_index.reading.formats import latex, manpage
from searchkit_index.reading.heading import clean_title

_PARSERS = {
    "html": page.blocks,
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
