"""Lists the programming languages that have no grammar here."""

from functools import partial

from searchkit_index.languages import definitions
from searchkit_index.languages.row import row

# Rows of languages by how their comments begin, which often stand at the left margin: code that an
# editor put out of use, and headings.
_slashed, _hashed = partial(row, remarks=r"\s*//"), partial(row, remarks=r"\s*#")
_semicoloned, _dashed = partial(row, remarks=r"\s*;"), partial(row, remarks=r"\s*--")
# In these a form begins with a bracket, and what its documentation says goes on at the margin.
_lisp = partial(row, remarks=r"\s*;|([^\W\d_]|[-*`\\\"])")
# Also comments of the fixed form, directives of fypp, and the line between data and procedures.
_FORTRAN = r"\s*(?:!|#[:!]|(?i:contains)\s*$)|[cC*](?!\w|\s*[=(%:])"
# In column 7 of a card, or in free format.
_COBOL = r".{6}[*/]|\s*\*>"
# Also declarations between the head of a procedure and its body, and directives.
_PASCAL = r"\s*(?://|\{|\(\*)|((?i:var|const|label)\b)"
_VERILOG = r"\s*(?://|`(?:ifn?def|els(?:e|if)|endif|define|undef|include|timescale)\b)"

# What begins is like a comment on what is below it; all else but a definition is inside something.
_TEMPLATE = (
    r"\{[%{][-+~#]?\s*(?:if|unless|for|each|range|with|filter|call|raw)\b"
    r"|(\{[%{](?![-+~]?\s*(?:macro|block|define)\b|~?#\*inline\b))"
)

