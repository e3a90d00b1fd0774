"""Reads chats in JSON, as messengers and assistants export them: who said what, and when.

Telegram, Slack, Discord, Facebook's Messenger (also Instagram), Google Chat, Matrix, Teams, Skype;
ChatGPT, Claude.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from searchkit_index.languages.language import LANGUAGES
from searchkit_index.reading import page
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.exported import listed, minute, objects, parsed, string, unmixed
from searchkit_index.reading.heading import clean_title

# A link or a mention in Slack, with what is shown of it.
_LINK = re.compile(r"<(?:[^<>|]*\|)?([^<>]*)>")


class _Message(NamedTuple):
    """What somebody said.

    Attributes:
        when: The minute, as `2024-01-02 10:00`; in UTC where the export says that.
        author: The name of who said it; "" for nobody.
        said: The text.
        asks: Whether it is a question to an assistant; None outside of such chats.
    """

    when: str
    author: str
    said: str
    asks: bool | None = None


def read(data: bytes) -> list[Block] | None:
    """Read a chat under its name; the place of a message is its minute; None if it is no chat."""
    draft = Draft()
    for name, messages in _chats(parsed(data)):
        said = [message for message in messages if message.said.strip()]
        draft.place = ""
        draft.add(name if said else "", 0)
        for message in said:
            draft.place = message.when
            _add(draft, message)
    return draft.blocks or None


def _add(draft: Draft, message: _Message) -> None:
    """Add a message; a question to an assistant begins a section, in which the answer is."""
    said = message.said.strip()
    if message.asks is None:
        draft.add(f"{message.author}: {said}" if message.author else said)
        return
    rows, markdown = said.replace("\r\n", "\n").split("\n"), LANGUAGES["markdown"]
    depth, title = (1, clean_title(rows[0])) if message.asks else (None, "")
    draft.take(Block(rows, (), depth, title, markdown, draft.place))


def _chats(export: Any) -> Iterator[tuple[str, Iterator[_Message]]]:
    """Yield the name and the messages of each chat: one, or all of an account."""
    found = list(objects(export if isinstance(export, list) else [export]))
    with_assistant = [each for each in found if "mapping" in each or "chat_messages" in each]
    for each in with_assistant:
        name = string(each.get("title")) or string(each.get("name"))
        yield name, _of_chatgpt(each) if "mapping" in each else _of_claude(each)
    if with_assistant:
        return
    if isinstance(export, list):
        yield "", _of_people(export)
        return
    for chat in found:
        yield _name(chat), _of_people(chat.get("messages"))
        for inner in objects(chat.get("conversations")):  # of Teams and Skype
            yield string(inner.get("displayName")), _of_people(inner.get("MessageList"))
        for kept in (chat.get("chats"), chat.get("left_chats")):
            for inner in objects(kept.get("list") if isinstance(kept, dict) else None):
                yield _said(inner.get("name")), _of_people(inner.get("messages"))


def _name(chat: dict[str, Any]) -> str:
    """Return the name of a chat, of Discord with the server that it is on."""
    if "guild" not in chat:
        named = _said(chat.get("name")) or string(chat.get("room_name"))
        return named or unmixed(string(chat.get("title")))
    return ", ".join(filter(None, (_named(chat, "guild"), _named(chat, "channel"))))


def _of_people(messages: Any) -> Iterator[_Message]:
    """Read messages of people; those of Matrix are objects, those of Teams are in HTML."""
    for message in objects(messages):
        content = message.get("content")
        content = content.get("body") if isinstance(content, dict) else content
        said = _said(message.get("text")) or string(content)
        if "originalarrivaltime" in message:
            shown = page.blocks(said, scripts=False)
            said = "\n".join(row for block in shown for row in block.rows)
        if "ts" in message:  # of Slack
            said = unescape(_LINK.sub(r"\1", said))
        if "sender_name" in message:
            said = unmixed(said)
        yield _Message(_when(message), _author(message), said)


def _when(message: dict[str, Any]) -> str:
    """Return the minute of a message; of Google Chat the moment as it is written there."""
    milliseconds = message.get("timestamp_ms", message.get("origin_server_ts"))
    if isinstance(milliseconds, int):
        return minute(milliseconds // 1000)
    keys = ("date", "ts", "timestamp", "originalarrivaltime")
    found = (minute(message.get(key)) for key in keys)
    return next(filter(None, found), string(message.get("created_date")))


def _of_chatgpt(chat: dict[str, Any]) -> Iterator[_Message]:
    """Read what was asked and answered, in all branches, without what tools said."""
    mapping = chat["mapping"] if isinstance(chat["mapping"], dict) else {}
    nodes = objects([node.get("message") for node in objects(list(mapping.values()))])
    for message in sorted(nodes, key=_seconds):
        author, content = message.get("author"), message.get("content")
        role = string(author.get("role")) if isinstance(author, dict) else ""
        is_shown = role in ("user", "assistant") and message.get("recipient") in (None, "all")
        if is_shown and isinstance(content, dict):
            parts = [content.get("text"), *listed(content.get("parts"))]
            yield _Message(minute(message.get("create_time")), role, _joined(parts), role == "user")


def _of_claude(chat: dict[str, Any]) -> Iterator[_Message]:
    for message in objects(chat["chat_messages"]):
        said = _joined(listed(message.get("content"))) or string(message.get("text"))
        sender = string(message.get("sender"))
        yield _Message(minute(message.get("created_at")), sender, said, sender == "human")


def _seconds(message: dict[str, Any]) -> float:
    found = message.get("create_time")
    return found if isinstance(found, float | int) else 0.0


def _joined(parts: list[Any]) -> str:
    """Join parts of a message that are texts, or hold one."""
    texts = (string(part.get("text")) if isinstance(part, dict) else string(part) for part in parts)
    return "\n\n".join(filter(None, texts))


def _said(value: Any) -> str:
    """Join the pieces of a text, of which those with a style are objects."""
    if isinstance(value, list):
        pieces = (each.get("text") if isinstance(each, dict) else each for each in value)
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return string(value)


def _author(message: dict[str, Any]) -> str:
    profile = message.get("user_profile")
    named = profile if isinstance(profile, dict) else {}
    sender = string(message.get("sender"))  # of Matrix: `@ada:example.org`
    found = (
        *(
            message.get("displayName"),
            message.get("from"),
            named.get("display_name"),
            named.get("real_name"),
        ),
        *(message.get("username"), _named(message, "author"), _named(message, "creator")),
        unmixed(string(message.get("sender_name"))),
        sender.removeprefix("@").partition(":")[0],
    )
    return next(filter(None, map(string, found)), "")


def _named(holder: dict[str, Any], key: str) -> str:
    """Return the name of somebody or something, by which others call it; "" if it has none."""
    found = holder.get(key)
    names = (found.get("nickname"), found.get("name")) if isinstance(found, dict) else ()
    return next(filter(None, map(string, names)), "")
