"""Mines training pairs from folders: repositories, documentation, installed packages.

Every file gives pairs by its language: code, prose, notebooks, gettext catalogs (compiled ones
where the written one is missing), prose beside its English original. What is generated, repeated
or kept out is dropped, and no file and no folder may give more than its share. The same folders
always give the same pairs, in the same order.
"""

import json
import lzma
import multiprocessing
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from searchkit.training.mining.docstring import docstring_pairs
from searchkit.training.mining.document import document_pairs, sections
from searchkit.training.mining.example import comment_pairs, example_pairs, notebook_pairs
from searchkit.training.mining.gettext import compiled_pairs, gettext_pairs
from searchkit.training.mining.prose import natural_language
from searchkit.training.mining.translation import (
    english_path,
    parallel_pairs,
    path_language,
    sibling_name,
)
from searchkit.training.pair import Pair, normal, word_count
from searchkit_index.atomic import write_text
from searchkit_index.languages.language import Language, detect
from searchkit_index.reading.text import Unsuitable, decode, read
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import walk

_MARKUPS = frozenset({"markdown", "restructuredtext", "asciidoc"})
_SKIPPED = (
    *("node_modules", "bower_components", "vendor", "vendored", "third_party", "third-party"),
    *("_vendor", "_vendored"),
    *("thirdparty", "external", "deps", "dist", "build", "target", "out", "__pycache__"),
    *("generated", "testdata", "fixtures", "__snapshots__", "site-packages"),
    *("*.min.js", "*.min.css", "*.pb.go", "*_pb2.py", "*.g.dart", "*.freezed.dart"),
    *("*.Designer.cs", "CHANGELOG*", "changelog*", "CHANGES*", "HISTORY*", "LICENSE*"),
    *("release-notes", "releasenotes"),
)
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testing|testsuite|unit_?tests?|e2e|benchmarks?|benches)/"
    r"|(?:^|/)test_[^/]*$|[._-](?:test|spec|tests)\.\w+$|Tests?\.\w+$|Spec\.\w+$"
)
_TRANSLATIONS = ("po", "bitext-docs")
_COMPILED = ".mo"
_PAIRS_OF_A_BLOCK = 10_000
_PAIRS_OF_A_SHARD = 20 * _PAIRS_OF_A_BLOCK
_LARGEST_FILE = 4_000_000
_MOST_REPEATS = 3
_VAIN_FILES = 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How many pairs one place may give, so that none dominates.

    Attributes:
        file: Pairs of one kind from one file of code or prose.
        catalog: Pairs of one kind from a file of translations.
        source: Pairs of one kind and one pair of languages from one folder.
        tests: Pairs of one kind and one pair of languages from the tests of a folder.
    """

    file: int = 60
    catalog: int = 4_000
    source: int = 6_000
    tests: int = 400


@dataclass(slots=True)
class Counts:
    """How much was mined.

    Attributes:
        pairs: The number of pairs by kind, folder, and the languages of both sides.
        dropped: How many pairs were dropped.
    """

    pairs: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    dropped: int = 0


def pairs_of(path: str, text: str, language: Language) -> Iterator[Pair]:
    """Yield the pairs of one file.

    Args:
        path: Its path; names the natural language of a document, as `docs/fr/intro.md` does.
        text: What it holds.
        language: Its language.

    Yields:
        Pairs of every kind that such a file gives; none for data.
    """
    if language.kind == "code":
        yield from docstring_pairs(text, language)
        yield from comment_pairs(text, language.name)
    elif language.name in _MARKUPS:
        found = sections(text, language.name)
        yield from document_pairs(found, path_language(path))
        yield from example_pairs(found)
    elif language.name == "notebook":
        yield from notebook_pairs(text)
    elif language.name == "gettext":
        yield from gettext_pairs(text, path_language(path))


def mine(
    folders: Sequence[Path],
    out: Path,
    *,
    limits: Limits | None = None,
    kept_out: Sequence[Path] = (),
    about: Mapping[str, Mapping[str, object]] | None = None,
    processes: int = 2,
) -> Counts:
    """Mine `folders` and write `{kind}-000.jsonl.xz` and so on, with `manifest.json`, into `out`.

    Files appear under their names only when they are whole; older ones of the same kinds go.

    Args:
        folders: Each is one source, called by its name.
        out: The folder to write into; made where it is missing.
        limits: How much one file and one folder may give.
        kept_out: Folders that the model is to be measured with; what stands there is dropped.
        about: Facts on sources for the manifest, such as commit and licence, by folder name.
        processes: How many processes mine side by side; at least 1.

    Returns:
        How much was mined.

    Raises:
        RootError: A folder is missing or cannot be read.
    """
    limits = limits or Limits()
    boundless = Limits(file=10**9, catalog=10**9, source=10**9, tests=10**9)
    sieve = _Sieve()
    for _, pairs in _mined(kept_out, boundless, processes):
        sieve.keep_out(pairs)
    counts = Counts()
    shards = _Shards(out)
    for source, pairs in _mined(folders, limits, processes):
        for pair in pairs:
            if sieve.passes(pair):
                shards.write(pair)
                counts.pairs[pair.kind, source, pair.lang_a, pair.lang_b] += 1
            else:
                counts.dropped += 1
    shards.close()
    _write_manifest(out, counts, about or {})
    return counts


def _mined(
    folders: Sequence[Path], limits: Limits, processes: int
) -> Iterator[tuple[str, list[Pair]]]:
    """Mine folders side by side and yield them in their order, few of them waiting in memory."""
    if not folders:
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        waiting: deque[tuple[Path, Future[list[Pair]]]] = deque()
        for folder in folders:
            waiting.append(
                (folder, pool.submit(_mine_folder, folder, _siblings(folder, folders), limits))
            )
            if len(waiting) > 2 * processes:
                first, future = waiting.popleft()
                yield first.name, future.result()
        for first, future in waiting:
            yield first.name, future.result()


def _siblings(folder: Path, folders: Iterable[Path]) -> tuple[str, list[Path]]:
    """Read the language off a folder's name, and find folders that may hold the English text."""
    name, language = sibling_name(folder.name.rpartition("+")[2])
    found = [other for other in folders if name and other.name.rpartition("+")[2] == name]
    return language, found


