"""Real files, real encodings: what is read, what is decoded, and what is set aside."""

import base64
import json
import os
import random
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit_index.process.contents import read as process_read
from searchkit_index.reading import text as reading
from searchkit_index.reading.text import Unsuitable, decode, lines, read
from searchkit_index.walk.entry import File


def read_text(name: str, text: str) -> str:
    found = process_read(name, text.encode(), secrets=False)
    return "\n".join(chunk.text for chunk in found.chunks)


def reason(data: bytes) -> str:
    with pytest.raises(Unsuitable) as caught:
        decode(data)
    return caught.value.reason


def decoded_or_none(data: bytes) -> str | None:
    try:
        return decode(data)
    except Unsuitable:
        return None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r'{"a": "Gr\u00fc\u00dfe", "b": "\u043c\u0438\u0440"}', '{"a": "Grüße", "b": "мир"}'),
        (r'["\ud83c\udf82", "don\u0027t"]', '["🎂", "don\'t"]'),
        (r'["\u0022", "\u005c", "a\u000ab", "\u2028", "\ud83c!"]', None),
        (r'["c:\\users\\u0436", "\u12"]', None),
        (r'["K\u00c3\u00b6pek", "\u00d0\u00bc\u00d0\u00b8\u00d1\u0080"]', '["Köpek", "мир"]'),
        (r'["CAF\u00c9\u00bb", "caf\u00e9"]', '["CAFÉ»", "café"]'),
    ],
)
def test_letters_that_a_program_escaped_were_no_words(written: str, said: str | None) -> None:
    assert decode(written.encode(), escaped=True) == (said or written)
    assert decode(written.encode()) == written


def test_an_export_in_one_long_line_of_escapes_was_minified() -> None:
    said = [{"text": "我带投影仪你准备合同的复印件" * 40} for _ in range(40)]
    chunks = process_read("chat.json", json.dumps(said).encode(), secrets=False).chunks
    assert "投影仪" in chunks[0].text
    lines = process_read("de.properties", rb"bye=Gr\u00fc\u00dfe", secrets=False).chunks
    assert lines[0].text == "bye=Grüße"


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01\0\0\0",
        b"text, and then\0",
        bytes(range(1, 32)) * 20,
        b"\xff\xfe\x00\xd8",
        random.Random(1).randbytes(4000).replace(b"\0", b""),
    ],
    ids=["executable", "nul", "controls", "broken utf-16", "noise"],
)
def test_binary_data_is_told(data: bytes) -> None:
    assert reason(data) == "binary"


def test_a_coloured_log_is_text() -> None:
    assert decode(b"\x1b[31mred\x1b[0m\n" * 100) == "red\n" * 100


def test_the_colour_before_a_word_was_a_part_of_it() -> None:
    log = b"\x1b[31;1merror\x1b[0m at \x1b]8;;file://a\x1b\\a.c\x1b]8;;\x1b\\\x1b[2K\n\x1b]0;make\x07done\n"
    assert decode(log) == "error at a.c\ndone\n"


