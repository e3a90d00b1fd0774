"""Draws the log of a run: losses by source, and how well kept-back pairs are found.

Reads `log.jsonl` alone, so it can be drawn while the run goes on.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from itertools import cycle, product
from pathlib import Path
from typing import Any

# Steps that one point of a loss curve is the mean of.
_SMOOTHED = 20

# Sources in one column of the legend: as many as fit beside a figure of this height.
_COLUMN = 34

# Matplotlib's own ten.
_COLOURS = tuple(f"C{number}" for number in range(10))

Curves = dict[str, list[tuple[float, float]]]


def draw(log: Path, picture: Path) -> None:
    """Draw the curves of a log.

    Args:
        log: JSON Lines, see `TrainingProgress` and `run._watch`.
        picture: The file to write, in the format that its suffix names to matplotlib.
    """
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    figure, (losses, found) = pyplot.subplots(1, 2, figsize=(15, 6), layout="constrained")
    lost, met = _losses(lines), _found(lines)
    styles = dict(zip(sorted({*lost, *met}), cycle(product(("-", ":"), _COLOURS)), strict=False))
    _plot(losses, lost, "contrastive loss", styles)
    _plot(found, met, "reciprocal rank of kept-back pairs", styles)
    handles, names = losses.get_legend_handles_labels()
    columns = -(-len(names) // _COLUMN)
    figure.legend(handles, names, fontsize="x-small", loc="outside right center", ncols=columns)
    figure.savefig(picture)
    pyplot.close(figure)


def _plot(axes: Any, curves: Curves, title: str, styles: Mapping[str, tuple[str, str]]) -> None:
    for name, points in sorted(curves.items()):
        line, colour = styles[name]
        axes.plot(*zip(*points, strict=True), label=name, linestyle=line, color=colour)
    axes.set(title=title, xlabel="million tokens")
    axes.grid(alpha=0.3)


def _losses(lines: list[dict[str, Any]]) -> Curves:
    steps = defaultdict(list)
    for line in lines:
        if "source" in line:
            steps[line["source"]].append((line["total_tokens"] / 1e6, line["contrastive"]))
    return {name: _means(points) for name, points in steps.items()}


def _found(lines: list[dict[str, Any]]) -> Curves:
    curves = defaultdict(list)
    for line in lines:
        for name, figure in line.get("found", {}).items():
            curves[name].append((line["total_tokens"] / 1e6, figure))
    return curves


def _means(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    groups = [points[start : start + _SMOOTHED] for start in range(0, len(points), _SMOOTHED)]
    return [(group[-1][0], sum(loss for _, loss in group) / len(group)) for group in groups]
