"""The laboratory of work extraction, beyond the battery: nothing is quoted, and the proof is drawn."""

from __future__ import annotations

from szilard.experiments import work_extraction


def test_nothing_unpublished_is_printed_as_published():
    assert all(claim.published is None for claim in work_extraction.LABORATORY.claims)


def test_the_proof_is_drawn_with_its_verdicts():
    import matplotlib as mpl

    proof = work_extraction.run("proof").table
    with mpl.rc_context():
        from matplotlib.figure import Figure

        ax = Figure().subplots()
        work_extraction.draw_network(ax, proof, "|+⟩, |−⟩ to give 0 and 1, no phase reference")
        words = [text.get_text() for text in ax.texts]
    assert words.count("✗") == 2 and words.count("✓") == 3 and "extract" in words
