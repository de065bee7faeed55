"""Reproducible chance: one generator per step of the work, all from one seed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]


def generator(seed: int, step: str) -> np.random.Generator:
    """The generator of one step: a change in one step leaves what the others draw as it was."""
    return np.random.default_rng([seed, *step.encode()])


def smooth_field(
    random: np.random.Generator, wavelength: float, waves: int = 6
) -> Callable[[Floats], Floats]:
    """A smooth random function of the plane, about -1..1, whose features are about `wavelength` metres wide."""
    angles = random.uniform(0, 2 * np.pi, waves)
    scale = 2 * np.pi / (wavelength * random.uniform(0.6, 1.8, waves))
    vectors = np.stack([np.cos(angles) * scale, np.sin(angles) * scale])
    phases = random.uniform(0, 2 * np.pi, waves)

    def field(points: Floats) -> Floats:
        values: Floats = np.sin(points @ vectors + phases).sum(axis=1) / np.sqrt(waves * 2)
        return values

    return field


def shares(total: int, weights: Floats, least: int = 0) -> Ints:
    """Split a whole number in proportion to weights, by largest remainder, each part at least `least`.

    Raises ValueError when the total cannot give everybody the least.
    """
    free = total - least * len(weights)
    if free < 0:
        raise ValueError(f"{total} cannot be split into {len(weights)} parts of at least {least}.")
    exact = weights / weights.sum() * free
    parts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: free - int(parts.sum())]] += 1
    parts += least
    return parts


def key(random: np.random.Generator) -> uuid.UUID:
    """A random public key (UUID, version 4) that the seed fixes."""
    return uuid.UUID(bytes=random.bytes(16), version=4)
