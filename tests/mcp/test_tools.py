"""What the tools answer, without the protocol around them."""

import json
import os
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from searchkit import Filter, Settings, Workspace
from searchkit.cli.mcp import _token_in
from searchkit.indexes.home import catalog_of
from searchkit.mcp.schema import TOOLS
from searchkit.mcp.scope import Scope
from searchkit.mcp.tools import Tools
from searchkit_index.errors import NotIndexedError, QueryError


@pytest.fixture
def workspace(open_index, embedder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Workspace, "embedder", property(lambda _: embedder))
    # What a busy machine takes in slowly is waited for.
    with Workspace(open_index=open_index, settings=Settings(refresh_seconds=60)) as workspace:
        yield workspace


@pytest.fixture
def indexed(take_in, embedder) -> Path:
    return take_in(embedder)


@pytest.fixture
def tools(workspace, indexed: Path) -> Tools:
    return Tools(workspace, Scope(workspace, [indexed]))


def paths(reply) -> list[str]:
    return [hit["path"] for hit in reply.values["hits"]]


# Schemas


def test_no_schema_has_what_some_clients_refuse() -> None:
    allowed = {"type", "description", "enum", "items", "minimum", "maximum"}
    for tool in TOOLS:
        assert set(tool.schema) <= {"type", "properties", "required"}
        for value in tool.schema["properties"].values():
            assert set(value) <= allowed
            assert isinstance(value["type"], str)
            assert set(value.get("items", {})) <= allowed - {"items"}


def test_every_filter_of_a_query_is_an_argument() -> None:
    named = {"languages": "lang", "globs": "glob", "kinds": "kind", "under": "roots"}
    named |= {"patterns": "regex", "difference": "since"}
    wanted = {named.get(each.name, each.name) for each in fields(Filter)}
    for tool in TOOLS:
        if tool.name in ("search", "similar"):
            assert wanted <= set(tool.schema["properties"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "needs `query`"),
        ({"query": "x", "langs": ["python"]}, "did you mean `lang`"),
        ({"query": 3}, "give a text"),
        ({"query": " "}, "the question is empty"),
        ({"query": "x", "limit": 0}, "give 1 to"),
        ({"query": "x", "limit": True}, "a whole number"),
        ({"query": "x", "max_tokens": 3}, "give 100 to"),
        ({"query": "x", "mode": "fuzzy"}, "there are hybrid"),
        ({"query": "x", "kind": ["poem"]}, "there are definition"),
        ({"query": "x", "lang": ["klingon"]}, "klingon"),
        ({"query": "x", "regex": ["("]}, "missing )"),
        ({"query": "x", "changed": True, "since": "HEAD"}, "exclude each other"),
        ({"query": "x", "base": "-x"}, "no name of a commit"),
        ({"query": "x", "changed": True}, "repository"),
        ({"query": "x", "cursor": "5-00000000"}, "no cursor of this question"),
        ({"query": "x", "glob": ["\ud800"]}, "half a character"),
    ],
)
def test_arguments_that_cannot_be_are_told_to_the_model(tools: Tools, given, said: str) -> None:
    reply = tools.call("search", given)
    assert reply.failed
    assert said in reply.text
    assert reply.values["error"]["message"]


def test_an_unknown_tool_is_named(tools: Tools) -> None:
    assert "there is no tool `grep`" in tools.call("grep", {}).text


