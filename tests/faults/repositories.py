"""Repositories of strangers: nothing that they name is run, waited for, or shown raw."""

import contextlib
import os
import subprocess
from collections.abc import Callable
from unittest import mock

from stage import Stage

from searchkit.git import repository as git
from searchkit.git.difference import Difference, changed_lines
from searchkit_index.errors import QueryError

# Each names a program, or may.
_PROGRAMS = (
    *("core.fsmonitor", "core.pager", "pager.log", "pager.diff", "core.editor", "core.sshCommand"),
    *("core.askPass", "core.gitProxy", "core.alternateRefsCommand", "credential.helper"),
    *("diff.external", "diff.evil.textconv", "diff.evil.command", "diff.tool", "gpg.program"),
    *("gpg.ssh.program", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process"),
    *("merge.evil.driver", "interactive.diffFilter", "uploadpack.packObjectsHook"),
    *("alias.diff", "alias.log", "alias.rev-parse", "trailer.x.cmd", "sequence.editor"),
)
# Each changes what git prints.
_SETTINGS = (
    *("diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.renames=copies", "color.ui=always"),
    *("diff.submodule=log", "log.showSignature=true", "format.pretty=%x00", "log.date=raw"),
    *("core.quotePath=true", "i18n.logOutputEncoding=UTF-16", "diff.interHunkContext=9"),
    *("diff.colorMoved=zebra", "log.diffMerges=on", "diff.suppressBlankEmpty=true"),
    *("core.bigFileThreshold=1", "filter.evil.required=true", "log.follow=true", "core.abbrev=4"),
    *("diff.evil.xfuncname=((a{1,255}){1,255}){1,255}", "diff.orderFile=/dev/zero"),
)
_HOOKS = ("post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman")
_PIPES = (
    *("HEAD", "config", "index", "packed-refs", "objects/info/alternates", "info/exclude"),
    *("info/attributes", "shallow", "info/grafts", "commondir", "refs/heads/main", "logs/HEAD"),
    *("config.worktree", "../.gitignore", "../.gitattributes", "../.mailmap", "../.gitmodules"),
    *("objects/info/commit-graph", "../d/.gitignore", "../d/.git"),
)
_MESSAGES = (
    *("\x1b]0;pwned\x07 quokka", "quokka \u202e reversed", "quokka\x01\x02\x1f\x7f", "quokka\r\r"),
    *("quokka " * 90_000, "quokka\n\n--- a/x\n+++ b/y\n@@ -1 +1 @@", "quokka %s %n $(id) `id`"),
    *("-quokka", "quokka\n" * 9_000),
)


def repository_names_programs(stage: Stage) -> None:
    """Its configuration, attributes and hooks name programs: none of them is run."""
    _commit(stage)
    ran = stage.scratch / "ran"
    trap = stage.scratch / "trap"
    trap.write_text(f'#!/bin/sh\necho "$0 $@" >>{ran}\ncat\n')
    trap.chmod(0o755)
    before = _changed(stage)
    for name in stage.random.sample(_PROGRAMS, 6):
        command = stage.random.choice([str(trap), f"!{trap}"])
        _git(stage, "config", name, command)
    for setting in stage.random.sample(_SETTINGS, 4):
        _git(stage, "config", *setting.split("=", 1))
    for hook in _HOOKS:
        (stage.root / ".git/hooks" / hook).symlink_to(trap)
    stage.root.joinpath(".git/info/attributes").write_text("* filter=evil diff=evil merge=evil\n")
    for path in stage.root.glob("*.py"):
        os.utime(path)  # git compares its content
    assert _changed(stage) == before
    stage.command("index", "-q", ".")
    assert stage.command("query", "change quokka", "--commits", "--mode", "lexical").code == 0
    stage.command("query", "value", "--changed", "--mode", "lexical")
    assert not ran.exists(), ran.read_text()


def repository_is_silent(stage: Stage) -> None:
    """A file that git reads is a pipe that nobody writes to: git is ended."""
    _commit(stage)
    path = stage.root / ".git" / stage.random.choice(_PIPES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with mock.patch.object(git, "_SILENT", 0.5), contextlib.suppress(QueryError):
        _changed(stage)
    path.unlink()


def history_hostile(stage: Stage) -> None:
    """Messages, authors and names would steer a terminal, and patches have no end."""
    _commit(stage)
    message = stage.random.choice(_MESSAGES)
    author = stage.random.choice(["\x1b[31mred <a@b>", "\u202ea <a@b>", "a\x1fb <a@b>", "x <\x01>"])
    name = stage.random.choice(["\x1b[31m.py", "tab\there", "new\nline", "\u202e.py", '"q".py'])
    (stage.root / name).write_text(stage.random.choice(["x" * 3_000_000, "y\n" * 300_000, "z\n"]))
    (stage.scratch / "message").write_text(message)
    _git(stage, "add", ".")
    typed = ("commit", "-q", "--author", author, "--cleanup=verbatim", "-F")
    _git(stage, *typed, str(stage.scratch / "message"))
    with (stage.root / name).open("a") as file:
        file.write(
            stage.random.choice(["@@ -1 +99 @@\n", "+++ b/other\n", "\x01" + "f" * 40 + "\n"])
        )
    assert set(_changed(stage)) == {name}
    stage.command("index", "-q", ".")
    for option in ((), ("--json",), ("--jsonl",)):
        done = stage.command("query", "quokka", "--commits", "--mode", "lexical", *option)
        assert done.code == 0
        shown = done.stdout.decode()
        assert not [c for c in shown if (ord(c) < 32 and c != "\n") or 0x202A <= ord(c) <= 0x202E]
    stage.command("query", "quokka", "--since", name, "--mode", "lexical")


def history_killed(stage: Stage) -> None:
    """Indexing a history is killed at a moment: the next run ends it, each commit once."""
    _commit(stage)
    for number in range(40):
        stage.write(number % 10)
        _git(stage, "commit", "-q", "-a", "--allow-empty", "-m", f"change quokka {number}")
    stage.command("index", "-q", ".")
    asked = ("query", "change quokka", "--commits", "--mode", "lexical", "-n", "99", "--jsonl")
    for _ in range(2):
        stage.do("command", after=stage.random.uniform(0.01, 0.3), **stage.typed(*asked))
    assert len(stage.command(*asked).stdout.splitlines()) == 41


def _commit(stage: Stage) -> None:
    _git(stage, "init", "-q", "-b", "main")
    _git(stage, "add", ".")
    _git(stage, "commit", "-q", "-m", "A first change of the quokka")


def _changed(stage: Stage) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for path, lines in changed_lines(stage.root, Difference(), ["d"]):
        found.setdefault(path, []).append(lines)
    return found


def _git(stage: Stage, *arguments: str) -> None:
    name = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.fsync=none")
    none = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-C", str(stage.root), *name, *arguments]
    done = subprocess.run(command, capture_output=True, env=os.environ | none, check=False)
    assert done.returncode == 0, done.stderr


KINDS: tuple[Callable[[Stage], None], ...] = (
    repository_names_programs,
    repository_is_silent,
    history_hostile,
    history_killed,
)
