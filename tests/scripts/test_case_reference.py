"""The case-file reference can't drift from the models that validate case files."""

from pathlib import Path

from lisic.scripts.case import Case
from lisic.scripts.reference import reference

COMMITTED = Path(__file__).parents[2] / "docs" / "case-file.md"


def test_the_committed_reference_is_up_to_date():
    assert COMMITTED.read_text(encoding="utf-8") == reference(), (
        "renew it: python -m lisic.scripts.reference > docs/case-file.md"
    )


def test_every_key_is_described_with_its_unit_limits_and_default():
    text = reference()
    assert all(f"| `{name}` |" in text for name in Case.model_fields)
    row = next(line for line in text.splitlines() if line.startswith("| `persistence_length` |"))
    assert "quantity, like `um`, > 0" in row
    assert '`"1 um"`' in row


def test_no_key_is_without_a_meaning():
    rows = [line for line in reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert [row for row in rows if row.split("|")[4].strip() == ""] == []
