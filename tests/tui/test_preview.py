"""The preview shows the file of the selected answer at its lines."""

from dataclasses import replace
from pathlib import Path

import pytest

from searchkit.hits.excerpt import marks
from searchkit_tui.results import Results
from searchkit_tui.widgets import code_view
from searchkit_tui.widgets.code_view import CodeView
from searchkit_tui.widgets.preview import Preview

pytestmark = pytest.mark.integration


async def test_typing_finds_and_the_preview_shows_the_file_at_the_hit(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.press("o", "p", "e", "n", "space")
        await user.type("socket")
        await user.answered("open socket")
        assert user.paths[0] == "net/sockets.py"
        await user.until(lambda: "net/sockets.py" in user.said("#heading"))
        await user.until(lambda: "def close_socket(sock):" in user.text())
        assert "python" in user.text()


async def test_a_huge_file_opens_at_the_hit_and_only_what_is_in_sight_is_coloured(
    run, indexed: Path, tmp_path: Path
) -> None:
    filler = "".join(f"value_{number} = {number}\n" for number in range(25_000))
    (tmp_path / "huge.py").write_text(filler + "def quokka():\n    return 1\n" + filler)
    async with run(indexed) as user:
        await user.ask("socket")
        place = {"root": tmp_path, "path": "huge.py", "start_line": 25_001, "end_line": 25_002}
        hit = replace(user.search.answer.hits[0], **place, language="python")
        user.results.show(Results(user.search.request, (hit,)))
        code = user.screen.query_one(CodeView)
        await user.until(lambda: code.document and len(code.document.lines) > 50_000)
        await user.until(lambda: "def quokka():" in user.text())
        await user.coloured()
        assert len(code.document.coloured) < 5_000


async def test_a_file_of_one_long_line_that_did_not_change_was_said_to_have_changed(
    run, tree: Path, open_index
) -> None:
    words = [f"word{number} and a few more of them" for number in range(240)]
    words[180] = "here the quokka sleeps"
    (tree / "long.txt").write_text(" ".join(words))
    huge = " ".join(f"value{number} = {number};" for number in range(4_000))
    (tree / "huge.js").write_text(huge.replace("value3000", "wombat"))
    with open_index(tree) as index:
        index.build()
    async with run(tree) as user:
        await user.ask("quokka sleeps")
        await user.until(lambda: "long.txt" in user.said("#heading"))
        assert "changed" not in user.said("#heading")
        code = user.screen.query_one(CodeView)
        await user.until(lambda: code.scroll_offset.y > 0)
        assert "the quokka sleeps" in " ".join(strip.text[60:] for strip in user.strips())
        await user.ask("wombat")
        await user.until(lambda: "huge.js" in user.said("#heading"))
        assert "part of a line of" in user.said("#heading")
        assert any("wombat" in strip.text[54:] for strip in user.strips())


async def test_a_long_line_was_searched_anew_for_each_of_its_rows(
    run, tree: Path, open_index, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "long.md").write_text("quokka sleeps here " * 900)
    with open_index(tree) as index:
        index.build()
    searched = []
    monkeypatch.setattr(
        code_view, "marks", lambda line, terms: searched.append(line) or marks(line, terms)
    )
    async with run(tree) as user:
        await user.ask("quokka")
        await user.until(lambda: "long.md" in user.said("#heading"))
        code = user.screen.query_one(CodeView)
        await user.until(lambda: len(code._rows) > 50)
        searched.clear()
        code.show(code.document, code._ranges, code._terms)
        rows = [code.render_line(y) for y in range(code.size.height)]
        assert len(searched) <= 2
        marked = [part.text for row in rows[-5:] for part in row if "quokka" in part.text]
        assert len(marked) > 5
        assert set(marked) == {"quokka"}


async def test_a_file_that_changed_or_went_is_told(run, indexed: Path) -> None:
    async with run(indexed) as user:
        await user.ask("ParseConfig")
        await user.until(lambda: user.screen.query_one(Preview).hit)
        (indexed / "parse.go").unlink()
        await user.press("down", "up")
        await user.until(lambda: "indexed" in user.said("#heading"))
        assert "func ParseConfig" in user.text()


async def test_the_lines_of_a_text_in_xml_were_counted_on_from_the_first(
    run, tree: Path, open_index
) -> None:
    page = "<mediawiki><page><title>Burrow</title>\n<id>1</id>\n<id>2</id>\n<text>Dig deep.</text>"
    (tree / "wiki.xml").write_text(f"{page}\n</page></mediawiki>\n")
    with open_index(tree) as index:
        index.build()
    async with run(tree) as user:
        await user.ask("dig deep burrow")
        await user.until(lambda: "wiki.xml" in user.said("#heading"))
        code = user.screen.query_one(CodeView)
        await user.until(lambda: code.document and code.document.lines[-1] == "Dig deep.")
        assert [code.document.number_of(at) for at in (0, 1)] == [1, 4]
        assert code.document.offset_of(4) == 1
        assert "4 ▐ Dig deep." in user.text()


async def test_the_words_asked_for_stood_below_the_preview_where_lines_take_many_rows(
    run, indexed: Path
) -> None:
    filling = "walking through the valley with a lamp " * 12
    story = f"# Story\n{filling}\n{filling}and there a lost violin lay\n{filling}\n"
    (indexed / "story.md").write_text(story)
    async with run(indexed, size=(60, 16)) as user:
        await user.ask("lost violin")
        await user.until(lambda: "story.md" in user.said("#heading"))
        code = user.screen.query_one(CodeView)
        await user.until(lambda: code.document and code.region.height)
        shown = user.strips()[code.region.y : code.region.bottom]
        assert "lost violin" in "\n".join(strip.text for strip in shown)
