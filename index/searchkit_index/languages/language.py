"""Which language a file is written in.

One table is the single source for file names, `--lang` and grammars. A language without a grammar
is chunked by blank lines and indentation, prose by its headings. Nothing here reads a file or
prints.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from searchkit_index.languages import grammar as syntax
from searchkit_index.languages.grammar import Grammar

if TYPE_CHECKING:
    import tree_sitter

Kind = Literal["code", "prose", "data"]


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how its files are recognised, and which grammar parses it.

    Attributes:
        name: What people type after `--lang`, lower case.
        kind: Source code, text for people, or structured data.
        suffixes: Endings of file names, lower case, without the leading dot.
        files: Full file names without a suffix of their own (`Makefile`).
        interpreters: Programs of a `#!` line, without their version.
        aliases: Other names that people type (`c++`).
        grammar: How to parse and cut it, or None.
    """

    name: str
    kind: Kind
    suffixes: tuple[str, ...]
    files: tuple[str, ...]
    interpreters: tuple[str, ...]
    aliases: tuple[str, ...]
    grammar: Grammar | None

    def parser(self) -> "tree_sitter.Parser | None":
        """A new parser; None without a grammar, or when `grammar` is known but not installed."""
        return self.grammar.parser() if self.grammar else None


def _row(
    name: str,
    suffixes: str = "",
    grammar: Grammar | None = None,
    *,
    kind: Kind = "code",
    files: str = "",
    interpreters: str = "",
    aliases: str = "",
) -> Language:
    return Language(
        name=name,
        kind=kind,
        suffixes=tuple(suffixes.split()),
        files=tuple(files.split()),
        interpreters=tuple(interpreters.split()),
        aliases=tuple(aliases.split()),
        grammar=grammar,
    )


_CODE = (
    _row(
        "python",
        "py pyi pyw pyx pxd",
        syntax.PYTHON,
        files="SConstruct SConscript wscript",
        interpreters="python pypy",
    ),
    _row(
        "javascript",
        "js mjs cjs jsx es6",
        syntax.JAVASCRIPT,
        files="Jakefile",
        interpreters="node nodejs",
    ),
    _row("typescript", "ts mts cts", syntax.TYPESCRIPT, interpreters="deno bun ts-node tsx"),
    _row("tsx", "tsx", syntax.TSX),
    _row("go", "go", syntax.GO, aliases="golang"),
    _row("rust", "rs", syntax.RUST, interpreters="rust-script"),
    _row("java", "java", syntax.JAVA),
    _row("kotlin", "kt kts", syntax.KOTLIN, interpreters="kotlin"),
    _row("scala", "scala sc sbt", syntax.SCALA, interpreters="scala"),
    _row("c", "c h", syntax.C),
    _row("cpp", "cpp cc cxx c++ hpp hh hxx h++ ipp tpp inl cu cuh ino", syntax.CPP, aliases="c++"),
    _row("csharp", "cs csx", syntax.CSHARP, aliases="c#"),
    _row(
        "ruby",
        "rb rake gemspec ru rbi podspec",
        syntax.RUBY,
        files="Rakefile Gemfile Guardfile Vagrantfile Brewfile Podfile Fastfile",
        interpreters="ruby jruby rake",
    ),
    _row("php", "php phtml php5 inc", syntax.PHP, interpreters="php"),
    _row("swift", "swift", syntax.SWIFT, interpreters="swift"),
    _row(
        "bash",
        "sh bash zsh ksh bats ebuild",
        syntax.BASH,
        files=".bashrc .bash_profile .bash_aliases .profile .zshrc .zshenv .zprofile PKGBUILD"
        " APKBUILD",
        interpreters="sh bash zsh ksh dash ash",
        aliases="shell",
    ),
    _row("lua", "lua rockspec", syntax.LUA, interpreters="lua luajit"),
    _row("haskell", "hs lhs hsc", syntax.HASKELL, interpreters="runhaskell runghc"),
    _row("elixir", "ex exs", syntax.ELIXIR, interpreters="elixir"),
    _row("zig", "zig zon", syntax.ZIG),
    _row("sql", "sql ddl psql mysql pgsql", syntax.SQL),
    _row("css", "css", syntax.CSS),
)

