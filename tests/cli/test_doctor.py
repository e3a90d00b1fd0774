"""What `searchkit doctor` finds, each fault made for real."""

import json
import re
import shlex
import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from searchkit import doctor
from searchkit.indexes.home import catalog_of, folder_of


def findings(searchkit, code: int = 0) -> list[dict[str, str]]:
    done = searchkit("doctor", "--json")
    assert done.returncode == code, done.stderr
    report = json.loads(done.stdout)
    assert report["schema"] == 1
    assert sum(report["counts"].values()) == len(report["findings"])
    return report["findings"]


def wrong(searchkit, code: int = 0) -> list[tuple[str, str, str]]:
    return [
        (each["subject"], each["message"], each["hint"])
        for each in findings(searchkit, code)
        if each["state"] != "ok"
    ]


def test_a_sound_installation_and_index_have_nothing_wrong(indexed: Path, searchkit) -> None:
    found = findings(searchkit)
    assert {each["state"] for each in found} == {"ok"}
    subjects = {each["subject"] for each in found}
    assert subjects >= {"installation", "settings", "model", "reader", "limits", "storage"}
    assert str(indexed) in subjects
    shown = searchkit("doctor").stdout
    assert "0 errors, 0 warnings" in shown
    assert "5 files" in shown


def test_an_index_that_others_may_read_is_told_with_the_command_that_ends_it(
    indexed: Path, searchkit
) -> None:
    folder_of(indexed).chmod(0o755)
    ((subject, told, hint),) = wrong(searchkit)
    assert subject == str(indexed)
    assert "others" in told
    assert hint.startswith("type `chmod")


def test_a_folder_that_is_gone_is_told(indexed: Path, searchkit) -> None:
    shutil.rmtree(indexed)
    ((_, told, hint),) = wrong(searchkit)
    assert "not there" in told
    assert f"searchkit forget {shlex.quote(str(indexed))}" in hint


def test_a_vector_file_that_is_gone_or_damaged_is_told(indexed: Path, searchkit) -> None:
    (file,) = folder_of(indexed).glob("*.faiss")
    file.write_bytes(b"x" * file.stat().st_size)
    ((_, told, _),) = wrong(searchkit)
    assert "damaged" in told
    file.unlink()
    ((_, told, hint),) = wrong(searchkit)
    assert "missing" in told
    assert "searchkit index" in hint


def test_words_that_no_run_of_this_version_embedded_were_not_told(indexed: Path, searchkit) -> None:
    with closing(sqlite3.connect(catalog_of(indexed))) as sql, sql:
        sql.execute("DELETE FROM word")
        sql.execute("DELETE FROM meta WHERE key = 'lexicon'")
    ((_, told, hint),) = wrong(searchkit)
    assert "words are not embedded yet" in told
    searchkit(*shlex.split(hint.split("`")[1])[1:])
    assert not wrong(searchkit)


def test_a_damaged_catalog_is_an_error_and_the_others_are_looked_at(
    indexed: Path, searchkit, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    searchkit("index", "-q", other)
    catalog_of(other.resolve()).write_bytes(b"rubbish" * 999)
    ((_, told, hint),) = wrong(searchkit, 2)
    assert "damaged" in told
    assert "rm -r" in hint
    assert str(indexed) in {each["subject"] for each in findings(searchkit, 2)}


def test_a_file_in_the_way_of_an_index_was_not_told(indexed: Path, home: Path, searchkit) -> None:
    shutil.rmtree(folder_of(indexed))
    folder_of(indexed).touch()
    ((_, told, hint),) = wrong(searchkit, 2)
    assert told == f"`{folder_of(indexed)}` is in the way of an index"
    assert hint == f"type `rm {shlex.quote(str(folder_of(indexed)))}`"
    shutil.rmtree(home / "indexes")
    (home / "indexes").symlink_to(home / "nowhere")
    ((_, told, _),) = wrong(searchkit, 2)
    assert told == f"`{home / 'indexes'}` is in the way of an index"


def test_a_model_that_is_not_here_any_more_is_told(
    index_tree, embedder, searchkit, tmp_path: Path
) -> None:
    index_tree(embedder)
    ((_, told, hint),) = wrong(searchkit)
    assert "`hashing` is not on this machine" in told
    assert "searchkit models hashing --fetch" in hint


@pytest.mark.parametrize(
    ("text", "subject"), [("threads = -1", "settings"), ("model = 'gpt'", "model")]
)
def test_settings_that_cannot_be_are_errors(home: Path, searchkit, text: str, subject: str) -> None:
    (home / "config.toml").write_text(text)
    assert subject in [found for found, _, _ in wrong(searchkit, 2)]


def test_a_home_that_cannot_be_written_to_is_an_error(
    searchkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_HOME", "/proc/self")
    found = wrong(searchkit, 2)
    assert any(subject == "storage" and "SEARCHKIT_HOME" in hint for subject, _, hint in found)


def test_what_is_offered_to_install_brings_what_was_missing() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    extras = tomllib.loads(project.read_text("utf-8"))["project"]["optional-dependencies"]
    for name, (extra, _) in doctor._EXTRAS.items():
        assert any(re.match(rf"{name}\b", package) for package in extras[extra]), name
