"""Settings: what can be set, where it is read from, and where indexes live.

A value comes from the environment (`SEARCHKIT_MODEL` and so on), else from the user's
`config.toml`, else from the default here. What was typed on the command line goes on top of it, by
the caller.
"""

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchkit_index.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default."""

    model: str = "nano"
    """The embedder: a name that `searchkit models` lists, or a folder."""

    max_file_bytes: int = 1_000_000
    """Larger files are not indexed."""

    refresh_seconds: float = 2.0
    """How long a query may spend on taking in what changed before it answers."""

    limit: int = 10
    """How many hits a query prints."""

    threads: int = 0
    """Threads for the model; 0 means one for each core that this process may use."""


def home() -> Path:
    """Where indexes live: `SEARCHKIT_HOME`, else the user's data folder."""
    override = os.environ.get("SEARCHKIT_HOME")
    if override:
        return Path(override).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("searchkit", appauthor=False)


def config_path() -> Path:
    """The user's configuration file: `SEARCHKIT_CONFIG`, else `config.toml` in the usual place."""
    override = os.environ.get("SEARCHKIT_CONFIG")
    if override:
        return Path(override).expanduser().absolute()
    import platformdirs

    return platformdirs.user_config_path("searchkit", appauthor=False) / "config.toml"


def load() -> Settings:
    """The settings in force.

    Raises:
        ConfigError: An unknown name, a value of another type, or a file that is no TOML.
    """
    return Settings(**{name: value for name, (value, _) in origins().items()})


def models() -> Mapping[str, Any]:
    """The tables below `[models]`: embedders that the user describes, by name.

    Raises:
        ConfigError: The configuration cannot be read.
    """
    described = _read(config_path()).get("models", {})
    if not isinstance(described, dict):
        raise ConfigError("`models` is no table", "write `[models.NAME]` and its values below")
    return described


def origins() -> dict[str, tuple[Any, str]]:
    """Each setting's value and where it comes from: a path, a variable's name, or `default`."""
    path = config_path()
    written = _read(path)
    found: dict[str, tuple[Any, str]] = {}
    for setting in dataclasses.fields(Settings):
        variable = f"SEARCHKIT_{setting.name.upper()}"
        if variable in os.environ:
            value = _typed(setting, os.environ[variable], variable)
            found[setting.name] = (value, variable)
        elif setting.name in written:
            found[setting.name] = (_typed(setting, written[setting.name], str(path)), str(path))
        else:
            found[setting.name] = (setting.default, "default")
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{path}` is no TOML: {error}", "mend or remove the file") from error
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be read: {error.strerror}") from error
    names = [setting.name for setting in dataclasses.fields(Settings)]
    for name in written:
        if name not in (*names, "models"):
            near = difflib.get_close_matches(name, names, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(names)}"
            raise ConfigError(f"`{path}` sets `{name}`, which there is not", hint)
    return written


def _typed(setting: "dataclasses.Field[Any]", value: Any, origin: str) -> Any:
    """`value` as the setting's own type; text is converted, since variables hold nothing else."""
    kind: type = type(setting.default)
    try:
        converted = kind(value) if isinstance(value, str) else value
        if type(converted) is not kind and (kind, type(converted)) != (float, int):
            raise ValueError
    except ValueError:
        raise ConfigError(
            f"`{setting.name}` is `{value}` in {origin}",
            f"it takes a value of type {kind.__name__}",
        ) from None
    return converted
