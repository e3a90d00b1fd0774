"""Calendars, contacts and subtitles give what is said, and when."""

import pytest
from documents import SUBTITLES, found, text_of

from searchkit_index.process.contents import read
from searchkit_index.reading.formats import calendar

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Europe/Berlin
END:VTIMEZONE
BEGIN:VEVENT
UID:c0ffee
DTEND;TZID=Europe/Berlin:20240304T113000
DTSTART;TZID=Europe/Berlin:20240304T100000
SUMMARY:Budget mee
 ting\\, with all
DESCRIPTION:Bring numbers\\nand tea
LOCATION:Room 7
ATTENDEE;CN=Wilma Wombat:mailto:wilma@example.org
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Reminder
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
    first, *_ = calendar.read(CALENDAR.encode())
    assert first.place == "2024-03-04: Budget meeting, with all"
    assert CALENDAR.split("\n")[first.sources[1]].startswith("SUMMARY")
    assert "Dig" in text_of("a.ics", CALENDAR.replace("\n", "\r\n").encode())
    [(place, symbol, said)] = found("a.vcf", CONTACTS.encode())
    assert (place, symbol) == ("Wilma Wombat", "Wilma Wombat")
    assert "Note: Grüße" in said
    assert "Email: wilma@example.org" in said
    assert "aGVsbG8" not in said


def test_a_calendar_showed_its_numbers_and_reminders_instead_of_when_and_where() -> None:
    first, last = calendar.read(CALENDAR.encode())
    assert first.rows == [
        "When: 2024-03-04 10:00 – 11:30",
        "Summary: Budget meeting, with all",
        "Description: Bring numbers and tea",
        "Where: Room 7",
        "Attendee: Wilma Wombat wilma@example.org",
    ]
    assert last.rows == ["Summary: Dig"]
    for start, end, told in (
        ("20240304", "20240305", "2024-03-04"),
        ("20240304", "20240307", "2024-03-04 – 2024-03-06"),
        ("20240304T090000Z", "20240305T080000Z", "2024-03-04 09:00 UTC – 2024-03-05 08:00 UTC"),
        ("20240399", "20240399", "2024-03-99"),
        ("soon", "late", "soon"),
    ):
        event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{start}\nDTEND:{end}\n"
        assert calendar.read(event.encode())[0].rows == [f"When: {told}"]


@pytest.mark.parametrize(
    ("start", "duration", "told"),
    [
        ("20240304T093000", "PT45M", "2024-03-04 09:30 – 10:15"),
        ("20240304T233000Z", "P1DT1H", "2024-03-04 23:30 UTC – 2024-03-06 00:30 UTC"),
        ("20240304", "P1D", "2024-03-04"),
        ("20240304T093000", "soon", "2024-03-04 09:30"),
        ("99991231T233000", "P9W", "9999-12-31 23:30"),
        ("20240399T093000", "PT1H", "2024-03-99 09:30"),
    ],
)
def test_an_event_that_tells_how_long_it_is_had_no_end(
    start: str, duration: str, told: str
) -> None:
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{start}\nDURATION:{duration}\n"
    assert calendar.read(event.encode())[0].rows == [f"When: {told}"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            "FREQ=WEEKLY;BYDAY=MO,WE,TH;UNTIL=20241231T000000Z",
            "every week on Monday, Wednesday and Thursday until 2024-12-31",
        ),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR;COUNT=10",
            "every 2 months on the last Friday 10 times",
        ),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=+4TH", "every year on the fourth Thursday in November"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "every month on day 15 and the last day"),
        ("FREQ=DAILY;BYDAY=XX,;BYMONTH=13;BYSETPOS=1;COUNT=x", "every day"),
    ],
)
def test_nothing_told_that_an_event_repeats(rule: str, told: str) -> None:
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240304\nRRULE:{rule}\n"
    rows = ["When: 2024-03-04", f"Repeats: {told}"]
    assert calendar.read(event.encode())[0].rows == rows
    unknown = event.replace("FREQ=", "FREQ=OFTEN;X=")
    assert calendar.read(unknown.encode())[0].rows == rows[:1]


