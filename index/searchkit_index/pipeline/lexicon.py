"""Embeds the words of a catalog one by one, so that a question finds them by words like them."""

from collections.abc import Callable, Iterable
from heapq import nlargest
from typing import Any
from zlib import crc32

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
# leaves further ones to the next run; it reads all terms only of a catalog of at most `_SMALL`
# chunks, which takes a quarter of a second.
_FEW = 1_000
_SMALL = 30_000

# All words are chosen anew once so many of the chunks are newer than the choice; else only those of
# changed chunks come and go, which takes as long as the change is large.
_GROWN = 0.05


def is_due(store: Store, embedder: Embedder) -> bool:
    """Tell whether a run that a question waits for has words to embed, as after an upgrade.

    Args:
        store: The catalog.
        embedder: The model of the words.

    Returns:
        False for a large catalog, whose words are left to a run that nobody waits for.
    """
    state = _due_state(store, embedder)
    return state is not None and state[-1] <= _SMALL


def observe(store: Store, embedder: Embedder | None) -> None:
    """Note from now on which terms change, if the words are those of the chunks up to now.

    Args:
        store: The catalog.
        embedder: The model, as for `renew`.
    """
    store.files.changed_terms = None if _due_state(store, embedder) else set()


def _due_state(store: Store, embedder: Embedder | None) -> list[Any] | None:
    """Return what is stored once the words are those of the chunks; None where nothing is due."""
    if embedder is None and next(store.lexicon.words(), None) is None:
        return None
    last, chunks = store.chunks.state()
    state = [embedder.fingerprint if embedder else "", store.get("terms"), last, chunks]
    return None if (store.get("lexicon") or [])[: len(state)] == state else state


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
    state, changed = _due_state(store, embedder), store.files.changed_terms
    store.files.changed_terms = None
    if state is None or pace.is_over():
        return
    *_, last, chunks = state
    chosen_at = (store.get("lexicon") or [0])[-1]
    if changed is None or last - chosen_at > max(_GROWN * chunks, _FEW):
        if pace.deadline is not None and chunks > _SMALL:
            return
        changed, chosen_at = None, last
    stored = set(store.lexicon.words())
    wanted = _chosen(store) if changed is None else _adjusted(store, stored, changed)
    with store.write():
        # What no chunk holds any more is erased, as its text is.
        store.lexicon.remove(stored - wanted)
    if embedder is None or _embed(store, embedder, wanted, pace, progress):
        with store.write():
            store.set("lexicon", [*state, chosen_at])


def _chosen(store: Store) -> set[str]:
    """Choose the words that most chunks hold."""
    return _most(filter(lambda held: is_word(held[0]), store.chunks.term_counts()), _MOST)


def _most(held: Iterable[tuple[str, int]], count: int) -> set[str]:
    """Take the words that most chunks hold; of those that as many hold, any."""
    ranked = ((chunks, crc32(word.encode()), word) for word, chunks in held)
    return {word for _, _, word in nlargest(count, ranked)}


def _adjusted(store: Store, stored: set[str], changed: set[str]) -> set[str]:
    """Leave out those of the changed words that are gone; add the new ones while there is room."""
    held = store.chunks.frequencies(filter(is_word, changed))
    kept = {word for word in stored if word in held or word not in changed}
    new = ((word, chunks) for word, chunks in held.items() if word not in kept)
    return kept | _most(new, _MOST - len(kept))


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
