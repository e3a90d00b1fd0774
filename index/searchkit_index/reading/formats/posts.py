"""Reads posts and notes in JSON: the archive of Mastodon, notes of Google Keep."""

from collections.abc import Iterator
from typing import Any

from searchkit_index.reading import page
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.exported import minute, objects, parsed, string


def read(data: bytes) -> list[Block] | None:
    """Read posts or a note; the place of each is its minute; None if there is no text."""
    found = parsed(data)
    draft = Draft()
    if isinstance(found, dict):
        for when, title, body in _posts(found) if "orderedItems" in found else (_note(found),):
            draft.place = when
            draft.add(title, 1)
            draft.add(body)
    return draft.blocks or None


def _posts(outbox: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield minute, warning and text of each post; shared posts of others have no text there."""
    for activity in objects(outbox["orderedItems"]):
        post = activity.get("object")
        if isinstance(post, dict):
            shown = page.blocks(string(post.get("content")), scripts=False)
            pictures = [string(each.get("name")) for each in objects(post.get("attachment"))]
            rows = [*(row for block in shown for row in block.rows), *filter(None, pictures)]
            yield minute(post.get("published")), string(post.get("summary")), "\n".join(rows)


def _note(note: dict[str, Any]) -> tuple[str, str, str]:
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
