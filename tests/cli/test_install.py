"""Installing into programs: each in its own file and form, shown first, undone to the byte."""

import json
import os
import sys
import tomllib
from pathlib import Path

import pytest
from shell import COMMAND

from searchkit.agents import change, edit
from searchkit.agents.programs import BY_NAME, PROGRAMS

# As the documentation of each has it: the file, where in it the servers are, and the entry.
DOCUMENTED = {
    "claude": (
        ".claude.json",
        "mcpServers",
        {"type": "stdio", "command": COMMAND, "args": ["mcp"]},
    ),
    "codex": (".codex/config.toml", "mcp_servers", {"command": COMMAND, "args": ["mcp"]}),
    "cursor": (
        *(".cursor/mcp.json", "mcpServers"),
        {"command": COMMAND, "args": ["mcp", "${workspaceFolder}"]},
    ),
    "gemini": (".gemini/settings.json", "mcpServers", {"command": COMMAND, "args": ["mcp"]}),
    "opencode": (
        *(".config/opencode/opencode.json", "mcp"),
        {"type": "local", "command": [COMMAND, "mcp"], "enabled": True},
    ),
    "vscode": (
        *(".config/Code/User/mcp.json", "servers"),
        {"type": "stdio", "command": COMMAND, "args": ["mcp", "${workspaceFolder}"]},
    ),
    "windsurf": (
        *(".codeium/windsurf/mcp_config.json", "mcpServers"),
        {"command": COMMAND, "args": ["mcp", "--all"]},
    ),
    "zed": (
        *(".config/zed/settings.json", "context_servers"),
        {"command": COMMAND, "args": ["mcp", "--all"]},
    ),
}
SKILLS = {
    "claude": ".claude",
    "codex": ".codex",
    "cursor": ".cursor",
    "gemini": ".gemini",
    "opencode": ".config/opencode",
    "vscode": ".copilot",
    "zed": ".agents",
}

JSON = """\
// my settings
{
    "theme": "dark", // not the light one
    /* servers */
    "%s": {"other": {"command": "x", "args": ["//", "/* */", "a,]"]}},
    "last": [1, 2,],
}
"""
TOML = """\
# my settings
model = "gpt"   # the best

[%s.other]
command = "x"
"""


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, as on Linux."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "COPILOT_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def written(user: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in user.rglob("*") if path.is_file()}


def read(path: Path) -> dict:
    text = path.read_text()
    return tomllib.loads(text) if path.suffix == ".toml" else json.loads(edit._bare(text))


