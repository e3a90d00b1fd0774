"""Asks a shared index, and makes hits of what it finds."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from searchkit import config
from searchkit.answer import Answer, ranked_hits
from searchkit.embedders import load_embedder
from searchkit.hit import Hit, Origin
from searchkit.index_dir import catalog_of, indexed_roots
from searchkit.query import Query
from searchkit.search import QueryVector
from searchkit.team import checkout
from searchkit.team.checkout import Checkout
from searchkit.team.index import SharedIndex, Snapshot
from searchkit.team.manifest import Manifest
from searchkit.team.searcher import TeamSearcher
from searchkit.team.verify import Verifier
from searchkit_index.embedder import Embedder
from searchkit_index.errors import CatalogError, ModelError, SearchkitError

_TRIES = 3

OpenEmbedder = Callable[[Sequence[Manifest], Query], Embedder | None]


@dataclass(frozen=True, slots=True)
class OwnCheckout:
    """The asker's own checkout of a repository that was asked.

    Attributes:
        root: The folder, which is indexed here.
        commit: What is checked out there.
        prefix: The folder's path inside its work tree, with a slash at its end.
    """

    root: Path
    commit: str
    prefix: str


@dataclass(frozen=True, slots=True)
class TeamAnswer(Answer):
    """What a shared index answers to a question.

    Attributes:
        url: Where it is.
        repositories: Those that were asked.
        by_words: Names of those that were asked by words only, since their model is not here.
        own: The asker's checkouts of them, by name.
    """

    url: str = ""
    repositories: tuple[Manifest, ...] = ()
    by_words: tuple[str, ...] = ()
    own: Mapping[str, OwnCheckout] = field(default_factory=dict)

    def root_of(self, manifest: Manifest) -> Path:
        """Return what the hits of a repository have for a root."""
        return Path(manifest.name)

    def record(self) -> dict[str, Any]:
        """Return what else there is to tell of what was asked, as values that JSON holds."""
        own = {name: {**asdict(each), "root": str(each.root)} for name, each in self.own.items()}
        return {
            "index": self.url,
            "repositories": [
                {**asdict(each), "own": own.get(each.name), "by_words": each.name in self.by_words}
                for each in self.repositories
            ],
        }


def ask(
    shared: SharedIndex,
    query: Query,
    *,
    repositories: Sequence[str] = (),
    signers: Collection[str] = (),
    settings: config.Settings | None = None,
    embedder: Embedder | None = None,
    open_embedder: OpenEmbedder | None = None,
    compare: bool = True,
) -> TeamAnswer:
    """Ask a shared index.

    Args:
        shared: Which.
        query: What to look for.
        repositories: Names, or globs of names; none for all.
        signers: Public keys of those whose pushes are trusted; none for whoever can write there.
        settings: Limits; None for those in force.
        embedder: The model to ask with; None for that of the repositories.
        open_embedder: Opens it, for the repositories that are asked and the query.
        compare: Whether to say what differs in checkouts that are indexed here.

    Returns:
        The hits of all repositories, ranked as if they were one.

    Raises:
        QueryError: The query cannot be asked.
        NotIndexedError: There is no shared index, or no such repository in it.
        ModelError: It is to be asked by meaning alone, and the model is not here.
        SignatureError: A repository was signed by none of the signers, or changed since.
        CatalogError, StorageError, ConfigError: As their names say.
    """
    settings = settings or config.load()
    asked = query.limited(settings.limit)
    for left in reversed(range(_TRIES)):
        snapshot = shared.snapshot(repositories)
        opened = open_embedder or partial(embedder_of, settings=settings, url=snapshot.url)
        used = embedder or opened(snapshot.manifests, asked)
        try:
            hits = _asked(snapshot, asked, used, signers)
            break
        except CatalogError:  # what a snapshot stands on may be tidied away meanwhile
            if not left:
                raise
            time.sleep(0.1)
    found = {hit.root for hit in hits}
    own = _own([each for each in snapshot.manifests if compare and Path(each.name) in found])
    print_of = used.fingerprint if used else ""
    others = [each.name for each in snapshot.manifests if each.fingerprint != print_of]
    return TeamAnswer(
        tuple(_with_origin(hit, snapshot.manifests, own) for hit in hits),
        (),
        url=snapshot.url,
        repositories=snapshot.manifests,
        by_words=() if asked.mode == "lexical" else tuple(others),
        own=own,
    )


def _asked(
    snapshot: Snapshot, query: Query, embedder: Embedder | None, signers: Collection[str]
) -> list[Hit]:
    assert query.limit is not None
    searcher = TeamSearcher(snapshot, embedder, Verifier(snapshot, signers))
    found = searcher.candidates(query, QueryVector(query.text), query.limit)
    return ranked_hits(found, query, query.limit)


def embedder_of(
    manifests: Sequence[Manifest],
    query: Query,
    model: str | None = None,
    settings: config.Settings | None = None,
    url: str = "",
) -> Embedder | None:
    """Load the model that most chunks are of.

    Args:
        manifests: The repositories that are asked.
        query: The question.
        model: The name of another model to ask with.
        settings: Limits; None for those in force.
        url: Where they are, for the message of an error.

    Returns:
        The model, which words alone are judged by as well; None where it is not here.

    Raises:
        ModelError: It is not here, and was asked for by name or is all that is to be asked.
    """
    threads = (settings or config.load()).threads
    counts = Counter[str]()
    for each in manifests:
        counts[each.model] += each.chunks
    try:
        embedder = load_embedder(model or counts.most_common(1)[0][0], threads=threads)
        known = any(each.fingerprint == embedder.fingerprint for each in manifests)
    except ModelError:
        known = False
    if known:
        return embedder
    if query.mode == "semantic" or (model and query.mode != "lexical"):
        held = " or ".join(f"`{name}`" for name in counts)
        raise ModelError(
            f"`{url}` holds vectors of {held}, which this machine has not as they were",
            "ask with `--mode lexical`, or have it pushed again with a model that you have",
        )
    return None


def _with_origin(hit: Hit, manifests: Sequence[Manifest], own: Mapping[str, OwnCheckout]) -> Hit:
    manifest = next(each for each in manifests if Path(each.name) == hit.root)
    whole = manifest.prefix + hit.path
    address = checkout.link(manifest.remote, manifest.commit, whole, hit.start_line, hit.end_line)
    mine = own.get(manifest.name)
    differs = _differs(hit, whole, mine) if mine else None
    return replace(hit, origin=Origin(manifest.name, manifest.commit, address, differs))


def _own(manifests: Sequence[Manifest]) -> dict[str, OwnCheckout]:
    """Find the asker's own checkouts of repositories, among the folders that are indexed here."""
    wanted = {each.remote: each.name for each in manifests if each.remote}
    found: dict[str, OwnCheckout] = {}
    for root in indexed_roots() if wanted else ():
        name = wanted.get(checkout.remote_of(root))
        if name and name not in found:
            mine = Checkout.of(root)
            found[name] = OwnCheckout(root, mine.commit, mine.prefix)
    return found


def _differs(hit: Hit, whole: str, own: OwnCheckout) -> bool | None:
    """Tell whether the index of a checkout holds other lines at this path; None if it cannot."""
    from searchkit_index.catalog.store import Store

    if not whole.startswith(own.prefix):
        return None
    path = str(PurePosixPath(whole.removeprefix(own.prefix)))
    with (
        contextlib.suppress(SearchkitError),
        contextlib.closing(Store(catalog_of(own.root))) as store,
    ):
        return all(place.text != hit.text for place in store.chunks.places_in(path))
    return None