def test_labels_of_contacts_were_shown_with_their_signs() -> None:
    card = "BEGIN:VCARD\nFN:Ada\nitem1.TEL:1\nitem1.X-ABLabel:_$!<Work>!$_\nEND:VCARD\n"
    assert found("a.vcf", card.encode())[0][2].endswith("Tel: 1\nX-ablabel: Work")


def test_contacts_were_called_a_calendar() -> None:
    assert read("a.vcf", CONTACTS.encode(), secrets=False).language == "contacts"
    assert "Version" not in text_of("a.vcf", CONTACTS.encode())


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
        "00:01.000 --> 00:02.000\n<v.loud Ada>Dig</v>\n"
    )
    assert found("a.vtt", text.encode()) == [("00:01", "", "Ada: Dig")]
    assert found("a.vtt", b"words\n\n00:01.000 --> 00:02.000\nDig\n")[0][0] == ""


ROLLING = """WEBVTT
Kind: captions

00:00:00.160 --> 00:00:01.990 align:start position:0%
{blank}
so<00:00:00.320><c> dig</c> &amp; rest

00:00:01.990 --> 00:00:02.000 align:start position:0%
so dig &amp; rest
{blank}

00:00:02.000 --> 00:00:04.000 align:start position:0%
so dig &amp; rest
at<00:00:02.320><c> night</c>
""".format(blank=" ")


def test_captions_that_roll_were_text_with_their_times_and_said_each_line_three_times() -> None:
    assert found("a.vtt", ROLLING.encode()) == [
        ("00:00:00 – 00:00:02", "", "so dig & rest\nat night")
    ]


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


TELEGRAM = r"""{
 "name": "Burrow \"A\"",
 "type": "private_group",
 "id": 4242,
 "messages": [
  {"id": 1, "type": "service", "date": "2024-01-02T09:00:00", "actor": "Ada", "text": ""},
  {"id": 2, "type": "message", "date": "2024-01-02T10:00:07", "from": "Ada", "text": "Kettle<on>?"},
  {"id": 3, "type": "message", "date": "2024-01-02T10:01:00", "from": null,
   "text": ["Yes, ", {"type": "bold", "text": "now"}, "!"]}
 ]
}"""
SLACK = """[
 {"client_msg_id": "c0ffee", "type": "message", "text": "Kettle &amp; <https://a.org|cups> <@U2>?",
  "user": "U1", "ts": "1704190000.000100", "user_profile": {"display_name": "",
  "real_name": "Ada"}},
 {"type": "message", "text": "Yes", "user": "U2", "ts": "1704190100.000100"}
]"""


def test_a_chat_was_titled_by_the_keys_of_its_json() -> None:
    [(place, symbol, said)] = found("result.json", TELEGRAM.encode())
    assert (place, symbol) == ("2024-01-02 10:00 – 2024-01-02 10:01", 'Burrow "A"')
    assert said == 'Burrow "A"\nAda: Kettle<on>?\nYes, now!'
    [(place, symbol, said)] = found("2024-01-02.json", SLACK.encode())
    assert (place, symbol) == ("2024-01-02 10:06 – 2024-01-02 10:08", "")
    assert said == "Ada: Kettle & cups @U2?\nYes"
    assert read("a.json", SLACK.encode(), secrets=False).language == "chat"


def test_all_chats_of_an_account_were_read_as_json() -> None:
    about = '"about": "All you asked for.", "personal_information": {"user_id": 1}'
    others = TELEGRAM.replace("Burrow", "Street").replace("Kettle", "Door")
    export = f'{{{about}, "chats": {{"list": [{TELEGRAM}]}}, "left_chats": {{"list": [{others}]}}}}'
    [(place, symbol, said)] = found("result.json", export.encode())
    assert (place, symbol) == ("2024-01-02 10:00 – 2024-01-02 10:01", 'Burrow "A", Street "A"')
    assert said.split("\n")[2:5] == ["Yes, now!", 'Street "A"', "Ada: Door<on>?"]


@pytest.mark.parametrize("text", ['[{"ts": "1704190000.000100", "x": [', '{"name": "a", "x": 1}'])
def test_json_that_is_no_chat_is_read_as_it_stands(text: str) -> None:
    assert found("a.json", text.encode())[0][2] == text
