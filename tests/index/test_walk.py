"""The walk outside of git, its options, and what it skips and why."""

import errno
import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import (
    NAMES,
    NO_RULES,
    build,
    files,
    fill,
    git,
    ignore_files,
    named_rules,
    paths_of_names,
    repository,
    skips,
    walked,
)

from searchkit_index.errors import RootError
from searchkit_index.walk import regular_file
from searchkit_index.walk.entry import File
from searchkit_index.walk.rules import Rules
from searchkit_index.walk.walker import explain, walk

pytestmark = pytest.mark.usefixtures("nobody")


# Outside of git


def test_outside_of_git_the_same_rules_hold_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    fill(tmp_path, "a.log", "b.txt", "sub/c.log", "sub/d.tmp", ".hidden", ".config/x", "sub/.h/x")
    fill(tmp_path, ".github/workflow.yml", ".github/.x")
    fill(tmp_path, ".gitignore", text="*.log\n!.github/\n")
    fill(tmp_path, "sub/.gitignore", text="!c.log\n*.tmp\n")
    assert walked(tmp_path) == [".github/workflow.yml", "b.txt", "sub/c.log"]


def test_repositories_below_a_plain_folder_are_walked_each_by_its_own_rules(tmp_path: Path) -> None:
    fill(tmp_path, ".gitignore", text="*.log\n")
    fill(tmp_path, ".searchkitignore", text="*.secret\n")
    one = repository(tmp_path / "one")
    fill(one, "a.log", "b.tmp", "c.secret", ".hidden", "kept.tmp", "sub/d.tmp")
    fill(one, ".git/info/exclude", text="*.tmp\n")
    git(one, "add", "-f", "kept.tmp")
    fill(tmp_path, "x.log", "y.txt")
    assert walked(tmp_path) == ["one/.hidden", "one/a.log", "one/kept.tmp", "y.txt"]


def test_our_own_ignore_file_wins_over_the_others_at_any_depth(tmp_path: Path) -> None:
    root = repository(tmp_path)
    fill(root, "a.log", "b.log", "tracked.txt", "sub/c.log", "sub/d.md")
    git(root, "add", "tracked.txt")
    fill(root, ".gitignore", text="*.log\n")
    fill(root, ".ignore", text="!a.log\n*.md\n")
    fill(root, ".searchkitignore", text="tracked.txt\n!sub/c.log\n.*\n")
    fill(root, "sub/.gitignore", text="!d.md\n")
    fill(root, "sub/.ignore", text="c.log\n")
    assert walked(root) == ["a.log", "sub/c.log"]


# Options


def test_include_wins_over_ignore_files_and_exclude_over_all(tmp_path: Path) -> None:
    fill(tmp_path, ".gitignore", text="build/\n*.log\n")
    fill(tmp_path, "a.log", "b.log", "build/x.log", "build/doc/y.md", "build/doc/z.log", "src/c.py")
    fill(tmp_path, ".github/w.yml", "src/build/q.md")

    def found(*include: str, exclude: tuple[str, ...] = ()) -> list[str]:
        return files(tmp_path, Rules(include=include, exclude=exclude))

    assert found() == ["src/c.py"]
    assert found("*.log") == ["a.log", "b.log", "src/c.py"]
    assert found("**/*.log") == ["a.log", "b.log", "build/doc/z.log", "build/x.log", "src/c.py"]
    assert found("build/doc") == ["build/doc/y.md", "build/doc/z.log", "src/c.py"]
    assert found("build/", "!z.log") == [
        "build/doc/y.md",
        "build/x.log",
        "src/build/q.md",
        "src/c.py",
    ]
    assert found("./build/*/*.md") == ["build/doc/y.md", "src/c.py"]
    assert found(".github") == [".github/w.yml", "src/c.py"]
    assert found("build/", exclude=("doc",)) == ["build/x.log", "src/build/q.md", "src/c.py"]
    assert found("a.log", exclude=("*", "!*.py")) == []
    assert found("a.log", exclude=("/*", "!/src")) == ["src/c.py"]


