"""What programs write for programs is left out, with a reason that says so."""

from pathlib import Path

import pytest

from searchkit_index.process.contents import read
from searchkit_index.reading import artifact
from searchkit_index.reading.text import Unsuitable

POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:6fd5d72fe4589f189f8ebc006442dbb529bb7ce38f8082112682524616046452\nsize 90405214\n"
)
MINIFIED = "!function(e,t){e.x=t}(this,function(){return 1});" * 300
HEADER = "/*! tool v1 */\n"
LOCKED = '[[a]]\nversion = "1"\nchecksum = "ab"\n[[b]]\nintegrity = "sha512-x"\n'


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("model.bin", POINTER, artifact.LFS_POINTER),
        ("data.csv", POINTER, artifact.LFS_POINTER),
        ("paper.pdf", POINTER, artifact.LFS_POINTER),
        ("photos/a.txt", "/annex/objects/SHA256E-s3--a.txt\n", artifact.ANNEX_POINTER),
        ("web/package-lock.json", '{"lockfileVersion": 3}', artifact.LOCK),
        ("Cargo.lock", "[[package]]\nname = 'x'\n", artifact.LOCK),
        ("go.sum", "a v1 h1:x=\n", artifact.LOCK),
        ("tools/newpm.lock", LOCKED, artifact.LOCK),
        ("Manifest.toml", LOCKED, artifact.LOCK),
        ("aqua-lock.json", LOCKED, artifact.LOCK),
        ("dub.selections.json", '{"versions": {"a": "1.0"}}', artifact.LOCK),
        ("app.js.map", '{"version":3,"sources":[],"mappings":"AAAA"}', artifact.MAP),
        ("app.map", '{"version":3,"file":"a","sources":[],"mappings":"AAAA"}', artifact.MAP),
        ("hero.png.import", '[remap]\n\nimporter="texture"\n', artifact.GENERATED),
        ("hero.gd.uid", "uid://e3fsq0i746o1\n", artifact.GENERATED),
        ("Hero.cs.meta", "fileFormatVersion: 2\nguid: 5f0c\n", artifact.GENERATED),
        ("figure.eps", "%!PS-Adobe-3.0 EPSF-3.0\n1 2 moveto\n", artifact.POSTSCRIPT),
        ("lid.gcode", "; by a slicer\nG1 X1.5 Y2.5 E0.1\n", artifact.MACHINE),
        ("board.hex", ":10000000214601360121470136007EFE09D21901\n", artifact.MACHINE),
        ("run.vcd", "$date today $end\n#0\n1!\n", artifact.MACHINE),
        ("lid.stl", "solid lid\nfacet normal 0 0 1\nouter loop\n", artifact.MACHINE),
        ("lid.obj", "# Blender\nmtllib a.mtl\no Lid\nv 1.0 -2.0 3.0\n", artifact.MACHINE),
        ("lid.ply", "ply\nformat ascii 1.0\n", artifact.MACHINE),
        ("lid.dxf", "  0\nSECTION\n  2\nHEADER\n", artifact.MACHINE),
        ("lid.step", "ISO-10303-21;\nHEADER;\n", artifact.MACHINE),
        ("__snapshots__/a.test.js.snap", "exports[`a`] = `b`;\n", artifact.SNAPSHOT),
        ("plug_pb2.py", "# protobuf\nX = 1\n", artifact.GENERATED),
        ("App.xcodeproj/project.pbxproj", "// !$*UTF8*$!\n{\n}\n", artifact.GENERATED),
        ("net/plug.pb.go", "package net\n", artifact.GENERATED),
        ("jquery.min.js", HEADER + "a()", artifact.MINIFIED),
        ("jquery.js", HEADER + MINIFIED, "minified"),
        ("icon.svg", "<svg><path d='M0 0 L1 1'/></svg>", "holds no text"),
    ],
)
def test_machine_made_files_are_left_out(name: str, text: str, reason: str) -> None:
    with pytest.raises(Unsuitable) as caught:
        read(name, text.encode(), secrets=False)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("letter.doc", artifact.OLD_OFFICE),
        ("letter.docx", artifact.PASSWORD),
        ("mail.msg", "this is no readable Outlook message"),
        ("setup.msi", "binary"),
    ],
)
def test_old_and_locked_documents_say_what_to_do(name: str, reason: str) -> None:
    with pytest.raises(Unsuitable) as caught:
        read(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), secrets=False)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lfs.md", "# Pointers\n\n" + POINTER + "\nA pointer looks so. " * 60),
        ("locks.py", "lock = 1\n"),
        ("door.lock", "The door is locked at nine.\n"),
        ("lock.yaml", "alias: Lock the door\nmode: single\n"),
        ("test_lock.rs", f"// {LOCKED}\nfn main() {{}}\n"),
        ("maps/world.map", "version 3\nnorth\n"),
        ("colours.hex", "#ff0000 red\n"),
        ("first.step", "Open the lid.\n"),
        ("notes.obj", "# Notes\nVolume two\n"),
        ("tools.import", "import the tools\n"),
        ("sieve.ps", "%!\n% Written by hand.\n/sieve { 2 } def\n"),
        ("site.meta", "title: Wombats\n"),
        ("go.mod", "module x\n"),
        ("package.json", '{"name": "x"}'),
        ("admin.js", "open()\n"),
        ("generated.py", "x = 1\n"),
    ],
)
def test_what_only_looks_alike_is_kept(name: str, text: str) -> None:
    assert read(name, text.encode(), secrets=False).chunks


def test_a_dump_with_one_long_insert_keeps_its_statements() -> None:
    rows = ",".join(f"({number},'name{number}','street {number}')" for number in range(5_000))
    text = (
        "CREATE TABLE people (\n  id INT,\n  name TEXT\n);\n"
        f"INSERT INTO people VALUES {rows};\nCREATE TABLE wombats (\n  burrow INT\n);\n"
    )
    chunks = read("dump.sql", text.encode(), secrets=False).chunks
    whole = "\n".join(chunk.text for chunk in chunks)
    assert "CREATE TABLE people" in whole
    assert "burrow INT" in whole
    assert "name1'" in whole
    assert "name4999" not in whole
    wombats = next(chunk for chunk in chunks if "burrow" in chunk.text)
    assert wombats.end_line == 8


def test_an_svg_gives_what_it_says() -> None:
    text = "<svg><title>A wombat</title><path d='M0 0'/><text>digging</text></svg>"
    [chunk] = read("a.svg", text.encode(), secrets=False).chunks
    assert chunk.text == "A wombat\ndigging"


def test_labels_of_a_drawing_without_blanks_between_were_one_word() -> None:
    text = (
        "<svg><text x='1'>Account</text><text x='2'>Order</text>"
        "<text><tspan x='0' y='1'>Stock</tspan><tspan x='0' dy='12'>Ship</tspan></text>"
        "<text><tspan x='0'>Wom</tspan><tspan x='9'>bat</tspan></text></svg>"
    )
    [chunk] = read("a.svg", text.encode(), secrets=False).chunks
    assert chunk.text == "Account\nOrder\nStock Ship\nWombat"


def test_a_pointer_is_told_by_status(tree: Path, open_index) -> None:
    (tree / "model.bin").write_text(POINTER)
    with open_index(tree) as index:
        index.build()
        assert "git lfs pull" in index.path_status("model.bin").words
