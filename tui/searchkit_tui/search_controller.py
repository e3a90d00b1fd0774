"""Keeps the current question, its answer, the marks and the navigation history; draws nothing."""

import time
from dataclasses import replace

from searchkit.hits.hit import Hit
from searchkit.indexes.location import Location
from searchkit_tui.engine import Engine
from searchkit_tui.request import NavigationHistory, Request, Visit, below
from searchkit_tui.results import FIRST_HITS, MAX_HITS, HitKey, Results, hit_key


class SearchController:
    """The current question and its answer.

    Args:
        engine: Searches.
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
        self.marks: dict[HitKey, Hit] = {}

    @property
    def answered(self) -> bool:
        """Whether the answer is to the current question."""
        return self.answer.request == self.request

    def type(self, text: str) -> bool:
        """Change the text, as one entry of the history while one types; tell whether it changed."""
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
        """Search this folder from now on, and in it only what is below the path that was named."""
        if self.request.root != str(location.root):
            globs = (below(location.inside),) if location.inside else ()
            self.request = replace(self.request, root=str(location.root), globs=globs)

    def keep(self) -> None:
        """Make the question an entry of its own in the navigation history."""
        self._typing = False
        self.navigation.add(self.request, over=True)

    async def search(self, *, at_least: int = FIRST_HITS) -> Results:
        """Find answers to the current question; the caller decides whether they are shown.

        Args:
            at_least: How many hits are needed, if there are as many.

        Returns:
            The answer.

        Raises:
            SearchkitError: The question cannot be asked, or the index cannot be read.
        """
        began = time.monotonic()
        limit = FIRST_HITS if at_least <= FIRST_HITS else MAX_HITS
        answer = await self._engine.search(self.request, limit)
        self.seconds = time.monotonic() - began
        return answer

    async def complete(self) -> bool:
        """Get the rest of the answer after the hits so far; tell whether it became longer."""
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
        if self.marks.pop(hit_key(hit), None) is None:
            self.marks[hit_key(hit)] = hit

    def toggle_all(self) -> None:
        """Mark every hit of the answer; take all marks off when all have one."""
        hits = {hit_key(hit): hit for hit in self.answer.hits}
        if hits.keys() <= self.marks.keys():
            self.marks.clear()
        else:
            self.marks.update(hits)
