from typing import Any

import pytest


@pytest.fixture(scope="session")
def udever(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A tiny udever in a folder: the model as we know it, its tokenizer and its decoder."""
    from tiny_decoders import tiny_udever

    return tiny_udever(tmp_path_factory.mktemp("udever"))
