"""Shows a message above the answers, with a hint."""

from typing import Self

from textual.content import Content
from textual.widgets import Static

from searchkit.wording import no_hits
from searchkit_index.errors import NotIndexedError, SearchkitError
from searchkit_tui import display
from searchkit_tui.host import host_of
from searchkit_tui.request import Request
from searchkit_tui.results import Results


class Notice(Static):
    """A message; hidden while there is nothing to say."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.display = False

    def show(self, message: str, hint: str = "", *, error: bool = False) -> Self:
        """Show a message; an empty one hides the notice."""
        self.display = bool(message)
        self.set_class(error, "-error")
        lines = [Content.styled(display.one_line(message), "bold")]
        if hint:
            lines.append(Content.styled(display.one_line(hint), "$text-muted"))
        self.update(Content("\n").join(lines))
        return self

    def show_outcome(self, answer: Results, *, building: bool) -> None:
        """Say which folders gave no answer, or what to try when nothing was found."""
        if answer.faults:
            self.show_error(answer.faults[0])
        elif answer.hits or answer.request.empty:
            self.show("")
        else:
            message, instead = no_hits(answer.unmet)
            advice = _advice(answer.request, building)
            self.show(message, advice if building else instead or advice)

    def show_error(self, error: Exception) -> None:
        """Show an error and its hint."""
        if isinstance(error, NotIndexedError) and not host_of(self).engine.is_team:
            self.show(error.message, "f5 indexes it", error=True)
        elif isinstance(error, SearchkitError):
            self.show(error.message, error.hint, error=True)
        else:
            message = f"{type(error).__name__}: {error}"
            self.show(message, "this is a bug in searchkit; please report it", error=True)


def _advice(request: Request, building: bool) -> str:
    """Say what to try when nothing was found."""
    if building:
        return "the index is still being made: answers come as it grows"
    if request.chips:
        return "take a filter off: click it, or ctrl+f"
    if request.mode == "lexical":
        return "these words stand nowhere here: ctrl+t asks by meaning too"
    return "say it in other words"
