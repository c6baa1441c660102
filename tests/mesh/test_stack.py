"""The stack: areas, shared faces, roughness, names, repeatability, refusals."""

import json
from dataclasses import replace

import numpy as np
import pytest
from lisic.mesh import quality
from lisic.mesh.nanotubes import Nanotubes
from lisic.mesh.spacing import Spacing
from lisic.mesh.stack import Layer, LayerPores, Roughness, Stack

ROUGH = Roughness(rms=0.03, hurst=0.8, shortest=0.25, longest=1.0)
POROUS = Layer(
    "lisi",
    1.0,
    roughness=ROUGH,
    pores=LayerPores(0.110355, 0.08, 0.35),
    nanotubes=Nanotubes(area_fraction=0.02, diameter=0.01, length=0.5, persistence_length=1.0),
)
STACK = Stack((Layer("sus", 2.0), POROUS, Layer("sse", 40.0, ROUGH), Layer("li", 3.0)), 1.0, seed=1)

FLAT = Stack(
    (
        Layer("sus", 0.5),
        Layer("lisi", 0.5, pores=LayerPores(0.110355, 0.08, 0.35, nodes_per_pore=10)),
        Layer("sse", 0.5),
        Layer("li", 0.5),
    ),
    0.8,
    seed=1,
)


@pytest.fixture(scope="module")
def built():
    return STACK.build()


def group(mesh, name):
    return mesh.facets[mesh.facet_tag == mesh.facet_groups[name]]


def test_layers_have_their_thickness_and_the_porous_one_its_porosity(built):
    mesh, report = built
    areas = mesh.volumes()
    assert areas.sum() == pytest.approx(46.0, rel=1e-12)
    # A rough face has zero mean: it takes nothing from either layer.
    for layer in STACK.layers:
        assert report["layers"][layer.name]["thickness_um"] == pytest.approx(
            layer.thickness, rel=1e-10
        )
    assert areas[mesh.region == mesh.regions["pore"]].sum() == pytest.approx(0.110355, abs=1e-10)
    assert report["layers"]["lisi"]["fibres"]["area_fraction"] == pytest.approx(0.02)
    assert report["quality"]["min_angle_deg"] > 12
    assert quality.problems(mesh) == []
    json.dumps(report)


def test_roughness_is_met_and_repeats_sideways(built):
    mesh, report = built
    for name, height in (("lisi|sse", 3.0), ("sse|li", 43.0)):
        assert report["interfaces"][name]["rms_um"] == pytest.approx(0.03, rel=1e-9)
        line = mesh.points[np.unique(group(mesh, name))]
        line = line[np.argsort(line[:, 0])]
        assert line[0, 1] == line[-1, 1]
        assert line[:-1, 1].mean() == pytest.approx(height, abs=1e-10)
        assert (line[0, 0], line[-1, 0]) == (0.0, 1.0)
    flat = mesh.points[np.unique(group(mesh, "sus|lisi"))]
    assert (flat[:, 1] == 2.0).all()


STACK_FACES = ("sus|lisi", "lisi|sse", "sse|li")


def facets_between(mesh, one, other):
    """Sorted pairs of vertices that a cell of region ``one`` and one of ``other`` share."""
    sides = []
    for name in (one, other):
        cells = np.sort(mesh.cells[mesh.region == mesh.regions[name]], axis=1)
        edges = np.concatenate([cells[:, [0, 1]], cells[:, [1, 2]], cells[:, [0, 2]]])
        sides.append(set(map(tuple, edges.tolist())))
    return sides[0] & sides[1]


def test_interface_facets_are_exactly_those_between_the_two_layers(built):
    mesh, _ = built
    for name in STACK_FACES:
        facets = np.sort(group(mesh, name), axis=1).tolist()
        assert len(facets) > 3
        assert len(set(map(tuple, facets))) == len(facets)
        assert set(map(tuple, facets)) == facets_between(mesh, *name.split("|"))
    # No layer touches another but its neighbour, and pores lie inside theirs.
    for one, other in (("sus", "sse"), ("sus", "li"), ("lisi", "li"), ("pore", "sus")):
        assert not facets_between(mesh, one, other)
    walls = np.sort(group(mesh, "pore_wall"), axis=1).tolist()
    assert set(map(tuple, walls)) == facets_between(mesh, "lisi", "pore")


