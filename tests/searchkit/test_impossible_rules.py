"""A program gives rules that no run could follow: they are refused, and nothing is stored."""

from pathlib import Path
from typing import Any

import pytest

from searchkit import ConfigError
from searchkit.indexes.home import folder_of


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"memory": "512MB"}, "`memory` is '512MB'"),
        ({"memory": 5}, "5 bytes of memory is too little"),
        ({"include": "*.py"}, r"`include` is '\*.py'"),
        ({"exclude": [1]}, r"`exclude` is \[1\]"),
        ({"secrets": "no"}, "`secrets` is 'no'"),
    ],
)
def test_one_wrong_argument_of_a_run_made_the_catalog_unreadable(
    open_index, tree: Path, given: dict[str, Any], told: str
) -> None:
    with open_index(tree) as index:
        with pytest.raises(ConfigError, match=told):
            index.build(**given)
        assert not folder_of(tree).exists()
        assert index.build(memory=0, include=(), exclude=["*.go"]).changed == 4
