"""Formulas of erasing, measuring and using information, and of fluctuating work."""

from __future__ import annotations

from sympy import Eq, Mod, Rational, exp, log, pi, sqrt

from ._symbols import BIAS, BITS, DIFFUSION, DURATION, ERROR, FREE_ENERGY, INFORMATION, STIFFNESS, TEMPERATURE, VARIANCE
from .functions import EntropyDrop, ExpExcess, LogRatio, LogTwiceRest
from .symbolic import Condition, Formula, Variable, constant

PARTITION = Variable("partition", "v", "", 0.0, 1.0, above=True, below=True)
BOXES = Variable("boxes", "n", "", 1.0)
RATE = Variable("rate", r"\Gamma", "1/s", 0.0, above=True)
FINAL = Variable("final_divergence", "D_f", "nat", 0.0)
INITIAL = Variable("initial_divergence", "D_i", "nat", 0.0)
TRANSPORT = Variable("squared_distance", "W_2^2", "m^2", 0.0)
AVERAGE = Variable("average", r"\left\langle e^{-W / k_B T} \right\rangle", "", 0.0, above=True)
WORK = Variable("work", "W", "J")
ENTROPY = Variable("entropy_decrease", r"\Delta S", "nat")
CORRELATION = Variable("correlation", "I", "nat", 0.0)
RESERVOIR = Variable("reservoir_divergence", "D", "nat", 0.0)
HEAT = Variable("heat", "Q_c", "J", 0.0)
COLD = Variable("cold", "T_c", "K", 0.0, above=True)
HOT = Variable("hot", "T_h", "K", 0.0, above=True)
FRICTION = Variable("friction", r"\gamma", "kg/s", 0.0, above=True)
SPEED = Variable("speed", "v", "m/s")
RELAXATION = Variable("relaxation", "t_r", "s", 0.0, above=True)
FORWARD = Variable("forward", "p", "1/s", 0.0, above=True)
BACKWARD = Variable("backward", "q", "1/s", 0.0, above=True)
BEFORE = Variable("entropy_before", r"H_0", "bit", 0.0)
AFTER = Variable("entropy_after", r"H_1", "bit", 0.0)
RECORD_BEFORE = Variable("record_before", r"K_0", "bit", 0.0)
RECORD_AFTER = Variable("record_after", r"K_1", "bit", 0.0)

T = TEMPERATURE.symbol
KT = constant("k_B") * T
EPS = ERROR.symbol
LEAST, MOST = r"\geq", r"\leq"

__all__ = ["FORMULAS"]

# fmt: off
n, tau, var, d = (v.symbol for v in (BITS, DURATION, VARIANCE, DIFFUSION))
drop = EntropyDrop(BIAS.symbol, EPS)
excess = var / (d * tau)
_ERASING = (
    Formula("landauer", "Heat of erasing bits",
            "Q", LEAST, n * KT * log(2), (BITS, TEMPERATURE), "J", "landauer1961irreversibility"),
    Formula("reset_work", "Work of resetting biased bits, each wrong with probability ε afterwards",
            "W", LEAST, n * KT * drop, (BITS, TEMPERATURE, ERROR, BIAS), "J", "landauer1961irreversibility"),
    Formula("nonequilibrium_work", "Work of a change between states away from equilibrium",
            "W", LEAST, FREE_ENERGY.symbol + KT * (FINAL.symbol - INITIAL.symbol),
            (FREE_ENERGY, FINAL, INITIAL, TEMPERATURE), "J", "esposito2011second"),
    Formula("transport_work", "Least work of an overdamped change in finite time, all forces allowed",
            "W", "=", KT * (FINAL.symbol + TRANSPORT.symbol / (d * tau)),
            (FINAL, TRANSPORT, DIFFUSION, DURATION, TEMPERATURE), "J", "aurell2012refined"),
    Formula("finite_time_lower", "Full erasure of a symmetric bit in finite time needs at least",
            "W", LEAST, KT * (log(2) + excess / 2), (VARIANCE, DIFFUSION, DURATION, TEMPERATURE), "J",
            "proesmans2020finite"),
    Formula("finite_time_upper", "The best protocol of full erasure in finite time needs at most",
            "W^{*}", MOST, KT * (log(2) + 2 * excess), (VARIANCE, DIFFUSION, DURATION, TEMPERATURE), "J",
            "proesmans2020finite"),
    Formula("two_level_work", "Erasure of a two-level system that jumps at a fixed total rate, slow limit",
            "W", r"\simeq", KT * (log(2) + pi**2 / (4 * RATE.symbol * tau)), (RATE, DURATION, TEMPERATURE), "J",
            "scandi2022minimally"),
    Formula("carnot_work", "Work of a Carnot refrigerator that lifts heat from cold to hot",
            "W", "=", HEAT.symbol * (HOT.symbol - COLD.symbol) / COLD.symbol, (HEAT, HOT, COLD), "J",
            "callen1985thermodynamics",
            (Condition(HOT.symbol >= COLD.symbol, "hot must be at least as warm as cold"),)),
    Formula("reeb_wolf", "Heat given to a finite reservoir, exactly",
            "Q", "=", KT * (ENTROPY.symbol + CORRELATION.symbol + RESERVOIR.symbol),
            (ENTROPY, CORRELATION, RESERVOIR, TEMPERATURE), "J", "reeb2014improved"),
)

