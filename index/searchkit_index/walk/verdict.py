"""Defines the verdict about a path: whether it is walked, and which rule decided that."""

from dataclasses import dataclass

from searchkit_index.walk.ignore import Layer, RuleSource
from searchkit_index.walk.pattern import Pattern

_SHOWN = 200  # characters of a pattern


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a path is walked, and which rule decided it.

    A file is walked if `rule` is None. A folder with a rule may still contain files that git tracks
    or that `--include` matches.

    Attributes:
        rule: The rule that leaves it out, with the layer of that; None if it is walked.
        included: Whether `--include` matches it.
    """

    rule: tuple[Layer, Pattern] | None = None
    included: bool = False

    @property
    def by_git(self) -> bool:
        """Whether one of git's own rules decided: they do not apply to files that git tracks."""
        return self.rule is not None and self.rule[0].kind >= RuleSource.GIT

    @property
    def words(self) -> str:
        """The rule that leaves it out, in words; "" if there is none."""
        if self.rule is None:
            return ""
        layer, pattern = self.rule
        if layer.kind is RuleSource.HIDDEN:
            return "hidden: its name begins with a dot"
        if layer.kind is RuleSource.OPTION:
            return f"hidden by --exclude '{pattern.text}'"
        text = pattern.text if len(pattern.text) <= _SHOWN else f"{pattern.text[:_SHOWN]}…"
        return f"ignored by {layer.label} line {pattern.line}: {text}"


WALKED = Verdict()
INCLUDED = Verdict(included=True)
