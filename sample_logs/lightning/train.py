"""PyTorch Lightning on synthetic data: metrics at the end of its progress bar."""

import lightning
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Classifier(lightning.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))

    def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor:
        loss = self._loss(batch)
        self.log("train_loss", loss, prog_bar=True, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch: list[torch.Tensor], _: int) -> None:
        self.log("val_loss", self._loss(batch), prog_bar=True)
        features, labels = batch
        right = (self.layers(features) > 0) == (labels > 0.5)
        self.log("val_acc", right.float().mean(), prog_bar=True)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=0.01)

    def _loss(self, batch: list[torch.Tensor]) -> torch.Tensor:
        features, labels = batch
        return nn.functional.binary_cross_entropy_with_logits(self.layers(features), labels)


def make_data(rows: int) -> DataLoader[tuple[torch.Tensor, ...]]:
    features = torch.randn(rows, 8)
    labels = (features[:, :1] + features[:, 1:2] * features[:, 2:3] > 0).float()
    return DataLoader(TensorDataset(features, labels), batch_size=32)


def main() -> None:
    lightning.seed_everything(17)
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=12,
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
    )
    trainer.fit(Classifier(), make_data(640), make_data(320))


if __name__ == "__main__":
    main()
