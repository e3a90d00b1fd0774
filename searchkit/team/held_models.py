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
        """Return the model to ask some repositories with: the one that most chunks are of.

        Args:
            manifests: The repositories.
            mode: The mode of the question.

        Returns:
            The model, whose calibration also judges answers by words alone; None where it is not
            here.

        Raises:
            ModelError: It is not here, and was asked for by name or is all that is to be asked.
        """
        with self._lock:
            known = {each.fingerprint for each in manifests} & self._held.keys()
            if known and self._model is None:
                return self._held[known.pop()]
            found = self._load(manifests)
            if found is not None:
                self._held[found.fingerprint] = found
            elif mode == "semantic" or (self._model and mode != "lexical"):
                raise self._missing(manifests)
            return found

    def _load(self, manifests: Sequence[Manifest]) -> Embedder | None:
        counts = Counter[str]()
        for each in manifests:
            counts[each.model] += each.chunks
        name = self._model or counts.most_common(1)[0][0]
        try:
            embedder = load_embedder(name, threads=self._settings.threads)
            known = any(each.fingerprint == embedder.fingerprint for each in manifests)
        except ModelError:
            return None
        return embedder if known else None

    def _missing(self, manifests: Sequence[Manifest]) -> ModelError:
        held = " or ".join(f"`{name}`" for name in dict.fromkeys(each.model for each in manifests))
        return ModelError(
            f"`{self._url}` holds vectors of {held} with weights that are not on this machine",
            "ask with `--mode lexical`, or have it pushed again with a model that you have",
        )
