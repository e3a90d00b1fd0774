"""Lists grammars, with the node types of their definitions, at which the chunker cuts.

A grammar is a tree-sitter parser in a wheel of its own, which is imported when a parser is needed.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import tree_sitter


@dataclass(frozen=True, slots=True)
class Grammar:
    """A tree-sitter grammar, and the types of its nodes.

    Attributes:
        module: The module of its wheel.
        entry: The function of the module that returns the grammar; some wheels have several.
        units: Definitions that stay whole if they fit into a chunk.
        scopes: Definitions that contain others (class, module, impl).
        lambdas: Units and scopes that are definitions only if they or a wrapper have a name.
        wrappers: Nodes around a single unit (`export`, decorators, `template<>`). One that is also
            a unit is the definition if there is no unit inside.
        leading: Nodes that belong to the definition below them (comments, attributes).
        naming: Fields or types of the child that holds the name of a unit, the best first.
        keywords: The names of functions whose calls (node type `call`) are definitions.
    """

    module: str
    entry: str = "language"
    units: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    lambdas: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset({"comment"})
    naming: tuple[str, ...] = ("name",)
    keywords: frozenset[str] = frozenset()

    def parser(self) -> "tree_sitter.Parser | None":
        """Make a parser, or return None where the wheel is missing.

        A parser must not serve two threads at once, so each call makes one, in microseconds.
        """
        language = _language(self.module, self.entry)
        if language is None:
            return None
        import tree_sitter

        return tree_sitter.Parser(language)


@cache
def _language(module: str, entry: str) -> "tree_sitter.Language | None":
    try:
        import tree_sitter

        return tree_sitter.Language(getattr(import_module(module), entry)())
    except (ImportError, AttributeError, ValueError):  # no wheel, or one with another interface
        return None


def _grammar(
    module: str, units: str = "", scopes: str = "", *, entry: str = "language", **others: str
) -> Grammar:
    """Make a grammar; words of a field of `Grammar` stand between spaces."""
    given = {"units": units, "scopes": scopes, **others}
    words: dict[str, Any] = {field: frozenset(text.split()) for field, text in given.items()}
    if "naming" in given:
        words["naming"] = tuple(given["naming"].split())
    return Grammar(f"tree_sitter_{module}", entry, **words)


def _ecmascript(module: str, entry: str, units: str = "", scopes: str = "") -> Grammar:
    return _grammar(
        module,
        "function_declaration generator_function_declaration method_definition"
        f" arrow_function function_expression generator_function export_statement {units}",
        f"class_declaration class {scopes}",
        entry=entry,
        lambdas="arrow_function function_expression generator_function class export_statement",
        wrappers="export_statement lexical_declaration variable_declaration variable_declarator"
        " expression_statement assignment_expression pair field_definition"
        " public_field_definition ambient_declaration call_expression arguments",
        leading="comment decorator",
        naming="name property left key string template_string",
    )


_TYPESCRIPT_UNITS = "type_alias_declaration enum_declaration function_signature"
_TYPESCRIPT_SCOPES = "abstract_class_declaration interface_declaration internal_module module"
_C_UNITS = "function_definition union_specifier enum_specifier preproc_function_def type_definition"

PYTHON = _grammar(
    "python", "function_definition", "class_definition", wrappers="decorated_definition"
)
JAVASCRIPT = _ecmascript("javascript", "language")
TYPESCRIPT = _ecmascript("typescript", "language_typescript", _TYPESCRIPT_UNITS, _TYPESCRIPT_SCOPES)
TSX = _ecmascript("typescript", "language_tsx", _TYPESCRIPT_UNITS, _TYPESCRIPT_SCOPES)
GO = _grammar(
    "go",
    "function_declaration method_declaration type_spec type_alias",
    wrappers="type_declaration",
)
RUST = _grammar(
    "rust",
    "function_item struct_item enum_item union_item macro_definition type_item",
    "impl_item trait_item mod_item",
    leading="line_comment block_comment attribute_item",
)
JAVA = _grammar(
    "java",
    "method_declaration constructor_declaration compact_constructor_declaration",
    "class_declaration interface_declaration enum_declaration record_declaration"
    " annotation_type_declaration",
    leading="line_comment block_comment",
)
KOTLIN = _grammar(
    "kotlin",
    "function_declaration secondary_constructor type_alias",
    "class_declaration object_declaration companion_object",
    leading="line_comment block_comment",
)
SCALA = _grammar(
    "scala",
    "function_definition given_definition extension_definition",
    "object_definition class_definition trait_definition enum_definition package_object",
    leading="comment block_comment annotation",
)
C = _grammar(
    "c",
    f"{_C_UNITS} struct_specifier",
    lambdas="struct_specifier union_specifier enum_specifier",
    wrappers="type_definition",
    naming="declarator name",
)
CPP = _grammar(
    "cpp",
    f"{_C_UNITS} concept_definition alias_declaration",
    "class_specifier struct_specifier namespace_definition",
    lambdas="struct_specifier union_specifier enum_specifier namespace_definition",
    wrappers="type_definition template_declaration",
    naming="declarator name",
)
CSHARP = _grammar(
    "c_sharp",
    "method_declaration constructor_declaration destructor_declaration operator_declaration"
    " indexer_declaration property_declaration delegate_declaration local_function_statement"
    " enum_declaration",
    "namespace_declaration class_declaration struct_declaration record_declaration"
    " interface_declaration",
)
RUBY = _grammar(
    "ruby",
    "method singleton_method call",
    "class module singleton_class",
    keywords="describe context it specify feature scenario test namespace task shared_examples",
)
PHP = _grammar(
    "php",
    "function_definition method_declaration",
    "class_declaration interface_declaration trait_declaration enum_declaration"
    " namespace_definition",
    entry="language_php",
    leading="comment attribute_list",
)
SWIFT = _grammar(
    "swift",
    "function_declaration init_declaration deinit_declaration subscript_declaration"
    " typealias_declaration",
    "class_declaration protocol_declaration",
    leading="comment multiline_comment",
)
BASH = _grammar("bash", "function_definition")
LUA = _grammar(
    "lua",
    "function_declaration function_definition",
    lambdas="function_definition",
    wrappers="variable_declaration assignment_statement expression_list field function_call"
    " arguments",
    naming="string name variable_list",
)
HASKELL = _grammar(
    "haskell",
    "function bind data_type newtype type_family type_synonym",
    "class instance",
    naming="name infix",
    leading="comment haddock signature pragma",
)
ELIXIR = _grammar(
    "elixir",
    "call",
    leading="comment unary_operator",
    keywords="def defp defmacro defmacrop defguard defguardp defdelegate defmodule defprotocol"
    " defimpl test describe schema",
)
ZIG = _grammar(
    "zig",
    "function_declaration test_declaration enum_declaration",
    "struct_declaration union_declaration opaque_declaration",
    lambdas="struct_declaration union_declaration enum_declaration opaque_declaration",
    wrappers="variable_declaration",
    naming="name identifier",
)
SQL = _grammar(
    "sql",
    "create_table create_view create_materialized_view create_function create_procedure"
    " create_trigger create_index create_type create_schema create_policy alter_table",
    wrappers="statement",
    leading="comment marginalia",
    naming="column object_reference",
)
CSS = _grammar(
    "css",
    "rule_set keyframes_statement",
    "media_statement supports_statement",
    leading="comment js_comment",
    naming="selectors keyframes_name",
)
POWERSHELL = _grammar(
    "powershell",
    "function_statement class_method_definition enum_statement",
    "class_statement",
    naming="function_name simple_name",
)
MATLAB = _grammar("matlab", "function_definition enumeration", "class_definition")
JSON = _grammar("json", scopes="pair", naming="key")
TOML = _grammar("toml", scopes="table table_array_element", naming="bare_key dotted_key quoted_key")
