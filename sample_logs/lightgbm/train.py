"""Gradient boosting on synthetic data: LightGBM's lines, through the logging module."""

import logging

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
LOG = logging.getLogger("train")


def make_data(rng: np.random.Generator, rows: int) -> tuple[Array, Array]:
    features = rng.normal(size=(rows, 8))
    signal = 3 * features[:, 0] + features[:, 1] * features[:, 2] + np.cos(3 * features[:, 3])
    return features, 0.01 * (signal + rng.normal(scale=0.3, size=rows))


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    lgb.register_logger(LOG)
    rng = np.random.default_rng(11)
    train = lgb.Dataset(*make_data(rng, 3000))
    valid = lgb.Dataset(*make_data(rng, 1000), reference=train)
    booster = lgb.train(
        {
            "objective": "regression",
            "metric": ["l2", "l1"],
            "learning_rate": 0.1,
            "num_leaves": 15,
            "num_threads": 1,
            "force_col_wise": True,
            "seed": 11,
        },
        train,
        num_boost_round=400,
        valid_sets=[train, valid],
        valid_names=["train", "valid"],
        callbacks=[lgb.log_evaluation(1), lgb.early_stopping(40)],
    )
    LOG.info("best iteration: %d", booster.best_iteration)


if __name__ == "__main__":
    main()