@pytest.mark.skipif(sys.platform == "darwin", reason="both forms are one name there")
def test_a_folder_of_another_system_was_not_left_out_by_its_name(tmp_path: Path) -> None:
    decomposed, composed = "U\u0308bung/a.md", "\u00dcbung.md"
    fill(tmp_path, decomposed, composed, "b.md", ".caf\u00e9/c.md")
    assert files(tmp_path, Rules(exclude=("\u00dcbung/**", "U\u0308bung.md"))) == ["b.md"]
    included = Rules(include=(".cafe\u0301/*.md",), exclude=("\u00dc*",))
    assert files(tmp_path, included) == [".caf\u00e9/c.md", "b.md"]


# What is skipped


def test_what_is_no_plain_readable_file_is_skipped_with_a_reason(tmp_path: Path) -> None:
    root = tmp_path / "root"
    fill(root, "file", "folder/file")
    fill(tmp_path, "secret")
    fill(root, "big.c", text="x" * 11)
    fill(root, "exact", text="x" * 10)
    links = {
        "inner": "file",
        "to folder": "folder",
        "outer": "../secret",
        "absolute": "/etc/hostname",
        "self": "self",
        "folder/up": "..",
        "folder/here": ".",
        "gone": "nothing",
        "to root": str(root),
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
    assert files(root, Rules(max_bytes=10)) == ["exact", "file", "folder/file"]
    assert skips(root, Rules(max_bytes=10)) == {
        "absolute": "symbolic link out of the root",
        "big.c": "larger than 10 bytes",
        "folder/here": "symbolic link in a loop",
        "folder/up": "symbolic link in a loop",
        "gone": "broken symbolic link",
        "inner": "symbolic link",
        "outer": "symbolic link out of the root",
        "pipe": "not a regular file",
        "self": "symbolic link in a loop",
        "socket": "not a regular file",
        "to folder": "symbolic link",
        "to root": "symbolic link in a loop",
    }


def test_sizes_are_said_in_round_units(tmp_path: Path) -> None:
    fill(tmp_path, "f.c", text="x" * 1_500_001)
    said = [skips(tmp_path, Rules(max_bytes=size))["f.c"] for size in (999, 500_000, 1_500_000)]
    assert said == ["larger than 999 bytes", "larger than 500 kB", "larger than 1.5 MB"]


UNREADABLE = """
import os, pathlib, sys
from searchkit_index.errors import RootError
from searchkit_index.walk.walker import Rules, walk
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
root = pathlib.Path(sys.argv[1])
print([(found.path, getattr(found, "reason", "")) for found in walk(root, Rules())])
try:
    walk(root / "closed", Rules())
except RootError as error:
    print(error.message.partition("cannot")[2], bool(error.hint))
"""


def test_what_may_not_be_read_is_skipped(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        root = Path(folder)
        root.chmod(0o755)
        fill(root, "closed/x", "open", "shut")
        (root / "closed").chmod(0)
        (root / "shut").chmod(0)
        (root / ".gitignore").write_text("open\n")
        (root / ".gitignore").chmod(0)
        command = [sys.executable, "-c", UNREADABLE, folder]
        result = subprocess.run(command, check=True, capture_output=True, text=True)
        (root / "closed").chmod(stat.S_IRWXU)
    listed, refused = result.stdout.splitlines()
    assert listed == "[('closed', 'unreadable'), ('open', ''), ('shut', 'unreadable')]"
    assert refused == " be read: permission denied True"


def test_a_root_that_cannot_be_walked_is_refused_at_once(tmp_path: Path) -> None:
    fill(tmp_path, "file")
    for root, message in [("gone", "does not exist"), ("file", "is a file, not a folder")]:
        with pytest.raises(RootError, match=message) as caught:
            walk(tmp_path / root, NO_RULES)
        assert caught.value.hint


def test_files_may_vanish_while_the_walk_goes_on(tmp_path: Path) -> None:
    fill(tmp_path, "a/1", "a/2", "b/1", "c", "d/1")
    found = walk(tmp_path, NO_RULES)
    state = (tmp_path / "a/1").stat()
    assert next(found) == File("a/1", 1, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
    for path in ("a/2", "b/1", "c"):
        (tmp_path / path).unlink()
    (tmp_path / "b").rmdir()
    assert [file.path for file in found] == ["d/1"]


def test_any_name_works_and_the_order_is_that_of_whole_paths(tmp_path: Path) -> None:
    names = [os.fsencode(name) for name in NAMES] + [b"d/x", b"d-x", b"d.x", b"d/\xff/\n"]
    for name in names:
        fill(tmp_path, os.fsdecode(name))
    found = [os.fsencode(path) for path in walked(tmp_path)]
    assert found == sorted(name for name in names if not name.startswith(b"."))
    in_order = [os.fsencode(found.path) for found in walk(tmp_path, NO_RULES)]
    assert in_order == sorted(in_order)


def test_a_tree_deeper_than_the_stack_is_walked_to_its_end(tmp_path: Path) -> None:
    deep = "d/" * 1200
    subprocess.run(["mkdir", "-p", tmp_path / "top" / deep], check=True)
    (tmp_path / "top" / deep / "file").touch()
    assert walked(tmp_path / "top") == [deep + "file"]
    subprocess.run(["rm", "-r", tmp_path / "top"], check=True)  # too deep for pytest to remove


# Reasons


def test_the_reason_for_each_path_is_told(tmp_path: Path) -> None:
    root = repository(tmp_path / "root")
    fill(root, "a.log", "build/x", "big.c", "ok.txt", "build/kept", "s/n.txt", text="x" * 20)
    git(root, "add", "build/kept", "s")
    fill(root, ".gitignore", text="# rules\n\n*.log\nbuild/\n")
    fill(root, "s/.searchkitignore", text="n.*\n")
    fill(root, ".git/info/exclude", text="local\n")
    fill(root, "local", "x.bak", "z.zip")
    fill(repository(root / "nested"), "f")
    (root / "link").symlink_to("s")
    fill(root, "big.c", text="x" * 30)
    rules = Rules(exclude=("*.bak", "*.z?p"), max_bytes=25)
    expected = {
        "ok.txt": None,
        "s": None,
        "": None,
        "./s//../ok.txt": "not below the root",
        "/etc/passwd": "not below the root",
        "a.log": "ignored by .gitignore line 3: *.log",
        "build/x": "ignored by .gitignore line 4: build/",
        "build/kept": None,
        "s/n.txt": "ignored by s/.searchkitignore line 1: n.*",
        "local": "ignored by .git/info/exclude line 1: local",
        "x.bak": "hidden by --exclude '*.bak'",
        "z.zip": "hidden by --exclude '*.z?p'",
        "big.c": "larger than 25 bytes",
        "link": "symbolic link",
        "link/n.txt": "symbolic link",
        "nested/f": "repository of its own",
        "nothing": "does not exist",
        "ok.txt/x": "does not exist",
        ".git/HEAD": "part of git's own files",
    }
    assert {path: explain(root, path, rules) for path in expected} == expected
    inner = explain(root / "s", "n.txt", NO_RULES)
    assert inner == "ignored by .searchkitignore line 1: n.*"
    fill(root, "s/a.log")
    assert explain(root / "s", "a.log", NO_RULES) == f"ignored by {root}/.gitignore line 3: *.log"
    fill(tmp_path, "plain/.hidden/x")
    assert (
        explain(tmp_path / "plain", ".hidden/x", NO_RULES) == "hidden: its name begins with a dot"
    )


@settings(max_examples=40)
@given(paths=st.lists(paths_of_names, max_size=15), content=ignore_files, exclude=named_rules)
def test_a_reason_is_told_for_all_but_what_is_walked(
    paths: list[str], content: bytes, exclude: bytes
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        made = build(root, paths)
        (root / ".ignore").write_bytes(content)
        rules = Rules(exclude=(os.fsdecode(exclude),))
        told = sorted(path for path in {*made, ".ignore"} if explain(root, path, rules) is None)
        assert told == walked(root, rules)


def test_a_path_too_long_for_the_system_was_unreadable_without_a_why() -> None:
    too_long = OSError(errno.ENAMETOOLONG, "File name too long")
    assert regular_file.unreadable(too_long) == "path too long for the system"
    assert regular_file.unreadable(PermissionError(errno.EACCES, "")) == "unreadable"
    assert regular_file.unreadable(ValueError("embedded null byte")) == "unreadable"
