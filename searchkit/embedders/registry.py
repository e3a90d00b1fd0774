"""Which models are known, and all that fails silently when it is wrong about them.

One table: how a text is framed, pooled, cut and scaled, as each model's makers say. Vectors of a
model that is run in another way look right and are not. Nothing is loaded or downloaded here.
"""

import dataclasses
import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from searchkit_index.errors import ConfigError, ModelError

# Values of `begin` and `end` that are no token's text: the tokenizer's own token of that name, or
# whatever the tokenizer itself puts there.
EOS, BOS, OWN = "eos_token", "bos_token", "own"

_TASK = "Given a question about source code or notes, retrieve the passages that answer it"
_LARGE = (256, 512, 768, 1024)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a text: tokens that we put there ourselves, and words before it."""

    begin: str = ""
    prompt: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """One model and its way of reading.

    Attributes:
        name: What people type.
        source: A folder, or `owner/name` at the Hugging Face hub.
        dimension: Length of the whole vector.
        max_tokens: Longer texts are cut, so that with all that frames them they have so many.
        query: Frame of questions.
        document: Frame of what is searched.
        pooling: Whose state is the vector: the `last` token's, the `first`'s, or the `mean`.
        padding: The side on which shorter texts are filled up.
        attention: `causal`; `bidirectional` by the architecture itself; or `opened`, where an
            architecture that is causal was trained without its mask.
        normalise: Whether the vector's own length says nothing; ours are always of length 1.
        dense: Folders of linear layers between the pooled state and the vector.
        prefixes: Shorter lengths that work by themselves (Matryoshka).
        millions: Parameters.
        languages: In words.
        licence: As the makers name it.
        revision: Branch, tag or commit at the hub.
        run_foreign_code: Whether the model's own Python is run: it can do whatever its user can.
        fingerprint: What its card calls weights, tokenizer and frame together; empty to have it
            made from the files.
    """

    name: str
    source: str
    dimension: int
    max_tokens: int
    query: Frame = Frame(OWN, "", OWN)
    document: Frame = Frame(OWN, "", OWN)
    pooling: Literal["last", "first", "mean"] = "last"
    padding: Literal["left", "right"] = "left"
    attention: Literal["causal", "bidirectional", "opened"] = "causal"
    normalise: bool = False
    dense: tuple[str, ...] = ()
    prefixes: tuple[int, ...] = ()
    millions: int = 0
    languages: str = ""
    licence: str = ""
    revision: str = "main"
    run_foreign_code: bool = False
    fingerprint: str = ""

    def way(self) -> tuple[object, ...]:
        """All that changes vectors, beside weights and tokenizer."""
        shape = (self.dimension, self.max_tokens, self.pooling, self.attention, self.dense)
        return (*shape, self.query, self.document)


def _udever(size: str, dimension: int, millions: int) -> Model:
    return Model(
        name=f"udever-bloom-{size}",
        source=f"izhx/udever-bloom-{size}",
        dimension=dimension,
        max_tokens=300,
        query=Frame("[BOQ]", "", "[EOQ]"),
        document=Frame("[BOD]", "", "[EOD]"),
        millions=millions,
        languages="46 natural, 13 programming (BLOOM's)",
        licence="bigscience-bloom-rail-1.0",
    )


def _qwen(size: str, dimension: int, millions: int) -> Model:
    # The end is the padding token; the tokenizer's own end of text is another one.
    end = "<|endoftext|>"
    return Model(
        name=f"qwen3-embedding-{size.lower()}",
        source=f"Qwen/Qwen3-Embedding-{size}",
        dimension=dimension,
        max_tokens=8_192,
        query=Frame("", f"Instruct: {_TASK}\nQuery:", end),
        document=Frame("", "", end),
        normalise=True,
        prefixes=tuple(each for each in (32, 64, 128, *_LARGE, 2_048, 2_560) if each < dimension),
        millions=millions,
        languages="over 100",
        licence="apache-2.0",
    )


def _f2llm(size: str, dimension: int, millions: int) -> Model:
    return Model(
        name=f"f2llm-v2-{size.lower()}",
        source=f"codefuse-ai/F2LLM-v2-{size}",
        dimension=dimension,
        max_tokens=8_192,
        query=Frame("", f"Instruct: {_TASK}\nQuery: ", EOS),
        document=Frame("", "", EOS),
        normalise=True,
        prefixes=tuple(each for each in (8, 16, 32, 64, 128, 256, 512, 1_024) if each < dimension),
        millions=millions,
        languages="over 200",
        licence="apache-2.0",
    )


def _jina(size: str, dimension: int, millions: int) -> Model:
    asked = "Find the most relevant code snippet given the following query:\n"
    return Model(
        name=f"jina-code-embeddings-{size}",
        source=f"jinaai/jina-code-embeddings-{size}",
        dimension=dimension,
        max_tokens=8_192,
        query=Frame("", asked, ""),
        document=Frame("", "Candidate code snippet:\n", ""),
        normalise=True,
        prefixes=tuple(each for each in (64, 128, *_LARGE) if each < dimension),
        millions=millions,
        languages="English, 15 programming",
        licence="cc-by-nc-4.0",
    )


def _gte(size: str, dimension: int, millions: int) -> Model:
    return Model(
        name=f"gte-qwen2-{size.lower()}",
        source=f"Alibaba-NLP/gte-Qwen2-{size}-instruct",
        dimension=dimension,
        max_tokens=8_192,
        query=Frame("", f"Instruct: {_TASK}\nQuery: ", EOS),
        document=Frame("", "", EOS),
        attention="opened",
        normalise=True,
        millions=millions,
        languages="over 70",
        licence="apache-2.0",
    )


def _harrier(size: str, dimension: int, millions: int) -> Model:
    return Model(
        name=f"harrier-oss-v1-{size}",
        source=f"microsoft/harrier-oss-v1-{size}",
        dimension=dimension,
        max_tokens=8_192,
        query=Frame(OWN, f"Instruct: {_TASK}\nQuery:", EOS),
        document=Frame(OWN, "", EOS),
        normalise=True,
        millions=millions,
        languages="over 90",
        licence="mit",
    )


KNOWN: dict[str, Model] = {
    model.name: model
    for model in (
        _udever("560m", 1_024, 559),
        _udever("1b1", 1_536, 1_065),
        _udever("3b", 2_560, 3_003),
        _udever("7b1", 4_096, 7_069),
        _qwen("0.6B", 1_024, 596),
        _qwen("4B", 2_560, 4_020),
        _qwen("8B", 4_096, 7_570),
        _f2llm("80M", 320, 80),
        _f2llm("160M", 640, 159),
        _f2llm("330M", 896, 334),
        _f2llm("0.6B", 1_024, 596),
        _f2llm("1.7B", 2_048, 1_720),
        _f2llm("4B", 2_560, 4_020),
        _jina("0.5b", 896, 494),
        _jina("1.5b", 1_536, 1_540),
        Model(
            name="e5-mistral-7b",
            source="intfloat/e5-mistral-7b-instruct",
            dimension=4_096,
            max_tokens=4_096,
            # Recent tokenizers drop the end; so neither is left to them.
            query=Frame("<s>", f"Instruct: {_TASK}\nQuery: ", "</s>"),
            document=Frame("<s>", "", "</s>"),
            normalise=True,
            millions=7_111,
            languages="English, in part others",
            licence="mit",
        ),
        _gte("1.5B", 1_536, 1_780),
        _gte("7B", 3_584, 7_610),
        Model(
            name="nomic-embed-code",
            source="nomic-ai/nomic-embed-code",
            dimension=3_584,
            max_tokens=8_192,
            query=Frame(OWN, "Represent this query for searching relevant code: ", OWN),
            normalise=True,
            millions=7_070,
            languages="English, 6 programming",
            licence="apache-2.0",
        ),
        Model(
            name="embeddinggemma-300m",
            source="google/embeddinggemma-300m",
            dimension=768,
            max_tokens=2_048,
            query=Frame(OWN, "task: search result | query: ", OWN),
            document=Frame(OWN, "title: none | text: ", OWN),
            pooling="mean",
            padding="right",
            attention="bidirectional",
            normalise=True,
            dense=("2_Dense", "3_Dense"),
            prefixes=(128, 256, 512),
            millions=308,
            languages="over 100",
            licence="gemma",
        ),
        _harrier("270m", 640, 268),
        _harrier("0.6b", 1_024, 596),
        _harrier("27b", 5_376, 27_000),
    )
}


def known(configured: Mapping[str, Any]) -> dict[str, Model]:
    """Every known model by its name, those of the configuration before our own.

    Args:
        configured: The tables below `[models]` of the configuration file.

    Raises:
        ConfigError: One of them has a name or a value that cannot be.
    """
    return KNOWN | {name: _configured(name, table) for name, table in configured.items()}


def of_card(folder: Path) -> Model:
    """The model in a folder that has a `searchkit.json`, as the shipped ones do.

    Raises:
        ModelError: It is missing, or no card.
    """
    from searchkit.embedders.onnx import read_card

    card = read_card(folder)
    written = json.loads((folder / "searchkit.json").read_text(encoding="utf-8"))
    pooling = written.get("pooling", "last")
    if pooling not in get_args(get_type_hints(Model)["pooling"]):
        raise ModelError(f"`{folder / 'searchkit.json'}` has the unknown pooling `{pooling}`")
    return Model(
        name=card.name,
        source=str(folder),
        dimension=card.dimension,
        max_tokens=card.max_tokens,
        query=Frame(card.query[0], "", card.query[1]),
        document=Frame(card.document[0], "", card.document[1]),
        pooling=pooling,
        prefixes=tuple(each for each in written.get("matryoshka", ()) if each < card.dimension),
        millions=int(written.get("millions", 0)),
        languages=str(written.get("languages", "")),
        licence=str(written.get("licence", "")),
        fingerprint=card.fingerprint,
    )


def _configured(name: str, table: Any) -> Model:
    place = f"[models.{name}]"
    if not isinstance(table, dict):
        raise ConfigError(f"`models.{name}` is no table", f"write `{place}` and its values below")
    values = {key: _value(Model, key, value, place) for key, value in table.items()}
    try:
        return Model(name=name, **values)
    except TypeError:
        wanted = ", ".join(
            field.name
            for field in dataclasses.fields(Model)
            if field.default is dataclasses.MISSING and field.name not in {"name", *table}
        )
        raise ConfigError(f"`{place}` lacks a value", f"add {wanted}") from None


def _value(owner: type, key: str, value: Any, place: str) -> Any:
    hints = get_type_hints(owner)
    if key not in hints or key == "name":
        near = difflib.get_close_matches(key, hints, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(hints)}"
        raise ConfigError(f"`{place}` sets `{key}`, which there is not", hint)
    hint, arguments = hints[key], get_args(hints[key])
    if hint is Frame and isinstance(value, dict):
        return Frame(**{each: _value(Frame, each, value[each], place) for each in value})
    if arguments and arguments[-1] is Ellipsis:
        if isinstance(value, list) and all(type(each) is arguments[0] for each in value):
            return tuple(value)
    elif (arguments and value in arguments) or type(value) is hint:
        return value
    takes = " or ".join(f"`{each}`" for each in arguments if isinstance(each, str))
    raise ConfigError(
        f"`{key}` of `{place}` cannot be `{value}`", f"it takes {takes}" if takes else ""
    )
