"""A hand-written PyTorch loop: a tqdm bar with the loss, and one logged line per epoch."""

import logging

import torch
from torch import nn
from tqdm import tqdm

EPOCHS = 120
BATCH = 32
LOG = logging.getLogger("train")


def make_data(rows: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(rows, 6, generator=generator)
    target = torch.tanh(features[:, 0] - features[:, 1]) + 0.5 * features[:, 2]
    return features, target.unsqueeze(1)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    torch.manual_seed(5)
    torch.set_num_threads(1)
    features, target = make_data(4800, seed=1)
    val_features, val_target = make_data(400, seed=2)
    model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    loss_of = nn.MSELoss()

    LOG.info("training for %d epochs", EPOCHS)
    for epoch in range(1, EPOCHS + 1):
        order = torch.randperm(len(features))
        total = 0.0
        bar = tqdm(order.split(BATCH), desc=f"Epoch {epoch}/{EPOCHS}", mininterval=0.01)
        for batch in bar:
            optimizer.zero_grad()
            loss = loss_of(model(features[batch]), target[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
            bar.set_postfix(loss=loss.item(), refresh=False)
        with torch.no_grad():
            residual = model(val_features) - val_target
        LOG.info(
            "epoch=%d train_loss=%.4e val_loss=%.4e val_bias=%.6f lr=%g",
            epoch,
            total / len(features),
            residual.square().mean().item(),
            residual.mean().item(),
            optimizer.param_groups[0]["lr"],
        )
        scheduler.step()
    LOG.info("done")


if __name__ == "__main__":
    main()
