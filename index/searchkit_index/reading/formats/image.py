"""Reads scans and screenshots: the text in a picture."""

import re

from searchkit_index.reading import ocr
from searchkit_index.reading.document import Block, Draft
from searchkit_index.reading.text import Unsuitable

# Smaller pictures, in bytes, are icons and ornaments.
_SMALLEST = 10_000
# The maker of the camera, near the beginning of a photo.
_CAMERA = re.compile(
    rb"Exif\0\0.{0,400}?\0(?:Apple|Canon|NIKON|SONY|samsung|Google|FUJIFILM|OLYMPUS|Panasonic"
    rb"|LEICA|HUAWEI|Xiaomi|OnePlus|motorola|LG|GoPro|DJI|PENTAX|RICOH)",
    re.DOTALL,
)


def read(data: bytes) -> list[Block]:
    """Read the paragraphs in a picture; refuse small ones, photos, and those without text."""
    if len(data) < _SMALLEST:
        raise Unsuitable("binary")
    if _CAMERA.search(data, 0, 4096):
        raise Unsuitable("a photo of a camera")
    draft = Draft()
    for paragraph in re.split(r"\n[ \t]*\n", ocr.text_of(data)):
        draft.add(paragraph)
    if not draft.blocks:
        raise Unsuitable("a picture without text")
    return draft.blocks
