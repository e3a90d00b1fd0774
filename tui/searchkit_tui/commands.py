"""Adds saved searches and earlier questions to the command palette."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from searchkit_tui.host import host_of
from searchkit_tui.screens.choices import literal, titled


class HistoryProvider(Provider):
    """Offers saved searches and the history, to be asked again."""

    async def startup(self) -> None:
        """Read them once for each opening of the palette."""
        self._host = host_of(self.app)
        self._offers = titled(self._host.state)

    async def discover(self) -> Hits:
        """List the saved searches before anything is typed."""
        for title, request in self._offers:
            if title.startswith("★"):
                yield DiscoveryHit(literal(title), partial(self._host.recall, request))

    async def search(self, query: str) -> Hits:
        """List the entries that match what is typed."""
        matcher = self.matcher(query)
        for title, request in self._offers:
            name = literal(title)
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), partial(self._host.recall, request))
