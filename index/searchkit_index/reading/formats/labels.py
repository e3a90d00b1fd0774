"""Reads scenes of Unity and plans of KiCad: the names and texts in them, without the numbers."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from searchkit_index.reading import text
from searchkit_index.reading.document import Block, Rows
from searchkit_index.reading.heading import clean_title

# A key with a value that begins with a letter or a quotation mark, in Unity's YAML.
_VALUE = re.compile(r"\s*(?:- )?(?:m_)?(\w[\w ]*): ([\"']?[^\W\d_{\[].*)")
# Keys whose values Unity chose.
_KEYS_OF_UNITY = (
    "Icon TagString EditorClassIdentifier RenderType TargetAssemblyTypeName propertyPath attribute"
    " guid AssetGUID SortingLayerName ObjectArgumentAssemblyTypeName"
)
_OF_UNITY = frozenset(_KEYS_OF_UNITY.split())
_MOST_CONTINUED = 12  # rows of one text

# What is named and said in KiCad: what it is, unless it is a property; its text, or the name of the
# property; the value of that.
_QUOTED = r"\"((?:[^\"\\]|\\.){1,2000})\""
_SAID = re.compile(
    r"\((?:property|(text|label|global_label|hierarchical_label|gr_text|descr|tags|title|company"
    rf"|comment \d|fp_text user))\s+{_QUOTED}(?:\s+{_QUOTED})?"
)
# Properties of every part that say where its drawing is.
_OF_KICAD = frozenset({"Footprint", "ki_fp_filters", "Sheet file", "Sheetfile"})


def read(data: bytes) -> list[Block]:
    """Read a file; a name begins a section in Unity, and each text is a row."""
    content = text.decode(data, escaped=True, structured=True)
    if content.startswith("%YAML"):
        return [_unity(row, key, value) for row, key, value in _values(content.split("\n"))]
    return [*_kicad(content)]


def _unity(row: int, key: str, value: str) -> Block:
    if key == "Name":
        return Block([value], [row], 1, clean_title(value))
    return Block([f"{key}: {value}"], [row])


def _values(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the row, the key and the text of each value that someone wrote."""
    for row, line in enumerate(lines):
        found = _VALUE.match(line)
        if found and found[1] not in _OF_UNITY:
            value = _whole(found[2], islice(lines, row + 1, row + _MOST_CONTINUED))
            if sum(map(str.isalpha, value)) > 1:
                yield row, found[1], value


def _whole(value: str, following: Iterable[str]) -> str:
    """Join a value in quotation marks with the lines that it continues on."""
    mark, parts = value[0], [value]
    if mark not in "\"'":
        return value.strip()
    for line in following:
        is_closed = len(parts[0]) > 1 and parts[-1].rstrip().endswith(mark)
        if is_closed or _VALUE.match(line):
            break
        parts.append(line.strip())
    return " ".join(" ".join(parts).replace("\\n", " ").replace("\\", "").split()).strip(mark)


def _kicad(content: str) -> Iterator[Block]:
    rows = Rows(content)
    for found in _SAID.finditer(content):
        kind, said, value = found.groups()
        words = f"{said}: {value}" if value and not kind else said if kind else ""
        if words and said not in _OF_KICAD and (value or "") != "~":
            yield Block([words.replace("\\n", " ").replace('\\"', '"')], [rows.of(found.start())])
