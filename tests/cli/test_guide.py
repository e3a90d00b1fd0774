"""The guide prints its pages, and tells people nothing that is not so."""

import contextlib
import importlib
import json
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer.main
from manual import GUIDE, PROJECT, Block, blocks, invocations, pages

import searchkit as searchkit_package
from searchkit import cli
from searchkit.embedders.registry import known
from searchkit.guide import PAGES, read_page, read_pages
from searchkit.indexes.home import catalog_of
from searchkit_index.languages.language import LANGUAGES

for module in pkgutil.iter_modules(cli.__path__):
    importlib.import_module(f"searchkit.cli.{module.name}")  # each adds its commands to `app`
COMMANDS = typer.main.get_command(cli.app).commands
OPTIONS = {
    option
    for command in COMMANDS.values()
    for parameter in command.params
    for option in (*parameter.opts, *parameter.secondary_opts)
}

GUIDED = {name: (GUIDE / f"{name}.md").read_text(encoding="utf-8") for name in PAGES}


def test_without_a_page_all_are_listed(searchkit) -> None:
    lines = searchkit("guide").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(PAGES)
    assert all(len(line.split()) > 3 and len(line) <= 80 for line in lines)


@pytest.mark.parametrize("name", PAGES)
def test_in_a_pipe_a_page_is_its_markdown(searchkit, name: str) -> None:
    assert searchkit("guide", name).stdout == GUIDED[name]


def test_the_example_that_looks_something_up_finds_it(searchkit) -> None:
    (line,) = re.findall(r"searchkit (guide .* \| grep .*)", searchkit("guide", "-h").stdout)
    page, word = re.fullmatch(r"guide (\S+) \| grep -A \d+ (\w+).*", line).groups()
    assert word in GUIDED[page]


def test_every_file_is_a_page_and_every_page_a_file() -> None:
    assert {path.stem for path in GUIDE.glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("page", read_pages(), ids=PAGES)
def test_a_page_begins_with_its_heading_and_what_it_is_for(page) -> None:
    heading, summary = page.text.split("\n\n")[:2]
    assert re.fullmatch(r"# \S.*", heading)
    assert summary.endswith(".")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("rankng", "searchkit guide ranking"),
        ("Trust", "searchkit guide trust"),
        ("cron", "`filters-and-recipes`"),
        ("\x1b[31m", "type `searchkit guide`"),
        ("", "type `searchkit guide`"),
        ("../README", "type `searchkit guide`"),
    ],
)
def test_a_page_that_there_is_not_names_those_that_there_are(searchkit, typed, hint) -> None:
    done = searchkit("guide", typed)
    assert done.returncode == 2
    assert hint in done.stderr
    assert not done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_a_page_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PAGER", "cat")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = _on_a_terminal("guide", "ranking")
    assert "\x1b[" in shown
    assert "Confidence" in shown
    assert "## Confidence" not in shown
    assert "| rule |" not in shown


def _on_a_terminal(*arguments: str) -> str:
    """What a command prints on a terminal of its own."""
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "searchkit", *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        parts = []
        with contextlib.suppress(OSError):  # Linux says so when the other end is closed
            while part := os.read(ours, 65_536):
                parts.append(part)
        running.wait()
    os.close(ours)
    return b"".join(parts).decode()


# What the pages tell people to type.


@pytest.mark.parametrize("page", pages())
def test_every_command_and_option_exists(page: str) -> None:
    for words in invocations(pages()[page]):
        _check(words)


def _check(words: list[str]) -> None:
    assert words[0] in COMMANDS, words
    command = COMMANDS[words[0]]
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    for word in words[1:]:
        if re.match(r"--?[a-zA-Z]", word):
            assert word.partition("=")[0] in options | {"--help"}, words


@pytest.mark.parametrize("page", pages())
def test_every_option_that_stands_alone_is_one_of_some_command(page: str) -> None:
    for option in re.findall(r"`(--[a-z-]+)[^`]*`", pages()[page]):
        assert option in OPTIONS | {"--ablate"}, option


