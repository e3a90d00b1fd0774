"""What people type finds what others wrote, in every script; and what is another word does not."""

import pytest

from searchkit_index import words
from searchkit_index.reading.text import Unsuitable, decode

FOUND = [
    ("Persian, parts", "می خواهم", "من می\u200cخواهم بروم"),
    ("Persian, joined", "میخواهم", "من می\u200cخواهم بروم"),
    ("Persian, non-joiner", "کتاب\u200cها", "کتابها روی میز"),
    ("Persian, non-joiner and blank", "کتاب\u200cها", "کتاب ها روی میز"),
    ("Persian on an Arabic keyboard", "كتابي", "کتابی"),
    ("Urdu", "ہندوستان", "هندوستان میں"),
    ("Arabic, article", "كتاب", "قرأت الكتاب أمس"),
    ("Arabic, particle and article", "مدرسة", "ذهبت إلى المدرسه وبالمدرسة"),
    ("Arabic, for the", "طلاب", "للطلاب فقط"),
    ("Arabic, hamza", "احمد", "قال أحمد"),
    ("Arabic, hamza on a seat", "مسوول", "المسؤول هنا"),
    ("Arabic, points", "كَتَبَ", "كتب"),
    ("Arabic, tatweel", "سلام", "ســـلام"),
    ("Arabic, forms", "سلام", "ﺳﻼم"),
    ("Arabic, last letter", "علي", "على"),
    ("Hebrew, points", "שלום", "שָׁלוֹם"),
    ("Hebrew, short form", "צהל", 'חיילי צה"ל'),
    ("Hebrew, short form with its own mark", 'צה"ל', "צה״ל"),
    ("Thai", "ค้นหา", "เครื่องมือค้นหาไฟล์"),
    ("Thai, marked words", "ค้นหา", "ค้น\u200bหา"),
    ("Lao", "ຄົ້ນຫາ", "ເຄື່ອງຄົ້ນຫາ"),
    ("Khmer", "ស្វែងរក", "ការ\u200bស្វែងរក\u200bឯកសារ"),
    ("Burmese", "ရှာဖွေ", "ရှာဖွေရေး"),
    ("Tibetan", "བོད་ཡིག", "བོད་ཡིག་གི"),
    ("Devanagari, dot below", "जरूरत", "ज़रूरत है"),
    ("Devanagari, nasal", "हंसना", "हँसना"),
    ("Devanagari, joiner", "क्ष", "क्\u200dष"),
    ("Turkish, dotted capital", "istanbul", "İSTANBUL"),
    ("Turkish, dotless", "ışık", "IŞIK"),
    ("German, sharp s", "strasse", "Die Straße"),
    ("Swedish", "ångström", "ANGSTRÖM"),
    ("Greek, end of a word", "ΛΟΓΟΣ", "λόγος"),
    ("Cyrillic", "елка", "ёлка"),
    ("soft hyphen", "Donaudampfschiff", "Donau\u00addampf\u00adschiff"),
    ("zero-width blank", "getUserName", "get\u200bUser\u200bName"),
    ("Chinese beside Latin", "python入门", "学习Python入门教程"),
    ("Japanese, one character", "猫", "猫が好き"),
    ("Japanese, one character within", "犬", "この犬は"),
    ("Japanese, narrow kana", "データ", "ﾃﾞｰﾀを読む"),
    ("Japanese, full width", "ＡＰＩ", "APIの使い方"),
    ("Korean", "검색", "검색하다"),
    ("digits", "2024", "२०२४"),
    ("ligature", "file", "ﬁle"),
    ("Urdu, non-joiner", "خوبصورت", "خوب\u200cصورت عمارت"),
    ("Urdu on an Arabic keyboard", "کیا", "كيا"),
    ("Urdu, aspirate", "گھر", "گھر میں"),
    ("Persian, digits", "۱۲۳", "123"),
    ("Arabic, and", "مدرسة", "ومدرسة"),
    ("Arabic, then the", "كتاب", "فالكتاب"),
    ("Arabic, hamza below", "اسلام", "إسلام"),
    ("Arabic, madda", "اخر", "آخر"),
    ("Hebrew, song marks", "בראשית", "בְּרֵאשִׁ֖ית"),
    ("Hebrew, joined by a stroke", "בית", "בית־ספר"),
    ("Yiddish", "ייִדיש", "יידיש"),
    ("Thai beside Latin", "API", "ใช้APIของเรา"),
    ("Thai, one letter or two", "น้ำ", "น้ํา"),
    ("Lao within", "ໄຟລ໌", "ເປີດໄຟລ໌ໃໝ່"),
    ("Khmer, letter below", "ខ្មែរ", "ភាសាខ្មែរ"),
    ("Burmese, stacked", "ဗုဒ္ဓ", "ဗုဒ္ဓဘာသာ"),
    ("Tibetan, end of a sentence", "ཡིག", "བོད་ཡིག།"),
    ("Devanagari, written apart", "न्\u200dयाय", "न्याय"),
    ("Bengali, non-joiner", "র\u200d্যাব", "র্যাব"),
    ("Tamil", "தமிழ்", "தமிழ் மொழி"),
    ("Malayalam, final letter", "അവന്\u200d", "അവൻ"),
    ("Sinhala", "ශ්\u200dරී", "ශ්‍රී ලංකා"),
    ("Turkish, dotted, lower", "İstanbul", "istanbul"),
    ("German, umlaut", "Müller", "MÜLLER"),
    ("soft hyphen in the question", "Donau\u00adschiff", "Donauschiff"),
    ("Vietnamese", "duong", "đường"),
    ("Polish", "lodz", "Łódź"),
    ("Greek, old accents", "ανθρωπος", "ἄνθρωπος"),
    ("Ukrainian, apostrophe", "п'ять", "п\u02bcять"),
    ("Catalan, double l", "collegi", "col·legi"),
    ("Hawaiian", "hawaii", "Hawai\u02bbi"),
    ("Romanian, comma and cedilla", "țară", "ţară"),
    ("Armenian", "եւ", "և"),
    ("Georgian", "ᲥᲐᲠᲗᲣᲚᲘ", "ქართული"),
    ("Amharic", "ሰላም", "ሰላም፡ዓለም"),
    ("Japanese, repeated", "人々", "人々は"),
    ("Korean, in its parts", "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
    ("emoji", "❤", "❤\ufe0f"),
    ("Chinese, simplified to traditional", "软件开发", "軟件開發人員"),
    ("Chinese, traditional to simplified", "簡體中文", "简体中文"),
    ("Chinese, one of several forms", "头发", "頭髮"),
    ("Japanese, old form", "國語", "国語の時間"),
    ("German, written out in the question", "mueller", "Frau Müller"),
    ("German, written out in the text", "Müller", "Frau Mueller"),
    ("German, without marks", "muller", "Frau Müller"),
    ("German, written out in capitals", "UEBUNG", "die Übung"),
    ("German, decomposed", "koeln", "Ko\u0308ln am Rhein"),
    ("Danish, written out", "aarhus", "Århus"),
    ("Norwegian, written out", "Bjoern", "Bjørn"),
]
OTHERS = [
    ("Persian", "خانه", "کتاب\u200cها"),
    ("Arabic, the article alone", "ال", "الكتاب"),
    ("Thai", "แมว", "สุนัข"),
    ("Japanese", "犬", "猫が好き"),
    ("Chinese", "数据库", "据数库"),
    ("Cyrillic, another letter", "мои", "мой"),
    ("Devanagari, another sign", "की", "के"),
    ("Turkish", "kız", "kuz"),
    ("Hebrew", "שלום", "שלם"),
    ("Korean", "검사", "색인"),
    ("Urdu", "کتاب", "قلم"),
    ("Arabic, and alone", "و", "ومدرسة"),
    ("Lao", "ແມວ", "ໝາ"),
    ("Khmer", "ឆ្មា", "ឆ្កែ"),
    ("Burmese", "ကြောင်", "ခွေး"),
    ("Tibetan", "བོད", "ཡིག"),
    ("Tamil, another vowel", "கி", "கீ"),
    ("Greek", "νόμος", "νέος"),
    ("German, another word", "Bär", "Bohr"),
    ("Vietnamese", "nhà", "những"),
    ("Chinese, traditional, another word", "軟體", "硬件"),
    ("German, written out, another word", "Mueller", "Möller"),
    ("two vowels that are no umlaut", "Goethe", "gothe"),
]


def share(query: str, text: str) -> float:
    asked, there = set(words.terms(query)), set(words.terms(text))
    return len(asked & there) / len(asked)


@pytest.mark.parametrize(("query", "text"), [pair[1:] for pair in FOUND], ids=[p[0] for p in FOUND])
def test_what_is_the_same_word_is_found(query: str, text: str) -> None:
    assert share(query, text) > 0.3


@pytest.mark.parametrize(
    ("query", "text"), [pair[1:] for pair in OTHERS], ids=[p[0] for p in OTHERS]
)
def test_what_is_another_word_is_not_found(query: str, text: str) -> None:
    assert share(query, text) == 0


TEXT = "A note on wombats: they dig.\r\nZweite Zeile, größer.\r\n" * 4


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_utf_16_and_32_are_read_with_a_mark_or_plainly_without(encoding: str) -> None:
    if encoding.startswith("utf-16"):
        assert decode(TEXT.encode(encoding)) == TEXT.replace("\r\n", "\n")
    assert decode(TEXT.encode("utf-32")) == TEXT.replace("\r\n", "\n")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "Реестр капитана порта.\r\nКорабли и лодки.\r\n",
        "سجل الميناء\nالسفن\n",
        "שלום עולם\n",
        "यह कार्यक्रम फ़ाइलें खोजता है\n",
        "这个软件可以搜索。\n数据库连接超时 OK\n",
        "검색 도구입니다\n파일 목록\n",
        "Το βιβλίο του λιμανιού\n",
    ],
)
def test_utf_16_of_any_script_is_read_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        b"\x10\x04\x20\x05" * 300 + b"\0\x04",
        b"\0" * 500,
        b"a\0b\0" + bytes(200),
        b"\x01\0\x02\0" * 200,
        b"ab\0cd" * 99,
    ],
)
def test_bytes_that_are_no_utf_16_stay_binary(data: bytes) -> None:
    with pytest.raises(Unsuitable, match="binary"):
        decode(data)
