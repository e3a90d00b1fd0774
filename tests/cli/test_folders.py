"""Several folders in one question, the list of all indexes, and folders that were never indexed."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from searchkit.cli import terminal
from searchkit.indexes.home import catalog_of, folder_of


@pytest.fixture
def other(tmp_path: Path, indexed: Path, searchkit) -> Path:
    """A second indexed folder."""
    root = tmp_path / "other"
    root.mkdir()
    (root / "listen.py").write_text("def listen(port):\n    '''Open a socket.'''\n")
    assert searchkit("index", "-q", root).returncode == 0
    return root


def roots_of(done) -> set[Path]:
    return {Path(json.loads(line)["root"]) for line in done.stdout.splitlines()}


def test_in_may_be_repeated_and_all_asks_every_index(indexed: Path, other: Path, searchkit) -> None:
    for typed in (["--in", indexed, "--in", other], [indexed, "--in", other], ["--all"]):
        assert roots_of(searchkit("query", "open a socket", *typed, "--jsonl")) == {indexed, other}
    assert roots_of(searchkit("query", "open a socket", "--in", other, "--jsonl")) == {other}
    whole = json.loads(searchkit("query", "open a socket", "--all", "--json").stdout)
    assert {Path(each["root"]) for each in whole["roots"]} == {indexed, other}


def test_similar_asks_its_own_folder_or_those_that_are_named(
    indexed: Path, other: Path, searchkit
) -> None:
    place = indexed / "net/sockets.py:5"
    assert roots_of(searchkit("similar", place, "--jsonl")) == {indexed}
    assert roots_of(searchkit("similar", place, "--in", other, "--jsonl")) == {other}
    assert roots_of(searchkit("similar", place, "--all", "--jsonl")) == {indexed, other}
    damaged = catalog_of(other)
    damaged.write_bytes(b"\0" * 100 + damaged.read_bytes()[100:])
    told = f"`{damaged.parent}` was not asked"
    for typed in (["similar", place], ["query", "--like", other / "listen.py"]):
        done = searchkit(*typed, "--all")
        assert "parse.go" in done.stdout
        assert told in done.stderr
    assert "not asked" not in searchkit("similar", place).stderr


def test_all_beside_a_folder_is_refused(indexed: Path, searchkit) -> None:
    done = searchkit("query", "socket", indexed, "--all")
    assert done.returncode == 2
    assert "leave out PATH" in done.stderr


def test_a_damaged_index_does_not_keep_the_others_from_answering(
    indexed: Path, other: Path, searchkit
) -> None:
    catalog_of(other).write_bytes(b"no catalog")
    for refresh in ("--refresh", "--no-refresh"):
        done = searchkit("query", "open a socket", "--in", indexed, "--in", other, refresh)
        assert done.returncode == 0
        assert f"`{other}` was not asked" in done.stderr


def test_a_folder_that_was_looked_through_and_cannot_answer_made_the_others_one_less(
    indexed: Path, other: Path, searchkit
) -> None:
    with closing(sqlite3.connect(catalog_of(other))) as catalog, catalog:
        catalog.execute("UPDATE chunk SET kind = x'00'")
    done = searchkit("query", "open a socket", "--in", indexed, "--in", other)
    assert f"`{other}` was not asked" in done.stderr
    assert "no time" not in done.stderr


def test_list_tells_all_indexes_and_says_which_folders_are_gone(
    indexed: Path, other: Path, searchkit
) -> None:
    shutil.rmtree(other)
    done = searchkit("list")
    gone, here = done.stdout.splitlines()
    assert gone.split() == ["1", "file", *gone.split()[2:-1], str(other)]
    assert here.startswith(f"{'5 files':>7}")
    assert "nano" in here
    assert here.endswith(str(indexed))
    assert f"hint: type `searchkit forget {other}`" in done.stderr
    asked = searchkit("query", "x", other).stderr
    assert f"the folder `{other}` is gone" in asked
    assert f"type `searchkit forget {other}` to remove its index" in asked
    told = json.loads(searchkit("list", "--json").stdout)
    assert told["schema"] == 1
    first, second = told["indexes"]
    assert set(first) == {
        *("bytes", "exists", "fault", "files", "folder", "last_run", "models", "root", "skipped"),
    }
    assert (first["exists"], second["exists"]) == (False, True)
    assert second["bytes"] == sum(path.stat().st_size for path in folder_of(indexed).iterdir())
    shutil.rmtree(indexed)
    asked = searchkit("query", "x", "--all").stderr
    assert "every folder that was indexed is gone" in asked
    assert "type `searchkit list`" in asked


def test_a_list_of_nothing_says_what_to_type(searchkit) -> None:
    done = searchkit("list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "searchkit index PATH" in done.stderr


def test_a_damaged_index_is_listed_with_its_fault(indexed: Path, searchkit) -> None:
    catalog_of(indexed).write_bytes(b"no catalog")
    done = searchkit("list")
    assert done.returncode == 0
    assert "damaged" in done.stderr
    assert str(folder_of(indexed)) in done.stdout


def test_a_folder_that_was_never_indexed_is_indexed_when_asked_to(tree: Path, searchkit) -> None:
    refused = searchkit("query", "open a socket", tree)
    assert refused.returncode == 2
    assert "was never indexed" in refused.stderr
    done = searchkit("query", "open a socket", tree, "--index-missing")
    assert done.returncode == 0
    assert "sockets.py" in done.stdout
    assert f"indexed `{tree}`" in done.stderr


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("\n", 2), ("no\n", 2)])
def test_on_a_terminal_it_is_offered(
    tree: Path, searchkit, monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    asked = []

    def answers(question: str) -> bool:
        asked.append(question)
        return typed.strip() == "y"

    monkeypatch.setattr("searchkit.cli.folders.confirmed", answers)
    assert searchkit("query", "open a socket", tree).returncode == code
    assert asked == [f"`{tree}` was never indexed; index it now?"]


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("typed", "agreed"), [("y\n", True), ("Yes\n", True), ("\n", False)])
def test_only_yes_means_yes(monkeypatch: pytest.MonkeyPatch, typed: str, agreed: bool) -> None:
    ours, theirs = os.openpty()
    os.write(ours, typed.encode())
    with os.fdopen(theirs) as stdin, os.fdopen(os.dup(theirs), "w") as stderr:
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr("sys.stderr", stderr)
        assert terminal.confirmed("really?") is agreed
    os.close(ours)


def test_without_a_terminal_nothing_is_asked() -> None:
    assert not terminal.confirmed("really?")


def test_index_without_a_path_was_an_error_where_query_knew_the_folder(
    indexed: Path, tmp_path: Path, searchkit
) -> None:
    (indexed / "net/dial.py").write_text("def dial(number):\n    return number\n")
    done = searchkit("index", "--json", cwd=indexed / "net")
    [report] = json.loads(done.stdout)["roots"]
    assert (Path(report["root"]), report["changed"]) == (indexed, 1)
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    done = searchkit("index", cwd=nowhere)
    assert done.returncode == 2
    assert f"type `searchkit index {nowhere}`" in done.stderr


def test_an_index_inside_another_took_its_files_without_a_word(indexed: Path, searchkit) -> None:
    inner = indexed / "net"
    told = f"type `searchkit forget {inner}`"
    assert told in searchkit("index", inner).stderr
    assert told not in searchkit("index", inner).stderr
