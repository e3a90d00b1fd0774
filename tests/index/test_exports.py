"""What services export of a person is read as it was written, not as JSON."""

import json

import pytest
from documents import LONG, found
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.process.contents import read
from searchkit_index.reading.exported import parsed
from searchkit_index.reading.text import Unsuitable


def turn(role: str, second: float, *parts: object, **more: object) -> dict[str, object]:
    content = {"content_type": "text", "parts": list(parts)}
    return {"author": {"role": role}, "create_time": second, "content": content, **more}


def chatgpt(*turns: dict[str, object]) -> str:
    mapping = {str(at): {"id": str(at), "message": each} for at, each in enumerate(turns)}
    mapping["root"] = {"id": "root", "message": None}
    chat = {"title": "Burrows", "create_time": 1704190000.5, "update_time": 1, "mapping": mapping}
    return json.dumps([chat])


ASKED = turn("user", 1704190000, "How deep does a wombat dig?\nRoughly.")
ANSWERED = turn("assistant", 1704190060, "About three metres:\n\n```python\ndef depth(): ...\n```")


def test_questions_to_an_assistant_were_json_with_ids() -> None:
    hidden = turn("system", 0, "be brief"), turn("tool", 5, "{}"), turn("assistant", 6, "search()")
    hidden[2]["recipient"] = "browser"
    picture = turn("user", 1704190120, {"asset_pointer": "file://1"}, f"And this one? {LONG}")
    export = chatgpt(ANSWERED, ASKED, *hidden, picture)
    first, *others = found("conversations.json", export.encode())
    assert first == (
        "2024-01-02 10:06 – 2024-01-02 10:07",
        "Burrows > How deep does a wombat dig?",
        "Burrows\nHow deep does a wombat dig?\nRoughly.\nAbout three metres:\n\n"
        "```python\ndef depth(): ...\n```",
    )
    assert others
    assert {symbol.partition("?")[0] for _, symbol, _ in others} == {"Burrows > And this one"}
    chunk = read("a.json", export.encode(), secrets=False).chunks[0]
    assert "python:definition" in chunk.parts


def test_a_chat_with_claude_was_json_with_ids() -> None:
    uuid = "00000000-0000-4000-8000-000000000000"
    messages = [
        {"sender": "human", "text": "What do wombats eat?", "created_at": "2024-06-01T12:00:01Z"},
        {"sender": "assistant", "text": "x", "content": [{"type": "text", "text": "List<Grass>"}]},
    ]
    chat = {"uuid": uuid, "name": "Food", "created_at": "2024-06-01", "chat_messages": messages}
    ((place, symbol, said),) = found("conversations.json", json.dumps([chat]).encode())
    assert (place, symbol) == ("2024-06-01 12:00", "Food")
    assert said == "Food\nWhat do wombats eat?\nList<Grass>"


def test_of_a_long_export_the_beginning_was_json_with_ids() -> None:
    export = chatgpt(ASKED, ANSWERED)
    cut = export[: export.index("About three") + 5]
    ((_, symbol, said),) = found("conversations.json", cut.encode())
    assert (symbol, said) == ("Burrows", "Burrows\nHow deep does a wombat dig?\nRoughly.")


KEYS = st.text('[]{}",\\a', max_size=5)
VALUES = st.recursive(
    KEYS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=8
)


@given(VALUES)
def test_json_without_its_end_is_parsed_up_to_there(value: object) -> None:
    whole = json.dumps([[value], 1])
    assert parsed(whole.encode()) == [[value], 1]
    assert parsed(whole[:-2].encode()) == [[value]]
    for end in range(len(whole)):
        assert isinstance(parsed(whole[:end].encode()), list | None)


