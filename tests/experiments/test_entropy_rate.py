"""The laboratory of entropy rates, beyond the battery: the network's cells with a flat one in its place, and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from szilard.experiments import entropy_rate
from szilard.experiments.entropy_rate import contexts
from szilard.experiments.entropy_rate.claims import settled
from szilard.experiments.entropy_rate.tables import size_board, version_board
from szilard.language import CausalLM, Profile, load


class Bytes:
    """A tokenizer of bytes."""

    def encode(self, text):
        return [1 + byte for byte in text.encode()]


class Flat:
    """A network to which all tokens are equally likely."""

    def bits(self, ids, sees=None, before=None):
        return np.where(np.arange(np.shape(ids)[-1]) > 0, 8.0, 0.0) * np.ones(np.shape(ids))


@pytest.fixture
def flat(monkeypatch):
    monkeypatch.setattr(contexts, "_network", lambda device: CausalLM(Flat(), Bytes()))


@pytest.mark.usefixtures("flat")
def test_the_cells_of_the_network_count_every_token_once():
    cell = contexts.PlacesOfNetwork("sotu-59", 1, sentences=5, longest=600)
    rows = pd.DataFrame(cell.measure(np.random.default_rng(0), "cpu"))
    assert np.allclose(rows.bits, 8 * rows.tokens)
    sums = rows.groupby(["version", "context", "place"]).tokens.sum().unstack()
    assert (sums["sentence"] == sums["token"]).all() and (sums <= 600).all().all()
    assert set(rows.version) == {"real", "shuffled", "excerpt", "mixed"}
    assert set(rows[rows.version == "real"].context) == {"document", "sentence", "other"}
    (row,) = contexts.WindowsOfNetwork(0, 16, length=256).measure("cpu")
    assert row == {"bits": 8.0 * 128, "tokens": 128}
    real, mixed = contexts.UnevennessOfNetwork(0, sentences=4, tokens=600).measure(np.random.default_rng(0), "cpu")
    assert real["mean"] == mixed["mean"] == 8.0 and real["variance"] == 0.0


def test_the_part_that_is_scored_is_not_the_part_that_is_learnt():
    scored, learnt = contexts._texts("sotu-59"), contexts._speeches()[1::2]
    assert len(scored) == 30 and not {d.name for d in scored} & {d.name for d in learnt}
    assert scored == load("sotu-59").documents[::2]


def test_a_profile_of_a_table_is_that_of_the_scores():
    rows = pd.DataFrame(contexts.Places(sentences=6, documents=4, trained=3, order=3).measure(np.random.default_rng(0)))
    model = contexts._ppm(3, 3)
    first = [each.first(6) for each in contexts._texts("sotu-59")[:4]]
    from szilard.language import score

    expected = Profile.by_sentence(score(model, first), 6)
    found = entropy_rate.profile(rows, "real", "document", 6)
    np.testing.assert_allclose(found.bits, expected.bits, atol=1e-5)
    np.testing.assert_array_equal(found.tokens, expected.tokens)
    saved = entropy_rate.information(rows, 6)
    assert (saved.bits[:, 0] == 0).all() and saved.bits.sum() > 0
    shuffled = entropy_rate.profile(rows, "shuffled", "sentence", 6)
    real = entropy_rate.profile(rows, "real", "sentence", 6)
    np.testing.assert_allclose(np.sort(shuffled.bits[0]), np.sort(real.bits[0]), atol=1e-5)


def test_nothing_unpublished_is_printed_as_published():
    assert all(claim.published is None for claim in entropy_rate.LABORATORY.claims)


def test_sizes_are_compared_by_the_byte():
    """Two documents of two sentences: a model of bytes, and a network whose bits are given by the sentence."""
    places = pd.DataFrame({"document": [0, 0, 1, 1], "at": [1, 2, 1, 2]})
    ours = places.assign(
        order=6, trained=29, local=[20.0, 20, 30, 30], in_context=[20.0, 10, 30, 20], tokens=[5, 5, 10, 5]
    )
    rows = [(d, k, context, bits) for d, k, alone, told in ((0, 1, 8, 8), (0, 2, 9, 4), (1, 1, 7, 7), (1, 2, 6, 1))
            for context, bits in (("sentence", alone), ("document", told))]  # fmt: skip
    network = pd.DataFrame(rows, columns=["document", "at", "context", "bits"]).assign(version="real", place="sentence")
    board = size_board(ours, pd.concat([network, network.assign(version="mixed", bits=99.0)])).set_index("model")
    assert board.loc["bytes, context up to 6", ["alone", "in context"]].tolist() == [100 / 25, 80 / 25]
    assert board.loc["SmolLM2", ["alone", "in context", "saved"]].tolist() == pytest.approx([30 / 25, 20 / 25, 10 / 25])
    assert len(size_board(ours, None)) == 1


def test_trends_of_versions_leave_out_the_first_sentence():
    """A version that only drops after its first sentence is level; one that goes on falling is not."""
    rows = [
        {"version": version, "context": "document", "place": "sentence", "document": d, "at": k, "tokens": 10,
         "bits": 10 * (9 - (k > 1) - slope * k + 0.01 * ((7 * d + 3 * k) % 5))}
        for version, slope in (("level", 0.0), ("falling", 0.2)) for d in range(12) for k in range(1, 13)
    ]  # fmt: skip
    board = version_board(pd.DataFrame(rows), 12).set_index("version")
    assert board.loc["falling", "direction"] == "decreasing" and board.loc["falling", "slope"] == pytest.approx(
        -0.2, abs=0.01
    )
    assert board.loc["level", "direction"] == "no trend" and board.loc["level", "low"] < 0 < board.loc["level", "high"]


@pytest.mark.parametrize(
    ("slopes", "highs", "worst"),
    [
        ((-0.05, -0.04), (-0.02, -0.01), -0.01),  # all fall beyond chance
        ((-0.05, 0.003), (-0.02, 0.02), 0.003),  # one does not fall
        ((-0.05, -0.04), (-0.02, 0.01), np.nan),  # one falls by what may be chance
        ((-0.05, np.nan), (-0.02, np.nan), np.nan),
    ],
)
def test_a_fall_that_may_be_chance_decides_nothing(slopes, highs, worst):
    assert settled(np.array(slopes), np.array(highs)) == pytest.approx(worst, nan_ok=True)
