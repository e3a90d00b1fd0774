"""Names the ranges that numbers of recipes have; a number outside of its range is refused."""

from typing import Annotated

from searchkit.table import Bounds

_MOST = 1_000_000_000

Count = Annotated[int, Bounds(0, _MOST)]
"""A number of things, or none."""

Some = Annotated[int, Bounds(1, _MOST)]
"""A number of things, at least one."""

Tokens = Annotated[int, Bounds(3, _MOST)]
"""The most tokens of a text, with one before and one after it."""

Share = Annotated[float, Bounds(0, 1)]
"""A part of a whole."""

Weight = Annotated[float, Bounds(0, 1_000_000)]
"""How much something counts beside other things; 0 for not at all."""

Rate = Annotated[float, Bounds(1e-9, 1)]
"""A learning rate."""

Temperature = Annotated[float, Bounds(0.001, 100)]
"""What cosines are divided by."""
