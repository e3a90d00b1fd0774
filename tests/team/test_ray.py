"""A real cluster of three nodes on this machine, one of which is killed midway."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

pytest.importorskip("ray")
from ray import cloudpickle
from ray.cluster_utils import Cluster

from searchkit.indexes.index import Index
from searchkit.team import cluster as driver
from searchkit.team import shard_notes, tables
from searchkit.team.cluster import Folder
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


class Watched:
    """Counts the shards that the workers of a cluster made, and how many were under way."""

    def __init__(self, workers: RayWorkers) -> None:
        self._workers = workers
        self.made = self.most = 0

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
        self.made += 1
        return made


class Killing(Watched):
    """Kills a node of the cluster once some shards are done."""

    def __init__(self, workers: RayWorkers, nodes: Cluster, after: int) -> None:
        super().__init__(workers)
        self._nodes, self._after = nodes, after

    def result(self, ticket: Any) -> Made:
        made = super().result(ticket)
        if self.made == self._after:
            node = next(node for node in self._nodes.worker_nodes)
            self._nodes.remove_node(node, allow_graceful=False)
        return made


def _rows(shared: SharedIndex) -> list[Any]:
    chunks = shared.open("chunks").to_table(filter="state = 'chunk'").to_pylist()
    terms = set(tables.values(shared.open("vocabulary"), ["repository", "term", "chunks"]))
    return [*sorted(chunks, key=lambda row: row["key"]), sorted(terms)]


@pytest.fixture
def sixty(folder, monkeypatch: pytest.MonkeyPatch) -> Index:
    """Sixty small files, which are twelve shards."""
    monkeypatch.setattr(driver, "_SHARD_FILES", 5)
    texts = {f"{n}.py": f"def walrus_{n}():\n    return 'rock {n * n}'\n" for n in range(60)}
    return folder("sixty", texts)


@pytest.fixture
def alone(tmp_path: Path) -> SharedIndex:
    """What one process pushes to; `shared` is what a cluster does."""
    return SharedIndex(str(tmp_path / "alone"))


DRIVER = """
import importlib.util, sys
from pathlib import Path
from ray import cloudpickle
from searchkit.team import cluster
from searchkit.team.index import SharedIndex
from searchkit.team.ray_workers import RayWorkers
name, module, address, root, url = sys.argv
spec = importlib.util.spec_from_file_location("test_ray", module)
tests = importlib.util.module_from_spec(spec)
sys.modules["test_ray"] = tests
spec.loader.exec_module(tests)
cloudpickle.register_pickle_by_value(tests)
cluster._SHARD_FILES, cluster._NOTE_SECONDS = 5, -1.0
folders = [cluster.Folder(Path(root), "repo")]
workers = RayWorkers(address)
list(cluster.Cluster(SharedIndex(url), workers, tests.SlowEmbedder).push(folders))
"""


class SlowEmbedder(WordEmbedder):
    """Leaves time to kill whoever waits for it."""

    def encode(self, texts: Sequence[str], role: str) -> np.ndarray:
        time.sleep(0.3)
        return super().encode(texts, role)


def test_a_push_whose_driver_was_killed_goes_on_without_embedding_anew(
    sixty, alone, shared, embedder, nodes, workers
) -> None:
    push(sixty, alone, "repo")
    shared.create(embedder.dimension)
    arguments = [__file__, nodes.address, str(sixty.root), shared.url]
    process = subprocess.Popen([sys.executable, "-c", DRIVER, *arguments])
    while process.poll() is None and len(shard_notes.read(shared, "repo")) < 3:
        time.sleep(0.05)
    assert process.poll() is None
    process.kill()
    process.wait()
    noted = len(shard_notes.read(shared, "repo"))
    assert 3 <= noted < 12
    watched = Watched(workers)
    (done,) = driver.Cluster(shared, watched, WordEmbedder).push([Folder(sixty.root, "repo")])
    assert (watched.made, done.manifest.files) == (12 - noted, 60)
    assert _rows(shared) == _rows(alone)


def test_a_cluster_that_loses_a_node_makes_the_table_of_one_process(
    sixty, alone, shared, folder, embedder, nodes, workers
) -> None:
    indexes = [sixty, folder("two", {"a.md": "# Herd\n\nOf elephants.\n"})]
    for index in indexes:
        push(index, alone, index.root.name)
    killing, seen = Killing(workers, nodes, after=3), list[tuple[int, int]]()
    folders = [Folder(index.root, index.root.name) for index in indexes]
    cluster = driver.Cluster(shared, killing, WordEmbedder)
    done = list(cluster.push(folders, lambda *reached: seen.append(reached)))
    assert len(nodes.worker_nodes) == 1  # of the two beside the head
    assert killing.most <= 6  # twice the slots that there were at first
    assert seen[-1] == (61, 61)
    assert {each.manifest.name: each.manifest.files for each in done} == {"sixty": 60, "two": 1}
    assert _rows(shared) == _rows(alone)


class CardEmbedder(WordEmbedder):
    """Works only where a part of a graphics card was set aside for it."""

    def encode(self, texts: Sequence[str], role: str) -> np.ndarray:
        import ray

        assert ray.get_gpu_ids()
        return super().encode(texts, role)


def test_workers_that_need_a_graphics_card_wait_for_a_machine_that_has_one(
    sixty, shared, embedder, nodes
) -> None:
    with closing(RayWorkers(nodes.address, gpus=0.5)) as workers:
        assert (workers.places, workers.slots) == (0, 2)
        card = nodes.add_node(**SMALL | {"num_cpus": 3, "num_gpus": 1})
        nodes.wait_for_nodes()
        assert (workers.places, workers.slots) == (2, 4)
        folders = [Folder(sixty.root, "repo")]
        (done,) = driver.Cluster(shared, workers, CardEmbedder).push(folders)
        assert done.manifest.files == 60
        nodes.remove_node(card)


def test_a_worker_that_cannot_says_why(shared, folder, embedder, workers) -> None:
    index = folder("repo", {"a.txt": "walrus\n"})
    cluster = driver.Cluster(shared, workers, partial(WordEmbedder, "x"))
    cluster.embedder = embedder
    with pytest.raises(ModelError, match="another model"):
        list(cluster.push([Folder(index.root, "repo")]))


def test_an_address_without_a_cluster() -> None:
    with pytest.raises(StorageError, match=r"no Ray cluster at `127\.0\.0\.1:9`"):
        RayWorkers("127.0.0.1:9")


def test_what_ray_tells_of_a_lost_machine_stood_among_the_results(nodes: Cluster) -> None:
    telling = f"""
import time
from searchkit.team.ray_workers import RayWorkers
RayWorkers({nodes.address!r})
from ray._private.utils import publish_error_to_driver
from ray._private.worker import global_worker
told = "Raylet is terminated. Last lines of its log: [state-dump]"
publish_error_to_driver("raylet_died", told, gcs_client=global_worker.gcs_client)
time.sleep(3)
"""
    done = subprocess.run(
        [sys.executable, "-c", telling], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
