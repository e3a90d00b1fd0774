"""Pairs out of one file: what is taken of each kind, and what is left alone."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.training.mining.comment import sentences
from searchkit.training.mining.docstring import words_of
from searchkit.training.mining.document import sections
from searchkit.training.mining.mine import pairs_of
from searchkit.training.mining.prose import natural_language, plain
from searchkit.training.mining.translation import english_path, locale_of, sibling_name
from searchkit.training.pair import Pair, cut, token_count
from searchkit_index.languages.language import detect

BODY = "total = 0\n    for price in prices:\n        total = total + price\n    return total"


def mined(path: str, text: str) -> list[Pair]:
    language = detect(path)
    assert language is not None
    return list(pairs_of(path, dedent(text).lstrip(), language))


def test_a_python_docstring_leaves_the_code() -> None:
    source = f'''
def total(prices):
    """Add up the prices of a basket.

    Args:
        prices: What each thing costs.
    """
    {BODY}
'''
    pair = mined("basket.py", source)[0]
    assert pair.a == "Add up the prices of a basket."
    assert pair.b == f"def total(prices):\n    {BODY}"
    assert (pair.kind, pair.lang_a, pair.lang_b) == ("docstring", "en", "python")


SOURCES = {
    "a.js": """
        /** Add up the prices of a basket.
         *  @param {number[]} prices */
        export const total = (prices) => { return prices.reduce((sum, price) => sum + price, 0); }
        """,
    "a.ts": """
        /**
         * Add up the prices of a basket.
         */
        export function total(prices: number[]): number { return prices.reduce((a, b) => a + b); }
        """,
    "a.go": """
        package basket

        // Total add up the prices of a basket.
        func Total(prices []int) int {
            sum := 0
            for _, price := range prices { sum += price }
            return sum
        }
        """,
    "a.rs": """
        /// Add up the prices of a basket.
        ///
        /// # Panics
        /// Never.
        #[inline]
        pub fn total(prices: &[u32]) -> u32 { prices.iter().copied().sum::<u32>() }
        """,
    "A.java": """
        class A {
            /**
             * Add up the prices of a {@code basket}.
             * @return the sum
             */
            int total(int[] prices) { int sum = 0; for (int p : prices) sum += p; return sum; }
        }
        """,
    "a.rb": """
        # Add up the prices of a basket.
        def total(prices)
          prices.inject(0) { |sum, price| sum + price.to_i }
        end
        """,
    "a.cs": """
        class A {
            /// <summary>
            /// Add up the prices of a basket.
            /// </summary>
            int Total(int[] prices) { var sum = 0; foreach (var p in prices) sum += p; return sum; }
        }
        """,
    "a.lua": """
        --- Add up the prices of a basket.
        local function total(prices)
          local sum = 0
          for _, price in ipairs(prices) do sum = sum + price end
          return sum
        end
        """,
    "a.hs": """
        module Basket where

        -- | Add up the prices of a basket.
        total :: [Int] -> Int
        total [] = 0
        total (price : prices) = price + total prices
        """,
    "a.ex": '''
        defmodule Basket do
          @doc """
          Add up the prices of a basket.
          """
          def total([]), do: 0
          def total([price | prices]), do: price + total(prices)
        end
        ''',
    "a.dart": """
        /// Add up the prices of a basket.
        int total(List<int> prices) {
          return prices.fold(0, (sum, price) => sum + price);
        }
        """,
    "a.jl": '''
        """
            total(prices)

        Add up the prices of a basket.
        """
        function total(prices)
            sum = 0
            for price in prices; sum += price; end
            return sum
        end
        ''',
}


@pytest.mark.parametrize("path", SOURCES)
def test_a_documentation_comment_answers_its_definition(path: str) -> None:
    pairs = [pair for pair in mined(path, SOURCES[path]) if pair.kind == "docstring"]
    assert [pair.a.rstrip(".") for pair in pairs] == ["Add up the prices of a basket"]
    assert "total" in pairs[0].b.lower()
    assert "basket." not in pairs[0].b


@pytest.mark.parametrize("path", SOURCES)
def test_keywords_of_the_documentation_ask_for_the_definition_as_it_stands(path: str) -> None:
    found = [pair for pair in mined(path, SOURCES[path]) if pair.kind == "documented"]
    language = detect(path)
    assert language
    for pair in found:
        asked = {"how", "to", "in", language.name, "add", "up", "the", "prices", "of", "a"}
        assert set(pair.a.lower().split()) <= asked | {"basket"}
        assert "dd up the prices of a" in pair.b
    assert len(found) == (1 if language.grammar else 0)


def test_all_clauses_of_a_function_are_one_definition() -> None:
    pair = mined("a.hs", SOURCES["a.hs"])[0]
    assert pair.b.splitlines() == [
        "total :: [Int] -> Int",
        "total [] = 0",
        "total (price : prices) = price + total prices",
    ]


def test_an_undocumented_function_is_asked_for_by_the_words_of_its_name() -> None:
    source = """
        def writeLinesToFile(path, lines):
            with open(path, "w") as file:
                for line in lines:
                    file.write(line)
                    file.write("\\n")
        """
    pair = mined("a.py", source)[0]
    assert (pair.kind, pair.a) == ("name-body", "write lines to file")
    assert "writeLinesToFile" not in pair.b


@pytest.mark.parametrize(
    "comment",
    [
        "// Copyright 2020 The Authors. All rights reserved.",
        "# TODO: make this faster some day",
        "/* eslint-disable no-console, no-alert */",
        "/** {@inheritDoc} from the base class */",
        "// value = compute(first, second);",
        "/** Returns the name. */",
    ],
)
def test_a_comment_that_documents_nothing_is_left_out(comment: str) -> None:
    assert sentences(comment) == ""


def test_markup_leaves_a_comment() -> None:
    comment = (
        "/** Reads <b>one</b> {@link Line} of `text`, see [the docs](http://x.y/z).\n * @see Y */"
    )
    assert sentences(comment) == "Reads one Line of text, see the docs."


def test_code_of_another_comment_is_not_a_trailing_one() -> None:
    source = """
        limit = 3  # how many times to try again at most
        def attempt(action):
            for number in range(limit):
                if action(number): return number
            return None
        """
    assert "docstring" not in [pair.kind for pair in mined("a.py", source)]


@given(st.text(alphabet="aB_09", max_size=12))
def test_the_words_of_a_name_are_lower_case_and_keep_every_letter(name: str) -> None:
    words = words_of(name)
    assert words == words.lower()
    assert words.replace(" ", "") == name.replace("_", "").lower()


MARKDOWN = """
    ---
    title: Baskets
    ---
    A basket keeps what a customer wants to buy until the customer pays for it or goes away.

    ## How is a basket emptied?

    Call `clear()` and everything that was put into it is gone for good, there is no way back.

    ```js
    basket.clear()
    ```

    ## Storage

    - kept in *memory*
    - written to [disk](http://example.com) once a minute, so that a crash loses little of it all
    """


def test_headings_lead_to_their_sections() -> None:
    pairs = mined("guide.md", MARKDOWN)
    found = {pair.a: (pair.kind, pair.b) for pair in pairs}
    example = (
        "Call clear() and everything that was put into it is gone for good, there is no way back."
    )
    assert set(found) == {"How is a basket emptied?", "Baskets > Storage", example}
    assert found[example] == ("example", "basket.clear()")
    kind, answer = found["How is a basket emptied?"]
    assert kind == "faq"
    assert answer.startswith("Call clear() and")
    assert answer.endswith("basket.clear()")
    assert "written to disk once" in found["Baskets > Storage"][1]


def test_restructured_text_has_the_same_form() -> None:
    text = "Baskets\n=======\n\nKeeps::\n\n    basket.add(thing)\n\nStorage\n-------\n\nOn disk.\n"
    found = sections(text, "restructuredtext")
    assert [(section.level, section.heading) for section in found] == [
        (1, "Baskets"),
        (2, "Storage"),
    ]
    assert [block.kind for block in found[0].blocks] == ["paragraph", "code"]


def test_asciidoc_has_the_same_form() -> None:
    found = sections(
        "= Baskets\n\nKeep things.\n\n----\nadd()\n----\n\n== Storage\n\nDisk.\n", "asciidoc"
    )
    assert [(section.level, section.heading) for section in found] == [
        (1, "Baskets"),
        (2, "Storage"),
    ]
    assert [block.kind for block in found[0].blocks] == ["paragraph", "code"]


def test_only_finished_translations_of_a_catalog_count() -> None:
    text = """
        msgid ""
        msgstr "Language: de\\n"

        msgid "The basket is empty."
        msgstr ""
        "Der Korb "
        "ist leer."

        #, fuzzy
        msgid "The basket is full."
        msgstr "Der Korb ist leer."

        msgid "Not yet translated"
        msgstr ""

        #~ msgid "An old message"
        #~ msgstr "Eine alte Meldung"
        """
    assert mined("messages.po", text) == [
        Pair("Der Korb ist leer.", "The basket is empty.", "po", "de", "en")
    ]


def test_a_catalog_without_a_language_takes_the_one_of_its_path() -> None:
    text = 'msgid "The basket is empty."\nmsgstr "Kurven er tom."\n'
    (pair,) = mined("locale/da/LC_MESSAGES/shop.po", text)
    assert (pair.lang_a, pair.lang_b) == ("da", "en")
    assert mined("shop.po", text) == []


@pytest.mark.parametrize(
    ("path", "original"),
    [
        ("docs/fr/guide.md", "docs/en/guide.md"),
        ("translations/pt-BR/guide.md", "guide.md"),
        ("i18n/ko/docusaurus-plugin-content-docs/current/guide.md", "docs/guide.md"),
        ("docs/manual-ja/guide.md", "docs/manual/guide.md"),
        ("guide.zh-CN.md", "guide.md"),
        ("guide_ja.md", "guide.md"),
        ("guide.french.md", "guide.md"),
        ("src/lib/guide.md", ""),
        ("docs/en/guide.md", ""),
    ],
)
def test_a_translation_finds_its_original(path: str, original: str) -> None:
    others = {original, path, "src/guide.md"} - {""}
    assert english_path(path, others) == original


def test_a_folder_may_be_named_after_its_language() -> None:
    assert sibling_name("fr.site.org") == ("site.org", "fr")
    assert sibling_name("docs-zh-cn") == ("docs", "zh")
    assert sibling_name("requests") == ("", "")
    assert locale_of("src") == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Das ist nicht der Korb, und die Ware ist weg.", "de"),
        ("これは買い物かごです。", "ja"),
        ("Это не корзина, а что это такое?", "ru"),
        ("basket 42", ""),
    ],
)
def test_the_language_of_a_text_is_told_by_script_and_small_words(text: str, language: str) -> None:
    assert natural_language(text) == language


def test_names_in_angle_brackets_stay_where_they_are_code() -> None:
    assert plain("Use `<Basket>` <b>now</b>, **please**") == "Use <Basket> now , please"


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_a_cut_text_is_a_beginning_with_few_enough_tokens(text: str, tokens: int) -> None:
    shortened = cut(text, tokens)
    assert text.startswith(shortened)
    assert token_count(shortened) <= tokens
