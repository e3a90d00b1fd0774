"""The sentences of all front ends: on the freshness of answers, on runs, and on indexes."""

import errno
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.printable import error_line, shell_word
from searchkit.status import Freshness, Status
from searchkit_index.errors import NotIndexedError
from searchkit_index.system.children import current_folder

if TYPE_CHECKING:
    from searchkit_index.errors import SearchkitError
    from searchkit_index.pipeline.report import Progress, Report

NOTHING_FOUND = "nothing was found"
WEAK_MATCH = "weak match: probably nothing here is about this"


def no_hits(unmet: "SearchkitError | None") -> tuple[str, str]:
    """Say that nothing was found, or what part of a filter leaves nothing; and what to do."""
    return (unmet.message, unmet.hint) if unmet else (NOTHING_FOUND, "")


def system_fault(error: OSError) -> tuple[str, str]:
    """Say what the system refused, of which file, and what to do."""
    said = error_line(error)
    said = f"{said[:1].lower()}{said[1:]}"
    if error.filename is None:  # a pipe, say
        gone = isinstance(error, FileNotFoundError) and current_folder() is None
        return ("the current folder was removed", "`cd` to another one") if gone else (said, "")
    hint = "check its permissions" if isinstance(error, PermissionError) else ""
    if error.errno == errno.ENOSPC:
        hint = "free some room, or remove some files where `df -i` shows that none may be added"
    return f"{said}: `{os.fsdecode(error.filename)}`", hint


# What a run does in each stage, and to what.
STAGES = {
    "renew": ("renewing", "chunk"),
    "remove": ("removing", "file"),
    "read": ("reading", "file"),
    "embed": ("embedding", "passage"),
    "words": ("embedding", "word"),
}


def amount(count: int, noun: str, several: str = "") -> str:
    """Return a number with its noun: `1 file`, `1,204 files`, `2 repositories`."""
    return f"{count:,} {noun if count == 1 else several or f'{noun}s'}"