_CODE_WITHOUT_GRAMMAR = (
    _row("ada", "adb ads"),
    _row("apex", "cls trigger"),
    _row("assembly", "asm s nasm", aliases="asm"),
    _row("astro", "astro"),
    _row("awk", "awk", interpreters="awk gawk mawk"),
    _row("batch", "bat cmd"),
    _row("clojure", "clj cljs cljc edn bb", interpreters="bb clojure"),
    _row("cmake", "cmake", files="CMakeLists.txt"),
    _row("coffeescript", "coffee cson", interpreters="coffee"),
    _row("commonlisp", "lisp lsp cl asd", interpreters="sbcl"),
    _row("crystal", "cr", interpreters="crystal"),
    _row("cuelang", "cue"),
    _row("d", "d di", interpreters="rdmd"),
    _row("dart", "dart", interpreters="dart"),
    _row("dockerfile", "dockerfile", files="Dockerfile Containerfile"),
    _row("elisp", "el", files=".emacs"),
    _row("elm", "elm"),
    _row("erlang", "erl hrl", files="rebar.config", interpreters="escript"),
    _row("fish", "fish", interpreters="fish"),
    _row("fortran", "f f77 f90 f95 f03 f08 for"),
    _row("fsharp", "fs fsi fsx", aliases="f#"),
    _row("gdscript", "gd"),
    _row("gleam", "gleam"),
    _row("glsl", "glsl vert frag geom comp hlsl wgsl metal shader"),
    _row("go-mod", files="go.mod go.work"),
    _row("graphql", "graphql gql graphqls"),
    _row("groovy", "groovy gradle gvy", files="Jenkinsfile", interpreters="groovy"),
    _row("haxe", "hx"),
    _row("jinja", "j2 jinja jinja2 njk liquid mustache hbs handlebars tmpl tpl"),
    _row("julia", "jl", interpreters="julia"),
    _row("just", "just", files="justfile Justfile .justfile"),
    _row("less", "less"),
    _row("makefile", "mk mak make", files="Makefile makefile GNUmakefile", interpreters="make"),
    _row("matlab", "matlab"),
    _row("meson", "meson", files="meson.build meson_options.txt meson.options"),
    _row("nim", "nim nims nimble", interpreters="nim"),
    _row("nix", "nix"),
    _row("objective-c", "m mm", aliases="objc objectivec"),
    _row("ocaml", "ml mli mll mly", interpreters="ocaml"),
    _row("odin", "odin"),
    _row("pascal", "pas pp dpr lpr"),
    _row("perl", "pl pm t pod perl", interpreters="perl"),
    _row("powershell", "ps1 psm1 psd1", interpreters="pwsh powershell"),
    _row("prisma", "prisma"),
    _row("prolog", "pro prolog", interpreters="swipl"),
    _row("proto", "proto", aliases="protobuf"),
    _row("puppet", "epp"),
    _row("purescript", "purs"),
    _row("r", "r rmd", files=".Rprofile", interpreters="Rscript"),
    _row("racket", "rkt", interpreters="racket"),
    _row("reason", "re rei res resi"),
    _row("sass", "scss sass styl"),
    _row("scheme", "scm ss sld", interpreters="guile chibi-scheme"),
    _row("solidity", "sol"),
    _row("starlark", "bzl star bazel", files="BUILD WORKSPACE Tiltfile"),
    _row("svelte", "svelte"),
    _row("tcl", "tcl tk exp", interpreters="tclsh wish expect"),
    _row("terraform", "tf tfvars hcl", aliases="hcl"),
    _row("thrift", "thrift"),
    _row("vala", "vala vapi"),
    _row("verilog", "v vh sv svh"),
    _row("vhdl", "vhd vhdl"),
    _row("vim", "vim", files=".vimrc _vimrc .exrc"),
    _row("visualbasic", "vb bas vbs frm"),
    _row("vue", "vue"),
)

_PROSE = (
    _row("markdown", "md markdown mdx mkd mdown qmd", kind="prose"),
    _row("restructuredtext", "rst rest", kind="prose", aliases="rest"),
    _row("asciidoc", "adoc asciidoc", kind="prose"),
    _row("org", "org", kind="prose"),
    _row("latex", "tex ltx sty bib", kind="prose", aliases="tex"),
    _row(
        "text",
        "txt text log me 1st rtx",
        kind="prose",
        files="README LICENSE LICENCE COPYING NOTICE AUTHORS CONTRIBUTORS CHANGELOG CHANGES NEWS"
        " TODO INSTALL HISTORY THANKS COPYRIGHT MAINTAINERS",
        aliases="txt plaintext",
    ),
    _row("manpage", "1 2 3 4 5 6 7 8 9 man mdoc", kind="prose", aliases="troff roff"),
    _row("gettext", "po pot", kind="prose"),
    _row("subtitles", "srt vtt", kind="prose"),
    _row("notebook", "ipynb", kind="prose", aliases="jupyter"),
    _row("html", "html htm xhtml shtml", kind="prose"),
    _row("pdf", "pdf", kind="prose"),
)

