"""The tools of a server for agents, on the small indexed tree."""

from pathlib import Path

import pytest

from searchkit import Settings, Workspace
from searchkit.mcp.local import LocalTools
from searchkit.mcp.scope import Scope


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
def tools(workspace, indexed: Path) -> LocalTools:
    return LocalTools(workspace, Scope(workspace, [indexed]))