RUN = "aB3" * 200
PIECES = st.sampled_from(
    [
        *(
            "\n",
            " ",
            "x",
            "é",
            "-",
            "=",
            "\n" + RUN[:64],
            "\n  " + RUN[:61],
            RUN[:200],
            RUN[:399],
            RUN,
        ),
        *(
            "data:image/png;base64,",
            RUN[:199] + "-",
            "1.5, " * 20,
            "\n".join([RUN[:70]] * 5) + "\n",
        ),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
def test_a_quick_look_for_bytes_misses_none(written: str, structured: bool) -> None:
    pattern = reading._BYTES_AND_NUMBERS if structured else reading._BYTES
    expected = pattern.sub(reading._emptied, written)
    assert reading.without_bytes(written, structured=structured) == expected


def test_bytes_in_base64_were_searched_and_shown() -> None:
    blob = base64.b64encode(random.Random(0).randbytes(3_000)).decode()
    wrapped = "\n".join(textwrap.wrap(blob, 76))
    for coded in (blob, f"data:image/png;base64,{'A' * 300}", wrapped):
        text = f'{{"name": "bridge",\n "data": "\n{coded}\n"}}'
        left = decode(text.encode(), structured=True)
        assert left.split() == ['{"name":', '"bridge",', '"data":', '"', '"}']
        assert left.count("\n") == text.count("\n")
    words = f"{'ACGT' * 200} {'-' * 500} {'a_long_name_' * 60} {'f00d' * 10}"
    assert decode(words.encode(), structured=True) == words


def test_certificates_and_signatures_were_searched_and_shown() -> None:
    lines = textwrap.wrap(base64.b64encode(random.Random(1).randbytes(700)).decode(), 64)
    block = "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))
    for name in ("ca.crt", "ca.pem", "key.asc", "mail.txt"):
        shown = read_text(name, f"Burrow CA\n{block}").split("\n")
        assert list(filter(None, shown)) == [
            "Burrow CA",
            *(block.split("\n")[at] for at in (0, -2)),
        ]
    mail = read_text("a.eml", f"Subject: Tea\n\nAt five.\n\n{block}")
    assert "At five." in mail
    assert lines[0] not in mail
    codes = "\n".join(f"{number:08d}" for number in range(99))
    assert read_text("codes.txt", codes) == read_text("codes.lst", codes) == codes
    with pytest.raises(Unsuitable, match="private key"):
        read_text("ca.yaml", block.replace("CERTIFICATE", "PRIVATE KEY").replace("\n", "\n  "))


def test_the_points_of_a_border_took_most_chunks_of_a_map() -> None:
    points = [[number / 7, -number / 9] for number in range(300)]
    lake = {"name": "Lake", "coordinates": [points, points[:3]], "area": [1, 2.5, 3]}
    for indent in (None, 1):
        text = json.dumps(lake, indent=indent)
        left = decode(text.encode(), structured=True)
        assert json.loads(left)["area"] == [1, 2.5, 3]
        assert "0.5714" not in left
        assert left.count("\n") == text.count("\n")
    scene = "points = PackedFloat32Array(" + "0.25, -1, 3e-05, " * 100 + "7)\nname = 'Cave'\n"
    left = decode(scene.encode(), structured=True)
    assert left == "points = PackedFloat32Array()\nname = 'Cave'\n"
    assert decode(scene.encode()) == scene
    table = "\n".join("1,2,3" for _ in range(99))
    assert read_text("a.csv", table) == table


def test_each_step_of_a_bar_that_grows_was_a_line_of_its_own() -> None:
    steps = "".join(f"\r{number:3d}%|{'#' * number}| {number}/10" for number in range(1, 11))
    assert decode(f"start{steps}\nend\n".encode()) == f" 10%|{'#' * 10}| 10/10\nend\n"
    git = "".join(f"Receiving objects: {part}%\r" for part in range(0, 101, 20))
    assert decode(f"{git}\ndone.\n".encode()) == "Receiving objects: 100%\ndone.\n"


def test_lines_that_end_in_returns_stay_lines() -> None:
    poem = "Roses are red\rViolets are blue\rSugar is sweet\r"
    assert decode(f"{poem}and 4\nlines\n".encode()).count("\n") == 5
    assert decode(b"a 1\ra 2\ra 3\ra 4\r") == "a 1\na 2\na 3\na 4\n"


def test_line_ends_become_one_and_nothing_else_changes() -> None:
    assert decode(b"a\r\nb\rc\n\r\r\nd \t\n") == "a\nb\nc\n\n\nd \t\n"
    assert decode("a\u2028b\x0cc\x0bd\x85e\x1cf".encode()) == "a\u2028b\x0cc\x0bd\x85e\x1cf"


def test_only_a_line_feed_ends_a_line() -> None:
    assert lines("a\u2028b\x0cc\x0bd\x85e\nf\n") == ["a\u2028b\x0cc\x0bd\x85e", "f"]
    assert lines("") == []
    assert lines("\n\n") == ["", ""]
    assert lines("a") == ["a"]


def minified_script(count: int) -> str:
    return "".join(f"t.f{i}=function(a,b){{return a[{i}]?b(a):!b}};" for i in range(count))


@pytest.mark.parametrize(
    "text",
    [
        "/*! licence */\n" + minified_script(300),
        "".join(f".c{i}{{color:#fff;margin:0 {i}px}}" for i in range(400)),
        random.Random(1).randbytes(6000).hex(),
        "{" + ",".join(f'"key{i}":{{"a":[{i}]}}' for i in range(500)) + "}",
    ],
    ids=["script", "style", "blob", "json"],
)
def test_minified_text_is_told(text: str) -> None:
    assert reason(text.encode()) == "minified"


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over the lazy dog. " * 300,
        "这是一个中文文本文件,用于检测编码。" * 500,
        ",".join(f"name{i}" for i in range(2000)),
        "\t".join(str(i / 7) for i in range(2000)),
        "<ul>"
        + "".join(f'<li class="item"><a href="/p/{i}">Page {i}</a></li>' for i in range(500)),
        "\n".join(f"const value{i} = compute({i});" for i in range(1000))
        + "\n"
        + minified_script(300),
    ],
    ids=["prose", "chinese", "names", "numbers", "markup", "mostly ordinary"],
)
def test_a_long_line_of_words_or_cells_is_kept(text: str) -> None:
    assert decode(text.encode()) == text


