"""Draws results as bars: one for each system, by task and by language."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from searchkit.evaluation.evaluate import Result
from searchkit.evaluation.report import by_task

_BAR_WIDTH = 0.8  # of all bars of one task together


def draw(results: Mapping[str, Sequence[Result | None]], picture: Path) -> None:
    """Draw each task's main figures, and below them those by language where it has several.

    Args:
        results: For each system its results, all over the same tasks in the same order.
        picture: The file to write, in the format that its suffix names to matplotlib.
    """
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    groups = {"all": _tasks(results)} | _by_language(results)
    height = 3.5 * len(groups)
    figure, axes = pyplot.subplots(
        len(groups), 1, figsize=(12, height), layout="constrained", squeeze=False
    )
    for place, (title, bars) in zip(axes[:, 0], groups.items(), strict=True):
        _plot(place, title, bars, list(results))
    axes[0, 0].legend(fontsize="small")
    figure.savefig(picture)
    pyplot.close(figure)


def _plot(axes: Any, title: str, bars: dict[str, list[float]], systems: list[str]) -> None:
    width = _BAR_WIDTH / len(systems)
    for number, system in enumerate(systems):
        places = [place + number * width for place in range(len(bars))]
        axes.bar(places, [100 * values[number] for values in bars.values()], width, label=system)
    middle = (len(systems) - 1) * width / 2
    axes.set_xticks([place + middle for place in range(len(bars))], bars, rotation=45, ha="right")
    axes.set(title=title, ylim=(0, 100))
    axes.grid(axis="y", alpha=0.3)


def _tasks(results: Mapping[str, Sequence[Result | None]]) -> dict[str, list[float]]:
    """Collect the systems' values of each main figure, 0 where a system has none."""
    bars = {}
    for known, line in by_task(results):
        for figure in known.main:
            values = [result.figures[figure] if result else 0.0 for result in line]
            bars[f"{known.task} {figure}"] = values
    return bars


def _by_language(
    results: Mapping[str, Sequence[Result | None]],
) -> dict[str, dict[str, list[float]]]:
    groups = {}
    for known, line in by_task(results):
        if len(known.languages) > 1:
            groups[f"{known.task} by language"] = {
                language: [
                    result.languages.get(language, 0.0) if result else 0.0 for result in line
                ]
                for language in known.languages
            }
    return groups
