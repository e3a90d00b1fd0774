"""Tells what a shared index holds, in the classes that local indexes use."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from searchkit.indexes.path_status import PathStatus
from searchkit.status import Facets, Freshness, Status
from searchkit.team import tables
from searchkit.team.index import Snapshot
from searchkit.team.manifest import Manifest
from searchkit.team.schema import CHUNK
from searchkit.team.storage import faults
from searchkit.team.where import among, chunks_of, equals, text
from searchkit_index.walk.rules import Rules


def freshness(manifests: Sequence[Manifest]) -> Freshness:
    """Count what repositories hold; what changed since they were pushed is not known."""
    return Freshness(
        files=sum(each.files for each in manifests),
        skipped=sum(sum(each.skipped.values()) for each in manifests),
        stale=0,
        pending=sum(each.pending for each in manifests),
        busy=False,
    )


def status(manifests: Sequence[Manifest], root: Path, url: str) -> Status:
    """Tell what repositories hold.

    Args:
        manifests: Manifests of the repositories.
        root: The root that they are asked by.
        url: Where they are.

    Returns:
        The counts; sizes of files, which are shared, are 0.
    """
    languages, skipped, models = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for each in manifests:
        languages.update(each.languages)
        skipped.update(each.skipped)
        models[each.model, each.fingerprint] += each.chunks
    (model, fingerprint), _ = models.most_common(1)[0]
    chunks = sum(each.chunks for each in manifests)
    return Status(
        root=root,
        folder=Path(url),
        model=model,
        fingerprint=fingerprint,
        files=sum(each.files for each in manifests),
        chunks=chunks,
        passages=chunks,
        pending=sum(each.pending for each in manifests),
        languages={name: (files, 0) for name, files in languages.most_common()},
        natural_languages={},
        skipped=dict(skipped.most_common()),
        without_grammar=[],
        catalog_bytes=0,
        vector_bytes=0,
        layout=None,
        recall=None,
        last_run=min(each.pushed for each in manifests),
        rules=Rules(),
    )


def skipped(manifests: Sequence[Manifest]) -> list[tuple[str, str]]:
    """List how many files were passed over, for each reason."""
    counts = Counter[str]()
    for each in manifests:
        counts.update(each.skipped)
    return [(f"{count:,}", reason) for reason, count in counts.most_common()]


def facets(snapshot: Snapshot) -> Facets:
    """Count the files that a search can be narrowed to, by reading small columns of every chunk."""
    names = [each.name for each in snapshot.manifests]
    where = f"{equals('state', CHUNK)} AND {among('repository', names)}"
    columns = ["repository", "path", "language", "kind", "natural_language"]
    with faults(snapshot.url):
        found = set(tables.values(snapshot.chunks, columns, where))
    return Facets.merged(Facets.counted(_contents(found, name)) for name in names)


def _contents(
    found: Iterable[tuple[str, str, str | None, str, str | None]], repository: str
) -> Iterator[tuple[str, str | None, set[str], set[str]]]:
    """Yield path and language of each file of a repository, with what stands in it."""
    files: dict[tuple[str, str | None], tuple[set[str], set[str]]] = {}
    for name, path, language, kind, natural in found:
        if name == repository:
            kinds, naturals = files.setdefault((path, language), (set(), set()))
            kinds.add(kind)
            naturals.update(filter(None, (natural,)))
    return ((*file, *inside) for file, inside in files.items())


def path_status(snapshot: Snapshot, repository: str, path: str) -> PathStatus:
    """Tell whether a file or folder is among what was pushed."""
    inside = f"{equals('path', path)} OR starts_with(path, {text(f'{path}/')})"
    where = chunks_of(repository)
    with faults(snapshot.url):
        held = snapshot.chunks.count_rows(f"{where} AND ({inside})" if path else where)
    if held:
        return PathStatus(path, True, "indexed")
    return PathStatus(path, False, "not among what was pushed", "ask who pushed it why")
