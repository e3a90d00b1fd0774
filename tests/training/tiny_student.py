"""A student so small that a test trains it, and what it learns from."""

import json
import lzma
import struct
from pathlib import Path

import numpy as np

import searchkit

WORDS = ["open", "close", "read", "write", "file", "socket", "tree", "list", "sort", "find", "path"]
LETTERS = "abcdefghijklmnopqrstuvwxyz():="
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", *LETTERS]
PIECES += [f"\u2581{word}" for word in WORDS] + ["\u2581Open", "\u2581naïve"]

HIDDEN, LAYERS, INNER = 32, 3, 64

RECIPE = """
name = "tiny"
hidden = 16
repeat_up_to = 6
validation = 8

[student]
encoder = "encoder.bin"
second = "second"
kept = [0, 2]
width = 32
heads = 2
inner = 64
positions = 64

[vocabulary]
size = 270
core = 268
likeliest_questions = true
files = ["code.jsonl.xz"]

[[stages]]
steps = 2
rate = 5e-4
length = 62
texts = 1.0

[[stages]]
steps = 2
rate = 1e-3
length = 62
texts = 0.3
crossed = 0.5
text_left = {same = 0.4}

[contrast]
tokens = 400
length = 62
rows = 24
prefixes = [8, 16]
imitation = 10.0

[crossed]
asked = ["code"]
found = ["code"]
teacher = "nano"
rows = 6

[[sources]]
name = "code"
files = ["code.jsonl.xz"]
weight = 1
taught_left = 60
taught_right = 60
text_left = 0.5
text_right = 0.5
relations = "nano"
encoder_relations = 0.5
memory = 30

[[sources]]
name = "same"
files = ["same.jsonl.xz"]
weight = 1
task = "parallel"
taught_left = 80
text_left = 0.2
text_paragraph = 0.2
paragraphs = 9
"""


def write_encoder(path: Path) -> None:
    """Write random weights in the packed format, with the pieces of a few words."""
    head, tensors = _head(), _tensors(np.random.default_rng(0))
    table = sum(2 + len(name) + 21 for name in tensors)
    at, entries, body = len(head) + 4 + table, b"", b""
    for name, (raw, count) in tensors.items():
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", 0, count, at + len(body), len(raw))
        body += raw
    path.write_bytes(head + struct.pack("<i", len(tensors)) + entries + body)


def _head() -> bytes:
    """Write the sizes, the pieces, and the map of characters."""
    text = [piece.encode() for piece in PIECES]
    starts = np.cumsum([0, *map(len, text)]).astype(np.uint32)
    scores = -np.arange(len(PIECES), dtype=np.float32)
    blob = b"".join(text)
    sizes = (HIDDEN, LAYERS, 2, INNER, len(PIECES), 64, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += starts.tobytes() + scores.tobytes() + blob
    character = struct.pack("<IB1I", ord("Ａ"), 1, ord("A"))
    return head + struct.pack("<iI", 1, len(character)) + character


def _tensors(random: np.random.Generator) -> dict[str, tuple[bytes, int]]:
    """Draw the bytes of each tensor, in blocks or in floats, and how many numbers it has."""
    blocks = {"emb.word": len(PIECES) * HIDDEN}
    floats = {"emb.pos": 64 * HIDDEN, "emb.type": 2 * HIDDEN}
    floats |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for layer in range(LAYERS):
        shapes = dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN))
        shapes |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
        for name, (rows, width) in shapes.items():
            blocks[f"l{layer}.{name}.w"] = rows * width
            floats[f"l{layer}.{name}.b"] = rows
        for name in ("aln", "oln"):
            floats |= {f"l{layer}.{name}.w": HIDDEN, f"l{layer}.{name}.b": HIDDEN}
    data: dict[str, tuple[bytes, int]] = {}
    for name, count in blocks.items():
        drawn = np.zeros(count // 32, [("scale", "<f2"), ("pairs", "u1", 16)])
        drawn["scale"] = 0.05
        drawn["pairs"] = random.integers(0, 256, (len(drawn), 16))
        data[name] = (drawn.tobytes(), count)
    for name, count in floats.items():
        values = np.ones(count) if name.endswith("ln.w") else random.normal(size=count) * 0.1
        data[name] = (values.astype(np.float32).tobytes(), count)
    return data


def write_student(folder: Path) -> Path:
    """Fill a folder with an encoder, a second teacher, pairs and a recipe."""
    write_encoder(folder / "encoder.bin")
    nano = Path(searchkit.__file__).parent / "models" / "nano"
    (folder / "second").symlink_to(nano, target_is_directory=True)
    random = np.random.default_rng(0)
    for name in ("code", "same"):
        with lzma.open(folder / f"{name}.jsonl.xz", "wt") as file:
            for number in range(120):
                words = [str(each) for each in random.choice(WORDS, 4)]
                code = f"def {words[0]}{words[1].title()}(x{number}):\n    return {words[2]}(x)"
                pair = {"a": " ".join(words), "b": code, "kind": name, "lang_a": "en"}
                file.write(json.dumps(pair | {"lang_b": "python"}) + "\n")
    (folder / "recipe.toml").write_text(RECIPE)
    return folder
