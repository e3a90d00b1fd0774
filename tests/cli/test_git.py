"""Answers narrowed to what differs from a commit, in repositories with branches of their own."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.git.difference import WHOLE, Difference, changed_lines
from searchkit.git.repository import Repository
from searchkit.query import Filter
from searchkit_index.errors import QueryError

Git = Callable[..., str]


def lines(root: Path, difference: Difference, *folders: str) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for path, each in changed_lines(root, difference, folders):
        found.setdefault(path, []).append(each)
    return found


def edit(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def test_uncommitted_lines_are_hunks_and_new_files_are_whole(repository: Path, git: Git) -> None:
    assert lines(repository, Difference()) == {}
    edit(repository / "net/sockets.py", "    return connect(host, port)", "    pass\n    pass")
    edit(repository / "README.md", "A small tree to search in.\n", "")  # lines 2 and 4 are left
    (repository / "parse.go").unlink()
    (repository / "new.txt").write_text("new")
    (repository / "binary.pdf").write_bytes(b"%PDF\0")
    git(repository, "add", "binary.pdf")
    (repository / 'odd "\t\\ ü.txt').write_text("x\n")
    git(repository, "add", "--", 'odd "\t\\ ü.txt')
    assert lines(repository, Difference()) == {
        "net/sockets.py": [(6, 7)],
        "README.md": [(2, 3)],
        "new.txt": [WHOLE],
        "binary.pdf": [WHOLE],
        'odd "\t\\ ü.txt': [(1, 1)],
    }


def test_a_branch_differs_from_where_it_left_the_other(repository: Path, git: Git) -> None:
    git(repository, "switch", "-q", "-c", "topic")
    (repository / "topic.txt").write_text("topic\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Add a topic")
    git(repository, "switch", "-q", "main")
    (repository / "main.txt").write_text("main\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Go on")
    git(repository, "switch", "-q", "topic")
    assert set(lines(repository, Difference("main", fork=True))) == {"topic.txt"}
    assert set(lines(repository, Difference("main"))) == {"topic.txt"}  # main.txt is not here
    assert set(lines(repository, Difference("HEAD~1"))) == {"topic.txt"}
    assert lines(repository, Difference()) == {}


def test_content_that_looks_like_a_header_is_none(repository: Path, git: Git) -> None:
    (repository / "patch.txt").write_text("-- a/x\n++ b/parse.go\n@@ -1 +1 @@\n")
    git(repository, "add", ".")
    edit(repository / "notes/receta.md", "ajo", "sal")
    assert lines(repository, Difference()) == {"notes/receta.md": [(3, 3)], "patch.txt": [(1, 3)]}


def test_settings_that_change_what_git_prints_change_nothing(repository: Path, git: Git) -> None:
    text = "".join(f"line {number}\n" for number in range(9))
    (repository / "ünï.txt").write_text(text)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Größe")
    for name, value in {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.interHunkContext": "20",
        "diff.context": "7",
        "diff.renames": "copies",
        "color.ui": "always",
        "color.diff": "always",
        "core.quotePath": "true",
        "i18n.logOutputEncoding": "latin1",
        "log.decorate": "full",
        "format.pretty": "fuller",
        "diff.wsErrorHighlight": "all",
        "diff.colorMoved": "zebra",
    }.items():
        git(repository, "config", name, value)
    edit(repository / "ünï.txt", "line 1\n", "changed\n")
    edit(repository / "ünï.txt", "line 6\n", "changed\nanother\n")
    assert lines(repository, Difference()) == {"ünï.txt": [(2, 2), (7, 8)]}
    assert Repository(repository).text("log", "-1", "--format=%s") == "Größe"


def test_worktrees_folders_below_and_repositories_inside(
    repository: Path, git: Git, tmp_path: Path
) -> None:
    other = tmp_path / "worktree"
    git(repository, "worktree", "add", "-q", str(other), "-b", "other")
    edit(other / "net/sockets.py", "Sockets", "Plugs")
    assert set(lines(other, Difference())) == {"net/sockets.py"}
    assert set(lines(other / "net", Difference())) == {"sockets.py"}
    assert lines(repository, Difference()) == {}
    assert set(lines(tmp_path, Difference(), "worktree", "worktree/net", "tree")) == {
        "worktree/net/sockets.py"
    }


def test_without_any_commit_all_is_new(tmp_path: Path, git: Git) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.txt").write_text("a\n")
    (tmp_path / "b.txt").write_text("b\n")
    git(tmp_path, "add", "a.txt")
    assert lines(tmp_path, Difference()) == {"a.txt": [(1, 1)], "b.txt": [WHOLE]}


@pytest.mark.parametrize(
    ("ref", "told", "hint"),
    [
        ("mian", "`mian` names no commit", "did you mean `main`?"),
        ("zzz", "`zzz` names no commit", "give a branch"),
        ("--output=x", "no name of a commit", "give a branch"),
    ],
)
def test_a_commit_that_there_is_not_is_told(repository: Path, ref: str, told: str, hint: str):
    with pytest.raises(QueryError) as refused:
        lines(repository, Difference(ref))
    assert told in refused.value.message
    assert hint in refused.value.hint


def test_outside_of_any_repository_is_told(tmp_path: Path, git: Git) -> None:
    with pytest.raises(QueryError, match="no git repository"):
        lines(tmp_path, Difference())


def test_nothing_that_a_repository_names_is_run(
    repository: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f'#!/bin/sh\necho "$0 $@" >>{sprung}\ncat\n')
    trap.chmod(0o755)
    (repository / ".gitattributes").write_text("* filter=evil=1 diff=evil\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Attributes")
    for name in (
        *("filter.evil=1.clean", "filter.evil=1.smudge", "filter.evil=1.process"),
        *("diff.evil.textconv", "diff.evil.command", "diff.external", "core.fsmonitor"),
        *("core.pager", "pager.diff", "pager.log", "gpg.program", "core.sshCommand", "core.editor"),
    ):
        git(repository, "config", name, str(trap))
    git(repository, "config", "filter.evil=1.required", "true")
    git(repository, "config", "log.showSignature", "true")
    hook = repository / ".git/hooks/post-index-change"
    hook.write_text(trap.read_text())
    hook.chmod(0o755)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    edit(repository / "parse.go", "reads", "parses")
    os.utime(repository / "README.md")  # git compares its content
    index = (repository / ".git/index").read_bytes()
    assert set(lines(repository, Difference())) == {"parse.go"}
    assert Repository(repository).text("log", "-p", "--no-ext-diff", "--no-textconv", "-1")
    assert not sprung.exists(), sprung.read_text()
    assert (repository / ".git/index").read_bytes() == index
    monkeypatch.delenv("GIT_DIR")
    subprocess.run(
        ["git", "-C", repository, "status"], capture_output=True
    )  # git alone walks into them
    assert sprung.exists()


PIPES = (
    *(".git/HEAD", ".git/config", ".git/index", ".git/packed-refs", ".git/objects/info/alternates"),
    *(".git/info/exclude", ".git/shallow", ".gitattributes", "net/.gitignore"),
)


@pytest.mark.parametrize("place", PIPES)
def test_a_pipe_that_nobody_writes_to_stopped_git_for_ever(
    repository: Path, git: Git, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.git.repository._SILENT", 0.2)
    edit(repository / "parse.go", "reads", "parses")
    path = repository / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(QueryError, match="said nothing for"):
        lines(repository, Difference())


def test_files_that_settings_name_were_waited_for(
    repository: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.git.repository._SILENT", 5)
    os.mkfifo(tmp_path / "pipe")
    for name in ("diff.orderFile", "mailmap.file"):
        git(repository, "config", name, str(tmp_path / "pipe"))
    git(repository, "config", "filter.evil.required", "true")
    (repository / ".gitattributes").write_text("* filter=evil\n")
    assert set(lines(repository, Difference())) == {".gitattributes"}
    assert Repository(repository).text("log", "-1", "--format=%an")


def test_an_expression_for_headings_took_gigabytes(repository: Path, git: Git) -> None:
    git(repository, "config", "diff.evil.xfuncname", "((a{1,255}){1,255}){1,255}")
    (repository / ".gitattributes").write_text("* diff=evil\n")
    edit(repository / "parse.go", "reads", "parses")
    assert set(lines(repository, Difference())) == {".gitattributes", "parse.go"}


def test_a_line_of_any_length_is_read_in_parts(repository: Path, git: Git) -> None:
    (repository / "long.txt").write_text("x" * 300_000 + "\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Long")
    (repository / "long.txt").write_text("@@ -1 +5 @@" * 30_000 + "\n--- a\n+++ b\n")
    assert lines(repository, Difference()) == {"long.txt": [(1, 3)]}
    record = next(Repository(repository).records("log", "-z", "-1", "--format=%H%n%B", most=50))
    assert record.endswith("\nLong\n")
    asked = ("log", "-z", "--format=%%" + "y" * 100_000)
    assert {len(each) for each in Repository(repository).records(*asked, most=70_001)} == {70_001}


def test_hits_are_narrowed_to_chunks_with_changed_lines(
    repository: Path, git: Git, open_index
) -> None:
    (repository / "long.py").write_text(
        "".join(
            f"def wombat_{number}(burrow):\n" + f"    dig({number})\n" * 12 + "\n\n"
            for number in range(8)
        )
    )
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Add wombats")
    edit(repository / "long.py", "dig(3)\n\n", "fill(3)\n\n")
    (repository / "notes/new.md").write_text("a burrow of wombats\n")
    with open_index(repository) as index:
        index.build()

        def found(difference: Difference) -> set[str]:
            filter = Filter(difference=difference)
            return {hit.path for hit in index.search("wombat", filter=filter, limit=50)}

        assert (
            found(Difference())
            == found(Difference("main", fork=True))
            == {"long.py", "notes/new.md"}
        )
        assert found(Difference("HEAD~1")) == {"long.py", "notes/new.md"}
        both = Filter(["python"], difference=Difference())
        (hit,) = index.search("wombat", filter=both, limit=50)
        assert hit.start_line <= 3 * 15 + 13 <= hit.end_line
        assert index.search("wombat", filter=Filter(["go"], difference=Difference())) == []


def test_options_that_exclude_each_other_are_refused(indexed: Path, searchkit, git: Git) -> None:
    done = searchkit("query", "sopa", indexed, "--since", "HEAD", "--changed")
    assert done.returncode == 2
    assert "exclude each other" in done.stderr
    assert searchkit("query", "sopa", indexed, "--base", "").returncode == 2
    done = searchkit("query", "sopa", indexed, "--changed", "--mode", "lexical")
    assert done.returncode == 2
    assert f"`{indexed}` is in no git repository" in done.stderr
