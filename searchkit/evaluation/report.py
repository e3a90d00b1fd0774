"""Formats results as a table and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from searchkit.evaluation.evaluate import Result


def by_task(
    results: Mapping[str, Sequence[Result | None]],
) -> Iterator[tuple[Result, tuple[Result | None, ...]]]:
    """Yield each task's results: the first that is known, and that of every system in order."""
    for line in zip(*results.values(), strict=True):
        yield next(result for result in line if result is not None), line


def rows(
    results: Mapping[str, Sequence[Result | None]], *, intervals: bool = False
) -> list[list[str]]:
    """Tabulate each task's main figures, times 100.

    Args:
        results: For each system its results, all over the same tasks in the same order.
        intervals: Whether half the width of its 95 % interval stands beside each figure.

    Returns:
        A header, and one row for each figure: task, figure, the value of each system.
    """
    table = [["task", "figure", *results]]
    for known, line in by_task(results):
        for figure in known.main:
            table.append(
                [known.task, figure, *(_shown(result, figure, intervals) for result in line)]
            )
    return table


def by_language(results: Mapping[str, Sequence[Result | None]]) -> list[list[str]]:
    """Tabulate the main figure by language and by file type, times 100.

    Args:
        results: For each system its results, all over the same tasks in the same order.

    Returns:
        A header, and one row for each language or file type of each task: task, part, the value
        of each system.
    """
    table = [["task", "part", *results]]
    for known, line in by_task(results):
        for part in ("languages", "file_types"):
            for name in getattr(known, part):
                values = [getattr(result, part).get(name) if result else None for result in line]
                shown = ["-" if value is None else f"{100 * value:.1f}" for value in values]
                table.append([known.task, name, *shown])
    return table


def markdown(table: Sequence[Sequence[str]]) -> str:
    """Format a table in Markdown, its first row as the header."""
    lines = [f"| {' | '.join(row)} |" for row in table]
    lines.insert(1, "|" + "---|" * len(table[0]))
    return "\n".join(lines)


def as_json(results: Mapping[str, Sequence[Result | None]]) -> dict[str, Any]:
    """Convert results to what `json.dumps` takes: for each system its results."""
    return {
        system: [asdict(result) for result in each if result is not None]
        for system, each in results.items()
    }


def _shown(result: Result | None, figure: str, interval: bool) -> str:
    if result is None:
        return "-"
    low, high = result.intervals.get(figure, (0.0, 0.0))
    beside = f" ±{50 * (high - low):.1f}" if interval and high else ""
    return f"{100 * result.figures[figure]:.1f}{beside}"