def interface_length(mesh, name):
    ends = mesh.points[group(mesh, name)]
    return np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum()


def test_every_facet_of_an_interface_has_a_cell_of_each_layer(built):
    for mesh in (built[0], FLAT.build()[0]):
        edges = np.sort(mesh.cells[:, [[0, 1], [1, 2], [0, 2]]], axis=2).reshape(-1, 2)
        beside: dict[tuple[int, int], list[int]] = {}
        for edge, region in zip(edges.tolist(), np.repeat(mesh.region, 3).tolist(), strict=True):
            beside.setdefault(tuple(edge), []).append(region)
        for name in (name for name in mesh.facet_groups if "|" in name):
            layers = sorted(mesh.regions[layer] for layer in name.split("|"))
            for facet in np.sort(group(mesh, name), axis=1).tolist():
                assert sorted(beside[tuple(facet)]) == layers


def test_interfaces_of_a_flat_stack_are_named_and_as_long_as_it_is_wide():
    mesh, _ = FLAT.build()
    assert {name for name in mesh.facet_groups if "|" in name} == {"sus|lisi", "lisi|sse", "sse|li"}
    for name, height in (("sus|lisi", 0.5), ("lisi|sse", 1.0), ("sse|li", 1.5)):
        assert set(map(tuple, np.sort(group(mesh, name), axis=1).tolist())) == facets_between(
            mesh, *name.split("|")
        )
        assert (mesh.points[group(mesh, name)][..., 1] == height).all()
        assert interface_length(mesh, name) == pytest.approx(0.8, rel=1e-12)


def test_rough_interfaces_are_longer_by_their_slope(built):
    # A line of slope s is longer than its width by the mean of sqrt(1 + s^2), between 1 and
    # 1 + <s^2>/2. Waves k = 1..4 in 1 um of amplitude ~ k^-1.3 and rms 0.03 um have
    # <s^2> = (2 pi)^2 0.03^2 sum k^-0.6 / sum k^-2.6 = 0.03553 * 2.612/1.249 = 0.0743; straight
    # edges, eight to the shortest wave, have somewhat less.
    mesh, _ = built
    for name in ("lisi|sse", "sse|li"):
        assert 1.03 < interface_length(mesh, name) < 1 + 0.0743 / 2
    assert interface_length(mesh, "sus|lisi") == pytest.approx(1.0, rel=1e-12)


