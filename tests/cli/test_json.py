"""The form of the JSON that commands print: who changes a name here raises `SCHEMA` too."""

import json
from pathlib import Path

import pytest
import typer.main

from searchkit.cli import app, load_commands
from searchkit.cli.faults import SCHEMA

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
    *("symbol", "text"),
}
FRESHNESS = {"busy", "files", "pending", "skipped", "stale"}


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
        *("root", "rules", "skipped", "vector_bytes", "without_grammar"),
    }


def test_runs_settings_models_findings_and_errors(indexed: Path, searchkit) -> None:
    (run,) = told(searchkit, "index", indexed)["roots"]
    assert set(run) == {
        *("changed", "embedded", "gone", "pending", "reused", "root", "seconds", "silent"),
        *("stale", "unchanged"),
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


def test_every_command_has_two_examples_and_json_where_it_prints_results() -> None:
    load_commands()
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) > 15
    for name, command in commands.items():
        assert (command.epilog or "").count(":\n    ") >= 2, name
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in options or name in {"tui", "mcp", "serve", "install"}, name


def test_a_help(searchkit) -> None:
    assert set(told(searchkit, "help", "query")) == {"command", "help"}
