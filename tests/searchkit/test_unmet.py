"""Which part of a filter leaves nothing to find, and what there is instead."""

from pathlib import Path

import pytest

from searchkit import Filter, Pattern
from searchkit.workspace import Workspace


@pytest.mark.parametrize(
    ("filter", "message", "hint"),
    [
        (Filter(languages=["rust"]), "nothing is indexed in `rust`", "languages here are `text`"),
        (Filter(kinds=["test"]), "nothing is indexed of the kind `test`", "kinds here are `prose`"),
        (
            Filter(globs=["src/**"]),
            "nothing is indexed at a path that matches `src/**`",
            "all files stand in the folder itself",
        ),
        (
            Filter(globs=["*.{md,txt}"]),
            "nothing is indexed at a path that matches `*.{md,txt}`",
            "braces stand for themselves: give a pattern for each of what is in them",
        ),
        (
            Filter(globs=["a.txt"], under=["b.txt"]),
            "nothing is indexed below `b.txt`, at a path that matches `a.txt`",
            "each of these fits something alone: take one off",
        ),
        (
            Filter(patterns=[Pattern("quokka"), Pattern("okapi")]),
            "no chunk has a line that matches `quokka` and one that matches `okapi`",
            "",
        ),
        (
            Filter(patterns=[Pattern("QUOKKA")], languages=["text"]),
            "no chunk that fits the other filters has a line that matches `QUOKKA`",
            "it matches in another case: add `-i`",
        ),
    ],
)
def test_a_filter_that_nothing_fits_said_only_that_nothing_was_found(
    workspace, folders, filter: Filter, message: str, hint: str
) -> None:
    unmet = workspace.search("quokka", filter=filter, within=folders).unmet
    assert (unmet.message, unmet.hint) == (message, hint)


def test_words_that_stand_nowhere_are_no_fault_of_a_filter(workspace, folders) -> None:
    answer = workspace.search("okapi", mode="lexical", filter=Filter(languages=["text"]))
    assert not answer.hits
    assert answer.unmet is None


@pytest.mark.parametrize("filter", [Filter(), Filter(languages=["python"])])
def test_other_words_were_asked_for_where_no_file_is_indexed(
    workspace, tmp_path: Path, filter: Filter
) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    workspace.build(root)
    unmet = workspace.search("quokka", filter=filter, within=[root]).unmet
    assert unmet.message == f"nothing is indexed in `{root}`"
    assert unmet.hint == f"type `searchkit status --skipped {root}` to see what was left out"


def test_natural_languages_stood_behind_eight_formats(tmp_path: Path, open_index) -> None:
    for ending in ("md", "rst", "txt", "py", "js", "json", "toml", "yaml", "css", "html"):
        (tmp_path / f"a.{ending}").write_text("quokka: 1\n")
    (tmp_path / "b.md").write_text("The quokka lives near the river, and it likes the shade.\n" * 4)
    with Workspace(open_index=open_index) as workspace:
        with open_index(tmp_path) as index:
            index.build()
        unmet = workspace.search("quokka", filter=Filter(["spanish"]), within=[tmp_path]).unmet
    assert unmet.hint.startswith("languages here are `english`, ")
