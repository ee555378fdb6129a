"""`demo` writes files and touches no database; `build` builds the marts anew."""

from __future__ import annotations


def test_demo_writes_files_that_the_formats_know(cli, tmp_path):
    document = cli.json("demo", "--out", tmp_path / "exports", "--scale", "demo")
    names = {path.rpartition("/")[2] for path in document["files"]}
    assert {path.name for path in (tmp_path / "exports").iterdir()} == names
    assert any(name.startswith("ExportOrderList") for name in names)
    assert not cli.db.exists()


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
