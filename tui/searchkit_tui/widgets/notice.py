"""A message in place, with what to do about it; never a traceback over the screen."""

from typing import Self

from textual.content import Content
from textual.widgets import Static

from searchkit_index.errors import NotIndexedError, SearchkitError
from searchkit_tui import shown
from searchkit_tui.desk import Answer
from searchkit_tui.question import Question


class Notice(Static):
    """Hidden while there is nothing to say."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.display = False

    def tell(self, message: str, hint: str = "", *, fault: bool = False) -> Self:
        """Say something; an empty message hides the notice."""
        self.display = bool(message)
        self.set_class(fault, "-fault")
        lines = [Content.styled(shown.line(message), "bold")]
        if hint:
            lines.append(Content.styled(shown.line(hint), "$text-muted"))
        self.update(Content("\n").join(lines))
        return self

    def tell_answer(self, answer: Answer, *, building: bool) -> None:
        """Say which folders gave no answer, or what to try when nothing was found."""
        if answer.faults:
            self.tell_fault(answer.faults[0])
        elif answer.found or answer.question.empty:
            self.tell("")
        else:
            self.tell("nothing was found", _advice(answer.question, building))

    def tell_fault(self, fault: Exception) -> None:
        """Say what went wrong, and how to mend it."""
        if isinstance(fault, NotIndexedError):
            self.tell(fault.message, "f5 indexes it", fault=True)
        elif isinstance(fault, SearchkitError):
            self.tell(fault.message, fault.hint, fault=True)
        else:
            told = f"{type(fault).__name__}: {fault}"
            self.tell(told, "this is a fault of searchkit itself; please report it", fault=True)


def _advice(question: Question, building: bool) -> str:
    """What to try when nothing was found."""
    if building:
        return "the index is still being made: answers come as it grows"
    if question.chips:
        return "take a filter off: click it, or ctrl+f"
    if question.mode == "lexical":
        return "these words stand nowhere here: ctrl+t asks by meaning too"
    return "say it in other words"
