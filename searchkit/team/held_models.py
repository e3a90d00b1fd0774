"""Loads the models that a shared index is asked with, and holds them between questions."""

import threading
from collections import Counter
from collections.abc import Sequence

from searchkit import config
from searchkit.embedders import load_embedder
from searchkit.team.manifest import Manifest
from searchkit_index.embedder import Embedder
from searchkit_index.errors import ModelError


class HeldModels:
    """The models of a shared index, each loaded once; safe to use from several threads.

    Args:
        model: Name of the model to ask with; None for that of the repositories.
        settings: Limits.
        url: Where they are, for the message of an error.
    """

    def __init__(self, model: str | None, settings: config.Settings, url: str) -> None:
        self._model, self._settings, self._url = model, settings, url
        self._held: dict[str, Embedder] = {}
        self._lock = threading.Lock()

    def of(self, manifests: Sequence[Manifest], mode: str) -> Embedder | None:
        """Return the model to ask some repositories with, see `embedder_of`."""
        with self._lock:
            known = {each.fingerprint for each in manifests} & self._held.keys()
            if known and self._model is None:
                return self._held[known.pop()]
            found = embedder_of(manifests, mode, self._model, self._settings, self._url)
            if found is not None:
                self._held[found.fingerprint] = found
            return found


def embedder_of(
    manifests: Sequence[Manifest],
    mode: str,
    model: str | None = None,
    settings: config.Settings | None = None,
    url: str = "",
) -> Embedder | None:
    """Load the model that most chunks are of.

    Args:
        manifests: The repositories that are asked.
        mode: The mode of the question.
        model: The name of another model to ask with.
        settings: Limits; None for those in force.
        url: Where they are, for the message of an error.

    Returns:
        The model, whose calibration also judges answers by words alone; None where it is not here.

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
    if mode == "semantic" or (model and mode != "lexical"):
        held = " or ".join(f"`{name}`" for name in counts)
        raise ModelError(
            f"`{url}` holds vectors of {held} with weights that are not on this machine",
            "ask with `--mode lexical`, or have it pushed again with a model that you have",
        )
    return None
