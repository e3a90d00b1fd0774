"""What `import searchkit` gives: everything that its functions take, return or raise."""

import inspect
import pkgutil
import subprocess
import sys
import typing
from collections.abc import Iterator

import pytest

import searchkit
from searchkit_index import errors

PUBLIC = {name: getattr(searchkit, name) for name in searchkit.__all__}
CLASSES = [value for value in PUBLIC.values() if inspect.isclass(value)]


def public_members(owner: type) -> Iterator[object]:
    """The functions that a class gives, unwrapped, and the class itself for its fields."""
    yield owner
    for name in dir(owner):
        found = inspect.getattr_static(owner, name)
        function = getattr(found, "__func__", getattr(found, "fget", found))
        if (not name.startswith("_") or name == "__init__") and inspect.isfunction(function):
            yield function


def mentioned(annotation: object) -> Iterator[type]:
    """The classes that stand in an annotation, however deep."""
    if inspect.isclass(annotation) and not typing.get_args(annotation):
        yield annotation
    for inner in typing.get_args(annotation):
        for each in inner if isinstance(inner, list) else [inner]:
            yield from mentioned(each)


def names_of(member: object) -> set[str]:
    # A name that stands only in a string is looked for among the public ones: that is the rule.
    hints = typing.get_type_hints(member, localns=PUBLIC)
    return {
        each.__name__
        for annotation in hints.values()
        for each in mentioned(annotation)
        if each.__module__.startswith("searchkit")
    }


@pytest.mark.parametrize("owner", CLASSES, ids=lambda owner: owner.__name__)
def test_whatever_a_public_class_takes_or_returns_is_public(owner: type) -> None:
    for member in public_members(owner):
        assert names_of(member) <= PUBLIC.keys(), member


def test_whatever_a_public_function_takes_or_returns_is_public() -> None:
    for value in PUBLIC.values():
        if inspect.isfunction(value):
            assert names_of(value) <= PUBLIC.keys()


def test_every_exception_of_the_tree_is_public() -> None:
    tree = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.SearchkitError)
    }
    assert tree <= PUBLIC.keys()


def test_every_exception_that_a_docstring_names_is_public() -> None:
    for owner in CLASSES:
        for member in public_members(owner):
            raised = (inspect.getdoc(member) or "").partition("Raises:")[2]
            words = {word.strip(":,;.") for word in raised.split()}
            assert {word for word in words if word.endswith("Error")} <= PUBLIC.keys(), member


def test_the_list_is_sorted_and_each_name_says_what_it_is() -> None:
    assert sorted(searchkit.__all__) == searchkit.__all__
    assert set(searchkit.__all__) <= set(dir(searchkit))
    assert all(inspect.getdoc(value) for value in CLASSES)


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"numpy", "faiss", "onnxruntime", "tokenizers", "sqlite3", "typer", "torch"}
    probe = f"import sys, searchkit; print(*{heavy!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="quokka"):
        searchkit.quokka  # noqa: B018
    assert not hasattr(searchkit, "Desk")
    assert "workspace" in {module.name for module in pkgutil.iter_modules(searchkit.__path__)}
