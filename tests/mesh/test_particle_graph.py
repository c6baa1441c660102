"""Who bears load in a network of particles, against a maximum flow of one through each."""

import numpy as np
from lisic.mesh.particle_graph import backbone, coordination
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow


def bears_by_flow(edges, n):
    """Menger: two paths without a common particle lead to the faces if two units flow there."""
    bears = []
    for particle in range(n):
        # Every node k is split into an entry k and an exit k + n + 2 that passes one unit.
        size, tails, heads = n + 2, [], []
        for a, b in edges.tolist():
            tails += [a + size, b + size]
            heads += [b, a]
        tails += range(size)
        heads += range(size, 2 * size)
        tails += [n + size, n + 1 + size]
        heads += [2 * size, 2 * size]
        graph = coo_array((np.ones(len(tails), np.int32), (tails, heads)), (2 * size + 1,) * 2)
        bears.append(maximum_flow(graph.tocsr(), particle + size, 2 * size).flow_value == 2)
    return np.array(bears)


def test_backbone_is_where_two_separate_paths_lead_to_the_faces():
    n, shares = 14, []
    pairs = np.array([(a, b) for a in range(n + 2) for b in range(a) if (a, b) != (n + 1, n)])
    for seed in range(12):
        rng = np.random.default_rng(seed)
        edges = pairs[rng.permutation(len(pairs))[: 14 + 2 * seed]]
        found = backbone(edges, n)
        assert np.array_equal(found, bears_by_flow(edges, n))
        shares.append(found.mean())
    # Graphs of all sorts were looked at.
    assert min(shares) == 0
    assert max(shares) > 0.8
    assert len(set(shares)) > 4


def test_a_chain_bears_its_side_branch_and_its_loop_on_one_particle_do_not():
    # separator 6 - 0 - 1 - 2 - collector 7; 3 hangs on 1; 1 - 4 - 5 - 1 is a loop at 1.
    edges = np.array([[6, 0], [0, 1], [1, 2], [2, 7], [1, 3], [1, 4], [4, 5], [5, 1]])
    assert backbone(edges, 6).tolist() == [True, True, True, False, False, False]
    assert coordination(edges, 6).tolist() == [2, 5, 2, 1, 2, 2]


def test_nothing_bears_where_no_path_leads_through():
    assert not backbone(np.array([[2, 0], [1, 3]]), 2).any()
