"""`searchkit status PATH` tells what is so of a path as it is now, and what to type."""

import json
from pathlib import Path

import pytest
from trees import git


@pytest.fixture
def root(indexed: Path, searchkit) -> Path:
    """The small tree in a repository of its own, indexed."""
    git(indexed, "init", "-q")
    assert searchkit("index", "-q", indexed).returncode == 0
    return indexed


def test_an_indexed_file_is_said_to_be(root: Path, searchkit) -> None:
    done = searchkit("status", root / "parse.go")
    assert (done.returncode, done.stdout, done.stderr) == (0, "parse.go: indexed\n", "")
    record = json.loads(searchkit("status", root / "parse.go", "--json").stdout)
    assert (record["path"], record["indexed"]) == ("parse.go", True)


def test_a_deleted_file_was_said_to_be_indexed(root: Path, searchkit) -> None:
    (root / "parse.go").unlink()
    done = searchkit("status", root / "parse.go")
    assert (done.returncode, done.stdout) == (2, "")
    assert "was deleted since it was indexed" in done.stderr
    assert "hint: " in done.stderr


def test_a_newly_ignored_file_was_said_to_be_indexed(root: Path, searchkit) -> None:
    (root / ".gitignore").write_text("*.go\n")
    done = searchkit("status", root / "parse.go")
    assert done.stdout.startswith("parse.go: ignored by .gitignore line 1: *.go")
    assert "until the next run" in done.stdout
    assert "--include parse.go" in done.stderr
    searchkit("index", "-q", root)
    assert "until the next run" not in searchkit("status", root / "parse.go").stdout


def test_a_changed_and_a_new_file_wait_for_the_next_run(root: Path, searchkit) -> None:
    (root / "parse.go").write_text("package other\n")
    assert "changed since" in searchkit("status", root / "parse.go").stdout
    (root / "new.md").write_text("# New\n")
    done = searchkit("status", root / "new.md")
    assert done.stdout == "new.md: not indexed yet\n"
    assert "searchkit query" in done.stderr


def test_every_file_that_was_left_out_is_named_and_not_only_counted(root: Path, searchkit) -> None:
    (root / "net" / "photo.bin").write_bytes(b"\0\1\2" * 99)
    (root / "gone.md").symlink_to("nowhere")
    searchkit("index", "-q", root)
    assert "gone.md: broken symbolic link\n" in searchkit("status", root, "--skipped").stdout
    said = searchkit("status", root / "net", "--skipped").stdout
    assert said == "net/photo.bin: binary\n"
    record = json.loads(searchkit("status", root, "--skipped", "--json").stdout)
    assert {"path": "net/photo.bin", "reason": "binary"} in record["skipped"]
    assert "--skipped` to see" in searchkit("status", root).stderr


@pytest.mark.parametrize("name", ["missing.md", "missing/deep.md", "parse.go/inner"])
def test_a_missing_file_was_exit_code_zero(root: Path, searchkit, name: str) -> None:
    done = searchkit("status", root / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no file or folder" in done.stderr


def test_a_missing_path_outside_advised_to_index_everything(searchkit) -> None:
    done = searchkit("status", "/nosuchthing")
    assert done.returncode == 2
    assert "there is no file or folder `/nosuchthing`" in done.stderr
    assert "searchkit index" not in done.stderr


def test_a_link_was_looked_up_as_its_target(root: Path, tmp_path: Path, searchkit) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "r.md").write_text("marmalade\n")
    for name, target in (("in.md", "README.md"), ("out", outside), ("broken", "gone")):
        (root / name).symlink_to(target)
    told = searchkit("status", root / "in.md")
    assert told.stdout == "in.md: symbolic link\n"
    assert "`README.md`" in told.stderr
    told = searchkit("status", root / "out")
    assert told.stdout == "out: symbolic link out of the root\n"
    assert f"searchkit index {outside}" in told.stderr
    assert searchkit("status", root / "broken").stdout == "broken: broken symbolic link\n"
    searchkit("index", "-q", outside)
    assert f"root       {outside}" in searchkit("status", root / "out").stdout


def test_a_repository_inside_was_told_of_as_the_whole_folder(root: Path, searchkit) -> None:
    inner = root / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "q.md").write_text("q\n")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "x")
    git(root, "submodule", "add", "-q", "./inner", "sub")
    for name, reason in (
        ("inner", "repository of its own"),
        ("inner/q.md", "repository of its own"),
        ("sub", "submodule"),
        ("sub/q.md", "submodule"),
    ):
        done = searchkit("status", root / name)
        assert done.stdout == f"{name}: {reason}\n"
        assert f"searchkit index {root / name.partition('/')[0]}" in done.stderr
    assert searchkit("status", root / ".git").stdout == ".git: part of git's own files\n"
    assert "root  " in searchkit("status", root / "notes").stdout


def test_a_folder_whose_name_begins_with_a_dot_is_asked_and_told_of(root: Path, searchkit) -> None:
    for name, text in {".github/a.md": "# zebra release\n", "github/b.md": "# giraffe\n"}.items():
        (root / name).parent.mkdir()
        (root / name).write_text(text)
    searchkit("index", "-q", root)
    assert searchkit("query", "zebra", root / ".github").stdout.count(".github/a.md") == 1
    assert searchkit("query", "zebra", cwd=root / ".github").stdout.startswith("a.md:1-1")
    assert searchkit("status", root / ".github/a.md").stdout == ".github/a.md: indexed\n"
    similar = json.loads(searchkit("similar", f"{root}/.github/a.md:1", "--json").stdout)
    assert ".github/a.md" not in {hit["path"] for hit in similar["hits"]}


def test_a_file_is_asked_alone(root: Path, searchkit) -> None:
    done = searchkit("query", "the", root / "README.md")
    assert done.returncode == 0
    assert all("README.md:" in line for line in done.stdout.splitlines())


def test_a_file_that_is_too_large_did_not_say_how_it_is_indexed(root: Path, searchkit) -> None:
    (root / "all.log").write_text("one more line\n" * 80_000)
    (root / "photo.jpg").write_bytes(bytes(40_000_000))
    assert searchkit("index", "-q", root).returncode == 0
    for done in (searchkit("status", root / "all.log"), searchkit("status", root, "--skipped")):
        assert "all.log: larger than 1 MB: indexed up to 100 kB" in done.stdout
        assert "max_file_bytes = 10_000_000" in done.stderr
    done = searchkit("query", "one more line", root, "--json")
    assert json.loads(done.stdout)["freshness"]["partial"] == 1
    for other in ("parse.go", "photo.jpg"):
        assert "max_file_bytes" not in searchkit("status", root / other).stderr
