"""The paper's claim on decoders that were trained by others: English pairs alone, many languages.

    python tests/bench/decoders.py --data DATA --work RUNS [--only PATTERN] TASK_DIR...

Trains each variant of the recipes `gemma-270m` and `smollm2-135m` that is not done yet, the main
contrast first, measures it on a fixed sample of every task, and prints one table of all variants
with 95 % intervals. A run that is broken off goes on with the same command; nothing is trained or
measured twice. `--list` prints the names of all variants, so that several processes may do one each
by `--only`. `--chart` draws the curve over the number of English pairs.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from fnmatch import fnmatch
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from samples import sampled

from searchkit import load_embedder, training
from searchkit.evaluation.evaluate import Result, evaluate
from searchkit.evaluation.report import markdown, rows
from searchkit.training.paper.recipe import PaperRecipe, Source, load_paper_recipe
from searchkit.training.paper.run import train_by_paper

BASES = {"gemma-270m": "gemma-3-270m", "smollm2-135m": "smollm2-135m"}
SIZES = (500, 1_000, 2_000, 5_000, 20_000, 80_000)

# Beyond the recipe's kinds of pairs, of which there are 60,000: English documentation of code.
MORE = Source("code docs", "pairs", ("train/section-code.jsonl.xz",), ("en",), most=20_000)

# Rates of what moves, the first in the main contrast.
RATES: Mapping[Literal["biases", "last"], Sequence[float]] = {
    "biases": (2e-3, 2e-4, 2e-2),
    "last": (5e-5, 5e-6, 5e-4),
}
TUNED = {"biases": "biases", "last": "last layers"}

# Seeds of the main contrast's further runs: of the pairs, their order, and the terms at first.
SEEDS = (8, 9)

# Tasks whose languages name their script.
BY_SCRIPT = ("flores-bitext", "sib200")
ENGLISH = "eng_Latn"
# The languages that xquad-cross asks in.
FIVE = frozenset({"arb_Arab", "deu_Latn", "rus_Cyrl", "spa_Latn", "zho_Hans"})

Results = Mapping[str, Sequence[Result | None]]

# Variants that are drawn, and how: decoder, what moves, pairs, in which languages.
_DRAWN = re.compile(r"(.+): (?:as it is|(lora|biases), ([\d,]+) pairs( of all languages)?)")
_MARKS = {"lora": "o-", "biases": "x", "all languages": "s"}

# What the pairs of all languages are, beside those in English alone.
TRANSLATED = Source("news", "paraphrases", ("train/bitext-news.jsonl.xz",))


def sized(recipe: PaperRecipe, pairs: int) -> PaperRecipe:
    """So many pairs, in the recipe's own proportion of sources, 32 or more in a batch.

    Of the most a quarter are `MORE`.
    """
    added = (MORE,) if pairs == SIZES[-1] else ()
    share = (pairs - sum(each.most for each in added)) / sum(each.most for each in recipe.sources)
    sources = tuple(replace(each, most=round(each.most * share)) for each in recipe.sources)
    return replace(
        recipe, sources=(*sources, *added), batch=min(recipe.batch, max(32, pairs // 128))
    )


def all_languages(recipe: PaperRecipe) -> PaperRecipe:
    """As many pairs, in whatever language, a quarter of them translations."""
    own = tuple(replace(each, languages=(), most=each.most * 3 // 4) for each in recipe.sources)
    most = sum(each.most for each in recipe.sources) // 4
    return replace(recipe, sources=(*own, replace(TRANSLATED, most=most)))


def variants(recipe: PaperRecipe, main: int) -> Iterator[tuple[str, PaperRecipe | None]]:
    """List what is measured, the main contrast first.

    Args:
        recipe: What the variants vary.
        main: Pairs of all variants but those of the curve.

    Yields:
        How much moves, on how many pairs, in which languages, read where; and its recipe, or None
        for the decoder as it is.
    """
    english = sized(recipe, main)
    pairs = f"{main:,} pairs"
    yield "as it is", None
    yield f"lora, {pairs}", english
    for tuned, rates in RATES.items():
        yield f"{TUNED[tuned]}, {pairs}", replace(english, tuned=tuned, rate=rates[0])
    yield f"lora, {pairs} of all languages", all_languages(english)
    for size in SIZES:
        if size != main:
            yield f"lora, {size:,} pairs", sized(recipe, size)
    yield f"lora, {pairs}, mean of all tokens", replace(english, pooling="mean")
    yield f"lora, {pairs}, no role tokens", replace(english, roles=False)
    for tuned, rates in RATES.items():
        for rate in rates[1:]:
            name = f"{TUNED[tuned]}, {pairs}, rate {rate:g}"
            yield name, replace(english, tuned=tuned, rate=rate)
    for seed in SEEDS:
        yield f"lora, {pairs}, seed {seed}", replace(english, seed=seed)


def measured(
    name: str, model: str, tasks: Sequence[Path], done: Path, *, missing: bool = True
) -> list[Result | None]:
    """Measure one model on every task that it was not measured on; None unless `missing`."""
    path = done / f"{plain(name)}.json"
    found = json.loads(path.read_text()) if path.is_file() else {}
    embedder = None
    left = [task for task in tasks if missing and task.name not in found]
    for task in left:
        embedder = embedder or load_embedder(model)
        result = evaluate(embedder, task)
        assert result is not None  # an embedder has figures on every task
        found[task.name] = asdict(result)
        path.write_text(json.dumps(found, indent=2))
        say(f"{name}: {task.name} {result.figures}")
    return [Result(**found[task.name]) if task.name in found else None for task in tasks]


def by_variant(results: Results) -> list[list[str]]:
    """Tabulate with a row for each variant, and a column for each task."""
    header, *lines = rows(results, intervals=True)
    columns = [["model", *header[2:]]]
    for task, group in groupby(lines, itemgetter(0)):
        figures, *values = zip(*(line[1:] for line in group), strict=True)
        parts = " / ".join(figure.partition(" ")[2] for figure in figures)
        columns.append([f"{task}, {parts}".rstrip(", "), *map(" / ".join, values)])
    return [list(line) for line in zip(*columns, strict=True)]


def by_script(results: Results, tasks: Sequence[str]) -> list[list[str]]:
    """Tabulate tasks' means over five languages, those in Latin script but English, and others."""
    table = [["model", *(f"{task}, five languages / Latin / other scripts" for task in tasks)]]
    for name, line in results.items():
        found = {result.task: _split(result) for result in line if result}
        table.append([name, *(found.get(task, "-") for task in tasks)])
    return table