@pytest.mark.parametrize("name", PAGES)
def test_the_commands_of_a_page_run(name: str, indexed_repo: Path, searchkit) -> None:
    if name == "team":
        pytest.importorskip("lance")
    for block in blocks(GUIDED[name]):
        if block.needs and not shutil.which(block.needs):
            subprocess.run(["bash", "-n", "-c", block.text], check=True)
            continue
        if not catalog_of(
            indexed_repo
        ).exists():  # the block before it may have ended with `forget`
            assert searchkit("index", "--quiet", indexed_repo).returncode == 0
        _run(block, indexed_repo, searchkit)


# `VARIABLE=x searchkit ...`, which may read from a pipe and write to one, or into a file.
_QUOTED = r"""(?:[^|;&<>$()'"]|'[^']*'|"[^"$]*")*"""
_LINE = re.compile(rf"(?:({_QUOTED}) \| )?((?:\w+=\S+ )*)searchkit ({_QUOTED})([|>].*)?")


def _run(block: Block, repo: Path, searchkit: Callable) -> None:
    """Run a block: each `searchkit` in this process, all else in a shell."""
    cwd = repo
    lines = block.commands
    if not all(_LINE.fullmatch(line) or re.match(r"cd |git ", line) for line in lines):
        _shell(block.text, repo)
        return
    for line in lines:
        if line.startswith("cd "):
            cwd = Path(line.removeprefix("cd ").replace("~", str(repo.parent)))
        elif found := _LINE.fullmatch(line):
            before, variables, typed, after = found.groups(default="")
            arguments = [
                word.replace("~", str(repo.parent)) for word in shlex.split(typed, comments=True)
            ]
            with pytest.MonkeyPatch.context() as patch:
                for variable in variables.split():
                    patch.setenv(*variable.split("=", 1))
                done = searchkit(*arguments, cwd=cwd, stdin=_shell(before, cwd) if before else "")
            assert done.returncode == 0 or (done.returncode == 1 and not after), (line, done.stderr)
            if after:
                _shell(f"cat {after}", cwd, done.stdout)
        else:
            _shell(line, cwd)


def _shell(text: str, cwd: Path, stdin: str = "") -> str:
    """Run a text in a shell that stops at the first error; returns what it printed."""
    command = ["bash", "-euo", "pipefail", "-c", text]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, input=stdin)
    assert done.returncode == 0, (text, done.stderr)
    return done.stdout


@pytest.mark.parametrize("name", PAGES)
def test_the_programs_of_a_page_run(name: str, repo: Path) -> None:
    for block in blocks(GUIDED[name], "python"):
        exec(block.text, {})


@pytest.mark.parametrize("name", PAGES)
def test_the_configuration_of_a_page_is_taken(name: str, searchkit, home: Path) -> None:
    for block in blocks(GUIDED[name], "toml"):
        (home / "config.toml").write_text(block.text)
        assert searchkit("config").returncode == 0
        assert known(tomllib.loads(block.text).get("models", {}))


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    folder = (PROJECT / page).parent
    for target in re.findall(r"\]\(([^)\s]+)\)", pages()[page]):
        if target.startswith(("https://", "#")):
            continue
        file, _, anchor = target.partition("#")
        assert (folder / file).exists(), target
        assert not anchor or anchor in _anchors((folder / file).read_text(encoding="utf-8")), target


def _anchors(text: str) -> Iterator[str]:
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        yield re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


# Facts that stand elsewhere, too.


def test_the_languages_that_formats_names_are_known() -> None:
    with_grammar, without = GUIDED["formats"].split("With a grammar:")[1].split("\n\n")[:2]
    for listed, has_grammar in ((with_grammar, True), (without, False)):
        names = re.findall(r"`([a-z-]+)`", listed)
        assert len(names) > 10
        for name in names:
            assert (LANGUAGES[name].grammar is not None) == has_grammar, name


def test_extras_were_not_in_the_table_of_what_can_be_installed() -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    names = extras["project"]["optional-dependencies"].keys() - {"dev"}
    table = re.findall(r"^\| `'searchkit\[([\w,]+)\]'` \|", GUIDED["getting-started"], re.MULTILINE)
    assert {name for row in table for name in row.split(",")} == names


