"""For each language without a grammar, every kind of definition and the name that it is found by."""

import pytest

from searchkit_index.chunking import syntax
from searchkit_index.chunking.indentation import code_outline
from searchkit_index.chunking.lines import Lines
from searchkit_index.languages.language import LANGUAGES

GOLDEN: dict[str, tuple[str, str]] = {
    "ada": (
        """
package body Queue is
   type Item is record
      Value : Integer;
   end record;
   procedure Push (Q : in out Queue_Type; X : Item) is
   begin
      null;
   end Push;
   function Pop (Q : Queue_Type) return Item is
   begin
      return Q (1);
   end Pop;
end Queue;
""",
        "Queue Item Push Pop",
    ),
    "apex": (
        """
public with sharing class AccountService {
    private static Integer count = 0;
    public static List<Account> findAll(String name) {
        return [SELECT Id FROM Account];
    }
}
trigger OnAccount on Account (before insert) {
}
""",
        "AccountService findAll OnAccount",
    ),
    "assembly": (
        """
section .text
_start:
    mov eax, 1
.loop:
    dec eax
%macro push_all 0
""",
        "_start .loop push_all",
    ),
    "awk": (
        'function trim(s) {\n  return s\n}\nBEGIN { FS = "," }\nEND { print n }\n',
        "trim BEGIN END",
    ),
    "batch": ("@echo off\n:build\ncall :clean\n:clean\nexit /b\n", "build clean"),
    "clojure": (
        """
(ns app.core
  (:require [x]))
(def port 80)
(defn- open-socket [host]
  (connect host))
(defmulti area :shape)
(defmethod area :circle [x] x)
(defrecord Plug [host])
(defprotocol Opens
  (open [this]))
""",
        "app.core port open-socket area area Plug Opens",
    ),
    "cmake": (
        "project(demo C)\nfunction(add_thing name)\nendfunction()\nmacro(say)\nendmacro()\n"
        'add_executable(tool main.c)\nadd_library(core STATIC a.c)\noption(USE_X "x" ON)\n',
        "demo add_thing say tool core USE_X",
    ),
    "cobol": (
        """
       IDENTIFICATION DIVISION.
       PROGRAM-ID. PAYROLL.
       PROCEDURE DIVISION.
       MAIN-PARAGRAPH.
           PERFORM CALC-PAY.
           STOP RUN.
       CALC-PAY.
           COMPUTE X = 1.
""",
        "IDENTIFICATION PAYROLL PROCEDURE MAIN-PARAGRAPH CALC-PAY",
    ),
    "coffeescript": (
        "class Plug\n  open: (host) ->\n    host\nclose = (x) -> x\n",
        "Plug open close",
    ),
    "commonlisp": (
        "(defpackage :app)\n(defun open-socket (host)\n  host)\n(defmacro with-plug (x) x)\n"
        "(defclass plug ()\n  ())\n(defgeneric open-it (x))\n(defvar *count* 0)\n",
        ":app open-socket with-plug plug open-it *count*",
    ),
    "crystal": (
        "module Net\n  class Plug\n    def self.open(host)\n    end\n    def open?\n    end\n  end\nend\n",
        "Net Plug self.open open?",
    ),
    "cuelang": ("#Server: {\n  port: int\n}\nserver: close({\n})\n", "#Server server"),
    "d": (
        "module net.plug;\nstruct Plug {\n    void open(string host)\n    {\n    }\n}\n"
        "int add(int a, int b) {\n    return a;\n}\n",
        "net.plug Plug open add",
    ),
    "dart": (
        """
abstract class Plug extends Thing {
  Plug(this.host);
  factory Plug.of(String host) => Plug(host);
  Future<void> open(String host) async {
    await connect(host);
  }
  int get port => 80;
}
enum Kind { a, b }
mixin Opens on Plug {}
extension Text on String {}
void main() {
  open();
}
""",
        "Plug Plug.of open port Kind Opens Text main",
    ),
    "dockerfile": ("FROM python:3.12 AS build\nRUN make\nFROM scratch AS final\n", "build final"),
    "elisp": (
        '(defun open-it (x)\n  x)\n(defvar port 1)\n(define-minor-mode plug-mode "x")\n',
        "open-it port plug-mode",
    ),
    "elm": (
        "module Main exposing (..)\ntype alias Model =\n    { x : Int }\ntype Msg\n    = A\n"
        "update : Msg -> Model -> Model\nupdate msg model =\n    model\n",
        "Main Model Msg update",
    ),
    "erlang": (
        "-module(plug).\n-record(state, {host}).\nopen(Host) ->\n    connect(Host).\n"
        "close(X) when X > 1 ->\n    ok.\n",
        "plug state open close",
    ),
    "fish": ("function open_socket --argument host\n  echo\nend\n", "open_socket"),
    "fortran": (
        """
module plugs
  type :: plug
    integer :: host
  end type plug
contains
  subroutine open_plug(p)
  end subroutine open_plug
  pure real function area(r)
  end function area
end module plugs
program main
end program main
""",
        "plugs plug open_plug area main",
    ),
    "fsharp": (
        """
module App.Core
let rec fact n =
    if n = 0 then 1 else n * fact (n - 1)
let inline add x y = x + y
type Plug(host: string) =
    member this.Open() = host
    static member Of x = Plug(x)
exception Broken of string
""",
        "App.Core fact add Plug Open Of Broken",
    ),
    "gdscript": (
        "class_name Plug\nsignal opened\nfunc open(host):\n\tpass\nstatic func of(x):\n\tpass\n",
        "Plug opened open of",
    ),
    "gleam": (
        "pub type Plug {\n  Plug(host: String)\n}\npub fn open(host) {\n  host\n}\nfn close() {\n}\n",
        "Plug open close",
    ),
    "glsl": (
        "struct Light {\n  vec3 at;\n};\nvec3 shade(vec3 n, Light l) {\n  return n;\n}\nvoid main() {\n}\n",
        "Light shade main",
    ),
    "graphql": (
        "type User {\n  id: ID\n}\ninput NewUser {\n  id: ID\n}\nquery FindUser($id: ID) {\n  x\n}\n"
        "fragment UserParts on User {\n  id\n}\nextend type Query {\n  x: Int\n}\n",
        "User NewUser FindUser UserParts Query",
    ),
    "groovy": (
        """
plugins {
    id 'java'
}
class Plug {
    def open(String host) {
    }
    private static void close() {
    }
}
task deployAll(type: Copy) {
}
tasks.register('cleanUp') {
}
""",
        "plugins Plug open close deployAll cleanUp",
    ),
    "haxe": (
        "class Plug {\n  public function open(host:String):Void {\n  }\n}\nenum Kind {\n}\ntypedef P = {}\n",
        "Plug open Kind P",
    ),
    "jsonnet": (
        "local server(port) = {\n  port: port,\n};\n{\n  Person(name):: {\n  },\n}\n",
        "server Person",
    ),
    "julia": (
        """
module Plugs
abstract type Thing end
mutable struct Plug <: Thing
    host::String
end
function open_plug(p::Plug)
    p.host
end
area(r) = pi * r^2
scale(x::T) where T = x
macro sayhello(name)
end
Base.show(io::IO, p::Plug) = print(io, p.host)
end
""",
        "Plugs Thing Plug open_plug area scale sayhello Base.show",
    ),
    "just": ("build target='x':\n  make\n@test: build\n  pytest\nversion := '1'\n", "build test"),
    "less": (
        ".button {\n  color: red;\n}\n.rounded(@r) {\n}\n#main a:hover {\n}\n",
        ".button|.rounded(@r)|#main a:hover",
    ),
    "makefile": (
        "CC = gcc\nVER := 1\nall: build\nbuild/%.o: src/%.c\n\tcc\n.PHONY: all\ndefine recipe\nendef\n",
        "all build/%.o recipe",
    ),
    "matlab": (
        "classdef Plug < handle\n  methods\n    function obj = Plug(host)\n    end\n"
        "    function [a, b] = split(obj)\n    end\n    function close(obj)\n    end\n  end\nend\n",
        "Plug Plug split close",
    ),
    "meson": ("project('x')\nexe = executable('x', 'a.c')\nlib = static_library('y')\n", "exe lib"),
    "nim": (
        "type\n  Plug* = object\n    host: string\n  Kind = enum\n    a\nproc open*(p: Plug) =\n  discard\n"
        "template with(x: untyped) =\n  x\nproc `+`(a, b: Plug): Plug = a\n",
        "Plug Kind open with +",
    ),
    "nix": (
        '{ pkgs }:\nlet\n  greet = name: "hi";\nin {\n  packages.default = pkgs.stdenv.mkDerivation {\n'
        "  };\n  shell = {\n  };\n}\n",
        "greet packages.default shell",
    ),
    "objective-c": (
        """
@interface Plug : NSObject
- (void)open:(NSString *)host;
@end
@implementation Plug
- (void)open:(NSString *)host {
}
+ (instancetype)plug {
}
@end
typedef NS_ENUM(NSInteger, PlugKind) {
};
static int add(int a) {
}
""",
        "Plug open: Plug open: plug PlugKind add",
    ),
    "ocaml": (
        """
module Plug = struct
  type t = { host : string }
  let open_plug p = p.host
end
let rec fact n = if n = 0 then 1 else n
and other x = x
let ( |> ) x f = f x
exception Broken of string
class plug host = object
  method close = host
end
type 'a tree = Leaf | Node of 'a
""",
        "Plug t open_plug fact other |> Broken plug close tree",
    ),
    "odin": ("Plug :: struct {\n  host: string,\n}\nopen :: proc(p: ^Plug) {\n}\n", "Plug open"),
    "pascal": (
        "unit Plugs;\ntype\n  TPlug = class(TObject)\n    procedure Open;\n  end;\n"
        "procedure TPlug.Open;\nbegin\nend;\nfunction Add(a: Integer): Integer;\nbegin\nend;\n",
        "Plugs TPlug Open TPlug.Open Add",
    ),
    "perl": (
        "package Net::Plug;\nsub open_socket {\n  my $x = shift;\n}\n",
        "Net::Plug open_socket",
    ),
    "powershell": (
        "function Get-Plug {\n}\nfilter Select-Even {\n}\nclass Plug {\n    [string] Open([int]$x) {\n    }\n}\n"
        "function script:Close-It { }\n",
        "Get-Plug Select-Even Plug Open Close-It",
    ),
    "prisma": ("model User {\n  id Int\n}\nenum Role {\n  A\n}\n", "User Role"),
    "prolog": (
        ":- module(plug, [open/1]).\nopen(X) :- connect(X).\n'big one'(X) :- a(X).\ngreeting --> [hi].\n",
        "plug open 'big one' greeting",
    ),
    "proto": (
        "package net;\nmessage Plug {\n  string host = 1;\n}\nenum Kind {\n}\nservice Opens {\n"
        "  rpc Open (Plug) returns (Plug);\n}\n",
        "net Plug Kind Opens Open",
    ),
    "r": (
        "open_socket <- function(host) {\n  host\n}\narea = function(r) r\n"
        'Plug <- R6Class("Plug", list())\nsetGeneric("describe", function(x) x)\nsq <- \\(x) x^2\n',
        "open_socket area Plug describe sq",
    ),
    "rego": (
        "package app.authz\ndefault allow := false\nallow if {\n  true\n}\ndeny[msg] {\n}\n",
        "app.authz allow allow deny",
    ),
    "scheme": (
        "(define (open-socket host)\n  host)\n(define port 80)\n(define-syntax while\n  x)\n",
        "open-socket port while",
    ),
    "sass": (
        "@mixin rounded($r) {\n}\n.card {\n  color: red;\n}\n@function double($n) {\n}\n",
        "rounded .card double",
    ),
    "solidity": (
        """
abstract contract Token is Owned {
    struct Holder { uint x; }
    event Moved(address to);
    error TooMuch();
    modifier onlyOwner() { _; }
    constructor(uint x) { }
    function transfer(address to) public returns (bool) {
    }
    receive() external payable {}
}
""",
        "Token Holder Moved TooMuch onlyOwner constructor transfer receive",
    ),
    "starlark": (
        'def _impl(ctx):\n    pass\nthing = rule(\n    implementation = _impl,\n)\npy_binary(\n    name = "tool",\n)\n',
        "_impl thing tool",
    ),
    "tcl": ("proc open_socket {host} {\n}\nnamespace eval ::net {\n}\n", "open_socket ::net"),
    "terraform": (
        'resource "aws_s3_bucket" "logs" {\n  bucket = "x"\n}\nvariable "region" {\n}\n'
        'data "aws_ami" "base" {\n}\nmodule "vpc" {\n}\nlocals {\n}\noutput "arn" {\n}\n',
        "aws_s3_bucket.logs variable.region aws_ami.base module.vpc locals output.arn",
    ),
    "thrift": (
        "struct Plug {\n  1: string host\n}\nservice Opens {\n}\nenum Kind {\n}\n",
        "Plug Opens Kind",
    ),
    "vlang": (
        "module main\nstruct Plug {\n}\nfn (p Plug) open() {\n}\npub fn add(a int) int {\n}\n",
        "Plug open add",
    ),
    "verilog": (
        "module counter #(parameter W = 8) (input clk);\n  function automatic [7:0] next(input x);\n"
        "  endfunction\n  task reset;\n  endtask\nendmodule\ninterface bus;\nendinterface\n",
        "counter next reset bus",
    ),
    "vhdl": (
        "entity counter is\nend entity;\narchitecture rtl of counter is\nbegin\n  count : process (clk)\n"
        "  end process;\nend architecture;\npackage body util is\nend;\n",
        "counter rtl count util",
    ),
    "vim": (
        "function! s:Open(host) abort\nendfunction\nfunction plug#close()\nendfunction\n"
        "command! -nargs=1 Plug call s:Open(<f-args>)\naugroup plugs\naugroup END\n",
        "s:Open plug#close Plug plugs",
    ),
    "visualbasic": (
        "Public Class Plug\n    Private Sub Open(host As String)\n    End Sub\n"
        "    Public Property Get Port() As Integer\n    End Property\nEnd Class\n",
        "Plug Open Port",
    ),
    "vyper": (
        "event Moved:\n    to: address\n@external\ndef transfer(to: address):\n    pass\n",
        "Moved transfer",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_definitions_have_their_real_names(name: str) -> None:
    text, expected = GOLDEN[name]
    outline = code_outline(text.split("\n"), 0, LANGUAGES[name].definitions)
    names = expected.split("|") if "|." in expected else expected.split(" ")
    if name == "prolog":
        names = ["plug", "open", "big one", "greeting"]
    assert [outline.titles[row] for row in sorted(outline.titles)] == names


def test_every_language_with_rules_of_its_own_is_in_the_table() -> None:
    ruled = {language.name for language in LANGUAGES.values() if language.definitions}
    assert ruled - set(GOLDEN) <= {"jq", "puppet", "purescript", "reason", "vala"}


PIECES = (
    "a",
    " ",
    "a ",
    "*",
    "<a",
    "(",
    "a.",
    "public ",
    "a*&",
    "[a]",
    "static a ",
    "::",
    '"',
    "=",
    "int ",
    "@a ",
    "a\t",
)


@pytest.mark.parametrize("name", [each.name for each in LANGUAGES.values() if each.definitions])
def test_no_line_of_death(name: str) -> None:
    rows = [(piece + other) * 70 for piece in PIECES for other in ("", *PIECES)]
    outline = code_outline(rows, 0, LANGUAGES[name].definitions)
    assert len(outline.levels) == len(rows)


# The same for languages with a grammar: the names of definitions, top to bottom.
PARSED: dict[str, tuple[str, str]] = {
    "swift": (
        """
extension String {
    func shout() -> String { return uppercased() }
    var isLoud: Bool { true }
}
struct Plug { let host: String
  init(host: String) { self.host = host }
  func open() async throws {
     try await connect()
     return
  }
}
protocol Opens { func open() }
enum Kind { case a }
""",
        "String;shout;Plug;init;open;Opens;Kind",
    ),
    "go": (
        """
package main
const Port = 80
var x = 1
type Plug struct {
	host string
}
type Opens interface { Open() }
func (p *Plug) Open() error {
	return nil
}
func Map[T any](x T) T {
	return x
}
""",
        "Plug;Opens;Plug.Open;Map",
    ),
    "rust": (
        """
const PORT: u16 = 80;
static X: i32 = 1;
pub struct Plug { host: String }
impl<T> Opens for Plug<T> {
    fn open(&self) {
        connect();
    }
}
macro_rules! say { () => {} }
pub async fn run() {
}
mod tests {
    #[test]
    fn works() {
    }
}
""",
        "Plug;impl<T> Opens for Plug<T>;open;say;run;tests;works",
    ),
    "kotlin": (
        """
package a
data class Plug(val host: String) {
    fun open(): Boolean {
        return true
    }
    companion object {
        fun of(x: String) = Plug(x)
    }
}
fun String.shout() = uppercase()
object Single
val top = 1
interface Opens
enum class Kind { A }
""",
        "Plug;open;companion object;of;shout;Single;Opens;Kind",
    ),
    "haskell": (
        """
module App where
data Plug = Plug { host :: String }
openPlug :: Plug -> IO ()
openPlug p = print (host p)
class Opens a where
  open :: a -> IO ()
instance Opens Plug where
  open = openPlug
x |> f = f x
type Name = String
""",
        "Plug;openPlug;Opens;Opens;open;|>;Name",
    ),
    "elixir": (
        """
defmodule App.Plug do
  @doc "x"
  def open(host) do
    host
  end
  defp close(x), do: x
  defmacro with(x) do
    x
  end
  defstruct [:host]
end
""",
        "App.Plug;open;close;with",
    ),
    "cpp": (
        """
namespace net {
template <typename T>
class Plug : public Base {
 public:
  explicit Plug(int x) : x_(x) {}
  ~Plug();
  bool operator==(const Plug& o) const { return true; }
  int open() { return 1; }
};
int Plug<int>::close(int a) {
  return a;
}
using Name = std::string;
enum class Kind { A, B };
constexpr int add(int a, int b) { return a + b; }
}
""",
        "net;Plug;Plug;operator==;open;Plug<int>::close;Kind;add",
    ),
    "php": (
        """
<?php
namespace App;
class Plug extends Base {
    const X = 1;
    public function open(string $host): void {
        $this->host = $host;
    }
}
trait Opens { }
function helper() { return 1; }
enum Suit { case A; }
""",
        "App;Plug;open;Opens;helper;Suit",
    ),
    "lua": (
        """
local M = {}
function M.open(host)
  return host
end
local function helper() end
M.close = function(x) return x end
function M:method() end
return M
""",
        "M.open;helper;M.close;M:method",
    ),
    "scala": (
        """
package a
case class Plug(host: String) {
  def open(): Boolean = true
}
object Main extends App { val x = 1 }
trait Opens
given x: Int = 1
type Name = String
val top = 3
""",
        "Plug;open;Main;Opens;x",
    ),
    "bash": (
        """
open_socket() {
  echo
}
function close_it { echo; }
""",
        "open_socket;close_it",
    ),
    "sql": (
        """
CREATE TABLE users (id INT, name TEXT);
CREATE OR REPLACE FUNCTION add(a int) RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;
CREATE VIEW v AS SELECT 1;
CREATE INDEX ix ON users (id);
INSERT INTO users VALUES (1, 'a');
""",
        "users;add;v;ix",
    ),
    "zig": (
        """
const std = @import("std");
pub const Plug = struct {
    host: []const u8,
    pub fn open(self: Plug) void {
        _ = self;
    }
};
test "opens" {
}
pub fn main() void {
}
""",
        'Plug;open;test "opens;main',
    ),
}


@pytest.mark.parametrize("name", PARSED)
def test_definitions_told_by_a_grammar_have_their_real_names(name: str) -> None:
    text, expected = PARSED[name]
    rows, language = text.split("\n"), LANGUAGES[name]
    source, parser = text.encode(), language.parser()
    assert parser is not None
    assert language.grammar is not None
    tree = syntax.parsed(source, parser, Lines(rows))
    assert tree is not None
    found = syntax.definitions(tree, source, Lines(rows), language.grammar)
    assert [found[row] for row in sorted(found)] == expected.split(";")
