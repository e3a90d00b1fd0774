"""Rich Text Format gives its paragraphs in every encoding."""

from documents import text_of


def test_a_sign_of_rich_text_ends_what_stands_in_for_a_character() -> None:
    data = rb"{\rtf1 {\u8226 }First\par \u8226 \tab Second}"
    assert text_of("a.rtf", data) == "•First\n•\tSecond"


def test_rich_text_gives_its_paragraphs_in_every_encoding() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1251\uc1{\fonttbl{\f0 Arial;}}{\*\generator X;}"
        rb"{\info{\title T}}\pard \'cf\'f0\'e8\'e2\'e5\'f2\par \u26085?\u26412?\b  bold\b0\par"
        rb" a\{b\}\~c\par}"
    )
    assert text_of("a.rtf", data).split("\n")[-3:] == ["Привет", "日本 bold", "a{b}\u00a0c"]


def test_bytes_of_rich_text_are_in_the_encoding_of_their_font() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f3\fcharset204 Arial;}}"
        rb"{\f3 \'ef\'f0\'e8\f0 caf\'e9} \'e9{\*\annotation A remark}\par}"
    )
    assert text_of("a.rtf", data) == "при café é\nA remark".replace("при ", "при")


def test_a_character_of_rich_text_beyond_16_bits_was_two_halves() -> None:
    assert text_of("a.rtf", rb"{\rtf1 a \u-10179?\u-8704? smile}") == "a \U0001f600 smile"
    assert text_of("a.rtf", rb"{\rtf1 a \u-10179? half}") == "a \ufffd half"


def test_a_star_within_a_group_of_rich_text_hides_nothing() -> None:
    data = rb"{\rtf1 {\*\hyphen2 no}{\b0\*\cs7 The quick fox}\par}"
    assert text_of("a.rtf", data) == "The quick fox"


def test_a_picture_within_rich_text_is_passed_over_by_its_length() -> None:
    data = rb"{\rtf1 before {\*\shppict{\pict\bin12 }}}}{{{\par\x}} after\par}"
    assert text_of("a.rtf", data).split() == ["before", "after"]


def test_a_line_feed_within_a_hidden_group_shows_nothing() -> None:
    assert text_of("a.rtf", b"{\\rtf1 {\n\\*\\wgrffmtfilter 013f}The fox\\par}") == "The fox"
