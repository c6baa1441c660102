"""Mesh files as a user brings them: gmsh's, with named groups."""

import numpy as np
from lisic.mesh.planar import session


def write_quarter_ring(path, *, inner=1.0, outer=2.0, across=8, around=16, growth=1.15):
    """A quarter of a ring in plane strain; elements grow outwards. Groups as in shell.toml."""
    with session() as gm:
        geo = gm.model.geo
        centre = geo.addPoint(0, 0, 0)
        places = [(inner, 0), (outer, 0), (0, outer), (0, inner)]
        a, b, c, d = (geo.addPoint(x, y, 0) for x, y in places)
        bottom, rim = geo.addLine(a, b), geo.addCircleArc(b, centre, c)
        left, bore = geo.addLine(d, c), geo.addCircleArc(a, centre, d)
        surface = geo.addPlaneSurface([geo.addCurveLoop([bottom, rim, -left, -bore])])
        for line in (bottom, left):
            geo.mesh.setTransfiniteCurve(line, across + 1, "Progression", growth)
        for arc in (rim, bore):
            geo.mesh.setTransfiniteCurve(arc, around + 1)
        geo.mesh.setTransfiniteSurface(surface, "Alternate")
        geo.synchronize()
        gm.model.addPhysicalGroup(2, [surface], 1, "shell")
        named = {"inner": bore, "outer": rim, "bottom": bottom, "left": left}
        for name, line in named.items():
            gm.model.addPhysicalGroup(1, [line], -1, name)
        gm.model.mesh.generate(2)
        gm.write(str(path))


def write_box(path, lengths, counts, *, origin=0.0, groups=True):
    """A rectangle or a block, its first axis from ``origin``; sides named by axis: x0, x1, y0..."""
    dim = len(lengths)
    with session() as gm:
        occ = gm.model.occ
        if dim == 2:
            occ.addRectangle(origin, 0, 0, *lengths)
        else:
            occ.addBox(origin, 0, 0, *lengths)
        occ.synchronize()
        for _, line in gm.model.getEntities(1):
            low, high = np.reshape(gm.model.getBoundingBox(1, line), (2, 3))
            gm.model.mesh.setTransfiniteCurve(line, counts[int(np.argmax(high - low))] + 1)
        for _, surface in gm.model.getEntities(2):
            gm.model.mesh.setTransfiniteSurface(surface)
        if dim == 3:
            gm.model.mesh.setTransfiniteVolume(1)
        if groups:
            gm.model.addPhysicalGroup(dim, [tag for _, tag in gm.model.getEntities(dim)], 1, "body")
            for _, side in gm.model.getEntities(dim - 1):
                low, high = np.reshape(gm.model.getBoundingBox(dim - 1, side), (2, 3))
                axis = int(np.argmin((high - low)[:dim]))
                start = origin if axis == 0 else 0.0
                end = "0" if abs(low[axis] - start) < 1e-6 else "1"
                gm.model.addPhysicalGroup(dim - 1, [side], -1, f"{'xyz'[axis]}{end}")
        gm.model.mesh.generate(dim)
        gm.write(str(path))
