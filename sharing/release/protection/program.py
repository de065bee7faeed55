"""One linear programme over the hidden cells of a component, solved many times with other objectives by HiGHS.

Variables are departures from the truth, so that zero is always a solution and a component needs no constant.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from sharing.release.protection.table import Floats, Integers

EXACT = 1e-6
MIP_SECONDS = 10.0


class Program:
    """`relations @ d = 0`, `lower ≤ d ≤ upper`: which other tables give the same published figures."""

    def __init__(self, relations: csr_array, lower: Floats, upper: Floats) -> None:
        """Of the columns' relations; rows that hold no column are dropped."""
        matrix = relations[np.diff(relations.indptr) > 0].tocsc()
        rows, columns = matrix.shape
        self.columns = columns
        self.lower, self.upper = lower.copy(), upper.copy()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = columns, rows
        model.col_cost_ = np.zeros(columns)
        model.col_lower_, model.col_upper_ = self.lower, self.upper
        model.row_lower_ = model.row_upper_ = np.zeros(rows)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.silent()
        self._solver.setOptionValue("threads", 1)
        self._solver.setOptionValue("time_limit", 60.0)
        self._solver.passModel(model)
        self._indices = np.arange(columns, dtype=np.int32)

    def bound(self, lower: Floats, upper: Floats) -> None:
        """Other bounds, all columns."""
        self.lower, self.upper = lower.copy(), upper.copy()
        self._solver.changeColsBounds(self.columns, self._indices, self.lower, self.upper)

    def minimise(self, cost: Floats) -> Floats | None:
        """A solution of least cost, whole numbers or not; None when there is none."""
        self._solver.changeColsCost(self.columns, self._indices, cost)
        return self._run()

    def minimise_whole(self, cost: Floats) -> Floats | None:
        """The same in whole numbers, so that an attacker who counts whole sites knows no more than the audit."""
        found = self.minimise(cost)
        return found if found is None or is_whole(found) else self._whole()

    def _run(self) -> Floats | None:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._solver.getSolution().col_value)

    def _whole(self) -> Floats | None:
        kinds = np.full(self.columns, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self._solver.changeColsIntegrality(self.columns, self._indices, kinds)
        self._solver.setOptionValue("time_limit", MIP_SECONDS)
        self._solver.run()
        found = None
        if self._solver.getInfo().primal_solution_status == 2:  # feasible
            found = np.round(np.array(self._solver.getSolution().col_value))
        kinds[:] = int(highspy.HighsVarType.kContinuous)
        self._solver.changeColsIntegrality(self.columns, self._indices, kinds)
        self._solver.setOptionValue("time_limit", 60.0)
        return found


def is_whole(solution: Floats) -> bool:
    """Whether every figure is a whole number."""
    return bool(np.all(np.abs(solution - np.round(solution)) < EXACT))


def within(departure: Floats, lower: Floats) -> bool:
    """Whether a known departure is possible under other lower bounds."""
    return bool(np.all(departure >= lower - EXACT))


def of_component(relations: csr_array, cells: Integers) -> csr_array:
    """The relations among those cells alone."""
    part = csr_array(relations[:, cells])
    return csr_array(part[np.diff(part.indptr) > 0])
