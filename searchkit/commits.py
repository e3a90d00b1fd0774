"""Asks the histories of folders: which commits are about a question.

A question first brings each history up to date.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from searchkit.history import Commit, Coverage, History
from searchkit.indexes.scope import ask_each
from searchkit.query import Filter, Query
from searchkit.ranking.confidence import is_weak
from searchkit.search.answer import ranked_hits
from searchkit.search.candidates import CANDIDATES, Candidates
from searchkit.search.query_vector import QueryVector
from searchkit.search.searcher import Searcher
from searchkit_index.catalog.store import Store
from searchkit_index.embedder import Embedder
from searchkit_index.errors import SearchkitError, StorageError


@dataclass(frozen=True, slots=True)
class CommitAnswer:
    """What histories answer to a question.

    Attributes:
        commits: Best first.
        coverage: How much of each history it covers.
        faults: Why some of several folders could not be asked.
        unwritten: Why new commits of some could not be indexed, as on a full disk; the older ones
            still answer.
    """

    commits: tuple[Commit, ...]
    coverage: dict[Path, Coverage]
    faults: dict[Path, SearchkitError]
    unwritten: dict[Path, StorageError]

    @property
    def weak(self) -> bool | None:
        """Whether the best commit is more likely not about what was asked; see `Answer.weak`."""
        return is_weak(self.commits[0].confidence) if self.commits else True


def search_commits(
    roots: Sequence[Path],
    query: Query,
    embedder: Embedder,
    *,
    refresh: Callable[[History], Coverage] = History.refresh,
) -> CommitAnswer:
    """Ask the histories of folders.

    Args:
        roots: Indexed folders.
        query: What to look for, with a limit; its filter counts for patterns and confidence alone.
        embedder: The model.
        refresh: Brings a history up to date, or tells what it covers as it is.

    Returns:
        The commits of all, ranked as if they were one history.

    Raises:
        QueryError: The only folder is in no repository, or there is no git.
        StorageError: Its first commits cannot be indexed.
    """
    limit = query.limit or 1
    most = max(3 * limit, CANDIDATES)  # several chunks of one message may answer
    histories: dict[Path, History] = {}
    covered: dict[Path, Coverage] = {}
    unwritten: dict[Path, StorageError] = {}
    vector = QueryVector(query.text)
    with ExitStack() as stack:

        def candidates(root: Path, _: Filter) -> Candidates:
            history = History(root, embedder)
            covered[root], kept_out = _covered(history, refresh)
            if kept_out:
                unwritten[root] = kept_out
            store = stack.enter_context(closing(Store(history.catalog)))
            stack.enter_context(store.reading())
            found = Searcher(store, embedder, root).candidates(query, vector, most)
            histories[root] = history
            return found

        found, faults = ask_each(dict.fromkeys(roots, query.filter), candidates)
        hits = ranked_hits(found, query, most)
    # In the order of the hits: a score of deeper candidates says nothing beside one of the best.
    best = list(dict.fromkeys((hit.root, hit.path) for hit in hits))[:limit]
    order = {commit: number for number, commit in enumerate(best)}
    described = [
        commit
        for root, history in histories.items()
        for commit in history.described([hit for hit in hits if (root, hit.path) in order])
    ]
    described.sort(key=lambda commit: order[commit.root, commit.id])
    return CommitAnswer(tuple(described), covered, faults, unwritten)


def _covered(
    history: History, refresh: Callable[[History], Coverage]
) -> tuple[Coverage, StorageError | None]:
    """Bring a history up to date; where it cannot be written to, tell what it covers, and why."""
    try:
        return refresh(history), None
    except StorageError as fault:
        if not history.catalog.is_file():
            raise
        return history.coverage(), fault
