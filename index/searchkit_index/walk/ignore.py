"""Reads ignore files, and finds the rule that decides about a path."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

from searchkit_index.walk.glob import matcher
from searchkit_index.walk.pattern import Pattern, Patterns
from searchkit_index.walk.regular_file import bytes_of


class RuleSource(IntEnum):
    """Where a rule is from: the smaller value wins, and within one value the innermost folder."""

    OPTION = -1  # of the command line
    SEARCHKIT = 0
    PLAIN = 1
    GIT = 2  # from here on, rules do not apply to files that git tracks
    EXCLUDE = 3
    GLOBAL = 4
    HIDDEN = 5


FILES = {
    b".searchkitignore": RuleSource.SEARCHKIT,
    b".ignore": RuleSource.PLAIN,
    b".gitignore": RuleSource.GIT,
}


@lru_cache(maxsize=256)
def parse(content: bytes, *, fold: bool = False) -> Patterns:
    r"""Parse the rules of an ignore file.

    As in git, a byte order mark, "\r" at the end of a line, unescaped trailing spaces and what
    follows a NUL are dropped; a line that begins with `#` is a comment.

    Args:
        content: The content of the file.
        fold: Whether upper and lower case are the same.

    Returns:
        The rules, in order.
    """
    patterns = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        full = line.removesuffix(b"\r").partition(b"\0")[0]
        text = full.rstrip(b" ")
        backslashes = len(text) - len(text.rstrip(b"\\"))
        text = full[: len(text) + backslashes % 2]
        if not text.startswith(b"#"):
            patterns.append(Pattern.parse(text, number, fold=fold))
    return Patterns(pattern for pattern in patterns if pattern.glob)


@dataclass(frozen=True, slots=True)
class Layer:
    """The rules of one file; the last one that matches decides.

    Attributes:
        kind: The kind of the file.
        label: The name of the file in messages.
        base: The length of the folder of the rules, in bytes: what follows it in a path is matched.
        patterns: The rules, in the order of the file.
    """

    kind: RuleSource
    label: str
    base: int
    patterns: Patterns

    def decide(self, name: bytes, path: bytes, is_folder: bool) -> Pattern | None:
        """Return the rule that decides about a path; None if no rule matches."""
        return self.patterns.decide(name, path[self.base :], is_folder)


class RuleSet:
    """All rules that apply in one folder: the strongest layer with a rule for a path decides.

    One regular expression over all layers excludes nearly all paths at once.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.layers = tuple(sorted(layers, key=lambda layer: layer.kind))
        few = [layer for layer in self.layers if not layer.patterns.are_many]
        self._large = len(few) < len(self.layers)
        named = [rule for layer in few for rule in layer.patterns if rule.by_name]
        self._names = frozenset(rule.glob for rule in named if not rule.regex)
        self._suffixes = tuple({rule.glob[1:] for rule in named if rule.is_suffix})
        globs = dict.fromkeys(rule.regex for rule in named if rule.regex and not rule.is_suffix)
        self._globs = matcher(*globs).fullmatch if globs else None
        self._paths = [
            (
                layer.base,
                frozenset(rule.glob for rule in rules if not rule.regex),
                matcher(*(rule.regex for rule in rules if rule.regex)).fullmatch,
            )
            for layer in few
            if (rules := [rule for rule in layer.patterns if not rule.by_name])
        ]

    def decide(self, name: bytes, path: bytes, is_folder: bool) -> tuple[Layer, Pattern] | None:
        """Return the layer and the rule that decide about a path, whose last part is `name`."""
        if self._large or self._may_match(name, path):
            for layer in self.layers:
                pattern = layer.decide(name, path, is_folder)
                if pattern is not None:
                    return layer, pattern
        return None

    def _may_match(self, name: bytes, path: bytes) -> bool:
        if name in self._names or name.endswith(self._suffixes):
            return True
        if self._globs is not None and self._globs(name):
            return True
        for base, literals, globs in self._paths:
            own = path[base:]
            if own in literals or globs(own):
                return True
        return False

    def without(self, layer: Layer, pattern: Pattern) -> "RuleSet":
        """Return the same rules without one."""
        left = Patterns(other for other in layer.patterns if other is not pattern)
        return RuleSet(
            replace(other, patterns=left) if other is layer else other for other in self.layers
        )


def rules_of(kind: RuleSource, file: bytes | Path, label: str, base: int, *, fold: bool) -> Layer:
    """Read one ignore file; links to one inside a work tree are not followed, as in git."""
    text = bytes_of(file, follow=kind >= RuleSource.EXCLUDE)
    return Layer(kind, label, base, parse(text, fold=fold))


def option(globs: Iterable[str], base: int) -> RuleSet:
    """Make rules of a caller's globs, which have the syntax of an ignore file.

    A glob also matches names with accents in the other Unicode form, which a keyboard cannot type.
    """
    forms = (form for glob in globs for form in dict.fromkeys((glob, *_normal_forms(glob))))
    texts = (os.fsencode(glob[1:] if glob.startswith("./") else glob) for glob in forms)
    return RuleSet([Layer(RuleSource.OPTION, "", base, Patterns(map(Pattern.parse, texts)))])


def _normal_forms(glob: str) -> Iterator[str]:
    return (normalize(form, glob) for form in ("NFC", "NFD"))


def opening(globs: Iterable[str]) -> Iterator[str]:
    """Yield globs of the folders that contain what globs with a slash match."""
    for glob in globs:
        parts = glob.removeprefix("./").strip("/").split("/")
        for count in range(1, 0 if glob.startswith("!") else len(parts)):
            yield "/" + "/".join(parts[:count]) + "/"
            if parts[count - 1] == "**":
                break
