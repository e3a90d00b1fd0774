"""The tools over a shared index: no file of it need be on this machine."""

import shutil
from collections.abc import Callable

import pytest
from small_tree import grown

pytest.importorskip("lance")
pytest.importorskip("cryptography")

from searchkit.config import Settings
from searchkit.indexes.index import Index
from searchkit.mcp.shared import SharedTools
from searchkit.team.index import SharedIndex
from searchkit.team.push import push
from searchkit.team.team import Team
from searchkit_index.embedder import Embedder

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def pushed(
    tmp_path_factory: pytest.TempPathFactory, new_embedder: Callable[[], Embedder]
) -> tuple[str, Embedder]:
    """The place of the small tree and a folder, pushed, and their model; their files are gone."""
    folder, embedder = tmp_path_factory.mktemp("pushed"), new_embedder()
    shared, other = SharedIndex(str(folder / "share")), folder / "other"
    other.mkdir()
    (other / "plug.py").write_text("def open_plug(host):\n    return host\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEARCHKIT_HOME", str(folder / "home"))
        for root, name in ((grown(folder / "tree"), "tree"), (other, "group/other")):
            with Index(root, embedder, Settings()) as index:
                index.build()
                push(index, shared, name)
            shutil.rmtree(root)
    return shared.url, embedder


@pytest.fixture
def tools(pushed: tuple[str, Embedder], monkeypatch: pytest.MonkeyPatch) -> SharedTools:
    url, embedder = pushed
    monkeypatch.setattr("searchkit.team.held_models.load_embedder", lambda *_, **__: embedder)
    return SharedTools(Team(url))


def test_every_tool_answers_from_what_was_pushed(tools: SharedTools) -> None:
    found = tools.call("search", {"query": "open a socket"})
    assert not found.failed
    best = found.values["hits"][0]
    assert best["path"] == "tree/net/sockets.py"
    assert "`tree`: no commit, pushed just now" in found.text
    assert {each["name"] for each in found.values["coverage"]} == {"tree", "group/other"}
    whole = tools.call("get", {"id": best["id"]})
    assert "def open_socket" in whole.values["text"]
    assert whole.values["note"] == "as it was pushed"
    lines = tools.call("get", {"path": best["path"], "start_line": 9, "end_line": 9})
    assert lines.values["text"].startswith("def close_socket")
    like = tools.call("similar", {"path": best["path"], "line": 1})
    assert not like.failed
    assert best["id"] not in {hit["id"] for hit in like.values["hits"]}
    status = tools.call("status", {"path": "tree"})
    assert [each["name"] for each in status.values["roots"]] == ["tree"]
    assert tools.call("status", {"path": best["path"]}).values["indexed"]
    assert not tools.call("status", {"path": "tree/no.py"}).values["indexed"]
    assert tools.call("roots", {}).values["indexed"] == ["group/other", "tree"]


def test_a_part_of_a_repository_is_asked(tools: SharedTools) -> None:
    def paths(**given: object) -> set[str]:
        reply = tools.call("search", {"query": "open a socket", **given})
        return {hit["path"] for hit in reply.values["hits"]}

    assert paths(roots=["group/other"]) == {"group/other/plug.py"}
    assert paths(roots=["tree/net"]) == {"tree/net/sockets.py"}
    first = tools.call("search", {"query": "open a socket", "limit": 1})
    given = {"query": "open a socket", "limit": 1, "cursor": first.values["cursor"]}
    second = tools.call("search", given)
    assert second.values["hits"][0]["path"] != first.values["hits"][0]["path"]


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("search", {"query": "x", "roots": ["../etc"]}, "in no repository"),
        ("search", {"query": "x", "changed": True}, "narrowed by what differs in git"),
        ("get", {"path": "/etc/passwd"}, "in no repository"),
        ("get", {"path": "tree/no.py"}, "was not pushed"),
        ("get", {"path": "tree/net/sockets.py", "start_line": 999}, "has no line 999"),
        ("get", {"id": "0' OR '1'='1"}, "there is no hit"),
        ("similar", {"path": "tree/net/sockets.py", "line": 999}, "nothing was pushed for"),
    ],
)
def test_what_cannot_be_asked_says_so(tools: SharedTools, tool, given, said) -> None:
    reply = tools.call(tool, given)
    assert reply.failed
    assert said in reply.text
