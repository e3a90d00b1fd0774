"""Reads settings, and tells where indexes are stored.

A value comes from the environment (`SEARCHKIT_MODEL` and so on), else from the user's
`config.toml`, else from the default here. What was typed on the command line goes on top of it, by
the caller.
"""

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from searchkit import table
from searchkit.table import Bounds
from searchkit_index.errors import ConfigError

MOST_HITS = 100_000
"""The most hits that can be asked for: more than anyone reads; candidates are held in memory."""

NO_HOME = "this user has no home folder"
"""Said where `HOME` is not set and the system knows no such user."""

_MOST_SECONDS = 86_400
"""The longest time that a query may spend on what changed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its range and its default."""

    model: str = "nano"
    """The embedder: a name that `searchkit models` lists, or a folder's path."""

    max_file_bytes: Annotated[int, Bounds(1, 10**12)] = 1_000_000
    """Of a larger text the beginning is indexed; other larger files are not."""

    refresh_seconds: Annotated[float, Bounds(0, _MOST_SECONDS)] = 2.0
    """How long a query may spend on indexing what changed before it answers."""

    limit: Annotated[int, Bounds(1, MOST_HITS)] = 10
    """How many hits a query prints."""

    cache_bytes: Annotated[int, Bounds(0, 10**15)] = 1_000_000_000
    """What the vectors that all indexes share may take on disk; 0 to share none."""

    signers: str = "anyone"
    """Public keys, separated by blanks, whose pushes to a shared index are searched."""

    signing_key: str = "own"
    """The file of an Ed25519 key of SSH that signs what is pushed; `own` for one made here."""

    threads: Annotated[int, Bounds(0, 1_024)] = 0
    """Threads for the model; 0 means one for each core that this process may use."""

    def known_signers(self) -> tuple[str, ...]:
        """Return the public keys whose pushes are searched; none where anyone's are."""
        return () if self.signers == "anyone" else tuple(self.signers.split())


def home() -> Path:
    """Find where indexes live: `SEARCHKIT_HOME`, else the user's data folder.

    Returns:
        The folder, which need not be there.

    Raises:
        ConfigError: Neither is known.
    """
    override = _path("SEARCHKIT_HOME")
    if override:
        return override
    import platformdirs

    if folder := _absolute(platformdirs.user_data_path):
        return folder
    raise ConfigError(NO_HOME, "set `SEARCHKIT_HOME` to a folder that you can write to")


def config_path() -> Path:
    """Find the configuration file: `SEARCHKIT_CONFIG`, else `config.toml` in the usual place.

    Of a user without a home folder, as in a container, the usual place is where indexes live.

    Returns:
        The file, which need not be there.

    Raises:
        ConfigError: No such place is known.
    """
    override = _path("SEARCHKIT_CONFIG")
    if override:
        return override
    import platformdirs

    return (_absolute(platformdirs.user_config_path) or home()) / "config.toml"


def _absolute(find: Callable[..., Path]) -> Path | None:
    """Ask for the usual folder; None of a user without a home folder."""
    try:
        folder = find("searchkit", appauthor=False)
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None


def _path(variable: str) -> Path | None:
    """Read an absolute path from a variable; None where it holds none."""
    written = os.environ.get(variable)
    try:
        return Path(written).expanduser().absolute() if written else None
    except RuntimeError:
        raise ConfigError(
            f"the home folder in `{written}`, which `{variable}` names, is not known",
            "write the whole path",
        ) from None


def load() -> Settings:
    """Read the settings in force.

    Returns:
        The settings, each in its range.

    Raises:
        ConfigError: An unknown name, a value of another type, or a file that is no TOML.
    """
    return Settings(**{name: value for name, (value, _) in origins().items()})


def models() -> Mapping[str, Any]:
    """Read the tables below `[models]`: embedders that the user describes.

    Returns:
        The tables by name.

    Raises:
        ConfigError: The configuration cannot be read.
    """
    described = _read(config_path()).get("models", {})
    if not isinstance(described, dict):
        raise ConfigError("`models` is no table", "write `[models.NAME]` and its values below")
    return described


def origins() -> dict[str, tuple[Any, str]]:
    """Find each setting's value and its origin: a path, a variable's name, or `default`."""
    path = config_path()
    written = _read(path)
    hints = get_type_hints(Settings, include_extras=True)
    found: dict[str, tuple[Any, str]] = {}
    for setting in dataclasses.fields(Settings):
        name, variable = setting.name, f"SEARCHKIT_{setting.name.upper()}"
        if variable in os.environ:
            origin, given = variable, table.from_text(hints[name], os.environ[variable])
        elif name in written:
            origin, given = str(path), written[name]
        else:
            found[name] = (setting.default, "default")
            continue
        found[name] = (table.Table(origin).value(hints[name], given, name), origin)
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        written = table.read_toml(path)
    except FileNotFoundError:
        return {}
    names = [setting.name for setting in dataclasses.fields(Settings)]
    for name in written:
        table.Table(str(path)).refuse_unknown(name, [*names, "models"])
    return {name: _anchored(name, value, path.parent) for name, value in written.items()}


def _anchored(name: str, value: Any, folder: Path) -> Any:
    """Let `./x`, as the path of a model, start from the file that it stands in.

    Otherwise it would mean another folder with each current folder.
    """
    if name == "models" and isinstance(value, dict):
        return {each: _anchored("model", inner, folder) for each, inner in value.items()}
    if name == "model" and isinstance(value, dict):
        return {key: _anchored(key, each, folder) for key, each in value.items()}
    if name in ("model", "source", "signing_key") and isinstance(value, str):
        return str(folder / value) if value.startswith(("./", "../")) else value
    return value