def test_every_program_is_documented() -> None:
    assert set(DOCUMENTED) == set(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_an_entry_is_written_and_taken_back(searchkit, user: Path, name: str) -> None:
    file, key, entry = DOCUMENTED[name]
    done = searchkit("install", name, "--yes")
    assert done.returncode == 0, done.stderr
    assert read(user / file) == {key: {"searchkit": entry}}
    assert f"+++ {user / file}" in done.stdout
    if name in SKILLS:
        skill = user / SKILLS[name] / "skills" / "searchkit" / "SKILL.md"
        assert skill.read_text().startswith("---\nname: searchkit\ndescription: ")
    assert "already" in searchkit("install", name, "--yes").stderr
    done = searchkit("install", name, "--undo", "--yes")
    assert done.returncode == 0
    assert done.stderr.startswith("taken back")
    assert not list(user.iterdir())  # nor the folders that were made for it
    assert searchkit("install", name, "--undo", "--yes").returncode == 2


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", BY_NAME)
def test_what_stands_around_it_stays_to_the_byte(
    searchkit, user: Path, name: str, line_end: str
) -> None:
    file, key, entry = DOCUMENTED[name]
    path = user / file
    path.parent.mkdir(parents=True, exist_ok=True)
    before = ((TOML if path.suffix == ".toml" else JSON) % key).replace("\n", line_end)
    path.write_bytes(before.encode())
    path.chmod(0o640)
    searchkit("install", name, "--yes")
    found = read(path)
    assert found[key]["searchkit"] == entry
    assert found[key]["other"]["command"] == "x"
    after = path.read_bytes().decode()
    assert len(after) > len(before)
    assert "not the light one" in after or "the best" in after
    assert (after.count("\r\n") == after.count("\n")) == (line_end == "\r\n")
    assert path.stat().st_mode & 0o777 == 0o640
    # What comes later stays, too.
    path.write_bytes((after + f"{line_end}# mine{line_end}" * (path.suffix == ".toml")).encode())
    added = path.read_bytes().decode().removeprefix(after)
    searchkit("install", name, "--undo", "--yes")
    assert path.read_bytes().decode() == before + added


def test_what_took_the_place_of_blanks_was_not_taken_back(searchkit, user: Path) -> None:
    config = BY_NAME["gemini"].config()
    config.parent.mkdir(parents=True)
    config.write_text("\n ")
    assert searchkit("install", "gemini", "-y").returncode == 0
    assert "searchkit" in config.read_text()
    assert searchkit("install", "gemini", "-y", "--undo").returncode == 0
    assert config.read_text() == ""


def test_other_folders_are_served_when_they_are_named(searchkit, user: Path) -> None:
    (user / "notes").mkdir()
    searchkit("install", "claude", user / "notes", "--yes")
    entry = read(user / ".claude.json")["mcpServers"]["searchkit"]
    assert entry["args"] == ["mcp", str(user / "notes")]
    searchkit("install", "claude", "--yes")  # the same again, with others
    assert read(user / ".claude.json")["mcpServers"]["searchkit"]["args"] == ["mcp"]
    searchkit("install", "claude", "--undo", "--yes")
    assert written(user) == {}


@pytest.mark.parametrize("option", ["--undo", "--yes"])
def test_without_a_program_an_option_was_passed_over(searchkit, user: Path, option: str) -> None:
    done = searchkit("install", option)
    assert done.returncode == 2
    assert "go with a PROGRAM" in done.stderr


def test_nothing_is_written_unasked(searchkit, user: Path) -> None:
    done = searchkit("install", "claude")
    assert done.returncode == 2
    assert '+    "searchkit": {' in done.stdout
    assert "--yes" in done.stderr
    assert written(user) == {}


@pytest.mark.parametrize(
    "text",
    [
        '{"mcpServers": {"searchkit": {"command": "mine"}}}',
        '{"mcpServers": []}',
        '{"mcpServers": {',
        "[]",
        "not json",
        '{"a": 1} {"b": 2}',
    ],
)
def test_a_file_that_is_not_understood_is_left_alone(searchkit, user: Path, text: str) -> None:
    (user / ".claude.json").write_text(text)
    done = searchkit("install", "claude", "--yes")
    assert done.returncode == 2
    assert "is left as it is" in done.stderr
    assert '"searchkit"' in done.stderr
    assert written(user) == {str(user / ".claude.json"): text.encode()}


@pytest.mark.parametrize(
    "text",
    [
        'mcp_servers = {a = {command = "x"}}\n',
        "[mcp_servers.searchkit]\n",
        "[[mcp_servers]]\n",
        "= 3\n",
    ],
)
def test_toml_that_cannot_take_it_is_left_alone(searchkit, user: Path, text: str) -> None:
    (user / ".codex").mkdir()
    (user / ".codex" / "config.toml").write_text(text)
    done = searchkit("install", "codex", "--yes")
    assert done.returncode == 2
    assert "[mcp_servers.searchkit]" in done.stderr
    assert (user / ".codex" / "config.toml").read_text() == text


def test_an_entry_that_was_edited_since_is_left_alone(searchkit, user: Path) -> None:
    searchkit("install", "cursor", "--yes")
    path = user / ".cursor" / "mcp.json"
    edited = path.read_text().replace("${workspaceFolder}", "/work")
    path.write_text(edited)
    done = searchkit("install", "cursor", "--undo", "--yes")
    assert done.returncode == 2
    assert "was edited since" in done.stderr
    assert path.read_text() == edited


def test_an_entry_after_which_others_came_is_not_torn_out(searchkit, user: Path) -> None:
    searchkit("install", "cursor", "--yes")
    path = user / ".cursor" / "mcp.json"
    text = path.read_text().rstrip("}\n ") + '},\n "more": {"command": "y"}}}\n'
    path.write_text(text)
    assert read(path)["mcpServers"]["more"]
    searchkit("install", "cursor", "--undo", "--yes")
    assert read(path)["mcpServers"]["more"]  # whichever way, it is still JSON


def test_a_skill_of_ones_own_is_left_alone(searchkit, user: Path) -> None:
    skill = user / ".claude" / "skills" / "searchkit" / "SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text("mine")
    searchkit("install", "claude", "--yes")
    searchkit("install", "claude", "--undo", "--yes")
    assert written(user) == {str(skill): b"mine"}


def test_a_link_to_a_file_stays_a_link(searchkit, user: Path) -> None:
    (user / "dotfiles").mkdir()
    (user / "dotfiles" / "claude.json").write_text("{}\n")
    (user / ".claude.json").symlink_to("dotfiles/claude.json")
    searchkit("install", "claude", "--yes")
    assert (user / ".claude.json").readlink() == Path("dotfiles/claude.json")
    assert read(user / "dotfiles" / "claude.json")["mcpServers"]


def test_the_programs_are_listed(searchkit, user: Path) -> None:
    lines = searchkit("install").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [program.name for program in PROGRAMS]
    assert "known are claude" in searchkit("install", "notepad").stderr


@pytest.mark.parametrize(
    "content", [b"\xff\xfe{", b"[1", b"[]", b'{"claude": 5}', b'{"claude": {"config": 1}}']
)
def test_a_record_that_is_none_is_told_in_one_line_with_what_to_do(
    searchkit, home: Path, monkeypatch, content: bytes
) -> None:
    monkeypatch.setenv("HOME", str(home / "me"))
    (home / "agents.json").write_bytes(content)
    for arguments in (["--yes"], ["--undo", "--yes"]):
        done = searchkit("install", "claude", *arguments)
        assert done.returncode == 2
        assert "remove it" in done.stderr
        assert "unexpected" not in done.stderr
    assert not (home / "me").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_or_a_folder_in_the_place_of_a_file_is_not_waited_for(
    searchkit, home: Path, monkeypatch
) -> None:
    monkeypatch.setenv("HOME", str(home / "me"))
    (home / "me").mkdir()
    os.mkfifo(home / "me" / ".claude.json")
    assert "cannot be read: not a regular file" in searchkit("install", "claude", "-y").stderr
    (home / "agents.json").mkdir()
    done = searchkit("install", "codex", "-y")
    assert "cannot be read: is a directory" in done.stderr
    assert "Errno" not in done.stderr


def test_lines_to_paste_came_as_one_line(searchkit, home: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    (home / ".claude.json").write_text('{"mcpServers": {"searchkit": {"command": "other"}}}')
    said = searchkit("install", "claude", "-y").stderr
    assert '\n{\n  "mcpServers": {\n    "searchkit": {\n' in said
    said = searchkit("install", "cluade").stderr
    assert "did you mean `claude`?" in said
    assert "there is no file or folder `nowhere`" in searchkit("install", "zed", "nowhere").stderr


def test_an_installation_that_was_killed_left_files_and_could_not_be_taken_back(
    searchkit, user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: change.Change) -> None:
        raise KeyboardInterrupt

    program = BY_NAME["cursor"]
    config = program.config()
    config.parent.mkdir()
    config.write_text('{"a": 1}\n')
    (config.parent / "mcp-abcdefgh.tmp").touch()
    (config.parent / "mcp-ijklmnop.tmp").write_text("of another program")
    changes = change.plan_install(program, {"command": "searchkit"})
    with monkeypatch.context() as patch:
        patch.setattr(change.Change, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            change.install(program, changes)
    assert searchkit("install", "cursor", "--undo", "--yes").returncode == 0
    assert config.read_text() == '{"a": 1}\n'
    assert searchkit("install", "cursor", "--yes").returncode == 0
    left = {file.name for file in config.parent.iterdir() if file.is_file()}
    assert left == {"mcp.json", "mcp-ijklmnop.tmp"}
    assert searchkit("install", "cursor", "--undo", "--yes").returncode == 0
    assert config.read_text() == '{"a": 1}\n'
