"""Embeds the words of a catalog one by one, so that a question finds them by words like them."""

from collections.abc import Callable
from heapq import nlargest
from typing import Any

from searchkit_index.catalog.lexicon import is_word
from searchkit_index.catalog.store import Store
from searchkit_index.embedder import Embedder
from searchkit_index.pipeline.pace import Pace
from searchkit_index.pipeline.report import Progress

# Words that are embedded at most, those that most chunks hold: they take 5 MB on disk, and 8 MB in
# a process that asks.
_MOST = 32_768

# Words of one transaction.
_BATCH = 512

# What a run with a deadline does, which a question waits for: it embeds at most so many words, and
# leaves further ones to the next run; it does nothing in a catalog of more chunks than `_SMALL`,
# whose terms are read within a quarter of a second.
_FEW = 1_000
_SMALL = 30_000


def is_due(store: Store, embedder: Embedder) -> bool:
    """Tell whether a run that a question waits for has words to embed, as after an upgrade.

    Args:
        store: The catalog.
        embedder: The model of the words.

    Returns:
        False for a large catalog, whose words are left to a run that nobody waits for.
    """
    return _due_state(store, embedder, hurried=True) is not None


def _due_state(store: Store, embedder: Embedder | None, *, hurried: bool) -> list[Any] | None:
    """Return what is stored once the words are those of the chunks; None where nothing is due."""
    if embedder is None and next(store.lexicon.words(), None) is None:
        return None
    last, chunks = store.lexicon.state()
    state = [embedder.fingerprint if embedder else "", store.get("terms"), last, chunks]
    return None if store.get("lexicon") == state or (hurried and chunks > _SMALL) else state


def renew(
    store: Store, embedder: Embedder | None, pace: Pace, progress: Callable[[Progress], None]
) -> None:
    """Bring the lexicon of a catalog up to date with its chunks, if there is time.

    Args:
        store: The catalog.
        embedder: The model; asked for vectors only when there are new words. None if it embeds no
            words: then those that no chunk holds are removed, and none are added.
        pace: The bounds of the run.
        progress: Called now and then.
    """
    state = _due_state(store, embedder, hurried=pace.deadline is not None)
    if state is None or pace.is_over():
        return
    held_by = ((held, term) for term, held in store.lexicon.vocabulary() if is_word(term))
    wanted = {word for _, word in nlargest(_MOST, held_by)}
    with store.write():
        # What no chunk holds any more is erased, as its text is.
        store.lexicon.remove(set(store.lexicon.words()) - wanted)
    if embedder is None or _embed(store, embedder, wanted, pace, progress):
        with store.write():
            store.set("lexicon", state)


def _embed(
    store: Store,
    embedder: Embedder,
    wanted: set[str],
    pace: Pace,
    progress: Callable[[Progress], None],
) -> bool:
    """Embed those of the words that have no vector; tell whether there was time for all."""
    with store.write():
        model_id = store.embeddings.model_id(
            embedder.fingerprint, embedder.name, embedder.dimension
        )
    missing = sorted(wanted.difference(store.lexicon.words(model_id)))
    new = missing if pace.deadline is None else missing[:_FEW]
    for done in range(0, len(new), _BATCH):
        if pace.is_over():
            return False
        progress(Progress("words", done, len(new)))
        batch = new[done : done + _BATCH]
        vectors = embedder.encode(batch, "word")
        with store.write():
            store.lexicon.put(model_id, batch, vectors)
    progress(Progress("words", len(new), len(new)))
    return len(new) == len(missing)
