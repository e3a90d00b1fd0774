"""Pictures that Tesseract reads, made by strangers: no other file is read, and none stops a run."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from stage import Stage

_HEADS = (
    *(
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"II*\0",
        b"MM\0*",
        b"GIF89a",
        b"BM",
        b"P5\n",
    ),
    *(b"P1 ", b"P7\n", b"RIFF\x10\0\0\0WEBP", b"%!PS\n", b"%PDF-1.4\n", b"\0", b"\n", b"spix"),
    *(b"\0\0\0\x0cjP  \r\n\x87\n", b"http://127.0.0.1/a.png\n", b"../outside.png\n"),
)


def picture_hostile(stage: Stage) -> None:
    """It is a list of files, a bomb, torn or of noise: nothing but what it shows is found."""
    outside = stage.scratch / "outside.png"
    outside.write_bytes(_picture("THE SECRET PLATYPUS"))
    for number, ending in enumerate(stage.random.sample(["png", "jpg", "tif", "bmp", "gif"], 2)):
        data = stage.random.choice(_MADE)(stage.random, outside)
        (stage.root / f"photo{number}.{ending}").write_bytes(data.ljust(12_000, b"\0"))
    stage.command("index", "-q", ".")
    done = stage.command("query", "secret platypus", "--mode", "lexical")
    assert b"PLATYPUS" not in done.stdout, done
    assert stage.command("query", "value", "--mode", "lexical").code in (0, 1)


def _list(chance: random.Random, outside: Path) -> bytes:
    return chance.choice(_HEADS) + (f"{outside}\n" * chance.choice([1, 3])).encode() + b"\0"


def _bomb(chance: random.Random, outside: Path) -> bytes:
    side = chance.choice([20_000, 65_500, 2**31 - 1])
    kind = chance.choice([0, 2, 6])
    head = struct.pack(">IIBBBBB", side, side, 8, kind, 0, 0, chance.choice([0, 1]))
    body = zlib.compress(bytes(30_000_000))
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _loop(chance: random.Random, outside: Path) -> bytes:
    """A TIFF whose pages come again for ever."""
    return b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHII", 256, 4, 1, 9) + b"\x08\0\0\0"


def _torn(chance: random.Random, outside: Path) -> bytes:
    data = bytearray(_picture("copper lantern"))
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(len(data))])


def _noise(chance: random.Random, outside: Path) -> bytes:
    return chance.choice(_HEADS) + chance.randbytes(20_000)


def _picture(text: str) -> bytes:
    """A picture of a text; of noise where nothing can draw one."""
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        return b"P5 100 100 255\n" + random.Random(text).randbytes(10_000)
    image = Image.new("L", (700, 120), 255)
    ImageDraw.Draw(image).text((20, 30), text, fill=0, font_size=40)
    image.save(file := io.BytesIO(), "PNG")
    return file.getvalue()


_MADE: tuple[Callable[[random.Random, Path], bytes], ...] = (
    _list,
    _list,
    _bomb,
    _loop,
    _torn,
    _noise,
)

KINDS: tuple[Callable[[Stage], None], ...] = (picture_hostile,)
