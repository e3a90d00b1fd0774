"""Chooses how a FAISS file stores vectors, by their number and the memory that is left."""

import math
from typing import NamedTuple

from searchkit_index.errors import StorageError

# Up to so many vectors a flat scan in half precision is exact and takes a few milliseconds.
FLAT_LIMIT = 200_000


class Layout(NamedTuple):
    """How a file stores vectors.

    Attributes:
        lists: Number of inverted lists; 0 for a flat file.
        bits: Bits of each number of a vector.
    """

    lists: int
    bits: int

    @property
    def factory(self) -> str:
        """The factory string of FAISS that makes such a file."""
        inner = "SQfp16" if self.bits == 16 else f"SQ{self.bits}"
        return f"IVF{self.lists},{inner}" if self.lists else f"IDMap2,{inner}"

    def bytes(self, count: int, dimension: int) -> int:
        """Estimate what building takes: codes, ids twice, and a fifth more for lists that grow."""
        return count * (dimension * self.bits // 8 * (6 if self.lists else 5) // 5 + 48)


def choose(count: int, dimension: int, room: int) -> Layout:
    """Choose the finest layout that `room` bytes are enough for; raise StorageError without one."""
    # 40 training points for each list are what FAISS asks for to cluster well; it copies them.
    lists = min(4 * math.isqrt(count), room // (40 * 4 * 4 * dimension))
    flat = [Layout(0, bits) for bits in (16, 8, 4)] if count <= FLAT_LIMIT else []
    inverted = [Layout(lists, bits) for bits in (8, 4)] if count > FLAT_LIMIT and lists else []
    for layout in (*flat, *inverted):
        if layout.bytes(count, dimension) <= room:
            return layout
    raise StorageError(
        f"{room / 1e6:,.0f} MB of memory are left, too little for {count:,} vectors",
        "give more with `--memory`; what was indexed is kept and found by its words",
    )
