"""Macros, queries, packages and procedures of SQL have their names."""

import pytest
from chunk_names import symbols

from searchkit_index.chunking.chunk import chunks
from searchkit_index.languages.language import LANGUAGES

MACROS = """{% macro cents(column) %}
  ({{ column }} / 100)::numeric
{% endmacro %}

{%- test is_positive(model) %}
select * from {{ model }} where x < 0
{% endtest %}
"""
QUERIES = """-- name: GetWombat :one
SELECT * FROM a;

-- :name add-wombat :!
INSERT INTO a (b) VALUES (1);
"""
PACKAGE = """CREATE OR REPLACE PACKAGE BODY pay AS
  PROCEDURE raise(id NUMBER) IS
  BEGIN
    UPDATE emp SET sal = sal * 1.1 WHERE id = id;
  END;
  FUNCTION tax(p NUMBER) RETURN NUMBER IS
  BEGIN RETURN p * 0.2; END;
END pay;
/
"""


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (MACROS, ["cents", "is_positive"]),
        (QUERIES, ["GetWombat", "add-wombat"]),
        (PACKAGE, ["pay", "pay > raise", "pay > tax"]),
    ],
)
def test_macros_named_queries_and_packages_of_sql_had_no_name(
    source: str, names: list[str]
) -> None:
    assert list(dict.fromkeys(symbols(source, "sql", 48))) == names


PROCEDURE = """IF OBJECT_ID('dbo.{0}') IS NOT NULL DROP PROCEDURE dbo.{0}
GO
CREATE OR ALTER PROCEDURE [dbo].[{0}] @Id INT
AS
BEGIN
    UPDATE dbo.Orders SET Status = 3 WHERE Id = @Id;
    UPDATE dbo.Orders SET Status = 4 WHERE Id = @Id;
    UPDATE dbo.Orders SET Status = 5 WHERE Id = @Id;
END
GO

"""


def test_procedures_of_sql_server_had_no_names() -> None:
    source = PROCEDURE.format("Cancel") + PROCEDURE.format("Ship")
    found = chunks(source, LANGUAGES["sql"], 96)
    named = {row: chunk.symbol for chunk in found for row in chunk.text.split("\n")}
    assert "dbo.Cancel" in named["CREATE OR ALTER PROCEDURE [dbo].[Cancel] @Id INT"]
    assert "dbo.Ship" in [chunk.symbol for chunk in found if "Status = 5" in chunk.text][-1]


def test_the_exceptions_of_a_procedure_stood_with_the_next_one() -> None:
    body = "    total := total + compute(order_id, status, 31);\n" * 6
    source = "CREATE PACKAGE BODY orders AS\n" + "".join(
        f"  PROCEDURE {name} IS\n  BEGIN\n{body}  EXCEPTION\n    WHEN {name}_failed THEN\n"
        f"      NULL;\n  END {name};\n\n"
        for name in ("cancel", "ship")
    )
    found = chunks(f"{source}END orders;\n", LANGUAGES["sql"], 96)
    (handler,) = (chunk for chunk in found if "cancel_failed" in chunk.text)
    assert "EXCEPTION" in handler.text
    assert handler.symbol == "orders > cancel"
