"""Reads references in CSL JSON, as Zotero and Pandoc write them."""

from typing import Any

from searchkit_index.reading import page
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.exported import objects, parsed, string

_NAMES = ("author", "editor", "translator")
_WORDS = ("container-title", "collection-title", "event-title", "publisher", "genre")
_TEXTS = ("abstract", "note", "keyword", "DOI")


def read(data: bytes) -> list[Block] | None:
    """Read references: a section for each, by its title, at its first name and year."""
    draft = Draft()
    for item in objects(parsed(data)):
        names = [name for role in _NAMES for name in _names(item.get(role))]
        year = _year(item)
        draft.place = " ".join(filter(None, (names[0].split()[-1] if names else "", year)))
        draft.add(" ".join(string(item.get("title")).split()), 1)
        where = [", ".join(names), *(string(item.get(key)) for key in _WORDS), year]
        draft.add(". ".join(filter(None, where)))
        for key in _TEXTS:
            draft.add(_shown(string(item.get(key))))
    return draft.blocks or None


def _shown(written: str) -> str:
    """Return a text as it is shown, of HTML without its tags."""
    if "</" not in written:
        return written
    return "\n".join(row for block in page.blocks(written, scripts=False) for row in block.rows)


def _names(people: Any) -> list[str]:
    keys = ("given", "non-dropping-particle", "family", "literal")
    named = (" ".join(string(each.get(key)) for key in keys) for each in objects(people))
    return [" ".join(name.split()) for name in named if name.strip()]


def _year(item: dict[str, Any]) -> str:
    """Return the year when something was issued; "" if that is not said."""
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    return str(first[0]) if isinstance(first, list) and first else ""
