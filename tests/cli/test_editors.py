"""The recipes of the page on editors, each run by the program that it is for."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from manual import GUIDE, blocks

PAGE = (GUIDE / "editors.md").read_text(encoding="utf-8")
HIT = "net/sockets.py:4"


def recipe(language: str, number: int = 0) -> str:
    return blocks(PAGE, language)[number].text


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


def run(*command: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.mark.slow
@needs("vim")
def test_vim_reads_hits_as_a_quickfix_list(indexed_repo: Path, tmp_path: Path) -> None:
    (tmp_path / "vimrc").write_text(recipe("vim"))
    found = tmp_path / "found"
    tell = (
        "call writefile(map(getqflist(), "
        "{_, it -> printf('%s:%d:%d', bufname(it.bufnr), it.lnum, it.col)}), "
        f"'{found}')"
    )
    command = f"silent {recipe('vim', 1).strip()[1:]}".replace("grep", "grep!", 1)
    run(
        "vim", "-es", "-u", tmp_path / "vimrc", "-c", command, "-c", tell, "-c", "qa!",
        cwd=indexed_repo,
    )  # fmt: skip
    lines = found.read_text().splitlines()
    assert f"{HIT}:5" in lines  # of `open`, which stands for *opened*
    assert not any(line.startswith(":") for line in lines)  # what is said on stderr


def nvim(folder: Path, script: Path, *commands: str) -> None:
    typed = [word for command in (*commands, "qa!") for word in ("-c", command)]
    done = run("nvim", "--headless", "--clean", "-S", script, *typed, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr


@pytest.mark.slow
@needs("nvim")
def test_neovim_fills_its_quickfix_list_on_a_key(indexed_repo: Path, tmp_path: Path) -> None:
    (tmp_path / "keys.lua").write_text(
        "vim.g.mapleader = ','\n"
        "vim.ui.input = function(_, answer) answer('open a socket') end\n" + recipe("lua")
    )
    found = tmp_path / "found"
    tell = (
        "lua local lines = {} for _, it in ipairs(vim.fn.getqflist()) do table.insert(lines, "
        f"vim.fn.bufname(it.bufnr) .. ':' .. it.lnum) end vim.fn.writefile(lines, '{found}')"
    )
    nvim(indexed_repo, tmp_path / "keys.lua", "normal ,s", tell)
    assert HIT in found.read_text().splitlines()


# The plugins themselves are not packaged: these stand for what the recipes ask of them.
TELESCOPE = """
package.loaded["telescope.config"] = { values = { grep_previewer = function() return "p" end } }
package.loaded["telescope.make_entry"] = { gen_from_vimgrep = function() return "entries" end }
package.loaded["telescope.finders"] = { new_job = function(command, maker, most)
  assert(maker == "entries" and most == 20 and command("") == nil)
  return vim.fn.systemlist(command("open a socket"))
end }
package.loaded["telescope.pickers"] = { new = function(_, options)
  assert(options.previewer == "p")
  return { find = function() vim.fn.writefile(options.finder, FOUND) end }
end }
"""
FZF_LUA = """
package.loaded["fzf-lua"] = { defaults = { actions = { files = {} } }, fzf_live = function(ask, o)
  assert(o.previewer == "builtin" and o.actions)
  assert(ask("it's") == ask({ "it's" }))
  vim.fn.writefile(vim.fn.systemlist(ask({ "open a socket" })), FOUND)
end }
"""


@pytest.mark.slow
@needs("nvim")
@pytest.mark.parametrize(("number", "key", "plugin"), [(1, ",t", TELESCOPE), (2, ",f", FZF_LUA)])
def test_the_pickers_ask_what_is_typed(
    indexed_repo: Path, tmp_path: Path, number: int, key: str, plugin: str
) -> None:
    assert len(recipe("lua", number).splitlines()) <= 15
    found = tmp_path / "found"
    (tmp_path / "keys.lua").write_text(
        f"vim.g.mapleader = ','\nFOUND = '{found}'\n{plugin}\n{recipe('lua', number)}"
    )
    nvim(indexed_repo, tmp_path / "keys.lua", f"normal {key}")
    lines = found.read_text().splitlines()
    assert any(re.match(rf"{re.escape(HIT)}:\d+:def open_socket", line) for line in lines), lines


def test_the_problem_matcher_of_vs_code_reads_a_hit(indexed: Path, searchkit) -> None:
    task = json.loads(recipe("json"))["tasks"][0]
    assert task["command"] == "searchkit"
    arguments = [each.replace("${input:question}", "open a socket") for each in task["args"]]
    line = searchkit(*arguments, cwd=indexed).stdout.splitlines()[0]
    pattern = task["problemMatcher"]["pattern"]
    found = re.fullmatch(pattern["regexp"], line)
    assert found
    assert f"{found[pattern['file']]}:{found[pattern['line']]}" == HIT
    assert found[pattern["column"]] == "5"
    assert found[pattern["message"]].startswith("def open_socket")


@pytest.mark.slow
@needs("emacs")
def test_emacs_goes_to_the_lines_of_hits(indexed_repo: Path, tmp_path: Path) -> None:
    (tmp_path / "init.el").write_text(
        recipe("elisp")
        + """
(setq grep-use-headings nil)
(searchkit "open a socket")
(while (get-buffer-process "*grep*") (accept-process-output nil 0.1))
(with-current-buffer "*grep*" (next-error 1 t))
(with-current-buffer (window-buffer)
  (princ (format "%s:%d" (buffer-file-name) (line-number-at-pos))))
"""
    )
    done = run("emacs", "--batch", "--quick", "--load", tmp_path / "init.el", cwd=indexed_repo)
    assert done.stdout.endswith(f"{indexed_repo}/{HIT}"), (done.stdout, done.stderr)


@pytest.mark.slow
@needs("fzf")
@needs("tmux")
def test_fzf_asks_as_one_types_and_opens_the_line(indexed_repo: Path, tmp_path: Path) -> None:
    editor, opened = tmp_path / "editor", tmp_path / "opened"
    editor.write_text(f'#!/bin/sh\necho "$@" >{opened}\n')
    editor.chmod(0o755)
    (tmp_path / "recipe.sh").write_text(f"export EDITOR={editor}\n{recipe('sh')}")
    tmux = ["tmux", "-L", f"searchkit-{tmp_path.name}", "-f", "/dev/null"]

    def shown(text: str) -> bool:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if text in run(*tmux, "capture-pane", "-p", cwd=tmp_path).stdout:
                return True
            time.sleep(0.1)
        return False

    size = ("-x", "160", "-y", "40")
    run(
        *tmux, "new-session", "-d", *size, f"bash {tmp_path / 'recipe.sh'}; sleep 60",
        cwd=indexed_repo,
    )  # fmt: skip
    try:
        assert shown("0/0")
        run(*tmux, "send-keys", "open a socket", cwd=tmp_path)
        assert shown(f"{HIT}:5:def open_socket")
        assert shown("Connect to a host")  # the preview
        run(*tmux, "send-keys", "Enter", cwd=tmp_path)
        until = time.monotonic() + 60
        while not opened.exists() and time.monotonic() < until:
            time.sleep(0.1)
        assert re.fullmatch(r"\+\d+ \S+\n", opened.read_text())
    finally:
        run(*tmux, "kill-server", cwd=tmp_path)
