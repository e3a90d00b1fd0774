"""Pictures and scanned pages are read through Tesseract, within limits; without it, it is told.

The program stands in for Tesseract: it answers `--list-langs`, and on `stdin stdout -l LANGUAGES`
says what it was given, as the manual of Tesseract has it. The last test asks the real one.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest
from documents import a_drawn_pdf

from searchkit.indexes.index import Index
from searchkit_index.pipeline import fingerprint
from searchkit_index.pipeline.report import Progress
from searchkit_index.process.contents import read
from searchkit_index.reading import ocr
from searchkit_index.reading.formats import pdf
from searchkit_index.reading.text import Unsuitable
from searchkit_index.system import programs
from searchkit_index.walk.rules import Rules

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20_000)
SPEAKS = """#!/bin/sh
if [ "$1" = --list-langs ]; then printf 'List of languages (3):\\ndeu\\neng\\nosd\\n'; exit; fi
bytes=$(/usr/bin/wc -c)
printf 'Wombats dig.\\n\\n%s: %s bytes, %s thread\\n\\f' "$*" $bytes "$OMP_THREAD_LIMIT"
"""


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    def clear() -> None:
        for each in (programs.find, programs.version, ocr._languages):
            each.cache_clear()
        fingerprint.forget()

    clear()
    yield
    clear()


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install a program of that name; "" for none."""

    def install(script: str) -> None:
        file = tmp_path / "bin" / "tesseract"
        file.parent.mkdir(exist_ok=True)
        if script:
            file.write_text(script)
            file.chmod(0o755)
        rest = os.environ["PATH"].split(os.pathsep) if script else []
        kept = (folder for folder in rest if not Path(folder, "tesseract").exists())
        monkeypatch.setenv("PATH", os.pathsep.join([str(file.parent), *kept]))
        programs.find.cache_clear()
        programs.version.cache_clear()
        fingerprint.forget()

    return install


def text_of(name: str, data: bytes) -> str:
    return "\n".join(chunk.text for chunk in read(name, data, secrets=False).chunks)


def test_a_picture_gives_its_text(tesseract: Callable[[str], None]) -> None:
    tesseract(SPEAKS)
    said = f"Wombats dig.\nstdin stdout -l eng+deu: {len(PICTURE)} bytes, 1 thread"
    assert text_of("scan.png", PICTURE) == said


def test_a_list_of_files_that_is_named_a_picture_had_them_read(
    tesseract: Callable[[str], None],
) -> None:
    tesseract(SPEAKS)
    for data in (b"/home/someone/passport.png\n" + bytes(20_000), b"https://example.org\n" * 999):
        with pytest.raises(Unsuitable, match="binary"):
            read("scan.png", data, secrets=False)


def without_text(*pages: str) -> bytes:
    """A PDF of pages with a drawn square each."""
    return a_drawn_pdf(*(pages or ("100 100 300 300 re f",)))


def test_pages_without_text_are_drawn_and_read(tesseract: Callable[[str], None]) -> None:
    pytest.importorskip("pypdfium2")
    tesseract(SPEAKS)
    blocks = pdf.read(without_text("100 100 300 300 re f", "", "50 50 9 9 re f"))
    assert [block.place for block in blocks] == ["page 1", "page 3"]
    # A head of PNM, and a byte for each of 1700 times 2200 dots.
    assert f"{len('P5 1700 2200 255 ') + 1700 * 2200} bytes" in blocks[0].rows[-1]


@pytest.mark.parametrize(
    ("name", "data", "script", "reason"),
    [
        ("scan.png", PICTURE, "", "a picture; needs `tesseract`"),
        ("scan.jpg", PICTURE, "#!/bin/sh\nexit 1\n", "cannot read"),
        ("scan.jpg", PICTURE, "#!/bin/sh\necho\n", "a picture without text"),
        ("icon.png", PICTURE[:5000], SPEAKS, "binary"),
        ("photo.jpg", b"\xff\xd8Exif\0\0MM\0Canon\0" + PICTURE, SPEAKS, "a photo of a camera"),
    ],
)
def test_what_is_not_read_is_told(
    tesseract: Callable[[str], None], name: str, data: bytes, script: str, reason: str
) -> None:
    tesseract(script)
    with pytest.raises(Unsuitable, match=reason):
        read(name, data, secrets=False)


def test_a_large_photo_was_too_large_where_the_program_was_missing(
    tesseract: Callable[[str], None],
) -> None:
    rules = Rules()
    tesseract("")
    assert rules.reason_of_size("photo.jpg") == "a picture; needs `tesseract`"
    assert rules.reason_of_size("all.log") == "larger than 1 MB"
    tesseract(SPEAKS)
    assert rules.reason_of_size("photo.jpg") == "larger than 32 MB"


def test_scanned_pages_tell_what_they_need(tesseract: Callable[[str], None]) -> None:
    pytest.importorskip("pypdfium2")
    tesseract("")
    with pytest.raises(Unsuitable, match="holds no text, as scanned pages do: needs `tesseract`"):
        pdf.read(without_text())


def test_a_program_that_hangs_is_ended(
    tesseract: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "_TIME_LIMIT", 0.2)
    tesseract("#!/bin/sh\nexec sleep 30\n")
    with pytest.raises(Unsuitable, match="cannot read"):
        read("scan.png", PICTURE, secrets=False)


def test_a_program_in_the_current_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tesseract").write_text(SPEAKS)
    (tmp_path / "tesseract").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    assert programs.find("tesseract") is None


def test_installing_it_reads_pictures_and_pdf_again(tesseract: Callable[[str], None]) -> None:
    names = ("a.png", "a.pdf", "a.md")
    tesseract("")
    before = {name: fingerprint.of_file(name, 0, Rules()) for name in names}
    assert Rules().limit("a.png") == Rules().limit("a.md")  # photos are not read for nothing
    tesseract(SPEAKS)
    changed = {name for name in names if fingerprint.of_file(name, 0, Rules()) != before[name]}
    assert changed == {"a.png", "a.pdf"}
    assert Rules().limit("a.png") > Rules().limit("a.md")


def test_words_are_found_by_meaning_before_a_picture_is_read(
    tmp_path: Path, open_index: Callable[[Path], Index], tesseract: Callable[[str], None]
) -> None:
    tesseract(SPEAKS)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.png").write_bytes(PICTURE)
    (folder / "z.md").write_text("# Wombats\n\nThey dig at night.\n")
    seen: list[Progress] = []
    with open_index(folder) as index:
        report = index.build(progress=seen.append)
        status = index.status()
    stages = [stage for stage, _ in groupby(each.stage for each in seen)]
    assert stages == ["read", "embed", "read", "embed"]
    assert (report.changed, report.embedded, status.pending) == (2, status.passages, 0)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
def test_the_real_program_reads_a_scanned_page() -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    page = pypdfium2.PdfDocument(without_text("BT /F1 24 Tf 72 600 Td (Wombats dig deep) Tj ET"))[0]
    drawn = page.render(scale=2, grayscale=True)
    picture = b"P5 %d %d 255\n" % (drawn.width, drawn.height) + bytes(drawn.buffer)
    assert drawn.stride == drawn.width
    assert text_of("scan.png", picture) == "Wombats dig deep"
