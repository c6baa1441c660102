"""The examples of docs/materials.md run, and its list of entries is complete."""

import re
import tomllib
from pathlib import Path

import pytest
from lisic.materials import available, define, interfaces, load
from lisic.materials.provenance import read

TEXT = (Path(__file__).parents[2] / "docs" / "materials.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.DOTALL)


def blocks(language, start):
    return [text for kind, text in BLOCKS if kind == language and text.startswith(start)]


def test_python_example_runs():
    (code,) = blocks("python", "import numpy as np\nfrom lisic.materials import load\n")
    names = {}
    exec(code, names)
    assert names["rate"].shape == (2, 100)
    # "Smaller is much weaker": down to 50 nm lithium's strength falls monotonically.
    assert (names["strength"][:-1] < names["strength"][1:]).all()


def test_examples_of_the_silicide_run():
    (code,) = blocks("python", "import numpy as np\nfrom lisic.materials import lithiated_silicon")
    names = {}
    exec(code, names)
    assert names["modulus"].shape == names["strength"].shape == (100,)
    (code,) = blocks("python", "from lisic.materials import load\n")
    exec(code, names)


def test_overrides_of_the_docs_are_possible():
    texts = blocks("toml", "[materials]\n")
    assert len(texts) == 2
    for text in texts:
        for name, overrides in tomllib.loads(text)["materials"].items():
            for key, value in overrides.items():
                changed, plain = load(name, {key: value}), load(name)
                assert (changed.values, changed.mechanisms) != (plain.values, plain.mechanisms)


def test_definition_of_the_docs_is_possible():
    (text,) = blocks("toml", "[materials.define")
    properties = tomllib.loads(text)["materials"]["define"]["my-norton"]
    assert define("my-norton", properties).creep_rate(1.0, 300.0) == pytest.approx(6.68e-3)


def test_every_entry_is_listed():
    for name in [*available(), *interfaces()]:
        assert "`{}`".format(name.replace("|", "\\|")) in TEXT


def test_every_alternative_is_listed():
    for name in [*available(), *interfaces()]:
        shown = name.replace("|", "\\|")
        for key, choice in read(name).choices.items():
            others = ", ".join(f"`{one}`" for one in choice.options if one != choice.default)
            assert f"| `{shown}` | `{key}` | `{choice.default}` | {others} |" in TEXT
