"""Names of `answer` and `engine` under the names that they had; goes when nothing imports it."""

from searchkit.index_dir import Location as Spot
from searchkit_tui.answer import FIRST, LIMIT, Answer, Found
from searchkit_tui.engine import CancelledError, OpenIndex

__all__ = ["FIRST", "LIMIT", "Answer", "CancelledError", "Found", "OpenIndex", "Spot"]
