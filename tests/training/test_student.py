import json
import lzma
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

import searchkit
from searchkit.embedders.block_table import pack, widen
from searchkit.embedders.card import read_card
from searchkit.embedders.causal_bert import CausalBert, CausalBertShape
from searchkit.embedders.entry_costs import read_costs
from searchkit.embedders.integer_weights import read_integer_weights
from searchkit.embedders.lookup import of_card
from searchkit.embedders.onnx import OnnxEmbedder
from searchkit.embedders.prompt import PromptTokenizer
from searchkit.embedders.segmenter import Segmenter
from searchkit.embedders.torch import TorchEmbedder
from searchkit.training import distil
from searchkit.training.data import teacher_vectors
from searchkit.training.data.batch import Batch, Sampler, padded
from searchkit.training.data.crossed import CrossedSampler
from searchkit.training.data.pieces import prune
from searchkit.training.data.shard import Shard, Texts, make_shard
from searchkit.training.data.teacher_vectors import Taught, paragraphs
from searchkit.training.learning.calibrate import calibrate
from searchkit.training.learning.export import compact
from searchkit.training.learning.export_integer import export_integer
from searchkit.training.learning.imitate import Memory, Said, pair_losses
from searchkit.training.learning.packed_encoder import PackedEncoder
from searchkit.training.learning.part_table import PartTable
from searchkit.training.learning.targets import Targets, centre, group_means
from searchkit.training.learning.trainer import TrainingProgress
from searchkit.training.learning.weights import finished
from searchkit.training.pair import Pair
from searchkit.training.recipe import Contrast, Crossed, Recipe, load_recipe
from searchkit.training.run import train
from searchkit.training.source import Source
from searchkit_index.errors import TrainingError

WORDS = ["open", "close", "read", "write", "file", "socket", "tree", "list", "sort", "find", "path"]
HIDDEN, LAYERS, INNER = 32, 3, 64

RECIPE = """
name = "tiny"
hidden = 16
repeat_up_to = 6
validation = 8

[student]
encoder = "encoder.bin"
second = "second"
kept = [0, 2]
width = 32
heads = 2
inner = 64
positions = 64

[vocabulary]
size = 270
core = 268
likeliest_questions = true
files = ["code.jsonl.xz"]

[[stages]]
steps = 2
rate = 5e-4
texts = 1.0

[[stages]]
steps = 2
rate = 1e-3
texts = 0.3
crossed = 0.5
text_left = {same = 0.4}

[contrast]
tokens = 400
rows = 24
prefixes = [8, 16]
imitation = 10.0

[crossed]
asked = ["code"]
found = ["code"]
teacher = "nano"
rows = 6

[[sources]]
name = "code"
files = ["code.jsonl.xz"]
weight = 1
taught_left = 60
taught_right = 60
text_left = 0.5
text_right = 0.5
relations = "nano"
encoder_relations = 0.5
memory = 30
near = 0.5

[[sources]]
name = "same"
files = ["same.jsonl.xz"]
weight = 1
task = "parallel"
taught_left = 80
text_left = 0.2
text_paragraph = 0.2
paragraphs = 9
"""


# Stages in integers, whose weights are averaged.
STAGES = """
[[stages]]
steps = 1
rate = 1e-3
calibrate = true
average = 3

[[stages]]
steps = 1
rate = 1e-3
average = 1
"""


