"""Holds what a shared index answers: of which commits, and how the asker's own checkouts differ."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from searchkit import wording
from searchkit.hits.hit import Hit, Origin
from searchkit.indexes.home import catalog_of, indexed_roots
from searchkit.search.answer import Answer
from searchkit.team import checkout
from searchkit.team.checkout import Checkout
from searchkit.team.manifest import Manifest
from searchkit.team.wording import age, state
from searchkit_index.errors import SearchkitError

_SHOWN = 5  # repositories whose state an answer tells one by one


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

    def path_of(self, whole: str) -> str | None:
        """Return the path below the root of a file, by its path in the repository.

        Args:
            whole: From the top of the repository.

        Returns:
            The path; None where the file stands outside of the folder.
        """
        inside = whole.startswith(self.prefix)
        return str(PurePosixPath(whole.removeprefix(self.prefix))) if inside else None


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
        """Return the root that the hits of a repository have."""
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

    def remarks(self) -> Iterator[str]:
        """Say of which commit and age the answer is, and what it does not cover."""
        found = {hit.root for hit in self.hits}
        named = [each for each in self.repositories if not found or self.root_of(each) in found]
        for each in named[:_SHOWN]:
            yield f"`{each.name}`: {state(each)}{self._own(each)}"
        if len(named) > _SHOWN:
            oldest = min(named, key=lambda each: each.pushed)
            yield (
                f"{wording.amount(len(named) - _SHOWN, 'repository', 'repositories')} more, "
                f"the oldest pushed {age(oldest)}: `{oldest.name}`"
            )
        for name in self.by_words:
            yield f"searchkit: `{name}` was asked by words only: its model is not on this machine"
        for each in named[:_SHOWN]:
            if each.pending:
                chunks = wording.amount(each.pending, "chunk")
                yield f"searchkit: `{each.name}`: {chunks} found by words, not yet by meaning"

    def _own(self, manifest: Manifest) -> str:
        """Tell what differs in the asker's own checkout."""
        own = self.own.get(manifest.name)
        if own is None:
            return ""
        mine = [hit.origin for hit in self.hits if hit.root == self.root_of(manifest)]
        differing = sum(origin is not None and origin.differs is True for origin in mine)
        at = "the same commit" if own.commit == manifest.commit else f"commit {own.commit[:10]}"
        hits = "no hit differs"
        if differing:
            differ = "differs" if differing == 1 else "differ"
            hits = f"{differing:,} of {wording.amount(len(mine), 'hit')} {differ} there"
        return f"; yours, `{own.root}`, is at {at}: {hits}"


def own_checkouts(manifests: Sequence[Manifest]) -> dict[str, OwnCheckout]:
    """Find the asker's own checkouts of repositories, by name, among the folders indexed here."""
    wanted = {each.remote: each.name for each in manifests if each.remote}
    found: dict[str, OwnCheckout] = {}
    for root in indexed_roots() if wanted else ():
        name = wanted.get(checkout.remote_of(root))
        if name and name not in found:
            mine = Checkout.of(root)
            found[name] = OwnCheckout(root, mine.commit, mine.prefix)
    return found


def with_origin(hit: Hit, key: str, manifest: Manifest, own: OwnCheckout | None) -> Hit:
    """Say where a hit is from.

    Args:
        hit: The hit.
        key: The key of its chunk.
        manifest: The manifest of its repository.
        own: The asker's checkout of it; None without one.

    Returns:
        The hit with its origin.
    """
    whole = manifest.prefix + hit.path
    link = checkout.link(manifest.remote, manifest.commit, whole, hit.start_line, hit.end_line)
    path = own.path_of(whole) if own else None
    differs, local = None, ""
    if own and path is not None:
        differs = _differs(hit, path, own)
        local = str(own.root / path) if (own.root / path).is_file() else ""
    return replace(hit, origin=Origin(manifest.name, manifest.commit, link, differs, local, key))


def _differs(hit: Hit, path: str, own: OwnCheckout) -> bool | None:
    """Tell whether the index of a checkout holds other lines at this path; None if it cannot."""
    from searchkit_index.catalog.store import Store

    with (
        contextlib.suppress(SearchkitError),
        contextlib.closing(Store(catalog_of(own.root))) as store,
    ):
        return all(place.text != hit.text for place in store.chunks.places_in(path))
    return None
