"""A real cluster of three nodes on this machine, one of which is killed midway."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

pytest.importorskip("ray")
from ray import cloudpickle
from ray.cluster_utils import Cluster

from searchkit.team import cluster as driver
from searchkit.team import tables
from searchkit.team.cluster import Folder, push_all
from searchkit.team.index import SharedIndex
from searchkit.team.push import push
from searchkit.team.ray_workers import RayWorkers
from searchkit.team.shard import Made, Shard, Task
from searchkit_index.errors import ModelError, StorageError

pytestmark = pytest.mark.slow


class WordEmbedder:
    """Goes to workers as it stands, which have none of the modules of these tests."""

    name = "words"
    dimension = 32
    calibration = None

    def __init__(self, fingerprint: str = "words") -> None:
        self.fingerprint = fingerprint

    def encode(self, texts: Sequence[str], role: str) -> np.ndarray:
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row] += np.random.default_rng(crc32(word.encode())).random(self.dimension)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def embedder() -> WordEmbedder:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    return WordEmbedder()


SMALL = {"num_cpus": 1, "object_store_memory": 80_000_000}


@pytest.fixture(scope="module")
def nodes() -> Iterator[Cluster]:
    started = Cluster(initialize_head=True, head_node_args={**SMALL, "include_dashboard": False})
    for _ in range(2):
        started.add_node(**SMALL)
    started.wait_for_nodes()
    yield started
    started.shutdown()


@pytest.fixture
def workers(nodes: Cluster) -> Iterator[RayWorkers]:
    found = RayWorkers(nodes.address)
    yield found
    found.close()


class Killing:
    """Kills a node of the cluster once some shards are done."""

    def __init__(self, workers: RayWorkers, nodes: Cluster, after: int) -> None:
        self._workers, self._nodes, self._left = workers, nodes, after
        self.most = 0

    @property
    def slots(self) -> int:
        return self._workers.slots

    def submit(self, task: Task, some: Shard) -> Any:
        return self._workers.submit(task, some)

    def next(self, waiting: Sequence[Any]) -> Any:
        self.most = max(self.most, len(waiting))
        return self._workers.next(waiting)

    def result(self, ticket: Any) -> Made:
        made = self._workers.result(ticket)
        self._left -= 1
        if self._left == 0:
            node = next(node for node in self._nodes.worker_nodes)
            self._nodes.remove_node(node, allow_graceful=False)
        return made


def _rows(shared: SharedIndex) -> list[Any]:
    chunks = shared.open("chunks").to_table(filter="state = 'chunk'").to_pylist()
    terms = set(tables.values(shared.open("vocabulary"), ["repository", "term", "chunks"]))
    return [*sorted(chunks, key=lambda row: row["key"]), sorted(terms)]


def test_a_cluster_that_loses_a_node_makes_the_table_of_one_process(
    tmp_path: Path, folder, embedder, nodes, workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "SHARD_FILES", 5)
    alone, together = (SharedIndex(str(tmp_path / name)) for name in ("alone", "together"))
    texts = {f"{n}.py": f"def walrus_{n}():\n    return 'rock {n * n}'\n" for n in range(60)}
    indexes = [folder("one", texts), folder("two", {"a.md": "# Herd\n\nOf elephants.\n"})]
    for index in indexes:
        push(index, alone, index.root.name)
    killing, seen = Killing(workers, nodes, after=3), list[tuple[int, int]]()
    done = list(
        push_all(
            [Folder(index.root, index.root.name) for index in indexes],
            together,
            killing,
            embedder,
            WordEmbedder,
            progress=lambda *reached: seen.append(reached),
        )
    )
    assert len(nodes.worker_nodes) == 1  # of the two beside the head
    assert killing.most <= 6  # twice the slots that there were at first
    assert seen[-1] == (61, 61)
    assert {each.manifest.name: each.manifest.files for each in done} == {"one": 60, "two": 1}
    assert _rows(together) == _rows(alone)


def test_a_worker_that_cannot_says_why(shared, folder, embedder, workers) -> None:
    index = folder("repo", {"a.txt": "walrus\n"})
    folders = [Folder(index.root, "repo")]
    with pytest.raises(ModelError, match="another model"):
        list(push_all(folders, shared, workers, embedder, partial(WordEmbedder, "x")))


def test_an_address_without_a_cluster() -> None:
    with pytest.raises(StorageError, match=r"no Ray cluster at `127\.0\.0\.1:9`"):
        RayWorkers("127.0.0.1:9")
