"""Chunks cover every line once within the limit, and know the definitions around them."""

import os
import random
import textwrap
import time
import unicodedata
from pathlib import Path

import pytest
from cover import check_cover
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from searchkit_index.chunking import indentation
from searchkit_index.chunking.chunk import LIMIT, chunks, measure
from searchkit_index.languages.language import LANGUAGES, detect

# What they show is not what stands in the file: their own tests say what holds for them.
RENDERED = {"html", "notebook"}
AS_IT_STANDS = [row for name, row in LANGUAGES.items() if name not in RENDERED]
OUTLINED = ["perl", "yaml", "markdown", "restructuredtext", "text"]

SOUP = """
( ) [ ] { } < > " ' ` \"\"\" ''' ${ #{ << <<A -> => = == : ; , . | & @ # // /* */ -- {- -}
if else for while do end begin class def fn func function let where of case import return in
struct type impl match enum interface module namespace template static async public
a b foo Bar x1 _y 1 0x2 é 中文。 ё ## === --- ``` .. :: a: - <p> </p>
"""
FRAGMENTS = st.sampled_from([*SOUP.split(), "\ud800", "\0", "\r", "\f", "\t", ""])
SEPARATORS = st.sampled_from([" ", "\n", "\n\n", "\n    ", "\n\t", "", " {\n", "\n}\n"])
HOSTILE = st.lists(st.tuples(FRAGMENTS, SEPARATORS), max_size=120).map(
    lambda pairs: "".join(fragment + separator for fragment, separator in pairs)
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(text=HOSTILE, limit=st.sampled_from([16, 64, LIMIT]))
def test_hostile_text_is_covered_once_within_the_limit(text: str, limit: int) -> None:
    for language in AS_IT_STANDS:
        note(language.name)
        check_cover(text, chunks(text, language, limit), limit)


@given(st.text(st.characters()), st.sampled_from([8, 30, LIMIT]))
def test_any_text_at_all_is_covered(text: str, limit: int) -> None:
    check_cover(text, chunks(text, None, limit), limit)


@given(st.text(st.characters()), st.sampled_from(sorted(RENDERED)))
def test_any_text_can_be_taken_for_a_page_or_a_notebook(text: str, name: str) -> None:
    for chunk in chunks(text, LANGUAGES[name]):
        assert 1 <= chunk.start_line <= chunk.end_line <= text.count("\n") + 1
        assert measure(chunk.text) <= LIMIT


def test_the_standard_library_is_covered_in_chunks_of_a_good_size() -> None:
    files = sorted(Path(os.__file__).parent.glob("*.py"))
    sizes = []
    for path in random.Random(0).sample(files, 25):
        text = path.read_text(encoding="utf-8")
        found = chunks(text, LANGUAGES["python"])
        check_cover(text, found, LIMIT)
        sizes += [measure(chunk.text) for chunk in found]
    assert 90 <= sum(sizes) / len(sizes) <= 140
    assert sum(size < 20 for size in sizes) < len(sizes) / 50


HOSTILE_SHAPES = {
    "one line": "(" * 1_000_000,
    "short lines": "a\n" * 500_000,
    "nested lines": "[\n" * 10_000 + "]\n" * 10_000,
    "nested in a line": "{" * 10_000 + "}" * 10_000,
    "angles": "a<" * 10_000,
    "comments": "/*\n" * 30_000,
    "blocks": "if x {\n" * 20_000,
    "stairs": "".join(" " * depth + "if x:\n" for depth in range(1_000)),
    "soup": "".join(random.Random(1).choices([*SOUP.split(), "\n"], k=200_000)),
}


def check_linear_time(name: str, text: str, seconds: float) -> None:
    start = time.thread_time()
    found = chunks(text, LANGUAGES[name])
    assert time.thread_time() - start < seconds
    check_cover(text, found, LIMIT)


@pytest.mark.parametrize("shape", HOSTILE_SHAPES)
def test_a_hostile_text_takes_linear_time(shape: str) -> None:
    check_linear_time("python", HOSTILE_SHAPES[shape][:125_000], 2.5)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(row.name for row in AS_IT_STANDS if row.grammar), *OUTLINED])
@pytest.mark.parametrize("shape", HOSTILE_SHAPES)
def test_a_hostile_megabyte_takes_linear_time_in_each_language(name: str, shape: str) -> None:
    check_linear_time(name, HOSTILE_SHAPES[shape], 10)