def _split(result: Result) -> str:
    scores = {each: 100 * score for each, score in result.languages.items() if each != ENGLISH}
    groups = (
        [score for language, score in scores.items() if language in FIVE],
        [score for language, score in scores.items() if language.endswith("_Latn")],
        [score for language, score in scores.items() if not language.endswith("_Latn")],
    )
    return " / ".join(f"{fmean(each):.1f}" if each else "-" for each in groups)


def draw(results: Results, beside: Sequence[str], target: Path) -> None:
    """Draw each task's figure over the number of English pairs, with 95 % intervals.

    A line for each decoder, marks for its biases alone and for pairs of all languages, and a level
    for each model beside them.
    """
    import matplotlib as mpl

    mpl.use("agg")
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "decoders", "font.size": 9})
    from matplotlib import pyplot

    count = len(next(iter(results.values())))
    figure, axes = pyplot.subplots(
        2, (count + 1) // 2, figsize=(11, 5.5), layout="constrained", squeeze=False
    )
    for number, axis in enumerate(axes.flat):
        if number < count:
            column = {name: found for name, line in results.items() if (found := line[number])}
            _plot(axis, column, beside)
        else:
            axis.set_axis_off()
    lines, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(target, metadata={"Date": None})


def _plot(axis: Any, column: Mapping[str, Result], beside: Sequence[str]) -> None:
    """Draw one task; of two figures the last, which is that of languages but English."""
    known = next(iter(column.values()))
    main = known.main[-1]
    series = _series(column)
    for (base, kind), points in sorted(series.items()):
        middle = [100 * each.figures[main] for each in points.values()]
        ends = [each.intervals[main] for each in points.values()]
        bars = [
            [value - 100 * low for value, (low, _) in zip(middle, ends, strict=True)],
            [100 * high - value for value, (_, high) in zip(middle, ends, strict=True)],
        ]
        label = f"{base}, {kind.replace('lora', 'low-rank terms')}"
        style = {"fmt": _MARKS[kind], "color": f"C{list(BASES).index(base)}", "capsize": 2}
        style |= {} if kind == "lora" else {"markerfacecolor": "none"}
        axis.errorbar(list(points), middle, bars, label=label, **style)
    for name, line in zip(beside, (":", "--", "-."), strict=False):
        if name in column:
            level = 100 * column[name].figures[main]
            axis.axhline(level, linestyle=line, color="gray", label=name)
    axis.set(title=f"{known.task}, {main}", ylim=(0, 100))
    _mark_pairs(axis, max((pairs for points in series.values() for pairs in points), default=0))


