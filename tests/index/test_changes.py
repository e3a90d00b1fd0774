"""What changed is told by sizes, times and inodes, whoever sets the times to what."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from searchkit_index.errors import RootError
from searchkit_index.pipeline import changes, intake
from searchkit_index.walk import walker
from searchkit_index.walk.entry import File

YEARS = {"1651": -10_066_000_000, "2262": 9_223_372_037, "2300": 10_413_792_000}


@pytest.fixture(autouse=True)
def trusted_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all files had been written long before they were read."""
    monkeypatch.setattr(intake, "_FRESH_NS", 0)


def found(index, text: str) -> set[str]:
    return {hit.path for hit in index.search(text, mode="lexical")}


def test_an_edit_that_keeps_size_and_time_is_indexed(tree: Path, open_index) -> None:
    path = tree / "README.md"
    with open_index(tree) as index:
        index.build()
        state = path.stat()
        path.write_text(path.read_text().replace("Install", "Wombats"))
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert index.refresh(0).stale == 1
        index.refresh(60)
        assert found(index, "wombats") == {"README.md"}


def test_two_files_of_one_size_and_time_that_change_places_are_indexed(
    tree: Path, open_index
) -> None:
    for name, word in (("a.txt", "apple"), ("b.txt", "berry")):
        (tree / name).write_text(f"{word} pie\n")
        os.utime(tree / name, (1, 1))
    with open_index(tree) as index:
        index.build()
        (tree / "a.txt").rename(tree / "c.txt")
        (tree / "b.txt").rename(tree / "a.txt")
        (tree / "c.txt").rename(tree / "b.txt")
        index.refresh(60)
        assert found(index, "apple") == {"b.txt"}


@pytest.mark.parametrize("year", YEARS)
def test_a_date_beyond_the_clock_is_taken_and_counts_as_changed_once(
    tree: Path, open_index, year: str
) -> None:
    (tree / "big.txt").write_text("x" * 1_100_000)
    for name in ("README.md", "big.txt"):
        os.utime(tree / name, (YEARS[year], YEARS[year]))
    with open_index(tree) as index:
        index.build()
        assert index.refresh(60).stale == 0
        assert index.build().changed == 0
        assert "README.md" in found(index, "installer")


def test_a_date_in_the_future_counts_as_changed_once(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_FRESH_NS", 20_000_000)
    ahead = time.time() + 10**8
    for path in tree.rglob("*.*"):
        os.utime(path, (ahead, ahead))
    time.sleep(0.03)
    with open_index(tree) as index:
        index.build()
        assert index.refresh(0).stale == 0


def test_a_file_system_that_numbers_its_files_anew_is_read_once(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = walker.walk

    def renumbered(*arguments):
        for entry in walk(*arguments):
            yield replace(entry, inode=time.perf_counter_ns())

    monkeypatch.setattr(changes.walker, "walk", renumbered)
    with open_index(tree) as index:
        index.build()
        assert index.build().changed == 5
        assert index.build().changed == 0


def test_a_time_in_whole_seconds_is_not_trusted_for_two(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = int(time.time()) * 10**9
    coarse = File("README.md", 1, now, now, 1)
    assert intake._is_fresh(coarse)
    assert not intake._is_fresh(replace(coarse, mtime_ns=now - 3 * 10**9, ctime_ns=now - 3 * 10**9))


def test_folders_that_are_passed_over_keep_their_rows_whatever_stands_beside_them(
    tmp_path: Path, open_index
) -> None:
    tree = tmp_path / "tree"
    for name in ("sub", "sub-1", "sub.d"):
        (tree / name).mkdir(parents=True)
        (tree / name / "a.txt").write_text("word")
    for file in (b"sub!", b"sub0", b"sub\xff", "sub\U0001f600".encode(), "sub\ue000".encode()):
        Path(os.fsdecode(os.fsencode(tree) + b"/" + file + b".txt")).write_text("word")
    os.system(f"git init -q {tree} && git init -q {tree}/sub && git init -q {tree}/sub-1")
    with open_index(tree) as index:
        index.build()
        report = index.build()
        assert (report.changed, report.gone, report.unchanged) == (0, 0, 8)
        assert dict(index.skipped()) == dict.fromkeys(("sub", "sub-1"), "repository of its own")


def test_a_long_list_of_changes_goes_to_disk_and_comes_back_whole(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit_index.pipeline.spool._IN_MEMORY", 100)
    with open_index(tree) as index:
        report = index.build()
        assert report.changed == 5
        assert index.build(verify=True).unchanged == 5


def test_a_file_that_was_left_out_was_said_to_have_changed_by_each_verified_run(
    tree: Path, open_index
) -> None:
    (tree / "data.bin").write_bytes(b"\0\1\2" * 99)
    with open_index(tree) as index:
        index.build()
        assert index.build(verify=True).silent == 0
        assert ("data.bin", "binary") in index.skipped()


@pytest.mark.parametrize("change", ["write", "remove"])
def test_a_folder_that_was_moved_while_it_was_read_lost_what_was_indexed_of_it(
    tree: Path, open_index, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    def moved(store, root: Path, rules, **options):
        found = scan(store, root, rules, **options)
        root.rename(root.with_name("elsewhere"))
        return found

    with open_index(tree) as index:
        index.build()
        if change == "write":
            (tree / "README.md").write_text("Wombats dig.\n")
        else:
            (tree / "README.md").unlink()
        scan = changes.scan
        monkeypatch.setattr(changes, "scan", moved)
        with pytest.raises(RootError, match="does not exist"):
            index.build()
        assert index.status().files == 5
        assert index.skipped() == []
