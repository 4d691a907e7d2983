"""Batteries and strategies for testing estimators and distributions, ours or the reader's own.

* :mod:`szilard.testing.distributions`: what every joint law has to pass;
* :mod:`szilard.testing.estimators`: what every estimator has to pass;
* :mod:`szilard.testing.strategies`: hypothesis strategies for covariances, samples and bad input.
"""
