"""The form of the JSON that commands print: who changes a name here raises `SCHEMA` too."""

import json
from pathlib import Path

import pytest
import typer.main

from searchkit.cli import app, load_commands
from searchkit.cli.terminal import SCHEMA

HIT = {
    *(
        "confidence",
        "copies",
        "column",
        "copy_count",
        "end_line",
        "excerpt",
        "file",
        "inner_language",
        "kind",
        "language",
        "line",
    ),
    *("natural_language", "parts", "path", "place", "root", "score", "shares", "start_line"),
    *("near", "symbol", "text"),
}
FRESHNESS = {"busy", "fault", "files", "hint", "older", "partial", "pending", "skipped", "stale"}


def told(searchkit, *arguments: object) -> dict[str, object]:
    found = json.loads(searchkit(*arguments, "--json").stdout)
    assert found.pop("schema") == SCHEMA == 1
    return found


@pytest.mark.parametrize("arguments", [["query", "socket", "{0}"], ["similar", "{0}/parse.go:4"]])
def test_an_answer(indexed: Path, searchkit, arguments: list[str]) -> None:
    answer = told(searchkit, *(each.format(indexed) for each in arguments))
    assert set(answer) == {"freshness", "hits", "query", "root", "weak"}
    assert set(answer["freshness"]) == FRESHNESS
    assert {frozenset(hit) for hit in answer["hits"]} == {frozenset(HIT)}


def test_a_status(indexed: Path, searchkit) -> None:
    assert set(told(searchkit, "status", indexed)) == {
        *("catalog_bytes", "chunks", "files", "fingerprint", "folder", "freshness", "languages"),
        *("last_run", "layout", "model", "natural_languages", "passages", "pending", "recall"),
        *("partial", "root", "rules", "skipped", "vector_bytes", "without_grammar"),
    }


def test_runs_settings_models_findings_and_errors(indexed: Path, searchkit) -> None:
    (run,) = told(searchkit, "index", indexed)["roots"]
    assert set(run) == {
        *("changed", "embedded", "gone", "older", "pending", "reused", "root", "seconds"),
        *("silent", "stale", "unchanged"),
    }
    (plan,) = told(searchkit, "index", indexed, "--dry-run")["roots"]
    assert set(plan) == {"bytes", "files", "root", "skipped"}
    settings = told(searchkit, "config")
    assert set(settings) == {"file", "settings"}
    assert settings["settings"]["limit"] == {"value": 10, "origin": "default"}
    assert told(searchkit, "models", "nano")["model"]["dimension"] == 256
    report = told(searchkit, "doctor")
    assert set(report) == {"counts", "findings"}
    assert set(report["findings"][0]) == {"hint", "message", "state", "subject"}
    assert set(told(searchkit, "query", "x", "/nosuch")["error"]) == {"hint", "kind", "message"}


# Of each command, what answers, and what is an error; `{tree}` is indexed, `{team}` is shared.
ANSWERED = """
query socket {tree}
query zzz {tree} -F zzz
query socket {tree} --max-tokens 100
query socket --index {team}
query --like {tree}/parse.go {tree}
query begin {tree} --commits
similar {tree}/parse.go:4
get {tree}/parse.go:1-2
list
list --index {team}
status {tree}
status {tree}/parse.go
status --index {team}
index {tree}
index {tree} --dry-run
push {tree} --to {team} --name other
push {tree} {tree}/net --to {team}
push --key
pull {team} {tree} --repo other
forget --index {team} --repo other
forget {tree}/net
install
install claude --yes
install claude --yes
install claude --undo --yes
doctor
guide
guide formats
help
help query
models
models nano
config
eval --repo {tree} --questions {questions}
forget --all --yes
"""
REFUSED = """
query
query x y z
query x /nosuch
query x {tree} --mode none
query x {tree} -e (
query x {tree} --limit many
query x {tree} --max-tokens 1
query x {tree} --since none
query x {tree} -l
query x {tree} --commits --max-tokens 500
query --like /nosuch {tree}
similar {tree}/parse.go
similar {tree}/parse.go:4000
get {tree}
get /nosuch
tui /nosuch
tui --port 0
mcp --port none
list --index /nosuch
status /nosuch
forget
forget /nosuch
index
index /nosuch
index {tree} --watch
push {tree}
push {tree} --to {team} --name ../x
pull /nosuch {tree}
install none
install claude --undo
serve --idle 0
serve --index /nosuch
doctor --nosuch
guide none
help none
models none
models --fetch
config none
eval
eval /nosuch
train
none
"""
SERVING = {"tui", "mcp", "serve"}  # until they are left: what they print has tests of its own


def lines_of(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.fixture
def names(
    indexed: Path, searchkit, git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Path]:
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "begin"]):
        git(indexed, *arguments)
    monkeypatch.setenv("HOME", str(tmp_path))
    named = {"tree": indexed, "team": tmp_path / "team", "questions": tmp_path / "mine.jsonl"}
    named["questions"].write_text('{"query": "socket", "relevant": ["net/sockets.py"]}\n')
    searchkit("push", indexed, "--to", named["team"])
    return named


def test_every_command_answers_in_json(searchkit, names: dict[str, Path]) -> None:
    for words in lines_of(ANSWERED):
        done = searchkit(*(word.format(**names) for word in words), "--json")
        assert done.returncode == (1 if "zzz" in words else 0), (words, done.stderr)
        found = json.loads(done.stdout)
        assert found["schema"] == SCHEMA, words
        assert len(found) > 1, words
        assert "error" not in found, words


def test_every_command_says_errors_in_json(searchkit, names: dict[str, Path]) -> None:
    for words in lines_of(REFUSED):
        done = searchkit(*(word.format(**names) for word in words), "--json")
        assert done.returncode == 2, (words, done.stdout)
        error = json.loads(done.stdout)["error"]
        assert set(error) == {"hint", "kind", "message"}, words
        assert error["message"] in done.stderr, words
        assert "no such option `--json`" not in error["message"], words


def test_every_command_has_two_examples_and_json() -> None:
    load_commands()
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) > 15
    for name, command in commands.items():
        assert (command.epilog or "").count(":\n    ") >= 2, name
        assert "--json" in {option for each in command.params for option in each.opts}, name
    refused = {words[0] for words in lines_of(REFUSED)}
    assert refused - {"none"} == set(commands)
    answered = {words[0] for words in lines_of(ANSWERED)}
    assert answered == set(commands) - SERVING - {"train"}


def test_an_answer_that_did_not_fit_was_said_to_have_no_hits(searchkit, indexed: Path) -> None:
    done = searchkit("query", "open a socket", indexed, "--max-tokens", 100, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["hits"]) == (0, [])
    assert answer["cut"]["hits"] > 0
    assert "nothing was found" not in done.stderr
    assert "left out to keep within `--max-tokens`" in done.stderr


def test_a_help(searchkit) -> None:
    assert set(told(searchkit, "help", "query")) == {"command", "help"}
