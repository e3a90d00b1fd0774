"""Killed at a random step, or moment, of each thing that writes; then the next run ends it."""

from older import age
from orders import BATCH
from stage import Stage


def kill_index(stage: Stage) -> None:
    """A first index, killed up to three times."""
    _killed(stage, "index")


def kill_refresh(stage: Stage) -> None:
    """Changes are indexed, as by a query."""
    stage.finish()
    stage.change()
    stage.log.unlink()
    _killed(stage, "refresh")


def kill_rebuild(stage: Stage) -> None:
    """All terms renewed and all files read anew, as after an upgrade."""
    stage.finish()
    stage.log.write_text("")
    _killed(stage, "rebuild")


def kill_migrate(stage: Stage) -> None:
    """A catalog of an earlier version, opened by this one: its text is read anew, no more."""
    stage.finish()
    age(stage.catalog)
    stage.log.write_text("")
    _killed(stage, "index")
    assert not stage.log.read_text()


def kill_forget(stage: Stage) -> None:
    """An index half erased is none, or a whole one."""
    stage.finish()
    stage.log.unlink()
    _disturb(stage, "forget")
    stage.finish()
    stage.check()


def kill_reader_alone(stage: Stage) -> None:
    """The process that reads files is ended by someone, again and again: no file pays for it."""
    stage.finish()
    stage.change()
    steps = stage.steps("rebuild")
    answer = stage.do("rebuild", at=stage.random.randint(1, steps), fault="reader")
    assert "found" in answer or answer["error"].startswith("SearchkitError"), answer
    stage.finish("rebuild")
    stage.finish()
    stage.check()


def kill_at_a_moment(stage: Stage) -> None:
    """Anywhere, also within one call to the system."""
    for _ in range(stage.random.randint(1, 4)):
        stage.do("index", after=stage.random.uniform(0.002, 0.15))
    stage.finish()
    stage.check()


def _killed(stage: Stage, action: str) -> None:
    kills = sum(_disturb(stage, action) for _ in range(stage.random.randint(1, 3)))
    stage.finish(action)
    stage.finish()
    stage.check()
    assert stage.embedded_twice() <= kills * 2 * BATCH  # so much is under way at any time


def _disturb(stage: Stage, action: str) -> bool:
    """Kill an action at one of its steps; whether it came so far."""
    steps = stage.steps(action)
    answer = stage.do(action, at=stage.random.randint(1, steps), fault="kill")
    return bool(answer["signal"])


KINDS = (
    *(kill_index, kill_refresh, kill_rebuild),
    *(kill_migrate, kill_forget, kill_reader_alone, kill_at_a_moment),
)
