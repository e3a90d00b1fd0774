"""A file's language is known by its name, its first line and its first bytes."""

import importlib
from importlib import import_module

import pytest
import tree_sitter
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name

from searchkit_index.languages.language import (
    LANGUAGES,
    Language,
    candidates,
    detect,
    is_test,
    language_named,
)

PARSED = [language for language in LANGUAGES.values() if language.grammar]
IDS = [language.name for language in PARSED]


def found(path: str, head: bytes = b"") -> str | None:
    language = detect(path, head)
    return language.name if language else None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/a.py", "python"),
        ("A.PY", "python"),
        ("web/App.tsx", "tsx"),
        ("lib/x.d.ts", "typescript"),
        ("Makefile", "makefile"),
        ("docker/Dockerfile.dev", "dockerfile"),
        ("units/data.mount", "ini"),
        ("25-bridge.network", "ini"),
        ("mill.ada", "ada"),
        ("go.mod", "go-mod"),
        ("CMakeLists.txt", "cmake"),
        ("requirements.txt", "requirements"),
        ("notes.txt", "text"),
        ("README", "text"),
        ("README.md", "markdown"),
        ("a/b/c.ipynb", "notebook"),
        (".bashrc", "bash"),
        (".cursor/rules/api.mdc", "markdown"),
        ("workflow/Snakefile", "python"),
        ("rules/align.smk", "python"),
        ("src/Door.luau", "lua"),
        ("dockerfile", "dockerfile"),
        ("Dangerfile", "ruby"),
        ("Code.gs", "javascript"),
        ("values.yaml.gotmpl", "jinja"),
        ("include/bits/vector.tcc", "cpp"),
        ("modules/socket.cppm", "cpp"),
        ("modules/Socket.ixx", "cpp"),
        ("paper.Rnw", "latex"),
        ("doc/grep.texi", "texinfo"),
        ("prod.tofuvars", "terraform"),
        ("C:\\code\\main.rs", "rust"),
        ("данные.csv", "csv"),
        ("x.tar.unknown", None),
        ("py", None),
        (".gitignore", "ini"),
        ("Dockerfile-prod", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("config.h.in", "c"),
        ("settings.py.example", "python"),
        (".env.sample", "ini"),
        ("report.pdf.bak", "pdf"),
        ("cheese.old", None),
        (".in", None),
        ("", None),
    ],
)
def test_a_file_name_tells_its_language(path: str, name: str | None) -> None:
    assert found(path) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b"#!/bin/sh\n", "bash"),
        (b"#!/usr/bin/env python3.11\n", "python"),
        (b"#!/usr/bin/env -S LANG=C node --harmony\n", "javascript"),
        (b"#! /usr/bin/perl -w\n", "perl"),
        (b"#!\n", None),
        (b"#!\xff\xfe", None),
        (b"# comment", None),
    ],
)
def test_a_file_without_a_suffix_is_told_by_its_first_line(line: bytes, name: str | None) -> None:
    assert found("bin/tool", line) == name


def test_a_shared_suffix_is_told_by_what_stands_in_the_file() -> None:
    assert found("a.m", b"#import <UIKit/UIKit.h>\n") == "objective-c"
    assert found("a.m", b"% Adds.\nfunction c = add(a, b)\n") == "matlab"


