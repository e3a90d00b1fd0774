"""Reads pair files into clean pairs: checked, deduplicated, without the evaluation's texts.

Files are JSON Lines, plain, gzip or xz. Nothing here tokenises or mines.
"""

import json
import lzma
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np

from searchkit.printable import error_line
from searchkit.training.packed_text import UNREADABLE, open_text
from searchkit.training.pair import Pair, normal
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError
from searchkit_index.system.atomic import replacing

# Shorter texts, such as `return x`, occur everywhere by chance: to know them is no advantage.
_HELD_OUT_LEAST = 20

# Characters of a side that are kept: no batch is longer.
_LONGEST = 4_000

# Characters of a text, from its beginning, in a tokenizer's sample.
_SAMPLED = 1_500

# Question marks of Latin and other scripts, of Arabic, Greek, Armenian and Ethiopic.
_ASKING = ("?", "\uff1f", "\u061f", "\u037e", ";", "\u055e", "\u1367")


def text_digest(text: str, characters: int | None = None) -> int:
    """Digest a text to 64 bits, signed; equal where only spaces, case and punctuation differ.

    Args:
        text: The text.
        characters: How many characters from its beginning count, without these; None for all.

    Returns:
        The digest.
    """
    digest = blake2b(normal(text)[:characters].encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def find_files(
    data: Path, patterns: Iterable[str], work: Path | None = None, *, are_pairs: bool = False
) -> list[Path]:
    """Find what patterns match below `data`, or else below `work`.

    Args:
        data: The folder that is looked through first.
        patterns: Globs relative to it.
        work: The folder to look through where `data` has no match; None for none.
        are_pairs: Whether they are files that `gather` can make.

    Returns:
        Files and folders in the order of the patterns, sorted for each.

    Raises:
        TrainingError: A pattern matches nothing, or is none.
    """
    found: list[Path] = []
    for pattern in patterns:
        try:
            matches = sorted(data.glob(pattern)) or (sorted(work.glob(pattern)) if work else [])
        except (ValueError, NotImplementedError) as error:
            told = f"`{pattern}` is no pattern of paths: {error_line(error)}"
            raise TrainingError(told, "write one relative to the data folder") from error
        if not matches:
            more = ", or add `--gather` to make it of public repositories" if are_pairs else ""
            raise TrainingError(
                f"no file matches `{pattern}` in `{data}`", f"name the folder that holds it{more}"
            )
        found += matches
    return found


def find_file(data: Path, pattern: str, work: Path) -> Path:
    """Find the one file or folder that a pattern matches, see `find_files`; two are an error."""
    first, *others = find_files(data, (pattern,), work)
    if others:
        told = f"`{pattern}` matches both `{first}` and `{others[0]}`"
        raise TrainingError(told, "narrow the pattern in the recipe")
    return first


def held_out_digests(files: Iterable[Path], characters: int | None = None) -> frozenset[int]:
    """Digest every text in evaluation files, whatever its field is called; see `text_digest`."""
    digests = set()
    for path in files:
        for _, row in _rows(path):
            for value in row.values():
                if isinstance(value, str) and len(normal(value)) >= _HELD_OUT_LEAST:
                    digests.add(text_digest(value, characters))
    return frozenset(digests)


def read_pairs(path: Path) -> Iterator[Pair]:
    """Read the pairs of one file, in order.

    Args:
        path: JSON Lines, plain, gzip or xz.

    Yields:
        The pair of each line.

    Raises:
        TrainingError: The file cannot be read, or a line is no pair; the message names file and
            line.
    """
    for number, row in _rows(path):
        try:
            languages = row.get("lang_a") or "", row.get("lang_b") or ""
            values = (row["a"], row["b"], row["kind"], *languages)
        except KeyError as error:
            raise _malformed(path, number, f"it lacks {error}") from error
        if not all(isinstance(value, str) for value in values):
            raise _malformed(path, number, "its values are no texts")
        yield Pair(*values)


def beginnings(files: Iterable[Path], bound: Callable[[str], int]) -> Iterator[str]:
    """Yield the beginnings of the texts of pair files: a sample for a tokenizer.

    Args:
        files: Pair files.
        bound: How many characters of a language are taken, of all files together.

    Yields:
        Texts of both sides, in order.
    """
    taken: Counter[str] = Counter()
    for path in files:
        for pair in read_pairs(path):
            for text, language in ((pair.a, pair.lang_a), (pair.b, pair.lang_b)):
                if taken[language] < bound(language):
                    taken[language] += len(text[:_SAMPLED])
                    yield text[:_SAMPLED]


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """Write pairs as a file that `read_pairs` reads, whole or not at all."""
    with replacing(path) as partial, lzma.open(partial, "wt", encoding="utf-8", preset=2) as file:
        file.writelines(pair.line() + "\n" for pair in pairs)


def some_pairs(files: Iterable[Path], source: Source, held_out: frozenset[int]) -> list[Pair]:
    """Read as many usable pairs of one source as it asks for, in an order that is always the same.

    Args:
        files: Its pair files.
        source: Says which pairs are wanted, and how many.
        held_out: Digests of texts that may stand on neither side.

    Returns:
        The pairs; at least one.

    Raises:
        TrainingError: Nothing is left.
    """
    pairs = [pair for path in files for pair in read_pairs(path) if _wanted(pair, source)]
    order = np.random.default_rng(0).permutation(len(pairs))
    kept: dict[bytes, Pair] = {}
    for number in order:
        pair = pairs[number]
        if _usable(pair, held_out):
            kept.setdefault(pair.digest(), _shortened(pair))
            if len(kept) == source.most:
                break
    if not kept:
        raise TrainingError(f"no pair of the source `{source.name}` is left", "look at its files")
    return list(kept.values())


def _wanted(pair: Pair, source: Source) -> bool:
    if source.kinds and pair.kind not in source.kinds:
        return False
    if source.questions and not pair.a.rstrip().endswith(_ASKING):
        return False
    return not source.languages or pair.lang_b in source.languages


def _usable(pair: Pair, held_out: frozenset[int]) -> bool:
    left, right = pair.a.strip(), pair.b.strip()
    if not left or not right or left == right:
        return False
    return text_digest(left) not in held_out and text_digest(right) not in held_out


def _shortened(pair: Pair) -> Pair:
    left, right = pair.a.strip()[:_LONGEST], pair.b.strip()[:_LONGEST]
    return Pair(left, right, pair.kind, pair.lang_a, pair.lang_b)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with open_text(path) as lines:
            for number, line in enumerate(lines, 1):
                yield number, _row(path, number, line)
    except UNREADABLE as error:
        told = f"`{path}` cannot be read: {error_line(error)}"
        raise TrainingError(told, "fetch or pack it anew") from error


def _row(path: Path, number: int, line: str) -> dict[str, str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _malformed(path, number, "it is no JSON") from error
    if not isinstance(row, dict):
        raise _malformed(path, number, "it is no object")
    return row


def _malformed(path: Path, number: int, why: str) -> TrainingError:
    return TrainingError(f"`{path}` line {number} is no pair: {why}", "mend or remove the line")
