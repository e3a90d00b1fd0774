"""The shell completes names, folders and languages."""

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
