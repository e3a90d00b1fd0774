"""Everything that is asked of indexes, in one thread: no screen, no waiting, no other thread.

The search thread has a desk, and the thread that writes has another: each opens its own `Index` for
each root, since a SQLite connection belongs to the thread that opened it.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, cast

from searchkit_index.errors import SearchkitError
from searchkit_tui.question import FACETS, Facet, Question

if TYPE_CHECKING:
    from searchkit.index import Index
    from searchkit.search import Hit, Kind
    from searchkit.status import Freshness, Status
    from searchkit_index.build import Progress, Report
    from searchkit_index.embedder import Embedder

OpenIndex = Callable[[Path], "Index"]

# Hits asked for as one types, few enough to come at once; and once one looks for the last of them,
# more than anyone goes through.
FIRST, LIMIT = 100, 1_000


class Found(NamedTuple):
    """A hit, and the root that its path is relative to."""

    root: Path
    hit: "Hit"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.root / self.hit.path

    @property
    def file(self) -> tuple[Path, str]:
        """What tells its file from every other."""
        return self.root, self.hit.path

    @property
    def key(self) -> tuple[Path, str, int, int]:
        """What tells this place from every other, from one answer to the next."""
        return *self.file, self.hit.start_line, self.hit.end_line


class Answer(NamedTuple):
    """What was found for a question, best first.

    At most `limit` hits were asked for; `faults` tell why some of several folders gave none.
    """

    question: Question
    found: tuple[Found, ...] = ()
    limit: int = FIRST
    faults: tuple[SearchkitError, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing more is to be had."""
        return len(self.found) < self.limit or self.limit >= LIMIT

    def share(self, found: Found) -> float:
        """How good a hit is beside the best one, from 0 to 1."""
        best = self.found[0].hit.score
        return found.hit.score / best if best > 0 else 1.0

    def name_of(self, found: Found) -> str:
        """The path of a hit, with its folder's name where several were asked."""
        return found.hit.path if self.question.root else f"{found.root.name}/{found.hit.path}"

    def continued(self, longer: "Answer") -> "Answer":
        """What is here, in its order, then what a longer answer has beside it."""
        here = {found.key for found in self.found}
        rest = (found for found in longer.found if found.key not in here)
        return longer._replace(found=(*self.found, *rest)[: longer.limit])


class Spot(NamedTuple):
    """A folder that can be asked, and where inside it one stands, relative; empty at its top."""

    root: Path
    inside: str
    indexed: bool


class Holdings(dict[Facet, Counter[str]]):
    """What a search can be narrowed to: for each facet its values, with the number of files."""

    def __init__(self) -> None:
        super().__init__({facet: Counter() for facet in FACETS})


class Where(TypedDict):
    """What narrows a search, as an `Index` takes it."""

    languages: Sequence[str]
    kinds: "Sequence[Kind]"
    globs: Sequence[str]
    limit: int


class CancelledError(Exception):
    """Indexing was stopped by the person who began it; all that was done is kept."""


