"""Lists languages and formats: one row for each, the single source for all that differs.

A language without a grammar is cut by blank lines and indentation, prose by its headings. To add
one, write a row; where it needs code of its own, add a module to `reading.formats` (bytes that are
not plain text) or to `chunking.outlines` (headings that no regular expression describes).
"""

from searchkit_index.languages import definitions
from searchkit_index.languages import grammar as syntax
from searchkit_index.languages.row import Headings, Language, row

_SCRIPT_TESTS = "*.test.* *.spec.* *.cy.*"

_CODE = (
    row(
        "python",
        "py pyi pyw pyx pxd",
        syntax.PYTHON,
        files="SConstruct SConscript wscript",
        tests="test_*.py *_test.py tests.py conftest.py",
        interpreters="python pypy",
    ),
    row(
        "javascript",
        "js mjs cjs jsx es6",
        syntax.JAVASCRIPT,
        files="Jakefile",
        interpreters="node nodejs",
        tests=_SCRIPT_TESTS,
    ),
    row(
        "typescript",
        "ts mts cts",
        syntax.TYPESCRIPT,
        interpreters="deno bun ts-node tsx",
        tests=_SCRIPT_TESTS,
    ),
    row("tsx", "tsx", syntax.TSX, tests=_SCRIPT_TESTS),
    row("go", "go", syntax.GO, aliases="golang", tests="*_test.go"),
    row("rust", "rs", syntax.RUST, interpreters="rust-script", tests="*_test.rs tests.rs"),
    row(
        "java",
        "java",
        syntax.JAVA,
        tests="*Test.java *Tests.java *TestCase.java *IT.java Test*.java",
    ),
    row(
        "kotlin",
        "kt kts",
        syntax.KOTLIN,
        interpreters="kotlin",
        tests="*Test.kt *Tests.kt *Spec.kt",
    ),
    row(
        "scala",
        "scala sc sbt",
        syntax.SCALA,
        interpreters="scala",
        tests="*Spec.scala *Suite.scala *Test.scala",
    ),
    row("c", "c h", syntax.C, tests="test_*.* *_test.* *_tests.*"),
    row(
        "cpp",
        "cpp cc cxx c++ hpp hh hxx h++ ipp tpp inl cu cuh ino",
        syntax.CPP,
        aliases="c++",
        claims=(
            (
                "h",
                rb"^[ \t]*(?:(?:class|namespace|template|using)\b|(?:public|private|protected):)"
                rb"|\bstd::",
            ),
        ),
        tests="*_test.* *_unittest.* test_*.* *Test.*",
    ),
    row("csharp", "cs csx", syntax.CSHARP, aliases="c#", tests="*Tests.cs *Test.cs"),
    row(
        "ruby",
        "rb rake gemspec ru rbi podspec",
        syntax.RUBY,
        files="Rakefile Gemfile Guardfile Vagrantfile Brewfile Podfile Fastfile",
        interpreters="ruby jruby rake",
        tests="*_spec.rb *_test.rb test_*.rb spec_helper.rb",
    ),
    row("php", "php phtml php5 inc", syntax.PHP, interpreters="php", tests="*Test.php *.phpt"),
    row("swift", "swift", syntax.SWIFT, interpreters="swift", tests="*Tests.swift *Test.swift"),
    row(
        "bash",
        "sh bash zsh ksh bats ebuild",
        syntax.BASH,
        files=".bashrc .bash_profile .bash_aliases .profile .zshrc .zshenv .zprofile PKGBUILD"
        " APKBUILD",
        interpreters="sh bash zsh ksh dash ash",
        aliases="shell",
    ),
    row(
        "lua", "lua rockspec", syntax.LUA, interpreters="lua luajit", tests="*_spec.lua *_test.lua"
    ),
    row(
        "haskell",
        "hs lhs hsc",
        syntax.HASKELL,
        interpreters="runhaskell runghc",
        tests="*Spec.hs *Test.hs",
    ),
    row("elixir", "ex exs", syntax.ELIXIR, interpreters="elixir", tests="*_test.exs"),
    row("zig", "zig zon", syntax.ZIG),
    row("sql", "sql ddl psql mysql pgsql", syntax.SQL, dumps=True),
    row("css", "css", syntax.CSS),
)

