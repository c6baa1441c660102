r"""Local update at quadrature points: finite-strain Hencky elasticity with flow and growth.

Kinematics :math:`F = F_e F_c F_s`: growth (isotropic, relaxed volume :math:`c` per reference
volume), isochoric flow, logarithmic elasticity. With the deviator :math:`e` of
:math:`\tfrac12\ln b_e` and :math:`y = c/J`, per reference volume

.. math::
    \tau = c_n\,2\mu\,e - J p\,I, \qquad p = K\,y\ln y, \qquad P = \tau F^{-T},

so that for :math:`c = 1` :math:`-Jp = K\ln J`, the Hencky law. The discrete update is backward
Euler: the trial deviator shrinks by the scalar :math:`q/q_{tr}` that solves
:math:`q + 3\mu\,\Delta t\,\dot\varepsilon(q) = q_{tr}` (``materials.flow``), a resistance that
hardens being that of the step's end, too.

Two things are special to lithium in a pore. Where the pore is not full (``full`` = 0, decided
for each pore as a whole by ``points.MaterialPoints``) lithium carries no stress and its shape
relaxes freely; a soft neo-Hookean filler alone holds the nodes inside. And its *growth stalls*:
in a step :math:`c = c_n + g\,(1 - p/p^*)`, with the stall pressure :math:`p^* = F\eta/V_m`
(linear kinetics in the driving force; lithium pressed beyond :math:`p^*` dissolves), solved
together with the stress so that growth against a stiff wall needs no small steps.

The consistent tangent :math:`\partial P/\partial F` is exact, growth included. It follows from
the spectral form of an isotropic function of :math:`b` (Simo & Hughes, 1998,
doi:10.1007/b98904, ch. 8).
"""

import math

import numpy as np
import numpy.typing as npt
from lisic.materials.flow import equivalent_stress, hardened, resume
from lisic.materials.jit import njit

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Columns of the ``moduli`` array, one row a cell.
SHEAR, BULK, FILLER_SHEAR, FILLER_BULK = range(4)
N_MODULI = 4


