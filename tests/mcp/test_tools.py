"""What the tools answer, without the protocol around them."""

import json
import os
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from searchkit import Filter
from searchkit.mcp.local import LocalTools
from searchkit.mcp.schema import TOOLS
from searchkit.printable import printable


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
def test_arguments_that_cannot_be_are_told_to_the_model(
    tools: LocalTools, given, said: str
) -> None:
    reply = tools.call("search", given)
    assert reply.failed
    assert said in reply.text
    assert reply.values["error"]["message"]


def test_a_tool_without_arguments_listed_none_of_them(tools: LocalTools) -> None:
    assert tools.call("roots", {"path": "x"}).text.endswith("hint: give no arguments")


@pytest.mark.parametrize("name", [b"caf\xe9.txt", b"two\nlines.txt", b"bell\x07.txt"])
def test_a_file_could_not_be_read_by_the_name_that_its_hit_showed(
    tools: LocalTools, indexed: Path, name: bytes
) -> None:
    Path(os.fsdecode(os.fsencode(indexed) + b"/" + name)).write_text("a zeppelin over the lake\n")
    text = printable(tools.call("search", {"query": "zeppelin over the lake"}).text)
    shown = next(line for line in text.splitlines() if ".txt:1-1" in line).partition(":")[0]
    read = tools.call("get", {"path": shown})
    assert not read.failed, read.text
    assert read.text.splitlines()[1:] == ["a zeppelin over the lake"]


def test_an_unknown_tool_is_named(tools: LocalTools) -> None:
    assert "there is no tool `grep`" in tools.call("grep", {}).text


def test_an_index_of_another_user_is_told_to_the_model(
    tools: LocalTools, workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/there/catalog.sqlite")

    monkeypatch.setattr(workspace, "search", refuse)
    reply = tools.call("search", {"query": "x"})
    assert reply.failed
    assert reply.text.startswith("permission denied: `/there/catalog.sqlite`\nhint: ")


def test_a_name_of_no_encoding_failed_the_whole_answer(tools: LocalTools, indexed: Path) -> None:
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


def test_an_answer_tells_what_it_is_worth(tools: LocalTools) -> None:
    reply = tools.call("search", {"query": "open a socket", "limit": 2})
    assert paths(reply)[0] == "net/sockets.py"
    assert reply.values["weak"] in (True, False)
    (coverage,) = reply.values["coverage"]
    assert (coverage["files"], coverage["stale"], coverage["pending"]) == (5, 0, 0)
    assert "\n\nnet/sockets.py:1-10" in reply.text
    assert "\ndef open_socket(host, port):\n" in reply.text
    assert "5 files" in reply.text


def test_what_changed_is_indexed_before_the_answer(tools: LocalTools, indexed: Path) -> None:
    (indexed / "new.md").write_text("# Walrus\n\nThe walrus sings.\n")
    reply = tools.call("search", {"query": "walrus"})
    assert paths(reply)[0] == "new.md"
    assert reply.values["coverage"][0]["files"] == 6


def test_filters_narrow_before_the_best_are_chosen(tools: LocalTools) -> None:
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


def test_only_what_differs_in_git_answers(tools: LocalTools, indexed: Path) -> None:
    name = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], [*name, "commit", "-qm", "first"]):
        subprocess.run(["git", *command], cwd=indexed, check=True)
    (indexed / "parse.go").write_text("package parse\n\nfunc OpenSocket() {}\n")
    for given in ({"changed": True}, {"since": "HEAD"}):
        assert paths(tools.call("search", {"query": "open a socket"} | given)) == ["parse.go"]


def test_pages_join_to_the_whole_answer(tools: LocalTools) -> None:
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
def test_both_forms_keep_within_the_budget(tools: LocalTools, indexed: Path, tokens: int) -> None:
    body = "".join(f"    socket number {number} is opened here\n" for number in range(40))
    (indexed / "long.py").write_text(f"def open_many_sockets():\n{body}")
    reply = tools.call("search", {"query": "open a socket", "max_tokens": tokens})
    assert max(tools._count(reply.forms)) <= tokens
    assert "to keep within max_tokens" in reply.text
    assert reply.values["cut"]


