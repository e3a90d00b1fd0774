"""What is typed wrongly is answered with what to type, and help with words that people read."""

import shlex
from itertools import product
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("arguments", "told", "hint"),
    [
        (["quer", "x"], "`quer`", "did you mean `query`?"),
        (["query", "x", "--lnag", "go"], "--lnag", "did you mean `--lang`?"),
        (["query", "x", "-n", "1e20"], "`-n`", "type `searchkit query --help`"),
        (["query", "x", "--mode", "foo"], "`foo`", "known are `hybrid`, `semantic`, `lexical`"),
        (["query", "x", "-C", "-1"], "`-1` is below 0", "type `searchkit query --help`"),
        (["query", "x", "-n", "0"], "the limit is 0", "give a whole number from 1 to 100,000"),
        (["query", "x", "-n", "9" * 30], "the limit", "give a whole number from 1 to 100,000"),
        (["query", "x", "--min-confidence", "nan"], "nan", "give a number from 0 to 1"),
        (["help", "quer"], "`quer`", "did you mean `query`?"),
        (["doctor", "x"], "not `x`", "type `searchkit doctor --help`"),
        (["query"], "missing argument", "type `searchkit query --help`"),
        (["config", "--color", "blue"], "`blue`", "type `searchkit config --help`"),
    ],
)
def test_what_is_typed_wrongly_is_told_without_the_words_of_a_library(
    searchkit, arguments: list[str], told: str, hint: str
) -> None:
    done = searchkit(*arguments)
    assert done.returncode == 2
    first, _, last = done.stderr.splitlines()
    assert told in first
    assert last == f"hint: {hint}"
    assert "Input should" not in first
    assert "Value error" not in first


def test_every_help_is_in_words_that_people_read(searchkit) -> None:
    listed = searchkit("help").stdout.partition("  -h, --help")[2]
    assert "..." not in listed  # each is said in a line
    commands = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
    assert {"query", "index", "doctor", "help", "models"} <= set(commands)
    for command in filter(str.islower, commands):
        shown = searchkit("help", command).stdout
        assert shown == searchkit(command, "-h").stdout
        assert not set("<{") & set(shown), command
        assert shown.count(f"searchkit {command}") >= 3, command  # usage and two examples


def test_the_commands_stand_in_groups(searchkit) -> None:
    shown = searchkit("-h").stdout
    places = [shown.index(title) for title in ("Search:", "Manage indexes:", "Models:")]
    assert places == sorted(places)
    assert places[0] < shown.index("  query") < places[1] < shown.index("  index") < places[2]


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version_is_one_line(searchkit, option: str) -> None:
    assert searchkit(option).stdout.startswith("searchkit ")


def test_the_nearest_name_is_offered_and_no_other(searchkit, indexed: Path) -> None:
    said = searchkit("query", "x", "--langg", "go").stderr
    assert "no such option `--langg`" in said
    assert "did you mean `--lang`?" in said
    said = searchkit("status", indexed / "net" / "sokets.py").stderr
    assert "sockets.py`?" in said


def test_a_file_was_offered_for_the_end_of_its_name_alone(searchkit, indexed: Path) -> None:
    (indexed / "long.txt").write_text("a word\n")
    said = searchkit("get", indexed / "nope.txt").stderr
    assert "hint: check the spelling" in said
    assert "long.txt" in searchkit("get", indexed / "logn.txt").stderr


def test_words_of_other_programs_are_answered_with_what_to_type(searchkit) -> None:
    for word, typed in (("watch", "index PATH --watch"), ("find", "query TEXT"), ("ls", "list")):
        assert f"hint: type `searchkit {typed}`" in searchkit(word).stderr
    assert "`searchkit query 'open a socket'`" in searchkit("open a socket").stderr
    assert "goes after `--`" in searchkit("get", "-z").stderr


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("query x --type py", "type `--lang LANG`"),
        ("query x -g *.md", "type `--glob GLOB`"),
        ("query x --exclude docs", "type `--glob '!GLOB'`"),
        ("query x --top-k 5", "type `-n NUMBER`"),
        ("query x --format json", "type `--json`"),
        ("index --ignore docs", "type `--exclude GLOB`"),
        ("list --format json", "type `--json`"),
        ("list --top-k 5", "type `searchkit list --help`; a text"),
        ("query x --ext2 py", "type `searchkit query --help`; a text"),
        ("--langg", "type `searchkit --help`; a text"),
    ],
)
def test_options_of_other_programs_were_answered_with_any_that_shares_letters(
    searchkit, line: str, hint: str
) -> None:
    assert f"\n\nhint: {hint}" in searchkit(*line.split()).stderr


def test_a_question_without_quotation_marks_was_told_to_check_the_spelling(
    searchkit, indexed: Path
) -> None:
    for words in ("open sockets", "open a socket", "-n 3 open a socket it's"):
        said = searchkit("query", *words.split(), cwd=indexed).stderr
        whole = shlex.quote(words.removeprefix("-n 3 "))
        assert f"type `searchkit query {whole}`\n" in said
    assert "after `--in`" in searchkit("query", "open", "net", "docs", cwd=indexed).stderr
    for path in ("no/sockets", "net"):
        assert "all the words" not in searchkit("query", "open", path, cwd=indexed).stderr


def test_a_line_that_is_not_there_is_told_from_a_file_that_is_not_indexed(
    searchkit, indexed: Path
) -> None:
    said = searchkit("similar", f"{indexed}/parse.go:999").stderr
    assert "line 999 of `parse.go` is not indexed\n\nhint: give one from 1 to " in said
    assert "is a folder" in searchkit("similar", f"{indexed}:1").stderr


def test_an_empty_glob_is_refused_and_finds_not_nothing(searchkit, indexed: Path) -> None:
    assert "a glob is empty" in searchkit("query", "x", indexed, "--glob", "").stderr


def test_a_hint_named_what_had_been_typed_for_a_name_with_a_line_end(tree: Path, searchkit) -> None:
    (tree / "two\nlines.md").write_text("a walrus\n")
    searchkit("index", "-q", tree)
    said = searchkit("get", r"two\nlines.md", cwd=tree).stderr
    assert f"did you mean `$'{tree}/two\\x0alines.md'`?" in said


def test_for_a_link_that_leads_nowhere_itself_was_offered(searchkit, indexed: Path) -> None:
    (indexed / "loop").symlink_to("loop")
    (indexed / "broken").symlink_to("gone")
    for name, asked in product(("loop", "broken"), (["x"], ["--like"])):
        said = searchkit("query", *asked, indexed / name).stderr
        assert f"`{indexed / name}` is a link to what is not there" in said
        assert "did you mean" not in said


def test_no_hint_told_what_is_wrong_with_the_file_of_a_question(searchkit, indexed: Path) -> None:
    for name, hint in (("READMEE.md", "README.md`?"), ("a" * 5000, "spelling"), ("a/b", "hint:")):
        said = searchkit("query", "--like", indexed / name).stderr
        assert "there is no file or folder" in said
        assert hint in said


def test_a_file_without_a_line_was_only_called_wrong(searchkit, indexed: Path) -> None:
    said = searchkit("similar", "README.md", cwd=indexed).stderr
    assert "`README.md` is named without a line" in said
    assert "searchkit query --like README.md" in said
    assert "PATH:LINE" in searchkit("similar", "a" * 5000, cwd=indexed).stderr
