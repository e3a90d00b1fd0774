"""Defines a rule of an ignore file, and the rules of one file."""

import os
import re
from dataclasses import dataclass
from functools import cached_property

from searchkit_index.walk.glob import STAR, WILD, matcher, translate

# If a file has more rules than this, those that may match a path are looked up by so many letters
# at its beginning and end.
_MANY = 400
_LETTERS = 4
_STARS = re.compile(rb"[*?]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One rule.

    Attributes:
        text: The rule as written.
        line: Its line in the file, from 1.
        negated: Whether it revokes earlier rules.
        folders_only: Whether it ends in a slash.
        by_name: Whether it has no other slash, and is matched with the last part of a path.
        glob: What is matched.
        regex: The translation of the glob; empty if that has no wildcards.
    """

    text: str
    line: int
    negated: bool
    folders_only: bool
    by_name: bool
    glob: bytes
    regex: bytes

    @classmethod
    def parse(cls, text: bytes, line: int = 0, *, fold: bool = False) -> "Pattern":
        """Parse one rule; with `fold`, upper and lower case are the same."""
        negated = text.startswith(b"!")
        glob = text[1:] if negated else text
        folders_only = glob.endswith(b"/")
        glob = glob[:-1] if folders_only else glob
        by_name = b"/" not in glob
        glob = glob.removeprefix(b"/")
        wild = WILD.search(glob)
        regex = translate(glob, 0 if by_name else wild.start()) if wild else b""
        if fold:
            regex = b"(?i:%s)" % (regex or re.escape(glob))
        return cls(os.fsdecode(text), line, negated, folders_only, by_name, glob, regex)

    def matches(self, name: bytes, path: bytes) -> bool:
        """Tell whether the rule matches a path, given relative to the folder of the rule."""
        subject = name if self.by_name else path
        if self.regex:
            return matcher(self.regex).fullmatch(subject) is not None
        return subject == self.glob

    @property
    def is_suffix(self) -> bool:
        """Whether it is one star and a literal, such as `*.log`, matched with the name alone."""
        plain = self.by_name and self.regex.startswith(STAR)
        return plain and not WILD.search(self.glob, 1)


class Patterns(tuple[Pattern, ...]):
    """The rules of one file, in order; if there are many, few are tried for each path."""

    @property
    def are_many(self) -> bool:
        """Whether there are too many to try all of them for each path."""
        return len(self) > _MANY

    def decide(self, name: bytes, own: bytes, is_folder: bool) -> Pattern | None:
        """Find the last rule that matches; `own` is the path relative to the rules' folder."""
        rules = self._lookup.candidates(name, own) if self.are_many else self
        for rule in reversed(rules):
            if (is_folder or not rule.folders_only) and rule.matches(name, own):
                return rule
        return None

    @cached_property
    def _lookup(self) -> "_Lookup":
        return _Lookup(self)


class _Lookup:
    """Indexes many rules by what they match, or by letters at its beginning, end or inside."""

    def __init__(self, rules: Patterns) -> None:
        self._rules = rules
        self._fold = any(rule.regex.startswith(b"(?i:") for rule in rules)
        self._whole: dict[tuple[bool, bytes], list[int]] = {}
        self._heads: dict[tuple[bool, bytes], list[int]] = {}
        self._tails: dict[tuple[bool, bytes], list[int]] = {}
        self._others: dict[tuple[bool, bytes], list[int]] = {}
        for number, rule in enumerate(rules):
            self._bucket(rule).append(number)

    def _bucket(self, rule: Pattern) -> list[int]:
        glob = rule.glob.lower() if self._fold else rule.glob
        wild = WILD.search(glob)
        if wild is None:
            return self._whole.setdefault((rule.by_name, glob), [])
        if head := glob[: min(wild.start(), _LETTERS)]:
            return self._heads.setdefault((rule.by_name, head), [])
        # The literals between stars; brackets and escapes are not split.
        parts = [b""] if b"[" in glob or b"\\" in glob else _STARS.split(glob)
        if tail := parts[-1][-_LETTERS:]:
            return self._tails.setdefault((rule.by_name, tail), [])
        longest = max(parts, key=len).strip(b"/")  # `**/` may match nothing
        return self._others.setdefault((rule.by_name, longest), [])

    def candidates(self, name: bytes, own: bytes) -> list[Pattern]:
        """List the rules that may match a path, in order."""
        found: set[int] = set()
        subjects = (
            {True: name.lower(), False: own.lower()} if self._fold else {True: name, False: own}
        )
        for (by_name, inner), numbers in self._others.items():
            if inner in subjects[by_name]:
                found.update(numbers)
        for by_name, subject in subjects.items():
            found.update(self._whole.get((by_name, subject), ()))
            for count in range(1, _LETTERS + 1):
                found.update(self._heads.get((by_name, subject[:count]), ()))
                found.update(self._tails.get((by_name, subject[-count:]), ()))
        return [self._rules[number] for number in sorted(found)]
