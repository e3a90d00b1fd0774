"""Chunks of code bear the names of the definitions in them."""

import pytest
from chunk_names import symbols

from searchkit_index.chunking import indentation
from searchkit_index.chunking.chunk import chunks
from searchkit_index.languages.language import LANGUAGES

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
    "verilog": ("module dog(input a);\n`ifdef SIT\n  wire b;\n`endif\n\n", "endmodule\n", "dog"),
    "vhdl": ("package dog is\n  constant sit : bit := '1';\n-- Barks.\n\n", "end dog;\n", "dog"),
    "terraform": ('resource "a" "dog" {\n  sit = 1\n#  lie = 1\n\n', "}\n", "a.dog"),
    "groovy": ("class Dog {\n  void bark() {\n//    sit()\n\n", "  }\n}\n", "Dog > bark"),
    "cobol": (
        "       WORKING-STORAGE SECTION.\n       01  DOG.\n      *****\n      * Sits.\n"
        "      *****\n           05 SIT PIC X.\n",
        "",
        "WORKING-STORAGE",
    ),
    "pascal": (
        "unit dog;\nimplementation\nprocedure bark;\nvar a: Integer;\nconst\n  c = 1;\nbegin\n"
        "{$IFDEF SIT}\n  sit;\n{$ENDIF}\n",
        "end;\nend.\n",
        "bark",
    ),
}


@pytest.mark.parametrize("name", MARGINS)
def test_a_comment_or_directive_at_the_margin_ended_the_class_around_it(name: str) -> None:
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


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("`%dig%` <- function(a, b) a\n", "%dig%"),
        ('Burrow <- R6::R6Class("Burrow", list(\n  a = 1\n))\n', "Burrow"),
    ],
)
def test_an_operator_and_a_class_of_r_had_no_name(source: str, name: str) -> None:
    assert symbols(source, "r") == [name]


def test_a_constant_object_of_dart_was_taken_for_a_definition() -> None:
    source = "class Dog {\n  const Dog(this.a);\n  Box build() {\n      const Gap(1),\n  }\n"
    outline = indentation.code_outline(source.split("\n"), LANGUAGES["dart"])
    assert list(outline.titles.values()) == ["Dog", "Dog", "build"]


def test_every_grammar_has_a_named_example() -> None:
    assert {row.name for row in LANGUAGES.values() if row.grammar} <= set(NAMED)


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


def test_a_private_function_below_two_annotations_of_kotlin_had_no_name() -> None:
    text = "@Dark\n@Composable\n{} fun Hint{}() {{\n}}\n@Light @Json\n{} class Plug{}\n"
    modifiers = ("private", "internal inline")
    source = "".join(text.format(each, at, each, at) for at, each in enumerate(modifiers))
    assert symbols(source, "kotlin") == ["Hint0, Plug0, Hint1, Plug1"]


def test_a_comment_between_two_definitions_without_a_blank_row_belonged_to_the_first() -> None:
    steps = "".join(f"    step {number} of the way\n" for number in range(20))
    source = f"sub dig {{\n{steps}}}\n# Fills it.\nsub fill {{\n{steps}}}\n"
    [dig, fill] = chunks(source, LANGUAGES["perl"], 220)
    assert (dig.symbol, fill.symbol) == ("dig", "fill")
    assert fill.text.startswith("# Fills it.\n")


def test_numbered_cards_of_cobol_were_all_as_deep() -> None:
    steps = "".join(f"{number:06}     ADD {number} TO X.\n" for number in range(50))
    source = f"000000 MAIN-LINE.\n{steps}000051*    ENDS\n000052 1000-LAST.\n{steps}"
    found = symbols(source, "cobol")
    assert set(found) == {"MAIN-LINE", "1000-LAST"}


def test_statements_and_labels_of_fixed_form_ended_a_subroutine() -> None:
    steps = "\n".join(f"      U({number},1)=0.0" for number in range(9))
    unit = f"      SUBROUTINE {{}}(U)\n{steps}\n   10 CONTINUE\n{steps}\n   20 RETURN\n      END\n"
    source = unit.format("STEP") + "C\nC     ONE MORE\nC\n" + unit.format("STOP")
    found = chunks(source, LANGUAGES["fortran"], 100)
    assert list(dict.fromkeys(chunk.symbol for chunk in found)) == ["STEP", "STOP"]
    first = next(chunk for chunk in found if chunk.symbol == "STOP")
    assert first.text.startswith("C\nC     ONE MORE\nC\n      SUBROUTINE STOP")


def test_rules_of_snakemake_had_no_name() -> None:
    source = (
        'rule align:\n    input: "a.fq"\n    shell: "bwa {input}"\n\ndef sample(w):\n    return w\n'
    )
    assert symbols(source, "python") == ["align, sample"]


def test_a_stage_without_a_name_left_a_comma_in_the_title() -> None:
    assert symbols("FROM debian AS build\nRUN make\nFROM scratch\nCOPY a /\n", "dockerfile") == [
        "build"
    ]


def test_a_name_that_ends_in_a_prime_lost_it() -> None:
    assert symbols("theorem add_zero' (n : Nat) : n + 0 = n := rfl\n", "lean") == ["add_zero'"]