v = PARTITION.symbol
record = RECORD_AFTER.symbol - RECORD_BEFORE.symbol
_ENGINES = (
    Formula("szilard_work", "Work of Szilard's engine, its partition at the best place",
            "W", "=", KT * EntropyDrop(Rational(1, 2), EPS), (ERROR, TEMPERATURE), "J", "sagawa2010generalized"),
    Formula("szilard_partition", "Best place of the partition: share of the box on the measured side",
            "v^{*}", "=", 1 - EPS, (ERROR,), "", "sagawa2010generalized"),
    Formula("szilard_partition_work", "Work of Szilard's engine, its partition at a given place",
            "W", "=", KT * ((1 - EPS) * log(2 * v) + EPS * LogTwiceRest(v)), (ERROR, PARTITION, TEMPERATURE), "J",
            "sagawa2010generalized"),
    Formula("szilard_boxes", "Work of Szilard's engine with several boxes and no error",
            "W", "=", KT * log(BOXES.symbol), (BOXES, TEMPERATURE), "J", "szilard1929entropie",
            (Condition(Eq(Mod(BOXES.symbol, 1), 0), "boxes must be a whole number"),)),
    Formula("feedback_work", "Work that feedback extracts from measured information",
            "W", MOST, KT * INFORMATION.symbol - FREE_ENERGY.symbol, (FREE_ENERGY, INFORMATION, TEMPERATURE), "J",
            "sagawa2010generalized"),
    Formula("memory_work", "Measuring and erasing together",
            r"W_{\mathrm{meas}} + W_{\mathrm{eras}}", LEAST, KT * INFORMATION.symbol, (INFORMATION, TEMPERATURE),
            "J", "sagawa2009minimal"),
    Formula("demon_work", "Net work of a demon that keeps a record of shortest length K",
            "W", MOST, KT * log(2) * (BEFORE.symbol - AFTER.symbol - record),
            (BEFORE, AFTER, RECORD_BEFORE, RECORD_AFTER, TEMPERATURE), "J", "zurek1989algorithmic"),
)

r, p, q = STIFFNESS.symbol, FORWARD.symbol, BACKWARD.symbol
ratio = DURATION.symbol / RELAXATION.symbol
_FLUCTUATIONS = (
    Formula("jarzynski", "Free energy from the exponential average of the work",
            r"\Delta F", "=", -KT * log(AVERAGE.symbol), (AVERAGE, TEMPERATURE), "J", "jarzynski1997nonequilibrium"),
    Formula("crooks", "Probability of a work value, forward over backward",
            r"\frac{P_F(W)}{P_R(-W)}", "=", exp((WORK.symbol - FREE_ENERGY.symbol) / KT),
            (WORK, FREE_ENERGY, TEMPERATURE), "", "crooks1999entropy"),
    Formula("quench_work", "Mean work of stiffening a harmonic trap at once, r-fold",
            r"\langle W \rangle", "=", KT * (r - 1) / 2, (STIFFNESS, TEMPERATURE), "J",
            "jarzynski1997nonequilibrium"),
    Formula("quench_free_energy", "Free energy of a harmonic trap stiffened r-fold",
            r"\Delta F", "=", KT * log(r) / 2, (STIFFNESS, TEMPERATURE), "J", "jarzynski1997nonequilibrium"),
    Formula("quench_average", "Exponential average of the work of that quench",
            r"\left\langle e^{-W / k_B T} \right\rangle", "=", 1 / sqrt(r), (STIFFNESS,), "",
            "jarzynski1997nonequilibrium"),
    Formula("trap_work",
            "Mean work of dragging a harmonic trap at constant speed; its variance is 2 kT times the mean",
            r"\langle W \rangle", "=", FRICTION.symbol * SPEED.symbol**2 * RELAXATION.symbol * ExpExcess(ratio),
            (FRICTION, SPEED, RELAXATION, DURATION), "J", "mazonka1999exactly"),
    Formula("uncertainty_walk",
            "Entropy production times relative variance of the current of a biased walk (at least 2)",
            r"\Sigma\, \frac{\operatorname{Var} J}{\langle J \rangle^2}", "=", LogRatio(p, q), (FORWARD, BACKWARD),
            "", "barato2015thermodynamic"),
)
# fmt: on

FORMULAS = (*_ERASING, *_ENGINES, *_FLUCTUATIONS)
