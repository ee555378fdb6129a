"""Maximum likelihood of positive parameters: value, standard error, and whether the maximum was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Objective = Callable[[Floats], tuple[float, Floats]]
"""Parameters → log-likelihood and its gradient by the parameters."""

_FAR = 12.0
"""Parameters are searched between e⁻¹² and e¹²; one that ends there has no maximum."""
_STEP = 1e-4
_STILL = 1e-9
_TRIES = 25


def total(values: Floats, weights: Floats) -> float:
    """Σ weight × value; summed pairwise and without BLAS, whose threads would make the last digits vary."""
    return float(np.sum(values * weights))


@dataclass(frozen=True)
class Estimate:
    """Parameters by the order of the model, their standard errors (observed information), and the log-likelihood."""

    values: tuple[float, ...]
    errors: tuple[float, ...]
    log_likelihood: float
    settled: bool
    """A maximum inside the limits was found: otherwise the data does not determine the parameters."""


def maximise(rough: Objective, exact: Objective, start: Sequence[float]) -> Estimate:
    """The parameters under which the data is most likely, searched on the log scale.

    `rough` is the same likelihood of condensed data: the search runs there, and a few steps on `exact` end it.
    """
    logs = _searched(rough, np.log(np.asarray(start, dtype=np.float64)))
    logs = _refined(exact, logs, _curvature(rough, logs))
    curvature = _curvature(exact, logs)
    values, errors = np.exp(logs), _errors(curvature)
    settled = bool(np.all(np.abs(logs) < _FAR - 0.1) and np.isfinite(errors).all())
    height = float(exact(values)[0])
    return Estimate(tuple(values.tolist()), tuple((errors * values).tolist()), height, settled)


def _searched(objective: Objective, begin: Floats) -> Floats:
    from scipy.optimize import minimize

    found = minimize(
        lambda logs: _downhill(objective, logs),
        np.clip(begin, 1 - _FAR, _FAR - 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_FAR, _FAR)] * len(begin),
        options={"maxiter": 500, "ftol": 1e-12},
    )
    return np.asarray(found.x, dtype=np.float64)


def _refined(objective: Objective, logs: Floats, curvature: Floats) -> Floats:
    """Newton's steps with a curvature that is about right; a search from here where they do not climb."""
    if not np.isfinite(_errors(curvature)).all():
        return _searched(objective, logs)
    depth, slope = _downhill(objective, logs)
    for _ in range(_TRIES):
        step = np.linalg.solve(curvature, slope)
        if np.abs(step).max() < _STILL:
            return logs
        lower, next_slope = _downhill(objective, np.clip(logs - step, -_FAR, _FAR))
        if lower > depth + _STILL * abs(depth):
            return _searched(objective, logs)
        logs, depth, slope = np.clip(logs - step, -_FAR, _FAR), lower, next_slope
    return logs


def _downhill(objective: Objective, logs: Floats) -> tuple[float, Floats]:
    values = np.exp(logs)
    height, slope = objective(values)
    return -height, -slope * values


def _curvature(objective: Objective, logs: Floats) -> Floats:
    """The Hessian by central differences of the gradient."""
    rows = []
    for step in np.eye(len(logs)) * _STEP:
        rows.append((_downhill(objective, logs + step)[1] - _downhill(objective, logs - step)[1]) / (2 * _STEP))
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2, dtype=np.float64)


def _errors(curvature: Floats) -> Floats:
    """Standard errors of the logs; NaN where the surface has no peak here."""
    if not np.isfinite(curvature).all() or not bool((np.linalg.eigvalsh(curvature) > 0).all()):
        return np.full(len(curvature), np.nan)
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(curvature))), dtype=np.float64)


def condensed(key: NDArray[Any], count: Floats) -> tuple[NDArray[Any], Floats]:
    """Distinct keys in rising order, and how many customers each stands for."""
    distinct, which = np.unique(key, return_inverse=True)
    return distinct, np.bincount(which, weights=count).astype(np.float64)
