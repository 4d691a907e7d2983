"""Functions that formulas are written with: their definition, and a form that keeps its digits in floating point.

Each is a symbolic function with two static methods of the same arguments: ``definition`` is the mathematics,
``stable`` the same function without cancellation. Typesetting and high precision use the first; NumPy, torch
and JavaScript are generated from the second.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Function, Rational, atanh, exp, factorial, log

HALF = Rational(1, 2)
_SERIES_TERMS = 14

__all__ = ["EntropyDrop", "ExpExcess", "Expm1", "Log1p", "LogRatio", "LogTwiceRest", "Select", "defined", "stabilised"]


class Select(Function):
    """``Select(condition, a, b)``: a where the condition holds, else b."""

    nargs = 3


class Log1p(Function):
    """ln(1 + x)."""

    nargs = 1


class Expm1(Function):
    """e^x - 1."""

    nargs = 1


class EntropyDrop(Function):
    """h(p) - h(q) with the binary entropy h(p) = -p ln p - (1 - p) ln(1 - p), in nats."""

    nargs = 2

    @staticmethod
    def definition(p: Expr, q: Expr) -> Expr:
        """As it is written."""
        return _entropy(p) - _entropy(q)

    @staticmethod
    def stable(p: Expr, q: Expr) -> Expr:
        """Near 1/2 both entropies are ln 2 less something small: there the small parts are compared."""
        u, v = 1 - 2 * p, 1 - 2 * q
        return Select(u**2 + v**2 < Rational(1, 4), _deficit(v) - _deficit(u), _stable_entropy(p) - _stable_entropy(q))

    def _latex(self, printer: Any) -> str:
        first = r"\ln 2" if self.args[0] == HALF else rf"h({printer.doprint(self.args[0])})"
        return rf"\left[{first} - h({printer.doprint(self.args[1])})\right]"


class ExpExcess(Function):
    """x - 1 + e^{-x}: x²/2 for small x."""

    nargs = 1

    @staticmethod
    def definition(x: Expr) -> Expr:
        """As it is written."""
        return x - 1 + exp(-x)

    @staticmethod
    def stable(x: Expr) -> Expr:
        """Its series where x is small."""
        series: Expr = Rational(0)
        for order in range(_SERIES_TERMS, 1, -1):  # Horner
            series = Rational((-1) ** order) / factorial(order) + x * series
        return Select(x < HALF, x**2 * series, x + Expm1(-x))

    def _latex(self, printer: Any) -> str:
        x = printer.doprint(self.args[0])
        return rf"\left({x} - 1 + e^{{-{x}}}\right)"


class LogTwiceRest(Function):
    """ln 2(1 - v)."""

    nargs = 1

    @staticmethod
    def definition(v: Expr) -> Expr:
        """As it is written."""
        return log(2 * (1 - v))

    @staticmethod
    def stable(v: Expr) -> Expr:
        """Without the rounding of 1 - v, which shows near v = 1/2."""
        return Log1p(1 - 2 * v)

    def _latex(self, printer: Any) -> str:
        return rf"\ln{{\left(2 - 2 {printer.doprint(self.args[0])} \right)}}"


class LogRatio(Function):
    """ln(p / q) (p + q) / (p - q), which is 2 at p = q."""

    nargs = 2

    @staticmethod
    def definition(p: Expr, q: Expr) -> Expr:
        """As it is written."""
        return log(p / q) * (p + q) / (p - q)

    @staticmethod
    def stable(p: Expr, q: Expr) -> Expr:
        """Near p = q by the inverse hyperbolic tangent, with its limit there."""
        x = (p - q) / (p + q)
        near = Select(x**2 > 0, 2 * atanh(x) / x, 2)
        return Select(x**2 < Rational(1, 4), near, log(p / q) / x)

    def _latex(self, printer: Any) -> str:
        p, q = (printer.doprint(arg) for arg in self.args)
        return rf"\frac{{{p} + {q}}}{{{p} - {q}}} \ln \frac{{{p}}}{{{q}}}"


_WRITTEN = (EntropyDrop, ExpExcess, LogRatio, LogTwiceRest)


def defined(expression: Expr) -> Expr:
    """``expression`` with every function replaced by its definition."""
    return _replaced(expression, "definition")


def stabilised(expression: Expr) -> Expr:
    """``expression`` with every function replaced by the form that keeps its digits."""
    return _replaced(expression, "stable")


def _replaced(expression: Expr, form: str) -> Expr:
    for function in _WRITTEN:
        expression = expression.replace(function, getattr(function, form))
    return expression


def _entropy(p: Expr) -> Expr:
    return -p * log(p) - (1 - p) * log(1 - p)


def _stable_entropy(p: Expr) -> Expr:
    if p == HALF:
        return log(2)
    return -Select(p > 0, p * log(p), 0) - Select(p < 1, (1 - p) * Log1p(-p), 0)


def _deficit(u: Expr) -> Expr:
    """ln 2 - h(p) at u = 1 - 2p, exact to rounding for small u."""
    if u == 0:
        return u
    return u * atanh(u) + Log1p(-(u**2)) / 2
