"""Keeps state from one run to the next: questions asked, saved searches, the theme.

The state is one JSON file in the home of the indexes, readable by its owner only and replaced
atomically. A missing or broken file counts as empty.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from searchkit_index.system import private
from searchkit_index.system.atomic import write_text
from searchkit_tui.request import Request

_LONGEST = 500  # questions kept
_SHOWN = 4  # questions that a folder is opened with


class UserState:
    """The file; read anew before each change, since several windows may share it.

    Args:
        path: The file; its folder is made at the first change.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def history(self) -> list[Request]:
        """Questions asked, the latest first."""
        return list(_questions(self._read().get("history", [])))

    @property
    def saved(self) -> dict[str, Request]:
        """Saved searches by name."""
        written = self._read().get("saved", {})
        named = written.items() if isinstance(written, dict) else ()
        return {name: request for name, record in named for request in _questions([record])}

    @property
    def theme(self) -> str | None:
        """The theme last chosen."""
        theme = self._read().get("theme")
        return theme if isinstance(theme, str) else None

    @theme.setter
    def theme(self, name: str) -> None:
        self._try_to_change(theme=name)

    def asked_in(self, root: Path) -> list[Request]:
        """List the last few questions that were asked in a folder, or in all folders."""
        return [each for each in self.history if each.root in ("", str(root))][:_SHOWN]

    def remember(self, request: Request) -> None:
        """Put a question at the head of the history."""
        record = request.record()
        others = [other.record() for other in self.history if other != request]
        self._try_to_change(history=[record, *others][:_LONGEST])

    def save(self, name: str, request: Request) -> None:
        """Save a search, replacing one of the same name; raise OSError if it cannot be."""
        self._change(saved=self._saved_records() | {name: request.record()})

    def forget(self, name: str) -> None:
        """Drop a saved search; raise OSError if it cannot be."""
        kept = self._saved_records()
        kept.pop(name, None)
        self._change(saved=kept)

    def _saved_records(self) -> dict[str, Any]:
        return {name: request.record() for name, request in self.saved.items()}

    def _read(self) -> dict[str, Any]:
        try:
            written = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return written if isinstance(written, dict) else {}

    def _try_to_change(self, **values: Any) -> None:
        """Keep what nobody asked to be kept: on a full or read-only disk searching goes on."""
        with contextlib.suppress(OSError):
            self._change(**values)

    def _change(self, **values: Any) -> None:
        private.make_folder(self._path.parent)
        text = json.dumps(self._read() | values, indent=1, ensure_ascii=True)
        write_text(self._path, text)


def _questions(records: Any) -> Iterator[Request]:
    for record in records if isinstance(records, list) else ():
        with contextlib.suppress(ValueError):
            yield Request.from_record(record)
