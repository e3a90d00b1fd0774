"""The paper's claim on decoders that were trained by others: English pairs alone, many languages.

    python tests/bench/decoders.py --data DATA --work RUNS [--only PART] TASK_DIR...

Trains each variant of the recipes `gemma-270m` and `smollm2-135m` that is not done yet, measures it
on every task, and prints one table of all variants with 95 % intervals. A run that is broken off
goes on with the same command; nothing is trained or measured twice. `--chart` draws the curve over
the number of English pairs.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from searchkit import load_embedder, training
from searchkit.evaluation.evaluate import Result, evaluate
from searchkit.evaluation.report import markdown, rows
from searchkit.training.paper.recipe import PaperRecipe, Source, load_paper_recipe
from searchkit.training.paper.run import train_paper_recipe

BASES = {"gemma-270m": "gemma-3-270m", "smollm2-135m": "smollm2-135m"}
SIZES = (1_000, 5_000, 20_000, 60_000)

# What the pairs of all languages are, beside those in English alone.
TRANSLATED = Source("news", "paraphrases", ("train/bitext-news.jsonl.xz",))


def sized(recipe: PaperRecipe, pairs: int) -> PaperRecipe:
    """So many pairs, in the recipe's own proportion of sources, and as many steps as they give."""
    share = pairs / sum(each.most for each in recipe.sources)
    sources = tuple(replace(each, most=round(each.most * share)) for each in recipe.sources)
    return replace(recipe, sources=sources, batch=min(recipe.batch, max(32, pairs // 20)))


def all_languages(recipe: PaperRecipe) -> PaperRecipe:
    """As many pairs, in whatever language, a quarter of them translations."""
    own = tuple(replace(each, languages=(), most=each.most * 3 // 4) for each in recipe.sources)
    most = sum(each.most for each in recipe.sources) // 4
    return replace(recipe, sources=(*own, replace(TRANSLATED, most=most)))


def variants(recipe: PaperRecipe) -> Iterator[tuple[str, PaperRecipe]]:
    """List what is trained: how much moves, on how many pairs, in which languages, read where."""
    for tuned, rate in (("biases", 1e-3), ("lora", recipe.rate), ("last", 5e-5)):
        yield f"{tuned}, 5,000 pairs", replace(sized(recipe, 5_000), tuned=tuned, rate=rate)
    for pairs in SIZES:
        if pairs != SIZES[1]:
            yield f"lora, {pairs:,} pairs", sized(recipe, pairs)
    five = sized(recipe, 5_000)
    yield "lora, 5,000 pairs of all languages", all_languages(five)
    yield "lora, 5,000 pairs, mean of all tokens", replace(five, pooling="mean")
    yield "lora, 5,000 pairs, no role tokens", replace(five, roles=False)


def measured(name: str, model: str, tasks: list[Path], done: Path) -> list[Result]:
    """Measure one model on every task that it was not measured on."""
    path = done / f"{''.join(each if each.isalnum() else '-' for each in name)}.json"
    found = json.loads(path.read_text()) if path.is_file() else {}
    embedder = load_embedder(model)
    for task in tasks:
        if task.name not in found:
            result = evaluate(embedder, task)
            assert result is not None
            found[task.name] = asdict(result)
            path.write_text(json.dumps(found, indent=2))
            print(f"{name}: {task.name} {result.figures}", flush=True)
    return [Result(**found[task.name]) for task in tasks]


def draw(results: dict[str, list[Result]], target: Path) -> None:
    """Draw each task's figure over the number of English pairs, one line for each decoder."""
    import matplotlib.pyplot as plt

    tasks = [result.task for result in next(iter(results.values()))]
    figure, axes = plt.subplots(1, len(tasks), figsize=(3 * len(tasks), 3), squeeze=False)
    for number, (task, axis) in enumerate(zip(tasks, axes[0], strict=True)):
        for name in BASES:
            points = [
                (pairs, results[f"{name}: lora, {pairs:,} pairs"][number])
                for pairs in SIZES
                if f"{name}: lora, {pairs:,} pairs" in results
            ]
            main = [100 * result.figures[result.main[-1]] for _, result in points]
            axis.plot([pairs for pairs, _ in points], main, marker="o", label=name)
        axis.set(title=task, xscale="log", xlabel="English pairs")
    axes[0][0].legend()
    figure.tight_layout()
    figure.savefig(target)


def main() -> None:
    """Train and measure whatever is missing, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", default="", help="a part of the names of the variants to do")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--chart", type=Path)
    chosen = parser.parse_args()
    done = chosen.work / "figures"
    done.mkdir(parents=True, exist_ok=True)
    results = {}
    for recipe_name, base in BASES.items():
        recipe = load_paper_recipe(Path(training.__path__[0]) / f"recipes/{recipe_name}.toml")
        name = f"{recipe_name}: as it is"
        if chosen.only in name:
            results[name] = measured(name, base, chosen.tasks, done)
        for variant, changed in variants(recipe):
            name = f"{recipe_name}: {variant}"
            if chosen.only not in name:
                continue
            folder = chosen.work / name.replace(" ", "-").replace(":", "").replace(",", "")
            folder.mkdir(exist_ok=True)
            if not (folder / "model" / "searchkit.json").is_file():
                train_paper_recipe(
                    changed, data=chosen.data, work=folder, device=chosen.device, say=print
                )
            results[name] = measured(name, str(folder / "model"), chosen.tasks, done)
    print(markdown(rows(results, intervals=True)))
    if chosen.chart:
        draw(results, chosen.chart)


if __name__ == "__main__":
    main()
