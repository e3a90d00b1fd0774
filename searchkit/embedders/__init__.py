"""Models: from a name to something that embeds."""

from pathlib import Path

from searchkit_index.embedder import Embedder
from searchkit_index.errors import ModelError

_MODELS = Path(__file__).parent.parent / "models"


def load_embedder(name: str = "nano", *, threads: int = 0) -> Embedder:
    """The embedder of that name; its weights are read when it is first asked for a vector.

    Args:
        name: A model inside the package (`nano`), or a folder that holds one.
        threads: How many it may use; 0 means one for each core that this process may use.

    Raises:
        ModelError: There is no such model, or its folder lacks a file.
    """
    from searchkit.embedders.onnx import OnnxEmbedder

    packaged = _MODELS / name
    folder = packaged if (packaged / "searchkit.json").is_file() else Path(name).expanduser()
    if not folder.is_dir():
        raise ModelError(f"there is no model `{name}`", "type `searchkit models` to see which are")
    return OnnxEmbedder(folder, threads=threads)


def packaged_models() -> list[str]:
    """Names of the models that ship inside the package."""
    return sorted(path.parent.name for path in _MODELS.glob("*/searchkit.json"))
