"""Losses of public language models along and at the end of training: the curves of the OLMo ladder, a testbed of 104
models, and, from the user's copy, the points behind the Chinchilla law."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from szilard.datasets.files import DataFile, data_cache

if TYPE_CHECKING:
    import pandas as pd

CHINCHILLA_POINTS = "svg_extracted_data.csv"
LARGEST_LOSSES_LEFT_OUT = 5  # outliers, as besiroglu2024chinchilla leaves them out

OLMO_LADDER = DataFile(
    package="szilard",
    path="datasets/scaling_curves/olmo_ladder_c4_en.csv",
    sha256="346f803c7a8d2d3fb1a4d86b21044e58ec8d00e49315b2cbed64787410ce74ed",
    install="pip install szilard",
    source="github.com/allenai/OLMo-ladder, commit 67a3f440, losses on the validation part of C4; Bhagia et al., 2024",
    licence="Apache-2.0, Allen Institute for AI",
)
GADRE_TESTBED = DataFile(
    package="szilard",
    path="datasets/scaling_curves/gadre2024_testbed_losses.csv",
    sha256="7a8b999e424026f65abf620d4e3dfd6d64902106d04ffac67736d25d40add787",
    install="pip install szilard",
    source="github.com/mlfoundations/scaling, commit a003c491, 104 models on 8 evaluation sets; Gadre et al., 2024",
    licence="MIT, Copyright (c) 2024 mlfoundations",
)

__all__ = ["CHINCHILLA_POINTS", "GADRE_TESTBED", "OLMO_LADDER", "chinchilla_points", "gadre_testbed", "olmo_ladder"]


def olmo_ladder() -> pd.DataFrame:
    """Training curves of language models of 190M to 13B parameters, loss on C4 (`bhagia2024ladders`).

    Models of the ladder (190M to 3B) were trained five times each, on 0.5 to 10 times the tokens that Chinchilla would
    give them, with a rate that falls along a cosine; batch, peak rate and length of the schedule grow with the model.

    Returns:
        A row per evaluation: ``size`` and ``run`` (names), ``N`` parameters as their authors list them, ``S`` steps,
        ``B`` tokens per batch, ``D`` tokens seen, ``rate`` (learning rate as a fraction of its peak, ``nan`` where it
        was not logged), ``loss`` in nats per token.

    Raises:
        ValueError: the file is not the expected one.

    >>> olmo_ladder().groupby("size").N.first().astype(int).to_dict()["13B"]
    13202396160
    """
    table = _table(OLMO_LADDER)
    table.columns = ["size", "run", "N", "S", "B", "rate", "loss"]
    table.insert(5, "D", table.S * table.B)
    return table.astype({"N": float, "S": float, "B": float, "D": float})


def gadre_testbed() -> pd.DataFrame:
    """Final losses of 104 models of 11M to 6.9B parameters, trained on three data sets (`gadre2024reliably`).

    Returns:
        A row per model and evaluation set: ``train``, ``model`` and ``eval`` (names), ``N`` all parameters,
        ``N_non_embedding``, ``D`` tokens, ``rate`` (peak), ``batch`` in sequences of 2048 (1 is a placeholder, on the
        rows of the 7B models), ``loss`` in nats per token.

    Raises:
        ValueError: the file is not the expected one.

    >>> gadre_testbed().model.nunique()
    104
    """
    table = _table(GADRE_TESTBED)
    table.columns = ["train", "model", "N", "N_non_embedding", "D", "rate", "batch", "eval", "loss"]
    return table.astype({"N": float, "N_non_embedding": float, "D": float})


def chinchilla_points() -> pd.DataFrame:
    """The 240 points that `besiroglu2024chinchilla` read off a figure of `hoffmann2022training`, from the user's copy.

    Their file bears no licence and is not distributed here. It is ``svg_extracted_data.csv`` of the repository
    analyzing-chinchilla; put it into the folder that ``SZILARD_DATA`` names. Its five largest losses are left out, as
    its authors do.

    Returns:
        ``N`` parameters, ``D`` tokens and ``loss`` in nats, a row per run.

    Raises:
        FileNotFoundError: there is no copy.
        ValueError: it lacks a column.
    """
    import pandas as pd

    places = [data_cache(), *([Path(os.environ["SZILARD_DATA"])] if os.environ.get("SZILARD_DATA") else [])]
    found = next((folder / CHINCHILLA_POINTS for folder in places if (folder / CHINCHILLA_POINTS).is_file()), None)
    if found is None:
        raise FileNotFoundError(
            f"{CHINCHILLA_POINTS} was not found: take it from github.com/epoch-research/analyzing-chinchilla (it bears "
            "no licence, so it is not distributed here) and put it into $SZILARD_DATA"
        )
    table = pd.read_csv(found)
    if missing := {"Model Size", "Training FLOP", "loss"} - set(table):
        raise ValueError(f"{found} must have the columns Model Size, Training FLOP and loss; missing: {missing}")
    points = pd.DataFrame({"N": table["Model Size"], "D": table["Training FLOP"] / (6 * table["Model Size"])})
    points["loss"] = table["loss"]
    return points.sort_values("loss").iloc[:-LARGEST_LOSSES_LEFT_OUT].sort_index().reset_index(drop=True)


def _table(file: DataFile) -> pd.DataFrame:
    import pandas as pd

    table = pd.read_csv(io.BytesIO(file.read()))
    table.attrs = {"source": file.source, "licence": file.licence, "sha256": file.sha256}
    return table