def _mine_folder(folder: Path, siblings: tuple[str, list[Path]], limits: Limits) -> list[Pair]:
    share = _Share(limits)
    paths = _paths(folder)
    originals = _originals(folder, paths, *siblings)
    written = frozenset(paths)
    for path in sorted(paths, key=_shuffled):
        if path.endswith(_COMPILED):
            source = f"{path.removesuffix(_COMPILED)}.po"
            if source not in written and not share.is_full(path, "gettext"):
                share.take(path, "gettext", _compiled(folder, path, siblings[0]))
            continue
        code = detect(path)
        if code is None or share.is_full(path, code.name) or not (text := _text(folder, path)):
            continue
        found = list(pairs_of(f"{siblings[0]}/{path}", text, code))
        if path in originals and code.name in _MARKUPS:
            language, original = originals[path]
            found += _parallel(text, _text(*original), code.name, language)
        share.take(path, code.name, found)
    return share.taken


def _compiled(folder: Path, path: str, language: str) -> list[Pair]:
    """List the pairs of a compiled catalog; none where it cannot be read."""
    try:
        data = read(folder, File(path, 0, 0), _LARGEST_FILE)
    except Unsuitable:
        return []
    return list(compiled_pairs(data, path_language(f"{language}/{path}")))


def _parallel(text: str, original: str, markup: str, language: str) -> Iterator[Pair]:
    """Yield pairs of two documents; `text` may be the English one (`a.en.md` and `a.md`)."""
    if language == "en":
        text, original, language = original, text, natural_language(original)
    if language not in ("", "en"):
        yield from parallel_pairs(text, original, markup, language)


def _originals(
    folder: Path, paths: Sequence[str], language: str, others: Iterable[Path]
) -> dict[str, tuple[str, tuple[Path, str]]]:
    """Find for each translated document its language, and folder and path of the English one."""
    known = frozenset(paths)
    found = {path: (path_language(path), (folder, english_path(path, known))) for path in paths}
    beside = {path: place for path, place in found.items() if place[1][1]}
    shared = {other: known.intersection(_paths(other)) for other in others}
    best = max(shared, key=lambda other: len(shared[other]), default=folder)
    return {path: (language, (best, path)) for path in shared.get(best, ())} | beside


def _paths(folder: Path) -> list[str]:
    rules = Rules(exclude=_SKIPPED, max_bytes=_LARGEST_FILE)
    return [found.path for found in walk(folder, rules) if isinstance(found, File)]


