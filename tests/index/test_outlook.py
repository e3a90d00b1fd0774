"""Messages that Outlook saved are read as mail: headers, text, attachments, messages within."""

import struct

import pytest

from searchkit_index.process.contents import read
from searchkit_index.reading.text import Unsuitable

pytest.importorskip("olefile")

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
Tree = dict[str, "bytes | Tree"]


def listed(root: Tree) -> list[list[object]]:
    """List the entries of a tree: name, type, next, child, content, size."""
    entries: list[list[object]] = [["Root Entry", 5, FREE, FREE, END, 0]]

    def add(tree: Tree, parent: int) -> None:
        before = None
        for name, value in tree.items():
            number = len(entries)
            size = 0 if isinstance(value, dict) else max(4096, len(value))
            entries.append([name, 1 if isinstance(value, dict) else 2, FREE, FREE, END, size])
            if before is None:
                entries[parent][3] = number
            else:
                entries[before][2] = number
            before = number
            if isinstance(value, dict):
                add(value, number)
            else:
                entries[number][4] = value.ljust(size, b"\0")

    add(root, 0)
    return entries


def compound(root: Tree) -> bytes:
    """Write a file system in a file, as MS-CFB has it; its streams are padded beyond the small."""
    entries = listed(root)
    contents: list[bytes] = []
    directory = -(-len(entries) * 128 // SECTOR)
    sectors, table = [], [FAT] * 2 + [*range(3, 2 + directory), END]
    for entry in entries:
        if isinstance(content := entry[4], bytes):
            first, count = len(table), -(-len(content) // SECTOR)
            table += [*range(first + 1, first + count), END]
            contents.append(content.ljust(count * SECTOR, b"\0"))
            entry[4] = first
    for name, kind, following, child, first, size in entries:
        written = str(name).encode("utf-16-le")
        sectors.append(
            written.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(written) + 2, kind, 1, FREE, following, child)
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 2, 2, 0, 4096, END, 0, END, 0, 0
    )
    head += struct.pack("<I", 1) + struct.pack("<I", FREE) * 107
    fat = struct.pack(f"<{len(table)}I", *table).ljust(2 * SECTOR, b"\xff")
    return head + fat + b"".join(sectors).ljust(directory * SECTOR, b"\0") + b"".join(contents)


def text(number: int, value: str) -> Tree:
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


SENT = struct.pack("<HHIQ", 0x0040, 0x0039, 6, 133_540_200_000_000_000)
INNER: Tree = {
    **text(0x0037, "An inner one"),
    **text(0x1000, "It was passed on."),
    "__properties_version1.0": bytes(24),
}
MESSAGE: Tree = {
    **text(0x0037, "Größe der Höhle"),
    **text(0x0C1A, "Ada"),
    **text(0x5D01, "ada@example.org"),
    **text(0x0E04, "Bob"),
    **text(0x1000, "Liebe Grüße aus dem Bau.\r\n\r\nZweiter Absatz."),
    "__properties_version1.0": bytes(32) + SENT,
    "__attach_version1.0_#00000000": {
        **text(0x3707, "plan.md"),
        "__substg1.0_37010102": b"# The attached plan\n".ljust(4096),
    },
    "__attach_version1.0_#00000001": {"__substg1.0_3701000D": INNER},
}


def said(data: bytes) -> str:
    chunks = read("a.msg", data, secrets=False).chunks
    assert chunks[0].place.startswith("2024-03-04: Größe der Höhle")
    return "\n".join(chunk.text for chunk in chunks)


def test_a_message_gives_headers_text_attachments_and_messages_within() -> None:
    whole = said(compound(MESSAGE))
    for words in (
        *("From: Ada <ada@example.org>", "To: Bob", "Liebe Grüße aus dem Bau.", "Zweiter Absatz."),
        *("plan.md", "The attached plan", "An inner one", "It was passed on."),
    ):
        assert whole.count(words) == 1, words


def test_a_message_of_old_is_read_in_its_code_page() -> None:
    page = struct.pack("<HHIQ", 0x0003, 0x3FFD, 6, 950)
    old: Tree = {
        **text(0x0037, "Größe der Höhle"),
        "__substg1.0_1000001E": "中文測試".encode("cp950"),
        "__properties_version1.0": bytes(32) + SENT + page,
    }
    assert "中文測試" in said(compound(old))


@pytest.mark.parametrize("kept", [600, 1500])
def test_half_a_message_is_told(kept: int) -> None:
    with pytest.raises(Unsuitable, match=r"no readable Outlook message|no text"):
        read("a.msg", compound(MESSAGE)[:kept], secrets=False)


def test_text_that_is_not_in_the_code_page_of_its_message_is_read_as_it_looks() -> None:
    page = struct.pack("<HHIQ", 0x0003, 0x3FDE, 6, 65001)
    old: Tree = {
        "__substg1.0_0037001E": "Größe der Höhle".encode("cp1252"),
        "__substg1.0_1000001E": "Über die Höhle und ihre Gäste".encode("cp1252"),
        "__properties_version1.0": bytes(32) + SENT + page,
    }
    assert "Über die Höhle und ihre Gäste" in said(compound(old))
