"""A row whose ids and numbers are bare is read without tidying them: that must never give another value."""

from __future__ import annotations

import string

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopdash.exports.cells import _PLAIN, Cell
from sopdash.exports.clean import macros

MARKS = ["-", "--", "—", "/", "无", "null", "NULL", "None", r"\N", "#REF!", "\ue000123", "0000-00-00", "='1'", "`1"]
NUMBERS = ["1e5", "1E+17", "nan", "inf", "Infinity", "1_000", "0x1f", "-0", "--1", ".5", "5.", "1,000", "+1", "１"]
TEXTS = st.one_of(
    st.sampled_from([*MARKS, *NUMBERS]),
    st.text(string.digits + ".-_eE", max_size=21),
    st.text(string.ascii_letters + string.digits + "_-'=\"`¥ ，", max_size=8),
)


@pytest.fixture(scope="module")
def cursor() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect(":memory:")
    made.execute(macros())
    return made


@pytest.mark.parametrize("kind", sorted(_PLAIN))
@given(texts=st.lists(TEXTS.map(str.strip).filter(bool), min_size=50, max_size=100))
@settings(max_examples=20, deadline=None)
def test_what_is_plain_is_what_it_would_be_tidied(
    kind: str, texts: list[str], cursor: duckdb.DuckDBPyConnection
) -> None:
    cell = Cell(0, kind, "")
    usual = cell.usual.replace(cell.text, "tidied")

    asked = cursor.execute(
        f"""with told as (select unnest($texts::varchar[]) as c0),
            tidied as (select c0, {cell.tidied} as tidied from told)
            select c0, {cell.plain_value} as plain, {usual} as usual from tidied
            where regexp_full_match(c0, $form) and plain is distinct from usual""",
        {"texts": texts, "form": cell.plain},
    ).fetchall()

    assert asked == []


@pytest.mark.parametrize(("kind", "text"), [("id", "tb_demo00000001"), ("money", "509.90"), ("count", "12")])
def test_the_usual_forms_are_plain(kind: str, text: str, cursor: duckdb.DuckDBPyConnection) -> None:
    form = Cell(0, kind, "").plain
    assert cursor.execute("select regexp_full_match(?, ?)", [text, form]).fetchone() == (True,)
