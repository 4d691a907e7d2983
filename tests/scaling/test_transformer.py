"""The source whose entropy rate is known, and transformers trained on it: floors, resumption, learning."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from szilard.scaling import ContextSource, Recipe, Shape, Transformer, train_transformer

SOURCE = ContextSource(16, seed=3)


def test_the_source_has_the_entropy_rate_it_says():
    tokens = SOURCE.sample(2000, 40, rng=0)
    contexts, after = SOURCE.contexts(tokens[:, :-1]).flatten(), tokens[:, SOURCE.order :].flatten()
    place = (SOURCE.table("cpu")[contexts] == after[:, None]).int()
    assert (place.sum(dim=1) == 1).all()  # every token is one of the successors of its context, which differ
    seen = place.double().mean(dim=0).numpy()
    assert seen == pytest.approx(SOURCE.probabilities, abs=4 * np.sqrt(0.25 / len(after)))
    assert SOURCE.entropy_rate == pytest.approx(-sum(p * np.log(p) for p in SOURCE.probabilities))


def test_frequent_tokens_are_frequent_successors():
    counts = np.bincount(ContextSource(64).successors.ravel(), minlength=64)
    assert counts[:4].min() > 4 * counts[-16:].max()


def test_equal_seeds_give_equal_languages_and_sequences():
    assert torch.equal(SOURCE.sample(5, 9, rng=1), ContextSource(16, seed=3).sample(5, 9, rng=1))
    assert not torch.equal(SOURCE.sample(5, 9, rng=1), SOURCE.sample(5, 9, rng=2))
    assert not np.array_equal(SOURCE.successors, ContextSource(16, seed=4).successors)


def test_parameters_are_counted_without_embeddings():
    shape = Shape(3, 32, 8)
    model = Transformer(shape, 16, torch.Generator())
    weights = sum(p.numel() for name, p in model.blocks.named_parameters() if p.ndim == 2)
    assert weights == shape.parameters == 12 * 3 * 32**2


def test_heads_grow_with_the_width():
    assert [Shape(1, width).heads for width in (4, 16, 24, 32, 40, 48, 96)] == [1, 1, 1, 2, 2, 3, 6]


def test_no_token_sees_what_comes_after_it():
    model = Transformer(Shape(2, 16, 8), 16, torch.Generator().manual_seed(0))
    tokens = SOURCE.sample(3, 8, rng=0)
    changed = tokens.clone()
    changed[:, 5:] = (changed[:, 5:] + 1) % 16
    with torch.no_grad():
        assert torch.allclose(model(tokens)[:, :5], model(changed)[:, :5])


def test_training_lowers_the_loss_towards_the_floor_and_never_below():
    recipe = Recipe(batch=32, steps=400, rate=1e-2, warmup=20, evaluations=64)
    curve = train_transformer(Shape(2, 32, 16), SOURCE, recipe, at=[0, 100, 400])
    assert abs(curve.loss[0] - np.log(16)) < 0.3
    assert curve.loss[0] > curve.loss[1] > curve.loss[2] > SOURCE.entropy_rate
    assert curve.loss[2] < SOURCE.entropy_rate + 0.5 * (curve.loss[0] - SOURCE.entropy_rate)


@pytest.mark.parametrize("precision", ["float64", "bfloat16"])
def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path, precision):
    shape, at = Shape(1, 16, 8), [0, 30, 60]
    whole = Recipe(batch=4, steps=60, evaluations=8, precision=precision)
    straight = train_transformer(shape, SOURCE, whole, at=at, seed=5)
    half = Recipe(batch=4, steps=40, evaluations=8, precision=precision)
    store = tmp_path / "folder" / "state.pt"
    train_transformer(shape, SOURCE, half, at=[0, 30], seed=5, store=store)
    resumed = train_transformer(shape, SOURCE, whole, at=at, seed=5, store=store)
    assert np.array_equal(straight.loss, resumed.loss) and resumed.steps.tolist() == at
    again = train_transformer(shape, SOURCE, whole, at=at, seed=5, store=store)
    assert np.array_equal(again.loss, straight.loss)


def test_a_damaged_state_is_begun_anew(tmp_path):
    store = tmp_path / "state.pt"
    store.write_bytes(b"half of a state")
    recipe = Recipe(batch=4, steps=5, evaluations=8)
    curve = train_transformer(Shape(1, 16, 8), SOURCE, recipe, at=[5], store=store)
    assert np.array_equal(curve.loss, train_transformer(Shape(1, 16, 8), SOURCE, recipe, at=[5]).loss)


def test_bad_settings_are_refused():
    for bad, says in (
        (lambda: Shape(0, 16), "layers must be"),
        (lambda: Recipe(4, 10, precision="int8"), "precision must be one of"),
        (lambda: Recipe(4, 10, rate=-1), "rate must be"),
        (lambda: ContextSource(3), "vocabulary must be"),
        (lambda: ContextSource(16, probabilities=(0.5, 0.4)), "sum to one"),
        (lambda: train_transformer(Shape(1, 16), SOURCE, Recipe(4, 10), at=[11]), "at must hold steps from 0 to 10"),
    ):
        with pytest.raises(ValueError, match=says):
            bad()
