"""The palette's own finds: questions asked before, and searches saved under a name."""

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from searchkit_tui import shown
from searchkit_tui.question import Question

if TYPE_CHECKING:
    from searchkit_tui.app import SearchApp

_WIDEST = 100  # cells of a question: a pasted page is known by its beginning


def literal(text: str) -> str:
    """Text that the palette, which reads markup, shows as it stands."""
    return shown.clipped(shown.line(text), _WIDEST).replace("[", "\\[")


class QuestionProvider(Provider):
    """Saved searches and the history, to be asked again."""

    async def startup(self) -> None:
        """Read them once for each opening of the palette."""
        memory = cast("SearchApp", self.app).memory
        self._offers = [(f"★ {name}", question) for name, question in memory.saved.items()]
        self._offers += [(f"↺ {question.title}", question) for question in memory.history]

    async def discover(self) -> Hits:
        """Saved searches stand there before anything is typed."""
        for title, question in self._offers:
            if title.startswith("★"):
                yield DiscoveryHit(literal(title), partial(self._recall, question))

    async def search(self, query: str) -> Hits:
        """What fits to what is typed."""
        matcher = self.matcher(query)
        for title, question in self._offers:
            name = literal(title)
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), partial(self._recall, question))

    def _recall(self, question: Question) -> None:
        from searchkit_tui.screens.search import SearchScreen

        if isinstance(self.screen, SearchScreen):
            self.screen.recall(question)
