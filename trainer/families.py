"""What differs between the families of causal models, and what each can be made into.

Any family here can be split: its rows go in as `inputs_embeds`, unscaled. Not all can be exported as a decoder of a bundle: the attention of
`onnx_files.py` reads the whole cache, and positions come from lengths alone."""

from __future__ import annotations

from dataclasses import dataclass

from transformers import PretrainedConfig, PreTrainedModel

# Architectures by `model_type`. SmolLM and SmolLM2 say llama; a family that scales its rows (gemma, granite) needs more than a line here.
FAMILIES = ("llama", "qwen2", "qwen3", "gpt2", "smollm3")
# Rotary embeddings whose angles depend on positions alone. The others depend on how long the text has become.
FIXED_ROTARY = ("default", "linear", "llama3", "yarn")
# Bytes of one file of a bundle (src/core/bundle/manifest-schema.ts).
MOST_FILE_BYTES = 1 << 30


@dataclass(frozen=True)
class Shape:
    """Sizes that every family has, under names of its own: heads and widths of the cache, rows of the table, positions."""

    architecture: str
    hidden: int
    layers: int
    key_value_heads: int
    head_dim: int
    positions: int


def shape_of(config: PretrainedConfig) -> Shape:
    """Sizes of a model. Raises ValueError for a family that is not supported."""
    if config.model_type not in FAMILIES:
        raise ValueError(f"models of type {config.model_type} are not supported; what is: {', '.join(FAMILIES)}")
    if getattr(config, "add_cross_attention", False):
        raise ValueError("a model with cross attention is not a causal language model")
    heads = config.num_attention_heads
    return Shape(
        architecture=config.model_type,
        hidden=config.hidden_size,
        layers=config.num_hidden_layers,
        key_value_heads=getattr(config, "num_key_value_heads", None) or heads,
        head_dim=getattr(config, "head_dim", None) or config.hidden_size // heads,
        positions=config.max_position_embeddings,
    )


def end_token(config: PretrainedConfig) -> int:
    """The token that ends a text: the first, where the model has several. Raises ValueError where it has none."""
    end = config.eos_token_id
    if isinstance(end, (list, tuple)):
        end = end[0] if end else None
    if end is None:
        raise ValueError("config.json of the model has no eos_token_id")
    return int(end)


def require_embeddable(model: PreTrainedModel, context: int) -> None:
    """Refuse what `onnx_files.decoder` cannot make right, before anything is trained.

    Raises ValueError that says why; an external bundle (`--external`) needs no decoder and is not refused."""
    config = model.config
    reasons = []
    rotary = getattr(config, "rope_parameters", None) or {}
    kind = rotary.get("rope_type", "default")
    if kind not in FIXED_ROTARY:
        reasons.append(f"its rotary embeddings ({kind}) change with the length of the text")
    window = getattr(config, "sliding_window", None)
    if "sliding_attention" in (getattr(config, "layer_types", None) or []) and window and window < context:
        reasons.append(f"its attention looks back {window} tokens where the bundle holds {context}")
    embeddings = model.get_input_embeddings().weight
    products = sum(p.numel() for p in model.parameters()) - embeddings.numel()
    head = model.get_output_embeddings().weight
    products += head.numel() if head is embeddings else 0
    if products > MOST_FILE_BYTES:
        reasons.append(f"its decoder would take {products / 1e9:.1f} GB in int8, and a file of a bundle at most {MOST_FILE_BYTES / 1e9:.1f}")
    if 2 * embeddings.numel() > MOST_FILE_BYTES:
        reasons.append("its table of embeddings is larger than a file of a bundle may be")
    if reasons:
        raise ValueError(f"this model cannot be exported into a bundle: {'; '.join(reasons)}. Use --external, with the model in vLLM")
