"""Texts of every script, and names in code, give lexical terms."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index import marks, words

ANY_TEXT = st.text(st.characters())  # lone surrogates included


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseHTTPResponse2", "parsehttpresponse2 parse http response 2"),
        ("get_user_name", "getusername get user name"),
        ("getUserName", "getusername get user name"),
        ("__init__", "init"),
        ("MAX_SIZE", "maxsize max size"),
        ("utf8", "utf8 utf 8"),
        ("foo.bar()", "foo bar"),
        ("what's", "what s"),
        ("-x --dry-run", "x dry run"),
        (".NET", "net"),
        ("C++ and c#", "c++ c and c# c"),
        ("a#b x+++y", "a b x y"),
        ("ПолучитьИмя", "получитьимя получить имя"),
        ("größeÄndern2", "grosseandern2 grosse andern 2 groesseaendern2 groesse aendern"),
    ],
)
def test_names_in_code_give_themselves_and_their_parts(text: str, expected: str) -> None:
    assert words.terms(text) == expected.split()


@pytest.mark.parametrize(
    ("script", "text", "expected"),
    [
        ("Latin", "Crème brûlée naïve Ångström", "creme brulee naive angstrom aangstroem"),
        ("Latin, Vietnamese", "Đường phố", "duong pho"),
        ("Latin, Turkish", "İSTANBUL ışık", "istanbul isik"),
        ("Latin, African", "Ƙasa ŋutɔ̃ ɖeka", "kasa nuto deka"),
        ("Latin, compatibility", "ﬁle Ｐｙｔｈｏｎ", "file python"),
        ("Greek", "Ἀναζήτηση ᾠδή", "αναζητηση ωδη"),
        ("Cyrillic", "Проверка ёлки, за́мок й", "проверка елки замок й"),
        ("Armenian", "Հայերեն Երևան ԵՐԵՎԱՆ։", "հայերեն երեվան երեվան"),
        ("Georgian", "ქართული ენა", "ქართული ენა"),
        ("Hebrew", "חִפּוּשׂ בטקסט", "חפוש בטקסט"),
        ("Arabic", "النُّصوص أحمد، ٢٠٢٤", "النصوص نصوص احمد 2024"),
        ("Arabic, Persian", "می\u200cخواهم", "ميخواهم مي خواهم"),
        ("Devanagari", "हिन्दी हिंदी में खोज।", "हिंदी हिंदी में खोज"),
        ("Gurmukhi", "ਬਾਜ਼ਾਰ", "ਬਾਜਾਰ"),
        ("Lao", "ຫຼາ ໜ້າ", "ຫລ ລາ ຫນ້ ນ້າ"),
        ("Mongolian", "ᠵᠠᠬ᠎ᠠ", "ᠵᠠᠬᠠ"),
        ("Tamil", "தமிழ் தேடல்", "தமிழ் தேடல்"),
        ("Sinhala", "ක්\u200dය", "ක්ය"),
        ("Ethiopic", "ትርጉም፡ፍለጋ።", "ትርጉም ፍለጋ"),
        ("Han", "数据库连接，超时", "数据 据库 库连 连接 超时"),
        ("Han, alone", "猫", "猫"),
        ("Kana", "データベース", "デー ータ タベ ベー ース"),
        ("Kana, dakuten", "か が ｶﾞ", "か が ガ"),
        ("Han beside Latin", "Pythonで読む", "python で読 読む 読"),
        ("Hangul", "한국어 검색", "한국 국어 검색"),
        ("Thai", "ค้นหา", "ค้น นห หา"),
        ("Lao", "ຄົ້ນຫາ", "ຄົ້ນ ນຫ ຫາ"),
        ("Khmer", "ស្វែងរក", "ស្វែ វែង ងរ រក"),
        ("Burmese", "မြန်မာ", "မြန် န်မာ"),
        ("Emoji", "ship 🚢!", "ship 🚢"),
    ],
)
def test_every_script_gives_terms(script: str, text: str, expected: str) -> None:
    assert words.terms(text) == [
        unicodedata.normalize("NFKC", term) for term in expected.split()
    ], script


@pytest.mark.parametrize(
    "typed", ["Hawai'i", "Hawai\u2018i", "HAWAI\u2019I", "Hawai\u02bbi", "hawai`i"]
)
def test_a_word_with_an_apostrophe_was_not_the_word_without(typed: str) -> None:
    assert words.terms(typed) == ["hawaii", "hawai", "i"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("O'Brien's O\u00b4Brien", "obrien o brien s obrien o brien"),
        ("Qurʾān п'ять o‘zbek", "quran qur an пять п ять ozbek o zbek"),
        ("l'oignon d’acqua qu'il dell'arte", "l oignon d acqua qu il dell arte"),
        ("L'Oréal doesn't 5'10", "loreal l oreal doesn t 5 10"),
        ("Mā’ori Chang'e g‘alaba", "maori ma ori change chang e galaba g alaba"),
        ("ta\u00b4lim \u0149a", "talim ta lim na"),
        ("rock 'n' roll 他说'你好'吗 the 'word'", "rock n roll 他说 你好 吗 the word"),
        ("mba\uff07e", "mbae mba e"),
    ],
)
def test_an_apostrophe_between_letters_is_inside_of_a_word_but_where_two_words_meet(
    written: str, expected: str
) -> None:
    assert words.terms(written) == expected.split()


@pytest.mark.parametrize("text", ["", " \n\t", "-> == != ...", "。、「」", "؟،", "\ud800", "“”—…"])
def test_only_punctuation_gives_nothing(text: str) -> None:
    assert words.terms(text) == []


@given(ANY_TEXT)
def test_terms_of_any_text_are_clean_tokens(text: str) -> None:
    for term in words.terms(text):
        assert term
        assert not any(character.isspace() or character in "\"'" for character in term)
        assert not any(unicodedata.category(character) == "Cc" for character in term)


@given(ANY_TEXT)
def test_terms_are_the_same_however_a_text_is_composed(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    assert words.terms(composed) == words.terms(decomposed)


@given(st.text(st.characters(categories=["Ll", "Lu", "Lo", "Nd"]), min_size=1))
def test_letters_and_digits_always_give_a_term(text: str) -> None:
    assert words.terms(text)


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=2, max_size=6))
def test_one_name_in_three_styles_gives_the_same_terms(parts: list[str]) -> None:
    snake = "_".join(parts)
    camel = parts[0] + "".join(part.title() for part in parts[1:])
    assert words.terms(snake) == words.terms(camel) == words.terms(snake.upper())


@given(ANY_TEXT, ANY_TEXT)
def test_a_blank_separates(first: str, second: str) -> None:
    assert words.terms(f"{first}\n{second}") == words.terms(first) + words.terms(second)


def test_no_combining_mark_lies_outside_of_the_blocks_that_are_looked_at() -> None:
    found = filter(
        lambda char: unicodedata.category(char)[0] == "M", map(chr, range(0x300, 0x20000))
    )
    assert not re.sub(f"[{marks.marks()}]", "", "".join(found))


def test_a_word_is_found_again_in_the_text_as_it_is_written() -> None:
    for text in ("a_b ẹ̀fọ́. é", "می\u200cخواهم צה״ל", "ﾌﾟﾘﾝﾀｰ 10 ㎏", "ក្សារ\u200b x", "\u0301"):
        for start, end in words.spans(text):
            assert (
                "".join(written for written, _ in words.graphemes(text[start:end]))
                == (text[start:end])
            )
    assert [text for _, text in words.graphemes("ﾌﾟﾘﬁẹ̀\u1112\u1161\u11ab")] == [
        *("プ", "リ", "fi", "e", "한"),
    ]


def test_a_word_of_a_megabyte_is_taken_in_pieces() -> None:
    assert max(map(len, words.terms("ab" * 500_000))) <= 128
    assert max(map(len, words.terms("é" * 500_000))) <= 128
