"""Names the manifests of Kubernetes in a file of YAML by their kind and name."""

import re
from itertools import dropwhile, islice, pairwise

DOCUMENT = "---"  # the line that begins a document

_KIND = re.compile(r"kind:\s+[\"']?(\w+)")
_VERSION = re.compile(r"apiVersion:\s")
_METADATA = re.compile(r"metadata:\s*$")
_NAME = re.compile(r"(\s+)name:\s+[\"']?([^\s\"'{}#]+)[\"']?\s*(?:#|$)")


def manifests(rows: list[str]) -> dict[int, str]:
    """Find the manifests among the documents of a file.

    Args:
        rows: Its lines.

    Returns:
        For each manifest its first row, and its title: `Service web`, or `Service` where a template
        makes the name.
    """
    starts = [0, *(at for at, row in enumerate(rows) if row.startswith(DOCUMENT)), len(rows)]
    found = {}
    for start, end in pairwise(starts):
        first = next((at for at in range(start, end) if rows[at].strip()), end)
        if title := _title(rows[first:end]):
            found[first] = title
    return found


def _title(rows: list[str]) -> str:
    """Name a document; "" if it is no manifest."""
    kind = next(filter(None, map(_KIND.match, rows)), None)
    if kind is None or not any(map(_VERSION.match, rows)):
        return ""
    name = _name(rows)
    return f"{kind[1]} {name}" if name else kind[1]


def _name(rows: list[str]) -> str:
    """Return the name in the metadata, which is as deep as the first row in them."""
    within = dropwhile(lambda row: not _METADATA.match(row), rows)
    depth = ""
    for row in islice(within, 1, None):
        space = row[: len(row) - len(row.lstrip())]
        depth = depth or space
        if row[:1].isalpha():
            break
        if (found := _NAME.match(row)) and space == depth:
            return found[2]
    return ""