def symbols(source: str, name: str, limit: int = LIMIT) -> list[str]:
    return [chunk.symbol for chunk in chunks(textwrap.dedent(source), LANGUAGES[name], limit)]


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


STEPS = "\n".join(f"    step_{number}(compute({number}));" for number in range(8))
ROBOT = f"""class Robot {{
  void walk() {{
{STEPS}
  }}

  void talk() {{
{STEPS}
  }}
}}
"""
WALKER = f"class Walker {{\n  void walk() {{\n{STEPS}\n{STEPS}\n  }}\n}}\n"
RUBY_ROBOT = f"""module Fleet
  class Robot
    def walk
{STEPS}
    end

    def talk
{STEPS}
    end
  end
end
"""


@pytest.mark.parametrize(
    ("language", "source", "names"),
    [
        ("java", ROBOT, "Robot, walk"),
        ("java", WALKER, "Walker, walk"),
        ("csharp", f"namespace Fleet {{\n{ROBOT}}}\n", "Fleet > Robot, walk"),
        ("csharp", f"namespace Fleet {{\n{WALKER}}}\n", "Fleet > Walker, walk"),
        ("ruby", RUBY_ROBOT, "Fleet, Robot, walk"),
    ],
)
def test_a_class_had_no_name_in_a_chunk_with_its_first_method(
    language: str, source: str, names: str
) -> None:
    assert symbols(source, language, 128)[0] == names


def test_keys_of_data_stay_a_path() -> None:
    rows = ",\n".join(f'    "part-{number}": "^1.{number}.0"' for number in range(12))
    source = f'{{\n  "parts": {{\n{rows}\n  }}\n}}\n'
    assert all(symbol.startswith("parts > ") for symbol in symbols(source, "json", 128))


def test_small_neighbours_are_read_together() -> None:
    source = "def one():\n    return 1\n\ndef two():\n    return 2\n"
    assert symbols(source, "python") == ["one, two"]


def test_the_parts_of_a_large_function_keep_its_name() -> None:
    body = "\n".join(f"    value_{number} = compute({number})" for number in range(60))
    found = chunks(f"def long():\n{body}\n", LANGUAGES["python"])
    assert len(found) > 2
    assert {chunk.symbol for chunk in found} == {"long"}
    assert [chunk.kind for chunk in found[:2]] == ["definition", "code"]


