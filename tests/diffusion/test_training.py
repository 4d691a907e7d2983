"""Training: batches as described, steps as a slow loop takes them, averages, schedules, and nothing left to chance."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

import szilard
from szilard.diffusion import (
    AnalyticGaussianScore,
    Architecture,
    ImportanceTimes,
    ScoreNetwork,
    Training,
    VPDiffusion,
    train,
)
from szilard.diffusion.training import Batches, completed, denoising_loss, share
from szilard.fleets import BLOCK, Stepper

DIMS, PAIR = (1, 1), np.array([[1.0, 0.75], [0.75, 1.0]])
C, J = [(1, -1), (1, 0)], [(1, 1), (1, 0), (0, 1)]
SMALL = Architecture(hidden=32)


def streams(*seeds, device="cpu"):
    return [torch.Generator(device=device).manual_seed(seed) for seed in seeds]


def samples(fleet=1, n=400, seed=0):
    rng = np.random.default_rng(seed)
    return torch.as_tensor(rng.multivariate_normal([0, 0], PAIR, (fleet, n)))


def parameters(model):
    return list(model.network.parameters())


def same(first, second, members=(0, 0)):
    pairs = zip(parameters(first), parameters(second), strict=True)
    return all(torch.equal(a[members[0]], b[members[1]]) for a, b in pairs)


def batches(masks, dims=(1, 2), rows=64, baseline=None, x=None, architecture=SMALL):
    if x is None:
        x = torch.as_tensor(np.random.default_rng(0).normal(size=(2, 50, sum(dims))))
    return Batches(x, dims, share(masks, rows), ImportanceTimes(), architecture, baseline, streams(1, 2)[: len(x)])


# what a batch holds


def test_masksshare_a_batch_by_the_variables_they_diffuse():
    assert [share(J, 128).count(mask) for mask in J] == [64, 32, 32]
    assert [share(C, 128).count(mask) for mask in C] == [64, 64]
    assert len(share(J, 101)) == 101
    assert all(mask in share(J, 4) for mask in J)


@pytest.mark.parametrize(
    ("masks", "rows"), [(J, 1), ([(1, -1)] * 5, 4), ([(1, 1, 1, 1, 1, 1)] * 2 + [(1, 0, 0, 0, 0, 0)], 4)]
)
def test_a_batch_without_a_row_for_every_mask_is_refused(masks, rows):
    with pytest.raises(ValueError, match=f"batch must be large enough .* {len(masks)} masks .* got {rows}"):
        share(masks, rows)


def test_what_no_draw_changes_is_built_once():
    drawn = batches(J)
    assert drawn.weights is drawn.weights and drawn.roles is drawn.roles
    assert drawn.roles.tolist() == [list(mask) for mask in drawn.masks]


def test_inputs_are_noisy_clean_or_hidden_by_role():
    masks = [(1, -1), (1, 0), (0, 1)]
    drawn = batches(masks, rows=60)
    inputs, _, goals = drawn.draw(3)
    assert inputs.shape == goals.shape == (3, 2, 60, 3)
    clean_y = drawn.x[:, :, 1:]
    assert not inputs[:, :, :20, 1:].any()
    for member in range(2):
        conditions = inputs[:, member, 20:40, 1:].reshape(-1, 2)
        assert all((clean_y[member] == row).all(1).any() for row in conditions)
    assert not any((clean_y[0] == row).all(1).any() for row in inputs[0, 0, 40:, 1:])


def test_noisy_inputs_are_data_plus_their_own_noise():
    """x_t - σ_t ε must be k_t times a sample; the time is read back from the features."""
    drawn, process = batches([(1, 1)], rows=20), VPDiffusion()
    inputs, features, goals = drawn.draw(1)
    t = process.time(10 * features[0, 0, :, 0])
    clean = (inputs[0, 0] - process.sigma(t)[:, None] * goals[0, 0]) / process.k(t)[:, None]
    distance = (clean[:, None] - drawn.x[0]).abs().amax(-1).amin(1)
    assert float(distance.max()) < 1e-8


def test_goals_with_a_baseline_are_what_it_misses():
    x = samples(2)
    baseline = AnalyticGaussianScore(PAIR, DIMS)
    plain = batches(J, DIMS, x=x).draw(2)
    residual = batches(J, DIMS, x=x, baseline=baseline).draw(2)
    assert torch.equal(plain[0], residual[0])
    conditional = slice(32, 48)  # rows of the mask (1, 0): x noisy, y clean
    t = VPDiffusion().time(10 * plain[1][:, :, conditional, 0])
    expected = plain[2][:, :, conditional] - baseline.noise(plain[0][:, :, conditional], t, (1, 0))
    torch.testing.assert_close(residual[2][:, :, conditional], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("masks", [C, J, [(1, -1), (-1, 1)]])
def test_loss_weights_are_the_published_ones(masks):
    """((D - n)/D + 1)/n on the n diffused coordinates of a row, averaged over the rows."""
    drawn = batches(masks)
    weights = drawn.weights
    for mask, row in zip(drawn.masks, weights, strict=True):
        diffused = [mask[0] == 1, mask[1] == 1, mask[1] == 1]
        n = sum(diffused)
        expected = [((3 - n) / 3 + 1) / n / len(drawn.masks) if role else 0 for role in diffused]
        assert row.tolist() == pytest.approx(expected, rel=1e-14)


# steps


@torch.no_grad()
def adam(weights, gradients, first, second, step, rate):
    """Kingma and Ba's algorithm 1 with its constants, in place."""
    for p, g, m, v in zip(weights, gradients, first, second, strict=True):
        m.copy_(0.9 * m + 0.1 * g)
        v.copy_(0.999 * v + 0.001 * g**2)
        p -= rate * (m / (1 - 0.9**step)) / ((v / (1 - 0.999**step)).sqrt() + 1e-8)


