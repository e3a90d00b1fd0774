"""The history of a folder is searched: incrementally, newest first, whatever was rewritten."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit import history as histories
from searchkit.commits import search_commits
from searchkit.history import Coverage, History
from searchkit.indexes.home import folder_of, make_private
from searchkit.pattern import Pattern
from searchkit.query import Filter, Query
from searchkit_index.pipeline import fingerprint

Git = Callable[..., str]


@pytest.fixture
def history(repository: Path, git: Git, embedder) -> Callable[..., History]:
    """The history of the small tree, or of another folder, under the quick embedder."""

    def history_(root: Path = repository) -> History:
        make_private(folder_of(root))
        return History(root, embedder)

    return history_


def commit(git: Git, root: Path, message: str, name: str = "", text: str = "") -> str:
    if name:
        (root / name).write_text(text or message)
    git(root, "add", ".")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


def asked(root: Path, embedder, text: str, **filter: object) -> list[str]:
    query = Query(text, Filter(**filter), limit=3)  # type: ignore[arg-type]
    return [each.id for each in search_commits([root], query, embedder).commits]


def test_messages_paths_and_definitions_answer(repository: Path, git: Git, history, embedder):
    history()
    first = commit(git, repository, "Pool wombats\n\nThey are expensive to dig.", "a.txt")
    sockets = (repository / "net/sockets.py").read_text()
    second = commit(
        git, repository, "Tidy", "net/sockets.py", sockets.replace("sock.close()", "sock.end()")
    )
    assert asked(repository, embedder, "expensive wombats")[0] == first
    assert asked(repository, embedder, "sockets.py")[0] == second
    assert asked(repository, embedder, "close_socket")[0] == second
    assert asked(repository, embedder, "anything", patterns=[Pattern("dig")]) == [first]
    (found,) = search_commits([repository], Query("wombats", limit=1), embedder).commits
    assert (found.subject, found.author, found.root) == ("Pool wombats", "a", repository)
    assert found.text.startswith("Pool wombats\n\nThey are expensive to dig.")


def test_a_definition_that_a_commit_adds_was_named_by_no_heading(
    repository: Path, git: Git, history, embedder
) -> None:
    history()
    new = (
        "\nfunc drain(queue) {\n}\n\n  pub(crate) async fn refill(queue) {}\nthe function of all\n"
    )
    added = commit(
        git, repository, "Tidy", "a.txt", (repository / "net/sockets.py").read_text() + new
    )
    commit(git, repository, "Polish", "b.txt", "nothing of note")
    assert asked(repository, embedder, "drain")[0] == added
    (found,) = search_commits([repository], Query("refill", limit=1), embedder).commits
    assert "func drain(queue) {; pub(crate) async fn refill(queue) {}" in found.text
    assert "the function of all" not in found.text


def test_only_what_is_new_is_read(
    repository: Path, git: Git, history, embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    take = History._take
    monkeypatch.setattr(
        History, "_take", lambda self, *some: read.extend(some[1]) or take(self, *some)
    )
    assert history().refresh() == (1, 1)
    new = commit(git, repository, "Go on")
    read.clear()
    assert history().refresh() == (2, 2)
    assert read == [new]
    embedder.documents.clear()
    read.clear()
    monkeypatch.setattr(fingerprint, "of_terms", lambda: "as a later version splits words")
    assert history().refresh() == (2, 2)
    assert (read, embedder.documents) == ([], [])
    assert asked(repository, embedder, "Go on")[0] == new


def test_what_was_rewritten_is_dropped(repository: Path, git: Git, history, embedder) -> None:
    old = commit(git, repository, "Feed the quokka")
    history().refresh()
    git(repository, "commit", "-q", "--amend", "--allow-empty", "-m", "Feed the wombat")
    assert old not in asked(repository, embedder, "quokka")
    assert b"Feed the quokka" not in history().catalog.read_bytes()


def test_a_commit_that_git_has_no_more_was_an_error_without_a_refresh(
    repository: Path, git: Git, history, embedder
) -> None:
    kept = commit(git, repository, "Dig burrows", "a.txt")
    commit(git, repository, "Fill pools", "b.txt")
    history().refresh()
    for message in ("Drain pools", "Close pools"):
        git(repository, "commit", "-q", "--amend", "-m", message)
        git(repository, "reflog", "expire", "--expire=now", "--all")
        git(repository, "gc", "-q", "--prune=now")
        query = Query("pools burrows", limit=3)
        found = search_commits([repository], query, embedder, refresh=History.coverage)
        assert kept in [each.id for each in found.commits]
        assert len(found.commits) == 2  # with the one that the small tree began with


def test_the_newest_come_first_and_all_on_demand(
    repository: Path, git: Git, history, monkeypatch: pytest.MonkeyPatch, embedder
) -> None:
    monkeypatch.setattr(histories, "_NEWEST", 2)
    monkeypatch.setattr(histories, "_BATCH", 2)
    for number in range(4):
        commit(git, repository, f"Wombat {number}")
    assert history().refresh() == Coverage(2, 5)
    assert history().refresh(most=histories.ALL) == (5, 5)
    commit(git, repository, "Wombat 5")
    assert history().refresh() == (6, 6)  # what was asked for stays


def test_branches_worktrees_and_folders_have_the_history_that_git_has(
    repository: Path, git: Git, history, tmp_path: Path, embedder
) -> None:
    other = tmp_path / "worktree"
    git(repository, "worktree", "add", "-q", str(other), "-b", "other")
    wombat = commit(git, other, "Add a wombat", "wombat.txt")
    assert history(other).refresh() == (2, 2)
    assert history(repository).refresh() == (1, 1)
    assert asked(other, embedder, "wombat")[0] == wombat
    git(repository, "merge", "-q", "--no-ff", "-m", "Merge other", "other")
    assert history(repository).refresh() == (3, 3)
    assert history(repository / "net").refresh() == (1, 1)  # those that touch it


def test_secrets_are_no_part_of_the_index(repository: Path, git: Git, history, embedder) -> None:
    key = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"[:36]
    commit(git, repository, f"Use the token {key}")
    commit(git, repository, "Add settings", ".env.production", "x=1")
    history().refresh()
    data = history().catalog.read_bytes()
    assert key.encode() not in data
    assert b".env.production" not in data
    assert b"Add settings" in data
    assert history().coverage() == (3, 3)


def test_an_empty_repository_has_no_history(tmp_path: Path, git: Git, history, embedder) -> None:
    git(tmp_path, "init", "-q")
    assert history(tmp_path).refresh() == (0, 0)
    assert asked(tmp_path, embedder, "wombat") == []


def test_odd_messages_and_names(repository: Path, git: Git, history, embedder) -> None:
    history()
    odd = commit(
        git,
        repository,
        "Feed\x01 \x02 the \x1f wombat\n\n--- a/x\n+++ b/y\n@@ -1 +1 @@",
        "ü \t.txt",
    )
    assert asked(repository, embedder, "wombat")[0] == odd
    (found,) = search_commits([repository], Query("wombat", limit=1), embedder).commits
    assert found.text.endswith("ü \t.txt")


def test_index_says_how_many_commits_it_took_in(repository: Path, searchkit) -> None:
    assert "commit" not in searchkit("index", repository).stderr
    said = searchkit("index", repository, "--commits").stderr
    assert f"indexed 1 commit of `{repository}`" in said
    assert "commit" not in searchkit("index", repository, "--commits", "--quiet").stderr


def test_the_command_prints_lines_and_json_and_forget_erases_it(
    repository: Path, git: Git, searchkit, index_tree
) -> None:
    from searchkit.embedders import load_embedder

    index_tree(load_embedder())
    id_ = commit(git, repository, "Dig burrows for wombats")
    ask = ("query", "where do wombats live", repository, "--commits")
    done = searchkit(*ask, "-n", "1")
    assert (
        done.stdout
        == f"{id_[:12]} {git(repository, 'log', '-1', '--format=%as')} Dig burrows for wombats\n"
    )
    told = json.loads(searchkit(*ask, "--json", "--no-refresh").stdout)
    assert set(told) == {"schema", "query", "roots", "weak", "commits"}
    assert told["roots"] == [{"root": str(repository), "commits": 2, "total": 2}]
    assert set(told["commits"][0]) == {
        *("root", "id", "date", "author", "subject", "text", "score", "confidence"),
    }
    for typed in (["--lang", "go"], ["-l"], ["--changed"]):
        assert searchkit(*ask, *typed).returncode == 2
    folder = folder_of(repository)
    assert (folder / "commits/catalog.sqlite").is_file()
    assert searchkit("forget", repository).returncode == 0
    assert not folder.exists()


def test_a_folder_in_no_repository_is_told(indexed: Path, git: Git, searchkit) -> None:
    done = searchkit("query", "x", indexed, "--commits")
    assert done.returncode == 2
    assert "in no git repository" in done.stderr


def test_a_shallow_clone_kept_quiet_about_the_commits_that_it_lacks(
    searchkit, repository: Path, git: Git, tmp_path: Path
) -> None:
    commit(git, repository, "Pool wombats")
    commit(git, repository, "Tidy")
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), str(clone))
    searchkit("index", clone)
    said = searchkit("query", "wombats", clone, "--commits").stderr
    assert f"`{clone}` is a shallow clone: older commits are not there" in said
    assert f"hint: type `git -C {clone} fetch --unshallow` to have them" in said
    searchkit("index", repository)
    assert "shallow" not in searchkit("query", "wombats", repository, "--commits").stderr