NAMED = {
    "python": ("class A:\n    def b(self): pass\n", "A"),
    "javascript": ("/** Adds. */\nexport const add = (a, b) => {\n  return a + b\n}\n", "add"),
    "typescript": ("export interface Shape<T> {\n  area(): number\n}\n", "Shape"),
    "tsx": ("export default function App() {\n  return <p>hi</p>\n}\n", "App"),
    "go": ("package a\n\n// M does.\nfunc (s *Server[T]) M() {\n}\n", "Server.M"),
    "rust": (
        "impl fmt::Display for Size {\n    fn fmt(&self) {}\n}\n",
        "impl fmt::Display for Size",
    ),
    "java": ("@Entity\npublic class User {\n  void run() {}\n}\n", "User"),
    "kotlin": ("data class User(val a: Int)\n", "User"),
    "scala": ("object Main {\n  def run = 1\n}\n", "Main"),
    "c": ("static int *find(struct node *n) {\n  return 0;\n}\n", "find"),
    "cpp": ("template <class T>\nint a::Box<T>::get() {\n  return 0;\n}\n", "a::Box<T>::get"),
    "csharp": ("public record Point(int X);\n", "Point"),
    "ruby": ("class Dog < Animal\n  def bark; end\nend\n", "Dog"),
    "php": ("<?php\nfunction greet() {\n}\n", "greet"),
    "swift": ("extension Dog: Animal {\n  func bark() {}\n}\n", "Dog"),
    "bash": ("deploy() {\n  echo hi\n}\n", "deploy"),
    "lua": ("function M.open(path)\nend\n", "M.open"),
    "haskell": ("-- | Doubles.\ndouble :: Int -> Int\ndouble x = 2 * x\n", "double"),
    "elixir": ("defmodule Shop.Cart do\n  def add(a), do: a\nend\n", "Shop.Cart"),
    "zig": ("pub fn main() !void {\n}\n", "main"),
    "sql": ("CREATE TABLE users (id int);\n", "users"),
    "matlab": ("function y = area(x)\n  y = x;\nend\n", "area"),
    "powershell": ("function Get-Plug {\n}\n", "Get-Plug"),
    "css": (".button { color: red; }\n", ".button"),
    "perl": ("sub greet {\n}\n", "greet"),
    "clojure": ("(defn greet [name]\n  name)\n", "greet"),
    "r": ("greet <- function(name) {\n}\n", "greet"),
    "erlang": ("greet(Name) ->\n    Name.\n", "greet"),
    "dart": ("# comment\nclass Dog extends Animal {\n}\n", "Dog"),
    "makefile": ("build: main.c\n\tcc main.c\n", "build"),
    "toml": ("[tool.ruff]\nline = 100\n", "tool.ruff"),
    "json": ('{\n  "name": "x",\n  "version": 1\n}\n', "name, version"),
    "yaml": ("jobs:\n  test: 1\n", "jobs"),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_definition_is_named_in_each_language(name: str) -> None:
    source, symbol = NAMED[name]
    assert symbol in symbols(source, name)[-1].split(" > ")[-1]


MARGINS = {
    "dart": (
        "class Dog {\n  void sit() {\n    a();\n//    b();\n  }\n\n  // c\n  void bark() {\n",
        "  }\n}\n",
        "Dog > bark",
    ),
    "gdscript": (
        "class Dog:\n\tfunc sit():\n\t\ta()\n#\t\tb()\n\n\tfunc bark():\n",
        "\t\tpass\n",
        "Dog > bark",
    ),
    "fortran": (
        "module dog\n  integer :: a\ncontains\n  subroutine sit(a)\n!! Sits.\n  end subroutine\n\n"
        "  subroutine bark(a)\n!! Barks.\n",
        "  end subroutine\nend module\n",
        "dog > bark",
    ),
    "elisp": ("(defun dog ()\n  (a)\n;;;  (b)\n  (c)\n", "  (d))\n", "dog"),
}


@pytest.mark.parametrize("name", MARGINS)
def test_a_comment_at_the_margin_ended_the_class_around_it(name: str) -> None:
    head, end, symbol = MARGINS[name]
    body = "".join(f'        bark{number}("wau")\n\n' for number in range(60))
    assert symbols(head + body + end, name)[-1] == symbol


def test_a_comment_in_column_one_ended_a_subroutine_of_fixed_form() -> None:
    body = "".join(f"          X({at}) = Y({at})\nC     and\n" for at in range(60))
    source = f"      SUBROUTINE BARK(X)\n          INTEGER C\n{body}      END\n"
    assert set(symbols(source, "fortran")) == {"BARK"}


@pytest.mark.parametrize("name", ["elisp", "commonlisp"])
def test_documentation_of_lisp_at_the_margin_ended_its_function(name: str) -> None:
    manual = "".join(f"Digs burrow {number}.\n\n- item\n`dig'\n" for number in range(40))
    source = f'(defun dig (earth)\n  "Dig.\n{manual}"\n  (fill earth))\n'
    assert set(symbols(source, name)) == {"dig"}
    assert set(symbols(f'(defvar depth nil\n  "Depth.\n{manual}")\n', name)) == {"depth"}


def test_documentation_of_a_variable_of_lisp_stood_above_the_next() -> None:
    source = '(defvar earth nil\n  "Earth.\nOf burrows.")\n(defvar depth nil\n  "Depth.")\n'
    outline = indentation.code_outline(source.split("\n"), LANGUAGES["elisp"])
    assert outline.titles == {0: "earth", 3: "depth"}


TESTS = {
    "julia": '@testset "empty burrow" begin\n    @test dig() == 1\nend\n',
    "r": 'test_that("empty burrow", {\n  expect_equal(dig(), 1)\n})\n',
    "perl": "subtest 'empty burrow' => sub {\n  is dig(), 1;\n};\n",
}


@pytest.mark.parametrize("name", TESTS)
def test_tests_that_are_named_by_a_sentence_had_no_name(name: str) -> None:
    assert symbols(TESTS[name], name) == ["empty burrow"]


def test_the_long_manual_above_a_function_of_r_had_no_name() -> None:
    manual = "".join(f"#' Digs burrow {number} with a spade of its own\n" for number in range(90))
    found = chunks(f"{manual}dig <- function(earth) {{\n  earth\n}}\n", LANGUAGES["r"])
    assert len(found) > 3
    assert {chunk.symbol for chunk in found} == {"dig"}
    assert found[-1].text.startswith("dig <-")
    assert found[-1].kind == "definition"


SET = "#' Burrows\n#' @format A table.\n'burrows'\n"
TOPIC = "#' Shared arguments\n#' @name shared-arguments\n#' @keywords internal\nNULL\n"
NAMELESS = "#' @importFrom stats rnorm\nNULL\n"


def test_a_manual_of_r_without_a_function_below_had_no_name() -> None:
    assert symbols(SET, "r") == ["burrows"]
    assert symbols(TOPIC, "r") == ["shared-arguments"]
    assert symbols(NAMELESS, "r") == [""]
    assert symbols(TOPIC.replace("NULL", '"_PACKAGE"'), "r") == ["shared-arguments"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("`%dig%` <- function(a, b) a\n", "%dig%"),
        ('Burrow <- R6::R6Class("Burrow", list(\n  a = 1\n))\n', "Burrow"),
    ],
)
def test_an_operator_and_a_class_of_r_had_no_name(source: str, name: str) -> None:
    assert symbols(source, "r") == [name]