def test_an_index_of_another_user_is_told_to_the_model(
    tools: Tools, workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/there/catalog.sqlite")

    monkeypatch.setattr(workspace, "search", refuse)
    reply = tools.call("search", {"query": "x"})
    assert reply.failed
    assert reply.text == "permission denied: `/there/catalog.sqlite`"


def test_a_name_of_no_encoding_failed_the_whole_answer(tools: Tools, indexed: Path) -> None:
    server = pytest.importorskip("searchkit.mcp.server", reason="the extra is not installed")
    for name in (b"caf\xe9.md", b"esc\x1b[31m.md"):
        with open(os.fsencode(indexed) + b"/" + name, "w") as file:  # noqa: PTH123 -- bytes
            file.write(f"# Walrus {len(name)}\n")
    for given in ({"query": "walrus", "mode": "lexical"}, {"query": "walrus", "glob": ["*.md"]}):
        sent = server._result(tools.call("search", given))
        told = json.loads(sent.model_dump_json())
        assert r"caf\xe9.md:1-1" in told["content"][0]["text"]
        assert "\x1b" not in told["content"][0]["text"]
        assert r"caf\xe9.md" in [hit["path"] for hit in told["structured_content"]["hits"]]


# Search


def test_an_answer_tells_what_it_is_worth(tools: Tools) -> None:
    reply = tools.call("search", {"query": "open a socket", "limit": 2})
    assert paths(reply)[0] == "net/sockets.py"
    assert reply.values["weak"] in (True, False)
    (coverage,) = reply.values["coverage"]
    assert (coverage["files"], coverage["stale"], coverage["pending"]) == (5, 0, 0)
    assert "\n\nnet/sockets.py:1-10" in reply.text
    assert "\ndef open_socket(host, port):\n" in reply.text
    assert "5 files" in reply.text


def test_what_changed_is_taken_in_before_the_answer(tools: Tools, indexed: Path) -> None:
    (indexed / "new.md").write_text("# Walrus\n\nThe walrus sings.\n")
    reply = tools.call("search", {"query": "walrus"})
    assert paths(reply)[0] == "new.md"
    assert reply.values["coverage"][0]["files"] == 6


def test_filters_narrow_before_the_best_are_chosen(tools: Tools) -> None:
    for given, found in (
        ({"lang": ["go"]}, {"parse.go"}),
        ({"lang": "go"}, {"parse.go"}),
        ({"glob": ["notes/**"]}, {"notes/receta.md", "notes/日記.txt"}),
        ({"roots": ["net"]}, {"net/sockets.py"}),
        ({"regex": ["small [a-z]ree"]}, {"README.md"}),
        ({"text": ["tomate"], "whole_word": True}, {"notes/receta.md"}),
    ):
        reply = tools.call("search", {"query": "open a socket", "limit": 1} | given)
        assert set(paths(reply)) <= found
        assert paths(reply)


def test_only_what_differs_in_git_answers(tools: Tools, indexed: Path) -> None:
    name = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], [*name, "commit", "-qm", "first"]):
        subprocess.run(["git", *command], cwd=indexed, check=True)
    (indexed / "parse.go").write_text("package parse\n\nfunc OpenSocket() {}\n")
    for given in ({"changed": True}, {"since": "HEAD"}):
        assert paths(tools.call("search", {"query": "open a socket"} | given)) == ["parse.go"]


def test_pages_join_to_the_whole_answer(tools: Tools) -> None:
    whole = tools.call("search", {"query": "read the file", "limit": 50})
    found, cursor = [], None
    while cursor is not None or not found:
        page = tools.call("search", {"query": "read the file", "limit": 2, "cursor": cursor})
        assert not page.failed
        found += [hit["id"] for hit in page.values["hits"]]
        cursor = page.values.get("cursor")
    assert found == [hit["id"] for hit in whole.values["hits"]]
    assert len(found) > 4


@pytest.mark.parametrize("tokens", [100, 150, 250])
def test_both_forms_keep_within_the_budget(tools: Tools, indexed: Path, tokens: int) -> None:
    body = "".join(f"    socket number {number} is opened here\n" for number in range(40))
    (indexed / "long.py").write_text(f"def open_many_sockets():\n{body}")
    reply = tools.call("search", {"query": "open a socket", "max_tokens": tokens})
    assert max(tools._count(reply.forms)) <= tokens
    assert "to keep within max_tokens" in reply.text
    assert reply.values["cut"]


def test_values_are_json(tools: Tools) -> None:
    for name, given in (
        ("search", {"query": "socket"}),
        ("get", {"path": "README.md"}),
        ("status", {}),
        ("status", {"path": "README.md"}),
        ("roots", {}),
    ):
        reply = tools.call(name, given)
        assert not reply.failed, reply.text
        assert json.loads(json.dumps(reply.values)) == reply.values
        assert reply.text


# Get, similar, status, roots


def test_a_hit_is_read_whole_by_its_id(tools: Tools, indexed: Path) -> None:
    hit = tools.call("search", {"query": "open a socket"}).values["hits"][0]
    assert tools.call("get", {"id": hit["id"]}).values["text"] == hit["text"]
    (indexed / hit["path"]).write_text("def other():\n    pass\n")
    tools.call("search", {"query": "other"})
    assert "this hit is gone" in tools.call("get", {"id": hit["id"]}).text


@pytest.mark.parametrize("id", ["", "7", "x-1", "7-", "999-ffff", "-"])
def test_an_id_that_is_none_is_refused(tools: Tools, id: str) -> None:
    assert tools.call("get", {"id": id}).failed


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 20, "\u00b2", "\u0663"])
def test_a_number_that_no_catalog_holds_ended_the_call(tools: Tools, number: str) -> None:
    reply = tools.call("search", {"query": "open a socket", "limit": 1})
    mark = reply.values["hits"][0]["id"].partition("-")[2]
    assert tools.call("get", {"id": f"{number}-{mark}"}).failed
    of = reply.values["cursor"].partition("-")[2]
    again = {"query": "open a socket", "limit": 1, "cursor": f"{number}-{of}"}
    assert tools.call("search", again).failed