@njit
def update(
    components: Indices,
    gradient: Array,
    points_per_cell: int,
    moduli: Array,
    flow: Array,
    growth: Array,
    stall: Array,
    full: Flags,
    dt: float,
    cp_inv: Array,
    volume: Array,
    creep: Array,
    hardening: Array,
    cp_inv_new: Array,
    volume_new: Array,
    creep_new: Array,
    hardening_new: Array,
    stress: Array,
    tangent: Array,
    cauchy: Array,
    jacobians: Array,
) -> float:
    """Update all points; returns the smallest J, or -1 where the deformation is not admissible.

    Args:
        components: (n_comp, 2) indices (i, j) of the active parts of the displacement gradient.
        gradient: (n, n_comp) displacement gradient.
        points_per_cell: quadrature points a cell.
        moduli: (n_cells, 4) shear and bulk modulus, then those of the filler (MPa).
        flow: (n_cells, n_columns) flow-law parameters, see ``materials.flow``.
        growth: (n,) relaxed volume that the step would add per reference volume.
        stall: (n_cells,) pressure at which growth stalls (MPa), infinite for prescribed growth.
        full: (n_cells,) whether the material fills its place and carries load.
        dt: length of the step (s).
        cp_inv, volume, creep, hardening: state at the start of the step: inverse flow metric
            (n, 3, 3) with determinant one, relaxed volume c (n,), accumulated equivalent flow
            strain (n,), resistance gained by a law that hardens (n,) in MPa.
        cp_inv_new, volume_new, creep_new, hardening_new: the same at its end (written).
        stress: (n, n_comp) first Piola stress (MPa, written).
        tangent: (n, n_comp, n_comp) its derivative (written).
        cauchy: (n, 6) Cauchy stress xx, yy, zz, xy, yz, xz (MPa, written).
        jacobians: (n,) J = det F (written).
    """
    n_comp = components.shape[0]
    f = np.empty((3, 3))
    f_inv = np.empty((3, 3))
    work = np.empty((3, 3))
    b = np.empty((3, 3))
    v = np.empty((3, 3))
    w = np.empty(3)
    dev = np.empty(3)
    tau = np.empty(3)
    dtau = np.empty((3, 3))
    divided = np.empty((3, 3))
    pull = np.empty((3, 3))
    kirchhoff = np.empty((3, 3))
    piola = np.empty((3, 3))
    change = np.empty((3, 3))
    law = np.empty(flow.shape[1])
    smallest = math.inf

    for point in range(gradient.shape[0]):
        cell = point // points_per_cell
        mu = moduli[cell, SHEAR]

        f[:] = 0.0
        for i in range(3):
            f[i, i] = 1.0
        for a in range(n_comp):
            f[components[a, 0], components[a, 1]] += gradient[point, a]
        jacobian = _inverse(f, f_inv)
        if not (1e-10 < jacobian < 1e30):  # also catches NaN
            return -1.0
        smallest = min(smallest, jacobian)
        jacobians[point] = jacobian

        # Growth and pressure.
        if full[cell]:
            c, spherical, d_spherical = _pressure(
                jacobian, volume[point], growth[point], stall[cell], moduli[cell, BULK]
            )
        else:
            c = volume[point] + growth[point]
            spherical = 0.0
            d_spherical = 0.0
        volume_new[point] = c

        # Trial state in principal axes.
        for i in range(3):
            for j in range(3):
                s = 0.0
                for k in range(3):
                    s += f[i, k] * cp_inv[point, k, j]
                work[i, j] = s
        for i in range(3):
            for j in range(3):
                s = 0.0
                for k in range(3):
                    s += work[i, k] * f[j, k]
                b[i, j] = s
        _eigen(b, w, v)
        for i in range(3):
            if not w[i] > 0.0:
                return -1.0
            dev[i] = 0.5 * math.log(w[i])
        mean = (dev[0] + dev[1] + dev[2]) / 3.0
        norm2 = 0.0
        for i in range(3):
            dev[i] -= mean
            norm2 += dev[i] * dev[i]

        # Flow: the trial deviator shrinks by `ratio`; `slope` is dq/dq_trial.
        q_trial = math.sqrt(6.0 * norm2) * mu
        if full[cell]:
            for i in range(len(law)):
                law[i] = flow[cell, i]
            resume(law, hardening[point], dt)
            q, slope = equivalent_stress(q_trial, 3.0 * mu * dt, law)
            hardening_new[point] = hardening[point] + hardened(q, law)
            ratio = q / q_trial if q_trial > 0.0 else slope
            creep_new[point] = creep[point] + ((q_trial - q) / (3.0 * mu) if mu > 0.0 else 0.0)
        else:
            slope = 0.0
            ratio = 0.0
            creep_new[point] = creep[point]
            hardening_new[point] = hardening[point]

        # Weighted by the relaxed volume; where that depends on J, by its value at the start of the
        # step, which keeps the tangent symmetric (lithium's shear stress is small beside p).
        two_mu = 2.0 * mu * (volume[point] if stall[cell] < math.inf else c)
        for i in range(3):
            tau[i] = two_mu * ratio * dev[i] + spherical
            for j in range(3):
                dtau[i, j] = d_spherical + two_mu * ratio * ((1.0 if i == j else 0.0) - 1.0 / 3.0)
                if norm2 > 1e-28:
                    dtau[i, j] += two_mu * (slope - ratio) * dev[i] * dev[j] / norm2

        # Back to fixed axes; pull = F^-1 v, whose columns are the pulled-back principal axes.
        for i in range(3):
            for a in range(3):
                pull[i, a] = f_inv[i, 0] * v[0, a] + f_inv[i, 1] * v[1, a] + f_inv[i, 2] * v[2, a]
        scale = jacobian ** (2.0 / 3.0)
        for i in range(3):
            for j in range(3):
                s = 0.0
                metric = 0.0
                for a in range(3):
                    s += v[i, a] * tau[a] * v[j, a]
                    metric += pull[i, a] * math.exp(2.0 * ratio * dev[a]) * pull[j, a]
                kirchhoff[i, j] = s
                cp_inv_new[point, i, j] = scale * metric

        # Filler: neo-Hookean, added to the same first Piola stress.
        filler_mu = moduli[cell, FILLER_SHEAR]
        filler_k = moduli[cell, FILLER_BULK]
        filler_p = filler_k * math.log(jacobian) - filler_mu
        for i in range(3):
            for j in range(3):
                s = filler_mu * f[i, j] + filler_p * f_inv[j, i]
                for k in range(3):
                    s += kirchhoff[i, k] * f_inv[j, k]
                piola[i, j] = s
        for a in range(n_comp):
            stress[point, a] = piola[components[a, 0], components[a, 1]]
        for a in range(6):
            i = a if a < 3 else (1 if a == 4 else 0)
            j = a if a < 3 else (1 if a == 3 else 2)
            s = 0.0
            for k in range(3):
                s += piola[i, k] * f[j, k]
            cauchy[point, a] = s / jacobian

        # Consistent tangent.
        for i in range(3):
            for j in range(3):
                # (tau_i - tau_j) / (w_i - w_j) = mu ratio ln(w_i / w_j) / (w_i - w_j), to full
                # accuracy however close w_i and w_j: stress may depend on tiny differences.
                x = (w[i] - w[j]) / w[j]
                quotient = math.log1p(x) / x if abs(x) > 1e-8 else 1.0 - 0.5 * x
                divided[i, j] = 0.5 * two_mu * ratio * quotient / w[j]
        for col in range(n_comp):
            k = components[col, 0]
            m = components[col, 1]
            # dF = e_k (x) e_m; change = d(Kirchhoff stress) in principal axes.
            for a in range(3):
                for bb in range(3):
                    if a != bb:
                        change[a, bb] = divided[a, bb] * (
                            v[k, a] * pull[m, bb] * w[bb] + w[a] * v[k, bb] * pull[m, a]
                        )
                    else:
                        s = 0.0
                        for d in range(3):
                            s += dtau[a, d] * v[k, d] * pull[m, d]
                        change[a, a] = s
            for row in range(n_comp):
                i = components[row, 0]
                j = components[row, 1]
                s = 0.0
                for a in range(3):
                    t = 0.0
                    for bb in range(3):
                        t += change[a, bb] * pull[j, bb]
                    s += v[i, a] * t
                # d(F^-T) brings -P dF^T F^-T for the part tau F^-T; the filler's is its own.
                tau_f = 0.0
                for d in range(3):
                    tau_f += kirchhoff[i, d] * f_inv[m, d]
                s -= tau_f * f_inv[j, k]
                s += filler_k * f_inv[j, i] * f_inv[m, k] - filler_p * f_inv[m, i] * f_inv[j, k]
                if i == k and j == m:
                    s += filler_mu
                tangent[point, row, col] = s
    return smallest


