"""What every laboratory must stand: cells that run small, claims that can fail row by row, controls that speak."""

from __future__ import annotations

import dataclasses
import importlib.util
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from szilard.compendium import Cell, Claim, Experiment, Laboratory, Verdict
from szilard.compendium.canonical import digest

SMALL = Path(__file__).parents[1] / "small"
ROWS = 24  # at most so many rows of a table are spoilt, evenly spread
FAVOURABLE = (Verdict.REPRODUCED, Verdict.PARTLY, Verdict.PAPER_ERRS, Verdict.CODE_ERRS)


def sizes(key: str) -> ModuleType:
    """The module ``small/<key>.py``: ``SMALL``, values by field name with which any cell runs in a blink, and perhaps
    ``CARD``, the experiments that only a card can measure."""
    spec = importlib.util.spec_from_file_location(f"small_{key}", SMALL / f"{key}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def small(cell: Cell, values: Mapping[str, Any]) -> Cell:
    """``cell`` with little to do."""
    fields = {field.name for field in dataclasses.fields(cell)}
    return dataclasses.replace(cell, **{name: values[name] for name in fields & set(values)})


def small_cells(experiment: Experiment, tier: str, values: Mapping[str, Any]) -> list[Cell]:
    """All cells of a tier at small size, equal ones once."""
    return list({digest(cell): cell for cell in (small(each, values) for each in experiment.cells[tier])}.values())


def settings(experiment: Experiment) -> set[str]:
    """Columns of the experiment's table that were set and not measured."""
    return {field.name for cells in experiment.cells.values() for cell in cells for field in dataclasses.fields(cell)}


def problems(
    claim: Claim,
    tables: Mapping[str, pd.DataFrame],
    laboratory: Laboratory,
    larger: Mapping[str, pd.DataFrame] | None = None,
) -> list[str]:
    """What is wrong with ``claim`` as judged on ``tables``, one line each; empty where all is well. A control may leave
    it to the ``larger`` tables of another tier to decide."""
    table = tables[claim.experiment]
    before = table.copy(deep=True)
    judgement = claim.evaluate(tables)
    lines = []
    if claim.evaluate(tables) != judgement:
        lines.append("its judge gives another answer when asked again")
    if not table.equals(before):
        lines.append("its judge changes the table")
    if claim.offline:
        return lines
    if not claim.controls:
        lines.append("it has no control")
    decided = {name for name, said in judgement.controls.items() if said.verdict is not Verdict.UNDECIDED}
    if larger and len(decided) < len(judgement.controls):
        later = claim.evaluate(larger).controls
        decided |= {name for name, said in later.items() if said.verdict is not Verdict.UNDECIDED}
    lines += [
        f"its control {name!r} decides nothing: {said.value}"
        for name, said in judgement.controls.items()
        if name not in decided and not claim.errs
    ]
    measured = claim.read(claim.picked(table)).verdict
    if measured in FAVOURABLE:
        lines += unnoticed(claim, table, measured, settings(laboratory.experiment(claim.experiment)))
    return lines


def unnoticed(claim: Claim, table: pd.DataFrame, verdict: Verdict, fixed: set[str]) -> list[str]:
    """The rows (blocks of a third, where the claim is about all rows together) that can be wrong without notice."""
    table = claim.picked(table)
    columns = [name for name in table.columns if name not in fixed and pd.api.types.is_numeric_dtype(table[name])] or [
        name for name in table.columns if name not in fixed
    ]
    blocks = np.array_split(np.arange(len(table)), min(3, len(table))) if claim.pooled else _spread(len(table))
    lines, hints = [], list(columns)
    for rows in blocks:
        hint = next((name for name in hints if _noticed(claim, table, verdict, rows, name)), None)
        if hint is None and not _removal_noticed(claim, table, verdict, rows):
            lines.append(f"rows {rows[0]}–{rows[-1]} of {len(table)} can be spoilt in any column without notice")
        elif hint is not None:
            hints.remove(hint)
            hints.insert(0, hint)  # what told for one row usually tells for the next
    return lines


def _spread(count: int) -> list[np.ndarray]:
    return [np.array([row]) for row in np.unique(np.linspace(0, count - 1, min(count, ROWS)).astype(int))]


def _noticed(claim: Claim, table: pd.DataFrame, verdict: Verdict, rows: np.ndarray, name: str) -> bool:
    """Whether the claim falls for a missing value *and* for some wrong finite one in column ``name``."""
    missing, *wrong = (_verdict(claim, each) for each in _spoilt(table, rows, name))
    return not _as_good(missing, verdict) and any(not _as_good(each, verdict) for each in wrong)


def _spoilt(table: pd.DataFrame, rows: np.ndarray, name: str) -> Iterator[pd.DataFrame]:
    column = table[name]
    place = table.columns.get_loc(name)
    if pd.api.types.is_bool_dtype(column):
        values = [np.nan, ~column.iloc[rows].to_numpy(dtype=bool)]
    elif pd.api.types.is_numeric_dtype(column):
        old = column.iloc[rows].to_numpy(dtype=float)
        scale = 1.0 + np.abs(np.nan_to_num(old)) + float(np.nanmax(np.abs(column.to_numpy(dtype=float)), initial=0.0))
        values = [np.nan, old + 1e3 * scale, old - 1e3 * scale, -old - 0.5 * scale, 0.0 * scale]
    else:
        values = [None, "something else"]
    for value in values:
        other = table.copy()
        if not pd.api.types.is_bool_dtype(column) or value is np.nan:
            other[name] = column.astype(object if not pd.api.types.is_numeric_dtype(column) else float)
        other.iloc[rows, place] = value
        yield other


def _removal_noticed(claim: Claim, table: pd.DataFrame, verdict: Verdict, rows: np.ndarray) -> bool:
    return not _as_good(_verdict(claim, table.drop(index=table.index[rows]).reset_index(drop=True)), verdict)


def _verdict(claim: Claim, table: pd.DataFrame) -> Verdict | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of divisions by the zeros just put there
            return claim.read(table).verdict
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return None  # a judge that stops has noticed


def _as_good(spoilt: Verdict | None, verdict: Verdict) -> bool:
    if verdict is Verdict.PARTLY:
        return spoilt in (Verdict.PARTLY, Verdict.REPRODUCED)
    return spoilt is verdict
