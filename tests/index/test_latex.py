"""LaTeX and BibTeX are read as what they say, and every line stays the line of its file."""

import pytest
from documents import FILLER, chunks_of

from searchkit_index.reading import tex
from searchkit_index.reading.formats import bibtex, latex


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"caf\'e, na\"{\i}ve, Stra{\ss}e", "café, naïve, Straße"),
        (r"\v{S}t\v{e}p\'an, Erd\H{o}s, \c{c}a, Fran\c cois", "Štěpán, Erdős, ça, François"),
        (r"\o{}re, Bj\o rn, \L\'od\'z, \AA ngstr\"om", "øre, Bjørn, Łódź, Ångström"),
        (r"5\% of \$3 \& a\_b~c --- so -- ``too''", "5% of $3 & a_b\u00a0c — so – “too”"),
        (r"\emph{very} \textbf{bold} {\em too}", "very bold too"),
        (r"see \cite{knuth84}\label{sec:a}", r"see cite knuth84\label{sec:a}"),
        (r"$\alpha_{1} + \frac{a}{b}$ holds", r"$\alpha_{1} + \frac{a}{b}$ holds"),
        (r"\href{http://x.org}{the page}", "http://x.org the page"),
        (r"\item first \\ \hspace{2cm} \dots", "• first …"),
        ("plain % a remark with \\emph{x}", "plain % a remark with \\emph{x}"),
        (r"\verbatim_tmp:nn{open}{(}", "verbatim_tmp:nn open ("),
    ],
)
def test_tex_is_read_as_what_a_page_shows(written: str, said: str) -> None:
    assert tex.plain(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r"\label{sec:choice}", r"\label{sec:choice}"),
        (r"\index{axiom!of \emph{choice}|(}%", r"\index{axiom!of \emph{choice}|(}"),
        (r"\newcommand{\RD}{\mathbb{R}} % Dedekind", r"\newcommand{\RD}{\mathbb{R}} % Dedekind"),
        (r"\section{\texorpdfstring{$\pi_1(S^1)$}{Loops of S1}}", "Loops of S1"),
        ("half a word%", "half a word"),
        (r"a third, 33\%", "a third, 33%"),
    ],
)
def test_labels_indexes_and_macros_of_tex_were_shown_as_words(written: str, said: str) -> None:
    assert tex.plain(written) == said


PAPER = rf"""\documentclass{{article}}
\title{{On the S\'ev\'erit\'e of
  Wombats}}
\author{{J\"urgen M\"uller}}
\begin{{document}}
\section[Short]{{The \emph{{first}} burrow}}
{FILLER}
\begin{{lstlisting}}[language=Python]
def dig_deep(earth):
    return earth.dig()
\end{{lstlisting}}
\begin{{theorem}}
Wombats dig.
\end{{theorem}}
\end{{document}}
"""


def test_a_paper_has_its_title_sections_listings_and_lines() -> None:
    found = chunks_of("a.tex", PAPER)
    last = found[-1]
    assert last.symbol.startswith("On the Sévérité of Wombats > The first burrow")
    assert "Jürgen Müller" in found[0].text
    assert "theorem\nWombats dig." in last.text
    rows = PAPER.split("\n")
    assert any("dig_deep" in row for row in rows[last.start_line - 1 : last.end_line])
    assert last.end_line == rows.index("Wombats dig.") + 1
    [listing] = [block for block in latex.read(PAPER.encode()) if block.language]
    assert (listing.language and listing.language.name) == "python"
    assert rows[listing.sources[0]] == "def dig_deep(earth):"


def test_the_label_in_a_heading_was_a_part_of_its_title() -> None:
    (block,) = latex.read(rb"\section{Dig\label{sec:dig}\index{digging!deep} deep}")
    assert block.title == "Dig deep"


def test_the_name_of_a_theorem_was_lost() -> None:
    rows = [r"\begin{theorem}[Satz von Rolle]", r"\begin{algorithm}[htb]", r"\begin{x}[width=9cm]"]
    assert [latex.read(row.encode())[0].rows for row in rows] == [
        ["theorem Satz von Rolle"],
        ["algorithm"],
        ["x"],
    ]


def test_programs_of_r_in_latex_were_read_as_its_words() -> None:
    text = (
        f"\\section{{Dig}}\n{FILLER}\n<<burrow>>=\ndig <- function(earth) {{\n  earth$n\n}}\n"
        f"@ % done\nWombats dig.\n<<engine='python'>>=\ndef fill(): pass\n@\n<<open>>=\nno end\n"
    )
    found = chunks_of("a.Rnw", text)
    [dig] = [chunk for chunk in found if "dig <-" in chunk.text]
    assert "Dig > dig" in dig.symbol
    assert "earth$n" in dig.text
    programs = [block for block in latex.read(text.encode()) if block.language]
    assert [(each.language and each.language.name) for each in programs] == ["r", "python"]
    assert [list(each.sources) for each in programs] == [[3, 4, 5], [9]]


@pytest.mark.parametrize("name", ["lstlisting", "verbatim"])
def test_an_empty_listing_took_two_lines_from_those_below(name: str) -> None:
    text = f"Dig.\n\\begin{{{name}}}[language=Python]\n\\end{{{name}}}\nFill."
    (block,) = latex.read(text.encode())
    assert dict(zip(block.sources, block.rows, strict=True))[3] == "Fill."


def test_lines_behind_a_listing_had_the_numbers_of_others() -> None:
    found = chunks_of("a.tex", PAPER.replace(FILLER, "Wombats."))
    rows = PAPER.replace(FILLER, "Wombats.").split("\n")
    numbered = {
        number: line
        for chunk in found
        for number, line in enumerate(chunk.text.split("\n"), chunk.start_line)
    }
    assert [
        numbered[rows.index(line) + 1] for line in ("    return earth.dig()", "Wombats dig.")
    ] == [
        "    return earth.dig()",
        "Wombats dig.",
    ]


def test_a_note_was_glued_to_its_word_and_columns_of_a_table_were_words() -> None:
    text = (
        "% !TeX root = ../main.tex\n\\begin{tabularx}{\\textwidth}{l@{}p{3cm}X}\n"
        "Losses were estimated\\footnote{By the board.}.\n"
        "\\includegraphics[width=\\textwidth]{plan.pdf}\n\\end{tabularx}\n"
    )
    (block,) = latex.read(text.encode())
    assert block.rows == [
        "",
        "",
        "Losses were estimated By the board..",
        "includegraphics plan.pdf",
        "",
        "",
    ]


def test_a_bibliography_gives_an_entry_a_section_with_its_title() -> None:
    text = "% refs\n@a{lef84,\n  author = {J. Lef\\`evre},\n  title = {Literate {P}ages},\n}\n"
    _, entry = bibtex.read(text.encode())
    assert (entry.title, list(entry.sources)) == ("lef84: Literate Pages", [1, 2, 3, 4, 5])
    assert entry.rows[1] == "author = J. Lefèvre,"


def test_remarks_of_programs_were_entries_and_titles_went_on_to_the_end_of_the_line() -> None:
    text = (
        '@book{dig01, booktitle={Holes}, title={{\\"U}ber, unter}, year=2001}\n'
        '@comment{jabref-meta: x;}\n@String{j = "Journal"}\n'
    )
    titles = [block.title for block in bibtex.read(text.encode())]
    assert titles == ["dig01: Über, unter", "", ""]
