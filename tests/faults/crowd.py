"""Many at once: queries, an index and a refresh over one catalog, each a process of its own."""

import threading
from collections.abc import Callable
from typing import Any

from orders import Subject
from stage import Stage

READERS = 8
ROUNDS = 6


def many_at_once(stage: Stage) -> None:
    """No lock error reaches anyone; each answer is of one whole generation of the files."""
    words = ("zebra", "walrus")
    _say(stage, words[0])
    stage.finish()
    orders: list[dict[str, Any]] = [
        *({"action": "query", "text": " ".join(words), "mode": "lexical"} for _ in range(READERS)),
        {"action": "index"},
        {"action": "refresh"},
    ]
    answers: list[dict[str, Any]] = []

    def repeat(order: dict[str, Any]) -> None:
        subject = Subject()
        try:
            answers.extend(subject.do(**stage.place | order) for _ in range(ROUNDS))
        finally:
            subject.close()

    threads = [threading.Thread(target=repeat, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        _say(stage, stage.random.choice(words))
        stage.change()
    assert len(answers) == ROUNDS * len(orders)
    for answer in answers:
        assert "found" in answer, answer
        if isinstance(answer["found"], list):
            said = [text for path, text in answer["found"] if path.startswith("said/")]
            assert len(said) == 3, "a file was there twice, or not at all"
    stage.finish()
    stage.check()


def _say(stage: Stage, word: str) -> None:
    """Three files that are always there, and change together; each is replaced at one stroke."""
    for number in range(3):
        path = stage.root / f"said/{number}.txt"
        path.parent.mkdir(exist_ok=True)
        new = stage.scratch / "new"
        new.write_text(f"{word} {number}\n" + "copper " * stage.random.randrange(9))
        new.replace(path)


KINDS: tuple[Callable[[Stage], None], ...] = (many_at_once,)