def reference(x, masks, seed, steps, training, architecture, baseline=None):
    """One network, one step at a time: Adam written out, loss row by row, and the average as a plain weighted sum."""
    generators, training = streams(seed), completed(training, Architecture(), DIMS)
    network = ScoreNetwork(DIMS, architecture, generators)
    source = Batches(x, DIMS, share(masks, training.batch), ImportanceTimes(), architecture, baseline, generators)
    weights = list(network.parameters())
    first, second = ([torch.zeros_like(p) for p in weights] for _ in range(2))
    history, losses = [], []
    for start in range(0, steps, BLOCK):
        count = min(BLOCK, steps - start)
        inputs, features, goals = source.draw(count)
        for i in range(count):
            error = (network(inputs[i], features[i]) - goals[i])[0].square()
            loss = 0.0
            for row, mask in zip(error, source.masks, strict=True):
                n = mask.count(1)
                loss = loss + sum(row[j] for j in range(2) if mask[j] == 1) / n * (1 + (2 - n) / 2) / len(error)
            gradients = torch.autograd.grad(loss, weights)
            adam(weights, gradients, first, second, start + i + 1, training.rate(start + i, steps))
            losses.append(float(loss.detach()))
            history.append([p.detach().clone() for p in weights])
    d = training.decay(steps)
    decayed = np.array([d ** (steps - 1 - i) for i in range(steps)])
    decayed /= decayed.sum()
    return [sum(w * p for w, p in zip(decayed, ps, strict=True)) for ps in zip(*history, strict=True)], losses


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
@pytest.mark.parametrize("baseline", [None, AnalyticGaussianScore(PAIR, DIMS)], ids=["plain", "baseline"])
def test_training_is_what_a_slow_loop_does(schedule, baseline):
    x, steps, seen = samples(), BLOCK + 7, []
    training = Training(batch=16, schedule=schedule, ema=0.9)
    model = train(
        x, DIMS, J, streams(3), steps, training, SMALL, baseline=baseline,
        watch=lambda step, loss, model: seen.append(loss), watch_every=BLOCK,
    )  # fmt: skip
    average, losses = reference(x, J, 3, steps, training, SMALL, baseline)
    for got, expected in zip(parameters(model), average, strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-9)  # the rate is held in float32
    assert seen == pytest.approx([np.mean(losses[:BLOCK]), np.mean(losses[BLOCK:])], rel=1e-6)


def test_a_member_of_a_fleet_trains_as_it_would_alone():
    """Equal up to rounding: batched products of other shapes may add in another order."""
    x = samples(3)
    fleet = train(x, DIMS, J, streams(1, 2, 3), 60, architecture=SMALL)
    for member in range(3):
        alone = train(x[member : member + 1], DIMS, J, streams(member + 1), 60, architecture=SMALL)
        for together, single in zip(parameters(fleet), parameters(alone), strict=True):
            torch.testing.assert_close(together[member], single[0], rtol=0, atol=1e-11)


