"""Bytes are decoded as they were meant, whatever their encoding is and says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.reading.text import decode

RUSSIAN = "Привет, мир! Это обычный русский текст для проверки кодировки файла.\n"
JAPANESE = "これは日本語のテキストです。ファイルの文字コードを判定するための例文です。\n"
CHINESE = "这是一个中文文本文件,用于检测编码。我们希望它能被正确识别。\n"
CHINESE_OF_TAIWAN = "這是一個中文文本檔案,用於檢測編碼。我們希望它能被正確識別。\n"
KOREAN = "이것은 한국어 텍스트 파일입니다. 인코딩을 감지하기 위한 예문입니다.\n"
FRENCH = "Voilà un café très agréable où l'été dernier nous étions allés. Señor, Größe.\n"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Zażółć gęślą jaźń.\n"
GREEK = "Αυτό είναι ένα ελληνικό κείμενο για δοκιμή της κωδικοποίησης.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (JAPANESE, "shift-jis"),
        (JAPANESE, "euc-jp"),
        (CHINESE, "gb18030"),
        (CHINESE_OF_TAIWAN, "big5"),
        (KOREAN, "euc-kr"),
        (FRENCH, "latin-1"),
        ("It’s a “quoted” text – with dashes… and a café\n", "cp1252"),
        (CZECH, "cp1250"),
        (GREEK, "cp1253"),
        ("Vlk žije v lese a loví zajíce, běhá rychle a šplhá.\n", "iso8859-2"),
        ("A fényerő és a forgás segítségével számítható ki.\n", "cp1250"),
        ("Kartal dağlarda yaşar ve küçük hayvanları avlar.\n", "cp1254"),
        ("L’été à la montagne, les bouquetins grimpent très haut.\n", "mac-roman"),
        ("Die Gämse lebt im Gebirge, Größe und Übermut.\n", "cp850"),
        ("הצבי חי במדבר ואוכל עשבים ושיחים בלילה.\n", "cp1255"),
    ],
)
@pytest.mark.parametrize("times", [1, 40])
def test_old_encodings_are_told_apart(text: str, encoding: str, times: int) -> None:
    source = ("int main(void) { return 0; } // " + text) * times
    assert decode(source.encode(encoding)) == source


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_a_mark_decides_the_encoding_and_is_dropped(encoding: str) -> None:
    text = "mark: Ελλάδα 日本 🐍\n"
    mark = "" if encoding in ("utf-8-sig", "utf-16", "utf-32") else "\ufeff"
    assert decode((mark + text).encode(encoding)) == text


def test_a_mark_that_stands_twice_hid_the_first_heading() -> None:
    assert decode(b"\xef\xbb\xbf" * 2 + b"# Title\n") == "# Title\n"


def test_one_accented_letter_in_much_ascii_is_western() -> None:
    source = b"int x;\n" * 20_000 + b"// \xa9 2001 J\xfcrgen M\xfcller\n"
    assert decode(source).endswith("// © 2001 Jürgen Müller\n")


@pytest.mark.parametrize(
    "text", ["it’s", "José", "naïve résumé", "§ 5", "10 µm", "Thanks to Éamonn McManus", "“a” – b"]
)
def test_the_fewer_bytes_tell_the_more_western_they_are(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


def test_lines_of_two_encodings_are_each_read_in_their_own() -> None:
    rows = ["Zürich, 3 Räume".encode(), "Genève, ouvert l'été".encode("latin-1"), b"Rome"]
    assert decode(b"\n".join(rows)) == "Zürich, 3 Räume\nGenève, ouvert l'été\nRome"


@pytest.mark.parametrize("encoding", ["iso2022-jp", "utf-32-le", "utf-32-be", "cp037"])
def test_an_encoding_of_no_bytes_beyond_ascii_or_of_many_zeros_was_binary(encoding: str) -> None:
    text = JAPANESE if encoding == "iso2022-jp" else "The record is read from the master file.\n"
    assert decode(text.encode(encoding)) == text


def test_utf8_with_a_broken_place_stays_utf8() -> None:
    assert decode(RUSSIAN.encode() + b"\xd0\n") == RUSSIAN + "\ufffd\n"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=500))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta http-equiv=Content-Type content="text/html; charset={}">', "iso-8859-6"),
        ('<?xml version="1.0" encoding="{}"?>', "koi8-r"),
        ("# -*- coding: {} -*-", "cp1256"),
        ("<meta charset='{}'>", "windows-1253"),
    ],
)
def test_an_old_encoding_that_the_text_declares_is_believed(head: str, encoding: str) -> None:
    words = (
        "اب" if encoding in ("iso-8859-6", "cp1256") else "вомбат" if "koi" in encoding else "λό"
    )
    text = f"{head.format(encoding)}\n{words}\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("said", ["no-such-encoding", "utf-8", "hex", "iso-8859-6"])
def test_a_declared_encoding_that_is_wrong_is_not_believed(said: str) -> None:
    assert "größer" in decode(f"<meta charset={said}>\ngrößer, schöner".encode("cp1252"))
