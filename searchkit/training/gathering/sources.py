"""Holds `sources.toml`: the repositories that the pair files of a recipe are made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from searchkit import table
from searchkit.training.ranges import Count, Some
from searchkit_index.errors import TrainingError

Format = Literal[
    "repository", "squad", "parallel", "table", "conllu", "parallel-conllu", "tldr", "factbook",
    "udhr", "leetcode", "rosetta",
]  # fmt: skip

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Repository:
    """One repository at GitHub.

    Attributes:
        name: Its owner and name, with a slash between them.
        commit: The commit that is read, abbreviated or not.
        licence: The licence of what is read.
    """

    name: str
    commit: str
    licence: str

    def place(self, folder: Path) -> Path:
        """Return where its files stand, in a folder with one folder for each repository."""
        return folder / self.name.replace("/", "+")


@dataclass(frozen=True)
class Group:
    """Repositories that are read alike.

    Attributes:
        name: Its name, which no other group has.
        format: What the files are, see `FORMATS`.
        gives: The file that pairs of each kind go to, without its suffix; others are left out. A
            format that makes one kind of pairs names it as the first of these.
        repositories: Name, commit and licence of each; see `Repository`.
        files: Patterns of the files that are read.
        original: The file whose lines, or the repository whose sentences, the others translate.
        languages: Languages of both sides; where empty the name of a file tells.
        columns: Numbers of the columns of a table, from 0: two sides, or one text.
        least: The fewest characters of a side; a sign of CJK counts as 2.5.
        longest: The most characters of a side; longer ones are cut.
        most: The most pairs of one kind and one pair of languages that a repository gives; 0 for
            any number.
        repeats: How often one text may stand on one side of these; 0 for any number.
    """

    name: str
    format: Format
    gives: Mapping[str, str]
    repositories: tuple[tuple[str, str, str], ...]
    files: tuple[str, ...] = ()
    original: str = ""
    languages: tuple[str, str] = ("", "")
    columns: tuple[Count, ...] = ()
    least: Count = 20
    longest: Some = 1_200
    most: Count = 2_000
    repeats: Count = 3

    @property
    def kind(self) -> str:
        """The kind of the pairs of a format that makes only one."""
        return next(iter(self.gives))

    @property
    def members(self) -> list[Repository]:
        """The repositories, in their order."""
        return [Repository(*row) for row in self.repositories]

    def paths(self, folder: Path) -> list[Path]:
        """Find the files to read in a checkout; raise TrainingError where a pattern has none."""
        found = {pattern: sorted(folder.glob(pattern)) for pattern in self.files}
        for pattern, matches in found.items():
            if not matches:
                told = f"no file matches `{pattern}` in `{folder}`"
                raise TrainingError(told, "remove the folder to clone it anew")
        return [path for matches in found.values() for path in matches if path.is_file()]


@dataclass(frozen=True)
class Elsewhere:
    """Pairs that are in no repository, or in a format that nothing here reads.

    Attributes:
        file: Their file, without its suffix.
        what: What they are.
        licence: Their licence.
        address: Where to get them.
    """

    file: str
    what: str
    licence: str
    address: str


@dataclass(frozen=True)
class Sources:
    """All that the pair files of a recipe are made of.

    Attributes:
        groups: Repositories.
        elsewhere: What must be got by hand.
    """

    groups: tuple[Group, ...]
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def files(self) -> list[str]:
        """The files that the groups give, without their suffix."""
        return list(dict.fromkeys(file for group in self.groups for file in group.gives.values()))


def load_sources(recipe: Path) -> Sources:
    """Read the `sources.toml` beside a recipe.

    Args:
        recipe: The path of the recipe.

    Returns:
        The sources, every name and type checked.

    Raises:
        TrainingError: It is missing, or has a name or a value that cannot be.
    """
    path = recipe.with_name("sources.toml")
    try:
        written = table.read_toml(path, TrainingError)
    except FileNotFoundError:
        told = f"there is no `sources.toml` beside `{recipe}`"
        raise TrainingError(told, "leave out `--gather`, or copy the one beside `nano`") from None
    sources = table.Table(path.name, TrainingError).build(Sources, written)
    for group in sources.groups:
        if not group.gives:
            told = f"the group `{group.name}` in `{path}` gives nothing"
            raise TrainingError(told, "name in `gives` the file of each kind of pairs")
    for each in (member for group in sources.groups for member in group.members):
        if not (_NAME.fullmatch(each.name) and _COMMIT.fullmatch(each.commit)):
            told = f"`{each.name}` at `{each.commit}` in `{path}` is no repository with a commit"
            raise TrainingError(told, "write owner/name, and 7 to 40 hexadecimal digits")
    return sources