FILLING = "Text about burrows that goes on and on, with words and more words.\n" * 9
POD = f"""package Wombat;

sub rest {{ 1 }}

=head1 NAME

{FILLING}
=head2 dig(%options)

sub in_a_manual is about C<no> function.

=over

=item B<depth>

{FILLING}
=item *

package no_name

=back

=cut

# It digs.
sub dig {{
  2
}}

=head1 SEE ALSO

=cut

sub other {{ 3 }}
"""


def test_a_manual_between_the_code_of_perl_had_no_names_and_stood_with_other_code() -> None:
    found = chunks(POD, LANGUAGES["perl"], 192)
    assert [(each.symbol, each.kind) for each in found] == [
        ("Wombat, rest, NAME", "definition"),
        ("dig", "definition"),
        ("dig", "code"),
        ("SEE ALSO, other", "definition"),
    ]
    assert found[1].text.startswith("=head2 dig(%options)")


def test_a_section_of_perl_stood_apart_from_the_function_that_it_is_about() -> None:
    apart = "sub rest {\n" + "  work;\n" * 90 + "}\n\n"
    source = f"{apart}=item $wombat->dig\n\nIt digs.\n\n=cut\n\nsub dig {{\n  2\n}}\n\n{apart}"
    above, digging, *_ = chunks(source, LANGUAGES["perl"])
    assert (above.symbol, digging.symbol, digging.kind) == ("rest", "dig, rest", "definition")
    assert digging.text.startswith("=item $wombat->dig\n\nIt digs.\n\n=cut\n\nsub dig {")


def test_a_constant_object_of_dart_was_taken_for_a_definition() -> None:
    source = "class Dog {\n  const Dog(this.a);\n  Box build() {\n      const Gap(1),\n  }\n"
    outline = indentation.code_outline(source.split("\n"), LANGUAGES["dart"])
    assert list(outline.titles.values()) == ["Dog", "Dog", "build"]


def test_every_grammar_has_a_named_example() -> None:
    assert {row.name for row in LANGUAGES.values() if row.grammar} <= set(NAMED)


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


PLAY = """---
# Serve the site.
- name: "Serve the site"  # at night
  hosts: web
  tasks:
    - name: Install the server
      apt: {name: nginx}
# - name: Not now
    - name: Copy the page on C#
      copy:
        name: page
    - name: |
        Nobody
"""


def test_the_tasks_of_a_play_were_named_by_their_keys() -> None:
    assert symbols(PLAY, "yaml") == ["Serve the site"]
    found = dict.fromkeys(each.symbol for each in chunks(PLAY, LANGUAGES["yaml"], 24))
    assert list(found)[1:] == [
        "Serve the site > tasks > Install the server",
        "Serve the site > tasks > Copy the page on C#",
        "Serve the site > tasks > name",
    ]


def test_a_chunk_of_yaml_crossed_the_line_between_two_documents() -> None:
    document = "".join(f"key{number}: one two three four five six\n" for number in range(9))
    found = chunks(f"{document}---\n{document}", LANGUAGES["yaml"], 128)
    assert [chunk.start_line for chunk in found] == [1, 10]


