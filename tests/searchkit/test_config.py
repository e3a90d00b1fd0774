"""Settings come from variables, the file and defaults; what cannot be is refused."""

from pathlib import Path

import pytest

from searchkit import config
from searchkit.indexes.location import locate
from searchkit_index.errors import ConfigError, RootError


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config.toml").write_text("limit = 20\nrefresh_seconds = 1\n")
    monkeypatch.setenv("SEARCHKIT_REFRESH_SECONDS", "0.5")
    settings = config.load()
    assert (settings.limit, settings.refresh_seconds, settings.model) == (20, 0.5, "nano")
    assert config.origins()["limit"] == (20, str(home / "config.toml"))
    assert config.origins()["refresh_seconds"] == (0.5, "SEARCHKIT_REFRESH_SECONDS")
    assert config.origins()["model"] == ("nano", "default")


@pytest.mark.parametrize(
    "text", ["limits = 3", 'limit = "many"', "limit = true", "limit = 1.5", "limit =", "model = 3"]
)
def test_what_cannot_be_is_refused_with_the_place_it_stands_in(home: Path, text: str) -> None:
    (home / "config.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"config\.toml|limit"):
        config.load()


def test_a_misspelt_name_is_answered_with_the_nearest(home: Path) -> None:
    (home / "config.toml").write_text("modle = 'nano'")
    with pytest.raises(ConfigError) as raised:
        config.load()
    assert "`model`" in raised.value.hint


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("THREADS", "-1"),
        ("THREADS", "2000"),
        ("MAX_FILE_BYTES", "-5"),
        ("MAX_FILE_BYTES", "0"),
        ("LIMIT", "0"),
        ("LIMIT", "100000000000000000000"),
        ("LIMIT", "1e20"),
        ("REFRESH_SECONDS", "nan"),
        ("REFRESH_SECONDS", "inf"),
        ("REFRESH_SECONDS", "-1"),
        ("LIMIT", ""),
    ],
)
def test_a_number_out_of_its_range_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"SEARCHKIT_{variable}", value)
    with pytest.raises(ConfigError, match=variable) as raised:
        config.load()
    assert "from" in raised.value.hint or "number" in raised.value.hint


def test_a_model_s_path_in_the_file_starts_from_the_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config.toml").write_text(
        "model = './mine'\n[models.other]\nsource = '../other'\ndimension = 4\nmax_tokens = 9\n"
    )
    monkeypatch.chdir(tmp_path)
    assert config.load().model == str(home / "mine")
    assert config.models()["other"]["source"] == str(home / "../other")


@pytest.mark.parametrize("variable", ["SEARCHKIT_HOME", "SEARCHKIT_CONFIG"])
def test_a_home_of_nobody_in_a_variable_is_told(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "~nosuchuser/x")
    with pytest.raises(ConfigError, match=variable):
        config.home() if variable == "SEARCHKIT_HOME" else config.load()


def test_a_misspelt_folder_is_answered_with_the_one_nearby(tmp_path: Path) -> None:
    (tmp_path / "Projects/server").mkdir(parents=True)
    for typed, near in (
        ("Projcts/server", "Projects/server"),
        ("projects/sever", "Projects"),
        ("Projects/sever", "Projects/server"),
    ):
        with pytest.raises(RootError) as raised:
            locate(tmp_path / typed)
        assert raised.value.hint == f"did you mean `{tmp_path / near}`?"
    with pytest.raises(RootError) as raised:
        locate(tmp_path / "nothing like it")
    assert raised.value.hint == "check the spelling"


def test_a_file_that_windows_marked_with_a_byte_order_mark_is_read(home: Path) -> None:
    (home / "config.toml").write_bytes(b"\xef\xbb\xbflimit = 20\r\n")
    assert config.load().limit == 20


def test_a_home_that_is_no_folder_as_of_a_service_holds_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = tmp_path / "null"
    nothing.touch()
    monkeypatch.setenv("SEARCHKIT_CONFIG", str(nothing / "searchkit" / "config.toml"))
    assert config.load() == config.Settings()
    monkeypatch.setenv("SEARCHKIT_CONFIG", str(tmp_path))
    with pytest.raises(ConfigError, match="cannot be read") as raised:
        config.load()
    assert raised.value.hint
