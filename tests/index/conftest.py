"""Keeps the configuration of the user and of the system away from git and from the walk."""

import os
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def nobody() -> object:
    """Neither git nor the walk finds a configuration of the user or of the system."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as home:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        patch.setenv("HOME", home)
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield Path(home)
