"""Every number of the database has unit, source, range and confidence; the reader insists."""

import pytest
from lisic.materials import available
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