CODE_WITHOUT_GRAMMAR = (
    _dashed("ada", "adb ads ada", definitions=definitions.ADA),
    _slashed("apex", "cls trigger apex", definitions=definitions.APEX),
    row(
        "assembly",
        "asm s nasm nas a51",
        aliases="asm",
        claims=(
            ("inc", rb"^[ \t]*(?:%macro|\.(?:text|data|globl|macro)|(?:mov|push|pop)[lq]?\s)"),
        ),
        definitions=definitions.ASSEMBLY,
    ),
    row("astro", "astro", embeds="tags", lexer="html"),
    row("awk", "awk", interpreters="awk gawk mawk", definitions=definitions.AWK),
    row("batch", "bat cmd", aliases="batchfile", definitions=definitions.BATCH),
    _semicoloned(
        "clojure",
        "clj cljs cljc cljd edn bb boot",
        interpreters="bb clojure",
        tests="*_test.clj*",
        definitions=definitions.CLOJURE,
    ),
    _hashed("cmake", "cmake cmake.in", files="CMakeLists.txt", definitions=definitions.CMAKE),
    _hashed(
        "coffeescript", "coffee cson", interpreters="coffee", definitions=definitions.COFFEESCRIPT
    ),
    _lisp(
        "commonlisp",
        "lisp lsp cl asd ny podsl",
        interpreters="sbcl",
        definitions=definitions.COMMONLISP,
    ),
    _hashed("crystal", "cr", interpreters="crystal", definitions=definitions.CRYSTAL),
    _slashed("cuelang", "cue", definitions=definitions.CUE),
    row("cython", "pyx pxd pxi", definitions=definitions.CYTHON),
    _slashed("d", "d di", interpreters="rdmd", definitions=definitions.D),
    _slashed(
        "dart", "dart", interpreters="dart", tests="*_test.dart", definitions=definitions.DART
    ),
    row(
        "dockerfile",
        "dockerfile containerfile",
        aliases="docker",
        files="Dockerfile dockerfile Containerfile",
        definitions=definitions.DOCKERFILE,
    ),
    _lisp("elisp", "el", aliases="emacs-lisp", files=".emacs", definitions=definitions.ELISP),
    row("elm", "elm", definitions=definitions.ELM),
    row(
        "erlang",
        "erl hrl xrl yrl escript app.src",
        files="rebar.config",
        interpreters="escript",
        tests="*_SUITE.erl *_tests.erl",
        definitions=definitions.ERLANG,
    ),
    row("fish", "fish", interpreters="fish", definitions=definitions.FISH),
    row(
        "fortran",
        "f f77 f90 f95 f03 f08 f18 for fpp fypp",
        definitions=definitions.FORTRAN,
        remarks=_FORTRAN,
        flat=True,
    ),
    _slashed("fsharp", "fs fsi fsx", aliases="f#", definitions=definitions.FSHARP),
    _hashed("gdscript", "gd", definitions=definitions.GDSCRIPT),
    _slashed("gleam", "gleam", definitions=definitions.GLEAM),
    row(
        "glsl",
        "glsl vert frag geom comp tesc tese hlsl hlsli fx fxh cginc cg wgsl metal shader fsh vrx"
        " gdshader gdshaderinc compute usf ush",
        claims=(
            ("vsh", rb"^\s*(?:#version|attribute|varying|uniform)\b|\bgl_Position\b"),
            ("fs", rb"^\s*(?:#version|varying|uniform|precision)\b|\bgl_FragColor\b"),
        ),
        definitions=definitions.GLSL,
    ),
    row("go-mod", files="go.mod go.work"),
    _hashed("graphql", "graphql gql graphqls", definitions=definitions.GRAPHQL),
    _slashed(
        "groovy",
        "groovy gradle gvy gtpl grt nf",
        files="Jenkinsfile",
        interpreters="groovy",
        definitions=definitions.GROOVY,
    ),
    _slashed("haxe", "hx", definitions=definitions.HAXE),
    row(
        "jinja",
        "j2 jinja jinja2 njk liquid mustache hbs handlebars tmpl tpl twig gotmpl gohtml ftl ftlh vm"
        " mako latte eta",
        embeds="tags",
        definitions=definitions.JINJA,
        remarks=_TEMPLATE,
        lexer="html+jinja",
    ),
    row("erb", "erb rhtml deface", embeds="tags", lexer="html+erb"),
    row("ejs", "ejs ect jst", embeds="tags", lexer="html"),
    row("eex", "eex heex leex", embeds="tags", lexer="html"),
    row("jsp", "jsp jspf tag", embeds="tags"),
    row("asp", "asp", embeds="tags", lexer="html"),
    row("aspx", "aspx ascx", embeds="tags", lexer="aspx-cs"),
    row("blade", "blade.php blade", embeds="tags", lexer="html+php"),
    row("razor", "cshtml razor", embeds="tags", lexer="html"),
    row("haml", "haml", embeds="filters", definitions=definitions.INDENTED_MARKUP),
    row("pug", "pug jade", embeds="filters", definitions=definitions.INDENTED_MARKUP),
    row("slim", "slim skim", embeds="filters", definitions=definitions.INDENTED_MARKUP),
    _hashed(
        "julia",
        "jl",
        interpreters="julia",
        tests="runtests.jl test_*.jl",
        definitions=definitions.JULIA,
    ),
    row(
        "devicetree",
        "dts dtsi dtso",
        definitions=r"[ \t]*(?:\w+:\s*)?(/|&?[A-Za-z][\w,.@+-]*)\s*\{",
    ),
    row(
        "linker-script",
        "ld lds",
        definitions=r"(MEMORY|SECTIONS|PHDRS)\b|[ \t]*(\.[A-Za-z][\w.]*)[^;{]*:",
    ),
    row(
        "kconfig",
        files="Kconfig",
        definitions=r"[ \t]*(?:config|menuconfig|choice|menu)\s+\"?([^\"\n]+)",
    ),
    row("openscad", "scad", definitions=r"[ \t]*(?:module|function)\s+(\w+)"),
    row(
        "mathematica",
        "wl wls",
        aliases="wolfram",
        claims=(("m", rb"\A\s*\(\*|^BeginPackage\["),),
        definitions=r"([A-Za-z$]\w*)\[[^\]\n]*\]\s*(?:/;[^=\n]+)?:?=",
    ),
    row("just", "just", files="justfile Justfile .justfile", definitions=definitions.JUST),
    row("less", "less", definitions=definitions.LESS),
    row(
        "makefile",
        "mk mak make",
        claims=(("d", rb"\A\s*[\w./-]+\.o\s*:"),),
        files="Makefile makefile GNUmakefile Kbuild",
        interpreters="make",
        definitions=definitions.MAKEFILE,
    ),
    row(
        "meson",
        "meson",
        files="meson.build meson_options.txt meson.options",
        definitions=definitions.MESON,
    ),
    row(
        "nginx",
        claims=(
            (
                "conf",
                rb"^\s*(?:(?:worker_(?:processes|connections)|server_name|(?:proxy|fastcgi)_pass)"
                rb"\s[^\n]*;|(?:location\s[^\n{]+|upstream\s+\S+\s*)\{)",
            ),
        ),
        files="nginx.conf",
        definitions=definitions.NGINX,
    ),
    _hashed("nim", "nim nims nimble", interpreters="nim", definitions=definitions.NIM),
    _hashed("nix", "nix", definitions=definitions.NIX),
    _slashed("objective-c", "m mm", aliases="objc objectivec", definitions=definitions.OBJECTIVE_C),
    row("ocaml", "ml mli mll mly eliom", interpreters="ocaml", definitions=definitions.OCAML),
    _slashed("odin", "odin", definitions=definitions.ODIN),
    row(
        "pascal",
        "pas pp dpr lpr pascal",
        claims=(("inc", rb"^\s*(?i:procedure|function|uses|const|type|var)\b[^$?]*[;=:]|\{\$"),),
        definitions=definitions.PASCAL,
        remarks=_PASCAL,
    ),
    _hashed(
        "perl",
        "pl pm t perl al psgi",
        interpreters="perl",
        files="cpanfile latexmkrc .latexmkrc",
        tests="*.t",
        definitions=definitions.PERL,
        embeds="pod",
    ),
    _slashed("prisma", "prisma", definitions=definitions.PRISMA),
    row(
        "prolog",
        "pro prolog yap plt",
        interpreters="swipl",
        claims=(("pl", rb"^:-|^[a-z]\w*(?:\([^)\n]*\))?\s*(?::-|-->)|^[a-z]\w*\([^)\n]*\)\.\s*$"),),
        definitions=definitions.PROLOG,
    ),
    row(
        "proguard",
        claims=(("pro", rb"^-[a-z]{4,}\b|(?i:proguard)"),),
    ),
    _slashed("proto", "proto", aliases="protobuf", definitions=definitions.PROTO),
    _hashed(
        "puppet",
        "epp",
        claims=(("pp", rb"^\s*(?:class|define|node)\s+[\w:'\"][^;\n]*[{(]\s*$|^\s*\w+\s+=>\s"),),
        definitions=definitions.PUPPET,
    ),
    row("purescript", "purs", definitions=definitions.PURESCRIPT),
    row(
        "qml",
        "qml",
        definitions=r"[ \t]*(?:(?:function|signal)\s+(\w+)|((?:\w+\.)*[A-Z]\w*)\s*\{)",
    ),
    _hashed("r", "r rsx", files=".Rprofile", interpreters="Rscript", definitions=definitions.R),
    _semicoloned(
        "racket", "rkt rktl rktd scrbl", interpreters="racket", definitions=definitions.SCHEME
    ),
    row("reason", "re rei res resi", aliases="rescript reasonml", definitions=definitions.REASON),
    _hashed("rego", "rego", definitions=definitions.REGO),
    row("sass", "scss sass styl", definitions=definitions.SASS),
    _semicoloned(
        "scheme",
        "scm ss sld sch sls sps",
        interpreters="guile chibi-scheme",
        definitions=definitions.SCHEME,
    ),
    row("sed", "sed", interpreters="sed", definitions=r"[ \t]*:[ \t]*(\w+)"),
    _slashed("solidity", "sol", tests="*.t.sol", definitions=definitions.SOLIDITY),
    _hashed(
        "starlark",
        "bzl star bazel",
        files="BUILD WORKSPACE Tiltfile BUCK TARGETS",
        definitions=definitions.STARLARK,
    ),
    row("svelte", "svelte", embeds="tags", lexer="html"),
    _hashed(
        "tcl", "tcl tk exp xdc sdc", interpreters="tclsh wish expect", definitions=definitions.TCL
    ),
    _hashed("terraform", "tf tfvars hcl tofu tofuvars nomad", definitions=definitions.TERRAFORM),
    row(
        "tex-package",
        "sty dtx ins clo bbx cbx lbx",
        claims=(("cls", rb"\\(?:ProvidesClass|NeedsTeXFormat)\b"),),
        definitions=definitions.TEX,
        lexer="latex",
    ),
    _slashed("thrift", "thrift", definitions=definitions.THRIFT),
    _slashed("vala", "vala vapi", definitions=definitions.VALA),
    row(
        "verilog",
        "v vh sv svh",
        aliases="systemverilog",
        definitions=definitions.VERILOG,
        remarks=_VERILOG,
    ),
    _dashed("vhdl", "vhd vhdl", definitions=definitions.VHDL),
    row(
        "vim",
        "vim",
        aliases="viml vimscript",
        files=".vimrc _vimrc .exrc",
        definitions=definitions.VIM,
    ),
    row(
        "visualbasic",
        "vb bas vbs frm ctl dsr dob pag",
        aliases="vbnet vb.net",
        claims=(("cls", rb"\AVERSION \d\.\d CLASS\b|^Attribute VB_Name\b"),),
        definitions=definitions.VISUALBASIC,
    ),
    row(
        "vlang",
        "vsh",
        definitions=definitions.VLANG,
        claims=(("v", rb"^(?:pub )?fn \w|^module main\b|^import \w+$"),),
    ),
    row("vue", "vue", embeds="tags"),
    row(
        "cobol",
        "cob cbl cpy cobol",
        definitions=definitions.COBOL,
        remarks=_COBOL,
        flat=True,
    ),
    row("jq", "jq", interpreters="jq", definitions=r"def\s+(\w+)"),
    row("jsonnet", "jsonnet libsonnet", definitions=definitions.JSONNET),
    row("vyper", "vy", definitions=r"(?:def|event|struct|interface|enum|flag)\s+(\w+)"),
    row(
        "agda",
        "agda",
        definitions=r"[ \t]*(?:data|record|module)\s+(?!_\s)([^\s(){};.]+)"
        r"|(?!--|\{-)([^\s(){};]+)\s+:\s",
    ),
    row("applescript", "applescript", definitions=r"[ \t]*(?:on|to)\s+(?!error\b)(\w+)"),
    row("autohotkey", "ahk", definitions=r"(?i:[ \t]*(?:class\s+(\w+)|(\w+)\([^)]*\)\s*\{))"),
    row(
        "bicep",
        "bicep bicepparam",
        definitions=r"(?:resource|module|param|var|output|func|type)\s+(\w+)",
    ),
    row("cairo", "cairo", definitions=definitions.MOVE),
    row(
        "coq",
        aliases="rocq",
        claims=(("v", rb"^\s*(?:From\s+\S+\s+)?Require\b|^\s*(?:Theorem|Lemma|Proof)\b"),),
        definitions=definitions.COQ,
    ),
    # Tests of commands, with what each prints below it; the names of the files are those of Perl.
    row("cram", claims=(("t", rb"^  \$ \S"),), lexer="console"),
    row(
        "gherkin",
        "feature",
        aliases="cucumber",
        tests="*.feature",
        # Its words are written in seventy languages: what they have in common is the colon.
        definitions=r"[ \t]*[^\W\d][^:|\"#@]{2,30}:\s+(\S.*?)\s*$",
    ),
    row("idris", "idr", definitions=definitions.ELM),
    row("lean", "lean", definitions=definitions.LEAN),
    row(
        "m4",
        "m4 ac",
        aliases="autoconf",
        definitions=r"(?:A[CU]_DEFUN(?:_ONCE)?|m4_define|define)\(\s*\[?`?([\w$]+)",
    ),
    row("move", "move", definitions=definitions.MOVE),
    row("pony", "pony", definitions=definitions.PONY),
    row("raku", "raku rakumod rakutest p6 pm6", interpreters="raku", definitions=definitions.RAKU),
    row(
        "robot",
        "robot",
        aliases="robotframework",
        tests="*.robot",
        # A name is one cell: in settings, values stand behind two spaces or a tab.
        definitions=r"\*{3}\s*([^*]+?)\s*\*|(?![#*.\s|$&@%])((?:(?! {2}|\t).)+?)\s*$",
        lexer="robotframework",
    ),
    row("sas", "sas", definitions=r"(?i:[ \t]*%macro\s+(\w+)|(proc\s+\w+|data\s+[\w.]+))"),
    row(
        "sml",
        "sml",
        definitions=r"[ \t]*(?:fun|structure|signature|functor|datatype|exception)\s+([\w']+)",
    ),
    row(
        "stan",
        "stan",
        definitions=r"(functions|(?:transformed )?data|(?:transformed )?parameters|model"
        r"|generated quantities)\s*\{"
        r"|[ \t]*(?:real|int|void|vector|matrix|array\[[^\]]*\] \w+)\s+(\w+)\s*\([^;]*\{\s*$",
    ),
    row(
        "stata",
        "do ado",
        definitions=r"[ \t]*(?:cap\w*\s+)?prog\w*\s+(?:def\w*\s+)?(?!drop\b)(\w+)",
    ),
    row(
        "webassembly",
        "wat wast",
        aliases="wasm",
        definitions=r"\s*\((?:func|module|global|table|memory|type)\s+(\$[\w.$-]+)",
        lexer="wast",
    ),
)
