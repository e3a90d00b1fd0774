"""Lists languages and formats: one row for each, the single source for all that differs.

A language without a grammar is cut by blank lines and indentation, prose by its headings. To add
one, write a row; where it needs code of its own, add a module to `reading.formats` (bytes that are
not plain text) or to `chunking.outlines` (headings that no regular expression describes).
"""

from searchkit_index.languages.code import CODE
from searchkit_index.languages.code_without_grammar import CODE_WITHOUT_GRAMMAR
from searchkit_index.languages.data import DATA
from searchkit_index.languages.prose import PROSE
from searchkit_index.languages.row import Language

LANGUAGES: dict[str, Language] = {
    language.name: language for language in (*CODE, *CODE_WITHOUT_GRAMMAR, *PROSE, *DATA)
}
