"""Words of scripts without spaces are found whole where the script shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index import words
from searchkit_index.compounds import compounds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("私の自転車とコンピューター", ["自転車", "コンピューター"]),
        ("ｺﾝﾋﾟｭｰﾀ 자전거를", ["コンピュータ", "자전거를"]),
        ("コン・ピュータ", ["ピュータ"]),
        ("中華人民共和国 図書", []),
    ],
)
def test_words_end_where_their_script_does(text: str, found: list[str]) -> None:
    assert compounds(text) == found


@pytest.mark.parametrize("text", ["・・・", "zahnarzt ・・・・", "⺀⺀⺀", "\U0003fffd" * 3])
def test_a_row_of_dots_between_kana_was_a_word_without_terms(text: str) -> None:
    assert compounds(text) == []


@given(st.text(st.characters(min_codepoint=0x2E80, max_codepoint=0x3FFFF)))
def test_each_has_terms(text: str) -> None:
    assert all(words.terms(word) for word in compounds(text))
