"""The text side: a byte-pair vocabulary learnt from captions, its tokenizer files, and a small CLIP text model."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from training.home import work_folder
from training.illustrator import caption_of, scene_at

LENGTH: Final = 32
"""Tokens of a caption, including its start and its end."""
WIDTH: Final = 144
START, END, WORD_END = "<|startoftext|>", "<|endoftext|>", "</w>"
_MERGES: Final = 900


def _captions(count: int) -> Iterator[str]:
    for index in range(count):
        yield caption_of(scene_at(index), random.Random(index)).lower()


def _learn_vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Token ids and merges: both byte alphabets (inside and at the end of words), merges, start, end."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=WORD_END))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\p{L}]+|[^\s\p{L}]"), "removed", invert=True)
    trainer = trainers.BpeTrainer(
        vocab_size=512 + _MERGES, initial_alphabet=alphabet, end_of_word_suffix=WORD_END, show_progress=False
    )
    tokenizer.train_from_iterator(_captions(40_000), trainer)
    merges = [(str(a), str(b)) for a, b in json.loads(tokenizer.to_str())["model"]["merges"]]
    tokens = [*alphabet, *(letter + WORD_END for letter in alphabet), *(a + b for a, b in merges), START, END]
    return {token: number for number, token in enumerate(dict.fromkeys(tokens))}, merges


def tokenizer_folder() -> Path:
    """Return the folder with the tokenizer's files; made at the first call."""
    folder = work_folder() / "tokenizer"
    if not (folder / "tokenizer.json").exists():
        vocabulary, merges = _learn_vocabulary()
        tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=LENGTH)
        tokenizer.save_pretrained(folder)
        (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
        lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges)]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    return folder


def load_tokenizer() -> Any:
    """Return the tokenizer of all our text models."""
    return CLIPTokenizer.from_pretrained(tokenizer_folder())


def build_text_model(tokenizer: Any) -> Any:
    """Return a new text model for that tokenizer, about 0.9 M parameters."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 4,
        num_hidden_layers=3,
        num_attention_heads=6,
        max_position_embeddings=LENGTH,
        projection_dim=WIDTH,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config)
