"""Diffusion: noising processes, time samplers, score networks and exact scores; the machinery of MINDE and SΩI."""

from szilard.diffusion.analytic import AnalyticGaussianScore
from szilard.diffusion.divergence import (
    FORMS,
    Denoiser,
    GapSamples,
    evaluate_gap,
    gaussian_cross_divergence,
    gaussian_gap,
    gaussian_gap_error,
)
from szilard.diffusion.masks import ABSENT, CONDITION, DIFFUSED, Gap, Mask, mutual_information_gap
from szilard.diffusion.network import Architecture, ScoreNetwork
from szilard.diffusion.process import VPDiffusion
from szilard.diffusion.times import ImportanceTimes, TimeSampler, UniformTimes, make_times
from szilard.diffusion.training import ScoreModel, Training, train

__all__ = [
    "ABSENT",
    "CONDITION",
    "DIFFUSED",
    "FORMS",
    "AnalyticGaussianScore",
    "Architecture",
    "Denoiser",
    "Gap",
    "GapSamples",
    "ImportanceTimes",
    "Mask",
    "ScoreModel",
    "ScoreNetwork",
    "TimeSampler",
    "Training",
    "UniformTimes",
    "VPDiffusion",
    "evaluate_gap",
    "gaussian_cross_divergence",
    "gaussian_gap",
    "gaussian_gap_error",
    "make_times",
    "mutual_information_gap",
    "train",
]
