"""Nearest neighbours by tiles of queries × points in torch: one code for the CPU and CUDA.

The sample is sorted along its widest coordinate. A tile of queries meets the points around it first, then
further ones on either side, and stops where that coordinate alone puts all others out of reach. In low dimension
this leaves a narrow band of the n × n pairs; in high dimension it degrades to all pairs, tile by tile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ..device import resolve_device

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["count", "nearest"]

QUERIES = 2048  # rows of a tile
PAIRS = {"cpu": 1 << 22, "cuda": 1 << 26}  # entries of a tile: three such float64 arrays are alive at a time


def nearest(x: np.ndarray, ends: np.ndarray, k: int, euclidean: bool, device: str) -> tuple[np.ndarray, np.ndarray]:
    """(Squared, if ``euclidean``) distances and rows (n, k) of the k nearest other points."""
    points, order, axis = _sorted(x, device)
    n, tile = len(points), _tile(points)
    distances = torch.empty((n, k), dtype=torch.float64, device=points.device)
    places = torch.empty((n, k), dtype=torch.int64, device=points.device)
    for a in range(0, n, QUERIES):
        b = min(a + QUERIES, n)
        query = points[a:b]
        margin = max(tile - (b - a), 2 * k) // 2
        left, right = max(a - margin, 0), min(b + margin, n)
        block = _distances(query, points[left:right], ends, euclidean)
        mine = torch.arange(b - a, device=points.device)
        block[mine, mine + (a - left)] = torch.inf
        best = _merge(None, block, left, k)
        while left > 0 and _reaches(points[a, axis] - points[left - 1, axis], best, euclidean):
            start = max(left - tile, 0)
            best = _merge(best, _distances(query, points[start:left], ends, euclidean), start, k)
            left = start
        while right < n and _reaches(points[right, axis] - points[b - 1, axis], best, euclidean):
            stop = min(right + tile, n)
            best = _merge(best, _distances(query, points[right:stop], ends, euclidean), right, k)
            right = stop
        distances[a:b], places[a:b] = best
    back = torch.empty_like(distances), torch.empty_like(places)
    back[0][order], back[1][order] = distances, order[places]
    return back[0].cpu().numpy(), back[1].cpu().numpy()


def count(x: np.ndarray, limits: np.ndarray, euclidean: bool, device: str) -> np.ndarray:
    """How many other points lie at a (squared) distance strictly below ``limits`` (n,)."""
    points, order, axis = _sorted(x, device)
    limit = torch.as_tensor(limits, device=points.device)[order]
    if points.shape[1] == 1:
        totals = _count_sorted(points[:, 0].contiguous(), limit)
    else:
        totals = _count_tiles(points, limit, axis, euclidean)
    back = torch.empty_like(totals)
    back[order] = totals
    return back.cpu().numpy()


def _count_tiles(points: Tensor, limit: Tensor, axis: int, euclidean: bool) -> Tensor:
    n, tile, ends = len(points), _tile(points), np.array([points.shape[1]])
    key = points[:, axis].contiguous()
    totals = torch.zeros(n, dtype=torch.int64, device=points.device)
    for a in range(0, n, QUERIES):
        b = min(a + QUERIES, n)
        reach = (limit[a:b].sqrt() if euclidean else limit[a:b]).max()
        window = torch.stack([key[a] - reach, key[b - 1] + reach])
        slack = 8 * torch.finfo(key.dtype).eps * (window.abs() + reach)  # more than what rounding can move it
        left = int(torch.searchsorted(key, window[0] - slack[0]))
        right = int(torch.searchsorted(key, window[1] + slack[1], right=True))
        for start in range(left, right, tile):
            stop = min(start + tile, right)
            inside = _distances(points[a:b], points[start:stop], ends, euclidean) < limit[a:b, None]
            totals[a:b] += inside.sum(1)
    return totals - (limit > 0).long()


def _count_sorted(centre: Tensor, limit: Tensor) -> Tensor:
    """Counts in one dimension; ``centre`` is sorted."""
    values, multiplicity = torch.unique_consecutive(centre, return_counts=True)
    before = torch.nn.functional.pad(multiplicity.cumsum(0), (1, 0))
    low = torch.searchsorted(values, centre - limit)
    high = torch.searchsorted(values, centre + limit)
    # As on the CPU: the ends are rounded, so the differences decide.
    padded = torch.nn.functional.pad(values, (1, 1), value=torch.inf)
    padded[0] = -torch.inf  # value i of the sample is padded[i + 1]
    while (move := centre - padded[low + 1] >= limit).any():
        low += move.long()
    while (move := centre - padded[low] < limit).any():
        low -= move.long()
    while (move := padded[high] - centre >= limit).any():
        high -= move.long()
    while (move := padded[high + 1] - centre < limit).any():
        high += move.long()
    return (before[high] - before[low] - 1).clamp(min=0)  # empty where the limit is 0


def _sorted(x: np.ndarray, device: str) -> tuple[Tensor, Tensor, int]:
    """The points sorted along their widest coordinate, their rows in the sample, and that coordinate."""
    place = resolve_device(device)
    axis = int(np.argmax(np.ptp(x, axis=0)))
    points = torch.tensor(x, dtype=torch.float64, device=place)
    order = torch.argsort(points[:, axis])
    return points[order], order, axis


def _tile(points: Tensor) -> int:
    """Columns of a tile."""
    return PAIRS[points.device.type] // QUERIES


def _distances(query: Tensor, points: Tensor, ends: np.ndarray, euclidean: bool) -> Tensor:
    """(Squared, if ``euclidean``) joint distances of every query to every point, block by block."""
    joint = torch.zeros((len(query), len(points)), dtype=points.dtype, device=points.device)
    begin = 0
    for end in ends.tolist():
        norm = torch.zeros_like(joint) if euclidean else joint
        for j in range(begin, end):
            step = query[:, j, None] - points[None, :, j]
            if euclidean:
                norm += step.square_()
            else:
                torch.maximum(joint, step.abs_(), out=joint)
        if euclidean:
            torch.maximum(joint, norm, out=joint)
        begin = end
    return joint


def _merge(best: tuple[Tensor, Tensor] | None, block: Tensor, start: int, k: int) -> tuple[Tensor, Tensor]:
    """The k nearest of those so far and a block of points that begins at position ``start``."""
    distances, places = torch.topk(block, min(k, block.shape[1]), dim=1, largest=False)
    places += start
    if best is not None:
        distances, places = torch.cat([best[0], distances], 1), torch.cat([best[1], places], 1)
    distances, nearest_k = torch.topk(distances, k, dim=1, largest=False)
    return distances, places.gather(1, nearest_k)


def _reaches(gap: Tensor, best: tuple[Tensor, Tensor], euclidean: bool) -> bool:
    """Whether points at this coordinate gap can still be nearer than the farthest neighbour found for the tile."""
    return bool((gap * gap if euclidean else gap) < best[0][:, -1].max())