_CODE_WITHOUT_GRAMMAR = (
    row("ada", "adb ads", definitions=definitions.ADA),
    row("apex", "cls trigger", definitions=definitions.APEX),
    row("assembly", "asm s nasm", aliases="asm", definitions=definitions.ASSEMBLY),
    row("astro", "astro", embeds="tags", lexer="html"),
    row("awk", "awk", interpreters="awk gawk mawk", definitions=definitions.AWK),
    row("batch", "bat cmd", definitions=definitions.BATCH),
    row(
        "clojure",
        "clj cljs cljc edn bb",
        interpreters="bb clojure",
        tests="*_test.clj*",
        definitions=definitions.CLOJURE,
    ),
    row("cmake", "cmake", files="CMakeLists.txt", definitions=definitions.CMAKE),
    row("coffeescript", "coffee cson", interpreters="coffee", definitions=definitions.COFFEESCRIPT),
    row("commonlisp", "lisp lsp cl asd", interpreters="sbcl", definitions=definitions.COMMONLISP),
    row("crystal", "cr", interpreters="crystal", definitions=definitions.CRYSTAL),
    row("cuelang", "cue", definitions=definitions.CUE),
    row("d", "d di", interpreters="rdmd", definitions=definitions.D),
    row("dart", "dart", interpreters="dart", tests="*_test.dart", definitions=definitions.DART),
    row(
        "dockerfile",
        "dockerfile",
        files="Dockerfile Containerfile",
        definitions=definitions.DOCKERFILE,
    ),
    row("elisp", "el", files=".emacs", definitions=definitions.ELISP),
    row("elm", "elm", definitions=definitions.ELM),
    row(
        "erlang",
        "erl hrl",
        files="rebar.config",
        interpreters="escript",
        tests="*_SUITE.erl *_tests.erl",
        definitions=definitions.ERLANG,
    ),
    row("fish", "fish", interpreters="fish", definitions=definitions.FISH),
    row("fortran", "f f77 f90 f95 f03 f08 for", definitions=definitions.FORTRAN),
    row("fsharp", "fs fsi fsx", aliases="f#", definitions=definitions.FSHARP),
    row("gdscript", "gd", definitions=definitions.GDSCRIPT),
    row("gleam", "gleam", definitions=definitions.GLEAM),
    row("glsl", "glsl vert frag geom comp hlsl wgsl metal shader", definitions=definitions.GLSL),
    row("go-mod", files="go.mod go.work"),
    row("graphql", "graphql gql graphqls", definitions=definitions.GRAPHQL),
    row(
        "groovy",
        "groovy gradle gvy",
        files="Jenkinsfile",
        interpreters="groovy",
        definitions=definitions.GROOVY,
    ),
    row("haxe", "hx", definitions=definitions.HAXE),
    row(
        "jinja",
        "j2 jinja jinja2 njk liquid mustache hbs handlebars tmpl tpl twig",
        embeds="tags",
        lexer="html+jinja",
    ),
    row("erb", "erb rhtml ejs", embeds="tags", lexer="html+erb"),
    row("blade", "blade.php", embeds="tags", lexer="html+php"),
    row("razor", "cshtml razor", embeds="tags", lexer="html"),
    row("haml", "haml"),
    row("pug", "pug jade"),
    row(
        "julia",
        "jl",
        interpreters="julia",
        tests="runtests.jl test_*.jl",
        definitions=definitions.JULIA,
    ),
    row("just", "just", files="justfile Justfile .justfile", definitions=definitions.JUST),
    row("less", "less", definitions=definitions.LESS),
    row(
        "makefile",
        "mk mak make",
        files="Makefile makefile GNUmakefile",
        interpreters="make",
        definitions=definitions.MAKEFILE,
    ),
    row(
        "matlab",
        "matlab",
        claims=(("m", rb"\A\s*(?:%|(?:function|classdef)\b)"),),
        definitions=definitions.MATLAB,
    ),
    row(
        "meson",
        "meson",
        files="meson.build meson_options.txt meson.options",
        definitions=definitions.MESON,
    ),
    row("nim", "nim nims nimble", interpreters="nim", definitions=definitions.NIM),
    row("nix", "nix", definitions=definitions.NIX),
    row("objective-c", "m mm", aliases="objc objectivec", definitions=definitions.OBJECTIVE_C),
    row("ocaml", "ml mli mll mly", interpreters="ocaml", definitions=definitions.OCAML),
    row("odin", "odin", definitions=definitions.ODIN),
    row("pascal", "pas pp dpr lpr", definitions=definitions.PASCAL),
    row("perl", "pl pm t pod perl", interpreters="perl", tests="*.t", definitions=definitions.PERL),
    row(
        "powershell",
        "ps1 psm1 psd1",
        interpreters="pwsh powershell",
        tests="*.Tests.ps1",
        definitions=definitions.POWERSHELL,
    ),
    row("prisma", "prisma", definitions=definitions.PRISMA),
    row("prolog", "pro prolog", interpreters="swipl", definitions=definitions.PROLOG),
    row("proto", "proto", aliases="protobuf", definitions=definitions.PROTO),
    row("puppet", "epp", definitions=definitions.PUPPET),
    row("purescript", "purs", definitions=definitions.PURESCRIPT),
    row("r", "r", files=".Rprofile", interpreters="Rscript", definitions=definitions.R),
    row("racket", "rkt", interpreters="racket"),
    row("reason", "re rei res resi", definitions=definitions.REASON),
    row("rego", "rego", definitions=definitions.REGO),
    row("sass", "scss sass styl", definitions=definitions.SASS),
    row("scheme", "scm ss sld", interpreters="guile chibi-scheme", definitions=definitions.SCHEME),
    row("solidity", "sol", tests="*.t.sol", definitions=definitions.SOLIDITY),
    row(
        "starlark",
        "bzl star bazel",
        files="BUILD WORKSPACE Tiltfile",
        definitions=definitions.STARLARK,
    ),
    row("svelte", "svelte", embeds="tags", lexer="html"),
    row("tcl", "tcl tk exp", interpreters="tclsh wish expect", definitions=definitions.TCL),
    row("terraform", "tf tfvars hcl", aliases="hcl", definitions=definitions.TERRAFORM),
    row("thrift", "thrift", definitions=definitions.THRIFT),
    row("vala", "vala vapi", definitions=definitions.VALA),
    row("verilog", "v vh sv svh", definitions=definitions.VERILOG),
    row("vhdl", "vhd vhdl", definitions=definitions.VHDL),
    row("vim", "vim", files=".vimrc _vimrc .exrc", definitions=definitions.VIM),
    row("visualbasic", "vb bas vbs frm", definitions=definitions.VISUALBASIC),
    row(
        "vlang",
        "vsh",
        definitions=definitions.VLANG,
        claims=(("v", rb"^(?:pub )?fn \w|^module main\b|^import \w+$"),),
    ),
    row("vue", "vue", embeds="tags"),
    row("cobol", "cob cbl cpy cobol", definitions=definitions.COBOL),
    row("jq", "jq", interpreters="jq", definitions=r"def\s+(\w+)"),
    row("jsonnet", "jsonnet libsonnet", definitions=definitions.JSONNET),
    row("vyper", "vy", definitions=r"(?:def|event|struct|interface|enum|flag)\s+(\w+)"),
)

