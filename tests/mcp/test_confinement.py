"""An agent is told of what is served, and of nothing else."""

import os
from pathlib import Path

import pytest

from searchkit.cli.mcp import _token_in
from searchkit.indexes.home import catalog_of
from searchkit.mcp.local import LocalTools
from searchkit.mcp.scope import Scope
from searchkit_index.errors import NotIndexedError, QueryError


def paths(reply) -> list[str]:
    return [hit["path"] for hit in reply.values["hits"]]


@pytest.fixture
def outside(tmp_path: Path, open_index) -> Path:
    """Another indexed folder, with a file in it, and links to both inside the served one."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.md").write_text("# The walrus is outside\n")
    with open_index(folder) as index:
        index.build()
    return folder


@pytest.mark.parametrize("name", ["../outside/secret.md", "{}/secret.md", "link/secret.md", "file"])
def test_nothing_outside_is_told(
    tools: LocalTools, indexed: Path, outside: Path, name: str
) -> None:
    (indexed / "link").symlink_to(outside)
    (indexed / "file").symlink_to(outside / "secret.md")
    name = name.format(outside)
    for tool, given in (
        ("get", {"path": name}),
        ("status", {"path": name}),
        ("similar", {"path": name, "line": 1}),
        ("search", {"query": "walrus", "roots": [name]}),
    ):
        reply = tools.call(tool, given)
        assert reply.failed
        assert "is outside of what is served" in reply.text
    assert "outside" not in str(paths(tools.call("search", {"query": "walrus outside"})))


def test_whether_a_file_outside_exists_is_not_told(tools: LocalTools, outside: Path) -> None:
    there, not_there = f"{outside}/secret.md", f"{outside}/secreT.md"
    answers = [tools.call("get", {"path": path}).text for path in (there, not_there)]
    assert answers[0].replace(there, not_there) == answers[1]


def test_ids_of_another_index_are_refused(workspace, indexed: Path, outside: Path) -> None:
    other = LocalTools(workspace, Scope(workspace, [outside]))
    id = other.call("search", {"query": "walrus"}).values["hits"][0]["id"]
    inner = LocalTools(workspace, Scope(workspace, [indexed / "notes"]))
    assert inner.call("get", {"id": id}).failed
    whole = LocalTools(workspace, Scope(workspace, [indexed]))
    for hit in whole.call("search", {"query": "socket"}).values["hits"]:
        if not hit["path"].startswith("notes"):
            assert inner.call("get", {"id": hit["id"]}).failed


def test_a_part_of_an_index_answers_for_itself(workspace, indexed: Path) -> None:
    tools = LocalTools(workspace, Scope(workspace, [indexed / "notes"]))
    assert set(paths(tools.call("search", {"query": "open a socket"}))) == {"receta.md", "日記.txt"}


def test_all_indexed_folders_below_one_that_is_not_are_asked(
    workspace, indexed: Path, outside: Path
) -> None:
    scope = Scope(workspace, [indexed.parent])
    assert set(scope.asked()) == {indexed, outside}
    found = paths(LocalTools(workspace, scope).call("search", {"query": "walrus socket"}))
    assert {"outside/secret.md", "tree/net/sockets.py"} <= set(found)


def test_many_folders_leave_the_budget_to_the_hits(workspace, tmp_path: Path, open_index) -> None:
    for number in range(6):
        folder = tmp_path / f"a folder of a long name {number}"
        folder.mkdir()
        (folder / "a.md").write_text(f"# The walrus {number}\n")
        with open_index(folder) as index:
            index.build()
    tools = LocalTools(workspace, Scope(workspace, [tmp_path]))
    reply = tools.call("search", {"query": "walrus", "max_tokens": 200})
    assert max(tools._count(reply.forms)) <= 200
    assert paths(reply)
    (coverage,) = reply.values["coverage"]
    assert (coverage["roots"], coverage["files"], coverage["faults"]) == (6, 6, 0)
    assert "6 folders, 6 files" in reply.text


def test_a_folder_whose_index_cannot_be_read_hides_no_other(
    workspace, indexed: Path, outside: Path
) -> None:
    tools = LocalTools(workspace, Scope(workspace, [indexed.parent]))
    assert len(tools.call("roots", {}).values["indexed"]) == 2
    catalog_of(outside).write_bytes(b"rubbish" * 1_000)
    damaged, whole = tools.call("roots", {}).values["coverage"]
    assert "damaged" in damaged["fault"]
    assert (whole["root"], whole["files"], "fault" in whole) == (str(indexed), 5, False)


def test_nothing_is_indexed_that_was_not(workspace, tmp_path: Path, home: Path) -> None:
    (tmp_path / "a.md").write_text("# Walrus\n")
    scope = Scope(workspace, [tmp_path])
    with pytest.raises(NotIndexedError):
        scope.asked()
    reply = LocalTools(workspace, scope).call("search", {"query": "walrus"})
    assert reply.failed
    assert f"searchkit index {tmp_path}" in reply.text
    assert not list(home.glob("indexes/*"))


def test_a_name_in_several_folders_is_to_be_told_apart(workspace, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.txt").write_text("x")
    scope = Scope(workspace, [tmp_path / "one", tmp_path / "two"])
    with pytest.raises(QueryError, match="may be"):
        scope.path("same.txt")
    assert scope.path(f"{tmp_path}/two/same.txt") == tmp_path / "two" / "same.txt"
    assert scope.shown(tmp_path / "two" / "same.txt") == os.fspath(tmp_path / "two" / "same.txt")


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
@pytest.mark.parametrize("became", ["open to others", "a link"])
def test_a_token_that_others_could_read_is_made_anew(home: Path, became: str) -> None:
    before = _token_in(home / "token")
    assert _token_in(home / "token") == before
    if became == "a link":
        (home / "token").rename(home / "aside")
        (home / "token").symlink_to(home / "aside")
    else:
        (home / "token").chmod(0o644)
    assert _token_in(home / "token") != before
    assert (home / "token").lstat().st_mode & 0o777 == 0o600
