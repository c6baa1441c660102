"""``lisic material``, ``lisic strength`` and ``lisic map``."""

import subprocess
import sys

import matplotlib.image
import numpy as np
import pytest
from lisic.materials import load
from lisic.materials.provenance import names, read
from lisic.scripts import cli

STRENGTH = ["strength", "lithium", "--size", "100nm", "--rate", "1e-2/s"]


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty current folder, and a process that no launcher started."""
    monkeypatch.chdir(tmp_path)
    for name in ("PMI_RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def said(capsys, argv):
    """What a command that must succeed wrote."""
    assert cli.main(argv) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys, argv):
    """What a command that must refuse said, on one or two lines."""
    assert cli.main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert 1 <= len(err.splitlines()) <= 2
    return err


# --- strength ---


@pytest.mark.parametrize(("temperature", "kilopascal"), [("20degC", "4.68"), ("333.15 K", "0.760")])
def test_strength_is_one_number_and_who_carries_it(capsys, temperature, kilopascal):
    # 3 eta rate = 3 x 1.56e5 Pa s x 1e-2 /s = 4.68 kPa; at 60 degC 3 x 2.53e4 x 1e-2 = 0.76 kPa.
    out = said(capsys, [*STRENGTH, "--temperature", temperature])
    number, unit = out.splitlines()[0].split()
    assert unit == "MPa"
    expected = load("lithium").flow_stress(1e-2, 293.15 if "C" in temperature else 333.15, 0.1)
    assert float(number) == pytest.approx(expected, rel=1e-5)
    assert 1e3 * float(number) == pytest.approx(float(kilopascal), rel=5e-3)
    first = out.split(", by\n")[1].splitlines()[0].split()
    assert first[0] == "coble"
    assert 98 < float(first[1]) < 100


def test_strength_at_the_strongest_size(capsys):
    # The table's 5.0 um and 25.0 MPa.
    argv = ["strength", "lithium", "--size", "5um", "--rate", "1e-3/s"]
    out = said(capsys, [*argv, "--strengthening", "pillars"])
    assert float(out.split()[0]) == pytest.approx(25.05, abs=0.01)
    shares = dict(line.split()[:2] for line in out.split(", by\n")[1].splitlines()[:3])
    assert set(shares) == {"coble", "power_law", "nabarro_herring"}
    assert sum(map(float, shares.values())) == pytest.approx(100, abs=0.2)
    assert "pillar_strengthening.strength is used outside its range" in out  # 293 K, below 298 K


def test_strength_with_other_values(capsys):
    # delta D of 1e-20 m3/s at any temperature: 1/(44 x 5.334e-9/Pa x 1e-20/1e-21) x 1e-2/s.
    out = said(capsys, [*STRENGTH, "--set", "boundary_diffusivity=1e-20 m^3/s"])
    boundary = 14 * np.pi * 2.1587e-29 / (1.380649e-23 * 293.15) * 1e-20 / 1e-21
    lattice = boundary * 1.4e-5 * np.exp(-55e3 / (8.314463 * 293.15)) / (np.pi * 1e-13)
    assert float(out.split()[0]) == pytest.approx(1e-8 / (boundary + lattice), rel=1e-4)
    assert "other sources of boundary_diffusivity" not in out
    out = said(capsys, [*STRENGTH, "--set", "mechanisms=power_law"])
    assert float(out.split()[0]) == pytest.approx(1.105, abs=5e-4)
    out = said(capsys, [*STRENGTH, "--set", "poisson_ratio=0.3"])
    assert out.startswith("0.00468")


def test_strength_names_what_other_sources_would_give(capsys):
    out = said(capsys, STRENGTH)
    line = next(line for line in out.splitlines() if line.startswith("other sources of boundary"))
    for name in ("xu-bound", "low", "gjostein", "high"):
        assert name in line


def test_strength_below_the_smallest_size_says_so(capsys):
    out = said(capsys, ["strength", "lithium", "--size", "3 nm", "--rate", "1e-3/s"])
    assert "note: assumed: smallest_size = 10 nm" in out
    assert "smallest_size" not in said(capsys, STRENGTH)


def test_strength_without_a_size_where_none_matters(capsys):
    # 630 (1 + (1e-4/2.3e-3)^(1/2.9)) = 843.7 MPa.
    out = said(capsys, ["strength", "Li3.75Si", "--rate", "1e-4/s"])
    assert float(out.split()[0]) == pytest.approx(843.7, abs=0.05)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({1: "litium"}, ["NAME", 'got "litium"', "did you mean 'lithium'?"]),
        ({1: "steel"}, ["NAME", "elastic", "lithium"]),
        ({1: "LiSi|steel"}, ["NAME", "an interface does not flow"]),
        ({3: "-5nm"}, ["--size", 'got "-5nm"', "above 0 um"]),
        ({3: "0 um"}, ["--size", "above 0 um"]),
        ({3: "100"}, ["--size", 'got "100"', "with its unit"]),
        ({3: "100 MPa"}, ["--size", "wrong kind"]),
        ({3: "1 parsnip"}, ["--size", "unknown unit"]),
        ({5: "-1e-3/s"}, ["--rate", "above 0"]),
        ({5: "1e-3 s"}, ["--rate", "wrong kind"]),
        ({5: "inf /s"}, ["--rate", "number with its unit"]),
        ({6: "--temperature", 7: "-300 degC"}, ["--temperature", "above 0 K"]),
        ({6: "--temperature", 7: "200degC"}, ["--temperature", "below 453.65 K", "melts"]),
        ({6: "--temperature", 7: "60"}, ["--temperature", "with its unit"]),
        ({6: "--set", 7: "boundary_difusivity=high"}, ["--set", "did you mean boundary_diff"]),
        ({6: "--set", 7: "boundary_diffusivity=hig"}, ["--set", "known are gust, xu-bound"]),
        ({6: "--set", 7: "density=1 um"}, ["--set", "density", "wrong kind"]),
        ({6: "--set", 7: "density"}, ["--set", "KEY=VALUE"]),
        ({6: "--set", 7: "mechanisms=coble,climb"}, ["--set", "climb", "power_law, coble"]),
    ],
)
def test_strength_refuses_what_can_not_be(capsys, workplace, change, words):
    argv = dict(enumerate(STRENGTH)) | change
    err = refused(capsys, [argv[i] for i in sorted(argv)])
    for word in words:
        assert word in err
    assert list(workplace.iterdir()) == []


def test_strength_needs_a_size_where_it_matters(capsys):
    err = refused(capsys, ["strength", "lithium", "--rate", "1e-3/s"])
    assert err.startswith("lisic: --size: got nothing; expected the size of the body")


def test_strengthening_needs_a_power_law(capsys):
    err = refused(
        capsys, ["strength", "Li3.75Si", "--rate", "1e-3/s", "--strengthening", "pillars"]
    )
    assert err.startswith("lisic: --strengthening: ")


def test_an_unknown_strengthening_is_refused(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main([*STRENGTH, "--strengthening", "whiskers"])
    assert caught.value.code == 2
    assert "'pillars'" in capsys.readouterr().err


# --- material ---


@pytest.mark.parametrize("kind", ["material", "interface", "layer"])
def test_sheet_has_every_number_with_its_source(capsys, kind):
    for name in names(kind):
        out = " ".join(said(capsys, ["material", name]).split())
        entry = read(name)
        assert out.startswith(f"{name} {' '.join(entry.title.split())}")
        every = list(entry.records.values())
        for choice in entry.choices.values():
            every += [record for option in choice.options.values() for record in option]
        for record in every:
            shown = record.value if isinstance(record.value, str) else f"{record.value:g}"
            assert f"{shown} {record.confidence}" in out
            assert " ".join(record.source.split()) in out
            assert " ".join(record.note.split()) in out


def test_sheet_sets_alternatives_side_by_side(capsys):
    out = said(capsys, ["material", "lithium"])
    assert "sources of boundary_diffusivity disagree; instead of gust:" in out
    assert out.count("boundary_diffusivity.prefactor") == 1


def test_unknown_materials_are_refused_with_the_nearest(capsys):
    assert refused(capsys, ["material", "steal"]) == (
        "lisic: NAME: got \"steal\"; did you mean 'steel'?\n"
    )


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("lithium", "lithium-temperature.png"),
        ("Li3.75Si", "Li3.75Si-temperature.png"),
        ("a-LixSi", "a-LixSi-composition.png"),
    ],
)
def test_plots_of_a_material(capsys, workplace, name, picture):
    out = said(capsys, ["material", name, "-o", "plots"])
    assert out.endswith(f"written: plots/{picture}\n")
    assert drawn(workplace / "plots" / picture)


def test_what_depends_on_nothing_has_no_plots(capsys, workplace):
    assert "no plots" in said(capsys, ["material", "steel", "-o", "plots"])
    assert list(workplace.iterdir()) == []


def test_reading_only_the_beginning_of_a_sheet_is_no_error():
    script = (
        "import sys\nfrom lisic.scripts import cli\nsys.exit(cli.main(['material', 'lithium']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()  # a reader that is gone before the first line
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


# --- map ---


def drawn(path):
    """The picture is 1600 pixels wide and no blank page."""
    pixels = matplotlib.image.imread(path)
    assert pixels.shape[1] == 1600
    assert path.stat().st_size < 200_000
    return pixels[..., :3].std() > 0.05


def test_map_goes_to_results_and_says_what_it_shows(capsys, workplace):
    out = said(capsys, ["map", "lithium"])
    # The table: 1.49 um; the true maximum near its 5.0 um is 4.95 um.
    assert "below 1.492 µm diffusion carries more than half" in out
    assert "with pillars the strongest size is 4.948 µm, 25.1 MPa" in out
    assert out.endswith("written: results/lithium-map.png\n")
    assert drawn(workplace / "results" / "lithium-map.png")


def test_map_shows_the_fields(workplace, capsys):
    # Tints of Coble creep, of dislocation creep and of Nabarro-Herring creep cover the left half.
    said(capsys, ["map", "lithium", "-o", "map.png"])
    pixels = (matplotlib.image.imread(workplace / "map.png")[..., :3] * 255).round().astype(int)

    # Both axes are linear in the pixels' logarithms: x = 120 to 737, y = 130 to 770.
    def colour(x, y):
        return pixels[y, x]

    coble, dislocation, lattice = colour(150, 420), colour(700, 150), colour(725, 640)
    assert coble[2] > coble[0] + 15  # blue
    assert dislocation[0] > dislocation[2] + 15  # orange
    assert lattice[1] > lattice[0] + 15  # green


@pytest.mark.parametrize(
    "options",
    [
        ["--temperature", "60degC", "--rate", "3e-2/s"],
        ["--against", "temperature", "--stress", "10 MPa"],
        ["--strengthening", "pillars"],
        ["--set", "boundary_diffusivity=high"],
        ["--set", "mechanisms=coble"],
        ["--set", "mechanisms=power_law", "--strengthening", "indentation"],
    ],
)
def test_maps_of_other_conditions(capsys, workplace, options):
    said(capsys, ["map", "lithium", "-o", "there/map.png", *options])
    assert drawn(workplace / "there" / "map.png")


@pytest.mark.parametrize("ending", ["pdf", "svg"])
def test_maps_for_print(capsys, workplace, ending):
    said(capsys, ["map", "lithium", "-o", f"map.{ending}"])
    assert (workplace / f"map.{ending}").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["Li3.75Si"], ["NAME", "flows by overstress", "depends on size"]),
        (["steel"], ["NAME", "elastic"]),
        (["lithium", "-o", "map.txt"], ["--output", ".png"]),
        (["lithium", "-o", "/proc/lisic/map.png"], ["--output", "can be written"]),
        (["lithium", "--stress", "-1MPa"], ["--stress", "above 0 MPa"]),
        (["lithium", "--rate", "1 um"], ["--rate", "wrong kind"]),
        (["lithium", "--temperature", "-200degC", "--strengthening", "pillars"],
         ["--temperature", "near 298 K"]),
    ],
)  # fmt: skip
def test_map_refuses_what_can_not_be(capsys, workplace, argv, words):
    err = refused(capsys, ["map", *argv])
    for word in words:
        assert word in err
    assert list(workplace.iterdir()) == []


@pytest.mark.parametrize("command", ["material", "strength", "map"])
def test_help_teaches(capsys, command):
    with pytest.raises(SystemExit) as caught:
        cli.main([command, "--help"])
    assert caught.value.code == 0
    out, _ = capsys.readouterr()
    assert f"  lisic {command} lithium" in out
    assert "exit codes" in out


def test_help_needs_no_heavy_packages():
    script = (
        "import sys\n"
        "from lisic.scripts import cli\n"
        "cli.parser().format_help()\n"
        "assert not {'pydantic', 'pint', 'numpy', 'numba', 'matplotlib'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
