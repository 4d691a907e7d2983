"""Notebooks are read and cut without being trusted."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from szilard.compendium.notebook import dependencies, find, records

SHOW = "chapter.figure('a', fig, data, '', '')"
CELLS = [
    "import numpy as np\nchapter = Chapter('a')",  # 0
    "rows = []",  # 1
    "other = np.zeros(9)",  # 2
    "for i in range(3):\n    rows.append(i)",  # 3
    "fig, ax = plt.subplots()\nchapter.figure('b', fig, other, '', '')",  # 4
    "import matplotlib.pyplot as plt\ndef draw(x):\n    return np.mean(x)",  # 5
    "data = {'y': draw(rows)}\nfig, ax = plt.subplots()\nax.plot(data['y'])\n" + SHOW,  # 6
]


def test_a_figure_needs_the_cells_that_make_or_change_its_names() -> None:
    assert dependencies(CELLS, 6) == [0, 1, 3, 5, 6]


def test_a_figure_does_not_need_the_cells_after_it_or_other_figures() -> None:
    assert dependencies([*CELLS, "rows = None"], 6) == [0, 1, 3, 5, 6]


def test_what_is_bound_anew_is_not_traced_further() -> None:
    assert dependencies(["x = 1", "x = 2", "y = x"], 2) == [1, 2]
    assert dependencies(["x = 1", "x += 2", "y = x"], 2) == [0, 1, 2]
    assert dependencies(["x = {}", "x['a'] = 2", "y = x"], 2) == [0, 1, 2]
    assert dependencies(["x = [1]", "shuffle(x)", "y = x"], 2) == [0, 1, 2]


def test_a_cell_that_is_not_python_is_named() -> None:
    with pytest.raises(ValueError, match="plain Python"):
        dependencies(["%matplotlib inline", "x = 1"], 1)


def _notebook(folder: Path, ids: list[str]) -> Path:
    cells = []
    for id in ids:
        record = {"kind": "figure", "id": id, "data": "x\n1\n"}
        output = nbformat.v4.new_output("display_data", {"text/plain": id}, metadata={"szilard": record})
        cells.append(nbformat.v4.new_code_cell("show()", outputs=[output]))
    path = folder / "book" / "part" / "a.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_record_is_found_by_its_id_and_misspelt_ids_are_helped(tmp_path: Path) -> None:
    _notebook(tmp_path, ["fig-a-one", "fig-a-two"])
    found = find(tmp_path, "fig-a-two")
    assert (found.key, found.cell, found.frame.x[0]) == ("a", 1, 1)
    with pytest.raises(ValueError, match="did you mean 'fig-a-one'"):
        find(tmp_path, "fig-a-on")


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a.ipynb: every figure and table needs its own name; repeated: fig-a-one"):
        records(_notebook(tmp_path, ["fig-a-one", "fig-a-one"]))


def test_a_file_that_is_no_notebook_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text("{")
    with pytest.raises(ValueError, match="x.ipynb is not a readable notebook"):
        records(tmp_path / "x.ipynb")
    with pytest.raises(ValueError, match="no notebook at"):
        records(tmp_path / "y.ipynb")
