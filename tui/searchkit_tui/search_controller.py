"""Follows what is asked, what was found, and the way back through both; draws nothing."""

import time
from dataclasses import replace

from searchkit.hits.hit import Hit
from searchkit.indexes.location import Location
from searchkit_tui.engine import Engine
from searchkit_tui.request import NavigationHistory, Request, Visit, below
from searchkit_tui.results import FIRST_HITS, MAX_HITS, Place, Results, place_of


class SearchController:
    """The present question and its answer.

    Args:
        engine: Is asked.
        text: What to ask first.
    """

    def __init__(self, engine: Engine, text: str = "") -> None:
        self._engine = engine
        self._typing = False
        self.request = Request(text)
        self.answer = Results(Request())
        self.seconds = 0.0
        self.outdated = False
        self.navigation = NavigationHistory()
        self.marks: dict[Place, Hit] = {}

    @property
    def answered(self) -> bool:
        """Whether the answer is one to the present question."""
        return self.answer.request == self.request

    def type(self, text: str) -> bool:
        """Ask another text, as one entry of the navigation history while typing goes on.

        Args:
            text: What was typed.

        Returns:
            Whether the question changed.
        """
        request = replace(self.request, text=text, like=None)
        if request == self.request:
            return False
        self.navigation.add(request, over=self._typing)
        self._typing = True
        self.request = request
        return True

    def ask(self, request: Request) -> None:
        """Ask a question as the next place in the navigation history."""
        self.navigation.add(request)
        self.return_to(Visit(request))

    def return_to(self, visit: Visit) -> None:
        """Ask the question of a visit again."""
        self._typing = False
        self.request = visit.request

    def narrow_to(self, location: Location) -> None:
        """Ask this folder from now on, and in it only what is below the path that was named."""
        if self.request.root != str(location.root):
            globs = (below(location.inside),) if location.inside else ()
            self.request = replace(self.request, root=str(location.root), globs=globs)

    def keep(self) -> None:
        """Make the question an entry of its own in the navigation history."""
        self._typing = False
        self.navigation.add(self.request, over=True)

    async def search(self, *, at_least: int = FIRST_HITS) -> Results:
        """Find answers to the present question; the caller decides whether they are shown.

        Args:
            at_least: Hits that are needed, where there are so many.

        Returns:
            The answer.

        Raises:
            SearchkitError: Whatever the index says of the question or of itself.
        """
        began = time.monotonic()
        limit = FIRST_HITS if at_least <= FIRST_HITS else MAX_HITS
        answer = await self._engine.search(self.request, limit)
        self.seconds = time.monotonic() - began
        return answer

    async def complete(self) -> bool:
        """Get the rest of the answer; what is there already keeps its place.

        Returns:
            Whether the answer became longer.
        """
        before = self.answer
        if before.complete:
            return False
        longer = before.extended_by(await self._engine.search(before.request, MAX_HITS))
        if self.answer is not before:
            return False
        self.answer = longer
        return True

    def toggle_mark(self, hit: Hit) -> None:
        """Mark a hit, or take its mark off."""
        if self.marks.pop(place_of(hit), None) is None:
            self.marks[place_of(hit)] = hit

    def toggle_all(self) -> None:
        """Mark every hit of the answer; take all marks off when all have one."""
        hits = {place_of(hit): hit for hit in self.answer.hits}
        if hits.keys() <= self.marks.keys():
            self.marks.clear()
        else:
            self.marks.update(hits)
