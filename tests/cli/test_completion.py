"""The shell completes names, folders and languages."""

import os
import pty
import select
import shutil
import signal
import time
from pathlib import Path

import pytest
from shell import COMMAND, shell

from searchkit.cli import completion


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("query x --lang pyt", "python"),
        ("query x --mode h", "hybrid"),
        ("query x --model qwen3-embedding-0", "qwen3-embedding-0.6b"),
        ("models na", "nano"),
        ("help doc", "doctor"),
        ("config --color a", "always"),
        ("index x --device c", "cuda"),
        ("guide rank", "ranking"),
    ],
)
def test_the_shell_completes_values(
    searchkit, monkeypatch: pytest.MonkeyPatch, words: str, expected: str
) -> None:
    monkeypatch.setenv("_SEARCHKIT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"searchkit {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split())))
    done = searchkit()
    assert expected in done.stdout.split(), done.stderr


def test_the_shell_completes_indexed_folders(indexed: Path) -> None:
    asked = {"_SEARCHKIT_COMPLETE": "complete_bash", "COMP_WORDS": "searchkit status /"}
    done = shell(COMMAND, **asked, COMP_CWORD="2")
    assert str(indexed) in done.stdout.split()


def test_the_languages_that_are_here_are_offered_and_else_all(
    indexed: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(indexed)
    here = [name for name, _ in completion.languages("")]
    assert "go" in here
    assert "haskell" not in here
    assert [name for name, _ in completion.languages("hask")] == ["haskell"]
    assert completion.languages("germ") == [("german", "de")]
    monkeypatch.chdir(tmp_path)
    assert len(completion.languages("")) > 200


@pytest.mark.integration
@pytest.mark.skipif(not shutil.which("zsh"), reason="needs zsh")
def test_the_first_tab_in_zsh_completes_and_loads_not_only(tmp_path: Path) -> None:
    folder = tmp_path / ".zfunc"
    folder.mkdir()
    script = shell(
        f"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION=1 {COMMAND} --show-completion zsh"
    )
    (folder / "_searchkit").write_text(script.stdout)
    environment = {"ZDOTDIR": str(tmp_path), "PATH": f"{Path(COMMAND).parent}:{os.environ['PATH']}"}
    (tmp_path / ".zshrc").write_text(
        f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; PS1='> '\n"
    )
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe("zsh", ["zsh", "-i"], os.environ | environment | {"TERM": "xterm"})
    try:
        os.write(terminal, b"searchkit doct\t")
        said = b""
        deadline = time.monotonic() + 60
        while b"doctor" not in said and time.monotonic() < deadline:
            if select.select([terminal], [], [], 1)[0]:
                said += os.read(terminal, 4096)
        assert b"doctor" in said, said
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(pid, 0)
