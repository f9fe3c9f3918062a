"""Training and prediction with Keras, on any backend, that come out the same each time."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.progress import Countdown

Gather = Callable[[NDArray[np.int64], np.random.Generator], tuple]


def just_in_time() -> str | bool:
    """Whether to compile by XLA: else Keras decides, but not on TensorFlow.

    There graph mode is faster on the CPU (``snakemake benchmarks``), and XLA has no max-pooling whose gradient is
    the same each time.
    """
    return False if keras.config.backend() == "tensorflow" else "auto"


def compile_model(model: keras.Model, learning_rate: float, loss: Any) -> None:
    """Compile a model for training with Adam.

    The optimizer's variables are made here and not in the first step, for which TensorFlow would trace it twice.
    """
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, loss, jit_compile=just_in_time())


class EpochBatches(keras.utils.PyDataset):
    """Batches of rows in an order that follows from the seed and the epoch alone.

    A resumed training therefore sees what an uninterrupted one would have seen.

    Parameters
    ----------
    gather : callable
        ``gather(rows, rng)`` returns what Keras trains on: (inputs, targets) or (inputs, targets, weights).
    n_rows : int
    batch_size : int
    seed : int
    max_rows : int, optional
        Rows seen in one epoch, a new subset each time; all by default.
    shuffle : bool, default True
        Without, each epoch sees the rows in ascending order.
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
        """Draw the order of an epoch, counted from 0."""
        self._epoch = epoch
        order = np.arange(self._n_rows)
        if self._shuffle:
            order = np.random.default_rng([self._seed, epoch]).permutation(self._n_rows)
        self._order = order[: self._n_seen]

    def __len__(self) -> int:
        """Batches per epoch."""
        return -(-self._n_seen // self._batch_size)

    def size_of(self, index: int) -> int:
        """Rows of the batch of this number."""
        return min(self._batch_size, self._n_seen - index * self._batch_size)

    def __getitem__(self, index: int) -> tuple:  # pyrefly: ignore[bad-override]
        """Gather the batch of this number."""
        rows = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return self._gather(rows, np.random.default_rng([self._seed, self._epoch, index]))


class StartEpoch(keras.callbacks.Callback):
    """Tells the batches which epoch begins."""

    def __init__(self, batches: EpochBatches):
        super().__init__()
        self._batches = batches

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Reorder the rows."""
        self._batches.start_epoch(epoch)


class CountRows(keras.callbacks.Callback):
    """Counts the rows that were trained on, batch by batch."""

    def __init__(self, batches: EpochBatches, countdown: Countdown):
        super().__init__()
        self._batches = batches
        self._countdown = countdown

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count those of this batch."""
        self._countdown.count(self._batches.size_of(batch))


def fit_with_validation(
    model: keras.Model,
    gather: Callable[[NDArray[np.int64]], tuple],
    n_rows: int,
    max_rows: int | None,
    settings: Mapping[str, Any],
    seed: int,
) -> pd.DataFrame:
    """Train a compiled model on all rows but the last ones, which only show how training goes.

    Parameters
    ----------
    model : keras.Model
    gather : callable
        ``gather(rows)`` returns inputs and targets.
    n_rows : int
    max_rows : int or None
        Rows seen in one epoch; None for all.
    settings : mapping
        epochs, batch_size, validation_split (the share of the last rows, as the challenge's code has it).
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
        callbacks=[StartEpoch(batches)],
        shuffle=False,  # the batches are shuffled by their own seed
        verbose=0,
    ).history
    losses = pd.DataFrame({"epoch": np.arange(1, settings["epochs"] + 1), "loss": fitted["loss"]})
    return losses.assign(val_loss=fitted.get("val_loss", np.nan))


def batches_of_one_size(n_rows: int, batch_size: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Go through rows in batches of exactly one size, so that a model is compiled once.

    Yields
    ------
    rows : array [batch_size]
        The last batch is filled up with the last row.
    n : int
        How many of them count.
    """
    for start in range(0, n_rows, batch_size):
        yield np.minimum(np.arange(start, start + batch_size), n_rows - 1), min(batch_size, n_rows - start)
