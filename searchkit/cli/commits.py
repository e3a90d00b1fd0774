"""`searchkit query --commits` and `searchkit index --commits`: the history of a folder."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from searchkit.cli.pager import paged
from searchkit.cli.terminal import (
    Part,
    hint,
    note,
    on_terminal,
    one_line,
    say,
    say_json,
    say_record,
    styled,
)
from searchkit.printable import shell_word

if TYPE_CHECKING:
    from searchkit.cli.folders import Folders
    from searchkit.cli.shape import Shape
    from searchkit.commits import CommitAnswer
    from searchkit.history import Commit, Coverage, History
    from searchkit.indexes.index import Index
    from searchkit.query import Query
    from searchkit_index.pipeline.report import Progress

_LINES = 8  # of a commit, on a terminal
_MANY = 20  # commits above which a line tells that they are read


def ask(asked: "Query", within: Sequence[Path] | None, folders: "Folders", shape: "Shape") -> int:
    """Ask the histories of folders, and show what they answer.

    Args:
        asked: The question.
        within: The folders; None for all that are indexed.
        folders: How they are asked.
        shape: How the answer is shown.

    Returns:
        The exit code.
    """
    from searchkit.commits import search_commits
    from searchkit.history import History
    from searchkit.indexes.scope import filters_within
    from searchkit.workspace import Workspace

    filter = asked.filter
    if any((filter.languages, filter.globs, filter.kinds, filter.difference)):
        raise typer.BadParameter("`--commits` goes with `-e`, `-F` and `--min-confidence` only")
    if shape.chosen not in (None, "--json", "--jsonl") or shape.explain:
        raise typer.BadParameter("`--commits` is printed as lines, `--json` or `--jsonl`")
    with Workspace(model=folders.model) as workspace:
        folders.index_missing(workspace, within or ())
        roots = list(filters_within(within, filter))
        answer = search_commits(
            roots,
            asked.limited(workspace.settings.limit),
            workspace.embedder,
            refresh=_refresh if folders.refresh else History.coverage,
        )
    _show(asked.text, answer, shape)
    return 0 if answer.commits else 1


def index_all(index: "Index", *, quiet: bool) -> "Coverage":
    """Index the whole history of a folder, and tell how many commits it has unless `quiet`."""
    from searchkit import wording
    from searchkit.history import ALL, History

    covered = _refresh(History(index.root, index.embedder), most=ALL, quiet=quiet)
    if not quiet:
        note(f"indexed {wording.amount(covered.commits, 'commit')} of `{index.root}`")
    return covered


def _refresh(history: "History", most: int | None = None, *, quiet: bool = False) -> "Coverage":
    from searchkit import wording
    from searchkit.cli.progress import ShowProgress, reporting

    with ExitStack() as stack:
        reports: list[ShowProgress] = []

        def begin(count: int) -> None:
            if not quiet and count > _MANY:
                note(f"searchkit: reading {wording.amount(count, 'commit')} of `{history.root}`")
            reports.append(stack.enter_context(reporting(quiet=quiet)))

        def progress(reached: "Progress") -> None:
            for report in reports:  # none where there is nothing to do
                report(reached)

        return history.refresh(most, progress, begin)


def _show(asked: str, answer: "CommitAnswer", shape: "Shape") -> None:
    from searchkit import wording

    if shape.as_json:
        _print_json(asked, answer)
    elif shape.as_jsonl:
        for commit in answer.commits:
            say_json(commit.record())
    elif on_terminal():
        _print_for_people(answer.commits)
    else:
        for commit in answer.commits:
            where = f"{commit.root}: " if len(answer.coverage) > 1 else ""
            say(one_line(f"{where}{commit.id[:12]} {commit.date[:10]} {commit.subject}"))
    if not answer.commits:
        note(f"searchkit: {wording.NOTHING_FOUND}")
    elif answer.weak:
        note(f"searchkit: {wording.WEAK_MATCH}")
    _say_covered(answer)


def _print_for_people(commits: "Sequence[Commit]") -> None:
    with paged():
        for number, commit in enumerate(commits):
            if number:
                say()
            heading: list[Part] = [styled(commit.id[:12], "yellow"), f" {commit.date[:10]} "]
            say(*heading, styled(one_line(commit.author), "cyan"))
            lines = [line for line in commit.text.split("\n") if line.strip() != commit.subject]
            say("    ", styled(one_line(commit.subject), "bold"))
            for line in [line for line in lines if line.strip()][:_LINES]:
                say("    ", one_line(line))


def _print_json(asked: str, answer: "CommitAnswer") -> None:
    roots = [
        {"root": str(root), **covered._asdict(), **_fault(answer, root)}
        for root, covered in answer.coverage.items()
    ]
    values = {
        "query": asked,
        "roots": roots,
        "weak": answer.weak,
        "commits": [commit.record() for commit in answer.commits],
    }
    say_record(values)


def _fault(answer: "CommitAnswer", root: Path) -> dict[str, str]:
    fault = answer.unwritten.get(root)
    return {"fault": fault.message, "hint": fault.hint} if fault else {}


def _say_covered(answer: "CommitAnswer") -> None:
    from searchkit.history import is_shallow

    for root, fault in answer.faults.items():
        note(f"searchkit: `{root}` was not asked: {fault.message}")
    for root, (commits, total) in answer.coverage.items():
        if commits < total:
            note(f"searchkit: the newest {commits:,} of {total:,} commits were asked")
            hint(f"type `searchkit index --commits {shell_word(root)}` for all")
        elif (answer.weak or not answer.commits) and is_shallow(root):
            note(f"searchkit: `{root}` is a shallow clone: older commits are not there")
            hint(f"type `git -C {shell_word(root)} fetch --unshallow` to have them")
    for fault in answer.unwritten.values():
        note(f"searchkit: new commits are not indexed: {fault.message}")
        hint(fault.hint)
