"""Tells how fresh an answer is, and what an index holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Self

from searchkit.ranking.conventions import is_test
from searchkit_index.walk.rules import Rules

if TYPE_CHECKING:
    from searchkit_index.catalog.store import Store
    from searchkit_index.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far an answer covers the folder as it is now.

    Attributes:
        files: Files that are indexed.
        skipped: Files that are not, for reasons that `status` tells.
        stale: Files that were changed, added or removed since they were indexed.
        pending: Passages that are found by their words but not yet by their meaning.
        busy: Whether another process is indexing.
        older: How many of the stale files differ only by an upgrade; they answer as before it.
        fault: Why nothing could be indexed, as on a full disk; "" if nothing failed.
        hint: What to do about that; may be empty.
        partial: How many of the files are so large that only their beginning is indexed.
    """

    files: int
    skipped: int
    stale: int
    pending: int
    busy: bool
    older: int = 0
    fault: str = ""
    hint: str = ""
    partial: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds.

    Attributes:
        root: The folder.
        folder: Where its index is.
        model: The name of the model that is asked with.
        fingerprint: The model's fingerprint.
        files: Indexed files.
        chunks: Chunks of all files.
        passages: Different texts among them, each embedded once.
        pending: Passages that the model has not embedded yet.
        languages: Files and chunks for each language of files, most files first.
        natural_languages: Files and chunks of prose for each natural language, by its code of ISO
            639-1, most files first.
        skipped: Files that were passed over, for each reason, most first.
        without_grammar: Languages whose grammar is known and is not installed.
        catalog_bytes: Size of the catalog, in bytes.
        vector_bytes: Size of the FAISS files, in bytes.
        layout: How the published file stores vectors; None without one.
        recall: Its recall at 10 of a flat scan; None where it is exact.
        last_run: When the last run ended, in seconds since the epoch; None before that.
        rules: Which files the index takes.
        partial: How many files are so large that only their beginning is indexed, by remark.
    """

    root: Path
    folder: Path
    model: str
    fingerprint: str
    files: int
    chunks: int
    passages: int
    pending: int
    languages: dict[str, tuple[int, int]]
    natural_languages: dict[str, tuple[int, int]]
    skipped: dict[str, int]
    without_grammar: list[str]
    catalog_bytes: int
    vector_bytes: int
    layout: str | None
    recall: float | None
    last_run: float | None
    rules: Rules
    partial: dict[str, int] = field(default_factory=dict)


def model_id_of(store: "Store", embedder: "Embedder") -> int | None:
    """Return the id that a catalog has for a model; None when it holds nothing of it."""
    models = store.embeddings.models()
    return next((it.id for it in models if it.fingerprint == embedder.fingerprint), None)


def pending_passages(store: "Store", embedder: "Embedder") -> int:
    """Count the passages of a catalog that a model has not embedded yet."""
    model_id = model_id_of(store, embedder)
    embedded = store.statistics.embedded(model_id) if model_id else 0
    return store.statistics.count("passage") - embedded


def remarks(store: "Store", rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield the path of each file whose beginning alone is indexed, and how much that is."""
    for path, size in store.files.larger(rules.max_bytes):
        if remark := rules.remark(path, size):
            yield path, remark


def status_of(store: "Store", root: Path, embedder: "Embedder", rules: Rules) -> Status:
    """Count what a catalog holds of a folder, of a model and of these rules."""
    from searchkit_index.languages.language import without_parser

    folder, statistics = store.path.parent, store.statistics
    model_id = model_id_of(store, embedder)
    publication = store.embeddings.publication(model_id) if model_id else None
    languages = statistics.languages()
    return Status(
        root=root,
        folder=folder,
        model=embedder.name,
        fingerprint=embedder.fingerprint,
        files=sum(files for files, _ in languages.values()),
        chunks=statistics.count("chunk"),
        passages=statistics.count("passage"),
        pending=pending_passages(store, embedder),
        languages=languages,
        natural_languages=statistics.natural_languages(),
        skipped=statistics.skipped(),
        without_grammar=without_parser(languages),
        catalog_bytes=sum(path.stat().st_size for path in folder.glob("catalog.*")),
        vector_bytes=sum(path.stat().st_size for path in folder.glob("*.faiss")),
        layout=publication.layout if publication else None,
        recall=publication.recall if publication else None,
        last_run=store.get("last_run"),
        rules=rules,
        partial=dict(Counter(remark for _, remark in remarks(store, rules)).most_common()),
    )


@dataclass(frozen=True, slots=True)
class Facets:
    """What a search can be narrowed to, with the number of files for each value, most first.

    Attributes:
        languages: Languages of files.
        natural_languages: Natural languages of prose, by their codes.
        kinds: Kinds of chunks.
        folders: Folders right below the root.
    """

    languages: dict[str, int]
    natural_languages: dict[str, int]
    kinds: dict[str, int]
    folders: dict[str, int]

    @classmethod
    def counted(
        cls, contents: Iterable[tuple[str, str | None, Iterable[str], Iterable[str]]]
    ) -> Self:
        """Count the files.

        Args:
            contents: Path and language of each file, with the kinds and natural languages in it.

        Returns:
            The counts.
        """
        languages, naturals, kinds, folders = counts = tuple(Counter[str]() for _ in fields(cls))
        for path, language, kinds_of_file, naturals_of_file in contents:
            if language:
                languages[language] += 1
            naturals.update(naturals_of_file)
            kinds.update(("test",) if is_test(path) else kinds_of_file)
            if "/" in path:
                folders[path.partition("/")[0]] += 1
        return cls(*map(_most_first, counts))

    @classmethod
    def merged(cls, all_facets: Iterable["Facets"]) -> Self:
        """Add up the counts of several folders."""
        counts = [Counter[str]() for _ in fields(cls)]
        for facets in all_facets:
            for count, each in zip(counts, fields(cls), strict=True):
                count.update(getattr(facets, each.name))
        return cls(*map(_most_first, counts))


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda counted: (-counted[1], counted[0])))
