"""Reads posts in JSON: archives of Mastodon, Twitter and Facebook; notes of Google Keep."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from searchkit_index.reading import page
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.exported import minute, objects, parsed, string, unmixed

# What stands before the JSON in an archive of Twitter.
_VARIABLE = re.compile(rb"\A(?:\xef\xbb\xbf)?window\.YTD\.\S+\s*=\s*")
_TWITTER = "%a %b %d %H:%M:%S %z %Y"

# The minute, the title and the text of a post or a note.
_Post = tuple[str, str, str]


def read(data: bytes) -> list[Block] | None:
    """Read posts or a note; the place of each is its minute; None if there is no text."""
    found = parsed(_VARIABLE.sub(b"", data))
    draft = Draft()
    for when, title, body in _all(found):
        draft.place = when
        draft.add(title, 1)
        draft.add(body)
    return draft.blocks or None


def _all(found: Any) -> Iterator[_Post]:
    if isinstance(found, dict):
        yield from _posts(found) if "orderedItems" in found else (_note(found),)
    for each in objects(found):
        yield from _of_facebook(each) if "timestamp" in each else _of_twitter(each)


def _of_facebook(post: dict[str, Any]) -> Iterator[_Post]:
    said = [string(part.get("post")) for part in objects(post.get("data"))]
    yield minute(post["timestamp"]), "", unmixed("\n".join(filter(None, said)))


def _of_twitter(entry: dict[str, Any]) -> Iterator[_Post]:
    """Yield a post, one that was liked, or the messages of a conversation."""
    for post in objects(list(entry.values())):
        core = post.get("core")
        long = core.get("text") if isinstance(core, dict) else None
        said = string(post.get("full_text")) or string(post.get("fullText")) or string(long)
        yield _day(string(post.get("created_at")) or string(post.get("createdAt"))), "", said
        for each in objects(post.get("messages")):
            message = each.get("messageCreate")
            if isinstance(message, dict):
                yield minute(message.get("createdAt")), "", string(message.get("text"))


def _day(written: str) -> str:
    """Format a moment as Twitter writes it."""
    try:
        return datetime.strptime(written, _TWITTER).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return minute(written)


def _posts(outbox: dict[str, Any]) -> Iterator[_Post]:
    """Yield minute, warning and text of each post; shared posts of others have no text there."""
    for activity in objects(outbox["orderedItems"]):
        post = activity.get("object")
        if isinstance(post, dict):
            shown = page.blocks(string(post.get("content")), scripts=False)
            pictures = [string(each.get("name")) for each in objects(post.get("attachment"))]
            rows = [*(row for block in shown for row in block.rows), *filter(None, pictures)]
            yield minute(post.get("published")), string(post.get("summary")), "\n".join(rows)


def _note(note: dict[str, Any]) -> _Post:
    """Return the minute, the title and the text of a note, with its list, links and labels."""
    edited = note.get("userEditedTimestampUsec") or note.get("createdTimestampUsec")
    seconds = edited / 1e6 if isinstance(edited, int) else None
    items = [string(item.get("text")) for item in objects(note.get("listContent"))]
    labels = [string(label.get("name")) for label in objects(note.get("labels"))]
    links = [string(link.get("title")) for link in objects(note.get("annotations"))]
    rows = [string(note.get("textContent")), *(f"- {item}" for item in items if item), *links]
    named = f"labels: {', '.join(filter(None, labels))}" if any(labels) else ""
    body = "\n".join(filter(None, [*rows, named]))
    return minute(seconds), string(note.get("title")), body
