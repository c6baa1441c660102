"""The examples of docs/materials.md run, and its list of entries is complete."""

import re
import tomllib
from pathlib import Path

import pytest
from lisic.materials import available, define, interfaces, load

TEXT = (Path(__file__).parents[2] / "docs" / "materials.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.DOTALL)


def blocks(language, start):
    return [text for kind, text in BLOCKS if kind == language and text.startswith(start)]


def test_python_example_runs():
    (code,) = blocks("python", "import numpy")
    names = {}
    exec(code, names)
    assert names["rate"].shape == (2, 100)
    # "Smaller is much weaker": down to 50 nm lithium's strength falls monotonically.
    assert (names["strength"][:-1] < names["strength"][1:]).all()


def test_overrides_of_the_docs_are_possible():
    (text,) = blocks("toml", "[materials]\n")
    table = tomllib.loads(text)["materials"]
    assert set(table) == {"lithium", "Li3.75Si"}
    for name, overrides in table.items():
        assert load(name, overrides).provenance != load(name).provenance


def test_definition_of_the_docs_is_possible():
    (text,) = blocks("toml", "[materials.define")
    properties = tomllib.loads(text)["materials"]["define"]["my-norton"]
    assert define("my-norton", properties).creep_rate(1.0, 300.0) == pytest.approx(6.68e-3)


def test_every_entry_is_listed():
    assert all(f"`{name}`" in TEXT for name in [*available(), *interfaces()])
