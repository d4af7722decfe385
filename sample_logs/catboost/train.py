"""Gradient boosting on synthetic data: CatBoost's lines, with TABs between their parts."""

import catboost
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def make_data(rng: np.random.Generator, rows: int) -> catboost.Pool:
    features = rng.normal(size=(rows, 8))
    signal = features[:, 0] + features[:, 1] * features[:, 2]
    labels: Array = (signal + rng.normal(scale=0.5, size=rows) > 0).astype(np.float64)
    return catboost.Pool(features, labels)


def main() -> None:
    rng = np.random.default_rng(13)
    train, test = make_data(rng, 2000), make_data(rng, 1000)
    model = catboost.CatBoostClassifier(
        iterations=150,
        learning_rate=0.05,
        depth=4,
        random_seed=13,
        thread_count=1,
        allow_writing_files=False,
    )
    model.fit(train, eval_set=test)


if __name__ == "__main__":
    main()
