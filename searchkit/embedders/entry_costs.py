"""Reads what each entry of a vocabulary costs, by which questions are cut, from a model's weights.

They are a tensor beside the table, one byte for each of its rows: the negative logarithm of the
entry's probability, in eighths. A model without it has all texts cut greedily.
"""

import json
from pathlib import Path

# The tensor's name, and its steps for each unit of the logarithm.
COSTS, COST_STEPS = "table.cost", 8

# The header of a file of weights is far shorter.
_HEADER = 10_000_000


def read_costs(weights: Path) -> bytes | None:
    """Read the costs.

    Args:
        weights: A safetensors file.

    Returns:
        uint8, one for each entry; None if the file has none, or is none that can be read, which is
        said where the weights are loaded.
    """
    try:
        with weights.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            about = json.loads(file.read(min(length, _HEADER))).get(COSTS)
            if about is None or about["dtype"] != "U8":
                return None
            begin, end = about["data_offsets"]
            file.seek(8 + length + begin)
            return file.read(end - begin)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
