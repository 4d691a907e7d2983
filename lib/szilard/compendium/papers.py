"""The fourteen papers, in the order of the book."""

from dataclasses import dataclass

__all__ = ["PAPERS", "PARTS", "Paper", "paper"]


@dataclass(frozen=True)
class Paper:
    """One paper: the key of its chapter, the part of the book it belongs to, its title, authors and year, and what the
    chapter found, in one sentence."""

    key: str
    part: str
    title: str
    authors: str
    year: int
    finding: str = ""


# fmt: off
PAPERS = (
    Paper("minde", "measuring", "MINDE: Mutual Information Neural Diffusion Estimation", "Franzese et al.", 2024,
          "Networks that remove noise measure 39 of 40 benchmark tasks; with the published settings, 35."),
    Paper("soi", "measuring", "SΩI: Score-based O-Information Estimation", "Bounoua et al.", 2024,
          "One network tells synergy from redundancy where no two variables correlate; the amounts come out rough."),
    Paper("ib_compression", "learning",
          "Information Bottleneck Analysis of Deep Neural Networks via Lossy Compression", "Butakov et al.", 2024,
          "Compressed pictures show what they share; whether a layer compresses depends on how finely one looks."),
    Paper("ib_generalization", "learning",
          "How Does Information Bottleneck Help Deep Learning?", "Kawaguchi et al.", 2023,
          "Networks whose codes keep more lose more on unseen data; on clusters, weight decay tells as much."),
    Paper("ssl_review", "learning",
          "To Compress or Not to Compress – Self-Supervised Learning and Information Theory: A Review",
          "Shwartz-Ziv & LeCun", 2024,
          "Compress what views do not share until a tenth of the label needs it; common bounds misread what is kept."),
    Paper("lood", "learning", "Leave-one-out Distinguishability in Machine Learning", "Ye et al.", 2024,
          "A closed form foretells what retraining shows of a record; the most telling query is the record itself."),
    Paper("scaling_laws", "scaling", "Unraveling the Mystery of Scaling Laws: Part I", "Su et al.", 2024,
          "Curves of small models predict the next size to two per cent; ten times the size they miss by five."),
    Paper("lottery_ticket", "scaling", "A Neural Scaling Law from Lottery Ticket Ensembling", "Liu & Tegmark", 2023,
          "Loss falls as one over the width, as reported; averages of small networks do not explain it."),
    Paper("entropy_rate", "computation", "Revisiting Entropy Rate Constancy in Text", "Verma et al.", 2023,
          "Surprise of sentences alone does not tell the rate in context; weak models see no trend in speeches."),
    Paper("attention_io", "computation",
          "I/O Complexity of Attention, or How Optimal is FlashAttention?", "Saha & Ye", 2024,
          "FlashAttention moves at most twelve times the words that must be moved; standard attention, up to 257."),
    Paper("primes", "computation",
          "On the impossibility of discovering a formula for primes using AI", "Kolpakov & Rocke", 2023,
          "The published learners, it appears, could not see the digits; they learnt that primes thin out."),
    Paper("constructor_theory", "physics", "Constructor theory of information", "Deutsch & Marletto", 2015,
          "Where two kinds of information, no state left out, do not combine, nothing clones and measuring disturbs."),
    Paper("work_extraction", "physics",
          "The information-theoretic foundation of thermodynamic work extraction", "Marletto", 2022,
          "To draw different amounts of work for certain is to measure: overlapping states never allow it."),
    Paper("landauer", "physics",
          "Fundamental Principle of Information-to-Energy Conversion", "Alfonso-Faus", 2013,
          "Slow simulated beads pay the bound and no more; the conjectured cold computer finds no support."),
)
# fmt: on

PARTS = {name: name.capitalize() for name in ("measuring", "learning", "scaling", "computation", "physics")}


def paper(key: str) -> Paper | None:
    """The paper whose chapter is ``key``, or ``None``."""
    return next((item for item in PAPERS if item.key == key), None)
