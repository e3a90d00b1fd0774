"""Chunks are cut where a reader would cut, and neither too large nor too small."""

import textwrap
import unicodedata

import pytest
from chunk_names import symbols

from searchkit_index.chunking.chunk import chunks
from searchkit_index.languages.language import LANGUAGES


def test_a_definition_keeps_its_comment_and_decorators() -> None:
    source = """\
        import os

        LIMIT = 3

        # Opens the door.
        # Slowly.
        @cache
        @route("/door")
        async def open_door(key):
            return key.turn()
        """
    found = chunks(textwrap.dedent(source), LANGUAGES["python"], 64)
    assert found[-1].symbol == "open_door"
    assert found[-1].kind == "definition"
    assert found[-1].text.startswith("# Opens the door.\n# Slowly.\n@cache\n")
    assert found[0].kind == "code"


def test_a_large_class_is_cut_at_its_methods_and_they_know_it() -> None:
    body = "\n".join(f"        step_{number} = compute({number})" for number in range(8))
    source = f"class Robot:\n    def walk(self):\n{body}\n\n    def talk(self):\n{body}\n"
    assert symbols(source, "python", 128) == ["Robot, walk", "Robot > talk"]


def test_small_neighbours_are_read_together() -> None:
    source = "def one():\n    return 1\n\ndef two():\n    return 2\n"
    assert symbols(source, "python") == ["one, two"]


def test_the_parts_of_a_large_function_keep_its_name() -> None:
    body = "\n".join(f"    value_{number} = compute({number})" for number in range(60))
    found = chunks(f"def long():\n{body}\n", LANGUAGES["python"])
    assert len(found) > 2
    assert {chunk.symbol for chunk in found} == {"long"}
    assert [chunk.kind for chunk in found[:2]] == ["definition", "code"]


def test_source_that_is_mostly_errors_is_cut_by_blank_lines() -> None:
    letter = "Dear all, this is no source: it is a letter!\nYours ever\n\n" * 20
    found = chunks(letter, LANGUAGES["java"])
    assert len(found) > 1
    assert all(chunk.text.startswith("Dear all") for chunk in found)
    assert all(chunk.text.endswith("Yours ever") for chunk in found)
    assert {(chunk.symbol, chunk.kind) for chunk in found} == {("", "code")}


def test_a_language_whose_wheel_is_missing_is_cut_by_blank_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from searchkit_index.languages import grammar

    monkeypatch.setattr(grammar, "_language", lambda module, entry: None)
    source = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"
    assert symbols(source, "python") == ["one, two"]


def test_a_line_beyond_the_limit_is_cut_after_sentences() -> None:
    line = "The first sentence is short. " * 40 + "数据库连接超时。" * 60
    found = chunks(line, None)
    assert "".join(chunk.text for chunk in found) == line
    assert {(chunk.start_line, chunk.end_line) for chunk in found} == {(1, 1)}
    assert all(chunk.text.rstrip().endswith((".", "。")) for chunk in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "बच्चे पैदल स्कूल गए। ",
        "بچے پیدل اسکول گئے۔ ",
        "متى يفتح المتحف؟ ",
        "Երեխաները քայլեցին։ ",
        "ልጆቹ ወደ ቤት ሄዱ።",
        "ကလေးတွေ ကျောင်းကို သွားကြတယ်။",
        "ផ្លូវជាច្រើនត្រូវបានលិចទឹក។",
    ],
)
def test_sentences_of_other_scripts_were_cut_in_the_middle(sentence: str) -> None:
    found = [chunk.text for chunk in chunks(sentence * 60, None)]
    assert "".join(found) == sentence * 60
    assert len(found) > 1
    assert all(text.rstrip().endswith(sentence.rstrip()) for text in found)


def test_a_text_without_blanks_was_cut_between_a_letter_and_its_vowel() -> None:
    lao = "ມື້ວານນີ້ຝົນຕົກໜັກຫຼາຍຈົນຖະໜົນໜ້າບ້ານນໍ້າຖ້ວມ" * 40
    found = [chunk.text for chunk in chunks(lao, None)]
    assert "".join(found) == lao
    assert len(found) > 1
    assert all(unicodedata.category(text[0])[0] == "L" for text in found)


def test_the_name_of_a_large_function_below_its_type_stands_in_a_definition() -> None:
    body = "".join(f"  value = compute(value, {n});\n" for n in range(80))
    found = chunks(
        f"/* Remark. */\nstatic int\nplug_open(int value)\n{{\n{body}}}\n", LANGUAGES["c"]
    )
    kinds = [(chunk.kind, "plug_open(" in chunk.text) for chunk in found if "plug" in chunk.text]
    assert kinds == [("definition", True)]
    assert found[-1].kind == "code"


def test_data_is_cut_by_its_keys() -> None:
    source = "".join(f"{key}:\n" + f"  - {key} one two\n" * 40 for key in ("first", "second"))
    assert symbols(source, "yaml") == ["first", "second"]


def test_a_chunk_of_yaml_crossed_the_line_between_two_documents() -> None:
    document = "".join(f"key{number}: one two three four five six\n" for number in range(9))
    found = chunks(f"{document}---\n{document}", LANGUAGES["yaml"], 128)
    assert [chunk.start_line for chunk in found] == [1, 10]