def test_interfaces_of_a_mesh_have_the_rms_and_the_hurst_exponent_asked_for():
    # A line of Hurst exponent H has the power spectrum q^-(2 H + 1): here of 50 waves.
    rough = Roughness(rms=0.02, hurst=0.3, shortest=0.03, longest=1.5)
    faces = {"a|b": rough, "b|c": replace(rough, rms=0.01, hurst=0.8)}
    layers = (*(Layer(n[0], 0.3, face) for n, face in faces.items()), Layer("c", 0.3))
    mesh, _ = Stack(layers, 1.5, seed=1).build()
    waves = np.arange(1, 51)
    for name, asked in faces.items():
        line = mesh.points[np.unique(group(mesh, name))]
        line = line[np.argsort(line[:, 0])]
        assert np.diff(line[:, 0]) == pytest.approx(1.5 / (len(line) - 1))
        height = line[:-1, 1] - line[:-1, 1].mean()
        assert np.sqrt((height**2).mean()) == pytest.approx(asked.rms, rel=1e-9)
        power = np.abs(np.fft.rfft(height))[1:51] ** 2
        slope = np.polyfit(np.log(waves), np.log(power), 1)[0]
        assert (-slope - 1) / 2 == pytest.approx(asked.hurst, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("porosity", [0.02, 0.110355, 0.30])
def test_a_porous_layer_meets_its_porosity_and_median_size(porosity, seed):
    # About 25 pores at each porosity, between a flat face and a rough one.
    width = 0.16 / porosity
    pores = LayerPores(porosity, 0.08, 0.35, nodes_per_pore=10)
    layers = (
        Layer("sus", 0.5),
        Layer("lisi", 1.0, replace(ROUGH, rms=0.01, longest=0.5), pores, element_size=0.2),
        Layer("sse", 0.5),
    )
    mesh, report = Stack(layers, width, seed).build()
    area = mesh.volumes()[mesh.region == mesh.regions["pore"]]
    assert area.sum() / width == pytest.approx(porosity, abs=0.0005)
    assert report["layers"]["lisi"]["pores"]["porosity"] == pytest.approx(porosity, abs=0.0005)
    # The area of each body is that of its pore's circle.
    bodies = np.bincount(mesh.body[mesh.body > 0], area)[1:]
    assert np.median(np.sqrt(4 * bodies / np.pi)) == pytest.approx(0.08, rel=0.03)
    assert report["quality"]["min_angle_deg"] > 5


def test_outer_faces_and_names(built):
    mesh, _ = built
    assert set(mesh.facet_groups) == {
        "bottom", "top", "left", "right", "pore_wall", *STACK_FACES
    }  # fmt: skip
    assert (mesh.points[group(mesh, "bottom")][..., 1] == 0).all()
    assert (mesh.points[group(mesh, "top")][..., 1] == 46.0).all()
    left, right = (np.unique(group(mesh, side)) for side in ("left", "right"))
    assert (mesh.points[left, 0] == 0).all()
    assert (mesh.points[right, 0] == 1.0).all()
    # The period's faces carry the same nodes.
    assert np.array_equal(np.sort(mesh.points[left, 1]), np.sort(mesh.points[right, 1]))
    assert mesh.period.tolist() == [1.0, 0.0]


def test_a_foil_and_a_pellet_beside_pores_stay_small(built):
    # 80 nm pores need 5 nm edges; evenly that fine, 46 um^2 would be millions of elements.
    _, report = built
    assert report["layers"]["sse"]["cells"] < 3000
    assert report["layers"]["sus"]["cells"] < 500


def test_seeds_repeat_bitwise_and_differ(built):
    assert STACK.build()[0].checksum() == built[0].checksum()
    small = Stack((POROUS, Layer("sse", 1.0)), 1.0, seed=1)
    seeds = {replace(small, seed=seed).build()[0].checksum() for seed in (1, 2)}
    assert len(seeds) == 2


def test_pores_stay_in_their_layer_under_rough_faces(built):
    mesh, _ = built
    y = mesh.points[np.unique(mesh.cells[mesh.body > 0])][:, 1]
    assert y.min() > 2.0
    assert y.max() < mesh.points[group(mesh, "lisi|sse")][..., 1].min()


def test_a_spectrum_falls_as_the_hurst_exponent_says():
    profile = Roughness(1.0, hurst=0.5, shortest=0.1, longest=1.0).profile(
        1.0, np.random.default_rng(0)
    )
    height = profile.vertices(0.001)[:-1, 1]
    amplitude = np.abs(np.fft.rfft(height)) / len(height)
    # Amplitude ~ k^-(H + 1/2) = 1/k for H = 1/2, and nothing beyond the shortest wave.
    assert amplitude[10] / amplitude[1] == pytest.approx(0.1, rel=1e-9)
    assert amplitude[11:].max() < 1e-12


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Stack((), 1.0), "at least one layer"),
        (lambda: Stack((Layer("li", 1.0), Layer("li", 1.0)), 1.0), "li more than once"),
        (lambda: Stack((Layer("li", 1.0, ROUGH),), 1.0), "last layer"),
        (lambda: Stack((Layer("li", 1.0),), -1.0), "got -1"),
        (lambda: Layer("a|b", 1.0), r"a\|b"),
        (lambda: Layer("pore", 1.0), "pore"),
        (lambda: Layer("li", 0.0), "got 0"),
        (lambda: Layer("li", np.inf), "got inf"),
        (lambda: Layer("li", 1.0, element_size=1.5), "at most the layer's thickness 1 um"),
        (lambda: Stack((Layer("li", 9.0, element_size=2.0),), 1.0), "at most the width 1 um"),
        (lambda: Stack((Layer("li", 1e9),), 1.0), "layer li: .* 2,000,000 are possible"),
        (
            lambda: Stack((Layer("li", 1.0, pores=LayerPores(0.3, 1e-3, 0.3)),), 1.0),
            r"layer li: .* at least 4.\d+ times larger",
        ),
        (lambda: Roughness(0.1, 1.2, 0.1, 1.0), "got 1.2"),
        (lambda: Roughness(0.1, 0.8, 2.0, 1.0), "must not exceed"),
    ],
)
def test_what_is_no_stack_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_faces_that_cross_are_refused_with_what_is_possible():
    thin = Stack((Layer("sus", 1.0, ROUGH), Layer("c", 0.05, ROUGH), Layer("sse", 1.0)), 1.0, 3)
    with pytest.raises(ValueError, match=r"layer c, 0\.05 um thick.*up to 0\.\d+ times"):
        thin.build()


