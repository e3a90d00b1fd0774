"""Code inside other things is cut and named by its own language, with the lines of its file."""

import json

import pytest

from searchkit_index.chunking.chunk import Chunk
from searchkit_index.chunking.parts import parts_of
from searchkit_index.languages.language import LANGUAGES
from searchkit_index.process.contents import read

FILLER = "Some words that stand here to fill a section with nothing but words. " * 30
PYTHON = "def load_config(path):\n    return parse(path)\n\n\nclass Config:\n    pass\n" + (
    "\n\ndef other():\n" + "    value = compute(value, more)\n" * 12
)
TYPESCRIPT = (
    "export function openDialog(name: string) {\n"
    + "".join(f"  say(name, more{n})\n" for n in range(40))
    + "}"
)
SHELL = "deploy_all() {\n" + "".join(f"  make install everything{n}\n" for n in range(50)) + "}"


def indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line for line in text.split("\n"))


def notebook() -> str:
    cells = [
        {"cell_type": "markdown", "source": f"# Fit\n\n{FILLER}"},
        {"cell_type": "code", "source": PYTHON.splitlines(keepends=True)},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=1)


# Name of the file, its text, the language inside, a definition in it, and a line of that.
CASES = {
    "page.html": (
        f"<h1>Top</h1><p>{FILLER}</p>\n<script type='module'>\n{TYPESCRIPT.replace(': string', '')}"
        "\n</script>\n",
        *("javascript", "openDialog", "function openDialog"),
    ),
    "Dialog.vue": (
        f"<template>\n<p>{FILLER}</p>\n</template>\n"
        f"<script setup lang='ts'>\n{TYPESCRIPT}\n</script>",
        *("typescript", "openDialog", "function openDialog"),
    ),
    "Dialog.svelte": (
        f"<script lang='ts'>\n{indented(TYPESCRIPT, 2)}\n</script>\n<p>{FILLER}</p>\n",
        *("typescript", "openDialog", "function openDialog"),
    ),
    "index.astro": (
        f"---\n{TYPESCRIPT}\n---\n<p>{FILLER}</p>\n",
        *("typescript", "openDialog", "function openDialog"),
    ),
    "show.html.erb": (
        f"<p><%= text %> {FILLER}</p>\n<script>\n{TYPESCRIPT.replace(': string', '')}\n</script>\n",
        *("javascript", "openDialog", "function openDialog"),
    ),
    "guide.md": (
        f"# Guide\n\n{FILLER}\n\n```python\n{PYTHON}```\n\nMore.\n",
        *("python", "load_config", "def load_config"),
    ),
    "guide.org": (
        f"* Guide\n\n{FILLER}\n\n#+begin_src python\n{PYTHON}#+end_src\n",
        *("python", "load_config", "def load_config"),
    ),
    "fit.ipynb": (notebook(), "python", "load_config", "def load_config"),
    "build.yml": (
        f"on: push\njobs:\n  build:\n    steps:\n      - run: |\n{indented(SHELL, 10)}\n"
        "      - uses: checkout\n",
        *("bash", "deploy_all", "deploy_all() {"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_code_inside_is_found_by_its_language_and_by_its_definitions(name: str) -> None:
    text, language, symbol, line = CASES[name]
    found: list[Chunk] = read(name, text.encode(), secrets=False).chunks
    inside = [chunk for chunk in found if chunk.language == language]
    defined = next(chunk for chunk in inside if symbol in chunk.symbol)
    assert defined.kind == "definition"
    rows = text.split("\n")
    assert any(line in row for row in rows[defined.start_line - 1 : defined.end_line])
    outside = [chunk for chunk in found if chunk.language is None]
    assert name == "build.yml" or outside


def test_a_short_command_among_many_keys_of_a_workflow_is_found_by_its_language() -> None:
    keys = "".join(f"      key-{n}: some value of it\n" for n in range(8))
    text = f"jobs:\n  a:\n    env:\n{keys}    steps:\n      - run: |\n          dig --deep --all\n"
    [chunk] = read("build.yml", text.encode(), secrets=False).chunks
    assert (chunk.language, chunk.kind) == ("bash", "data")


def test_prose_with_a_word_of_code_stays_prose() -> None:
    text = f"# Guide\n\n{FILLER}\n\n```sh\nmake\n```\n"
    assert {chunk.kind for chunk in read("a.md", text.encode(), secrets=False).chunks} == {"prose"}


def test_a_string_that_is_a_statement_of_sql_is_found_as_sql_and_as_its_host() -> None:
    text = (
        'def find_burrows(db):\n    return db.execute(\n        """\n        SELECT name, depth\n'
        '        FROM burrows\n        WHERE depth > 1\n        """\n    )\n'
    )
    [chunk] = read("a.py", text.encode(), secrets=False).chunks
    assert (chunk.language, chunk.kind, chunk.symbol) == ("sql", "definition", "find_burrows")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT COALESCE(id, 'native') FROM burrows",
        "SELECT COUNT(*) FROM (SELECT id FROM burrows) AS b",
        "-- all of it\n DROP TABLE IF EXISTS burrows; CREATE TABLE burrows (id INT);",
        "REPLACE INTO burrows VALUES (1)",
    ],
)
def test_statements_with_strings_queries_and_remarks_in_them_are_sql(statement: str) -> None:
    [chunk] = read("a.py", f'sql = """\n{statement}\n"""\n'.encode(), secrets=False).chunks
    assert chunk.language == "sql"


@pytest.mark.parametrize(
    "line",
    [
        'say("drop table manners")',
        'say("select a file")',
        "# SELECT a FROM b",
        'say("insert into the slot")',
        "x = 'from'",
    ],
)
def test_a_sentence_is_no_sql(line: str) -> None:
    text = f"def tell():\n    {line}\n    more(1)\n    more(2)\n    more(3)\n    more(4)\n"
    [chunk] = read("a.py", text.encode(), secrets=False).chunks
    assert chunk.language is None


@pytest.mark.parametrize(
    ("step", "language"),
    [
        ("- run: |\n    dig()\n  shell: python\n", "python"),
        ("- shell: pwsh\n  name: x\n  run: |\n    Get-Plug\n", "powershell"),
        ("- pwsh: |\n    Get-Plug\n", "powershell"),
        ("- shell: python\n  run: dig\n- run: |\n    make\n", "bash"),
        ("- run: |\n    make\n- run: |\n    dig()\n  shell: python\n", "bash"),
    ],
)
def test_commands_of_a_workflow_are_in_the_language_of_their_shell(
    step: str, language: str
) -> None:
    part, *_ = parts_of(step.split("\n"), LANGUAGES["yaml"])
    assert part.language.name == language


# Name of the file, its text, the language inside, and what stands there. Fewer than a twentieth of
# the words are code.
SMALL = [
    ("a.html", "{}<script>\nfunction here() {{}}\n</script>\n{}", "javascript:definition"),
    ("a.html", "{}<script>function here() {{}}</script>\n{}", "javascript:definition"),
    ("a.html", "{}<style>\n.here {{ color: red }}\n</style>\n{}", "css:definition"),
    ("a.html", "{}<pre><code class='language-go'>func here() {{}}</code></pre>{}", "go:definition"),
    (
        *("a.html", "{}<div class='highlight-rust'><div><pre>fn here() {{}}</pre></div></div>{}"),
        "rust:definition",
    ),
    ("a.erb", "{}<% def here(x); x; end %>\n{}", "ruby:definition"),
    ("a.erb", "{}<%= raw :here %>\n{}", "ruby:code"),
    ("a.ejs", "{}<% function here() {{ }} %>\n{}", "javascript:definition"),
    ("a.heex", "{}<%= here(@x) %>\n{}", "elixir:code"),
    ("a.jsp", "{}<%! int here() {{ return 1; }} %>\n{}", "java:definition"),
    ("a.blade.php", "{}@php\nfunction here() {{}}\n@endphp\n{}", "php:definition"),
    ("a.cshtml", "{}@functions {{\n int here() {{ return 1; }}\n}}\n{}", "csharp:definition"),
    ("a.hbs", "{}<script>\nfunction here() {{}}\n</script>\n{}", "javascript:definition"),
    ("a.j2", "{}<script>class here {{}}</script>\n{}", "javascript:definition"),
    ("a.haml", "%p {}:javascript\n  function here() {{}}\n%p {}", "javascript:definition"),
    ("a.pug", "p {}script.\n  function here() {{}}\np {}", "javascript:definition"),
    ("a.md", "{}\n```python\ndef here(): pass\n```\n{}", "python:definition"),
    ("a.md", "{}\n> ```rust\n> fn here() {{}}\n> ```\n{}", "rust:definition"),
    ("a.md", '{}\n```json\n{{"here": 1}}\n```\n{}', "json:data"),
    ("a.md", "{}\n```console\n$ here --now\n```\n{}", "bash:code"),
    ("a.md", "{}\n```{{code-cell}} python\ndef here(): pass\n```\n{}", "python:definition"),
    ("a.md", "{0}\n```js\nfunction here() {{}}", "javascript:definition"),
    (
        "a.md",
        "{}\n{{% highlight go %}}\nfunc here() {{}}\n{{% endhighlight %}}\n{}",
        "go:definition",
    ),
    ("a.md", "{}\n<script setup>\nfunction here() {{}}\n</script>\n{}", "javascript:definition"),
    ("a.rst", "{}\n.. code:: yaml\n\n   here: 1\n\n{}", "yaml:data"),
    ("a.rst", "{}\n.. testcode::\n\n   def here(): pass\n\n{}", "python:definition"),
    ("a.adoc", "{}\n[source%linenums,ruby]\n.T\n----\ndef here; end\n----\n{}", "ruby:definition"),
    (
        *("a.adoc", ":source-language: go\n\n{}\n[source]\n----\nfunc here() {{}}\n----\n{}"),
        "go:definition",
    ),
    ("a.adoc", "{}\n[source,rust]\nfn here() {{}}\n\n{}", "rust:definition"),
    ("a.org", "{}\n#+begin_src emacs-lisp\n(defun here () 1)\n#+end_src\n{}", "elisp:definition"),
    ("a.py", '"""{}"""\nx("SELECT here FROM t WHERE a = 1")\n"""{}"""', "sql:code"),
    ("a.py", '"""{}"""\nx("CREATE TABLE here (id int)")\n"""{}"""', "sql:definition"),
    ("a.py", '"""{}"""\nx("SELECT here FROM %s" % t)\n"""{}"""', "sql:code"),
    ("a.rb", "# {}x(<<~SQL)\n  SELECT here\n  FROM t\nSQL\n# {}", "sql:code"),
    ("a.pl", "# {}$d->do('DELETE FROM here WHERE x');\n# {}", "sql:code"),
    ("a.yml", "steps:\n- name: {}  run: here --now\n- name: {}", "bash:code"),
    (
        *("a.yml", "# {}\n- uses: a/github-script@v7\n  with:\n    script: |\n      here()\n# {}"),
        "javascript:code",
    ),
]


@pytest.mark.parametrize(("name", "text", "label"), SMALL)
def test_code_is_found_by_its_language_however_small_a_part_of_its_chunk_it_is(
    name: str, text: str, label: str
) -> None:
    words = "The river froze in that long winter, and we ate what was in the house. " * 6 + "\n"
    found = read(name, text.format(words, words).encode(), secrets=False).chunks
    assert [label] == [each for chunk in found if "here" in chunk.text for each in chunk.parts]


def test_a_cell_of_a_notebook_is_in_the_language_that_its_magic_names() -> None:
    cell = {"cell_type": "code", "source": "%%bash\ndeploy_all() { make; }\n"}
    whole = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4})
    found = read("a.ipynb", whole.encode(), secrets=False).chunks
    assert [chunk.parts for chunk in found] == [("bash:definition",)]


@pytest.mark.parametrize(
    ("metadata", "source"),
    [
        ({"dotnet_interactive": {"language": "fsharp"}}, "let add x y = x + y"),
        ({"polyglot_notebook": {"kernelName": "fsharp"}}, "let add x y = x + y"),
        ({"vscode": {"languageId": "fsharp"}}, "let add x y = x + y"),
        ({}, "#!fsharp\nlet add x y = x + y"),
    ],
)
def test_a_cell_in_another_language_was_in_that_of_its_notebook(
    metadata: dict[str, object], source: str
) -> None:
    cell = {"cell_type": "code", "source": source, "metadata": metadata}
    kernel = {"kernelspec": {"language": "C#", "name": ".net-csharp"}}
    whole = json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4})
    (chunk,) = read("a.ipynb", whole.encode(), secrets=False).chunks
    assert (chunk.language, chunk.symbol) == ("fsharp", "add")
