"""Calendars, contacts and subtitles give what is said, and when."""

import pytest
from documents import SUBTITLES, found, text_of

from searchkit_index.process.contents import read
from searchkit_index.reading.formats import calendar

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;TZID=Europe/Berlin:20240304T100000
SUMMARY:Budget mee
 ting\\, with all
DESCRIPTION:Bring numbers\\nand tea
BEGIN:VALARM
ACTION:DISPLAY
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:Dig
END:VEVENT
END:VCALENDAR
"""


CONTACTS = """BEGIN:VCARD
VERSION:2.1
N:Wombat;Wilma
FN:Wilma Wombat
item1.EMAIL;TYPE=work:wilma@example.org
NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=
=C3=9Fe
PHOTO;ENCODING=BASE64:aGVsbG8=
END:VCARD
"""


def test_entries_of_calendars_and_contacts_have_their_day_and_name() -> None:
    first, *_ = calendar.read(CALENDAR.encode())[1:]
    assert first.place == "2024-03-04: Budget meeting, with all"
    assert first.rows[1:3] == [
        "Summary: Budget meeting, with all",
        "Description: Bring numbers and tea",
    ]
    assert CALENDAR.split("\n")[first.sources[1]].startswith("SUMMARY")
    assert "Dig" in text_of("a.ics", CALENDAR.replace("\n", "\r\n").encode())
    [(place, symbol, said)] = found("a.vcf", CONTACTS.encode())
    assert (place, symbol) == ("Wilma Wombat", "Wilma Wombat")
    assert "Note: Grüße" in said
    assert "Email: wilma@example.org" in said
    assert "aGVsbG8" not in said


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.srt", SUBTITLES), ("a.vtt", "WEBVTT - x\n\nNOTE y\n\n" + SUBTITLES.replace(",", "."))],
)
def test_subtitles_give_what_is_said_and_when(name: str, text: str) -> None:
    [(place, _, said)] = found(name, text.encode())
    assert said == "Dig here\nNow"
    assert place == "00:00:01 – 01:02:03"
    [chunk] = read(name, text.encode(), secrets=False).chunks
    assert "Now" in text.split("\n")[chunk.end_line - 1]


def test_cues_may_have_names_and_a_file_of_subtitles_may_have_a_head() -> None:
    text = (
        "WEBVTT\nKind: captions\nLanguage: en\n\nNOTE a\nb\n\nc0ffee-1/2-0\n"
        "00:01.000 --> 00:02.000\n<v Ada>Dig</v>\n"
    )
    assert found("a.vtt", text.encode()) == [("00:01", "", "Dig")]
    assert found("a.vtt", b"words\n\n00:01.000 --> 00:02.000\nDig\n")[0][0] == ""


SUBSTATION = r"""[Script Info]
Title: Default

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.50,0:00:04.00,Default,,0,0,0,,{\i1}Dig{\i0} here,\Nwombat
Comment: 0,0:00:02.00,0:00:04.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:02.00,0:00:04.00,Default,,0,0,0,,{\an7\p1}m 0 0 l 9 0 9 9
Dialogue: 0,1:02:03.00,1:02:04.00,Default,Ada,0,0,0,,Now
"""


def test_styled_subtitles_were_searched_with_their_styles_and_glued_words() -> None:
    [(place, _, said)] = found("a.ass", SUBSTATION.encode())
    assert said == "Dig here, wombat\nAda: Now"
    assert place == "0:00:01 – 1:02:03"
    assert found("a.ssa", b"[Script Info]\nTitle: x\n")[0][2] == "[Script Info]\nTitle: x"
