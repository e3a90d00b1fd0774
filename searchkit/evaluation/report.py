"""Results as a table to read and as JSON to keep; it measures nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from searchkit.evaluation.evaluate import Result


def rows(results: Mapping[str, Sequence[Result | None]]) -> list[list[str]]:
    """A header and one row for each figure that counts: task, figure, then each system, times 100.

    Args:
        results: For each system its results, all over the same tasks in the same order.
    """
    table = [["task", "figure", *results]]
    for line in zip(*results.values(), strict=True):
        known = next(result for result in line if result is not None)
        for figure in known.main:
            table.append([known.task, figure, *(_shown(result, figure) for result in line)])
    return table


def by_language(results: Mapping[str, Sequence[Result | None]]) -> list[list[str]]:
    """A header and one row for each language and file type of each task, times 100."""
    table = [["task", "part", *results]]
    for line in zip(*results.values(), strict=True):
        known = next(result for result in line if result is not None)
        for part in ("languages", "file_types"):
            for name in getattr(known, part):
                values = [getattr(result, part).get(name) if result else None for result in line]
                shown = ["-" if value is None else f"{100 * value:.1f}" for value in values]
                table.append([known.task, name, *shown])
    return table


def markdown(table: Sequence[Sequence[str]]) -> str:
    """A table with its first row as header."""
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, "|" + "---|" * len(table[0]))
    return "\n".join(lines)


def as_json(results: Mapping[str, Sequence[Result | None]]) -> dict[str, Any]:
    """All figures of all systems, languages included."""
    return {
        system: [asdict(result) for result in each if result is not None]
        for system, each in results.items()
    }


def _shown(result: Result | None, figure: str) -> str:
    return f"{100 * result.figures[figure]:.1f}" if result else "-"
