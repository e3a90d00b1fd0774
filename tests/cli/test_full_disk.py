"""A disk with no room at all: what is indexed answers, the fault is named, and nothing is lost."""

import json
import shlex
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from shell import COMMAND

from searchkit.indexes.home import cache_path, catalog_of
from searchkit_index.catalog.store import Store

pytestmark = pytest.mark.integration

_FULL = """
mount -t tmpfs -o size=16m,nr_inodes=200 full "$SEARCHKIT_HOME.full" || exit 99
cp -r "$SEARCHKIT_HOME"/. "$SEARCHKIT_HOME.full"
export SEARCHKIT_HOME="$SEARCHKIT_HOME.full"
"""
_FILL = 'cat /dev/zero >"$SEARCHKIT_HOME/filling" 2>/dev/null\n'
_CROWD = 'for n in $(seq 200); do : >"$SEARCHKIT_HOME/$n"; done 2>/dev/null\n'

Run = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def full(home: Path) -> Run:
    """Runs a line of shell with a copy of the home on a disk that is full; `{0}` is the command."""
    return _on_disk(home, _FILL)


@pytest.fixture
def crowded(home: Path) -> Run:
    """The same on a disk with room that takes no further file."""
    return _on_disk(home, _CROWD)


def _on_disk(home: Path, fill: str) -> Run:
    home.with_name(f"{home.name}.full").mkdir()

    def run(line: str) -> subprocess.CompletedProcess[str]:
        script = _FULL + fill + line.format(shlex.quote(COMMAND))
        done = subprocess.run(
            ["unshare", "-rm", "bash", "-c", script], capture_output=True, text=True, check=False
        )
        if done.returncode == 99 or "unshare failed" in done.stderr:
            pytest.skip("no disk can be mounted here")
        return done

    return run


def _without_index_of_journal(catalog: Path) -> None:
    """Leave a journal that was not checkpointed, as after a run that was killed."""
    with closing(Store(catalog)) as store:
        store.set("left", "in the journal")
        kept = {path: path.read_bytes() for path in catalog.parent.glob("catalog.sqlite*")}
    for path, content in kept.items():
        if not path.name.endswith("-shm"):
            path.write_bytes(content)
    assert catalog.with_name("catalog.sqlite-wal").stat().st_size


@pytest.mark.parametrize("journal", [False, True])
def test_a_question_on_a_full_disk_is_answered_and_told_what_it_lacks(
    indexed: Path, full: Run, *, journal: bool
) -> None:
    (indexed / "parse.go").write_text("package other\n")
    if journal:
        _without_index_of_journal(catalog_of(indexed))
    done = full(f"{{0}} query ParseConfig {shlex.quote(str(indexed))}")
    assert "ParseConfig reads the configuration" in done.stdout
    assert "1 file changed and is not indexed yet\nsearchkit: no room to write in" in done.stderr
    assert done.stderr.endswith("hint: free some room; what was indexed before is kept\n")


def test_a_disk_that_takes_no_further_file_was_told_as_one_of_another_user(
    indexed: Path, crowded: Run
) -> None:
    folder = shlex.quote(str(indexed))
    done = crowded(f"{{0}} query ParseConfig {folder}")
    assert "ParseConfig reads the configuration" in done.stdout, done.stderr
    done = crowded(f'rm "$SEARCHKIT_HOME/1" && {{0}} index {folder}')  # one file, for its lock
    assert done.returncode == 2
    assert "no room to write in" in done.stderr
    assert "hint: free some room" in done.stderr


def test_many_questions_at_once_are_answered_on_a_full_disk(indexed: Path, full: Run) -> None:
    _without_index_of_journal(catalog_of(indexed))
    ask = f"{{0}} query ParseConfig {shlex.quote(str(indexed))} -n 1 &"
    done = full(f"{ask} {ask} {ask} wait")
    assert len(done.stdout.splitlines()) == 3, done.stderr


def test_similar_places_are_found_on_a_full_disk(indexed: Path, full: Run) -> None:
    _without_index_of_journal(catalog_of(indexed))
    done = full(f"{{0}} similar {shlex.quote(str(indexed / 'parse.go'))}:3 --json")
    found = json.loads(done.stdout)
    assert found["hits"], done.stderr
    assert found["freshness"]["fault"] == ""


def test_a_first_index_on_a_full_disk_is_refused_in_one_line(tree: Path, full: Run) -> None:
    folder = shlex.quote(str(tree))
    done = full(f"{{0}} index {folder}; {{0}} query soup {folder}")
    first, _, hint, second, *_ = done.stderr.splitlines()
    assert first.startswith("searchkit: no room to write in"), done.stderr
    assert second == first
    assert hint.startswith("hint: free some room")


def test_an_index_can_be_forgotten_to_make_room(indexed: Path, searchkit, full: Run) -> None:
    (indexed / "more.md").write_text("# More\n\nIts vector is among those that indexes share.\n")
    searchkit("index", indexed)
    assert cache_path().is_file()
    folder = shlex.quote(str(indexed))
    done = full(f'{{0}} forget {folder} && ls "$SEARCHKIT_HOME/indexes"')
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_nobody_is_told_to_remove_an_index_because_the_disk_is_full(
    indexed: Path, full: Run
) -> None:
    found = json.loads(full("{0} doctor --json").stdout)["findings"]
    about = [each for each in found if each["subject"] == str(indexed)]
    assert about
    assert not any("rm -r" in each["hint"] for each in about)


def test_the_history_answers_on_a_full_disk_without_what_is_new(
    repository: Path, git, searchkit, full: Run
) -> None:
    searchkit("index", "-q", repository)
    git(repository, "commit", "-q", "--allow-empty", "-m", "Pool wombats")
    searchkit("index", "-q", "--commits", repository)
    git(repository, "commit", "-q", "--allow-empty", "-m", "Drain ponds")
    done = full(f"{{0}} query --commits wombats {shlex.quote(str(repository))}")
    assert "Pool wombats" in done.stdout, done.stderr
    assert "new commits are not indexed: no room to write in" in done.stderr
    assert "hint: free some room" in done.stderr
