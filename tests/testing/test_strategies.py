"""The strategies produce what their names say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.testing.strategies import BAD_KINDS, bad_samples, correlated_samples, covariances
from szilard.validation import as_covariance, as_samples, check_varies, has_ties


@given(covariances())
def test_covariances_are_accepted_as_covariances(cov):
    assert as_covariance(cov) is not None


@given(correlated_samples(min_n=30))
def test_correlated_samples_are_fit_for_every_estimator(samples):
    x, y = samples
    assert len(x) == len(y) >= 30
    for array in samples:
        assert np.isfinite(array).all()
        assert not has_ties(array)
        check_varies(array)


@given(bad_samples())
def test_bad_samples_are_refused_in_one_line(bad):
    kind, array = bad
    with pytest.raises(ValueError, match=r"^x must [^\n]*$"):
        as_samples(array)


@given(bad_samples(kinds=("constant",)))
def test_constant_columns_are_valid_numbers_without_variation(bad):
    with pytest.raises(ValueError, match="x must vary in every column"):
        check_varies(as_samples(bad[1]))


@given(st.data())
def test_unknown_kinds_are_refused(data):
    with pytest.raises(ValueError, match=f"kinds must come from {BAD_KINDS[0]}"):
        data.draw(bad_samples(kinds=("purple",)))
