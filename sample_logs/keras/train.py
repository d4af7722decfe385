"""Keras on synthetic data: a line an epoch first, then the same again with its progress bar."""

import os

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


def make_data(rng: np.random.Generator, rows: int) -> tuple[Array, Array]:
    features = rng.normal(size=(rows, 8)).astype(np.float32)
    signal = features[:, 0] + features[:, 1] * features[:, 2]
    return features, (signal > 0).astype(np.float32)


def make_model() -> keras.Model:
    model = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1, "sigmoid")]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy", "auc"])
    return model


def main() -> None:
    keras.utils.set_random_seed(5)
    rng = np.random.default_rng(5)
    data, held_out = make_data(rng, 640), make_data(rng, 320)
    slower = keras.callbacks.LearningRateScheduler(lambda epoch: 0.01 * 0.7**epoch)
    for verbose, epochs in ((2, 20), (1, 5)):
        make_model().fit(
            *data,
            epochs=epochs,
            batch_size=64,
            validation_data=held_out,
            callbacks=[slower],
            verbose=verbose,
        )


if __name__ == "__main__":
    main()