_DATA = (
    _row(
        "json",
        "json jsonc json5 geojson webmanifest jsonl ndjson har avsc code-workspace",
        syntax.JSON,
        kind="data",
        files=".babelrc .eslintrc .prettierrc .jshintrc composer.lock Pipfile.lock flake.lock",
    ),
    # No grammar on purpose: its scanner writes past a buffer on deep nesting, which ends the
    # process; indentation says as much.
    _row("yaml", "yaml yml", kind="data", files=".clang-format .clang-tidy CITATION.cff .yamllint"),
    _row("toml", "toml", syntax.TOML, kind="data", files="Cargo.lock poetry.lock uv.lock Pipfile"),
    _row("csv", "csv tsv psv tab", kind="data"),
    _row(
        "ini",
        "ini cfg conf cnf config properties desktop service socket timer env editorconfig",
        kind="data",
        files=".editorconfig .gitconfig .gitmodules .env .npmrc .pylintrc .flake8 .coveragerc"
        " .gitattributes .gitignore .dockerignore .npmignore .hgrc",
    ),
    _row(
        "xml",
        "xml xsd xsl xslt svg plist csproj vbproj fsproj vcxproj props targets resx xaml rss atom"
        " wsdl pom xmi gpx kml storyboard xib ui qrc dtd",
        kind="data",
    ),
    _row("diff", "diff patch", kind="data"),
    _row("requirements", kind="data", files="requirements.txt constraints.txt"),
)

LANGUAGES: dict[str, Language] = {
    language.name: language for language in (*_CODE, *_CODE_WITHOUT_GRAMMAR, *_PROSE, *_DATA)
}

_BY_SUFFIX = {suffix: language for language in LANGUAGES.values() for suffix in language.suffixes}
_BY_FILE = {file: language for language in LANGUAGES.values() for file in language.files}
_BY_INTERPRETER = {
    interpreter: language
    for language in LANGUAGES.values()
    for interpreter in language.interpreters
}
_BY_ALIAS = {alias: language for language in LANGUAGES.values() for alias in language.aliases}

# Suffixes that two languages share: what the head of the second looks like.
_SHARED = {
    "h": (
        re.compile(
            rb"^[ \t]*(?:(?:class|namespace|template|using)\b|(?:public|private|protected):)"
            rb"|\bstd::",
            re.MULTILINE,
        ),
        LANGUAGES["cpp"],
    ),
    "m": (re.compile(rb"\A\s*(?:%|(?:function|classdef)\b)"), LANGUAGES["matlab"]),
}
_VERSION = re.compile(r"[\d.]+$")


def detect(path: str, head: bytes = b"") -> Language | None:
    """The language of a file, or None: then the caller treats it as plain text.

    Args:
        path: Any path; only its last part counts.
        head: The first bytes of the file, a few thousand: for the `#!` line, and for suffixes that
            two languages share (headers of C and of C++).
    """
    file = path.replace("\\", "/").rpartition("/")[2]
    found = _BY_FILE.get(file) or _by_suffix(file) or _BY_FILE.get(file.partition(".")[0])
    if found is None:
        return _by_interpreter(head)
    pattern, other = _SHARED.get(file.rpartition(".")[2].lower(), (None, found))
    return other if pattern and pattern.search(head) else found


def _by_suffix(file: str) -> Language | None:
    stem, _, suffix = file.rpartition(".")
    return _BY_SUFFIX.get(suffix.lower()) if stem else None


def _by_interpreter(head: bytes) -> Language | None:
    if not head.startswith(b"#!"):
        return None
    for word in head[2:].partition(b"\n")[0].decode("utf-8", "replace").split():
        program = word.rpartition("/")[2]
        if program != "env" and not program.startswith("-") and "=" not in program:
            return _BY_INTERPRETER.get(program) or _BY_INTERPRETER.get(_VERSION.sub("", program))
    return None


def language_named(text: str) -> Language | None:
    """The language that a person means: by its name, another name, or a suffix (`py`, `.rs`)."""
    name = text.strip().lower()
    return LANGUAGES.get(name) or _BY_ALIAS.get(name) or _BY_SUFFIX.get(name.removeprefix("."))


def without_parser(names: Iterable[str]) -> list[str]:
    """Those languages that have a grammar whose wheel is not installed, or does not load."""
    known = (LANGUAGES[name] for name in names if name in LANGUAGES)
    return [each.name for each in known if each.grammar and each.parser() is None]
