"""The log of a run as a picture: losses by source, and how well kept-back pairs are found.

Reads `log.jsonl` alone, so it can be drawn while the run goes on.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

# Steps that one point of a loss curve is the mean of.
_SMOOTHED = 20


def draw(log: Path, picture: Path) -> None:
    """Draw the curves of a log.

    Args:
        log: JSON lines, see `Progress` and `Watched`.
        picture: Any kind that matplotlib writes, by its suffix.
    """
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    figure, (losses, found) = pyplot.subplots(1, 2, figsize=(12, 5), layout="constrained")
    _plot(losses, _losses(lines), "contrastive loss")
    _plot(found, _found(lines), "reciprocal rank of kept-back pairs")
    found.legend(fontsize="x-small", ncols=2)
    figure.savefig(picture)
    pyplot.close(figure)


def _plot(axes: Any, curves: dict[str, list[tuple[float, float]]], title: str) -> None:
    for name, points in sorted(curves.items()):
        axes.plot(*zip(*points, strict=True), label=name, linewidth=1)
    axes.set(title=title, xlabel="million tokens")
    axes.grid(alpha=0.3)


def _losses(lines: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    steps = defaultdict(list)
    for line in lines:
        if "contrastive" in line:
            steps[line["source"]].append((line["total_tokens"] / 1e6, line["contrastive"]))
    return {name: _means(points) for name, points in steps.items()}


def _found(lines: list[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    curves = defaultdict(list)
    for line in lines:
        for name, figure in line.get("found", {}).items():
            curves[name].append((line["total_tokens"] / 1e6, figure))
    return curves


def _means(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    groups = [points[start : start + _SMOOTHED] for start in range(0, len(points), _SMOOTHED)]
    return [(group[-1][0], sum(loss for _, loss in group) / len(group)) for group in groups]
