"""Tasks that no choice was made on, of public repositories as folders in BEIR's layout.

    git clone https://github.com/google-deepmind/xquad
    git clone https://github.com/crux82/squad-it
    python tests/bench/unseen.py OUT --xquad xquad --squad-it squad-it
    searchkit eval OUT/* --model nano --baselines --by-language

`xquad-unseen`: questions in six languages that `xquad-cross` lacks, to its 240 English paragraphs.
`encyclopaedia`: questions in eleven languages to all paragraphs of 48 encyclopaedia articles in
Italian. `pages`: the same to pages, which are neighbouring paragraphs of an article together. Texts
are CC BY-SA 4.0 (XQuAD, SQuAD-it, Wikipedia); they are not to be committed.
"""

import argparse
import gzip
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_UNSEEN = ("el", "tr", "vi", "th", "hi", "ro")
_ALL = ("en", "es", "de", "ru", "ar", "zh", *_UNSEEN)

# Characters of a page at most, if its first paragraph is no longer: about what a model reads whole.
_PAGE = 2_000

# Questions of one language.
_QUESTIONS = 300


@dataclass(frozen=True)
class Paragraph:
    """A text, and the ids of its questions with their texts."""

    text: str
    questions: Mapping[str, str]


def shown(clone: Path, path: str) -> bytes:
    """Read a file of the last commit; works in bare clones, too."""
    command = ["git", "-C", str(clone), "show", f"HEAD:{path}"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def articles(raw: bytes) -> list[list[Paragraph]]:
    """Read the paragraphs of every article of a file in SQuAD's form."""
    read: list[dict[str, Any]] = json.loads(raw)["data"]
    return [
        [
            Paragraph(each["context"], {one["id"]: one["question"] for one in each["qas"]})
            for each in article["paragraphs"]
        ]
        for article in read
    ]


def pages(article: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Put neighbouring paragraphs together."""
    page = article[0]
    for each in article[1:]:
        if len(page.text) + len(each.text) > _PAGE:
            yield page
            page = each
        else:
            page = Paragraph(f"{page.text}\n\n{each.text}", {**page.questions, **each.questions})
    yield page


def write(
    folder: Path, note: str, texts: Sequence[Paragraph], asked: Mapping[str, Mapping[str, str]]
) -> None:
    """Write a task.

    Args:
        folder: Takes it.
        note: What it asks.
        texts: The documents.
        asked: By language, the questions by id; those that no document has are left out.
    """
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    (folder / "task.json").write_text(json.dumps({"type": "retrieval", "note": note}))
    answers = {question: number for number, text in enumerate(texts) for question in text.questions}
    with gzip.open(folder / "corpus.jsonl.gz", "wt") as file:
        for number, text in enumerate(texts):
            file.write(json.dumps({"_id": f"d{number}", "title": "", "text": text.text}) + "\n")
    lines = ["query-id\tcorpus-id\tscore"]
    with gzip.open(folder / "queries.jsonl.gz", "wt") as file:
        for language, questions in asked.items():
            known = sorted(key for key in questions if key in answers)
            for key in known[:: max(1, len(known) // _QUESTIONS)][:_QUESTIONS]:
                file.write(json.dumps({"_id": f"{language}-{key}", "text": questions[key]}) + "\n")
                lines.append(f"{language}-{key}\td{answers[key]}\t1")
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n")
    print(f"{folder.name}: {len(lines) - 1:,} questions, {len(texts):,} documents")


def main() -> None:
    """Write all tasks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--xquad", type=Path, required=True)
    parser.add_argument("--squad-it", type=Path, required=True)
    options = parser.parse_args()
    parallel = {
        language: articles(shown(options.xquad, f"xquad.{language}.json")) for language in _ALL
    }
    asked = {
        language: {
            key: text for article in each for one in article for key, text in one.questions.items()
        }
        for language, each in parallel.items()
    }
    english = [each for article in parallel["en"] for each in article]
    unseen = {language: asked[language] for language in _UNSEEN}
    write(options.out / "xquad-unseen", "questions to English paragraphs", english, unseen)
    italian = articles(gzip.decompress(shown(options.squad_it, "SQuAD_it-test.json.gz")))
    whole = [each for article in italian for each in article]
    write(options.out / "encyclopaedia", "questions to Italian paragraphs", whole, asked)
    joined = [page for article in italian for page in pages(article)]
    write(options.out / "pages", "questions to Italian pages", joined, asked)


if __name__ == "__main__":
    main()
