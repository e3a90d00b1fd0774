"""Samples of task folders: the same texts in every run, chosen by the task's name alone."""

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from searchkit.evaluation.task import load_examples, load_retrieval, load_sentence_pairs, task_type

# So many texts are queries and what answers them; the rest answers none.
ANSWERED = 2 / 3


def sampled(task: Path, texts: int, folder: Path) -> Path:
    """Write a sample of a task, chosen by its name alone, unless it is there.

    Args:
        task: The task.
        texts: How many texts about the sample holds: of retrieval queries, in all languages in
            turn, and all that answers them, and for a third documents that answer none; of others
            the same rows in every language.
        folder: Takes a folder of the task's name.

    Returns:
        The sample; the task itself where it holds no more.
    """
    target = folder / task.name
    if not (target / "task.json").is_file():
        target.mkdir(parents=True, exist_ok=True)
        chance = random.Random(task.name)
        kind = {"retrieval": _sample_retrieval, "sts": _sample_pairs}
        kind.get(task_type(task), _sample_examples)(task, texts, target, chance)
        (target / "task.json").write_bytes((task / "task.json").read_bytes())
    return target


def _write(path: Path, lines: Sequence[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def _sample_retrieval(task: Path, texts: int, target: Path, chance: random.Random) -> None:
    whole = load_retrieval(task)
    by_language = defaultdict(list)
    for query in chance.sample(list(whole.queries), len(whole.queries)):
        by_language[whole.languages.get(query, "")].append(query)
    queries: list[str] = []
    kept: set[str] = set()
    for turn in range(max(map(len, by_language.values()))):
        for group in by_language.values():
            answers = set(whole.relevant[group[turn]]) if turn < len(group) else set()
            if answers and len(queries) + len(kept | answers) < texts * ANSWERED:
                queries.append(group[turn])
                kept |= answers
    others = [each for each in whole.documents if each not in kept]
    kept |= set(chance.sample(others, min(len(others), texts - len(queries) - len(kept))))
    found = [{"_id": each, "text": whole.documents[each]} for each in whole.documents]
    _write(target / "corpus.jsonl", [each for each in found if each["_id"] in kept])
    asked = [
        {"_id": each, "text": whole.queries[each], "lang": whole.languages.get(each, "")}
        for each in queries
    ]
    _write(target / "queries.jsonl", asked)
    judged = [
        f"{query}\t{document}\t{gain}\n"
        for query in queries
        for document, gain in whole.relevant[query].items()
    ]
    (target / "qrels").mkdir(exist_ok=True)
    (target / "qrels" / "test.tsv").write_text("query\tdocument\tgain\n" + "".join(judged))


def _sample_pairs(task: Path, texts: int, target: Path, chance: random.Random) -> None:
    whole = load_sentence_pairs(task)
    count = min(len(each.scores) for each in whole.values())
    places = chance.sample(range(count), min(count, texts // len(whole)))
    pairs = [
        {"a": each.left[row], "b": each.right[row], "score": each.scores[row], "lang": language}
        for language, each in whole.items()
        for row in places
    ]
    _write(target / "pairs.jsonl", pairs)


def _sample_examples(task: Path, texts: int, target: Path, chance: random.Random) -> None:
    groups = defaultdict(list)
    for each in load_examples(task):
        groups[each.split, each.language].append(each)
    tested = [group for (split, _), group in groups.items() if split == "test"]
    seen = [each for (split, _), group in groups.items() if split == "train" for each in group]
    count = min(map(len, tested))
    places = chance.sample(range(count), min(count, texts // len(tested)))
    kept = chance.sample(seen, min(len(seen), texts // 2))
    kept += [group[row] for group in tested for row in places]
    lines = [
        {"text": each.text, "label": each.label, "lang": each.language, "split": each.split}
        for each in kept
    ]
    _write(target / "examples.jsonl", lines)
