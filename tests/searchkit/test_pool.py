"""One of a thing for each thread at a time: no more than are used at once, none used by two."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchkit.indexes.pool import Pool


class Thing:
    def __init__(self) -> None:
        self.usable, self.closed, self.users = True, False, 0


@pytest.fixture
def made() -> list[Thing]:
    return []


@pytest.fixture
def pool(made: list[Thing]) -> Pool[Thing]:
    def make() -> Thing:
        made.append(Thing())
        return made[-1]

    def close(thing: Thing) -> None:
        assert not thing.closed
        thing.closed = True

    return Pool(make, lambda thing: thing.usable, close)


def test_one_after_another_use_the_same_and_nested_ones_another(pool, made) -> None:
    with pool.borrow() as first, pool.borrow() as second:
        assert first is not second
    with pool.borrow() as again:
        assert again in (first, second)
    assert len(made) == 2


def test_no_two_threads_have_the_same_and_no_more_are_made_than_are_used(pool, made) -> None:
    together = threading.Barrier(4)

    def use(_: int) -> None:
        with pool.borrow() as thing:
            thing.users += 1
            assert thing.users == 1
            together.wait(10)
            thing.users -= 1

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(use, range(40)))
    assert len(made) == 4


def test_what_is_in_use_is_closed_when_it_is_given_back(pool, made) -> None:
    with pool.borrow(), pool.borrow():
        pass
    with pool.borrow() as used:
        pool.close()
        assert not used.closed
        assert sum(thing.closed for thing in made) == 1
    assert all(thing.closed for thing in made)
    with pool.borrow() as fresh:
        assert not fresh.closed


def test_what_is_not_usable_any_more_is_closed_and_made_anew(pool, made) -> None:
    with pool.borrow() as first:
        pass
    first.usable = False
    with pool.borrow() as second:
        assert second is not first
    assert first.closed


def test_a_thing_comes_back_after_an_error(pool, made) -> None:
    with pytest.raises(KeyError), pool.borrow():
        raise KeyError
    with pool.borrow():
        pass
    assert len(made) == 1
