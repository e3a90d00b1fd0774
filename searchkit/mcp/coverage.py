"""Tells what an answer is worth: whether it is weak, what was cut, and which files it rests on."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from searchkit import wording
from searchkit.hits.budget import Fitted
from searchkit.search.answer import Answer
from searchkit.status import Freshness
from searchkit.team.answer import TeamAnswer
from searchkit.team.manifest import Manifest
from searchkit_index.errors import SearchkitError

# Up to so many folders each has its own coverage; that of more is added up.
_APART = 3


def said(answer: Answer, fitted: Fitted) -> Iterable[str]:
    """Yield sentences on how good an answer is, and what it leaves out."""
    if not answer.hits:
        yield from filter(None, wording.no_hits(answer.unmet))
    elif answer.weak:
        yield wording.WEAK_MATCH
    if sum(fitted.cut):
        yield f"{wording.amount(sum(fitted.cut), 'line')} cut to keep within max_tokens"
    if fitted.left_out:
        yield f"{wording.amount(fitted.left_out, 'hit')} left out to keep within max_tokens"
    yield from answer.remarks()
    if len(answer.roots) > _APART:
        yield from _summed_up(answer)
        return
    for root in answer.roots:
        where = f"{root}: " if len(answer.roots) > 1 else ""
        yield from (f"{where}{sentence}" for sentence in _coverage_sentences(answer, root))


def _summed_up(answer: Answer) -> Iterable[str]:
    """Yield sentences on what an answer of many folders covers, all together."""
    total = _total(answer)
    folders = wording.amount(len(answer.roots), "folder")
    yield f"{folders}, {wording.coverage(total).removesuffix(', up to date')}"
    yield from wording.uncovered(total)
    if answer.unseen:
        yield wording.unseen(answer.unseen)
    for root, fault in islice(answer.faults.items(), 1):
        more = f", and {len(answer.faults) - 1} more" if len(answer.faults) > 1 else ""
        yield f"not asked: {root}: {fault.message}{more}"


def _total(answer: Answer) -> Freshness:
    fresh = answer.freshness.values()
    names = ("files", "skipped", "stale", "pending", "older", "partial")
    sums = {name: sum(getattr(each, name) for each in fresh) for name in names}
    total = Freshness(**sums, busy=any(each.busy for each in fresh))
    kept = next((each for each in fresh if each.fault), total)
    return replace(total, fault=kept.fault, hint=kept.hint)


def coverages(answer: Answer) -> Iterable[dict[str, Any]]:
    """Tell of each folder, or of many together; of each repository of a shared index."""
    if isinstance(answer, TeamAnswer):
        yield from map(_of_repository, answer.repositories)
        return
    if len(answer.roots) <= _APART:
        for root in answer.roots:
            yield coverage(root, answer.freshness.get(root), answer.faults.get(root))
        return
    looked = {"looked_for_changes": len(answer.freshness), "faults": len(answer.faults)}
    yield {"roots": len(answer.roots), **looked, **asdict(_total(answer))}


def _of_repository(manifest: Manifest) -> dict[str, Any]:
    names = ("name", "commit", "modified", "pushed", "files", "pending")
    skipped = sum(manifest.skipped.values())
    return {name: getattr(manifest, name) for name in names} | {"skipped": skipped}


def _coverage_sentences(answer: Answer, root: Path) -> list[str]:
    if fault := answer.faults.get(root):
        return [f"not asked: {fault.message}"]
    fresh = answer.freshness.get(root)
    if fresh is None:
        return ["there was no time to look for changes"]
    return wording.uncovered(fresh) or [wording.coverage(fresh)]


def coverage(
    root: Path, fresh: Freshness | None, fault: SearchkitError | None = None
) -> dict[str, Any]:
    """Tell of one folder: how fresh it is, or why it was not asked."""
    if fault:
        return {"root": str(root), "fault": fault.message}
    if fresh is None:
        return {"root": str(root), "looked_for_changes": False}
    return {"root": str(root), **asdict(fresh)}