def near_words(near: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Say for each word of a question its near words: `velo` ~ `bicycle`, `bike`."""
    for word, standing in near.items():
        yield f"`{word}` ~ {', '.join(f'`{other}`' for other in standing)}"


def lines_asked_for(first: int, last: int | None) -> str:
    """Name the lines from one to another, or to the end: `line 3`, `lines 3-9`."""
    return f"line {first}" if last in (None, first) else f"lines {first}-{last}"


def megabytes(size: int) -> str:
    """Return a number of bytes in megabytes: `1.4 MB`."""
    return f"{size / 1e6:,.1f} MB"


def moment(seconds: float | None) -> str:
    """Return a time in seconds since the epoch as local date and time; None has not come yet."""
    if seconds is None:
        return "not finished yet"
    try:
        return datetime.fromtimestamp(seconds).isoformat(" ", "seconds")
    except (OverflowError, OSError, ValueError):
        return "unknown"


_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def age(seconds: float | None) -> str:
    """Return how long ago a time in seconds since the epoch was: `3 hours ago`."""
    if seconds is None:
        return "not finished yet"
    gone = time.time() - seconds
    for length, name in _SPANS:
        if gone >= length:
            return f"{amount(int(gone // length), name)} ago"
    return "just now"


def uncovered(freshness: Freshness) -> list[str]:
    """Tell what an answer does not cover, in sentences; none when it covers everything."""
    sentences = []
    if freshness.busy:
        sentences.append("this folder is being indexed; the answer covers what is done so far")
    if freshness.pending:
        verb = "is" if freshness.pending == 1 else "are"
        sentences.append(
            f"{amount(freshness.pending, 'passage')} {verb} found by words, not yet by meaning"
        )
    changed = freshness.stale - freshness.older
    if changed and not freshness.busy:
        verb = "is" if changed == 1 else "are"
        sentences.append(f"{amount(changed, 'file')} changed and {verb} not indexed yet")
    if freshness.older and not freshness.busy:
        verb = "is" if freshness.older == 1 else "are"
        sentences.append(
            f"{amount(freshness.older, 'file')} {verb} found as before the upgrade of searchkit,"
            " and not indexed anew yet"
        )
    if freshness.fault:
        sentences.append(freshness.fault)
    return sentences


def unseen(folders: int) -> str:
    """Tell in how many folders an answer may lack what changed."""
    return f"there was no time to look for changes in {amount(folders, 'folder')}"


def can_catch_up(freshness: Freshness) -> bool:
    """Tell whether an index run would add to what an answer covers."""
    return bool(freshness.stale or freshness.pending) and not freshness.busy


def coverage(freshness: Freshness) -> str:
    """Tell on how many files an answer rests, where it covers all there is."""
    return f"{holds(freshness.files, freshness.skipped)}{in_part(freshness)}, up to date"


def in_part(freshness: Freshness) -> str:
    """Tell how many of the files are indexed only in part, behind a comma; "" for none."""
    return f", {freshness.partial:,} only in part" if freshness.partial else ""


def holds(files: int, skipped: int) -> str:
    """Tell how many files an index holds, and how many it leaves out."""
    return f"{amount(files, 'file')}, {skipped:,} skipped"


def to_index(root: Path) -> str:
    """Say what to type to index a folder, as a hint."""
    return f"type `searchkit index {shell_word(root)}`"


def never_indexed(root: Path) -> NotIndexedError:
    """Make the error that a folder was never indexed."""
    return NotIndexedError(f"`{root}` was never indexed", to_index(root))


def progress(reached: "Progress") -> str:
    """Tell how far a run is: `reading: 200 of 1,204 files`."""
    doing, thing = STAGES[reached.stage]
    return f"{doing}: {reached.done:,} of {amount(reached.total, thing)}"


def indexed(root: Path, status: Status, report: "Report") -> list[str]:
    """Tell what an index run did, in one line or two."""
    known = f" and {report.reused:,} known" if report.reused else ""
    parts = [
        amount(status.files, "file"),
        amount(status.chunks, "chunk"),
        f"{report.embedded:,} newly embedded{known} in {report.seconds:.1f} s",
    ]
    if report.silent:
        parts.append(f"{report.silent:,} had changed though size and time had not")
    if skipped := sum(status.skipped.values()):
        parts.append(f"{amount(skipped, 'file')} skipped (`searchkit status` says why)")
    if partial := sum(status.partial.values()):
        of = f"of {amount(partial, 'large file')} only the beginning"
        parts.append(f"{of} (`searchkit status --skipped` says how to read more)")
    lines = [f"indexed `{root}`: " + ", ".join(parts)]
    if status.without_grammar:
        names = ", ".join(status.without_grammar)
        lines.append(f"no grammar is installed for {names}: chunked by blank lines")
    return lines


def status_rows(status: Status, freshness: Freshness) -> Iterator[tuple[str, str]]:
    """Yield the lines of an index's status: a label, empty on continuation lines, and a value."""
    yield "root", str(status.root)
    yield "index", str(status.folder)
    yield "model", f"{status.model} ({status.fingerprint})"
    yield "files", f"{status.files:,} indexed, {sum(status.skipped.values()):,} skipped"
    for reason, count in (*status.skipped.items(), *status.partial.items()):
        yield "", f"{count:,} {reason}"
    yield "chunks", f"{status.chunks:,} ({status.passages:,} different)"
    for language, counts in status.languages.items():
        yield "", f"{language}: {_files_and_chunks(counts)}"
    for language, counts in _named(status.natural_languages).items():
        yield "", f"prose in {language}: {_files_and_chunks(counts)}"
    if status.without_grammar:
        yield "", f"no grammar is installed for {', '.join(status.without_grammar)}"
    yield "vectors", (status.layout or "none published") + _recall(status)
    yield (
        "on disk",
        f"{megabytes(status.catalog_bytes)} text and vectors, "
        f"{megabytes(status.vector_bytes)} FAISS",
    )
    yield "last run", moment(status.last_run)
    yield "changed", f"{amount(freshness.stale - freshness.older, 'file')} since"
    if freshness.older:
        yield "", f"{amount(freshness.older, 'file')} to index anew since an upgrade"
    yield "pending", f"{amount(status.pending, 'passage')} to embed"
    for name in ("include", "exclude"):
        if globs := getattr(status.rules, name):
            yield name, ", ".join(globs)


def aligned(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield rows of labels and values as lines, the values below each other."""
    for label, value in rows:
        yield f"{label:<10} {value}" if label else f"{'':13}{value}"


def _files_and_chunks(counts: tuple[int, int]) -> str:
    files, chunks = counts
    return f"{amount(files, 'file')}, {amount(chunks, 'chunk')}"


def _named(languages: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Name natural languages, each with its code and counts."""
    from searchkit_index.languages.natural import NAMES

    return {f"{NAMES.get(code, code)} ({code})": counts for code, counts in languages.items()}


def _recall(status: Status) -> str:
    return "" if status.recall is None else f", recall {status.recall:.3f} at 10 of the flat scan"
