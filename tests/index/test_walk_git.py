"""The walk against git itself, on trees and rules that try to make the two differ."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import (
    build,
    fill,
    git,
    ignore_files,
    ignored_by_git,
    listed_by_git,
    paths_of_names,
    repository,
    skips,
    walked,
)

from searchkit_index.errors import RootError
from searchkit_index.walk import regular_file
from searchkit_index.walk.repository import read_index
from searchkit_index.walk.rules import Rules

pytestmark = pytest.mark.usefixtures("nobody")


@pytest.fixture(scope="module")
def empty_repository(nobody: Path) -> Path:
    return repository(nobody / "empty")


@settings(max_examples=60)
@given(
    paths=st.lists(paths_of_names, min_size=1, max_size=20),
    ignores=st.lists(st.tuples(st.integers(0, 30), ignore_files), min_size=1, max_size=4),
    excludes=st.just(b"") | ignore_files,
    tracked=st.sets(st.integers(0, 30), max_size=4),
    version=st.sampled_from(["2", "4"]),
)
def test_any_rules_on_any_tree_agree_with_git(
    empty_repository: Path,
    paths: list[str],
    ignores: list[tuple[int, bytes]],
    excludes: bytes,
    tracked: set[int],
    version: str,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        shutil.copytree(empty_repository, root)
        made = build(root, paths)
        folders = sorted({parent for path in made for parent in Path(path).parents})
        for number, content in ignores:
            (root / folders[number % len(folders)] / ".gitignore").write_bytes(content)
        (root / ".git/info/exclude").write_bytes(excludes)
        names = b"".join(os.fsencode(path) + b"\0" for path in made if made.index(path) in tracked)
        if names:
            setting = f"index.version={version}"
            git(root, "-c", setting, "update-index", "--add", "-z", "--stdin", data=names)
        assert walked(root) == listed_by_git(root)
        inner = root / folders[-1]
        if inner != root and not ignored_by_git(root, folders[-1]):
            assert walked(inner) == listed_by_git(inner)


TRICKY = {
    ".gitignore": (
        "*.log\n!keep.log\n/build/\nsub/*.tmp\n\\#hash\n\\!bang\nblank\\ \ntrailing   \n"
        "a/**/z\n**/deep\nfoo**/bar\n[[:digit:]].txt\nonly/\n"
    ),
    "sub/.gitignore": "!x.log\n/anchored\n*.tmp\n!*.tmp\n",
    "sub/inner/.gitignore": "*\n!.gitignore\n",
}
TRICKY_PATHS = """
a.log keep.log build/x sub/build/x sub/x.log sub/y.log sub/a.tmp sub/inner/a.tmp sub/inner/q
sub/anchored sub/inner2/anchored #hash !bang a/z a/b/z a/b/c/z b/a/z q/deep/r foobar
food/bar fo/bar foo/x/bar 1.txt x1.txt only other/only
"""


def test_a_tricky_tree_is_listed_as_git_lists_it(tmp_path: Path) -> None:
    root = repository(tmp_path)
    fill(
        root,
        *TRICKY_PATHS.split(),
        "blank ",
        "blank",
        "trailing",
        "trailing ",
        "é/é.log",
        "é/é.txt",
    )
    for path, content in TRICKY.items():
        fill(root, path, text=content)
    git(root, "add", "-f", "a.log", "build/x", "sub/inner/q")
    assert walked(root) == listed_by_git(root)
    assert "build/x" in walked(root)
    assert walked(root / "sub") == listed_by_git(root / "sub")


def test_the_users_excludes_are_found_where_git_finds_them(
    tmp_path: Path, nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "r")
    fill(root, "a.one", "a.two", "a.three", "a.four", "a.txt", ".gitignore", text="!a.four\n")
    fill(nobody, ".config/git/ignore", text="*.one\n*.four\n")
    assert (
        walked(root)
        == listed_by_git(root)
        == [".gitignore", *["a.four", "a.three", "a.two", "a.txt"]]
    )
    fill(tmp_path, "excludes", text="*.two\n")
    fill(tmp_path, "included", text=f'[core]\n\texcludesFile = "{tmp_path}/exc\\\\ludes" ; no\n')
    fill(
        nobody,
        ".gitconfig",
        text=f"[user] name = x\n[include]\n  path = {tmp_path}/included # in\n",
    )
    assert walked(root) == listed_by_git(root)
    fill(tmp_path, "included", text=f"[CORE]excludesfile={tmp_path}/exclu\\\ndes\n")
    assert walked(root) == listed_by_git(root)
    assert "a.two" not in walked(root)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    fill(tmp_path, "xdg/git/ignore", text="*.three\n")
    assert walked(root) == listed_by_git(root)
    git(root, "config", "core.excludesFile", "")
    assert walked(root) == listed_by_git(root)
    for path in (".config/git/ignore", ".gitconfig"):
        (nobody / path).unlink()


INCLUDES = {
    "gitdir:{0}/r/": True,
    "gitdir:{0}/r/.git": True,
    "gitdir:{0}/other/": False,
    "gitdir:{0}/": True,
    "gitdir:{0}": False,
    "gitdir:r/": True,
    "gitdir:r/.git": True,
    "gitdir:R/": False,
    "gitdir/i:R/": True,
    "gitdir:./tmp/": False,
    "gitdir:**/r/**": True,
    "onbranch:main": True,
    "onbranch:ma*": True,
    "onbranch:feature/": False,
    "hasconfig:remote.*.url:https://x/**": False,
    "hasconfig:remote.*.url:https://work.example/**": True,
    "hasconfig:remote.*.url:https://work.example/*": False,
    "hasconfig:remote.*.url:https://work.example/": False,
    "hasconfig:remote.*.url:https://*.example/*/*.git": True,
    "hasconfig:remote.*.url:**": True,
    "hasconfig:remote.*.url:*": False,
    "hasconfig:remote.*.pushurl:**": False,
    "unknown:r": False,
}


@pytest.mark.parametrize(("condition", "met"), INCLUDES.items(), ids=INCLUDES)
def test_a_condition_in_the_users_configuration_is_met_where_git_says_so(
    tmp_path: Path, nobody: Path, condition: str, met: bool
) -> None:
    root = repository(tmp_path / "r")
    git(root, "symbolic-ref", "HEAD", "refs/heads/main")
    git(root, "config", "remote.origin.url", "https://work.example/a/b.git")
    fill(root, "a.one", "a.two")
    fill(tmp_path, "excludes", text="*.two\n")
    fill(tmp_path, "included", text=f"[core]\n\texcludesFile = {tmp_path}/excludes\n")
    condition = condition.format(tmp_path)
    text = f'[includeIf "{condition}"]\n\tpath = {tmp_path}/included\n'
    fill(nobody, ".gitconfig", text=text)
    assert walked(root) == listed_by_git(root) == ["a.one"] + ["a.two"] * (not met)
    (nobody / ".gitconfig").unlink()


def test_files_that_include_each_other_without_end_are_read_so_often_and_no_more(
    tmp_path: Path, nobody: Path
) -> None:
    root = repository(tmp_path / "r")
    fill(root, "a.one", "a.two")
    fill(nobody, ".gitconfig", text="[include]\n" + "\tpath = .gitconfig\n" * 50)
    assert walked(root) == ["a.one", "a.two"]
    (nobody / ".gitconfig").unlink()


def test_a_work_tree_s_own_configuration_counts_where_it_is_switched_on(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    fill(root, "a.one", "a.two")
    fill(tmp_path, "excludes", text="*.two\n")
    fill(root, ".git/config.worktree", text=f"[core]\n\texcludesFile = {tmp_path}/excludes\n")
    assert walked(root) == listed_by_git(root) == ["a.one", "a.two"]
    git(root, "config", "extensions.worktreeConfig", "true")
    assert walked(root) == listed_by_git(root) == ["a.one"]


def test_a_bare_repository_is_told_and_not_searched(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "a.git")
    fill(tmp_path, "b.txt")
    assert skips(tmp_path) == {"a.git": "inside of a git repository"}
    with pytest.raises(RootError, match="inside of a git repository"):
        walked(tmp_path / "a.git")


def test_case_is_one_where_the_repository_says_so(tmp_path: Path) -> None:
    root = repository(tmp_path)
    git(root, "config", "core.ignoreCase", "true")
    fill(root, ".gitignore", text="*.LOG\nBuild/\n/Docs/a?.txt\nName\n")
    fill(root, "a.log", "b.LOG", "build/x", "docs/AB.TXT", "docs/b.txt", "NAME")
    assert walked(root) == listed_by_git(root) == [".gitignore", "docs/b.txt"]


@pytest.mark.parametrize("setting", ["index.version=2", "index.version=3", "index.version=4"])
def test_tracked_files_are_walked_though_ignored(tmp_path: Path, setting: str) -> None:
    root = repository(tmp_path)
    fill(root, "out/a/b/c.o", "out/a/d.o", "out/x.o", "y.o", "z.o", "q" * 200 + "/w.o", "out.c")
    git(root, "-c", setting, "add", "-f", "out/a/b/c.o", "y.o", "q" * 200)
    git(root, "-c", setting, "add", "--intent-to-add", "-f", "z.o")
    fill(root, ".gitignore", text="*.o\nout/\n")
    assert walked(root) == listed_by_git(root)
    assert "out/a/b/c.o" in walked(root)
    assert "out/x.o" not in walked(root)


def test_a_tracked_file_was_lost_where_the_index_of_git_had_two_megabytes(tmp_path: Path) -> None:
    root = repository(tmp_path)
    fill(root, "build/a.txt")
    git(root, "add", ".")
    blob = git(root, "hash-object", "-w", "--stdin").decode()
    rows = (f"100644 {blob.strip()}\tgone/{number:0200}\n" for number in range(9_000))
    git(root, "update-index", "--index-info", data="".join(rows).encode())
    fill(root, ".gitignore", text="build\n")
    assert (root / ".git/index").stat().st_size > regular_file.LONGEST
    assert walked(root) == [".gitignore", "build/a.txt"]


def test_a_shared_index_and_longer_hashes_are_read(tmp_path: Path) -> None:
    split = repository(tmp_path / "split")
    fill(split, "a.o", "b.o", "c.o")
    git(split, "add", "-f", "a.o")
    git(split, "update-index", "--split-index")
    git(split, "add", "-f", "b.o")
    long = tmp_path / "long"
    long.mkdir()
    git(long, "init", "-q", "--object-format=sha256")
    fill(long, "a.o", "b.o")
    git(long, "add", "-f", "a.o")
    for root in (split, long):
        fill(root, ".gitignore", text="*.o\n")
        assert walked(root) == listed_by_git(root)
    assert walked(split) == [".gitignore", "a.o", "b.o"]


@given(data=st.data())
def test_a_damaged_index_never_raises(data: st.DataObject) -> None:
    index = bytearray(INDEX)
    for at in data.draw(st.lists(st.integers(0, len(index) - 1), max_size=5)):
        index[at] = data.draw(st.integers(0, 255))
    read_index(bytes(index[: data.draw(st.integers(0, len(index)))]), 20)


def _index() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        root = repository(Path(folder))
        fill(root, "a", "ab", "abc/d")
        git(root, "-c", "index.version=4", "add", ".")
        return (root / ".git/index").read_bytes()


INDEX = _index()


def test_git_stops_at_other_repositories_and_so_does_the_walk(tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    fill(other, "x")
    git(other, "add", "x")
    git(other, "commit", "-qm", "x")
    root = repository(tmp_path / "root")
    git(root, "submodule", "--quiet", "add", str(other), "module")
    fill(repository(root / "nested"), "y")
    fill(root, "broken/.git/HEAD", "broken/seen", "file/.git", "file/seen", "half/x")
    git(root, "add", "half/x")
    fill(repository(root / "half"), "z")
    fill(root, "dropped/x")
    repository(root / "dropped")
    fill(root, ".gitignore", text="dropped\n")
    assert walked(root) == listed_by_git(root)
    assert skips(root) == {"module": "submodule", "nested": "repository of its own"}
    assert {"broken/seen", "file/seen", "half/x", "half/z"} <= set(walked(root))
    assert walked(root / "module") == listed_by_git(root / "module") == ["x"]
    assert walked(root / "nested") == listed_by_git(root / "nested") == ["y"]
    assert "nested/y" in walked(root, Rules(include=("nested/",)))


def test_a_linked_work_tree_shares_the_excludes(tmp_path: Path) -> None:
    main = repository(tmp_path / "main")
    fill(main, "tracked.o")
    git(main, "add", "-f", "tracked.o")
    git(main, "commit", "-qm", "x")
    git(main, "worktree", "add", "-q", str(tmp_path / "linked"))
    fill(main, ".git/info/exclude", text="*.o\n")
    linked = tmp_path / "linked"
    fill(linked, "new.o", "new.c", "sub/new.o", "sub/new.c")
    for root in (linked, linked / "sub"):
        assert walked(root) == listed_by_git(root)
    assert walked(linked) == ["new.c", "sub/new.c", "tracked.o"]


def test_an_ignore_file_that_is_a_link_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    root = repository(tmp_path)
    fill(root, "rules", "a/x", "b/x", text="x\n")
    (root / "a/.gitignore").symlink_to("../rules")
    assert walked(root) == listed_by_git(root)
    os.mkfifo(root / "b/.gitignore")
    assert "b/x" in walked(root)


def test_a_root_that_is_ignored_was_asked_for_by_name(tmp_path: Path) -> None:
    root = repository(tmp_path)
    fill(root, ".gitignore", text="/venv/\n*.pyc\n")
    fill(root, "venv/.gitignore", text="*\n")
    fill(root, "venv/lib/a.py", "venv/lib/a.pyc", "venv/lib/.hidden")
    assert walked(root) == [".gitignore"]
    assert walked(root / "venv") == []
    assert walked(root / "venv/lib") == [".hidden", "a.py"]


def test_git_s_own_files_are_no_part_of_its_work_tree(tmp_path: Path) -> None:
    root = repository(tmp_path)
    fill(root, ".gitignore", text="*\n")
    with pytest.raises(RootError, match="inside of a git repository"):
        walked(root / ".git")
    assert walked(root, Rules(include=(".git/", "*", "**"))) == [".gitignore"]
