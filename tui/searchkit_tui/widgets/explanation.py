"""Shows why the selected hit is an answer: what each side and each ranking rule added or took."""

from itertools import islice

from textual.content import Content
from textual.widgets import Static

from searchkit.hits.hit import Hit
from searchkit.wording import near_words
from searchkit_tui import display
from searchkit_tui.results import Results
from searchkit_tui.widgets.result_list import SIDES

_MEASURES = {"semantic": "cosine", "lexical": "BM25"}

# The rules of the ranking: what they are called on the screen, and what each means.
_RULES = {
    "definition": ("definition", "it defines what is asked for"),
    "file": ("file", "other parts of this file answer too"),
    "opening": ("start", "how near the beginning of the file is"),
    "name": ("name", "its path, or what it defines, is asked for"),
    "quoted": ("quoted", "it holds, or is at, what is typed"),
    "test_penalty": ("test", "a test, an example or third-party code"),
    "superseded": ("old", "a newer version of it exists"),
}

_BAR = 8  # cells of the largest share
_NAMED_COPIES = 3
_NAMED_WORDS = 4


class Explanation(Static):
    """Draws each share of the score on a line, as a signed number and as a bar."""

    def show(self, hit: Hit, answer: Results) -> None:
        """Show the shares of the score of a hit of an answer."""
        sure = "" if hit.confidence is None else f", {hit.confidence:.0%} likely about this"
        head = Content.assemble(
            (f" score {hit.score:.3f}", "bold"),
            f", {answer.share(hit):.0%} of the best",
            sure,
        )
        largest = max(map(abs, hit.shares.values()), default=0.0)
        shares = [self._share(hit, name, share, largest) for name, share in hit.shares.items()]
        both = answer.request.mode == "hybrid" and not answer.request.like
        absent = [name for side, name in SIDES.items() if both and side not in hit.parts]
        tail = [Content.styled(f" not found by {name}", "$text-muted") for name in absent]
        self.update(Content("\n").join([head, *shares, *tail, *_near(hit), *_copies(hit)]))

    def _share(self, hit: Hit, name: str, share: float, largest: float) -> Content:
        """Draw one share; a negative one has a dashed bar as well as a sign."""
        part = hit.parts.get(name)
        label, reason = _RULES.get(name, (SIDES.get(name, name), ""))
        if part:
            reason = f"rank {part.rank}, {_MEASURES.get(name, 'score')} {part.score:.3g}"
        drawn = display.bar(abs(share) / largest if largest else 0.0, _BAR)
        taken = share < 0
        return Content.assemble(
            f" {display.truncate(label, 10):<10} {share:+.3f} ",
            (
                drawn.replace("━", "╍").replace("╸", "╍") if taken else drawn,
                "$text-error" if taken else "$text-accent",
            ),
            (f" {reason}", "$text-muted"),
        )


def _near(hit: Hit) -> list[Content]:
    """Say which of its words stand for words of the question."""
    said = islice(near_words(hit.near), _NAMED_WORDS)
    return [Content.styled(f" near: {display.one_line(each)}", "$text-muted") for each in said]


def _copies(hit: Hit) -> list[Content]:
    """Name the other files that hold the same text."""
    if not hit.copy_count:
        return []
    named = ", ".join(map(display.one_line, hit.copies[:_NAMED_COPIES]))
    more = hit.copy_count - len(hit.copies[:_NAMED_COPIES])
    rest = f"{' and ' if named else ''}{more:,} more" if more else ""
    return [Content.styled(f" also in {named}{rest}", "$text-muted")]
