"""A real Stable Diffusion folder of half a megabyte with random weights, made in a second, for tests."""

import json
from pathlib import Path
from typing import Any

SIDE = 32
"""Its pictures are 32 x 32 pixels of nothing in particular."""
_LENGTH = 16
_WIDTH = 16


def make_stable_diffusion(folder: Path, *, seed: int = 0, channels: tuple[int, int] = (8, 16)) -> Path:
    """Write a StableDiffusionPipeline into *folder* and return it; more *channels* make it larger.

    Needs the engines extra.
    """
    import torch  # noqa: PLC0415 - seconds
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel  # noqa: PLC0415
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer  # noqa: PLC0415

    torch.manual_seed(seed)
    tokenizer = _tokenizer(CLIPTokenizer)
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=_WIDTH,
            intermediate_size=_WIDTH,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_position_embeddings=_LENGTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    unet = UNet2DConditionModel(
        sample_size=SIDE // 8,
        block_out_channels=channels,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=_WIDTH,
        attention_head_dim=2,
        norm_num_groups=4,
    )
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=4,
        sample_size=SIDE,
    )
    scheduler = DDIMScheduler(
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        steps_offset=1,
        clip_sample=False,
    )
    StableDiffusionPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    (folder / "preview.json").write_text(json.dumps({"weight": [[0.1] * 3] * 4, "bias": [0.5] * 3}))
    return folder


def _tokenizer(kind: Any) -> Any:
    """Return a tokenizer that knows single letters."""
    letters = [chr(code) for code in range(33, 127)]
    words = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return kind(vocab={word: number for number, word in enumerate(words)}, merges=[], model_max_length=_LENGTH)
