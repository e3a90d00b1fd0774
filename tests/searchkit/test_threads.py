"""An index and a workspace are asked from threads, beside a run, and after a fork."""

import multiprocessing
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from searchkit import Workspace
from searchkit.embedders import load_embedder
from searchkit_index.errors import NotIndexedError


def files(answer) -> list[Path]:
    return [hit.file for hit in answer.hits]


def test_an_index_and_a_workspace_are_asked_from_several_threads(
    workspace, folders, open_index
) -> None:
    with open_index(folders[0]) as index, ThreadPoolExecutor(8) as pool:
        expected = [hit.path for hit in index.search("quokka")]
        jobs = [pool.submit(index.search, "quokka") for _ in range(16)]
        jobs += [pool.submit(workspace.search, "quokka") for _ in range(16)]
        answers = [job.result() for job in jobs]
    assert all([hit.path for hit in answer] == expected for answer in answers[:16])
    assert len({tuple(files(answer)) for answer in answers[16:]}) == 1


def test_searches_go_on_while_another_thread_builds(workspace, folders) -> None:
    one, _ = folders
    stop, faults = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            try:
                assert workspace.search("quokka", within=[one], refresh=False).hits
            except BaseException as fault:
                faults.append(fault)
                return

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(3):
        (one / f"more{number}.txt").write_text(f"another text {number}\n")
        workspace.build(one)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []


def test_an_index_is_closed_and_asked_again_by_any_thread(folders, open_index) -> None:
    index = open_index(folders[0])
    assert index.search("quokka")
    closer = threading.Thread(target=index.close)
    closer.start()
    closer.join()
    assert index.search("quokka")
    index.close()


def test_an_index_that_was_erased_and_made_anew_is_not_asked_as_it_was(folders, open_index) -> None:
    from searchkit.indexes.erasure import forget

    one, _ = folders
    with open_index(one) as index:
        assert index.search("quokka", mode="lexical")
        forget(one)
        with pytest.raises(NotIndexedError):
            index.search("quokka", refresh=False)
        (one / "a.txt").write_text("a narwhal\n")
        with open_index(one) as other:
            other.build()
        assert [hit.path for hit in index.search("narwhal", mode="lexical")] == ["a.txt"]


forked = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def _in_a_fork(work) -> object:
    """What a forked child sends back within 30 seconds."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=lambda: theirs.send(work()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads
        child.start()
    try:
        assert ours.poll(30), "the child hangs"
        return ours.recv()
    finally:
        child.kill()
        child.join()


@forked
def test_an_encode_of_several_batches_hung_in_a_forked_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("searchkit.embedders.onnx._BATCH_TOKENS", 64)
    embedder = load_embedder(threads=2)
    texts = [f"text {number} about sockets, rivers and bread" for number in range(20)]
    before = embedder.encode(texts, "document")
    after = _in_a_fork(lambda: embedder.encode(texts, "document").tolist())
    assert after == before.tolist()


@forked
def test_a_workspace_is_asked_and_built_in_a_forked_child(folders) -> None:
    _, two = folders
    with Workspace() as workspace:
        for root in folders:
            workspace.build(root)
        before = files(workspace.search("quokka"))

        def work() -> object:
            (two / "c.txt").write_text("a quokka and a narwhal\n")
            workspace.build(two)
            return files(workspace.search("quokka")), files(workspace.search("narwhal", limit=1))

        asked, new = _in_a_fork(work)
        assert set(before) < set(asked)
        assert new == [two / "c.txt"]
        # The parent's own connections are as they were.
        assert files(workspace.search("narwhal", limit=1)) == [two / "c.txt"]
