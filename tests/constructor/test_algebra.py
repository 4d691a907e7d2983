"""Tasks compose as relations do: the identities, on random small tasks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from szilard.constructor import Attribute, Substrate, Task, Variable, Verdict, all_of, unite

NAMES = [Attribute(letter) for letter in "abcd"]
attributes = st.sampled_from(NAMES)
tasks = st.lists(st.tuples(attributes, attributes), min_size=1, max_size=5).map(Task)


@st.composite
def followers(draw, task):
    """A task whose inputs are exactly the outputs of ``task``."""
    return Task([(y, z) for y in task.outputs for z in draw(st.lists(attributes, min_size=1, max_size=2))])


@st.composite
def chains(draw, length):
    found = [draw(tasks)]
    while len(found) < length:
        found.append(draw(followers(found[-1])))
    return found


@given(tasks)
def test_transposing_twice_changes_nothing(task):
    assert ~~task == task
    assert set((~task).inputs) == set(task.outputs)


@given(chains(2))
def test_the_transpose_of_a_series_is_the_series_of_transposes_backwards(chain):
    a, b = chain
    assert ~(b @ a) == ~a @ ~b


@given(chains(3))
def test_serial_composition_is_associative(chain):
    a, b, c = chain
    assert (c @ b) @ a == c @ (b @ a)


@given(tasks, tasks, tasks)
def test_parallel_composition_is_associative_and_transposes(a, b, c):
    assert (a | b) | c == a | (b | c)
    assert ~(a | b) == ~a | ~b


@given(chains(2), chains(2))
def test_interchange(first, second):
    (a, b), (c, d) = first, second
    assert (b | d) @ (a | c) == (b @ a) | (d @ c)


@given(tasks, st.permutations("abcd"))
def test_renaming_there_and_back(task, letters):
    there = dict(zip("abcd", letters, strict=True))
    back = {new: old for old, new in there.items()}
    assert task.rename(there).rename(back) == task
    assert (task | task).rename(there) == task.rename(there) | task.rename(there)


def test_a_series_needs_its_joint():
    a, b, c, _ = NAMES
    with pytest.raises(ValueError, match="must be inputs of the second"):
        Task({a: b}) @ Task({a: c})


def test_printing():
    a, b, *_ = NAMES
    assert repr(Task({a: b, b: a})) == "{a → b, b → a}"
    assert repr(Variable([a, b]) * Variable([a])) == "{(a, a), (b, a)}"
    assert repr(unite(a, b)) == "a∪b"
    assert repr(Substrate("S") + Substrate("T")) == "S⊕T"


def test_unions_are_taken_apart_through_pairs():
    a, b, c, _ = NAMES
    assert set((unite(a, b) * c).elements()) == {a * c, b * c}
    assert not Task([(a, b), (a, c)]).is_function


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Task({}), "at least one pair"),
        (lambda: Variable([]), "at least one"),
        (lambda: Variable([NAMES[0], NAMES[0]]), "differ"),
        (lambda: Variable([NAMES[0], Attribute("x", substrate=Substrate("T"))]), "one substrate"),
        (lambda: Task({Attribute("x", 1): Attribute("x", 2)}), "different names"),
        (lambda: unite(), "at least one"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_verdicts_read_well_and_do_not_guess():
    yes, no, open_ = Verdict(True, 0.5, method="m"), Verdict(False, -1.0, method="m"), Verdict(None, 0.0)
    assert repr(no) == "✗ impossible (margin -1, m): " and yes and not no
    with pytest.raises(ValueError, match="undecided"):
        bool(open_)
    assert all_of([yes, open_, no], "both").possible is False
    assert all_of([yes, open_], "both").possible is None
    assert all_of([yes, yes], "both").margin == 0.5
