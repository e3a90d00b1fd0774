"""Plain values are read as the library reads them; it has the word on all others."""

from pathlib import Path

import pytest
import typer

from searchkit.cli.values import read_plainly


def parameter(annotation: object):
    program = typer.Typer()

    @program.command()
    def command(value: annotation = None) -> None: ...  # type: ignore[valid-type]

    return typer.main.get_command(program).params[0]


@pytest.mark.parametrize(
    ("annotation", "typed", "read"),
    [
        (str, "a b", "a b"),
        (str, "", ""),
        (int, "12", 12),
        (int, "-3", -3),
        (float, "0.5", 0.5),
        (float, 0, 0.0),
        (Path, "/no/such", Path("/no/such")),
        (list[str], ["a", "b"], ["a", "b"]),
        (list[Path], ["/tmp"], [Path("/tmp")]),
        (str, None, None),
        (list[str], None, ()),
    ],
)
def test_a_plain_value_is_read_as_the_library_reads_it(annotation, typed, read) -> None:
    context = typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)))
    by_library, by_us = parameter(annotation), parameter(annotation)
    read_plainly([by_us])
    runs = [each.get_runtime_param() for each in (by_library, by_us)]
    assert [each.coerce(typed, param=by_us, ctx=context) for each in runs] == [read, read]


@pytest.mark.parametrize(("annotation", "typed"), [(int, "1x"), (float, "0,5"), (int, "1.5")])
def test_what_is_not_plain_is_refused_in_the_words_of_the_library(annotation, typed) -> None:
    context = typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)))
    option = parameter(annotation)
    read_plainly([option])
    with pytest.raises(typer.BadParameter, match="valid"):
        option.get_runtime_param().coerce(typed, param=option, ctx=context)
