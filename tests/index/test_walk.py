"""The walk against git itself, on trees and rules that try to make the two differ."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit_index.errors import RootError
from searchkit_index.repository import read_index
from searchkit_index.walk import File, Rules, Skipped, explain, walk

NO_RULES = Rules()


@pytest.fixture(autouse=True, scope="module")
def nobody() -> object:
    """Neither git nor the walk finds a configuration of the user or of the system."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as home:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
        patch.setenv("HOME", home)
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield Path(home)


def git(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    command = ["git", "-C", str(folder), "-c", "protocol.file.allow=always"]
    command += ["-c", "user.name=n", "-c", "user.email=e", *arguments]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout


def repository(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "--template=")
    (folder / ".git/info").mkdir()
    return folder


def fill(root: Path, *paths: str, text: str = "x") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def listed_by_git(root: Path) -> list[str]:
    """What git names and the disk has; a repository or submodule as the path of its folder."""
    output = git(root, "ls-files", "-co", "--exclude-standard", "-z").split(b"\0")
    paths = {os.fsdecode(path.rstrip(b"/")) for path in output[:-1]}
    return sorted(path for path in paths if os.path.lexists(root / path))


def ignored_by_git(root: Path, folder: Path) -> bool:
    command = ["git", "-C", str(root), "check-ignore", "-q", "--no-index", "--", f"./{folder}/"]
    return subprocess.run(command, check=False).returncode == 0


def walked(root: Path, rules: Rules = NO_RULES) -> list[str]:
    """All that no rule ignores, what is skipped included."""
    return sorted(found.path for found in walk(root, rules))


def files(root: Path, rules: Rules = NO_RULES) -> list[str]:
    return [found.path for found in walk(root, rules) if isinstance(found, File)]


def skips(root: Path, rules: Rules = NO_RULES) -> dict[str, str]:
    return {found.path: found.reason for found in walk(root, rules) if isinstance(found, Skipped)}


# Against git

NAMES = [os.fsdecode(name) for name in (
    b"a", b"b", b"ab", b"a.b", b"bab", b".a", b"a b", b"a ", b"#a", b"!a", b"\\a", b"a*", b"[a]",
    b"c\n", b"\xc3\xa9", b"\xff", b"a\xe9", b"-", b"A", b"]", b"x\ty", b"a\\", b"a\r",
)]  # fmt: skip
PIECES = [
    b"a", b"b", b"ab", b"A", b".", b"*", b"**", b"***", b"?", b"/", b"/", b"**/", b"/**", b"/**/",
    b"[ab]", b"[!a]", b"[^a]", b"[a-c]", b"[c-a]", b"[[:alpha:]]", b"[[:nothing:]]", b"[[:]",
    b"[[::]]", b"[]a]", b"[!]a]", b"[a", b"[a-]", b"[--a]", b"[\\]a]", b"[a\\-c]", b"[[:punct:]]",
    b"[[:space:]]", b"[[:upper:]-z]", b"[a/b]", b"[!/]", b"\\a", b"\\", b" ", b"\\ ", b"!", b"#",
    b"\\#", b"\\!", b"\t", b"\xc3\xa9", b"\xc3", b"\xff", b"\\*", b"\\[", b"\r", b"]", b"-", b"\\/",
    b"\xef\xbb\xbf", b"\0",
]  # fmt: skip

paths_of_names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)
named_rules = paths_of_names.map(os.fsencode)
odd_rules = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(b"".join)
rules_of_git = st.tuples(
    st.sampled_from([b"", b"", b"!", b"/"]), named_rules | odd_rules, st.sampled_from([b"", b"/"])
).map(b"".join)
ignore_files = st.tuples(
    st.lists(rules_of_git, min_size=1, max_size=5),
    st.sampled_from([b"\n", b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\n", b" \n"]),
).map(lambda parts: parts[1].join(parts[0]) + parts[2])


def build(root: Path, paths: list[str]) -> list[str]:
    """Make those files that do not collide with a folder; a folder never takes a file's place."""
    made = []
    for path in paths:
        try:
            fill(root, path)
        except (NotADirectoryError, FileExistsError, IsADirectoryError):
            continue
        made.append(path)
    return made


@pytest.fixture(scope="module")
def empty_repository(nobody: Path) -> Path:
    return repository(nobody / "empty")


@settings(max_examples=60, deadline=None)
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
    assert "HEAD" in walked(root / ".git")
    assert walked(root, Rules(include=(".git/", "*", "**"))) == [".gitignore"]


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


# What is skipped


def test_what_is_no_plain_readable_file_is_skipped_with_a_reason(tmp_path: Path) -> None:
    root = tmp_path / "root"
    fill(root, "file", "folder/file")
    fill(tmp_path, "secret")
    fill(root, "big", text="x" * 11)
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
        "big": "larger than 10 bytes",
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
    fill(tmp_path, "f", text="x" * 1_500_001)
    said = [skips(tmp_path, Rules(max_bytes=size))["f"] for size in (999, 500_000, 1_500_000)]
    assert said == ["larger than 999 bytes", "larger than 500 kB", "larger than 1.5 MB"]


UNREADABLE = """
import os, pathlib, sys
from searchkit_index.errors import RootError
from searchkit_index.walk import Rules, walk
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
    assert next(found) == File("a/1", 1, (tmp_path / "a/1").stat().st_mtime_ns)
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
    fill(root, "a.log", "build/x", "big", "ok.txt", "build/kept", "s/n.txt", text="x" * 20)
    git(root, "add", "build/kept", "s")
    fill(root, ".gitignore", text="# rules\n\n*.log\nbuild/\n")
    fill(root, "s/.searchkitignore", text="n.*\n")
    fill(root, ".git/info/exclude", text="local\n")
    fill(root, "local", "x.bak", "z.zip")
    fill(repository(root / "nested"), "f")
    (root / "link").symlink_to("s")
    fill(root, "big", text="x" * 30)
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
        "big": "larger than 25 bytes",
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


@settings(max_examples=40, deadline=None)
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
