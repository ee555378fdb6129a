"""`demo` writes files and touches no database; `build` builds the marts anew."""

from __future__ import annotations

from sopdash.demo import large


def test_demo_writes_files_that_the_formats_know(cli, tmp_path):
    document = cli.json("demo", "--out", tmp_path / "exports", "--scale", "demo")
    names = {path.rpartition("/")[2] for path in document["files"]}
    assert {path.name for path in (tmp_path / "exports").iterdir()} == names
    assert any(name.startswith("ExportOrderList") for name in names)
    assert not cli.db.exists()


def test_the_large_demo_is_a_warehouse_and_leaves_a_filled_one_alone(cli, tmp_path, monkeypatch):
    monkeypatch.setattr(large.filling, "Size", lambda: large.Size(0.001, weeks=1))
    document = cli.json("demo", "--out", tmp_path / "large", "--scale", "large")
    assert document["files"] == [str(tmp_path / "large" / "warehouse.duckdb")]
    again = cli.run("demo", "--out", tmp_path / "large", "--scale", "large")
    assert again.code == 1
    assert "warehouse.duckdb" in again.err


def test_demo_needs_a_folder(cli):
    assert cli.run("demo").code == 2


def test_build_makes_the_marts_anew_and_says_their_version(cli):
    built = cli.json("build")
    assert built["engine"] == "duckdb"
    assert isinstance(built["version"], int)


def test_an_engine_that_is_not_there_is_refused(cli):
    ended = cli.run("build", "--engine", "sc://somewhere:15002")
    assert ended.code == 1
    assert "sc://somewhere:15002" in ended.err
