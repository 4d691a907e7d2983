"""Models in a user's folder: every context as with the model whose mask is known, from a stand-in for transformers, and
from transformers itself where it is installed."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from szilard.language import Document, LanguageModel, LocalLM, local_model

SIZE = 28
DOCUMENT = Document("x", ("the cat sat", "on a mat", "and then it left for good", "quite so"))
OTHER = Document("y", ("dogs bark", "cats do not", "fish swim"))


class Recurrent(torch.nn.Module):
    """A causal network without attention, whose logits depend on all tokens so far."""

    def __init__(self, longest: int | None = 64) -> None:
        super().__init__()
        self.config = SimpleNamespace(max_position_embeddings=longest)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.embed, self.cell = torch.nn.Embedding(SIZE, 8), torch.nn.GRU(8, 8, batch_first=True)

    def forward(self, ids):
        return SimpleNamespace(logits=3 * self.cell(self.embed(ids))[0] @ self.embed.weight.T)


class Letters:
    """Single letters, with a token of its own for the start of a text."""

    bos_token_id, eos_token_id = 0, None

    def encode(self, text, add_special_tokens=True):
        ids = [1 + "abcdefghijklmnopqrstuvwxyz ".index(letter) for letter in text]
        return [0, *ids] if add_special_tokens else ids


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder, and a stand-in for the package that reads it."""
    (tmp_path / "config.json").write_text("{}")
    fake = ModuleType("transformers")

    def read(made):
        def from_pretrained(place, **options):
            assert options["local_files_only"] and options["trust_remote_code"] is False
            if not (place / "weights").exists():
                raise OSError("no file named model.safetensors\nin the folder")
            return made()

        return SimpleNamespace(from_pretrained=from_pretrained)

    fake.AutoTokenizer, fake.AutoModelForCausalLM = read(Letters), read(Recurrent)
    monkeypatch.setitem(sys.modules, "transformers", fake)
    (tmp_path / "weights").touch()
    return tmp_path


def alone(text, skipped=""):
    """Bits of a text after another one, from the logits of a single row."""
    ids = torch.tensor([[0, *Letters().encode(skipped + text, add_special_tokens=False)]])
    with torch.inference_mode():
        logs = torch.log_softmax(Recurrent()(ids).logits[0, :-1].double(), 1)
    bits = -logs[torch.arange(ids.shape[1] - 1), ids[0, 1:]].numpy() / np.log(2)
    return bits[len(skipped) :]


def test_every_context_is_as_if_nothing_else_were_there(folder):
    model = local_model(folder, "cpu")
    assert isinstance(model, LanguageModel) and model.longest == 63
    whole, local, foreign = (model.surprisal(DOCUMENT, context) for context in ("document", "sentence", OTHER))
    np.testing.assert_allclose(whole.bits, alone(DOCUMENT.text), atol=1e-5)
    before = ""
    for k, sentence in enumerate(DOCUMENT.sentences[:3]):
        spaced = (" " if k else "") + sentence
        np.testing.assert_allclose(local.bits[local.sentence == k], alone(spaced), atol=1e-5)
        np.testing.assert_allclose(foreign.bits[foreign.sentence == k], alone(spaced, before), atol=1e-5)
        before += (" " if k else "") + OTHER.sentences[k]


def test_a_long_document_is_read_in_windows(folder):
    long = Document("x", ("a b c d " * 40,))
    model = local_model(folder, "cpu")
    assert len(model.surprisal(long).bits) == 320
    with pytest.raises(ValueError, match="at most 63 tokens; got 321"):
        model.surprisal(long, "sentence")


def test_what_is_no_model_is_refused_in_a_line(folder, monkeypatch, tmp_path):
    (folder / "weights").unlink()
    with pytest.raises(ValueError, match=r"holds no causal language model with safetensors: no file named [^\n]*$"):
        local_model(folder)
    with pytest.raises(FileNotFoundError, match="no config.json"):
        local_model(tmp_path / "missing")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ValueError, match="pip install transformers"):
        local_model(folder)


def test_the_start_of_a_text_must_be_known(folder, monkeypatch):
    monkeypatch.setattr(Letters, "bos_token_id", None)
    with pytest.raises(ValueError, match="opens no text"):
        local_model(folder)
    assert isinstance(local_model(folder, "cpu", start=0), LocalLM)


@pytest.fixture(scope="module")
def transformers():
    """The package, imported before the guard of the process looks."""
    return pytest.importorskip("transformers")


def test_transformers_reads_what_it_has_saved(transformers, tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    words = {"<s>": 0} | {letter: 1 + k for k, letter in enumerate("abcdefghijklmnopqrstuvwxyz ")}
    letters = tokenizers.Tokenizer(tokenizers.models.BPE(words, []))
    transformers.PreTrainedTokenizerFast(tokenizer_object=letters, bos_token="<s>").save_pretrained(tmp_path)
    shape = {"vocab_size": SIZE, "n_positions": 64, "n_embd": 16, "n_layer": 2, "n_head": 2}
    shape |= {"bos_token_id": 0, "eos_token_id": 0}
    with torch.random.fork_rng():
        transformers.GPT2LMHeadModel(transformers.GPT2Config(**shape)).save_pretrained(tmp_path)
    model = local_model(tmp_path, "cpu")
    short = DOCUMENT.first(3)
    np.testing.assert_allclose(model.surprisal(short, short).bits, model.surprisal(short).bits, atol=1e-4)
    assert model.longest == 63