@pytest.mark.parametrize(
    ("path", "head", "name"),
    [
        ("a.m", b"x = 1;\n% a remark\ny = x';\n", "matlab"),
        ("a.m", b'// a remark\n#import "A.h"\n@implementation A\n@end\n', "objective-c"),
        ("a.pl", b":- module(plug, [open/1]).\nopen(X) :- connect(X).\n", "prolog"),
        ("a.pl", b"use strict;\nsub open { my ($x) = @_; }\n", "perl"),
        ("rules.pro", b"# Kept.\n-keepclassmembers class **.R$* { *; }\n", "proguard"),
        ("rules.pro", b"# Smaller names.\n-repackageclasses\n", "proguard"),
        ("a.pro", b"open(X) :- connect(X), X = -keep.\n", "prolog"),
        ("a.inc", b"<?php\nfunction a() {}\n", "php"),
        ("a.inc", b"{$mode objfpc}\nprocedure Open;\n", "pascal"),
        ("a.inc", b"%macro push_all 0\n  push rax\n%endmacro\n", "assembly"),
        ("a.fs", b"module App\nlet x = 1\n", "fsharp"),
        ("a.fs", b"#version 330\nvoid main() { gl_FragColor = c; }\n", "glsl"),
        ("a.fs", b": square ( n -- n^2 )  dup * ;\n", "forth"),
        ("a.f", b"\\ Blinks.\n: led-on  1 13 gpio! ;\n", "forth"),
        ("a.f", b"      subroutine led\n      end\n", "fortran"),
        ("jazz.pls", b"[playlist]\nTitle1=Radio Jazz\n", "playlist"),
        ("orders.pls", b"CREATE PACKAGE orders AS\nEND;\n", "sql"),
        ("blue.cue", b'FILE "blue.flac" WAVE\n  TRACK 01 AUDIO\n', "playlist"),
        ("pipe.cue", b"package pipe\n", "cuelang"),
        ("pump.st", b"FUNCTION_BLOCK Pump\nEND_FUNCTION_BLOCK\n", "structured-text"),
        ("Account.st", b"Object subclass: #Account\n", "smalltalk"),
        ("calc.g", b"// Sums.\nparser grammar Calc;\n", "antlr"),
        ("boiler_1.0.bb", b'# heat\nSUMMARY = "Boiler"\ninherit cmake\n', "bitbake"),
        ("boiler.inc", b'SRC_URI += "file://a.patch"\n', "bitbake"),
        ("run.bb", b"(ns run)\n(println 1)\n", "clojure"),
        ("de/app.ftl", b"# Orders\ncancel-order = Stornieren\n", "fluent"),
        ("page.ftl", b"<#assign x = 1>\n<p>${x}</p>\n", "jinja"),
        ("a.m", b'(* ::Package:: *)\nBeginPackage["Heat`"]\n', "mathematica"),
        ("a.vsh", b"attribute vec4 at;\nvoid main() { gl_Position = at; }\n", "glsl"),
        ("a.d", b"module a;\nvoid main() {}\n", "d"),
        ("a.o.d", b"a.o: a.c a.h\n", "makefile"),
        ("a.cls", b"\\NeedsTeXFormat{LaTeX2e}\n", "tex-package"),
        ("a.pp", b"class nginx {\n  package { 'nginx': }\n}\n", "puppet"),
        ("a.pp", b"unit Plugs;\ntype\n  TPlug = class\n", "pascal"),
        ("a.v", b"module counter(input clk);\n", "verilog"),
        ("a.v", b"module main\nfn main() {}\n", "vlang"),
        ("a.v", b"(* Sums. *)\nRequire Import Arith.\nLemma a : 1 = 1.\n", "coq"),
        ("run.t", b"Builds.\n\n  $ dune build 2>&1\n  Error: none\n", "cram"),
        ("run.t", b"use Test::More;\nis(\n  $ok, 1);\n", "perl"),
        ("de.ts", b'<?xml version="1.0"?>\n<!DOCTYPE TS>\n<TS language="de">', "translations"),
        ("de.ts", b"export const a = <T>(x: T) => x;\n", "typescript"),
        (
            "ja.json",
            '{"a": "接続を開く", "b": {"c": "設定を保存", "d": "検索する"}'.encode(),
            "translations",
        ),
        ("de.json", b'{"a": "no more", "b": {"c": "try again", "d": 3, "e": "so what"}}', "json"),
        (
            "package.json",
            b'{"version": "1", "a": "no more", "b": "try again", "c": "run it"}',
            "json",
        ),
        ("a.cls", b"VERSION 1.0 CLASS\r\nBEGIN\r\nEND\r\n", "visualbasic"),
        ("a.cls", b"public class A {\n}\n", "apex"),
        ("a.cl", b"// Adds.\n__kernel void add(__global float *a) {\n}\n", "c"),
        ("a.cl", b"(defun add (a b)\n  (+ a b))\n", "commonlisp"),
        ("cave.tsx", b'<?xml version="1.0"?>\n<tileset name="cave">\n', "xml"),
        ("cave.tsx", b"export const A = () => <p/>;\n", "tsx"),
        ("board.svd", b'\xef\xbb\xbf<?xml version="1.0"?>\n<device>\n', "xml"),
        ("note.zpln", b'{\n  "paragraphs": []\n}\n', "json"),
        ("rows.unknown", b'[{"a": 1}]\n', "json"),
        ("page.unknown", b'{{ "a": b }}\n', None),
        ("page.unknown", b"<p>no</p>\n", None),
    ],
)
def test_what_a_file_holds_tells_suffixes_of_two_languages(
    path: str, head: bytes, name: str | None
) -> None:
    assert found(path, head) == name


@pytest.mark.parametrize(
    ("named", "name"),
    [
        *(("cuda", "cpp"), ("hlsl", "glsl"), ("wgsl", "glsl"), ("metal", "glsl")),
        *(("gdshader", "glsl"), ("compute", "glsl"), ("usf", "glsl")),
        *(("cython", "cython"), ("rescript", "reason"), ("hcl", "terraform"), ("gradle", "groovy")),
        *(("jst", "ejs"), ("handlebars", "jinja"), ("quarto", "markdown")),
        ("systemverilog", "verilog"),
    ],
)
def test_dialects_are_known_by_their_names(named: str, name: str) -> None:
    language = language_named(named)
    assert language is not None
    assert language.name == name


