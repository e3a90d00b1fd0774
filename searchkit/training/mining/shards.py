"""Writes mined pairs into compressed files, and a manifest of what was mined."""

import json
import lzma
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from searchkit.training.pair import Pair
from searchkit_index.system.atomic import replacing, write_text

_PAIRS_OF_A_BLOCK = 10_000
_PAIRS_OF_A_SHARD = 20 * _PAIRS_OF_A_BLOCK


@dataclass(slots=True)
class Counts:
    """How much was mined.

    Attributes:
        pairs: The number of pairs by kind, folder, and the languages of both sides.
        dropped: How many pairs were dropped.
    """

    pairs: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    dropped: int = 0


class Shards:
    """Files of pairs, written block by block; they get their names when the `with` ends well.

    Args:
        out: Their folder; it is made where there is none.
    """

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._out = out
        self._stack = ExitStack()
        self._parts: dict[Path, Path] = {}
        self._waiting: dict[str, list[str]] = {}
        self._written: Counter[str] = Counter()

    def write(self, pair: Pair) -> None:
        """Write a pair into the file of its kind."""
        lines = self._waiting.setdefault(pair.kind, [])
        lines.append(pair.line() + "\n")
        if len(lines) == _PAIRS_OF_A_BLOCK:
            self._write_block(pair.kind)

    def _write_block(self, kind: str) -> None:
        named = self._out / f"{kind}-{self._written[kind] // _PAIRS_OF_A_SHARD:03}.jsonl.xz"
        if named not in self._parts:
            self._parts[named] = self._stack.enter_context(replacing(named))
        lines = self._waiting.pop(kind)
        with lzma.LZMAFile(self._parts[named], "a", preset=2) as file:
            file.write("".join(lines).encode())
        self._written[kind] += len(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give every file its name, and remove older ones of the same kinds; none after a fault."""
        if fault is not None:
            self._stack.__exit__(kind, fault, trace)
            return
        with self._stack:
            for waiting in list(self._waiting):
                self._write_block(waiting)
        for written in self._written:
            for found in self._out.glob(f"{written}-[0-9][0-9][0-9].jsonl.xz"):
                if found not in self._parts:
                    found.unlink()


def write_manifest(out: Path, counts: Counts, about: Mapping[str, Mapping[str, object]]) -> None:
    """Write `manifest.json`: pairs by kind, language and source, and facts on the sources.

    Args:
        out: The folder of the files.
        counts: How much was mined.
        about: Facts by the source's name.
    """
    kinds: Counter[str] = Counter()
    languages: dict[str, Counter[str]] = {}
    sources: dict[str, Counter[str]] = {}
    for (kind, source, lang_a, lang_b), count in sorted(counts.pairs.items()):
        kinds[kind] += count
        languages.setdefault(kind, Counter())[f"{lang_a} {lang_b}"] += count
        sources.setdefault(source, Counter())[kind] += count
    named = [
        {"name": name, **about.get(name, {}), "pairs": found} for name, found in sources.items()
    ]
    content = {"kinds": kinds, "languages": languages, "dropped": counts.dropped, "sources": named}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_text(out / "manifest.json", text)
