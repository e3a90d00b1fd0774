"""The rules that a caller adds to the ignore files."""

from dataclasses import dataclass

from searchkit_index.languages.language import candidates, detect
from searchkit_index.languages.row import Language
from searchkit_index.system import programs

# Documents whose pictures and packed data stand beside their text may be so much larger.
_BULK = 32


@dataclass(frozen=True, slots=True)
class Rules:
    """What the caller adds to the ignore files, as globs in the syntax of `.gitignore`.

    A glob that matches a folder matches everything in it.

    Attributes:
        include: Stronger than ignore files and hidden names. A glob with a slash (`build/*.md`,
            `**/*.log`) also opens ignored folders on its way; one without (`*.log`) does not.
        exclude: Stronger than everything.
        max_bytes: Larger files are skipped; documents with pictures may be larger, see `limit`.
        secrets: Whether to take what looks like keys or credentials all the same.
        home: The folder of the indexes, which is never walked; None for none.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_bytes: int = 1_000_000
    secrets: bool = False
    home: str | None = None

    def limit(self, path: str) -> int:
        """Return how many bytes a file of this name may hold; documents with pictures more."""
        # By the name alone: the first bytes, which tell of mail without a suffix, are not read yet.
        named = candidates(path) if detect(path) else ()
        bulky = any(language.bulky and _is_read(language) for language in named)
        return self.max_bytes * _BULK if bulky else self.max_bytes


def _is_read(language: Language) -> bool:
    """Tell whether the program that its reader needs, if any, is installed."""
    return bool(language.packages or not language.program or programs.find(language.program))


def larger_than(limit: int) -> str:
    """Format the reason for a file that is larger than `limit` bytes."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if limit >= size:
            return f"larger than {limit / size:g} {unit}"
    return f"larger than {limit} bytes"
