"""Every number of the database has unit, source, range and confidence; the reader insists."""

import copy
import shutil
import tomllib

import pytest
import tomli_w
from lisic.materials import available, interfaces, load, load_interface, provenance
from lisic.materials.properties import PROPERTIES
from lisic.materials.provenance import FOLDER, names, parse_entry, read

ALL = [*names("material"), *names("interface"), *names("layer")]

GOOD = """
name = "x"
title = "An entry of a test"
[youngs_modulus]
value = "1 GPa"
source = "derived: for this test"
range.temperature = ["273 K", "373 K"]
confidence = "computed"
"""


def test_what_the_demo_needs_is_there():
    assert {"lithium", "Li3.75Si", "cnt-bundle", "steel", "void"} <= set(available())


@pytest.mark.parametrize("name", ALL)
def test_every_number_is_sourced(name):
    entry = read(name)
    assert entry.name == name
    assert entry.records
    for key, record in entry.records.items():
        assert key in PROPERTIES
        assert record.source
        assert record.range
        assert record.confidence in {"measured", "computed", "secondary", "assumed"}
        if PROPERTIES[key].unit:
            assert isinstance(record.value, str)
        if record.source.startswith("reference: "):  # no DOI that anyone has opened
            assert record.confidence in {"measured", "secondary"}


def test_every_file_is_read():
    assert len(list(FOLDER.glob("*.toml"))) == len(ALL)


def test_every_value_in_use_has_its_record():
    for loaded in [*map(load, available()), *map(load_interface, interfaces())]:
        assert list(loaded.values) == [record.key for record in loaded.provenance]
        assert all(record.source and record.range for record in loaded.provenance)


def tables(node, path=()):
    """Paths of all records of a file, alternatives included."""
    if "value" in node:
        yield path
    for key, inner in node.items():
        if isinstance(inner, dict) and key != "range":
            yield from tables(inner, (*path, key))


def broken(data, path, change):
    """``data`` with the record at ``path`` changed."""
    changed = copy.deepcopy(data)
    record = changed
    for key in path:
        record = record[key]
    change(record)
    return tomli_w.dumps(changed)


CHANGES = {
    "source": lambda record: record.pop("source"),
    "range": lambda record: record.pop("range"),
    "confidence": lambda record: record.pop("confidence"),
    "value": lambda record: record.pop("value"),
}
UNIT_CHANGES = {
    # 1 A m is no unit of any property; a number alone has none; text is no pure number.
    "wrong kind": lambda record: record.update(value="1 A*m"),
    "bare": lambda record: record.update(value=1.0),
}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_no_number_of_any_file_can_lose_its_source_range_or_unit(file):
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    parse_entry(tomli_w.dumps(data))
    paths = list(tables(data))
    assert len(paths) >= len(parse_entry(tomli_w.dumps(data)).records)
    for path in paths:
        record = data
        for key in path:
            record = record[key]
        for change in CHANGES.values():
            with pytest.raises(ValueError, match=r"."):
                parse_entry(broken(data, path, change))
        with pytest.raises(ValueError, match=r"."):
            parse_entry(broken(data, path, UNIT_CHANGES["wrong kind"]))
        if isinstance(record["value"], str):
            with pytest.raises(ValueError, match=r"with its unit"):
                parse_entry(broken(data, path, UNIT_CHANGES["bare"]))


def test_a_broken_copy_of_the_database_is_refused(tmp_path, monkeypatch):
    shutil.copytree(FOLDER, tmp_path / "database")
    monkeypatch.setattr(provenance, "FOLDER", tmp_path / "database")
    provenance._all.cache_clear()
    try:
        assert names() == available()
        steel = tmp_path / "database" / "steel.toml"
        text = steel.read_text(encoding="utf-8")
        start = text.index("source = ", text.index("[density]"))
        steel.write_text(text[:start] + text[text.index("\n", start) + 1 :], encoding="utf-8")
        provenance._all.cache_clear()
        with pytest.raises(ValueError, match=r"(?s)steel\.toml: density: .*source"):
            load("steel")
    finally:
        provenance._all.cache_clear()


def test_good_entry_is_read():
    entry = parse_entry(GOOD)
    assert entry.value("youngs_modulus") == 1000.0
    assert str(entry.records["youngs_modulus"].range) == "temperature 273 K to 373 K"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value = "1 GPa"', "value = 1000.0"),
        ('value = "1 GPa"', 'value = "1 s"'),
        ('value = "1 GPa"', 'value = "-1 GPa"'),
        ('source = "derived: for this test"\n', ""),
        ('"derived: for this test"', '"someone said so"'),
        ('"derived: for this test"', '"assumed: guess"'),
        ('confidence = "computed"', 'confidence = "assumed"'),
        ('confidence = "computed"', 'confidence = "sure"'),
        ('confidence = "computed"', ""),
        ('range.temperature = ["273 K", "373 K"]\n', ""),
        ('range.temperature = ["273 K", "373 K"]', "range = {}"),
        ('["273 K", "373 K"]', '["373 K", "273 K"]'),
        ('["273 K", "373 K"]', '["273 MPa", "373 MPa"]'),
        ("[youngs_modulus]", "[young_modulus]"),
        ('title = "An entry of a test"', ""),
        ('confidence = "computed"', 'confidence = "computed"\nsaurce = "derived: twice"'),
    ],
)
def test_entry_without_unit_source_range_or_confidence_is_refused(old, new):
    assert old in GOOD
    with pytest.raises(ValueError, match=r"."):
        parse_entry(GOOD.replace(old, new))


def test_unknown_entry_names_the_nearest():
    with pytest.raises(ValueError, match="did you mean lithium"):
        read("litium")
