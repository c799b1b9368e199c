"""Stage (c): one soft prompt a preset (peft), trained under the real noise with the model frozen.

Noised prefix, clean continuation, loss on the continuation. Every batch has one prefix length, drawn from a few tokens to 100."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from peft import PromptTuningConfig, TaskType, get_peft_model
from torch import Tensor
from transformers import PreTrainedModel

from .config import Config
from .data import Corpus
from .mechanism import Mechanism
from .progress import Progress
from .split import BARE, Projection, Template, loss_scale, next_token_losses, released_rows, rows_device


def train(
    model: PreTrainedModel,
    projection: Projection,
    mechanism: Mechanism,
    corpus: Corpus,
    config: Config,
    checkpoint: Path,
    label: str,
    template: Template = BARE,
    start: Tensor | None = None,
) -> Tensor:
    """The trained soft prompt, virtual tokens x H. It starts from `start` (of that shape) where one is given."""
    device = rows_device(model)
    embeddings = model.get_input_embeddings().weight
    table = projection.table(embeddings)
    torch.manual_seed(config.seed)
    tuned = get_peft_model(
        model, PromptTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=config.virtual_tokens)
    )
    tuned.prompt_encoder["default"].to(device, torch.float32)
    prompt = tuned.prompt_encoder["default"].embedding.weight
    with torch.no_grad():
        if start is None:
            # Where the model is at home: on the embeddings of common tokens.
            common = corpus.unigram(len(embeddings)).topk(4 * config.virtual_tokens).indices
            start = embeddings[common[torch.randperm(len(common))[: config.virtual_tokens]].to(device)]
        prompt.copy_(start)
    optimizer = torch.optim.AdamW([prompt], lr=config.soft_prompt_rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.soft_prompt_steps)
    progress = Progress(label, config.soft_prompt_steps, checkpoint)
    done = progress.resume({"prompt": prompt}, optimizer, schedule)
    shortest, longest = config.prefix_lengths
    for step in range(done, config.soft_prompt_steps):
        rng = np.random.default_rng((config.seed, 1, step))
        generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))
        length = int(rng.integers(shortest, longest + 1))
        ids = corpus.windows(length + config.continuation, config.soft_prompt_batch, rng).to(device)
        prefix, continuation = ids[:, :length], ids[:, length:]
        noised = released_rows(prefix, table, projection, mechanism, generator)
        # Not through `tuned` itself, which would put the soft prompt before the template.
        before = template.around(noised, tuned.get_prompt(1), embeddings)
        rows = torch.cat([before, embeddings[continuation].float()], dim=1)
        loss = next_token_losses(model, rows, continuation).mean()
        optimizer.zero_grad()
        (loss * loss_scale(model)).backward()
        optimizer.step()
        schedule.step()
        progress.step(step + 1, {"loss": loss.item()})
    return prompt.detach().clone()