def _shuffled(path: str) -> tuple[bool, bytes]:
    """Return a sort key that is always the same and favours no folder; tests come last."""
    digest = blake2b(path.encode(errors="surrogateescape"), digest_size=8).digest()
    return bool(_TESTS.search(path)), digest


def _text(folder: Path, path: str) -> str:
    """Read the text of a file; empty where it is binary, generated or minified."""
    try:
        return decode(read(folder, File(path, 0, 0), _LARGEST_FILE))
    except Unsuitable:
        return ""


class _Share:
    """Counts what one folder has given so far, and takes no more than its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._given: Counter[tuple[bool, str, str, str]] = Counter()
        self._vain: Counter[tuple[bool, str]] = Counter()
        self.taken: list[Pair] = []

    def is_full(self, path: str, language: str) -> bool:
        """Tell whether the last files of this language gave nothing new: more would be in vain."""
        return self._vain[bool(_TESTS.search(path)), language] >= _VAIN_FILES

    def take(self, path: str, language: str, pairs: list[Pair]) -> None:
        is_test = bool(_TESTS.search(path))
        most = self._limits.tests if is_test else self._limits.source
        of_file: Counter[str] = Counter()
        limits = dict.fromkeys(_TRANSLATIONS, self._limits.catalog)
        before = len(self.taken)
        for pair in sorted(pairs, key=Pair.digest):
            place = (is_test, pair.kind, pair.lang_a, pair.lang_b)
            of_kind = limits.get(pair.kind, self._limits.file)
            if of_file[pair.kind] < of_kind and self._given[place] < most:
                of_file[pair.kind] += 1
                self._given[place] += 1
                self.taken.append(pair)
        if len(self.taken) > before:
            self._vain[is_test, language] = 0
        elif pairs:
            self._vain[is_test, language] += 1


class _Sieve:
    """Drops what was seen before, what repeats too often, and what must stay out."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._sides: Counter[bytes] = Counter()
        self._forbidden: set[bytes] = set()

    def keep_out(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            self._forbidden.update(
                _digest(side) for side in (pair.a, pair.b) if word_count(side) > 7
            )

    def passes(self, pair: Pair) -> bool:
        whole, *sides = pair.digest(), _digest(pair.kind + pair.a), _digest(pair.kind + pair.b)
        if whole in self._seen or any(self._sides[side] >= _MOST_REPEATS for side in sides):
            return False
        if self._forbidden and (
            _digest(pair.a) in self._forbidden or _digest(pair.b) in self._forbidden
        ):
            return False
        self._seen.add(whole)
        self._sides.update(sides)
        return True


def _digest(text: str) -> bytes:
    return blake2b(normal(text).encode(), digest_size=8).digest()


class _Shards:
    """The files of pairs, written block by block under hidden names until all is there."""

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._out = out
        self._waiting: dict[str, list[str]] = {}
        self._written: Counter[str] = Counter()

    def write(self, pair: Pair) -> None:
        lines = self._waiting.setdefault(pair.kind, [])
        lines.append(pair.line() + "\n")
        if len(lines) == _PAIRS_OF_A_BLOCK:
            self._write_block(pair.kind)

    def _write_block(self, kind: str) -> None:
        number, place = divmod(self._written[kind], _PAIRS_OF_A_SHARD)
        lines = self._waiting.pop(kind)
        with lzma.LZMAFile(self._part(kind, number), "a" if place else "w", preset=2) as file:
            file.write("".join(lines).encode())
        self._written[kind] += len(lines)

    def _part(self, kind: str, number: int) -> Path:
        return self._out / f".{kind}-{number:03}.jsonl.xz.part"

    def close(self) -> None:
        """Give every file its name, and remove older ones of the same kinds."""
        for kind in list(self._waiting):
            self._write_block(kind)
        for kind, written in self._written.items():
            older = set(self._out.glob(f"{kind}-[0-9][0-9][0-9].jsonl.xz"))
            for number in range(-(-written // _PAIRS_OF_A_SHARD)):
                named = self._out / f"{kind}-{number:03}.jsonl.xz"
                self._part(kind, number).replace(named)
                older.discard(named)
            for left in older:
                left.unlink()


def _write_manifest(out: Path, counts: Counts, about: Mapping[str, Mapping[str, object]]) -> None:
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
