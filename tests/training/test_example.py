"""Short pairs of words and code, from comments, documents and notebooks."""

import json

from searchkit.training.mining.document import sections
from searchkit.training.mining.example import comment_pairs, example_pairs, notebook_pairs
from searchkit.training.pair import Pair

PROGRAM = """
def report(path):
    # Count how often each word occurs in the file.
    counts = Counter(path.read_text().split())
    most = counts.most_common(10)

    # Sort the words by their length,
    # the longest one first.
    words = sorted(counts, key=len, reverse=True)
    # TODO: this is too slow for large files
    print(words, most)
    for word in words:
        # Leave out the words that are short.
        if len(word) > 3:
            yield word
    return 1  # and this comment trails some code
"""


def told(pairs: list[Pair]) -> dict[str, str]:
    return {pair.a: pair.b for pair in pairs}


def test_a_comment_leads_to_the_lines_below_it() -> None:
    found = told(list(comment_pairs(PROGRAM, "python")))
    assert found == {
        "Count how often each word occurs in the file.": (
            "counts = Counter(path.read_text().split())\nmost = counts.most_common(10)"
        ),
        "Sort the words by their length, the longest one first.": (
            "words = sorted(counts, key=len, reverse=True)"
        ),
        "Leave out the words that are short.": "if len(word) > 3:\n    yield word",
    }


def test_each_language_has_its_own_sign() -> None:
    go = "\t// Close the file when the work is done.\n\tdefer file.Close()\n\n\t// Short\n\tx()\n"
    assert told(list(comment_pairs(go, "go"))) == {
        "Close the file when the work is done.": "defer file.Close()"
    }
    assert list(comment_pairs(go, "python")) == []
    assert list(comment_pairs(go, "brainfuck")) == []


def test_the_quotes_that_a_comment_begins_with_were_taken_for_its_marks() -> None:
    text = "# 'mode' is told by the name of the file.\nmode = mode_of(path)\n"
    assert list(told(list(comment_pairs(text, "python")))) == [
        "'mode' is told by the name of the file."
    ]


def test_erlang_was_given_the_sign_of_lisp() -> None:
    text = "%% Close the file when the work is done.\nclose(File) -> file:close(File).\n"
    (pair,) = comment_pairs(text, "erlang")
    assert (pair.a, pair.b) == (
        "Close the file when the work is done.",
        "close(File) -> file:close(File).",
    )


def test_the_sentence_before_the_code_asks_for_it() -> None:
    text = """Read the rows of a table
========================

Some words on tables. To read a table from a file of text, call::

    >>> table = read_csv("a.csv")
    >>> for row in table:
    ...     print(row)
    1 2
    3 4

Example:

.. code-block:: python
   :linenos:

   table = read_csv("b.csv", header=None)

This is what the program prints::

    one two three four five
"""
    found = list(example_pairs(sections(text, "restructuredtext")))
    assert told(found) == {
        "To read a table from a file of text, call": (
            'table = read_csv("a.csv")\nfor row in table:\n    print(row)'
        ),
        "Read the rows of a table": 'table = read_csv("b.csv", header=None)',
    }
    assert {(pair.kind, pair.lang_a) for pair in found} == {("example", "en")}


def test_a_fence_of_markdown_is_dedented_and_told_in_its_language() -> None:
    text = (
        "# Listen\n\nDer Server wird mit einem Befehl gestartet:\n\n```sh\n  serve --port 80\n```\n"
    )
    (pair,) = example_pairs(sections(text, "markdown"))
    assert (pair.a, pair.b) == ("Der Server wird mit einem Befehl gestartet", "serve --port 80")


def test_a_cell_of_a_notebook_leads_to_the_next() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["## Data\n", "Draw the prices as a line over time."]},
        {"cell_type": "code", "source": ["prices.plot(kind='line', x='time')"]},
        {"cell_type": "code", "source": "prices.mean()"},
        {"cell_type": "markdown", "source": "### Compare the prices of two towns"},
        {"cell_type": "code", "source": "prices.groupby('town').mean()"},
    ]
    assert told(list(notebook_pairs(json.dumps({"cells": cells})))) == {
        "Draw the prices as a line over time.": "prices.plot(kind='line', x='time')",
        "Compare the prices of two towns": "prices.groupby('town').mean()",
    }


def test_a_broken_notebook_gives_nothing() -> None:
    for text in ("", "[]", "{}", '{"cells": [{}]}', '{"cells": 3}', "[" * 100_000):
        assert list(notebook_pairs(text)) == []
