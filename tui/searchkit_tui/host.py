"""Defines what screens, widgets and commands may ask of the app, without knowing the app."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from searchkit_index.errors import SearchkitError

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump

    from searchkit_tui.editor import Target
    from searchkit_tui.engine import Engine
    from searchkit_tui.request import Request
    from searchkit_tui.user_state import UserState


class Host(Protocol):
    """The services of the app."""

    @property
    def engine(self) -> "Engine":
        """Searches, indexes and reads files in threads of its own."""

    @property
    def state(self) -> "UserState":
        """What is kept from one run to the next."""

    def say(self, message: str) -> None:
        """Show a message for a few seconds."""

    def report(self, error: SearchkitError) -> None:
        """Show what went wrong and what to do about it."""

    def edit(self, targets: "Sequence[Target]") -> None:
        """Open files at their lines in the user's editor."""

    def recall(self, request: "Request") -> None:
        """Ask a question again, in the folder that it was asked in."""


def host_of(node: "MessagePump | App[Any]") -> Host:
    """Return the app of a screen or a widget, as the services that it offers."""
    return cast(Host, node.app)
