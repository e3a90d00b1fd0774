"""Writes a tokenizer so that single entries of it can be read; loads no torch."""

import json
from pathlib import Path

from searchkit.embedders.entries import lines_of


def compact(tokenizer: Path, target: Path) -> None:
    """Write a `tokenizer.json` without blanks, its vocabulary at the end, one entry a line.

    So a question needs no more of it than the entries it looks up, see `MappedEntries`.
    """
    written = json.loads(tokenizer.read_text(encoding="utf-8"))
    vocabulary = written["model"].pop("vocab")
    written["model"]["vocab"] = {}
    written["model"] = written.pop("model")  # to the end
    text = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    text = text.removesuffix("}}}") + f"\n{lines_of(vocabulary)}\n}}}}}}"
    target.write_text(text, encoding="utf-8")
