"""What git says of a folder goes with a push, and an answer tells what differs in one's own."""

import pytest
from asking import ask
from trees import git

from searchkit.query import Query
from searchkit.team.push import push

pytestmark = pytest.mark.integration


def test_commit_link_and_what_differs(shared, folder, embedder) -> None:
    index = folder("repo", {"a.py": "def alpha():\n    pass\n", "b.py": "def beta():\n    pass\n"})
    git(index.root, "init", "-q")
    git(index.root, "add", "-A")
    git(index.root, "commit", "-qm", "First")
    git(index.root, "remote", "add", "origin", "https://me:secret@github.com/acme/pay.git")
    commit = git(index.root, "rev-parse", "HEAD").decode().strip()
    manifest = push(index, shared, "pay").manifest
    assert (manifest.remote, manifest.commit, manifest.modified) == (
        *("https://github.com/acme/pay", commit),
        False,
    )
    folder("repo", {"a.py": "def alpha():\n    return 2\n"})
    answer = ask(shared, Query("alpha beta"), embedder=embedder)
    told = {hit.path: hit.origin for hit in answer.hits}
    assert {path: origin.differs for path, origin in told.items()} == {"a.py": True, "b.py": False}
    assert told["b.py"].link == f"https://github.com/acme/pay/blob/{commit}/b.py#L1-L2"
    (line,) = answer.remarks()
    assert f"commit {commit[:10]}, pushed just now" in line
    assert "is at the same commit: 1 of 2 hits differs there" in line
    alone = ask(shared, Query("alpha beta"), embedder=embedder, compare=False)
    assert not alone.own
    assert {hit.origin.differs for hit in alone.hits} == {None}
    changed = push(folder("repo", {}), shared, "pay").manifest
    assert changed.modified
