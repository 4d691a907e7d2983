"""The pretrained model: its file, its tokenizer, its block and its contexts, on small ones made here and, where the
real one is on this machine, against an independent implementation."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import torch

from szilard.datasets import SMOLLM2
from szilard.language import CausalLM, Document, LanguageModel, smollm2
from szilard.language.bpe import BytePairs
from szilard.language.gguf import read_gguf
from szilard.language.llama import Llama, LlamaShape

WIDTH, HEADS, SHARED, INNER, VOCABULARY, LAYERS = 16, 4, 2, 24, 40, 2


def text_of(value):
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(tensors, settings=(), version=3):
    """A file in the format, tensors given as (name, shape, kind, bytes)."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(settings))
    head += b"".join(text_of(name) + value for name, value in settings)
    place = 0
    for name, shape, kind, content in tensors:
        axes = struct.pack(f"<{len(shape)}Q", *reversed(shape))
        head += text_of(name) + struct.pack("<I", len(shape)) + axes + struct.pack("<IQ", kind, place)
        place += -(-len(content) // 32) * 32
    head += b"\0" * (-len(head) % 32)
    return head + b"".join(content + b"\0" * (-len(content) % 32) for *_, content in tensors)


def test_weights_are_unpacked_as_they_were_packed():
    rng = np.random.default_rng(0)
    scale, offset = np.float16(0.5), np.float16(-3)
    fours, eights = rng.integers(0, 16, 32), rng.integers(-128, 128, 32)
    packed = (fours[:16] | fours[16:] << 4).astype(np.uint8).tobytes()
    plain = rng.normal(size=(2, 3)).astype("<f4")
    file = read_gguf(
        gguf(
            [
                ("a", (1, 32), 3, scale.tobytes() + offset.tobytes() + packed),
                ("b", (32,), 2, scale.tobytes() + packed),
                ("c", (32,), 8, scale.tobytes() + eights.astype(np.int8).tobytes()),
                ("d", (2, 3), 0, plain.tobytes()),
                ("e", (4,), 1, np.arange(4, dtype="<f2").tobytes()),
                ("odd", (32,), 14, b""),
            ],
            [("name", struct.pack("<I", 8) + text_of("x")), ("n", struct.pack("<If", 6, 1.5))]
            + [("list", struct.pack("<IIQ", 9, 8, 2) + text_of("p") + text_of("q")), ("yes", struct.pack("<IB", 7, 1))],
        )
    )
    np.testing.assert_array_equal(file.tensor("a"), [0.5 * fours - 3])
    np.testing.assert_array_equal(file.tensor("b"), 0.5 * (fours - 8.0))
    np.testing.assert_array_equal(file.tensor("c"), 0.5 * eights)
    np.testing.assert_array_equal(file.tensor("d"), plain)
    np.testing.assert_array_equal(file.tensor("e"), np.arange(4))
    assert file.settings == {"name": "x", "n": 1.5, "list": ["p", "q"], "yes": True}
    for name, message in (("odd", "stored as kind 14"), ("zzz", "no tensor 'zzz'")):
        with pytest.raises(ValueError, match=message):
            file.tensor(name)


@pytest.mark.parametrize("cut", [0, 3, 10, 30, 60, -40])
def test_a_damaged_file_is_refused(cut):
    whole = gguf([("d", (2, 30), 0, np.ones(60, "<f4").tobytes())], [("n", struct.pack("<If", 6, 1.5))])
    with pytest.raises(ValueError, match="damaged|truncated|must be GGUF"):
        read_gguf(whole[:cut])
    with pytest.raises(ValueError, match="must be GGUF"):
        read_gguf(b"JUNK" + whole[4:])


def test_pairs_are_merged_in_the_order_in_which_they_were_learnt():
    letters = [chr(i) for i in range(33, 127)] + ["Ġ"]
    tokens = [*letters, "lo", "low", "er", "Ġlow", "lower"]
    pairs = BytePairs(tokens, ["l o", "lo w", "e r", "Ġ low", "low er"])
    assert [tokens[i] for i in pairs.encode("lower low slow")] == ["lower", "Ġlow", "Ġ", "s", "low"]
    assert pairs.decode(pairs.encode("lower low slow")) == b"lower low slow"
    assert [tokens[i] for i in pairs.encode("12 3")] == ["1", "2", "Ġ", "3"]


@pytest.fixture(scope="module")
def small():
    """A random model, its numbers in a file, and its settings."""
    rng = np.random.default_rng(0)
    shapes = {"token_embd": (VOCABULARY, WIDTH), "output_norm": (WIDTH,)}
    for i in range(LAYERS):
        shapes |= {
            f"blk.{i}.attn_norm": (WIDTH,), f"blk.{i}.ffn_norm": (WIDTH,), f"blk.{i}.attn_q": (WIDTH, WIDTH),
            f"blk.{i}.attn_k": (WIDTH // 2, WIDTH), f"blk.{i}.attn_v": (WIDTH // 2, WIDTH),
            f"blk.{i}.attn_output": (WIDTH, WIDTH), f"blk.{i}.ffn_gate": (INNER, WIDTH),
            f"blk.{i}.ffn_up": (INNER, WIDTH), f"blk.{i}.ffn_down": (WIDTH, INNER),
        }  # fmt: skip
    weights = {f"{name}.weight": rng.normal(size=shape) / 2 for name, shape in shapes.items()}
    tensors = [(name, w.shape, 0, w.astype("<f4").tobytes()) for name, w in weights.items()]
    numbers = {"block_count": LAYERS, "attention.head_count": HEADS, "attention.head_count_kv": SHARED,
               "context_length": 64}  # fmt: skip
    settings = [("general.architecture", struct.pack("<I", 8) + text_of("llama"))]
    settings += [(f"llama.{name}", struct.pack("<II", 4, value)) for name, value in numbers.items()]
    settings += [("llama.attention.layer_norm_rms_epsilon", struct.pack("<If", 6, 1e-5))]
    settings += [("llama.rope.freq_base", struct.pack("<If", 6, 1e4))]
    return Llama.of(read_gguf(gguf(tensors, settings)), dtype=torch.float64), weights


def by_hand(weights, ids):
    """Logits after every token of a row, in loops over places and heads."""
    w = {name.removesuffix(".weight"): value.astype("<f4").astype(float) for name, value in weights.items()}

    def norm(x, name):
        return x / np.sqrt((x**2).mean() + np.float32(1e-5)) * w[name]

    def turned(x, place):
        out = x.copy()
        for pair in range(len(x) // 2):
            angle = place * 1e4 ** (-2 * pair / len(x))
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            out[2 * pair : 2 * pair + 2] = turn @ x[2 * pair : 2 * pair + 2]
        return out

    x = [w["token_embd"][i] for i in ids]
    size = WIDTH // HEADS
    for layer in range(LAYERS):
        normed = [norm(each, f"blk.{layer}.attn_norm") for each in x]
        q, k, v = ([w[f"blk.{layer}.attn_{name}"] @ each for each in normed] for name in "qkv")
        for t in range(len(ids)):
            heads = []
            for head in range(HEADS):
                own, shared = slice(head * size, (head + 1) * size), head // (HEADS // SHARED)
                other = slice(shared * size, (shared + 1) * size)
                query = turned(q[t][own], t)
                score = np.array([query @ turned(k[s][other], s) / np.sqrt(size) for s in range(t + 1)])
                share = np.exp(score - score.max())
                heads.append(sum(a * v[s][other] for s, a in enumerate(share / share.sum())))
            x[t] = x[t] + w[f"blk.{layer}.attn_output"] @ np.concatenate(heads)
        for t in range(len(ids)):
            each = norm(x[t], f"blk.{layer}.ffn_norm")
            gate = w[f"blk.{layer}.ffn_gate"] @ each
            x[t] = x[t] + w[f"blk.{layer}.ffn_down"] @ (gate / (1 + np.exp(-gate)) * (w[f"blk.{layer}.ffn_up"] @ each))
    return np.array([w["token_embd"] @ norm(each, "output_norm") for each in x])


def test_the_block_is_what_it_is_by_hand(small):
    model, weights = small
    assert model.shape == LlamaShape(LAYERS, HEADS, SHARED, pytest.approx(1e-5), 1e4, 64)
    ids = np.random.default_rng(1).integers(0, VOCABULARY, 12)
    logits = by_hand(weights, ids)
    log = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    expected = [-log[t, ids[t + 1]] / np.log(2) for t in range(len(ids) - 1)]
    np.testing.assert_allclose(model.bits(ids), [0, *expected], atol=1e-5)  # logits are rounded to float32
    rows = np.stack([ids, ids[::-1]])
    np.testing.assert_allclose(model.bits(rows)[0], model.bits(ids), atol=1e-6)


class Letters:
    """A tokenizer of single letters."""

    def encode(self, text):
        return [1 + "abcdefghijklmnopqrstuvwxyz ".index(letter) for letter in text]


DOCUMENT = Document("x", ("the cat sat", "on a mat", "and then it left for good", "quite so"))
OTHER = Document("y", ("dogs bark", "cats do not", "fish swim"))


@pytest.fixture(scope="module")
def causal(small):
    return CausalLM(small[0], Letters(), longest=32)


def alone(model, text, skipped=""):
    """Bits of a text after another one, from one row."""
    ids = [0, *Letters().encode(skipped + text)]
    return model.network.bits(np.array(ids))[1 + len(skipped) :]


def test_every_context_is_as_if_nothing_else_were_there(causal):
    assert isinstance(causal, LanguageModel)
    whole, local = causal.surprisal(DOCUMENT), causal.surprisal(DOCUMENT, "sentence")
    for k, sentence in enumerate(DOCUMENT.sentences):
        spaced = (" " if k else "") + sentence
        np.testing.assert_allclose(local.bits[local.sentence == k], alone(causal, spaced), atol=1e-6)
    np.testing.assert_allclose(whole.bits[:32], alone(causal, DOCUMENT.text)[:32], atol=1e-6)
    foreign = causal.surprisal(DOCUMENT, OTHER)
    before = "".join((" " if k else "") + each for k, each in enumerate(OTHER.sentences[:2]))
    np.testing.assert_allclose(
        foreign.bits[foreign.sentence == 2], alone(causal, " " + DOCUMENT.sentences[2], before), atol=1e-6
    )
    np.testing.assert_allclose(foreign.bits[foreign.sentence == 0], local.bits[local.sentence == 0], atol=1e-6)
    short = DOCUMENT.first(3)
    own = CausalLM(causal.network, Letters(), longest=2048)
    np.testing.assert_allclose(own.surprisal(short, short).bits, own.surprisal(short).bits, atol=1e-6)
    assert causal.surprisal(DOCUMENT).size[0] == len(" ".join(DOCUMENT.sentences)) + 1


@pytest.mark.parametrize("window", [1, 3, 8, 100])
def test_a_window_holds_at_least_so_many_tokens(causal, window):
    text = DOCUMENT.text
    bits = causal.surprisal(DOCUMENT, window).bits
    assert len(bits) == len(text)
    for t in range(len(text)):
        start = max(t // window * window - window, 0)
        np.testing.assert_allclose(bits[t], alone(causal, text[t], text[start:t])[0], atol=1e-6)


def test_sentences_in_several_rows_are_the_same(causal, monkeypatch):
    one = causal.surprisal(DOCUMENT, "sentence").bits
    monkeypatch.setattr("szilard.language.causal.CHUNK", 20)
    np.testing.assert_allclose(causal.surprisal(DOCUMENT, "sentence").bits, one, atol=1e-6)
    with pytest.raises(ValueError, match="at most 40 tokens"):
        causal.surprisal(DOCUMENT, OTHER)


def test_a_model_that_is_not_here_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("SZILARD_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match="szilard data fetch smollm2"):
        smollm2("cpu")
    with pytest.raises(ValueError, match="precision"):
        smollm2("cpu", precision="int4")


REFERENCE = {
    "text": "The State of the Union is strong; we'll see what the 21st century brings. "
    "Fellow-Citizens of the Senate and House of Representatives:",
    "ids": [
        504,
        2888,
        282,
        260,
        4353,
        314,
        1837,
        43,
        392,
        3060,
        963,
        732,
        260,
        216,
        34,
        33,
        302,
        2070,
        6633,
        30,
        27513,
        29,
        37266,
        33034,
        282,
        260,
        11151,
        284,
        4699,
        282,
        21912,
        42,
    ],
    "bits": [
        11.7334,
        21.8054,
        2.733,
        2.7374,
        1.2358,
        7.3575,
        12.6728,
        7.0963,
        4.2449,
        3.6174,
        5.8199,
        1.9893,
        3.7162,
        7.0325,
        0.9777,
        1.2418,
        0.0918,
        0.2628,
        2.1901,
        2.0887,
        13.2448,
        8.5214,
        14.4612,
        2.2528,
        2.3565,
        1.488,
        12.8069,
        3.9026,
        6.4497,
        0.4086,
        1.1804,
        6.8557,
    ],
    "odd": [
        788,
        216,
        33,
        39,
        41,
        32,
        28,
        1326,
        982,
        216,
        2290,
        216,
        33,
        28,
        32,
        32,
        32,
        30,
        37,
        32,
        17,
        198,
        657,
        506,
        4979,
        1841,
        294,
        2756,
        31394,
        216,
        22924,
        16736,
        230,
        7906,
        227,
    ],
}


def test_the_real_model_equals_an_independent_implementation():
    """Tokens and bits of transformers 5.23 with the same file, float32."""
    if not any(path.is_file() for path in SMOLLM2.candidates()):
        pytest.skip("the model is not on this machine")
    model = smollm2("cpu", start=2)
    ids = model.tokenizer.encode(REFERENCE["text"])
    assert ids == REFERENCE["ids"]
    np.testing.assert_allclose(model.network.bits(np.array([2, *ids]))[1:], REFERENCE["bits"], atol=1e-3)
    assert model.tokenizer.encode("In 1790, don't  pay 1,000.50!\n It's fine — héllo 一二三") == REFERENCE["odd"]