def test_a_notebook_full_of_pictures_is_kept() -> None:
    picture = random.Random(1).randbytes(6000).hex()
    text = f'{{"cells": [\n"{picture}"\n],\n"nbformat": 4}}\n'
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    "text",
    [
        "$ANSIBLE_VAULT;1.1;AES256\n6630306536\n",
        "-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24=\n",
        "-----BEGIN PGP MESSAGE-----\n\nhQIMA7vx\n",
        '{\n\t"data": "ENC[AES256_GCM,data:Zu,iv:MJ7A,tag:TS2o,type:str]",\n\t"sops": {}\n}\n',
    ],
)
def test_the_cipher_of_an_encrypted_file_was_taken_for_words(text: str) -> None:
    assert reason(text.encode()) == "encrypted"


def test_names_of_secrets_and_words_about_them_are_kept() -> None:
    for text in ("password: ENC[AES256_GCM,data:Zu]\n", "Begin with `$ANSIBLE_VAULT;1.1`.\n"):
        assert decode(text.encode()) == text


@pytest.mark.parametrize(
    "head",
    [
        "// Code generated by protoc-gen-go. DO NOT EDIT.\n",
        "# This file is automatically @generated by Cargo.\n",
        "#!/usr/bin/env python\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
        "/**\n * @generated SignedSource<<0>>\n */\n",
        "-- DO NOT EDIT\n-- This file was generated by a tool\n",
        "<!-- Generated from a template, do not modify -->\n",
    ],
)
def test_a_generated_file_is_told_by_its_first_comments(head: str) -> None:
    assert reason(f"{head}\nx = 1\n".encode()) == "generated"


@pytest.mark.parametrize(
    "text",
    [
        "The `@generated` marker, and `Code generated by x. DO NOT EDIT.`, are looked for.\n",
        "# Generated names\n",
        "x = 1\n" * 30 + "# Code generated by x. DO NOT EDIT.\n",
        "# mail me@generated.example\n",
    ],
)
def test_to_speak_of_generated_code_is_not_to_be_it(text: str) -> None:
    assert decode(text.encode()) == text


@given(st.binary(max_size=3000) | st.text(max_size=1000).map(lambda text: text.encode("utf-16")))
def test_any_bytes_give_text_or_a_reason(data: bytes) -> None:
    text = decoded_or_none(data)
    if text is not None:
        assert "\r" not in text
        assert text.encode().decode() == text


@given(st.text("ab\n\r\u2028\x0c", max_size=50))
def test_lines_joined_are_the_text(text: str) -> None:
    whole = text.replace("\r", "")
    cut = lines(whole)
    assert "\n".join(cut) + ("\n" if whole.endswith("\n") else "") == whole


def test_a_file_is_read_to_its_last_byte_and_not_beyond_the_limit(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    assert read(tmp_path, File("f", 5, 0), 5) == b"12345"
    with pytest.raises(Unsuitable, match=r"^larger than 4 bytes$"):
        read(tmp_path, File("f", 1, 0), 4)


def test_a_name_that_is_not_text_can_be_read(tmp_path: Path) -> None:
    name = b"new\nline \xff\xfe.txt"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    assert read(tmp_path, File(os.fsdecode(name), 1, 0), 10) == b"x"


def test_what_took_the_place_of_a_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"secret")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, reason_ in [
        ("link", "unreadable"),
        ("folder", "unreadable"),
        ("pipe", "unreadable"),
        ("gone", "vanished"),
    ]:
        with pytest.raises(Unsuitable, match=f"^{reason_}$"):
            read(tmp_path, File(name, 1, 0), 10)
