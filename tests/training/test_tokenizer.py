"""The tokenizer that is trained splits names, numbers and words as code needs it."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from searchkit.training.data.tokenizer import SPECIAL_TOKENS, train_tokenizer

TEXTS = ["get user name of the http server 123 45 ( self )", "открыть файл", "打开文件", "ファイル"]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(TEXTS * 5, 600)


def test_the_special_tokens_have_the_first_ids(tokenizer: Tokenizer) -> None:
    assert [tokenizer.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "form", ["getUserName", "get_user_name", "GET_USER_NAME", "get  user\n\tname", "GetUserName"]
)
def test_all_forms_of_a_name_share_their_tokens(tokenizer: Tokenizer, form: str) -> None:
    assert tokenizer.encode(form).ids == tokenizer.encode("get user name").ids


def test_an_acronym_ends_before_the_word_that_follows(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("HTTPServer").tokens == tokenizer.encode("http server").tokens


def test_digits_go_in_threes(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("12345").ids == tokenizer.encode("123 45").ids


@pytest.mark.parametrize(
    ("written", "bare"),
    [("Überblick", "uberblick"), ("naïveté", "naivete"), ("ёлка й", "елка и"), ("ά", "α")],
)
def test_accents_fall_away(tokenizer: Tokenizer, written: str, bare: str) -> None:
    assert tokenizer.encode(written).ids == tokenizer.encode(bare).ids


@pytest.mark.parametrize(
    ("one", "other"),
    [("bả", "ba"), ("か", "が"), ("कि", "क"), ("กา", "ก้า"), ("עִ", "ע"), ("ồ", "ờ")],
)
def test_marks_that_make_another_word_stay(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.encode(one).ids != tokenizer.encode(other).ids


@pytest.mark.parametrize("letter", ["한국", "が", "ば", "ö"])
def test_a_letter_is_the_same_composed_and_in_parts(tokenizer: Tokenizer, letter: str) -> None:
    composed, parts = (unicodedata.normalize(form, letter) for form in ("NFC", "NFD"))
    assert tokenizer.encode(composed).ids == tokenizer.encode(parts).ids


def test_a_long_rule_falls_into_threes(tokenizer: Tokenizer) -> None:
    words = tokenizer.pre_tokenizer.pre_tokenize_str("=" * 8)
    assert [end - start for _, (start, end) in words] == [3, 3, 2]


@given(st.text())
def test_every_text_has_tokens_within_the_vocabulary(text: str) -> None:
    ids = train_once().encode(text).ids
    assert all(0 <= number < 600 for number in ids)
    assert ids or not text.strip() or not any(map(str.isalnum, text))


def test_a_saved_tokenizer_gives_the_same_ids(tokenizer: Tokenizer, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    again = Tokenizer.from_file(str(path))
    for text in TEXTS:
        assert again.encode(text).ids == tokenizer.encode(text).ids


_TRAINED: list[Tokenizer] = []


def train_once() -> Tokenizer:
    if not _TRAINED:
        _TRAINED.append(train_tokenizer(TEXTS * 5, 600))
    return _TRAINED[0]
