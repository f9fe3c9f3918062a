"""Reproducible training and prediction with Keras, on any backend."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.progress import EtaReporter

Gather = Callable[[NDArray[np.int64], np.random.Generator], tuple]


def just_in_time() -> str | bool:
    """Return the ``jit_compile`` option of Keras models: False on TensorFlow, else ``auto``.

    On TensorFlow, graph mode is faster on the CPU (``snakemake benchmarks``), and the gradient of max-pooling is not
    deterministic with XLA.
    """
    return False if keras.config.backend() == "tensorflow" else "auto"


def compile_model(model: keras.Model, learning_rate: float, loss: Any) -> None:
    """Compile a model for training with Adam.

    The optimizer's variables are created here: if the first step created them, TensorFlow would trace it twice.
    """
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, loss, jit_compile=just_in_time())


class EpochBatches(keras.utils.PyDataset):
    """Batches of rows, in an order determined by the seed and the epoch.

    A resumed training therefore sees the same batches as an uninterrupted one.

    Parameters
    ----------
    gather : callable
        ``gather(rows, rng)`` returns a batch for Keras: (inputs, targets) or (inputs, targets, weights).
    n_rows : int
    batch_size : int
    seed : int
    max_rows : int, optional
        Rows per epoch, a new subset in each; all by default.
    shuffle : bool, default True
        If False, the rows of each epoch are in ascending order.
    """

    def __init__(
        self,
        gather: Gather,
        n_rows: int,
        batch_size: int,
        seed: int,
        max_rows: int | None = None,
        shuffle: bool = True,
    ):
        super().__init__()
        self._gather = gather
        self._n_rows = n_rows
        self._n_seen = min(n_rows, max_rows or n_rows)
        self._batch_size = batch_size
        self._seed = seed
        self._shuffle = shuffle
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of the rows in an epoch, counted from 0."""
        self._epoch = epoch
        order = np.arange(self._n_rows)
        if self._shuffle:
            order = np.random.default_rng([self._seed, epoch]).permutation(self._n_rows)
        self._order = order[: self._n_seen]

    def __len__(self) -> int:
        """Return the number of batches per epoch."""
        return -(-self._n_seen // self._batch_size)

    def size_of(self, index: int) -> int:
        """Return the number of rows of a batch."""
        return min(self._batch_size, self._n_seen - index * self._batch_size)

    def __getitem__(self, index: int) -> tuple:  # pyrefly: ignore[bad-override]
        """Return a batch by its index."""
        rows = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return self._gather(rows, np.random.default_rng([self._seed, self._epoch, index]))


class StartEpoch(keras.callbacks.Callback):
    """Callback that starts an epoch of the batches."""

    def __init__(self, batches: EpochBatches):
        super().__init__()
        self._batches = batches

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Draw the order of the rows."""
        self._batches.start_epoch(epoch)


class CountRows(keras.callbacks.Callback):
    """Callback that counts the rows of each trained batch."""

    def __init__(self, batches: EpochBatches, countdown: EtaReporter):
        super().__init__()
        self._batches = batches
        self._countdown = countdown

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the rows of this batch."""
        self._countdown.count(self._batches.size_of(batch))


class StopIfDiverged(keras.callbacks.Callback):
    """Callback that ends a training with an error where the loss of an epoch is not finite."""

    def __init__(self, advice: str = "lower training.learning_rate"):
        super().__init__()
        self._advice = advice

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Check the losses of an epoch."""
        for name, value in (logs or {}).items():
            if name.endswith("loss") and not np.isfinite(value):
                raise UserError(f"training diverged: {name} of epoch {epoch + 1} is {value}: {self._advice}")


def describe_layers(model: keras.Model) -> pd.DataFrame:
    """Return layer, structure (the class), output_size and parameters of each layer of a model."""
    rows = [
        (layer.name, type(layer).__name__, "×".join(map(str, layer.output.shape[1:])), layer.count_params())
        for layer in model.layers
    ]
    return pd.DataFrame(rows, columns=["layer", "structure", "output_size", "parameters"])


def fit_with_validation(
    model: keras.Model,
    gather: Callable[[NDArray[np.int64]], tuple],
    n_rows: int,
    max_rows: int | None,
    settings: Mapping[str, Any],
    seed: int,
) -> pd.DataFrame:
    """Train a compiled model; the last rows are held out for validation.

    Parameters
    ----------
    model : keras.Model
    gather : callable
        ``gather(rows)`` returns inputs and targets.
    n_rows : int
    max_rows : int or None
        Rows per epoch; None for all.
    settings : mapping
        epochs, batch_size, validation_split (share of the rows held out, as in the challenge's code).
    seed : int

    Returns
    -------
    DataFrame
        epoch (from 1), loss, val_loss (NaN without validation).
    """
    n_validation = int(n_rows * settings["validation_split"])
    training, validation = np.split(np.arange(n_rows), [n_rows - n_validation])

    def batches_of(own: NDArray[np.int64], **options: Any) -> EpochBatches:
        return EpochBatches(
            lambda chosen, _: gather(own[chosen]), len(own), settings["batch_size"], seed, max_rows, **options
        )

    batches = batches_of(training)
    fitted = model.fit(
        batches,
        epochs=settings["epochs"],
        validation_data=batches_of(validation, shuffle=False) if n_validation else None,
        callbacks=[StartEpoch(batches), StopIfDiverged()],
        shuffle=False,  # the batches are shuffled with their own seed
        verbose=0,
    ).history
    losses = pd.DataFrame({"epoch": np.arange(1, settings["epochs"] + 1), "loss": fitted["loss"]})
    return losses.assign(val_loss=fitted.get("val_loss", np.nan))


def batches_of_one_size(n_rows: int, batch_size: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Yield batches of rows, all of the same size, so that a model is compiled once.

    Yields
    ------
    rows : array [batch_size]
        The last batch is padded with the last row.
    n : int
        Number of rows without the padding.
    """
    for start in range(0, n_rows, batch_size):
        yield np.minimum(np.arange(start, start + batch_size), n_rows - 1), min(batch_size, n_rows - start)