_PROSE = (
    row(
        "markdown",
        "md markdown mdx mkd mdown qmd rmd",
        kind="prose",
        outline="markdown",
        dumps=True,
        embeds="fences",
    ),
    row("restructuredtext", "rst rest", kind="prose", aliases="rest", outline="adorned"),
    row(
        "asciidoc",
        "adoc asciidoc asc",
        kind="prose",
        outline=Headings(
            r"(?P<mark>={1,6}|#{1,6})\s+(?P<title>\S.*)",
            fence=r"(-{4,}|\.{4,}|={4,}|\+{4,}|`{3,})\s*$",
        ),
    ),
    row(
        "org",
        "org",
        kind="prose",
        outline=Headings(
            r"(?P<mark>\*{1,6})\s+(?:(?:TODO|DONE|NEXT|WAIT(?:ING)?|HOLD|STARTED|CANCEL+ED)\s+)?"
            r"(?:\[#\w\]\s+)?(?P<title>\S.*?)(?:\s+:[\w@#%:]+:)?\s*$",
            fence=r"\s*#\+((?i:begin|end))_(?:(?i:src)\s+(?P<language>[\w+#-]+))?",
        ),
    ),
    row(
        "latex",
        "tex ltx sty bib",
        kind="prose",
        aliases="tex",
        outline=Headings(
            r"\s*\\(?P<mark>part|chapter|section|subsection|subsubsection|paragraph)\*?\s*"
            r"(?:\[[^\]]*\]\s*)?\{(?P<title>[^{}]*(?:\{[^{}]*\}[^{}]*)*)",
            depths=("part", "chapter", "section", "subsection", "subsubsection", "paragraph"),
        ),
    ),
    row(
        "typst",
        "typ",
        kind="prose",
        outline=Headings(
            r"(?P<mark>={1,6})\s+(?P<title>\S.*)", fence=r"\s*(`{3,})(?P<language>[\w+#-]+)?"
        ),
    ),
    row(
        "text",
        "txt text log me 1st rtx",
        kind="prose",
        files="README LICENSE LICENCE COPYING NOTICE AUTHORS CONTRIBUTORS CHANGELOG CHANGES NEWS"
        " TODO INSTALL HISTORY THANKS COPYRIGHT MAINTAINERS",
        aliases="txt plaintext",
    ),
    row(
        "manpage",
        "1 2 3 4 5 6 7 8 9 man mdoc",
        kind="prose",
        aliases="troff roff",
        outline=Headings(
            r"\.(?P<mark>S[Hhs]|SS|TH)\s+\"?(?P<title>[^\"]*)", depths=("TH SH Sh", "SS Ss")
        ),
        lexer="groff",
    ),
    row("gettext", "po pot", kind="prose"),
    row("subtitles", "srt vtt", kind="prose", reader="subtitles"),
    row(
        "notebook",
        "ipynb",
        kind="prose",
        aliases="jupyter",
        reader="notebook",
        embeds="blocks",
        lexer="json",
    ),
    row("html", "html htm xhtml shtml", kind="prose", reader="html", embeds="blocks"),
    row("pdf", "pdf", kind="prose", reader="pdf", packages="pypdfium2 pypdf", bulky=True),
    row("docx", "docx docm dotx", kind="prose", reader="docx", bulky=True, aliases="word"),
    row("pptx", "pptx pptm ppsx potx", kind="prose", reader="pptx", bulky=True),
    row("xlsx", "xlsx xlsm xltx", kind="data", reader="xlsx", bulky=True, aliases="excel"),
    row(
        "opendocument", "odt ott odp otp fodt fodp", kind="prose", reader="opendocument", bulky=True
    ),
    row("spreadsheet", "ods ots fods", kind="data", reader="opendocument", bulky=True),
    row("epub", "epub", kind="prose", reader="epub", bulky=True),
    row("fictionbook", "fb2", kind="prose", reader="fictionbook", bulky=True),
    row("rtf", "rtf", kind="prose", reader="rtf", bulky=True),
    row(
        "mail",
        "eml mbox mht mhtml",
        kind="prose",
        reader="mail",
        bulky=True,
        files="mbox",
        aliases="email",
        embeds="blocks",
    ),
)