class Opener:
    """Opens indexes that share one model, whichever thread asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Embedder | None = None

    def __call__(self, root: Path) -> "Index":
        """The index of a resolved root, whether it was ever built or not.

        Raises:
            ModelError, ConfigError: As their names say.
        """
        from searchkit import config
        from searchkit.embedders import load_embedder
        from searchkit.index import Index

        with self._lock:
            settings = config.load()
            if self._model is None:
                self._model = load_embedder(settings.model, threads=settings.threads)
        return Index(root, self._model, settings)


class Desk:
    """Indexes, opened when they are first asked for.

    Args:
        open_index: Opens the one of a root.
    """

    def __init__(self, open_index: OpenIndex) -> None:
        self._open_index = open_index
        self._indexes: dict[Path, Index] = {}

    def locate(self, path: Path) -> Spot:
        """The indexed folder that holds `path`, else `path` itself.

        Raises:
            RootError: There is no such folder.
        """
        from searchkit.index_dir import catalog_of, resolved

        start = resolved(path.parent if path.is_file() else path)
        for root in (start, *start.parents):
            if catalog_of(root).is_file():
                inside = start.relative_to(root).as_posix()
                return Spot(root, "" if inside == "." else inside, indexed=True)
        return Spot(start, "", indexed=False)

    def roots(self) -> list[Path]:
        """Every folder that has an index and is still there."""
        from searchkit.index import indexed_roots

        return indexed_roots()

    def warm(self, root: Path) -> None:
        """Read the model and map the vectors, so that the first question does not wait for them."""
        with contextlib.suppress(SearchkitError):
            self._index(root).search("warm", limit=1)

    def search(self, question: Question, limit: int = FIRST) -> Answer:
        """Ask one root, or all of them, for so many hits.

        Raises:
            SearchkitError: Whatever the index says of the question or of itself; of several, when
                all of them do.
        """
        if question.empty:
            return Answer(question)
        roots = [Path(question.root)] if question.root else self.roots()
        asked, faults = [], []
        for root in roots:
            try:
                asked.append([Found(root, hit) for hit in self._hits(root, question, limit)])
            except SearchkitError as fault:
                faults.append(fault)
        if faults and not asked:
            raise faults[0]
        found = asked[0] if len(asked) == 1 else merged(asked)
        return Answer(question, tuple(found[:limit]), limit, tuple(faults))

    def _hits(self, root: Path, question: Question, limit: int) -> "Sequence[Hit]":
        index = self._index(root)
        where: Where = {
            "languages": (*question.languages, *question.naturals),
            "kinds": cast("Sequence[Kind]", question.kinds),
            "globs": question.globs,
            "limit": limit,
        }
        if question.like:
            return index.similar(*question.like, **where)
        return index.search(question.text, mode=question.mode, **where)

    def status(self, root: Path) -> "Status":
        """What the index of a root holds.

        Raises:
            NotIndexedError: Nothing yet.
        """
        return self._index(root).status()

    def skipped(self, root: Path) -> list[tuple[str, str]]:
        """Files that were looked at and not indexed, and why."""
        return self._index(root).skipped()

    def why_skipped(self, root: Path, path: str) -> str | None:
        """Why a path relative to the root is not indexed, in words; None when it is."""
        return self._index(root).why_skipped(path)

    def holdings(self, root: Path | None) -> Holdings:
        """What a search in one root, or in all of them, can be narrowed to."""
        from searchkit_index.languages.natural import NAMES

        holdings = Holdings()
        for each in [root] if root else self.roots():
            facets = self._index(each).facets()
            holdings["languages"].update(facets.languages)
            spoken = facets.natural_languages.items()
            holdings["naturals"].update({NAMES[code]: files for code, files in spoken})
            holdings["kinds"].update(facets.kinds)
            folders = facets.folders.items()
            holdings["globs"].update({f"{folder}/**": files for folder, files in folders})
        return holdings

    def refresh(self, root: Path) -> "Freshness":
        """Take in what changed, within the configured time, and tell what is left."""
        return self._index(root).refresh()

    def build(
        self, root: Path, progress: "Callable[[Progress], None]", cancelled: Callable[[], bool]
    ) -> "Report":
        """Bring the index of a root up to its files, from nothing or from wherever it stands.

        Args:
            root: The folder.
            progress: Called now and then, in this thread.
            cancelled: Asked now and then; all that was done until then is kept.

        Raises:
            CancelledError: As asked for.
            SearchkitError: The folder, the disk or the model is not as it should be.
        """

        def step(reached: "Progress") -> None:
            if cancelled():
                raise CancelledError
            progress(reached)

        return self._index(root).build(progress=step, wait=False)

    def close(self) -> None:
        """Let go of every index."""
        while self._indexes:
            self._indexes.popitem()[1].close()

    def _index(self, root: Path) -> "Index":
        if root not in self._indexes:
            self._indexes[root] = self._open_index(root)
        return self._indexes[root]


def merged(answers: Sequence[Sequence[Found]]) -> list[Found]:
    """Answers of several roots as one: scores of one model compare across roots, if roughly."""
    return sorted(chain.from_iterable(answers), key=lambda found: -found.hit.score)