def test_the_archive_of_mastodon_was_html_in_json() -> None:
    note = {
        "type": "Note",
        "summary": "wildlife",
        "published": "2023-05-04T03:02:01Z",
        "content": "<p>A <b>wombat</b> &amp; a friend</p><p>by night</p>",
        "attachment": [{"type": "Document", "name": "two wombats"}],
    }
    items = [{"type": "Create", "object": note}, {"type": "Announce", "object": "https://a.org/1"}]
    outbox = {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json"}
    export = json.dumps({**outbox, "type": "OrderedCollection", "orderedItems": items})
    ((place, symbol, said),) = found("outbox.json", export.encode())
    assert (place, symbol) == ("2023-05-04 03:02", "wildlife")
    assert said == "wildlife\nA wombat & a friend\nby night\ntwo wombats"
    liked = json.dumps({**outbox, "type": "OrderedCollection", "orderedItems": ["https://a.org/1"]})
    assert found("likes.json", liked.encode())[0][2] == liked  # holds nothing but addresses


def test_a_note_of_keep_was_json_with_colours() -> None:
    note = {
        "color": "DEFAULT",
        "isTrashed": False,
        "isPinned": False,
        "isArchived": True,
        "title": "Shopping",
        "listContent": [{"text": "grass", "isChecked": False}, {"text": "roots"}],
        "labels": [{"name": "home"}],
        "annotations": [{"title": "What wombats eat", "url": "https://a.org"}],
        "userEditedTimestampUsec": 1704190000000000,
    }
    ((place, symbol, said),) = found("Shopping.json", json.dumps(note).encode())
    assert (place, symbol) == ("2024-01-02 10:06", "Shopping")
    assert said == "Shopping\n- grass\n- roots\nWhat wombats eat\nlabels: home"


STANDARD = {
    "version": "004",
    "items": [
        {"content_type": "Tag", "content": {"title": "home"}},
        {"content_type": "Note", "content": "004:encrypted"},
        {
            "content_type": "Note",
            "created_at": "2024-03-05T10:00:00.000Z",
            "content": {"title": "Boiler", "text": "No ignition.\n\nReset it."},
        },
    ],
}
SIMPLENOTE = {
    "activeNotes": [{"creationDate": "2024-03-05T10:00:00Z", "content": "Boiler\r\nNo ignition."}]
}
DAY_ONE = {
    "metadata": {"version": "1.0"},
    "entries": [{"creationDate": "2024-03-05T10:00:00Z", "text": "# Boiler\nNo ignition\\."}],
}
ROAM = [
    {
        "title": "Boiler",
        "create-time": 1709632800000,
        "children": [
            {"string": "No ignition\nat all", "uid": "a", "children": [{"string": "reset"}]},
            {"string": "", "uid": "b"},
        ],
    }
]


@pytest.mark.parametrize(
    ("name", "export", "said"),
    [
        ("Standard Notes Backup.txt", STANDARD, "Boiler\nNo ignition.\n\nReset it."),
        ("notes.json", SIMPLENOTE, "Boiler\nNo ignition."),
        ("Journal.json", DAY_ONE, "# Boiler\nNo ignition."),
        ("roam.json", ROAM, "Boiler\n- No ignition\n  at all\n  - reset\n-"),
    ],
)
def test_notes_were_json_with_ids(name: str, export: object, said: str) -> None:
    hit = ("2024-03-05 10:00", "Boiler", said)
    assert found(name, json.dumps(export, indent=2).encode()) == [hit]


def test_an_outline_of_any_depth_is_read() -> None:
    entry: dict[str, object] = {"string": "deepest", "uid": "z"}
    for _ in range(60):
        entry = {"string": "deep", "uid": "a", "children": [entry]}
    ((_, _, said),) = found("roam.json", json.dumps([{"title": "T", **entry}]).encode())
    assert said.startswith("T\n- deep")


TWEET = {"tweet": {"full_text": "It rains.", "created_at": "Tue Mar 05 10:00:24 +0000 2024"}}
MESSAGE = {"messageCreate": {"text": "It rains.", "createdAt": "2024-03-05T10:00:00.000Z"}}


@pytest.mark.parametrize(
    ("name", "export"),
    [
        ("tweets", [TWEET]),
        ("like", [{"like": {"tweetId": "1", "fullText": "It rains."}}]),
        ("note_tweet", [{"noteTweet": {"core": {"text": "It rains."}}}]),
        ("direct_messages", [{"dmConversation": {"messages": [MESSAGE]}}]),
    ],
)
def test_the_archive_of_twitter_was_a_program(name: str, export: object) -> None:
    script = f"window.YTD.{name}.part0 = {json.dumps(export, indent=2)}"
    ((place, _, said),) = found(f"{name}.js", script.encode())
    assert said == "It rains."
    assert place in ("2024-03-05 10:00", "")


def test_posts_of_facebook_were_bytes_written_as_letters() -> None:
    post = {"timestamp": 1709632800, "data": [{"post": "KÃ¶nnen wir graben?"}], "title": "Ada"}
    hit = ("2024-03-05 10:00", "your posts", "Können wir graben?")
    assert found("your_posts_1.json", json.dumps([post]).encode()) == [hit]


def test_references_of_zotero_were_json_with_ids() -> None:
    item = {
        "id": "http://zotero.org/users/1/items/ABC",
        "type": "article-journal",
        "abstract": "They dig.",
        "container-title": "Burrows",
        "title": "On wombats",
        "author": [{"family": "van Dyke", "given": "Ada"}, {"literal": "The Wombat Group"}],
        "issued": {"date-parts": [["1991", 4]]},
    }
    ((place, symbol, said),) = found("My Library.json", json.dumps([item]).encode())
    assert (place, symbol) == ("Dyke 1991", "On wombats")
    assert said == "On wombats\nAda van Dyke, The Wombat Group. Burrows. 1991\nThey dig."


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("[12.03.24, 21:15:03] ", "[12.03.24, 21:16:00] ", "12.03.24, 21:15 – 21:16"),
        ("12/03/2024, 21:15 - ", "12/03/2024, 21:15 - ", "12/03/2024, 21:15"),
        ("3/12/24, 9:15\u202fPM - ", "3/12/24, 9:15\u202fPM - ", "3/12/24, 9:15\u202fPM"),
        (
            "\u200f12/3/2024، 9:15 م - ",
            "\u200f12/3/2024، 9:16 م - ",
            "12/3/2024، 9:15 م – 12/3/2024، 9:16 م",
        ),
        (
            "١٢\u200f/٣\u200f/٢٠٢٤, ٩:١٥ م - ",
            "١٢\u200f/٣\u200f/٢٠٢٤, ٩:١٥ م - ",
            "١٢/٣/٢٠٢٤, ٩:١٥ م",
        ),
        (
            "2024/3/12 下午9:15 - ",
            "2024/3/12 下午9:16 - ",
            "2024/3/12 下午9:15 – 2024/3/12 下午9:16",
        ),
        ("[2024. 3. 12. 오후 9:15:03] ", "[2024. 3. 12. 오후 9:15:03] ", "2024. 3. 12. 오후 9:15"),
        ("12.03.24 г., 9:15 ч. - ", "12.03.24 г., 9:15 ч. - ", "12.03.24 г., 9:15 ч."),
        ("12/3/24, 9:15 p. m. - ", "12/3/24, 9:15 p. m. - ", "12/3/24, 9:15 p. m."),
        ("\u200e[12.3.2024 klo 21.15.03] ", "[12.3.2024 klo 21.15.59] ", "12.3.2024 klo 21.15"),
    ],
)
def test_each_line_of_a_chat_began_with_a_date(first: str, second: str, place: str) -> None:
    chat = (
        f"{first}Messages are end-to-end encrypted.\n{first}Ada: Is the kettle on?\nI am thirsty\n"
        f"{second}Ben: \u200eimage omitted\n{second}Ben: <Media omitted>\n{second}Ben: Yes: now\n"
    )
    found_ = read("_chat.txt", chat.encode(), secrets=False)
    (chunk,) = found_.chunks
    assert found_.language == "transcript"
    said = "Ada: Is the kettle on?\nI am thirsty\nBen: Yes: now"
    assert chunk.text == f"Messages are end-to-end encrypted.\n{said}"
    assert (chunk.place, chunk.start_line, chunk.end_line) == (place, 1, 6)