_DATA = (
    row(
        "json",
        "json jsonc json5 geojson webmanifest jsonl ndjson har avsc code-workspace",
        syntax.JSON,
        kind="data",
        files=".babelrc .eslintrc .prettierrc .jshintrc composer.lock Pipfile.lock flake.lock",
    ),
    # No grammar on purpose: its scanner writes past a buffer on deep nesting, which ends the
    # process; indentation says as much.
    row(
        "yaml",
        "yaml yml",
        kind="data",
        embeds="runs",
        files=".clang-format .clang-tidy CITATION.cff .yamllint",
    ),
    row("toml", "toml", syntax.TOML, kind="data", files="Cargo.lock poetry.lock uv.lock Pipfile"),
    row("csv", "csv tsv psv tab", kind="data"),
    row(
        "ini",
        "ini cfg conf cnf config properties desktop service socket timer env editorconfig",
        kind="data",
        files=".editorconfig .gitconfig .gitmodules .env .npmrc .pylintrc .flake8 .coveragerc"
        " .gitattributes .gitignore .dockerignore .npmignore .hgrc",
    ),
    row(
        "xml",
        "xml xsd xsl xslt plist csproj vbproj fsproj vcxproj props targets resx xaml rss atom"
        " wsdl pom xmi gpx kml storyboard xib ui qrc dtd",
        kind="data",
    ),
    row("svg", "svg", kind="data", reader="html", embeds="blocks"),
    row("diff", "diff patch", kind="data"),
    row("requirements", kind="data", files="requirements.txt constraints.txt"),
)

LANGUAGES: dict[str, Language] = {
    language.name: language for language in (*_CODE, *_CODE_WITHOUT_GRAMMAR, *_PROSE, *_DATA)
}
