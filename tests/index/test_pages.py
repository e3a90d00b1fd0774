"""Pages in HTML are cut as what a browser shows, their scripts and styles apart."""

import sys
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.chunking.chunk import document_chunks
from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading import page

chunks = partial(document_chunks, language=LANGUAGES["html"])


def test_a_page_gives_its_text_with_the_lines_of_the_file() -> None:
    text = (
        "<html><head><title>My\n page</title><style>a { }</style>\n"
        "<script>if (a < b) { run() }</script></head>\n<body>\n"
        "<h1>Top</h1>\n<p>Fish &amp; chips\nare good.</p>\n<pre>\none\n  two\n</pre>\n"
    )
    chunk, code = chunks(page.blocks(text))
    assert chunk.text == "My page\nTop\nFish & chips are good.\none\n  two"
    assert (chunk.start_line, chunk.end_line, chunk.symbol) == (1, 10, "My page")
    assert (code.text, code.start_line, code.end_line) == ("a { }\nif (a < b) { run() }", 2, 3)


def test_a_small_page_was_shown_with_its_styles_and_scripts() -> None:
    text = "<style>p { color: red }</style><script>track()</script>\n<p>We mend clocks.</p>"
    code, said = chunks(page.blocks(text))
    assert (said.kind, said.language, said.text) == ("prose", None, "We mend clocks.")
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
    found = "\n".join(chunk.text for chunk in chunks(page.blocks(said)))
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


def test_ten_thousand_nested_tags_are_read() -> None:
    [only] = chunks(page.blocks("<div>" * 10_000 + "text" + "</div>" * 10_000))
    assert only.text == "text"