@njit
def _pressure(
    jacobian: float, c_start: float, growth: float, stall: float, bulk: float
) -> tuple[float, float, float]:
    """Relaxed volume c at the end of the step, -J p, and its derivative by ln J."""
    c = c_start + growth
    slope = 0.0  # dc/dlnJ
    if growth > 0.0 and stall < math.inf:
        # c + gain p(c) = c_start + growth: convex and increasing in c, Newton is monotone after
        # its first step.
        gain = growth / stall
        for _ in range(60):
            y = c / jacobian
            dp = bulk * (math.log(y) + 1.0)
            step = (c - c_start - growth + gain * bulk * y * math.log(y)) / (
                1.0 + gain * dp / jacobian
            )
            c = max(c - step, 0.5 * c)
            if abs(step) <= 1e-15 * c:
                break
        y = c / jacobian
        dp = bulk * (math.log(y) + 1.0)
        slope = gain * dp * y / (1.0 + gain * dp / jacobian)
    y = c / jacobian
    p = bulk * y * math.log(y)
    dp = bulk * (math.log(y) + 1.0)
    return c, -jacobian * p, -jacobian * p + dp * (c - slope)


@njit
def _inverse(a: Array, out: Array) -> float:
    """Inverse of a 3x3 matrix into ``out``; returns the determinant."""
    out[0, 0] = a[1, 1] * a[2, 2] - a[1, 2] * a[2, 1]
    out[0, 1] = a[0, 2] * a[2, 1] - a[0, 1] * a[2, 2]
    out[0, 2] = a[0, 1] * a[1, 2] - a[0, 2] * a[1, 1]
    out[1, 0] = a[1, 2] * a[2, 0] - a[1, 0] * a[2, 2]
    out[1, 1] = a[0, 0] * a[2, 2] - a[0, 2] * a[2, 0]
    out[1, 2] = a[0, 2] * a[1, 0] - a[0, 0] * a[1, 2]
    out[2, 0] = a[1, 0] * a[2, 1] - a[1, 1] * a[2, 0]
    out[2, 1] = a[0, 1] * a[2, 0] - a[0, 0] * a[2, 1]
    out[2, 2] = a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]
    determinant: float = a[0, 0] * out[0, 0] + a[0, 1] * out[1, 0] + a[0, 2] * out[2, 0]
    if determinant != 0.0:
        out /= determinant
    return determinant


@njit
def _eigen(a: Array, w: Array, v: Array) -> None:
    """Eigenvalues ``w`` and vectors (columns of ``v``) of a symmetric 3x3 matrix, cyclic Jacobi.

    ``numpy.linalg.eigh`` inside numba calls LAPACK, about ten times slower at this size.
    ``a`` is overwritten.
    """
    v[:] = 0.0
    for i in range(3):
        v[i, i] = 1.0
    for _ in range(20):
        off = abs(a[0, 1]) + abs(a[0, 2]) + abs(a[1, 2])
        if off <= 1e-16 * (abs(a[0, 0]) + abs(a[1, 1]) + abs(a[2, 2])):
            break
        for p in range(2):
            for q in range(p + 1, 3):
                apq = a[p, q]
                if abs(apq) > 1e-300:
                    theta = (a[q, q] - a[p, p]) / (2.0 * apq)
                    sign = 1.0 if theta >= 0.0 else -1.0
                    t = sign / (abs(theta) + math.sqrt(theta * theta + 1.0))
                    cos = 1.0 / math.sqrt(t * t + 1.0)
                    sin = t * cos
                    for k in range(3):
                        akp = a[k, p]
                        akq = a[k, q]
                        a[k, p] = cos * akp - sin * akq
                        a[k, q] = sin * akp + cos * akq
                    for k in range(3):
                        apk = a[p, k]
                        aqk = a[q, k]
                        a[p, k] = cos * apk - sin * aqk
                        a[q, k] = sin * apk + cos * aqk
                    for k in range(3):
                        vkp = v[k, p]
                        vkq = v[k, q]
                        v[k, p] = cos * vkp - sin * vkq
                        v[k, q] = sin * vkp + cos * vkq
    for i in range(3):
        w[i] = a[i, i]