def test_a_header_is_c_until_it_says_otherwise() -> None:
    assert found("a.h", b"struct s { int a; };\n") == "c"
    assert found("a.h", b"#pragma once\nnamespace a {\n") == "cpp"


@given(st.text(), st.binary(max_size=100))
def test_any_name_and_any_head_are_looked_at_without_error(path: str, head: bytes) -> None:
    language = detect(path, head)
    assert language is None or LANGUAGES[language.name] is language


@pytest.mark.parametrize(
    ("text", "name"),
    [("py", "python"), (".rs", "rust"), ("C++", "cpp"), ("golang", "go"), ("bash", "bash")],
)
def test_people_may_type_another_name_or_a_suffix(text: str, name: str) -> None:
    language = language_named(text)
    assert language is not None
    assert language.name == name


def test_nothing_that_people_type_means_two_languages() -> None:
    for column in ("suffixes", "files", "interpreters", "aliases"):
        cells = [cell for row in LANGUAGES.values() for cell in getattr(row, column)]
        assert len(cells) == len(set(cells)), column
    assert all(suffix == suffix.lower() for row in LANGUAGES.values() for suffix in row.suffixes)


@pytest.mark.parametrize("language", PARSED, ids=IDS)
def test_each_grammar_knows_the_node_types_of_its_row(language: Language) -> None:
    grammar = language.grammar
    assert grammar is not None
    entry = getattr(importlib.import_module(grammar.module), grammar.entry)
    syntax = tree_sitter.Language(entry())
    known = {syntax.node_kind_for_id(number) for number in range(syntax.node_kind_count)}
    shared = {"function_signature", "public_field_definition", "ambient_declaration"}
    shared |= {"field_definition"}  # the rows of JavaScript and TypeScript are made together
    assert grammar.units | grammar.scopes | grammar.leading | grammar.lambdas <= known
    assert grammar.wrappers - shared <= known


@pytest.mark.parametrize("language", PARSED, ids=IDS)
def test_each_grammar_parses_without_a_network(language: Language) -> None:
    parser = language.parser()
    assert parser is not None
    assert parser.parse(b"a = 1\n").root_node.end_byte > 0


def test_a_missing_wheel_is_told_by_a_grammar_without_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from searchkit_index.languages import grammar

    def missing(name: str) -> None:
        raise ImportError(name)

    grammar._language.cache_clear()
    monkeypatch.setattr(grammar, "import_module", missing)
    assert LANGUAGES["python"].grammar
    assert LANGUAGES["python"].parser() is None
    grammar._language.cache_clear()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/test_walk.py", True),
        ("src/walk_test.go", True),
        ("ui/form.spec.ts", True),
        ("ui/form.test.tsx", True),
        ("src/FormTests.java", True),
        ("lib/form_spec.rb", True),
        ("t/basic.t", True),
        ("tests/data.json", False),
        ("src/contest.py", False),
        ("latest.go", False),
        ("manifest.rs", False),
    ],
)
def test_a_test_is_told_by_the_conventions_of_its_language(path: str, expected: bool) -> None:
    assert is_test(path) is expected


@pytest.mark.parametrize("path", ["a.py", "a.h", "a.m", "a.M", "Makefile", "run", "a.unknown"])
def test_what_is_detected_is_among_the_candidates(path: str) -> None:
    for head in (b"", b"#!/usr/bin/env python3\n", b"class A {\n", b"% c\nfunction f\n"):
        found = detect(path, head)
        assert found is None or found in candidates(path)


def test_every_row_names_modules_that_exist_and_lexers_that_pygments_knows() -> None:
    for language in LANGUAGES.values():
        if language.reader:
            assert import_module(f"searchkit_index.reading.formats.{language.reader}").read
        if isinstance(language.outline, str):
            assert import_module(f"searchkit_index.chunking.outlines.{language.outline}").finder
        if language.lexer:
            get_lexer_by_name(language.lexer)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("# the shop\nserver {\n    server_name shop.example.org;\n}\n", "nginx"),
        ("upstream backend {\n    server 10.0.0.1:8080;\n}\n", "nginx"),
        ("akka {\n  server { location = 1 }\n}\n", "ini"),
        ("[server]\nlisten = 443\n", "ini"),
    ],
)
def test_the_configuration_of_nginx_was_called_ini(text: str, language: str) -> None:
    found = detect("site.conf", text.encode())
    assert found
    assert found.name == language


def test_a_header_of_cpp_below_a_long_comment_was_taken_for_c() -> None:
    comment = b"// a licence\n" * 500
    assert found("gtest.h", comment + b"namespace testing {\n}\n") == "cpp"
    assert found("uv.h", comment + b"int uv_run(void);\n") == "c"
