"""Defines what a tool answers, in the two forms that clients take."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searchkit_index.errors import SearchkitError


@dataclass(frozen=True, slots=True)
class Reply:
    """What a tool answers.

    Attributes:
        text: For clients that show a text to their model.
        values: The same, for clients that take values.
        failed: Whether it tells of a fault.
    """

    text: str
    values: dict[str, Any]
    failed: bool = False

    @property
    def forms(self) -> tuple[str, str]:
        """Both forms as a model reads them; each keeps within the budget."""
        return self.text, as_json(self.values)

    @classmethod
    def refusal(cls, fault: SearchkitError) -> "Reply":
        """Tell of a fault, and what to do about it."""
        hint = f"\nhint: {fault.hint}" if fault.hint else ""
        error = {"kind": type(fault).__name__, "message": fault.message, "hint": fault.hint}
        return cls(fault.message + hint, {"error": error}, failed=True)


def as_json(values: Mapping[str, Any]) -> str:
    """Write values as JSON in one line, in every script as it is."""
    return json.dumps(values, ensure_ascii=False)
