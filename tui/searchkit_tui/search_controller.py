"""What is asked, what was found, and the way back through both. Draws nothing, knows no widget."""

import time
from dataclasses import replace
from pathlib import Path

from searchkit_tui.desk import FIRST, LIMIT, Answer, Found, Spot
from searchkit_tui.engine import Engine
from searchkit_tui.question import Question, Stop, Trail


class SearchController:
    """The question of the moment and its answer.

    Args:
        engine: Is asked.
        text: What to ask first.
    """

    def __init__(self, engine: Engine, text: str = "") -> None:
        self._engine = engine
        self._typing = False
        self.question = Question(text)
        self.answer = Answer(Question())
        self.seconds = 0.0
        self.outdated = False
        self.trail = Trail()
        self.marks: dict[tuple[Path, str, int, int], Found] = {}

    @property
    def answered(self) -> bool:
        """Whether the answer is one to the question of the moment."""
        return self.answer.question == self.question

    def type(self, text: str) -> bool:
        """Ask another text, as one stop of the trail for as long as one types.

        Returns:
            Whether the question changed.
        """
        question = replace(self.question, text=text, like=None)
        if question == self.question:
            return False
        self.trail.add(question, over=self._typing)
        self._typing = True
        self.question = question
        return True

    def ask(self, question: Question) -> None:
        """Ask a question as the next stop of the trail."""
        self.trail.add(question)
        self.return_to(Stop(question))

    def return_to(self, stop: Stop) -> None:
        """Ask the question of a stop."""
        self._typing = False
        self.question = stop.question

    def narrow_to(self, location: Spot) -> None:
        """Ask this folder from now on, and in it the part where one stands."""
        if self.question.root != str(location.root):
            globs = (f"{location.inside}/**",) if location.inside else ()
            self.question = replace(self.question, root=str(location.root), globs=globs)

    def keep(self) -> None:
        """Make the question a stop of its own: it was meant."""
        self._typing = False
        self.trail.add(self.question, over=True)

    async def search(self, *, at_least: int = FIRST) -> Answer:
        """Find answers to the question of the moment; whoever awaits decides whether they stand.

        Args:
            at_least: Hits that are needed, where there are so many.

        Raises:
            SearchkitError: Whatever the index says of the question or of itself.
        """
        began = time.monotonic()
        limit = FIRST if at_least <= FIRST else LIMIT
        answer = await self._engine.search(self.question, limit)
        self.seconds = time.monotonic() - began
        return answer

    async def complete(self) -> bool:
        """Get the rest of the answer; what is there already keeps its place.

        Returns:
            Whether the answer became longer.
        """
        before = self.answer
        if before.whole:
            return False
        longer = before.continued(await self._engine.search(before.question, LIMIT))
        if self.answer is not before:
            return False
        self.answer = longer
        return True

    def toggle_mark(self, found: Found) -> None:
        """Mark a hit, or take its mark off."""
        if self.marks.pop(found.key, None) is None:
            self.marks[found.key] = found

    def toggle_all(self) -> None:
        """Mark every hit of the answer; take all marks off when all have one."""
        keys = {found.key: found for found in self.answer.found}
        if keys.keys() <= self.marks.keys():
            self.marks.clear()
        else:
            self.marks.update(keys)
