"""What must hold of the chunks of any text at all."""

from searchkit_index.chunking.chunk import Chunk
from searchkit_index.chunking.lines import measure


def check_cover(text: str, found: list[Chunk], limit: int) -> None:
    """Every line that is not blank stands in exactly one place, in order, within the limit."""
    rows = text.split("\n")
    seen: dict[int, str] = {}
    last = 0
    for chunk in found:
        assert measure(chunk.text) <= limit
        assert last <= chunk.start_line <= chunk.end_line <= len(rows)
        lines = chunk.text.split("\n")
        assert len(lines) == chunk.end_line - chunk.start_line + 1
        assert lines[0].strip()
        assert lines[-1].strip()
        for number, line in enumerate(lines, chunk.start_line):
            assert len(lines) == 1 or number not in seen
            seen[number] = seen.get(number, "") + line
        last = chunk.end_line
    for number, line in enumerate(rows, 1):
        assert seen.get(number, "" if not line.strip() else None) in (line, "")
