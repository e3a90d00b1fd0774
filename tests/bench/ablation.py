"""What each choice of the embedded model's recipe gives, on one small budget.

    python tests/bench/ablation.py RECIPE --data PAIRS --work RUN --steps 150 TASK_DIR...

`RUN` is the working folder of a run of the recipe: its tokenizer, shards and table are used again.
Every variant trains the same steps on batches of the same size, and is measured in torch, not in
int8. Variants that are done are not trained again.
"""

import argparse
import dataclasses
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from searchkit.evaluation.evaluate import Result, evaluate
from searchkit.evaluation.report import markdown, rows
from searchkit.training.learning.student import Student
from searchkit.training.prepare import load_tokenizer
from searchkit.training.recipe import Language, Recipe, Table, load_recipe
from searchkit.training.run import prepared

Change = Callable[[Recipe], Recipe]

# What a run leaves that no variant changes.
_SHARED = ("tokenizer.json", "shards", "teacher_axes.npy", "manifest.json")


def contrast(**values: object) -> Change:
    """A change of the contrastive stage."""
    return lambda recipe: dataclasses.replace(
        recipe, contrast=dataclasses.replace(recipe.contrast, **values)
    )


def whole(**values: object) -> Change:
    """A change of the recipe itself."""
    return lambda recipe: dataclasses.replace(recipe, **values)


def english(recipe: Recipe) -> Recipe:
    """No translations, and no source whose questions come in many languages."""
    kept = [each for each in recipe.sources if each.task == "retrieval" and each.taught_left]
    return dataclasses.replace(recipe, sources=tuple(kept))


def untaught(recipe: Recipe) -> Recipe:
    """No teacher: neither its vectors nor its similarities."""
    return contrast(relational=0.0, imitation=0.0)(recipe)


def far(recipe: Recipe) -> Recipe:
    """Random batches in place of neighbourhoods."""
    sources = tuple(dataclasses.replace(each, near=0.0) for each in recipe.sources)
    return dataclasses.replace(recipe, sources=sources)


def variants(language: Language) -> dict[str, Sequence[Change]]:
    """All variants: first from the warm table, then from a language model without one."""
    modelled = whole(language=language)
    cold = (whole(table=Table(steps=0)), modelled, untaught, far)
    return {
        "the recipe as it is: warm table, last token, role tokens": (),
        "mean of all tokens": (whole(pooling="mean"),),
        "no role tokens": (whole(roles=False),),
        "language modelling first": (modelled,),
        "no neighbourhoods": (far,),
        "no teacher": (untaught,),
        "pairs that the table can match": (whole(consistent=256),),
        "no false negatives by the table's score": (contrast(false_negative=0.95),),
        "language model, then all languages": cold,
        "language model, then English only": (*cold, english),
        "language model, then all languages, biases alone": (*cold, contrast(tuned="biases")),
        "language model, then English only, biases alone": (
            *cold,
            english,
            contrast(tuned="biases"),
        ),
    }


def train(name: str, recipe: Recipe, data: Path, work: Path) -> Student:
    """Train one variant from its start; a language model is shared by all that begin with it."""
    folder = work / "ablation" / "".join(each if each.isalnum() else "-" for each in name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cold = recipe.table.steps == 0
    shared = [*_SHARED, *([] if cold else ["table.npy"])]
    if not (cold or recipe.consistent):  # an order is of the pairs that are left
        shared.append("orders")
    for each in shared:
        if (work / each).exists():
            (folder / each).symlink_to((work / each).resolve())
    model = work / "ablation" / ("cold.pt" if cold else "warm.pt")
    if recipe.language.steps and model.is_file():
        shutil.copy(model, folder / "language.pt")
    trainer, _ = prepared(recipe, data=data, work=folder, device="cpu", say=print)
    if recipe.language.steps and not model.is_file():
        shutil.copy(folder / "language.pt", model)
    for step in range(recipe.contrast.steps):
        progress = trainer.advance()
        if step % 25 == 0:
            print(f"{name}: step {step}, {progress.source}: {progress.contrastive:.3f}", flush=True)
    tokenizer = load_tokenizer(recipe, data, work, print)
    return Student(recipe, trainer.weights.averaged(), tokenizer)


def main() -> None:
    """Train and measure every variant, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", type=Path)
    parser.add_argument("tasks", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--language-steps", type=int, default=150)
    parser.add_argument("--only", default="", help="a part of the names of the variants to do")
    chosen = parser.parse_args()
    base = contrast(steps=chosen.steps, warmup=20, cooling=0.4)(load_recipe(chosen.recipe))
    done = chosen.work / "ablation.json"
    results = json.loads(done.read_text()) if done.is_file() else {}
    for name, changes in variants(Language(steps=chosen.language_steps)).items():
        if name in results or chosen.only not in name:
            continue
        recipe = base
        for change in changes:
            recipe = change(recipe)
        student = train(name, recipe, chosen.data, chosen.work)
        measured = [evaluate(student, task) for task in chosen.tasks]
        results[name] = [dataclasses.asdict(each) for each in measured if each]
        done.write_text(json.dumps(results, indent=2))
    tables = {name: [Result(**each) for each in figures] for name, figures in results.items()}
    print(markdown(rows(tables)))


if __name__ == "__main__":
    main()
