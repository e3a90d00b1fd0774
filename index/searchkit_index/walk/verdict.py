"""Whether a path is walked, and which rule decided it."""

from dataclasses import dataclass

from searchkit_index.walk.ignore import Layer, RuleSource
from searchkit_index.walk.pattern import Pattern

_SHOWN = 200  # characters of a pattern


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a path is walked, and which rule decided it.

    A file is walked when `rule` is None. A folder with a rule may still hold files that git tracks
    or that `--include` asks for.

    Attributes:
        rule: The rule that keeps it out, and the file it stands in; None when it is walked.
        included: Whether `--include` asks for it by name.
    """

    rule: tuple[Layer, Pattern] | None = None
    included: bool = False

    @property
    def by_git(self) -> bool:
        """Whether one of git's own rules decided, which do not touch a file that git tracks."""
        return self.rule is not None and self.rule[0].kind >= RuleSource.GIT

    @property
    def words(self) -> str:
        """Say which rule keeps it out; empty when none does."""
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
