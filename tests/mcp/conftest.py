"""The tools of a server for agents, on the small indexed tree."""

from pathlib import Path

import pytest

from searchkit import Settings, Workspace
from searchkit.mcp.scope import Scope
from searchkit.mcp.tools import Tools


@pytest.fixture
def workspace(open_index, embedder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Workspace, "embedder", property(lambda _: embedder))
    # Enough time for a busy machine to index what changed.
    with Workspace(open_index=open_index, settings=Settings(refresh_seconds=60)) as workspace:
        yield workspace


@pytest.fixture
def indexed(index_tree, embedder) -> Path:
    return index_tree(embedder)


@pytest.fixture
def tools(workspace, indexed: Path) -> Tools:
    return Tools(workspace, Scope(workspace, [indexed]))