def test_values_are_json(tools: LocalTools) -> None:
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


def test_a_hit_is_read_whole_by_its_id(tools: LocalTools, indexed: Path) -> None:
    hit = tools.call("search", {"query": "open a socket"}).values["hits"][0]
    assert tools.call("get", {"id": hit["id"]}).values["text"] == hit["text"]
    (indexed / hit["path"]).write_text("def other():\n    pass\n")
    tools.call("search", {"query": "other"})
    assert "this hit is gone" in tools.call("get", {"id": hit["id"]}).text


@pytest.mark.parametrize("id", ["", "7", "x-1", "7-", "999-ffff", "-"])
def test_an_id_that_is_none_is_refused(tools: LocalTools, id: str) -> None:
    assert tools.call("get", {"id": id}).failed


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 20, "\u00b2", "\u0663"])
def test_a_number_that_no_catalog_holds_ended_the_call(tools: LocalTools, number: str) -> None:
    reply = tools.call("search", {"query": "open a socket", "limit": 1})
    mark = reply.values["hits"][0]["id"].partition("-")[2]
    assert tools.call("get", {"id": f"{number}-{mark}"}).failed
    of = reply.values["cursor"].partition("-")[2]
    again = {"query": "open a socket", "limit": 1, "cursor": f"{number}-{of}"}
    assert tools.call("search", again).failed


def test_lines_are_read_as_they_are_now(tools: LocalTools, indexed: Path) -> None:
    file = indexed / "README.md"
    file.write_text("# Tree\n\nGrown since.\n")
    reply = tools.call("get", {"path": "README.md", "start_line": 2, "end_line": 9})
    assert reply.values["text"] == "\nGrown since."
    assert reply.text == "README.md:2-3 of 3 (as it is now)\n\nGrown since."
    assert "has no line 7" in tools.call("get", {"path": "README.md", "start_line": 7}).text
    file.write_text("a line of some words\n" * 99)
    cut = tools.call("get", {"path": "README.md", "max_tokens": 100})
    assert max(tools._count(cut.forms)) > 70
    assert max(tools._count(cut.forms)) <= 100
    assert f"call again from line {cut.values['end_line'] + 1}" in cut.text


def test_what_the_index_leaves_out_is_not_read(tools: LocalTools, indexed: Path) -> None:
    (indexed / ".env").write_text("PASSWORD=hunter2hunter2\n")
    (indexed / "key.txt").write_text("AKIAIOSFODNN7EXAMPLQ\n")
    sockets = indexed / "net" / "sockets.py"
    sockets.write_text(sockets.read_text() + 'KEY = "ghp_' + "a1B2c3D4e5F6" * 3 + '"\n')
    for name in (".env", "key.txt", "net/sockets.py"):
        reply = tools.call("get", {"path": name})
        assert reply.failed, name
        assert "is not indexed" in reply.text


def test_places_like_one_are_found(tools: LocalTools) -> None:
    reply = tools.call("similar", {"path": "net/sockets.py", "line": 4, "limit": 3})
    assert len(paths(reply)) == 3
    assert tools.call("similar", {"path": "net/sockets.py", "line": 400}).failed


def test_status_tells_of_all_and_of_one(tools: LocalTools, indexed: Path) -> None:
    (told,) = tools.call("status", {}).values["roots"]
    assert (told["root"], told["files"], told["languages"]["go"]) == (str(indexed), 5, 1)
    assert tools.call("status", {"path": "parse.go"}).values["indexed"] is True
    roots = tools.call("roots", {})
    assert roots.values["indexed"] == [str(indexed)]
    assert roots.values["coverage"][0]["files"] == told["files"]
    assert f"{indexed}: {told['files']} files, 0 skipped, last run 20" in roots.text
