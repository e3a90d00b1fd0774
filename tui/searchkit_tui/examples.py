"""Finds example questions in the files of a folder: sentences of docstrings, comments and headings.

Reads the beginnings of a few files and no index, so it works before the first index run.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_FILES = 400  # looked at
_BYTES = 20_000  # read of each

# Sentences that say what something is for: a docstring, a comment above a definition, a heading.
# The first group is the sentence.
_SENTENCES = (
    re.compile(r'(?:def |class )[^\n]*:\n\s+"""([A-Z][^"\n]{15,70}?)\.?\s*(?:"""|\n)'),
    re.compile(r"(?:/\*\*\s*\n?\s*\*?|///|//) ?([A-Z][^\n*/]{15,70}?)\.?\n[^\n]*[({]"),
    re.compile(r"^#{1,4} ([^\n#`<\[|]{12,70})$", re.MULTILINE),
)
_WORDS = range(3, 11)

_READABLE = ".py .js .ts .tsx .go .rs .java .kt .c .h .cpp .cs .rb .php .swift .md .rst"
_SUFFIXES = frozenset(_READABLE.split())

# What nobody would ask: legal words, markup, numbered headings, lines drawn with characters.
_UNASKED = re.compile(
    r"copyright|licen[cs]e|reserved|generated|[`()\[\]{}]|\W{3}|^\W*\d", re.IGNORECASE
)


def examples(root: Path) -> list[str]:
    """Find up to three questions, from files far apart in the folder.

    Never raises: a folder that cannot be read gives none.
    """
    try:
        sentences = _spread([list(_sentences(path)) for path in _files(root)])
    except OSError:
        return []
    return list(islice(sentences, 3))


def _files(root: Path) -> Iterator[Path]:
    from searchkit_index.errors import SearchkitError
    from searchkit_index.walk.entry import File
    from searchkit_index.walk.rules import Rules
    from searchkit_index.walk.walker import walk

    try:
        entries = islice(walk(root, Rules()), 20 * _FILES)
        paths = [root / entry.path for entry in entries if isinstance(entry, File)]
    except SearchkitError:
        return
    wanted = [path for path in paths if path.suffix.lower() in _SUFFIXES]
    # Tests and `__init__` modules say least about what a folder is for.
    wanted.sort(key=lambda path: "test" in path.as_posix().lower() or path.stem == "__init__")
    yield from wanted[:: max(1, len(wanted) // _FILES)]


def _sentences(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        text = file.read(_BYTES).decode("utf-8", errors="ignore")
    for pattern in _SENTENCES:
        for match in pattern.finditer(text):
            sentence = " ".join(match[1].split())
            if len(sentence.split()) in _WORDS and not _UNASKED.search(sentence):
                # A heading may begin with a name, or with a noun of German.
                is_sentence = pattern is not _SENTENCES[-1] and sentence[1:2].islower()
                yield sentence[0].lower() + sentence[1:] if is_sentence else sentence


def _spread(files: list[list[str]]) -> Iterator[str]:
    """Yield the first sentence of the first, middle and last file that has one, and so on."""
    telling = [sentences for sentences in files if sentences]
    step = max(1, len(telling) // 3)
    order = [telling[at] for start in range(step) for at in range(start, len(telling), step)]
    seen: set[str] = set()
    for sentences in order:
        if sentences[0] not in seen:
            seen.add(sentences[0])
            yield sentences[0]