def write_encoder(path: Path) -> None:
    """Write random weights in the packed format, with the pieces of a few words."""
    random = np.random.default_rng(0)
    letters = "abcdefghijklmnopqrstuvwxyz():="
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", *letters]
    pieces += [f"\u2581{word}" for word in WORDS] + ["\u2581Open", "\u2581naïve"]
    text = [piece.encode() for piece in pieces]
    starts = np.cumsum([0, *map(len, text)]).astype(np.uint32)
    scores = -np.arange(len(pieces), dtype=np.float32)
    blob = b"".join(text)
    sizes = (HIDDEN, LAYERS, 2, INNER, len(pieces), 64, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(blob))
    head += starts.tobytes() + scores.tobytes() + blob
    character = struct.pack("<IB1I", ord("Ａ"), 1, ord("A"))
    head += struct.pack("<iI", 1, len(character)) + character
    tensors = {"emb.word": (len(pieces), HIDDEN)}
    floats = {
        "emb.pos": 64 * HIDDEN,
        "emb.type": 2 * HIDDEN,
        "emb.ln.w": HIDDEN,
        "emb.ln.b": HIDDEN,
    }
    for layer in range(LAYERS):
        shapes = dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN))
        shapes |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
        for name, shape in shapes.items():
            tensors[f"l{layer}.{name}.w"] = shape
            floats[f"l{layer}.{name}.b"] = shape[0]
        for name in ("aln", "oln"):
            floats |= {f"l{layer}.{name}.w": HIDDEN, f"l{layer}.{name}.b": HIDDEN}
    data: dict[str, tuple[bytes, int]] = {}
    block = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
    for name, shape in tensors.items():
        blocks = np.zeros(shape[0] * shape[1] // 32, block)
        blocks["scale"] = 0.05
        blocks["pairs"] = random.integers(0, 256, (len(blocks), 16))
        data[name] = (blocks.tobytes(), shape[0] * shape[1])
    for name, count in floats.items():
        values = np.ones(count) if name.endswith("ln.w") else random.normal(size=count) * 0.1
        data[name] = (values.astype(np.float32).tobytes(), count)
    table = sum(2 + len(name) + 21 for name in data)
    at, entries, body = len(head) + 4 + table, b"", b""
    for name, (raw, count) in data.items():
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", 0, count, at + len(body), len(raw))
        body += raw
    path.write_bytes(head + struct.pack("<i", len(data)) + entries + body)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with an encoder, a second teacher, pairs and a recipe."""
    folder = tmp_path / "data"
    folder.mkdir()
    write_encoder(folder / "encoder.bin")
    nano = Path(searchkit.__file__).parent / "models" / "nano"
    (folder / "second").symlink_to(nano, target_is_directory=True)
    random = np.random.default_rng(0)
    for name in ("code", "same"):
        with lzma.open(folder / f"{name}.jsonl.xz", "wt") as file:
            for number in range(120):
                words = [str(each) for each in random.choice(WORDS, 4)]
                code = f"def {words[0]}{words[1].title()}(x{number}):\n    return {words[2]}(x)"
                pair = {"a": " ".join(words), "b": code, "kind": name, "lang_a": "en"}
                file.write(json.dumps(pair | {"lang_b": "python"}) + "\n")
    (folder / "recipe.toml").write_text(RECIPE)
    return folder


@pytest.mark.slow
def test_recipe_trains_a_student_and_both_runtimes_give_its_vectors(
    data: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    train(data / "recipe.toml", data=data, work=work, device="cpu", say=str)
    names = {each.name for each in (work / "model").iterdir()}
    expected = {
        "config.json",
        "model.onnx",
        "model.safetensors",
        "searchkit.json",
        "tokenizer.json",
    }
    assert names == expected
    costs = read_costs(work / "model" / "model.safetensors")
    assert costs
    assert len(costs) == 270
    texts = ["open the file", "def openFile(x):\n    return read(x)", "", "naïve Ａ"] * 3
    onnx = OnnxEmbedder(work / "model").encode(texts, "document")
    model = of_card(read_card(work / "model"), work / "model")
    in_torch = TorchEmbedder(model, work / "model", device="cpu")
    assert (onnx * in_torch.encode(texts, "document")).sum(axis=1).min() > 0.999
    again = (data / "recipe.toml").read_text() + STAGES
    (data / "recipe.toml").write_text(again)
    train(data / "recipe.toml", data=data, work=work, device="cpu", say=str)
    onnx = OnnxEmbedder(work / "model").encode(texts, "document")
    in_torch = TorchEmbedder(model, work / "model", device="cpu")
    assert (onnx * in_torch.encode(texts, "document")).sum(axis=1).min() > 0.999
    assert [each.name for each in (work / "scales").iterdir()] == ["4.json"]
    parts = [torch.load(work / "averages" / f"{step}.pt")["average"] for step in (5, 6)]
    recipe = load_recipe(data / "recipe.toml")
    made = finished(
        work / "checkpoint.pt", work / "averages", recipe, distil.blank_student(recipe, work)
    )
    for one, two, mean in zip(*parts, made.parameters(), strict=True):
        assert torch.allclose(0.75 * one + 0.25 * two, mean, atol=1e-6)


@pytest.mark.slow
def test_a_run_that_is_killed_after_every_step_ends_as_an_unbroken_one(
    data: Path, tmp_path: Path
) -> None:
    # What a resumed run lacks are the negatives of earlier batches.
    path = data / "recipe.toml"
    path.write_text(RECIPE.replace("memory = 30", "memory = 0") + STAGES)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train(path, data=data, work=whole, device="cpu", say=str)
    shutil.copytree(whole, broken, ignore=shutil.ignore_patterns("*.pt", "model", "scales"))

    def kill(progress: TrainingProgress, _: int) -> None:
        raise KeyboardInterrupt(progress.step)

    for _ in range(6):
        with pytest.raises(KeyboardInterrupt):
            train(path, data=data, work=broken, device="cpu", say=str, report=kill)
    (broken / "model").mkdir()
    (broken / "model" / "model.safetensors").write_bytes(b"half of a file")
    train(path, data=data, work=broken, device="cpu", say=str)
    for name in ("model.safetensors", "searchkit.json"):
        assert (broken / "model" / name).read_bytes() == (whole / "model" / name).read_bytes()
    steps = [json.loads(line)["step"] for line in (broken / "log.jsonl").read_text().splitlines()]
    assert steps == [1, 2, 3, 4, 5, 6]
    (broken / "averages" / "5.pt").unlink()
    with pytest.raises(TrainingError, match="those of step 5 are missing"):
        train(path, data=data, work=broken, device="cpu", say=str)


def test_vectors_of_integers_do_not_depend_on_the_batch(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = CausalBert(CausalBertShape(300, 32, 2, 2, 64, 16, 64)).eval()
    ids = torch.randint(5, 300, (6, 9))
    mask = torch.ones_like(ids)
    mask[2, 4:] = 0
    calibrate(model, [(ids, mask)])
    with torch.no_grad():
        together = model(ids, mask)
        alone = model(ids[2:3, :4], mask[2:3, :4])
    assert torch.allclose(together[2], alone[0], atol=1e-5)


def test_integer_weights_are_read_as_they_were_written(data: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    texts = ["open file", "close the socket", "def readPath(x): return sort(x)"] * 20
    encoder = PackedEncoder(data / "encoder.bin")
    tokenizer, table, _, costs = prune(encoder, lambda: texts, 330)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    model = CausalBert(CausalBertShape(len(table), 32, 2, 2, 64, 16, 64)).eval()
    with torch.no_grad():
        model.word_embeddings.weight.copy_(widen(*pack(model.word_embeddings.weight)))
    ids = torch.randint(5, len(table), (4, 9))
    calibrate(model, [(ids, ids**0)])
    for length, beside in ((0, None), (1, costs), (4, costs)):
        files = (tmp_path / "tokenizer.json", tmp_path / f"m{length}")
        export_integer(model, *files, "m", licence="mit", repeat_up_to=length, costs=beside)
        assert read_costs(files[1] / "model.safetensors") == (costs.tobytes() if length else None)
    (tmp_path / "m4").rename(tmp_path / "m")
    card = read_card(tmp_path / "m")
    assert (card.licence, card.repeat_up_to) == ("mit", 4)
    assert card.fingerprint != read_card(tmp_path / "m0").fingerprint
    read = read_integer_weights(tmp_path / "m")
    with torch.no_grad():
        assert torch.allclose(read(ids, ids**0), model(ids, ids**0), atol=2e-2)
    rows = PromptTokenizer(of_card(read_card(tmp_path / "m"), tmp_path / "m"), tmp_path / "m")
    ids, mask = padded([np.array(row) for row in rows.rows(texts[:3], "query")])
    with torch.no_grad():
        vectors = torch.nn.functional.normalize(read(ids, mask), dim=-1).numpy()
    assert (OnnxEmbedder(tmp_path / "m").encode(texts[:3], "query") * vectors).sum(
        axis=1
    ).min() > 0.999


def test_a_table_in_blocks_of_4_bits_is_near_and_packs_again_to_the_same() -> None:
    table = torch.randn(7, 96, generator=torch.Generator().manual_seed(0))
    table[3] = 0
    packed, steps = pack(table)
    near = widen(packed, steps)
    assert packed.shape == (7, 48)
    assert (near - table).abs().max() < 0.3
    assert torch.equal(near[3], table[3])
    again = pack(near)
    assert torch.equal(again[0], packed)
    assert torch.equal(again[1], steps)


def test_pruned_tokenizer_splits_identifiers_and_merges_cases(data: Path) -> None:
    encoder = PackedEncoder(data / "encoder.bin")
    texts = ["openFile (naïve) NAÏVE Open"] * 50
    tokenizer, table, *_ = prune(encoder, lambda: texts, 330)
    encoded = tokenizer.encode("openFile(naïve)", add_special_tokens=False)
    assert encoded.tokens[:3] == ["Ġopen", "Ġfile", "("]
    ids = [encoder.pieces.index("\u2581open"), encoder.pieces.index("\u2581Open")]
    words = encoder.state["embeddings.word_embeddings.weight"]
    weights = np.exp(encoder.scores[ids])
    mixed = (words[ids] * weights[:, None]).sum(axis=0) / weights.sum()
    assert np.allclose(table[encoded.ids[0]], mixed, atol=1e-5)


@pytest.mark.parametrize(
    "text", ["", "\u0000", "ğüş \U0001f600", "日本語とAPI", "x" * 500, "a_b__c"]
)
def test_pruned_tokenizer_knows_every_text(data: Path, text: str) -> None:
    tokenizer, *_ = prune(PackedEncoder(data / "encoder.bin"), lambda: ["open file"] * 40, 330)
    encoded = tokenizer.encode(text, add_special_tokens=False)
    assert "[PAD]" not in encoded.tokens
    assert bool(encoded.tokens) == bool(text.strip("_ "))


def test_targets_are_free_of_the_language() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(100, 8))
    vectors[:50] += 5
    groups = np.array(["query:de"] * 50 + ["query:fra"] * 50)
    taught = Taught(np.arange(100)[::-1].copy(), groups, np.rint(vectors * 10).astype(np.int8))
    centred = centre(taught, group_means([taught]))
    assert np.abs(centred[:50].mean(axis=0)).max() < 0.2
    targets = Targets(taught.digests, centred)
    assert targets.rows(np.array([3, 177, 99])).tolist() == [96, -1, 0]


def test_a_small_group_is_centred_by_its_language_in_the_other_role() -> None:
    random = np.random.default_rng(0)
    groups = ["query:de"] * 50 + ["query:fr"] * 50 + ["document:fr"] * 50 + ["document:de"] * 5
    vectors = random.normal(size=(len(groups), 8)).astype(np.float32)
    vectors[[group.endswith("de") for group in groups]] += 5
    taught = Taught(np.arange(len(groups)), np.array(groups), np.rint(vectors * 10).astype(np.int8))
    centred = centre(taught, group_means([taught]))
    assert np.abs(centred[-5:].mean(axis=1)).max() < 0.8


def test_rows_of_the_table_that_learn_are_rounded_and_the_others_stay() -> None:
    table = torch.randn(9, 32, generator=torch.Generator().manual_seed(0))
    part = PartTable(table, 2, 3)
    ids = torch.tensor([[0, 4], [8, 1]])
    assert torch.equal(part(ids), widen(*pack(table))[ids])
    part(ids).sum().backward()
    assert part.first.grad is not None
    assert part.first.grad.sum(dim=1).tolist() == [32, 32]
    assert part.weight.shape == table.shape


def test_paragraphs_join_texts_of_one_language_in_their_order() -> None:
    pairs = [Pair(f"en{number}", f"de{number}", "x", "en", "de") for number in range(20)]
    made = list(paragraphs(pairs, lambda language: 4 if language == "en" else 1))
    assert [each.language for each in made] == ["en"] * 4 + ["de"]
    words = made[0].text.split()
    first = int(words[0][2:])
    assert words == [f"en{first + step}" for step in range(len(words))]


def test_memory_adds_negatives_but_not_the_answer_itself() -> None:
    random = torch.Generator().manual_seed(0)
    left = torch.nn.functional.normalize(torch.randn(4, 16, generator=random), dim=-1)
    rows = [np.array([3, number + 5, 4]) for number in range(4)]
    none = np.full(4, -1)
    digests = np.arange(4)
    batch = Batch("code", "retrieval", rows, rows, digests, digests, none, none)
    nobody = torch.empty(0, dtype=torch.bool)
    said = Said(torch.empty(0, 16), torch.empty(0, 16), nobody, nobody)
    source, contrast = Source("code", (), 1.0), Contrast(prefixes=(16,))
    memory = Memory(8)
    given = (batch, said, memory, source, contrast)
    first = pair_losses(left, left, *given)
    again = pair_losses(left, left, *given)
    assert again.total == pytest.approx(first.total)
    others = torch.nn.functional.normalize(left + 0.9 * torch.randn(4, 16, generator=random), dim=1)
    memory.add(others, digests + 10)
    assert pair_losses(left, left, *given).total > first.total


def test_crossed_batches_hold_texts_that_are_near_their_questions() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    digests, none = np.arange(40), np.full(40, -1, np.int32)
    texts = Texts(np.repeat(digests + 5, 2).astype(np.uint16), np.arange(0, 82, 2), digests, none)
    nothing = np.zeros(40, np.int32)
    shard = Shard(texts, texts, nothing.astype(np.int8), nothing, np.empty((0, 0), np.float16))
    lessons = {("code", side): Targets(digests, vectors) for side in ("left", "right")}
    crossed = Crossed(("code",), ("code",), rows=4, near=3, each=2)
    sampler = CrossedSampler(crossed, {"code": shard}, lessons, seed=7)
    batch = sampler.batch(3, length=1)
    assert [row.tolist() for row in sampler.batch(3, length=1).left] == [
        row.tolist() for row in batch.left
    ]
    assert [len(row) for row in batch.left] == [3] * 4
    twice = CrossedSampler(crossed, {"code": shard}, lessons, 7, repeat_up_to=1).batch(3, length=1)
    assert [len(row) for row in (*twice.left, *twice.right)] == [4] * (4 + len(batch.right))
    best = np.sort(batch.left_goals @ vectors.T, axis=1)[:, -3]
    assert ((batch.left_goals @ batch.right_goals.T >= best[:, None]).sum(axis=1) >= 2).all()
    assert not CrossedSampler(Crossed(), {"code": shard}, lessons, seed=7)


def test_short_texts_are_tokenised_without_the_vocabulary_as_with_it(
    data: Path, tmp_path: Path
) -> None:
    texts = ['openFile (naïve) "quoted", back\\slash:', "close\tthe socket", "x" * 90] * 20
    tokenizer, *_ = prune(PackedEncoder(data / "encoder.bin"), lambda: texts, 330)
    tokenizer.save(str(tmp_path / "raw.json"))
    compact(tmp_path / "raw.json", tmp_path / "tokenizer.json")
    short = Segmenter.open(tmp_path / "tokenizer.json")
    whole = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert short
    assert whole.get_vocab() == tokenizer.get_vocab()
    for text in [
        *texts[:3],
        "",
        " ",
        '","a":1,',
        "日本語 и 😀\u0000",
        "\ud7ff",
        "[BO]",
        "a [BOQ] b[EOD]",
        "getHTTPName_2",
    ]:
        assert short.ids(text) == whole.encode(text, add_special_tokens=False).ids
    assert short.entries.number("[EOD]") == 4
    assert short.entries.number("nothing of the kind") is None
    assert Segmenter.open(tmp_path / "raw.json") is None


def test_entries_cost_what_their_likeliest_piece_does(data: Path) -> None:
    texts = ["open file", "readPath = sort(x) == openly"] * 40
    pruned = prune(PackedEncoder(data / "encoder.bin"), lambda: texts, 330)
    number = pruned.tokenizer.token_to_id
    costs = {entry: pruned.costs[number(entry)] for entry in ("a", "b", "\u0120", "==", "\u00ff")}
    assert costs == {"a": 40, "b": 48, "\u0120": 32, "==": 100, "\u00ff": 255}
    assert (pruned.costs[:5] == 0).all()


def test_questions_are_trained_on_as_they_will_be_cut(data: Path, tmp_path: Path) -> None:
    pairs = [Pair(f"openingö file {each}", "open files", "code", "en", "en") for each in range(9)]
    tokenizer, *_ = prune(PackedEncoder(data / "encoder.bin"), lambda: ["open file"] * 40, 330)
    letters = [len(tokenizer.id_to_token(each)) ** 2 for each in range(tokenizer.get_vocab_size())]
    segmenter = Segmenter.of(tokenizer, letters)
    shard = make_shard(pairs, tokenizer, ({}, {}), np.zeros((0, 0), np.float16), (segmenter, None))
    shard.save(tmp_path / "shard.npz")
    for some in (Shard.load(tmp_path / "shard.npz").part(3, 9), shard.only(np.arange(9) > 2)):
        for role, ids in (
            ("query", segmenter.ids("openingö file 4", likeliest=True)),
            ("document", tokenizer.encode("openingö file 4").ids),
        ):
            assert some.left.tokens(1, 99, role).tolist() == ids
            assert some.left.tokens(1, 2, role).tolist() == ids[:2]
        assert some.right.tokens(1, 9, "query").tolist() == tokenizer.encode("open files").ids
    assert len(shard.left.tokens(4, 99, "query")) > len(shard.left.tokens(4, 99))
    recipe = Recipe("r", (Source("code", (), 1.0, task="parallel"),), roles=True)
    for step in range(4):
        batch = Sampler(recipe, {"code": shard}).batch(step)
        role = "query" if batch.left[0][0] == 1 else "document"
        chosen = shard.left.digests.tolist().index(batch.left_digests[0])
        assert batch.left[0][1:-1].tolist() == shard.left.tokens(chosen, 99, role).tolist()


def test_what_the_teacher_finds_as_good_as_the_answer_is_no_negative() -> None:
    rows = [np.array([3, number + 5, 4]) for number in range(3)]
    digests, taught = np.arange(3), np.arange(3)
    batch = Batch("code", "retrieval", rows, rows, digests, digests, taught, taught + 3)
    relations = torch.eye(6, 8)
    relations[3:] = torch.eye(3, 8)
    relations[1] = torch.tensor([1.0, 1, 0, 0, 0, 0, 0, 0])
    there = torch.ones(6, dtype=torch.bool)
    said = Said(torch.zeros(6, 16), relations, torch.zeros(6, dtype=torch.bool), there)
    vectors = torch.nn.functional.normalize(torch.randn(3, 16), dim=-1)
    source = Source("code", (), 1.0)
    contrasts = [Contrast(prefixes=(16,), false_negative=part) for part in (0.0, 0.9)]
    plain, aware = (
        pair_losses(vectors, vectors, batch, said, Memory(0), source, contrast)
        for contrast in contrasts
    )
    assert aware.contrastive < plain.contrastive


def test_the_encoder_has_a_say_in_how_alike_texts_are_beside_the_teacher() -> None:
    random = torch.Generator().manual_seed(0)
    rows = [np.array([3, number + 5, 4]) for number in range(20)]
    digests = np.arange(20)
    batch = Batch("code", "retrieval", rows, rows, digests, digests, digests, digests + 20)
    goals = torch.randn(40, 16, generator=random)
    there = torch.ones(40, dtype=torch.bool)
    said = Said(goals, torch.eye(40, 8), there, there)
    vectors = [torch.randn(20, 16, generator=random) for _ in range(2)]
    alone, both = (
        pair_losses(
            *vectors,
            batch,
            said,
            Memory(0),
            Source("code", (), 1.0, encoder_relations=say),
            Contrast(),
        )
        for say in (0.0, 1.0)
    )
    assert both.relational > alone.relational
    agreed = pair_losses(
        goals[:20],
        goals[20:],
        batch,
        said,
        Memory(0),
        Source("code", (), 1.0, encoder_relations=1.0),
        Contrast(),
    )
    own = pair_losses(
        goals[:20], goals[20:], batch, said, Memory(0), Source("code", (), 1.0), Contrast()
    )
    assert agreed.relational == pytest.approx(float(own.relational), abs=1e-4)


def test_a_last_piece_of_fewer_texts_is_made_again_when_more_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Teacher:
        asked = 0

        def encode(self, texts: Sequence[str], role: str) -> np.ndarray:
            self.asked += len(texts)
            return np.eye(len(texts), 4, dtype=np.float32)

    monkeypatch.setattr(teacher_vectors, "_PIECE", 4)
    texts = [teacher_vectors.Text(number, str(number), "document", "") for number in range(9)]
    teacher = Teacher()
    for count in (6, 8, 9, 9):
        teacher_vectors.encode_into(tmp_path, "a", iter(texts), count, teacher, 99)
        taught = teacher_vectors.load_taught(tmp_path, "a", count)
        assert taught is not None
        assert taught.digests.tolist() == list(range(count))
    assert teacher.asked == 6 + 4 + 1
