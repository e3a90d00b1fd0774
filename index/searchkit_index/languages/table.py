"""Lists all languages and formats, with one row for each.

A language without a grammar is cut by blank lines and indentation, prose by its headings. To add a
language, write a row. If its bytes are not plain text, add a module to `reading.formats`; if no
regular expression describes its headings, add one to `chunking.outlines`.
"""

from searchkit_index.languages.code import CODE
from searchkit_index.languages.code_without_grammar import CODE_WITHOUT_GRAMMAR
from searchkit_index.languages.data import DATA
from searchkit_index.languages.exports import EXPORTS
from searchkit_index.languages.prose import PROSE
from searchkit_index.languages.rare_code import RARE_CODE
from searchkit_index.languages.row import Language

LANGUAGES: dict[str, Language] = {
    language.name: language
    for language in (*CODE, *CODE_WITHOUT_GRAMMAR, *RARE_CODE, *PROSE, *EXPORTS, *DATA)
}
