"""Sizes at which every cell of the chapter on entropy rates runs in a blink, on what comes with the library."""

SMALL = {
    "corpus": "sotu-59", "documents": 3, "most": 12, "pages": 6, "length": 3000, "draws": 1, "n": 1000, "sentences": 4,
    "trained": 2, "order": 2, "tosses": 3, "places": 6,
}  # fmt: skip
CARD = ("network", "network-windows", "network-evenness")  # and a model that is fetched; tested with a tiny one beside
