"""A recipe of the paper, with tiny decoders and data for it."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from searchkit.training.paper.recipe import PaperRecipe


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with the files of two public data sets."""
    from tiny_paper import write_data

    return write_data(tmp_path / "data")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A tiny BLOOM, which has biases."""
    from tiny_paper import write_bloom

    return write_bloom(tmp_path / "base")


@pytest.fixture
def llama(tmp_path: Path) -> Path:
    """A tiny decoder of Llama's kind, which has none."""
    from tiny_paper import write_llama

    return write_llama(tmp_path / "llama")


@pytest.fixture
def recipe(base: Path) -> "PaperRecipe":
    """Two epochs of both data sets."""
    from tiny_paper import MSMARCO, NLI

    from searchkit.training.paper.recipe import PaperRecipe

    return PaperRecipe(
        "tiny", str(base), (MSMARCO, NLI), batch=12, epochs=2, rate=0.02, max_tokens=64,
        piece_tokens=200,
    )  # fmt: skip
