"""Bad input: one sentence that names the argument, what came and what is needed."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pint
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from szilard.estimators import GaussianMI, oinfo
from szilard.validation import (
    as_covariance,
    as_distribution,
    as_hermitian,
    as_samples,
    check_choice,
    check_integer,
    check_neighbours,
    check_positive,
    check_varies,
    has_ties,
    paired_samples,
)


@pytest.mark.parametrize(
    "x",
    [
        [[1, 2], [3, 4]], ((1.0, 2.0), (3.0, 4.0)), np.array([[1, 2], [3, 4]], dtype=np.int8),
        torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True), pd.DataFrame({"a": [1, 3], "b": [2, 4]}),
        np.array([[1, 2], [3, 4]], dtype=object), np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]),
    ],
)  # fmt: skip
def test_everything_numeric_becomes_rows_of_floats(x):
    samples = as_samples(x)
    assert samples.dtype == np.float64 and samples.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_vector_becomes_a_column():
    assert as_samples([1, 2, 3]).shape == as_samples(pd.Series([1, 2, 3])).shape == (3, 1)
    assert as_samples([True, False]).tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (["a", "b"], "w must be numeric"), ([1j, 2j], "w must be numeric"), ([[1], [2, 3]], "w must be numeric"),
        ([None, 1.0], "w must be"), (object(), "w must be numeric"), ([10**400], "w must be"),
        (1.0, r"w must have shape .* got shape \(\)"), ([], r"got shape \(0,\)"),
        (np.ones((2, 0)), r"got shape \(2, 0\)"),
        (np.ones((2, 2, 2)), r"got shape \(2, 2, 2\)"), ([1.0, math.nan], "w must be finite; got 1 .* row 1, column 0"),
        ([[1, 2], [3, -math.inf]], "w must be finite; got 1 .* row 1, column 1"),
        (pd.Series([1, None], dtype="Int64"), "w must be"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "numeric"),
    ],
)  # fmt: skip
def test_what_are_no_samples_is_refused(x, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        as_samples(x, "w")
    assert "\n" not in str(error.value)


@given(arrays(np.float64, (5, 2), elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_finite_passes_unchanged_and_the_rest_is_counted(x):
    bad = int((~np.isfinite(x)).sum())
    if bad == 0:
        assert np.array_equal(as_samples(x), x)
    else:
        with pytest.raises(ValueError, match=f"got {bad} NaN or infinite"):
            as_samples(x)


def test_pairs_need_equally_many_rows():
    x, y = paired_samples([1, 2], [[1, 2], [3, 4]])
    assert x.shape == (2, 1) and y.shape == (2, 2)
    with pytest.raises(ValueError, match="a and b must have the same number of rows; got 2 and 3"):
        paired_samples([1, 2], [1, 2, 3], ("a", "b"))


def test_constant_columns_are_named():
    check_varies(np.array([[1.0, 2.0], [1.0 + 1e-12, 3.0]]))
    with pytest.raises(ValueError, match="y must vary in every column; column 1 is constant"):
        check_varies(np.array([[1.0, 2.0], [2.0, 2.0]]), "y")


@pytest.mark.parametrize(("k", "n"), [(0, 5), (5, 5), (2.0, 5), (True, 5)])
def test_neighbours_must_be_fewer_than_samples(k, n):
    check_neighbours(4, 5)
    with pytest.raises(ValueError, match="k must be"):
        check_neighbours(k, n)


@pytest.mark.parametrize("value", [0, -3, 1.0, "1", None, True, math.nan])
def test_integers_at_least_one(value):
    check_integer(np.int32(1), "m", minimum=1)
    with pytest.raises(ValueError, match="m must be an integer ≥ 1; got"):
        check_integer(value, "m", minimum=1)


@pytest.mark.parametrize(
    "value", [0, -1e-9, math.nan, math.inf, "1", None, True, [1.0], 1j, 10**400], ids=lambda v: type(v).__name__
)
def test_positive_numbers(value):
    check_positive(np.float32(1e-30), "s")
    with pytest.raises(ValueError, match="s must be a finite number > 0; got"):
        check_positive(value, "s")


def test_choices_offer_the_closest_match():
    assert check_choice("rank", "preprocess", {"rank": 1, "rescale": 2}) == "rank"
    with pytest.raises(ValueError, match="must be one of rank, rescale; got 'ranks'; did you mean 'rank'"):
        check_choice("ranks", "preprocess", ("rank", "rescale"))
    with pytest.raises(ValueError, match=r"got 3$"):
        check_choice(3, "preprocess", ("rank", "rescale"))
    many = [f"fig-{i}" for i in range(100)]
    with pytest.raises(ValueError, match=r"of fig-9, .*fig-6, … \(100 in all\); got 'fig-9o'; did you mean 'fig-9'"):
        check_choice("fig-9o", "figure", many)


def test_names_are_compared_whatever_their_case_and_ten_at_most_are_listed():
    from szilard.estimators import ESTIMATORS, make

    with pytest.raises(ValueError, match="estimator must be one of ksg, .*got 'KSG'; did you mean 'ksg'") as refusal:
        make("KSG")
    listed = str(refusal.value).partition(" of ")[2].partition("; got")[0].split(", ")
    assert len(listed) == 11 and listed[-1] == f"… ({len(ESTIMATORS)} in all)"


X = np.random.default_rng(0).normal(size=40)


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (np.ma.masked_less(X, 0), "w must be complete; got 21 masked entries"),
        ([np.ma.masked_less(X, 0), np.ma.array(X)], "w must be complete; got 21 masked entries"),
        (sparse.csr_array(X[:, None]), "w must be dense; got a sparse csr_array: make it dense"),
        (torch.as_tensor(X)[:, None].to_sparse(), "w must be dense; got a sparse Tensor"),
        (pint.UnitRegistry().Quantity(X, "mK"), "w must be plain numbers"),
        ([pint.UnitRegistry().Quantity(1.0, "GB")], "w must be plain numbers"),
        (X * 1j, "w must be real; got complex128"),
        (torch.as_tensor(X * 1j).conj(), "w must be numeric; got dtype torch.complex128"),
        (torch.ones(3, device="meta"), "w must be numeric"),
        (pd.Series(X * 1j), "w must be real"),
        (pd.array([1.0, None, 3.0], dtype="Float64"), "w must be finite; got 1 .* row 1, column 0: drop or impute"),
        (pd.Series([1, None, 3], dtype="int64[pyarrow]"), "w must be finite; got 1 .* row 1, column 0"),
        (
            pd.DataFrame({"a": [1.0, 2], "b": pd.array([1, None], "Int64")}),
            "w must be finite; got 1 .* row 1, column 1",
        ),
        (pd.Series([True, None], dtype="boolean"), "w must be finite; got 1"),
        (pd.Series(pd.to_datetime(["2020-01-01", "2020-01-02"])), "w must be numeric"),
        (pd.date_range("2020", periods=3), "w must be numeric; got dtype datetime64.* give times in seconds"),
        (pd.Series(["1", "2"], dtype="string"), "w must be numeric; got dtype string: give categories as codes"),
        (np.array(["1", 2.0], dtype=object), "w must be numeric; got dtype object"),
        (pd.Series(["a", "b"], dtype="category"), "w must be numeric; got dtype category: give categories as codes"),
        (10**18 + 7 * np.arange(40), "w holds integers beyond 2⁵³ that float64 cannot tell apart"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_would_lose_its_meaning_as_plain_numbers_is_refused(x, sentence):
    with pytest.raises(ValueError, match=sentence):
        as_samples(x, "w")


@pytest.mark.parametrize(
    "x",
    [
        pd.Series([1, 2, 3], dtype="Int64"), pd.Series([1.0, 2, 3], dtype="double[pyarrow]"), np.ma.array([1.0, 2, 3]),
        pd.DataFrame({"a": pd.array([1, 2, 3], "Float64")}), torch.tensor([1, 2, 3], dtype=torch.bfloat16),
        torch.tensor([1.0, 2, 3], requires_grad=True), pd.Series([Decimal(1), Decimal(2), Decimal(3)]),
        pd.arrays.SparseArray([1.0, 2, 3]), np.array([1, 2, 3], dtype=np.uint64),
    ],
    ids=lambda x: f"{type(x).__name__}-{x.dtype if hasattr(x, 'dtype') else ''}",
)  # fmt: skip
def test_complete_numbers_of_any_storage_are_read(x):
    assert as_samples(x).tolist() == [[1.0], [2.0], [3.0]]


def test_the_mask_of_an_array_decides_and_not_its_fill():
    """What is masked is refused; the same rows left out give the information of the others."""
    x, y = np.random.default_rng(0).normal(size=(2, 2000))
    y, holed = 0.6 * x + 0.8 * y, x.copy()
    holed[::20] = -9999
    masked = np.ma.masked_equal(holed, -9999)
    with pytest.raises(ValueError, match="x must be complete; got 100 masked entries"):
        GaussianMI().mutual_information(masked, y)
    kept = ~masked.mask
    estimate = GaussianMI().mutual_information(masked[kept], y[kept])
    assert estimate.agrees_with(-0.5 * math.log(1 - 0.36), sigmas=4)


def test_series_are_paired_only_where_their_indexes_agree():
    x, shuffled = pd.Series(X), pd.Series(X)[::-1]
    assert paired_samples(shuffled, shuffled)[0][0, 0] == X[-1]
    assert paired_samples(x, X[::-1])[1][0, 0] == X[-1]
    with pytest.raises(ValueError, match="a and b must have the same index, row by row; theirs differ: align them"):
        paired_samples(x, shuffled, ("a", "b"))
    with pytest.raises(ValueError, match="same index"):
        paired_samples(pd.DataFrame(X), shuffled)
    with pytest.raises(ValueError, match="variables\\[0\\] and variables\\[2\\] must have the same index"):
        oinfo([x, x**2, shuffled], "gaussian")


def test_ties_are_found_per_column():
    assert not has_ties(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert has_ties(np.array([[1.0, 2.0], [3.0, 2.0]]))


@pytest.mark.parametrize(
    ("cov", "sentence"),
    [
        ([[1.0, 0.5]], "square"), ([[1.0, 0.5], [0.4, 1.0]], "symmetric"), ([[1.0, 1.0], [1.0, 1.0]], "definite"),
        ([[1.0, 2.0], [2.0, 1.0]], "smallest eigenvalue -1"), ([[-1.0]], "definite"), ([[0.0]], "definite"),
    ],
)  # fmt: skip
def test_covariances_must_be_positive_definite(cov, sentence):
    with pytest.raises(ValueError, match=sentence):
        as_covariance(cov)


@pytest.mark.parametrize("unit", [1e-150, 1e-20, 1e20, 1e150])
def test_covariances_are_judged_in_any_units(unit):
    """One coordinate in another unit, and all of them: what is definite stays so, what is not is still refused."""
    for scale in (np.array([unit, 1.0]), np.full(2, unit)):
        units = np.outer(scale, scale)
        as_covariance(units * [[1.0, 0.5], [0.5, 1.0]])
        for wrong, sentence in (
            ([[1, 1], [1, 1]], "definite"),
            ([[1, 2], [2, 1]], "definite"),
            ([[1, 0.5], [0.4, 1]], "symm"),
        ):
            with pytest.raises(ValueError, match=sentence):
                as_covariance(units * wrong)


def test_semidefinite_covariances_pass_on_request():
    assert as_covariance([[1.0, 1.0], [1.0, 1.0]], semidefinite=True).shape == (2, 2)
    assert as_covariance(np.zeros((2, 2)), semidefinite=True).shape == (2, 2)
    with pytest.raises(ValueError, match="positive semidefinite; .* smallest eigenvalue -1"):
        as_covariance([[1.0, 2.0], [2.0, 1.0]], semidefinite=True)


def test_a_distribution_passes_unchanged_on_any_number_of_axes():
    p = np.random.default_rng(0).dirichlet(np.ones(6)).reshape(2, 3)
    assert np.array_equal(as_distribution(p), p) and as_distribution([1]).dtype == np.float64
    assert as_distribution(p, shape=(2, 3)).shape == (2, 3)


@pytest.mark.parametrize(
    ("p", "sentence"),
    [
        ([0.5, 0.6], r"p must be probabilities that sum to one; got least 0.5, sum 1.1"),
        ([1.5, -0.5], "p must be probabilities that sum to one; got least -0.5"),
        ([0.5, math.nan, 0.5], "p must be finite"),
        (1.0, "p must be an array of real probabilities; got shape ()"),
        ([], "p must be an array of real probabilities"),
        ([1.0 + 0j], "p must be an array of real probabilities"),
        (["a"], "p must be numeric; got list"),
    ],
)
def test_what_is_no_distribution_is_refused(p, sentence):
    with pytest.raises(ValueError) as refusal:
        as_distribution(p)
    assert sentence in str(refusal.value)


def test_a_distribution_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"initial must be probabilities of shape \(3,\); got shape \(2,\)"):
        as_distribution([0.5, 0.5], "initial", (3,))


@pytest.mark.parametrize("scale", [1e-21, 1.0, 1e9])
def test_hermitian_up_to_rounding_becomes_exactly_so_at_any_scale(scale):
    matrix = scale * np.array([[1.0, 2 + 1j], [2 - 1j + 1e-12, 0.5]])
    clean = as_hermitian(matrix, "H")
    assert np.array_equal(clean, clean.conj().T) and np.allclose(clean, matrix, rtol=1e-11, atol=0)
    assert as_hermitian([[0, 1], [1, 0]], "H").dtype == np.float64
    with pytest.raises(ValueError, match="H must be Hermitian"):
        as_hermitian(scale * np.array([[1.0, 2.0], [2.1, 0.5]]), "H")


@pytest.mark.parametrize("matrix", [[1.0, 2.0], [[1.0, 2.0]], np.zeros((0, 0))])
def test_what_is_not_square_is_no_hermitian_matrix(matrix):
    with pytest.raises(ValueError, match="H must be a square matrix"):
        as_hermitian(matrix, "H")