def test_named_keys_are_told_from_their_path() -> None:
    entries = ",\n".join(f'    "package-{number}": "^1.{number}.0"' for number in range(60))
    source = '{\n  "dependencies": {\n' + entries + "\n  }\n}\n"
    found = symbols(source, "json")
    assert len(found) > 2
    assert all(symbol.startswith("dependencies > package-") for symbol in found)


@given(st.lists(st.text(st.characters(exclude_characters="\n")), max_size=5))
def test_the_measure_of_lines_adds_up(rows: list[str]) -> None:
    assert measure("\n".join(rows)) == sum(map(measure, rows))


def test_a_file_tells_its_language_and_its_chunks() -> None:
    path = Path(__file__)
    text = path.read_text(encoding="utf-8")
    language = detect(str(path), text[:100].encode())
    assert any("a_hostile_megabyte" in chunk.symbol for chunk in chunks(text, language))


@pytest.mark.parametrize(
    ("name", "text", "symbol"),
    [
        (
            "c",
            "#if A\nint dig(void)\n{\n  x();\n}\n#else\nint dug(void)\n{\n  x();\n}\n#endif\n",
            "dig, dug",
        ),
        (
            "php",
            "<?php\nreturn new class extends M {\n  function up() {\n    x();\n  }\n};\n",
            "up",
        ),
        (
            "python",
            "if x:\n    def dig():\n        y()\nelse:\n    def dig():\n        z()\n",
            "dig",
        ),
    ],
)
def test_definitions_below_a_condition_or_in_a_class_without_a_name_are_named(
    name: str, text: str, symbol: str
) -> None:
    [chunk] = chunks(text, LANGUAGES[name])
    assert (chunk.kind, chunk.symbol) == ("definition", symbol)


def test_an_operator_of_cpp_in_a_file_taken_for_c_lost_the_file() -> None:
    text = "R operator()(Args&&... arg) const {\n  return run(arg...);\n}\n\nint dig(void) {\n}\n"
    assert any("dig" in symbol for symbol in symbols(text, "c"))


def test_a_class_that_a_macro_exports_had_no_name() -> None:
    text = "class Q_CORE_EXPORT Burrow final : public Home {\n  int depth;\n};\n"
    assert symbols(text, "cpp") == ["Burrow"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("export class Burrow {\n  int depth;\n};\n", "Burrow"),
        ("export namespace wombat {\nvoid dig();\n}\n", "wombat"),
        ("export template <class T>\nconcept Digs = true;\n", "Digs"),
        ("export enum class Depth { shallow };\n", "Depth"),
    ],
)
def test_what_a_module_of_cpp_exports_was_called_class_or_namespace(text: str, name: str) -> None:
    [chunk] = chunks(text, LANGUAGES["cpp"])
    assert (chunk.symbol, chunk.text) == (name, text.rstrip())


def test_a_macro_on_its_own_row_made_a_function_of_the_namespace_below() -> None:
    text = f"namespace fleet {{\nFLEET_BEGIN\n\nnamespace {{\n{ROBOT}}}\n}}\n"
    assert symbols(text, "cpp", 128) == ["fleet > Robot, walk", "fleet > Robot > talk"]


def test_a_stage_without_a_name_left_a_comma_in_the_title() -> None:
    assert symbols("FROM debian AS build\nRUN make\nFROM scratch\nCOPY a /\n", "dockerfile") == [
        "build"
    ]


def test_sections_of_a_scene_were_named_by_half_of_what_describes_them() -> None:
    text = (
        '[gd_scene load_steps=3 format=3 uid="uid://c0q3"]\n\n'
        '[ext_resource type="Script" path="res://player.gd" id="1"]\n\n'
        '[sub_resource type="CircleShape2D" id="CircleShape2D_a"]\nradius = 4.0\n\n'
        '[node name="Hint" type="Label" parent="."]\ntext = "Jump"\n'
    )
    (chunk,) = chunks(text, LANGUAGES["godot-resource"])
    assert chunk.symbol == "gd_scene, res://player.gd, CircleShape2D, …"
    (ini,) = chunks('[remote "origin"]\nurl = x\n', LANGUAGES["ini"])
    assert ini.symbol == 'remote "origin", url'