def test_neighbours_in_a_fleet_leave_every_bit_alone():
    x = samples(3)
    other = x.clone()
    other[0], other[2] = 5 * x[2], -x[0]
    first = train(x, DIMS, J, streams(1, 2, 3), 30, architecture=SMALL)
    second = train(other, DIMS, J, streams(7, 2, 9), 30, architecture=SMALL)
    assert same(first, second, (1, 1)) and not same(first, second)


def test_the_same_stream_gives_the_same_bits_and_another_does_not():
    x = samples()
    first, again, other = (train(x, DIMS, C, streams(s), 40, architecture=SMALL) for s in (1, 1, 2))
    assert same(first, again) and not same(first, other)


def test_training_leaves_the_samples_alone():
    x = samples()
    before = x.clone()
    train(x, DIMS, C, streams(1), 5, architecture=SMALL)
    assert torch.equal(x, before)


def test_the_loss_falls_and_the_scores_are_learnt():
    losses, exact, x = [], AnalyticGaussianScore(PAIR, DIMS), samples(n=4000)
    model = train(
        x, DIMS, C, streams(0), 400, Training(lr=5e-3), Architecture(hidden=32),
        watch=lambda step, loss, model: losses.append(loss), watch_every=50,
    )  # fmt: skip
    assert losses[-1] < 0.8 * losses[0]  # most of the loss is noise that nobody can predict
    t = torch.full((500,), 0.3, dtype=torch.float64)
    for mask in C:
        error = model.noise(x[0, :500], t, mask) - exact.noise(x[0, :500], t, mask)
        assert float(error.square().mean().sqrt()) < 0.1, mask


def test_a_baseline_is_exact_before_anything_is_learnt():
    baseline, x = AnalyticGaussianScore(PAIR, DIMS), samples()
    model = train(x, DIMS, J, streams(0), 1, Training(lr=1e-300), SMALL, baseline=baseline)
    t = torch.linspace(0.01, 1, 400, dtype=torch.float64)
    for mask in J:
        torch.testing.assert_close(model.noise(x[0], t, mask), baseline.noise(x[0], t, mask))


# watching


@pytest.mark.parametrize(
    ("steps", "every", "calls"),
    [(100, 50, [50, 100]), (90, 50, [50, 90]), (100, 30, [50, 75, 100]), (60, 10, [25, 50, 60]), (40, 100, [40])],
)
def test_watch_is_called_at_block_ends_and_at_the_end(steps, every, calls):
    """A call comes with the first block of 25 steps that completes a multiple of watch_every."""
    seen = []
    train(samples(), DIMS, C, streams(0), steps, Training(batch=4), SMALL,
          watch=lambda step, loss, model: seen.append(step), watch_every=every)  # fmt: skip
    assert seen == calls


def test_no_watch_without_an_interval():
    train(samples(), DIMS, C, streams(0), 5, architecture=SMALL, watch=lambda *_: pytest.fail("called"))


def test_watching_changes_nothing_and_sees_a_model_of_its_own():
    seen, x = [], samples()
    watched = train(x, DIMS, C, streams(0), 60, architecture=SMALL,
                    watch=lambda step, loss, model: seen.append(model), watch_every=25)  # fmt: skip
    assert same(watched, train(x, DIMS, C, streams(0), 60, architecture=SMALL))
    assert same(seen[-1], watched) and not same(seen[0], watched)


@pytest.mark.parametrize(("steps", "called"), [(100, 25), (200, 50), (25, None), (20, None)])
def test_times_are_adapted_once_past_a_fifth_of_the_steps(steps, called):
    seen, drawn = [], []

    class Counted(ImportanceTimes):
        def inverse_cdf(self, u):
            drawn.append(len(u))
            return super().inverse_cdf(u)

    def adapt(model):
        seen.append(model)
        return Counted()

    train(samples(), DIMS, C, streams(0), steps, Training(batch=4), SMALL, adapt=adapt)
    assert len(seen) == (called is not None)
    assert sum(drawn) == (steps - called if called else 0)


# settings


@pytest.mark.parametrize(("dims", "rows", "rate"), [((5, 5), 128, 1e-3), ((1, 6), 256, 2e-3)])
def test_published_batch_and_rate(dims, rows, rate):
    published, chosen = Architecture("published"), Training(batch=10, lr=0.1)
    assert completed(Training(), published, dims) == Training(batch=rows, lr=rate)
    assert completed(chosen, published, dims) == completed(chosen, Architecture(), dims) == chosen
    assert completed(Training(), Architecture("modulated"), dims) == completed(Training(), Architecture(), dims)


