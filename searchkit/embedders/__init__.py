"""Models: from a name to something that embeds."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from searchkit_index.embedder import Embedder
from searchkit_index.errors import ModelError

if TYPE_CHECKING:
    from searchkit.embedders.registry import Model

_MODELS = Path(__file__).parent.parent / "models"


@runtime_checkable
class Describing(Embedder, Protocol):
    """An embedder that runs on more than one kind of device, and can tell where it does."""

    def described(self) -> str:
        """Devices and precision, in words."""
        ...


def load_embedder(
    name: str = "nano",
    *,
    threads: int = 0,
    device: str | None = None,
    run_foreign_code: bool = False,
) -> Embedder:
    """The embedder of that name; its weights are read when it is first asked for a vector.

    Args:
        name: A model inside the package (`nano`), a name that `searchkit models` lists, or a folder
            that holds one; with `@256` after it, vectors are cut to that Matryoshka prefix.
        threads: How many the default runtime may use; 0 means one for each core that this process
            may use.
        device: Where to run it, see `searchkit.embedders.device.pick`; None for whatever starts the
            quickest, which for a model with a graph is the CPU without torch.
        run_foreign_code: Whether to run the Python that the model itself brings, if it does: it can
            do whatever its user can.

    Raises:
        ModelError: There is no such model, its files are not here, or the device is not.
    """
    folder = _folder(name)
    if folder is None or not _has_graph(folder) or _wants_torch(device):
        return _torch_embedder(name, folder, device or "auto", run_foreign_code)
    from searchkit.embedders.onnx import OnnxEmbedder

    return OnnxEmbedder(folder, threads=threads)


def packaged_models() -> list[str]:
    """Names of the models that ship inside the package."""
    return sorted(path.parent.name for path in _MODELS.glob("*/searchkit.json"))


def all_models() -> "dict[str, Model]":
    """Every model that can be named: those inside the package, the table's, the configured ones.

    Raises:
        ConfigError: The configuration describes one that cannot be.
    """
    from dataclasses import replace

    from searchkit import config
    from searchkit.embedders.registry import known, of_card

    shipped = {
        name: replace(
            of_card(_MODELS / name),
            millions=17,
            languages="about 150 natural, 25 programming",
            licence="apache-2.0",
        )
        for name in packaged_models()
    }
    return shipped | known(config.models())


def refuse_stranger(embedder: Embedder, models: Sequence[tuple[int, str, str, int]]) -> None:
    """Let an index be asked only with a model that it holds vectors of.

    Args:
        embedder: What it is asked with.
        models: Id, fingerprint, name and dimension of each model of the index.

    Raises:
        ModelError: It holds vectors of others alone.
    """
    held = [name for _, _, name, _ in models]
    # Of the same name but with other weights is one that was replaced: it only lacks vectors yet.
    if held and embedder.name not in held:
        raise ModelError(
            f"this folder was indexed with `{held[-1]}`, not with `{embedder.name}`",
            f"ask with `--model {held[-1]}`, "
            f"or type `searchkit index --model {embedder.name} PATH` to have both side by side",
        )


def _folder(name: str) -> Path | None:
    """The folder of a model that has a card."""
    packaged = _MODELS / name
    for folder in (packaged, Path(name).expanduser()):
        if (folder / "searchkit.json").is_file():
            return folder
    return None


def _has_graph(folder: Path) -> bool:
    """Whether the default runtime can run it; a card that says otherwise names its own."""
    import json

    try:
        written = json.loads((folder / "searchkit.json").read_text(encoding="utf-8"))
        return bool(written.get("runtime") != "torch")
    except (OSError, ValueError, AttributeError, RecursionError):
        return True  # the default runtime tells what is wrong with the card


def _wants_torch(device: str | None) -> bool:
    """Whether a model that runs without torch is better run with it."""
    if device in (None, "cpu"):
        return False
    if device != "auto":
        return True
    from searchkit.embedders.device import has_gpu, pick

    return has_gpu() and find_spec("transformers") is not None and pick("auto") != ("cpu",)


def _torch_embedder(name: str, folder: Path | None, device: str, code: bool) -> Embedder:
    from dataclasses import replace

    from searchkit.embedders.registry import of_card

    whole, _, size = name.partition("@") if name.rpartition("@")[2].isdigit() else (name, "", "")
    if whole != name:
        folder = _folder(whole)
    model = of_card(folder) if folder else _described(whole)
    if size and int(size) not in model.prefixes:
        raise ModelError(
            f"vectors of `{whole}` cannot be cut to {size}",
            f"they can to {', '.join(map(str, model.prefixes)) or 'no other length'}",
        )
    missing = [each for each in ("torch", "transformers") if find_spec(each) is None]
    if missing:
        raise ModelError(
            f"the model `{whole}` needs {' and '.join(f'`{each}`' for each in missing)}",
            "type `pip install 'searchkit[torch]'`",
        )
    from searchkit.embedders.torch import TorchEmbedder

    model = replace(model, run_foreign_code=code or model.run_foreign_code)
    return TorchEmbedder(model, folder, device=device, dimension=int(size) if size else None)


def _described(name: str) -> "Model":
    models = all_models()
    by_source = {model.source: model for model in models.values()}
    found = models.get(name.lower()) or models.get(name) or by_source.get(name)
    if found is None:
        folder = Path(name).expanduser()
        if folder.is_dir():
            raise ModelError(
                f"the model folder `{folder}` has no `searchkit.json`",
                "describe it in a `[models.NAME]` table of the configuration",
            )
        raise ModelError(f"there is no model `{name}`", "type `searchkit models` to see which are")
    return found
