"""Gradient boosting on synthetic data: XGBoost's own evaluation lines (TAB separated)."""

import numpy as np
import xgboost as xgb


def make_data(rng: np.random.Generator, rows: int) -> xgb.DMatrix:
    features = rng.normal(size=(rows, 8))
    score = features[:, 0] * features[:, 1] + np.sin(2 * features[:, 2]) - 0.5 * features[:, 3]
    labels = (score + rng.normal(scale=0.5, size=rows) > 0).astype(int)
    return xgb.DMatrix(features, label=labels)


def main() -> None:
    rng = np.random.default_rng(7)
    train, validation = make_data(rng, 2000), make_data(rng, 1000)
    print(f"Train matrix has {train.num_row()} rows and {train.num_col()} columns")
    print(f"Validation matrix has {validation.num_row()} rows")
    booster = xgb.train(
        {
            "objective": "binary:logistic",
            "eval_metric": ["logloss", "auc"],
            "eta": 0.05,
            "max_depth": 4,
            "nthread": 1,
            "seed": 7,
        },
        train,
        num_boost_round=300,
        evals=[(train, "train"), (validation, "validation")],
    )
    print(f"Training finished after {booster.num_boosted_rounds()} rounds")


if __name__ == "__main__":
    main()
