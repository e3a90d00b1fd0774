"""When a match is weak: what is read of a hit, and with which constants."""

import pytest

from searchkit.ranking.confidence import Calibration, confidence, evidence
from searchkit.ranking.naming import Question
from searchkit.ranking.rank import Part, Ranked

QUESTION = Question({"soup": 3.0, "onion": 1.0}, ["soup"])
FITTED = Calibration(0.6, (-5.0, 10.0, 1.0, 2.0))


def hit(kind: str = "prose", **parts: Part) -> Ranked:
    return Ranked(1, "soup.md", kind=kind, parts=parts)


def test_evidence_is_the_same_in_small_and_large_folders() -> None:
    told = evidence(hit(semantic=Part(7, 0.5), lexical=Part(2, 0.3)), QUESTION)
    assert told == pytest.approx((0.5, 0.3, 1.0, 0.5, 1.0986, 0.75, 0.0), abs=1e-4)


def test_weights_that_a_card_does_not_give_are_none() -> None:
    code, prose = hit("code", semantic=Part(1, 0.5)), hit("prose", semantic=Part(1, 0.5))
    assert confidence(code, QUESTION, FITTED) == pytest.approx(0.5)
    assert confidence(prose, QUESTION, FITTED) == pytest.approx(0.8808, abs=1e-4)


def test_a_cosine_without_constants_says_nothing_and_words_alone_something() -> None:
    assert confidence(hit(semantic=Part(1, 0.9)), QUESTION, None) is None
    assert confidence(hit(semantic=Part(1, 0.9)), QUESTION, Calibration(0.6, ())) is None
    weak, sure = (confidence(hit(lexical=Part(1, score)), QUESTION, None) for score in (0.05, 0.8))
    assert weak is not None
    assert sure is not None
    assert weak < 0.5 < sure
