"""The guide: pages of Markdown inside the package, which `searchkit guide` prints."""

import difflib
from dataclasses import dataclass
from importlib.resources import files

from searchkit_index.errors import SearchkitError

# In the order in which a newcomer reads them; each is `NAME.md` in this folder.
PAGES = (
    "getting-started",
    "which-files",
    "formats",
    "filters-and-recipes",
    "editors",
    "interface",
    "agents",
    "serve",
    "team",
    "scale",
    "python",
    "models",
    "ranking",
    "trust",
    "limits",
    "comparison",
    "troubleshooting",
    "figures",
    "paper",
    "developers",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the guide.

    Attributes:
        name: What people type after `searchkit guide`.
        text: The whole page in Markdown: a heading, one sentence that says what it is for, the
            rest.
    """

    name: str
    text: str

    @property
    def summary(self) -> str:
        """The sentence below the heading, on one line."""
        paragraph = self.text.split("\n\n", 2)[1]
        return " ".join(paragraph.split())


def read_page(name: str) -> Page:
    """Read a page of the guide.

    Args:
        name: One of `PAGES`.

    Returns:
        The page.

    Raises:
        SearchkitError: There is no such page; the hint names the nearest ones, or those that
            mention the word.
    """
    if name not in PAGES:
        raise SearchkitError(f"there is no page `{name}`", _hint(name))
    return Page(name, (files(__name__) / f"{name}.md").read_text(encoding="utf-8"))


def read_pages() -> list[Page]:
    """Read every page, in the order of `PAGES`."""
    return [read_page(name) for name in PAGES]


def _hint(word: str) -> str:
    near = difflib.get_close_matches(word.lower(), PAGES, n=2)
    if near:
        return "did you mean " + " or ".join(f"`searchkit guide {name}`" for name in near) + "?"
    holding = [page.name for page in read_pages() if word.lower() in page.text.lower()]
    if word.strip() and holding:
        return f"these pages mention it: {', '.join(f'`{name}`' for name in holding)}"
    return "type `searchkit guide` to list the pages"