def test_faces_as_rough_as_the_refusal_says_are_possible():
    def stack(rms):
        rough = replace(ROUGH, rms=rms)
        return Stack((Layer("a", 1.0, rough), Layer("b", 0.1, rough), Layer("c", 1.0)), 1.0, 3)

    with pytest.raises(ValueError, match="times") as refused:
        stack(0.1).build()
    scale = float(str(refused.value).split("up to ")[1].split(" times")[0])
    assert stack(0.1 * scale).build()[1]["checks"] == "passed"


def test_waves_that_do_not_fit_the_width_are_refused():
    rough = Roughness(0.01, 0.8, shortest=2.0, longest=3.0)
    with pytest.raises(ValueError, match="upper face of layer a: no wave"):
        Stack((Layer("a", 1.0, rough), Layer("b", 1.0)), 1.0).build()


def test_pores_too_large_for_their_layer_are_refused_with_what_fits():
    def stack(median):
        return Stack((Layer("a", 0.05, pores=LayerPores(0.4, median, 0.0)), Layer("b", 1.0)), 1.0)

    with pytest.raises(ValueError, match=r"layer a: .*up to 0\.\d+ um is possible") as refused:
        stack(0.08).build()
    largest = float(str(refused.value).split("up to ")[1].split(" um")[0])
    # A gap of 0.15 of the radius to either face, and corners 3 % beyond the circle.
    assert 0.9 * 0.05 / 1.15 < largest < 0.05 / 1.15
    assert stack(largest).build()[1]["checks"] == "passed"


def test_layers_too_thin_to_mesh_are_refused_by_name():
    thin = Stack((Layer("a", 1.0), Layer("b", 1e-4), Layer("c", 1.0)), 1.0)
    with pytest.raises(ValueError, match=r"layer a, with 60,000 elements along a face: .*times"):
        thin.build()


def test_graded_elements_as_large_as_the_refusal_says_are_possible():
    line = np.stack([np.linspace(0.0, 1.0, 60_001), np.full(60_001, 0.5)], axis=1)

    def lookup(larger):
        spacing = Spacing(line, np.full(len(line), larger / 60_000), largest=0.2, grading=0.8)
        return spacing.lookup(np.zeros(2), np.ones(2))

    with pytest.raises(ValueError, match="triangles, and 2,000,000 are possible") as refused:
        lookup(1.0)
    larger = float(str(refused.value).split("at least ")[1].split(" times")[0])
    assert lookup(larger)(0.5, 0.0) == pytest.approx(0.2)


def test_pores_without_room_between_rough_faces_are_refused_with_the_room():
    lower = Layer("a", 1.0, replace(ROUGH, rms=0.1))
    stack = Stack((lower, Layer("b", 1.0, pores=LayerPores(0.75, 0.08, 0.3)), Layer("c", 1.0)), 1.0)
    with pytest.raises(
        ValueError, match=r"layer b: porosity .*rough faces, 0\.89\d* um apart of 1 um"
    ):
        stack.build()