@pytest.mark.parametrize("steps", [0, -1, 2.5, True])
def test_steps_must_be_a_positive_integer(steps):
    with pytest.raises(ValueError, match="steps"):
        train(samples(), DIMS, C, streams(0), steps)


# on a card


def stepper(network, training, steps, weights, **settings):
    loss = partial(denoising_loss, weights)
    return Stepper(network, training.rates(steps), training.decay(steps), loss, **settings)


def advance(stepper, source, steps):
    return [float(stepper.advance(source.draw(BLOCK), start)) for start in range(0, steps, BLOCK)]


def on_card(steps, **settings):
    x, generators = samples(2).float().cuda(), streams(1, 2, device="cuda")
    network = ScoreNetwork(DIMS, SMALL, generators, torch.float32).cuda()
    source = Batches(x, DIMS, share(J, 128), ImportanceTimes(), SMALL, None, generators)
    return stepper(network, Training(lr=1e-3), steps, source.weights, **settings), source


@pytest.mark.gpu
def test_captured_steps_are_the_steps_taken_one_by_one():
    (graphed, first), (plain, second) = on_card(4 * BLOCK), on_card(4 * BLOCK)
    plain.graph = None
    assert advance(graphed, first, 4 * BLOCK) == pytest.approx(advance(plain, second, 4 * BLOCK), rel=1e-4)
    pairs = zip(graphed.averaged().parameters(), plain.averaged().parameters(), strict=True)
    for captured, stepped in pairs:
        torch.testing.assert_close(captured, stepped, rtol=1e-3, atol=1e-5)


@pytest.mark.gpu
def test_a_compiled_loss_takes_the_same_steps():
    (compiled, first), (plain, second) = on_card(4 * BLOCK, fuse=True), on_card(4 * BLOCK, fuse=False)
    assert advance(compiled, first, 4 * BLOCK) == pytest.approx(advance(plain, second, 4 * BLOCK), rel=1e-4)


@pytest.mark.gpu
def test_nothing_warns_when_steps_are_captured():
    """PyTorch warns once a process, of gradients accumulated on another stream than the captured one."""
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "import numpy as np; from szilard.estimators import MINDE\n"
        "x, z = np.random.default_rng(0).normal(size=(2, 500))\n"
        "MINDE(steps=100, device='cuda').mutual_information(x, x + z)"
    )
    library = str(Path(szilard.__file__).parents[1])
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": library})


@pytest.mark.gpu
def test_no_step_waits_for_the_card():
    plain, source = on_card(3 * BLOCK)
    advance(plain, source, BLOCK)
    block = source.draw(BLOCK)
    before = torch.cuda.get_sync_debug_mode()
    torch.cuda.set_sync_debug_mode("error")
    try:
        plain.steps(plain.rates[BLOCK : 2 * BLOCK], *block)
    finally:
        torch.cuda.set_sync_debug_mode(before)


@pytest.mark.gpu
def test_card_and_processor_take_the_same_steps():
    """The same block of inputs in float32 there and in float64 here."""
    source = batches(J, DIMS, x=samples(2))
    network = ScoreNetwork(DIMS, SMALL, streams(1, 2))
    blocks = [source.draw(BLOCK) for _ in range(2)]
    here = stepper(network, Training(lr=1e-3), 2 * BLOCK, source.weights)
    copy = ScoreNetwork(DIMS, SMALL, streams(1, 2), torch.float32).cuda()
    there = stepper(copy, Training(lr=1e-3), 2 * BLOCK, source.weights.float().cuda())
    for i, block in enumerate(blocks):
        loss = float(here.advance(block, i * BLOCK))
        on_gpu = tuple(part.float().cuda() for part in block)
        assert float(there.advance(on_gpu, i * BLOCK)) == pytest.approx(loss, rel=1e-3)
    for cpu, gpu in zip(here.averaged().parameters(), there.averaged().parameters(), strict=True):
        torch.testing.assert_close(gpu.cpu().double(), cpu, rtol=1e-2, atol=1e-4)


def test_predictions_do_not_depend_on_how_many_rows_are_made_at_once(monkeypatch):
    model = train(samples(2), DIMS, C, streams(1, 2), 5, Training(batch=32), SMALL)
    x, t = samples(2, 90)[None].expand(2, -1, -1, -1), torch.linspace(0.1, 0.9, 90).double().expand(2, -1)
    whole = model.noises(x, t, C)
    monkeypatch.setattr("szilard.diffusion.training.CACHED", 14)
    assert whole.abs().max() > 0
    assert torch.allclose(model.noises(x, t, C), whole, rtol=1e-12, atol=1e-14)