@pytest.mark.parametrize(
    "log",
    [
        "[2024-03-12 21:15:03] app.ERROR: it broke\n",
        "2024-03-12 21:15:03 ERROR it broke\n",
        "12/03/2024, 21:15 we met\n",
    ],
)
def test_a_log_is_no_chat(log: str) -> None:
    assert found("app.txt", log.encode())[0][2] == log.strip()


def test_a_diary_is_read_to_its_last_word() -> None:
    diary = "12/03/2024, 21:15 - We met.\nIt rained.\n13/03/2024, 9:00 - Home: at last.\n"
    assert found("diary.txt", diary.encode())[0][2] == "We met.\nIt rained.\nHome: at last."


DISCORD = {
    "guild": {"id": "1", "name": "Burrows"},
    "channel": {"id": "2", "name": "digging", "topic": None},
    "dateRange": {"after": None, "before": None},
    "messages": [
        {
            "timestamp": "2024-03-05T10:00:00.123+00:00",
            "content": "How deep?",
            "author": {"name": "ada7", "nickname": "Ada"},
        },
        {"timestamp": "2024-03-05T10:03:00+00:00", "content": "", "author": {"name": "ben"}},
    ],
}
MESSENGER = {
    "participants": [{"name": "JÃ¶rg"}, {"name": "Ada"}],
    "messages": [
        {"sender_name": "JÃ¶rg", "timestamp_ms": 1709632800000, "content": "KÃ¶nnen wir graben?"},
        {"sender_name": "Ada", "timestamp_ms": 1709632900000, "photos": [{"uri": "a.jpg"}]},
    ],
    "title": "JÃ¶rg",
}
GOOGLE = {
    "messages": [
        {
            "creator": {"name": "Ada", "user_type": "Human"},
            "created_date": "Tuesday, March 5, 2024 at 10:00:00 AM UTC",
            "text": "It rains.",
        }
    ]
}
MATRIX = {
    "room_name": "Garden",
    "messages": [
        {
            "type": "m.room.message",
            "sender": "@ada:example.org",
            "content": {"body": "When do we prune?"},
            "origin_server_ts": 1709632800000,
        },
        {"type": "m.room.member", "sender": "@ada:example.org", "content": {}},
    ],
}
SKYPE = {
    "userId": "8:ada",
    "exportDate": "2024-03-06T10:00",
    "conversations": [
        {
            "displayName": "Release",
            "MessageList": [
                {
                    "displayName": None,
                    "originalarrivaltime": "2024-03-05T10:00:00.123Z",
                    "content": "<p>Is it <b>still</b> Thursday?</p>",
                    "from": "8:ada",
                }
            ],
        }
    ],
}


