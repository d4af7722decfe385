"""transformers.Trainer on a tiny, randomly initialised BERT: dict lines and a progress bar.

The task: do more tokens of the first half of the vocabulary occur than of the
second half? Nothing is downloaded; the token ids are random numbers.
"""

import numpy as np
import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    EvalPrediction,
    Trainer,
    TrainingArguments,
    set_seed,
)

VOCABULARY = 64
LENGTH = 15


class RandomTokens(torch.utils.data.Dataset):
    def __init__(self, rows: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.ids = torch.randint(VOCABULARY, (rows, LENGTH), generator=generator)
        self.labels = ((self.ids < VOCABULARY // 2).sum(dim=1) > LENGTH // 2).long()

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        ids = self.ids[index]
        return {
            "input_ids": ids,
            "attention_mask": torch.ones_like(ids),
            "labels": self.labels[index],
        }


def compute_metrics(prediction: EvalPrediction) -> dict[str, float]:
    guesses = np.argmax(prediction.predictions, axis=1)
    return {"accuracy": float((guesses == prediction.label_ids).mean())}


def main() -> None:
    set_seed(3)
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=VOCABULARY,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=LENGTH,
        )
    )
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir="output",
            num_train_epochs=6,
            per_device_train_batch_size=16,
            per_device_eval_batch_size=64,
            learning_rate=2e-4,
            lr_scheduler_type="linear",
            logging_steps=10,
            eval_strategy="steps",
            eval_steps=50,
            save_strategy="no",
            report_to="none",
            dataloader_pin_memory=False,
            use_cpu=True,
            seed=3,
        ),
        train_dataset=RandomTokens(4000, seed=1),
        eval_dataset=RandomTokens(640, seed=2),
        compute_metrics=compute_metrics,
    )
    trainer.train()


if __name__ == "__main__":
    main()
