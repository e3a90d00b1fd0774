"""An option that would be ignored is refused: it names what it goes with."""

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("mcp {} --port 9000", "`--port` goes with `--http`"),
        ("mcp {} --all", "`--all` serves every index: leave out PATH"),
        ("tui {} --port 9000", "`--port` goes with `--web`"),
        ("serve --port 9000", "`--host` and `--port` go with `--index URL`"),
        ("serve --host ::1", "`--host` and `--port` go with `--index URL`"),
        ("status {} --repo payments", "`--repo` goes with `--index URL`"),
        ("status {} --index {}", "`--index URL` has no folder"),
        ("push {} --to {}/shared --gpus 2", "`--gpus` goes with `--ray`"),
        ("models nano --run-foreign-code", "`--run-foreign-code` goes with `--fetch`"),
        ("query --like {}/parse.go {} --commits", "`--commits` takes a question"),
    ],
)
def test_an_option_was_ignored_without_a_word(
    searchkit, indexed: Path, line: str, told: str
) -> None:
    done = searchkit(*line.replace("{}", str(indexed)).split())
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("serve --index {} --port 99999", "`99999` is no port"),
        ("serve --idle 0", "`0` minutes are not above 0"),
        ("push --gpus -1", "`--gpus` takes a part of one card, or a whole number"),
        ("push --gpus 1.5", "`--gpus` takes a part of one card, or a whole number"),
        ("query --like {} {}", "is a folder"),
        ("eval --repo {} --questions {}/no.jsonl", "cannot be read: No such file or directory"),
    ],
)
def test_an_error_was_told_in_the_words_of_python(
    searchkit, indexed: Path, line: str, told: str
) -> None:
    done = searchkit(*line.replace("{}", str(indexed)).split())
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[0]
    assert "Errno" not in done.stderr


@pytest.mark.integration
@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["push", "{}", "--to", ""], "the address of the shared index is empty"),
        (["query", "socket", "--index", ""], "the address of the shared index is empty"),
        (["push", "{}", "--to", "{}"], "would be indexed with it"),
        (["push", "{}", "--to", "{}/team"], "would be indexed with it"),
    ],
)
def test_a_shared_index_was_written_among_what_it_was_made_of(
    searchkit, indexed: Path, line: list[str], told: str
) -> None:
    before = sorted(indexed.rglob("*"))
    done = searchkit(*(word.replace("{}", str(indexed)) for word in line), cwd=indexed)
    assert done.returncode == 2
    assert told in done.stderr.splitlines()[0]
    assert sorted(indexed.rglob("*")) == before


@pytest.mark.parametrize("line", ["index", "forget", "status", "query socket", "query socket --in"])
def test_the_path_of_a_variable_that_is_not_set_was_the_current_folder(
    searchkit, indexed: Path, line: str
) -> None:
    done = searchkit(*line.split(), "", cwd=indexed)
    assert done.returncode == 2
    assert "a path is empty; `.` is the current folder" in done.stderr
    assert searchkit("status", indexed).returncode == 0


def test_an_empty_size_made_the_catalog_unreadable(searchkit, indexed: Path) -> None:
    done = searchkit("index", indexed, "--memory", "")
    assert "is no size" in done.stderr
    assert searchkit("status", indexed).returncode == 0
