"""`searchkit install`: files of programs that are odd, linked or foreign, and kills."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from stage import Stage

from searchkit.agents.programs import BY_NAME

_TEXTS = (
    *(
        "",
        " ",
        "{}",
        "[]",
        "null",
        "{",
        "}",
        '{"mcpServers": []}',
        '{"mcpServers": {}}',
        "\ufeff{}",
    ),
    *('{"mcpServers": {"searchkit": {"command": "mine"}}}', '// note\n{\n\t"a": [1, 2,],\n}\n'),
    *('{"a": "}{", "mcpServers": {"b": {"command": "c"}}, /* { */ }', '{"a": 1}\r\n{"b": 2}'),
    *("[a]\nb = 1", "[a", 'mcp_servers = "x"', "[[mcp_servers]]\na = 1", "a = '''\n[mcp_servers]"),
    *(
        "[mcp_servers.searchkit]\ncommand = 'mine'\n",
        "x = 1 # no line end",
        "/*" * 3_000,
        "[" * 9_000,
    ),
    *('{"mcpServers": {"b": 1}, "mcpServers": {}}', '{"a":' * 2_000 + "1" + "}" * 2_000),
)


def config_foreign(stage: Stage) -> None:
    """Whatever stands in the file of a program is there to the byte once it is undone."""
    for _ in range(4):
        name = stage.random.choice(sorted(BY_NAME))
        home, config = _program(stage, name)
        text = _text(stage)
        config.write_bytes(text.encode())
        _install(stage, home, name)
        written = config.read_bytes().decode()
        is_blank = text.strip() in ("", "{}")  # an object takes its place
        assert is_blank or text in (written, _without_added(written, text)), (name, text, written)
        _install(stage, home, name, "--undo")
        left = config.read_bytes().decode() if config.exists() else ""
        assert left == text or (is_blank and left.strip() in ("", "{}")), (name, text, left)


def config_linked(stage: Stage) -> None:
    """The file is a link, a folder, a pipe or not to be written to: it is left, and told."""
    for _ in range(4):
        name = stage.random.choice(sorted(BY_NAME))
        home, config = _program(stage, name)
        target = stage.scratch / f"target{stage.random.random()}"
        what = stage.random.choice(["link", "nothing", "loop", "folder"])
        if what == "link":
            target.write_text("{}\n" if config.suffix != ".toml" else "")
            config.symlink_to(target)
        elif what == "nothing":
            config.symlink_to(target)
        elif what == "loop":
            config.symlink_to(config)
        else:
            config.mkdir()
        before = target.read_text() if what == "link" else ""
        _install(stage, home, name)
        assert config.is_symlink() == (what != "folder")
        _install(stage, home, name, "--undo")
        assert what != "link" or target.read_text() == before


def install_killed(stage: Stage) -> None:
    """Killed at a moment: the file of the program is the old one or the new one, whole."""
    name = stage.random.choice(sorted(BY_NAME))
    home, config = _program(stage, name)
    text = "a = 1\n" if config.suffix == ".toml" else '{"a": 1}\n'
    config.write_text(text)
    for _ in range(3):
        order = stage.typed("install", name, "-y", **home)
        answer = stage.do("command", after=stage.random.uniform(0.001, 0.05), **order)
        assert answer["signal"] in (0, signal.SIGKILL)
        assert "searchkit" in config.read_text() or config.read_text() == text
    _install(stage, home, name)
    assert "searchkit" in config.read_text()
    left = {path.name for path in config.parent.iterdir() if path.is_file()}
    assert left == {config.name}, left


def _program(stage: Stage, name: str) -> tuple[dict[str, str], Path]:
    """A home folder without anything, and the file of a program in it."""
    home = stage.scratch / f"user{stage.random.random()}"
    variables = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    none = dict.fromkeys(("CODEX_HOME", "CLAUDE_CONFIG_DIR", "COPILOT_HOME"), "")
    before = dict(os.environ)
    os.environ.update(variables | none)
    try:
        config = BY_NAME[name].config()
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert config.is_relative_to(home), config
    config.parent.mkdir(parents=True, exist_ok=True)
    return variables | none | {"SEARCHKIT_HOME": str(home / "searchkit")}, config


def _install(stage: Stage, home: dict[str, str], name: str, *options: str) -> None:
    stage.command("install", name, "-y", *options, **home)


def _text(stage: Stage) -> str:
    text = stage.random.choice(_TEXTS)
    if stage.random.random() < 0.5:
        at = stage.random.randrange(len(text) + 1)
        text = (
            text[:at]
            + stage.random.choice(["\n", ",", '"', "#", "//", "\\", "é", "{}"])
            + text[at:]
        )
    return text if stage.random.random() < 0.8 else json.dumps({"a": text})


def _without_added(written: str, text: str) -> str:
    """What is left of a text with one part more, when that part is taken out."""
    pairs = enumerate(zip(written, text, strict=False))
    start = next((at for at, (one, other) in pairs if one != other), len(text))
    return written[:start] + written[start + len(written) - len(text) :]


KINDS: tuple[Callable[[Stage], None], ...] = (config_foreign, config_linked, install_killed)