def test_lines_are_read_as_they_are_now(tools: Tools, indexed: Path) -> None:
    file = indexed / "README.md"
    file.write_text("# Tree\n\nGrown since.\n")
    reply = tools.call("get", {"path": "README.md", "start_line": 2, "end_line": 9})
    assert reply.values["text"] == "\nGrown since."
    assert reply.text == "README.md:2-3 of 3 (as it is now)\n\nGrown since."
    assert "has no lines 7" in tools.call("get", {"path": "README.md", "start_line": 7}).text
    file.write_text("a line of some words\n" * 99)
    cut = tools.call("get", {"path": "README.md", "max_tokens": 100})
    assert max(tools._count(cut.forms)) > 70
    assert max(tools._count(cut.forms)) <= 100
    assert f"call again from line {cut.values['end_line'] + 1}" in cut.text


def test_what_the_index_leaves_out_is_not_read(tools: Tools, indexed: Path) -> None:
    (indexed / ".env").write_text("PASSWORD=hunter2hunter2\n")
    (indexed / "key.txt").write_text("AKIAIOSFODNN7EXAMPLQ\n")
    sockets = indexed / "net" / "sockets.py"
    sockets.write_text(sockets.read_text() + 'KEY = "ghp_' + "a1B2c3D4e5F6" * 3 + '"\n')
    for name in (".env", "key.txt", "net/sockets.py"):
        reply = tools.call("get", {"path": name})
        assert reply.failed, name
        assert "is not indexed" in reply.text


def test_places_like_one_are_found(tools: Tools) -> None:
    reply = tools.call("similar", {"path": "net/sockets.py", "line": 4, "limit": 3})
    assert len(paths(reply)) == 3
    assert tools.call("similar", {"path": "net/sockets.py", "line": 400}).failed


def test_status_tells_of_all_and_of_one(tools: Tools, indexed: Path) -> None:
    (told,) = tools.call("status", {}).values["roots"]
    assert (told["root"], told["files"], told["languages"]["go"]) == (str(indexed), 5, 1)
    assert tools.call("status", {"path": "parse.go"}).values["indexed"] is True
    roots = tools.call("roots", {})
    assert roots.values["indexed"] == [str(indexed)]
    assert roots.values["coverage"][0]["files"] == told["files"]
    assert f"{indexed}: {told['files']} files, 0 skipped, last run 20" in roots.text


# Confinement


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
def test_nothing_outside_is_told(tools: Tools, indexed: Path, outside: Path, name: str) -> None:
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


def test_whether_a_file_outside_exists_is_not_told(tools: Tools, outside: Path) -> None:
    there, not_there = f"{outside}/secret.md", f"{outside}/secreT.md"
    answers = [tools.call("get", {"path": path}).text for path in (there, not_there)]
    assert answers[0].replace(there, not_there) == answers[1]


def test_ids_of_another_index_are_refused(workspace, indexed: Path, outside: Path) -> None:
    other = Tools(workspace, Scope(workspace, [outside]))
    id = other.call("search", {"query": "walrus"}).values["hits"][0]["id"]
    inner = Tools(workspace, Scope(workspace, [indexed / "notes"]))
    assert inner.call("get", {"id": id}).failed
    whole = Tools(workspace, Scope(workspace, [indexed]))
    for hit in whole.call("search", {"query": "socket"}).values["hits"]:
        if not hit["path"].startswith("notes"):
            assert inner.call("get", {"id": hit["id"]}).failed


def test_a_part_of_an_index_answers_for_itself(workspace, indexed: Path) -> None:
    tools = Tools(workspace, Scope(workspace, [indexed / "notes"]))
    assert set(paths(tools.call("search", {"query": "open a socket"}))) == {
        "receta.md",
        "日記.txt",
    }


def test_all_indexed_folders_below_one_that_is_not_are_asked(
    workspace, indexed: Path, outside: Path
) -> None:
    scope = Scope(workspace, [indexed.parent])
    assert set(scope.asked()) == {indexed, outside}
    found = paths(Tools(workspace, scope).call("search", {"query": "walrus socket"}))
    assert {"outside/secret.md", "tree/net/sockets.py"} <= set(found)


def test_many_folders_leave_the_budget_to_the_hits(workspace, tmp_path: Path, open_index) -> None:
    for number in range(6):
        folder = tmp_path / f"a folder of a long name {number}"
        folder.mkdir()
        (folder / "a.md").write_text(f"# The walrus {number}\n")
        with open_index(folder) as index:
            index.build()
    tools = Tools(workspace, Scope(workspace, [tmp_path]))
    reply = tools.call("search", {"query": "walrus", "max_tokens": 200})
    assert max(tools._count(reply.forms)) <= 200
    assert paths(reply)
    (coverage,) = reply.values["coverage"]
    assert (coverage["roots"], coverage["files"], coverage["faults"]) == (6, 6, 0)
    assert "6 folders, 6 files" in reply.text


def test_a_folder_whose_index_cannot_be_read_hides_no_other(
    workspace, indexed: Path, outside: Path
) -> None:
    tools = Tools(workspace, Scope(workspace, [indexed.parent]))
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
    reply = Tools(workspace, scope).call("search", {"query": "walrus"})
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
