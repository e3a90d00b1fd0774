"""Reads which keys do what: every binding has an id, and `keys.toml` remaps it.

"search.filters" = "ctrl+k"
"results.open" = "enter,e"
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from textual.binding import Binding
from textual.dom import DOMNode

from searchkit.suggestion import did_you_mean
from searchkit.table import read_toml
from searchkit_index.errors import ConfigError


def bindings_of(*places: type[DOMNode]) -> dict[str, Binding]:
    """List the bindings of these classes by id, in the order in which they are written."""
    return {
        binding.id: binding
        for place in places
        for binding in place.BINDINGS
        if isinstance(binding, Binding) and binding.id
    }


def path() -> Path:
    """Return the file that remaps keys."""
    from searchkit import config

    return config.config_path().with_name("keys.toml")


def read_keys(known: Iterable[str]) -> Mapping[str, str]:
    """Read the keys that the user sets, by binding id; raise ConfigError for an unknown one."""
    file, ids = path(), list(known)
    try:
        written = read_toml(file)
    except FileNotFoundError:
        return {}
    for name, keys in written.items():
        if name not in ids:
            hint = did_you_mean(name, ids, "f1 lists them")
            raise ConfigError(f"unknown binding `{name}` in `{file}`", hint)
        if not isinstance(keys, str):
            raise ConfigError(f"`{name}` in `{file}` is no text", 'write it as in "ctrl+k"')
    return written
