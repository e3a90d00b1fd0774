"""What the command line tells of an answer: its kinds, its shares, how sure it is."""

import json
from pathlib import Path


def test_explain_tells_what_each_side_and_rule_gave(indexed: Path, searchkit) -> None:
    done = searchkit("query", "open socket", indexed, "--explain")
    assert "semantic +" in done.stdout
    assert "definition +" in done.stdout
    assert "confidence " in done.stdout


def test_explain_did_not_tell_which_word_of_the_question_a_marked_one_stands_for(
    tmp_path: Path, searchkit
) -> None:
    (tmp_path / "teeth.txt").write_text("Saw the dentist on Tuesday, the crown is loose.")
    searchkit("index", "-q", tmp_path)
    done = searchkit("query", "Zahnarzt", tmp_path, "--explain")
    assert "    near words: `Zahnarzt` ~ `dentist`\n" in done.stdout
    assert "near words" not in searchkit("query", "dentist", tmp_path, "--explain").stdout
    found = json.loads(searchkit("query", "Zahnarzt", tmp_path, "--jsonl").stdout)
    assert found["near"] == {"Zahnarzt": ["dentist"]}


def test_json_tells_shares_that_sum_to_the_score(indexed: Path, searchkit) -> None:
    answer = json.loads(searchkit("query", "open a socket", indexed, "--json").stdout)
    best = answer["hits"][0]
    assert abs(sum(best["shares"].values()) - best["score"]) < 1e-9
    assert 0 <= best["confidence"] <= 1
    assert answer["weak"] is False


def test_nonsense_is_called_a_weak_match(indexed: Path, searchkit) -> None:
    done = searchkit("query", "zxqv wkjh", indexed, "--json")
    assert "weak match" in done.stderr
    assert json.loads(done.stdout)["weak"] is True
    sense = searchkit("query", "connect to a host and return the socket", indexed)
    assert "weak match" not in sense.stderr


def test_hits_below_a_confidence_are_no_hits(indexed: Path, searchkit) -> None:
    done = searchkit("query", "zxqv wkjh", indexed, "--min-confidence", "0.5")
    assert (done.returncode, done.stdout) == (1, "")


def test_only_chunks_of_a_kind_answer(indexed: Path, searchkit) -> None:
    asked = ("query", "open socket", indexed, "--json", "--kind")
    found = json.loads(searchkit(*asked, "definition").stdout)["hits"]
    assert {hit["kind"] for hit in found} == {"definition"}
    assert searchkit(*asked, "test").returncode == 1
    assert searchkit(*asked, "novel").returncode == 2


def test_similar_works_across_languages(tmp_path: Path, searchkit) -> None:
    texts = {
        "a.md": "The cat sleeps on the sofa all day long.",
        "b.md": "Die Katze schläft den ganzen Tag auf dem Sofa.",
        "c.md": "Interest rates were raised by the central bank.",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    searchkit("index", "-q", tmp_path)
    done = searchkit("similar", f"{tmp_path}/b.md:1", "--json")
    assert [hit["path"] for hit in json.loads(done.stdout)["hits"]] == ["a.md", "c.md"]
