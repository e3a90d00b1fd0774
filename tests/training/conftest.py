"""What a small student is trained on."""

from pathlib import Path

import pytest
from tiny_student import write_student


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A folder with an encoder, a second teacher, pairs and a recipe for a student."""
    folder = tmp_path / "data"
    folder.mkdir()
    return write_student(folder)
