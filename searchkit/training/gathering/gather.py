"""Gathers pair files: clones what is missing, reads it, and joins what was read.

Every step leaves a whole folder or file, and is skipped where that stands already.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from searchkit.training.data.corpus import find_files, held_out_digests, read_pairs, write_pairs
from searchkit.training.gathering.checkout import clone
from searchkit.training.gathering.formats import FORMATS
from searchkit.training.gathering.sources import Group, Repository, Sources
from searchkit.training.mining.sieve import HELD_OUT_CHARACTERS, Sieve, tidied
from searchkit.training.pair import Pair
from searchkit_index.errors import SearchkitError, TrainingError

_Say = Callable[[str], None]


def gather(sources: Sources, data: Path, held_out: Iterable[str], say: _Say) -> None:
    """Write the pair files that are missing in `train/`, from repositories below `sources/`.

    Args:
        sources: What they are made of.
        data: The folder that holds both.
        held_out: Patterns below it of files whose texts, or texts that begin so, are left out.
        say: Called with a line for each repository and each file.

    Raises:
        TrainingError: A repository cannot be cloned or read; all files that do not need it are
            written before. Or a pattern of `held_out` matches nothing.
    """
    missing = [file for file in sources.files if not _target(data, file).is_file()]
    kept_out = find_files(data, held_out if missing else ())
    forbidden = held_out_digests(kept_out, HELD_OUT_CHARACTERS)
    needed = [group for group in sources.groups if set(group.gives.values()) & set(missing)]
    lacking = [group for group in needed if not _is_read(group, data, say)]
    for file in missing:
        groups = [group for group in needed if file in group.gives.values()]
        if not any(group in lacking for group in groups):
            _join(file, groups, data, forbidden, say)
    for each in sources.elsewhere:
        if not _target(data, each.file).is_file():
            say(f"`{_target(data, each.file)}` is not gathered: {each.what}, {each.address}")
    if lacking:
        names = ", ".join(f"`{group.name}`" for group in lacking)
        told = f"some repositories of {names} in `sources.toml` could not be read"
        raise TrainingError(told, "type the same again, or take their lines out of `sources.toml`")


def _is_read(group: Group, data: Path, say: _Say) -> bool:
    """Clone and read what was not read before, and tell whether that went well for all."""
    unread = [each for each in group.members if not _part(group, each, data).is_file()]
    # A translation is read beside its original, so all are cloned before the first is read.
    return not unread or (
        _tried(partial(_clone, data, say), group.members, say)
        and _tried(partial(_read, group, data, say), unread, say)
    )


def _tried(step: Callable[[Repository], None], repositories: list[Repository], say: _Say) -> bool:
    whole = True
    for repository in repositories:
        try:
            step(repository)
        except SearchkitError as error:
            say(f"{error}\nhint: {error.hint}")
            whole = False
    return whole


def _clone(data: Path, say: _Say, repository: Repository) -> None:
    folder = repository.place(data / "sources")
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        say(f"cloning {repository.name}")
        clone(repository, folder)


def _read(group: Group, data: Path, say: _Say, repository: Repository) -> None:
    """Write the pairs of one repository, tidied and no more than it may give."""
    folder, part = repository.place(data / "sources"), _part(group, repository, data)
    part.parent.mkdir(parents=True, exist_ok=True)
    given: Counter[tuple[str, str, str]] = Counter()
    try:
        write_pairs(part, _limited(FORMATS[group.format](folder, group), group, given))
    except (OSError, LookupError, TypeError, ValueError, SyntaxError) as error:
        told = f"`{folder}` is not of the format `{group.format}`: {error!r}"
        raise TrainingError(told, "remove the folder to clone it anew") from error
    say(f"{repository.name}: {given.total():,} pairs")


def _limited(
    pairs: Iterable[Pair], group: Group, given: Counter[tuple[str, str, str]]
) -> Iterator[Pair]:
    for pair in pairs:
        place = pair.kind, pair.lang_a, pair.lang_b
        if pair.kind not in group.gives or (group.most and given[place] >= group.most):
            continue
        if tidy := tidied(pair, group.least, group.longest):
            given[place] += 1
            yield tidy


def _join(file: str, groups: list[Group], data: Path, forbidden: frozenset[int], say: _Say) -> None:
    """Write one file of what its groups gave, without repetitions and held-out texts."""
    sieve, count = Sieve(forbidden), 0

    def passing() -> Iterator[Pair]:
        nonlocal count
        for group in groups:
            for repository in group.members:
                for pair in read_pairs(_part(group, repository, data)):
                    wanted = group.gives.get(pair.kind) == file
                    if wanted and sieve.passes(pair, group.repeats):
                        count += 1
                        yield pair

    target = _target(data, file)
    target.parent.mkdir(exist_ok=True)
    write_pairs(target, passing())
    say(f"`{target.name}`: {count:,} pairs")


def _target(data: Path, file: str) -> Path:
    return data / "train" / f"{file}.jsonl.xz"


def _part(group: Group, repository: Repository, data: Path) -> Path:
    folder = repository.place(data / "sources" / "pairs" / group.name)
    return folder.with_name(f"{folder.name}.jsonl.xz")
