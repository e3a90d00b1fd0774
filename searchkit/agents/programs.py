"""The table of programs: where each keeps its servers and skills, and in which form.

As their own documentation says it; see the guide's page on agents.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchkit.config import NO_HOME
from searchkit_index.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Program:
    """A program that hosts agents.

    Attributes:
        name: What people type.
        title: What it calls itself.
        config: Finds the file of its servers, which need not be there.
        keys: Where in it they are.
        entry: Makes the entry, of the command and its arguments.
        folder: What it gives as the folder that a person works in; None where it starts servers in
            that folder, "" where it does neither.
        skills: The folder of its skills; None where it has none.
    """

    name: str
    title: str
    config: Callable[[], Path]
    keys: tuple[str, ...]
    entry: Callable[[str, Sequence[str]], dict[str, Any]]
    folder: str | None = None
    skills: Callable[[], Path] | None = None

    def arguments(self, paths: Sequence[str]) -> list[str]:
        """Return what the server is started with, to serve these paths."""
        if paths:
            return ["mcp", *paths]
        if self.folder == "":
            return ["mcp", "--all"]
        return ["mcp"] if self.folder is None else ["mcp", self.folder]


def _plain(command: str, arguments: Sequence[str]) -> dict[str, Any]:
    return {"command": command, "args": list(arguments)}


def _typed(command: str, arguments: Sequence[str]) -> dict[str, Any]:
    return {"type": "stdio", **_plain(command, arguments)}


def _command_list_entry(command: str, arguments: Sequence[str]) -> dict[str, Any]:
    return {"type": "local", "command": [command, *arguments], "enabled": True}


def _home(*parts: str, variable: str = "", or_else: str) -> Callable[[], Path]:
    """Find a file below a folder that a variable names, else below one of the home folder."""

    def find() -> Path:
        named = os.environ.get(variable) if variable else None
        return (Path(named) if named else _users_home() / or_else).joinpath(*parts)

    return find


def _claude() -> Path:
    named = os.environ.get("CLAUDE_CONFIG_DIR")
    return (Path(named) if named else _users_home()) / ".claude.json"


def _opencode() -> Path:
    folder = _home("opencode", variable="XDG_CONFIG_HOME", or_else=".config")()
    written = [folder / name for name in ("opencode.jsonc", "opencode.json")]
    return next((path for path in written if path.exists()), written[1])


def _vscode() -> Path:
    if sys.platform == "darwin":
        base = _users_home() / "Library" / "Application Support"
    elif sys.platform == "win32":
        base = Path(os.environ.get("APPDATA", _users_home() / "AppData" / "Roaming"))
    else:
        base = _home(variable="XDG_CONFIG_HOME", or_else=".config")()
    return base / "Code" / "User" / "mcp.json"


def _zed() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", _users_home())) / "Zed" / "settings.json"
    if sys.platform == "darwin":
        return _users_home() / ".config" / "zed" / "settings.json"
    return _home("zed", "settings.json", variable="XDG_CONFIG_HOME", or_else=".config")()


def _users_home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        raise ConfigError(NO_HOME, "set `HOME` to the folder of your settings") from None


_SERVERS = ("mcpServers",)

PROGRAMS = (
    Program(
        *("claude", "Claude Code", _claude, _SERVERS, _typed),
        skills=_home("skills", variable="CLAUDE_CONFIG_DIR", or_else=".claude"),
    ),
    Program(
        *("codex", "Codex", _home("config.toml", variable="CODEX_HOME", or_else=".codex")),
        *(("mcp_servers",), _plain),
        skills=_home("skills", variable="CODEX_HOME", or_else=".codex"),
    ),
    Program(
        *("cursor", "Cursor", _home("mcp.json", or_else=".cursor"), _SERVERS, _plain),
        folder="${workspaceFolder}",
        skills=_home("skills", or_else=".cursor"),
    ),
    Program(
        *("gemini", "Gemini CLI", _home("settings.json", or_else=".gemini"), _SERVERS, _plain),
        skills=_home("skills", or_else=".gemini"),
    ),
    Program(
        *("opencode", "OpenCode", _opencode, ("mcp",), _command_list_entry),
        skills=_home("opencode", "skills", variable="XDG_CONFIG_HOME", or_else=".config"),
    ),
    Program(
        *("vscode", "VS Code", _vscode, ("servers",), _typed),
        folder="${workspaceFolder}",
        skills=_home("skills", variable="COPILOT_HOME", or_else=".copilot"),
    ),
    Program(
        *("windsurf", "Windsurf", _home("mcp_config.json", or_else=".codeium/windsurf")),
        *(_SERVERS, _plain),
        folder="",
    ),
    Program(
        *("zed", "Zed", _zed, ("context_servers",), _plain),
        folder="",
        skills=_home("skills", or_else=".agents"),
    ),
)
BY_NAME = {program.name: program for program in PROGRAMS}
