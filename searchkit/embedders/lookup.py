"""Finds the model of a name, its files and its description."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from searchkit.embedders.card import Card, has_card, read_card
from searchkit.embedders.registry import Model, PromptTemplate
from searchkit.suggestion import did_you_mean
from searchkit_index.errors import ModelError

_PACKAGED = Path(__file__).parent.parent / "models"


@dataclass(frozen=True, slots=True)
class Found:
    """The model of a name.

    Attributes:
        name: The name without the length that vectors are cut to.
        folder: Its folder; None for a known model, whose files may not be on this machine.
        card: The card in its folder; None if there is none.
        length: The length that vectors are cut to; None for the whole.
    """

    name: str
    folder: Path | None = None
    card: Card | None = None
    length: int | None = None


def find(name: str) -> Found:
    """Find the folder of a model.

    Args:
        name: A packaged model, a name of `searchkit models`, or a path (`./x`, `~/x`, absolute) of
            a model folder or a GGUF file; with `@256` after it, vectors are cut to that length.

    Returns:
        The model.

    Raises:
        ModelError: A path leads to no model, or its card cannot be read.
    """
    from searchkit.embedders.gguf import find_gguf, is_gguf, unpack
    from searchkit.embedders.model_folder import expanded, is_path

    whole, at, size = name.rpartition("@")
    whole, length = (whole, int(size)) if at and size.isascii() and size.isdigit() else (name, None)
    if is_path(whole):
        folder = expanded(whole)
        if is_gguf(whole) and not folder.is_dir():
            folder = unpack(find_gguf(str(folder)))
        if not folder.is_dir():
            raise ModelError(f"there is no model folder `{folder}`", "check the spelling")
    elif whole in packaged_models():
        folder = _PACKAGED / whole
    else:
        return Found(whole, length=length)
    return Found(whole, folder, read_card(folder) if has_card(folder) else None, length)


def describe(found: Found) -> tuple[Model, Path | None]:
    """Describe a model.

    Args:
        found: The model.

    Returns:
        Its description, and the folder of its weights; None if they have to be found first.

    Raises:
        ModelError: There is no such model, or its folder has no description.
    """
    from searchkit.embedders import sentence_folder

    if found.card and found.folder:
        return model_of_card(found.card, found.folder), found.folder
    if found.folder is None:
        return _known_model(found.name), None
    if sentence_folder.has_modules(found.folder):
        return sentence_folder.read(found.folder)
    raise ModelError(
        f"the model folder `{found.folder}` has neither `searchkit.json` nor `modules.json`",
        "describe it in a `[models.NAME]` table of the configuration",
    )


def packaged_models() -> list[str]:
    """List the names of the models that ship inside the package."""
    return sorted(path.parent.name for path in _PACKAGED.glob("*/searchkit.json"))


def all_models() -> dict[str, Model]:
    """List every model that has a name: packaged, known, and configured ones.

    Returns:
        The models by name.

    Raises:
        ConfigError: The configuration describes an invalid one.
    """
    from searchkit import config
    from searchkit.embedders.registry import known

    folders: Mapping[str, Path] = {name: _PACKAGED / name for name in packaged_models()}
    shipped = {name: model_of_card(read_card(folder), folder) for name, folder in folders.items()}
    return shipped | known(config.models())


def model_of_card(card: Card, folder: Path) -> Model:
    """Describe a model by the card in its folder."""
    return Model(
        name=card.name,
        source=str(folder),
        dimension=card.dimension,
        max_tokens=card.max_tokens,
        query=PromptTemplate(card.query[0], "", card.query[1]),
        document=PromptTemplate(card.document[0], "", card.document[1]),
        pooling=card.pooling,
        repeat_up_to=card.repeat_up_to,
        prefixes=tuple(each for each in card.matryoshka if each < card.dimension),
        millions=card.millions,
        languages=card.languages,
        licence=card.licence,
        fingerprint=card.fingerprint,
        calibration=card.calibration,
    )


def _known_model(name: str) -> Model:
    models = all_models()
    by_source = {model.source: model for model in models.values()}
    found = models.get(name.lower()) or models.get(name) or by_source.get(name)
    if found is None:
        raise ModelError(f"there is no model `{name}`", _hint_for(name, models))
    return found


def _hint_for(name: str, models: Mapping[str, Model]) -> str:
    if name and Path(name).expanduser().is_dir():
        return f"for the folder of that name type `./{name}`"
    return did_you_mean(name.lower(), models, "type `searchkit models` to see which are")