def test_limits_names_every_setting_with_its_default(searchkit) -> None:
    from dataclasses import fields

    from searchkit.config import Settings

    rows = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]+?)`? \|", GUIDED["limits"], re.MULTILINE))
    assert {name: value.replace(",", "") for name, value in rows.items()} == {
        each.name: str(each.default) for each in fields(Settings)
    }


def test_ranking_names_every_rule() -> None:
    from dataclasses import fields

    from searchkit.ranking.rank import Weights

    table = GUIDED["ranking"].split("| rule |")[1].split("\n\n")[0]
    named = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    rules = {each.name for each in fields(Weights)} - {"lexical"}
    assert named == {rule for rule in rules if not rule.startswith("file_")} | {"file"}


def test_recipes_name_every_field_of_a_hit(indexed_repo: Path, searchkit) -> None:
    record = json.loads(
        searchkit("query", "socket", indexed_repo, "--jsonl").stdout.splitlines()[0]
    )
    table = read_page("filters-and-recipes").text.split("| field of a hit |")[1].split("\n\n")[0]
    assert set(record) == set(
        re.findall(r"`(\w+)`", "".join(re.findall(r"^\|(.*?)\|", table, re.MULTILINE)))
    )


def test_python_names_everything_that_the_package_gives() -> None:
    table = GUIDED["python"].split("## Every name")[1]
    named = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|.*\|$", table, re.MULTILINE))))
    assert named == set(searchkit_package.__all__)


def test_the_keys_that_interface_names_do_what_it_says(home: Path) -> None:
    from searchkit_tui.app import PLACES, SearchApp
    from searchkit_tui.keys import bindings_of, read_keys

    known = bindings_of(SearchApp, *PLACES.values())
    rows = re.findall(r"^\| `([^`]+)` \| `([\w.]+)` \|", GUIDED["interface"], re.MULTILINE)
    assert len(rows) > 10
    for key, id_ in rows:
        assert key in known[id_].key.split(","), id_
    (home / "keys.toml").write_text(blocks(GUIDED["interface"], "keys")[0].text)
    assert read_keys(known)


def test_the_messages_that_troubleshooting_explains_are_said() -> None:
    def bare(text: str) -> str:  # without values, and verbs that follow a number
        return " ".join(re.sub(r"\{[^{}]*\}|`|\b(?:is|are)\b", " ", text).split())

    source = "\n".join(
        path.read_text(encoding="utf-8") for path in PROJECT.glob("searchkit/**/*.py")
    )
    headings = re.findall(r"^## (`.*)$", GUIDED["troubleshooting"], re.MULTILINE)
    explained = [message for heading in headings for message in re.findall(r"`(.*?)`", heading)]
    assert len(explained) > 5
    for message in explained:
        assert bare(message) in bare(source), message


def test_the_files_that_developers_names_exist() -> None:
    tree = ("", "searchkit", "index/searchkit_index", "tui/searchkit_tui")
    table = GUIDED["developers"].split("## How to add something")[1].split("## Tests")[0]
    named = re.findall(r"`([\w./]+(?:\.py|\.toml|/))`", table)
    assert len(named) > 10
    for path in named:
        assert any((PROJECT / root / path).exists() for root in tree), path


def test_the_floors_are_drawn_in_the_order_that_the_contract_keeps() -> None:
    written = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = written["tool"]["importlinter"]["contracts"][0]["layers"]
    floors = {name: row for row, layer in enumerate(layers) for name in layer.split(" | ")}
    drawing = GUIDED["developers"].split("```")[1]
    drawn = re.findall(r"^searchkit[_/]?(\w+)", drawing, re.MULTILINE)
    order = [floors[f"searchkit.{name}"] for name in drawn if f"searchkit.{name}" in floors]
    assert len(order) > 14
    assert order == sorted(order)


def test_the_figures_of_the_readme_are_those_of_the_page() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## How well")[1].split("It finds places")[0]
    for number in re.findall(r"(?<![\w.])\d+\.\d{3}(?!\d)|\d+\.\d+ ms|\d+ ms", table):
        assert number in GUIDED["figures"], number


def test_the_example_of_a_score_has_the_shares_of_a_real_one(indexed_repo: Path, searchkit) -> None:
    """The values depend on the folder; the names of sides and rules do not."""
    found = searchkit("query", "open a socket", indexed_repo, "--explain", "-n", "1").stdout
    (example,), (real,) = (
        [re.findall(r"(\w+) [+-]\d", line) for line in text.splitlines() if "    score " in line]
        for text in (GUIDED["ranking"], found)
    )
    assert example == real
