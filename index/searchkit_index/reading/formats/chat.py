"""Reads chats as Telegram and Slack export them in JSON: who said what, and when."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

from searchkit_index.reading import text
from searchkit_index.reading.document import Block, Draft

# A link or a mention in Slack, with what is shown of it.
_LINK = re.compile(r"<(?:[^<>|]*\|)?([^<>]*)>")


def read(data: bytes) -> list[Block] | None:
    """Read a chat under its name; the place of a message is its minute; None if it is no chat."""
    try:
        chat = json.loads(text.decode_as(data, "utf-8"))
    except (ValueError, RecursionError):
        return None
    draft = Draft()
    for name, messages in _chats(chat):
        draft.place = ""
        draft.add(name, 0)
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict) and (said := _said(message.get("text")).strip()):
                draft.place = _minute(message)
                author = _author(message)
                draft.add(f"{author}: {said}" if author else said)
    return draft.blocks or None


def _chats(export: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the messages of each chat: one, or all of an account of Telegram."""
    if not isinstance(export, dict):
        yield "", export
        return
    yield _said(export.get("name")), export.get("messages")
    for kept in (export.get("chats"), export.get("left_chats")):
        chats = kept.get("list") if isinstance(kept, dict) else None
        for chat in chats if isinstance(chats, list) else ():
            if isinstance(chat, dict):
                yield _said(chat.get("name")), chat.get("messages")


def _said(value: Any) -> str:
    """Join the pieces of a text, of which those with a style are objects."""
    if isinstance(value, list):
        pieces = (each.get("text") if isinstance(each, dict) else each for each in value)
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return unescape(_LINK.sub(r"\1", value)) if isinstance(value, str) else ""


def _author(message: dict[str, Any]) -> str:
    profile = message.get("user_profile")
    named = profile if isinstance(profile, dict) else {}
    found = (named.get("display_name"), named.get("real_name"), message.get("username"))
    names = (message.get("from"), *found)
    return next((name for name in names if isinstance(name, str) and name), "")


def _minute(message: dict[str, Any]) -> str:
    """Return when a message was sent, as `2024-01-02 10:00`; in UTC where the export says that."""
    date, second = message.get("date"), message.get("ts")
    if isinstance(date, str):
        return date[:16].replace("T", " ")
    try:
        return datetime.fromtimestamp(float(str(second)), UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return ""