def _series(column: Mapping[str, Result]) -> dict[tuple[str, str], dict[int, Result]]:
    """Collect the results of each decoder and kind of training by pairs, in their order."""
    series: dict[tuple[str, str], dict[int, Result]] = defaultdict(dict)
    for name, found in column.items():
        if drawn := _DRAWN.fullmatch(name):
            base, tuned, pairs, languages = drawn.groups("")
            kind = languages.removeprefix(" of ") or tuned or "lora"
            series[base, kind][int(pairs.replace(",", "") or 0)] = found
    return {key: dict(sorted(points.items())) for key, points in series.items()}


def _mark_pairs(axis: Any, most: int) -> None:
    """Write the numbers of pairs below a picture; none stands beside them on a scale of powers."""
    ticks = [0, *(size for size in SIZES if size <= most)]
    names = [str(size) if size < 1_000 else f"{size // 1_000}k" for size in ticks]
    axis.set_xscale("symlog", linthresh=SIZES[0], linscale=0.3)
    axis.set(xlabel="pairs", xlim=(-100, 1.2 * most + 1))
    axis.set_xticks(ticks, names)
    axis.set_xticks([], minor=True)


def trained(name: str, recipe: PaperRecipe, chosen: argparse.Namespace) -> str:
    """Train a variant, unless that is done; the folder of its model."""
    if size := chosen.tokens:
        recipe = replace(recipe, piece_tokens=size, held_tokens=size, compile=False)
    folder: Path = chosen.work / plain(name)
    folder.mkdir(exist_ok=True)
    if not (folder / "model" / "searchkit.json").is_file():
        say(f"{name}: training")
        train_by_paper(recipe, data=chosen.data, work=folder, device=chosen.device, say=say)
    return str(folder.resolve() / "model")


def plain(name: str) -> str:
    """Name the file or folder of a variant."""
    return "".join(each for each in name if each not in ":,").replace(" ", "-")


def say(line: str) -> None:
    """Print a line at once: a run may be watched."""
    print(line, flush=True)


def chosen_variants(pairs: Sequence[int], pattern: str) -> Iterator[tuple[str, str, Any]]:
    """Yield names, bases and recipes of both decoders' variants in turn, as `variants` does."""
    recipes = Path(training.__path__[0]) / "recipes"
    loaded = {base: load_paper_recipe(recipes / f"{base}.toml") for base in BASES}
    both = [
        dict(chain.from_iterable(variants(recipe, main) for main in pairs))
        for recipe in loaded.values()
    ]
    for variant in both[0]:
        for base, of_base in zip(BASES, both, strict=True):
            name = f"{base}: {variant}"
            if fnmatch(name, pattern):
                yield name, BASES[base], of_base[variant]


def options() -> argparse.Namespace:
    """Read what was typed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", default="*", help="a pattern of the names of the variants to do")
    parser.add_argument(
        "--pairs", type=int, nargs="+", default=[2_000], help="of all but the curve's variants"
    )
    parser.add_argument("--texts", type=int, default=450, help="of each task; 0 for all")
    parser.add_argument(
        "--tokens", type=int, default=0, help="of one pass, if a GPU holds more than a recipe says"
    )
    parser.add_argument("--beside", nargs="*", default=[], help="other models to measure")
    parser.add_argument("--table", action="store_true", help="print what is measured, no more")
    parser.add_argument("--list", action="store_true", help="print the variants' names, no more")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--chart", type=Path, help="a picture to draw, as SVG, PNG or PDF")
    return parser.parse_args()


def main() -> None:
    """Train and measure whatever is missing, and print the tables."""
    chosen = options()
    if chosen.list:
        say("\n".join(name for name, _, _ in chosen_variants(chosen.pairs, chosen.only)))
        return
    done = chosen.work / "figures"
    done.mkdir(parents=True, exist_ok=True)
    tasks = chosen.tasks
    if chosen.texts:
        tasks = [sampled(task, chosen.texts, chosen.work / "tasks") for task in tasks]
    results: dict[str, list[Result | None]] = {}
    named = [
        *chosen_variants(chosen.pairs, chosen.only),
        *((each, each, None) for each in chosen.beside),
    ]
    for name, model, recipe in named:
        if recipe and not chosen.table:
            model = trained(name, recipe, chosen)
        found = measured(name, model, tasks, done, missing=not chosen.table)
        if any(found):
            results[name] = found
    print(markdown(by_variant(results)))
    print("\n" + markdown(by_script(results, BY_SCRIPT)))
    if chosen.chart:
        draw(results, chosen.beside, chosen.chart)


if __name__ == "__main__":
    main()