@pytest.mark.parametrize(
    ("export", "hit"),
    [
        (MATRIX, ("2024-03-05 10:00", "Garden", "Garden\nada: When do we prune?")),
        (SKYPE, ("2024-03-05 10:00", "Release", "Release\n8:ada: Is it still Thursday?")),
        (DISCORD, ("2024-03-05 10:00", "Burrows, digging", "Burrows, digging\nAda: How deep?")),
        (MESSENGER, ("2024-03-05 10:00", "Jörg", "Jörg\nJörg: Können wir graben?")),
        (GOOGLE, ("Tuesday, March 5, 2024 at 10:00:00 AM UTC", "message", "Ada: It rains.")),
    ],
)
def test_chats_of_further_messengers_were_json(
    export: dict[str, object], hit: tuple[str, str, str]
) -> None:
    assert found("message_1.json", json.dumps(export, indent=1).encode()) == [hit]


def test_notes_on_references_were_shown_with_their_tags() -> None:
    notes = {"note": "<p>They <b>dig</b>.</p>", "abstract": "a<b and c"}
    item = {"type": "article-journal", "title": "Wombats", **notes}
    assert found("a.json", json.dumps([item]).encode())[0][2] == "Wombats\na<b and c\nThey dig."


@pytest.mark.parametrize(
    "odd",
    [
        '[{"title": 1, "create_time": "x", "mapping": {"a": {"message": {"author": 3}}, "b": 1}}]',
        '[{"title": 1, "create_time": 1, "mapping": {"a": {"message": {"create_time": "x"}}}}]',
        '[{"id": 1, "type": "book", "title": 3, "author": [1], "issued": {"date-parts": [1]}}]',
        '{"isTrashed": 1, "isPinned": 2, "labels": 3, "listContent": {}}',
        '{"@context": [], "type": "OrderedCollection", "orderedItems": {"object": 1}}',
        '[{"uuid": "1", "name": "a lamp", "created_at": "2024-01-02", "price": 3}]',
        '{"uuid": "1", "name": "a lamp", "chat_messages": [], "price": 3}',
        '[{"id": 1, "type": "book", "title": "On wombats", "price": 3}]',
        '[{"string": "a", "uid": "b", "title": 3}]',
        '[{"timestamp": 1709632800, "data": ["a"], "price": 3}]',
        '{"version": "004", "items": [{"content_type": "Note", "content": "004:x"}]}',
    ],
)
def test_an_export_of_other_values_is_read_as_it_stands(odd: str) -> None:
    assert found("a.json", odd.encode())[0][2] == odd


def test_measurements_of_a_watch_are_for_machines() -> None:
    record = '<Record type="HKQuantityTypeIdentifierHeartRate" value="61"/>\n'
    health = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT a>\n]>\n'
    with pytest.raises(Unsuitable, match="numbers for a machine"):
        read("export.xml", (health + "<HealthData>" + record * 99).encode(), secrets=False)
