"""Reads the costs of a vocabulary's entries, which decide how queries are cut into entries.

They are a tensor in the model's weights, one byte for each entry: the negative logarithm of its
probability, in eighths. Without it all texts are cut greedily.
"""

import json
from pathlib import Path

# The tensor's name, and the steps of a cost in one unit of the logarithm.
COSTS, COST_STEPS = "table.cost", 8

# Bytes read of a header; real headers are far shorter.
_HEADER = 10_000_000


def read_costs(weights: Path) -> bytes | None:
    """Read the costs.

    Args:
        weights: A safetensors file.

    Returns:
        uint8, one for each entry; None if the file has none, or cannot be read, which loading the
        weights reports.
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
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
