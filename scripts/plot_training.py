"""Draw the losses and scales of one training."""

from adapter import job

with job(snakemake):
    import pandas as pd

    from uads.figures import save_figure
    from uads.figures.training import DPI, plot_training

    params, member = snakemake.params, snakemake.wildcards.member
    small_print = [
        "Loss: cross-entropy (on mixed labels with mixup) plus weight decay, mean over an epoch. "
        "Discs: checkpoints that are scored.",
        *(f"{sentence}." for sentence in params.stand_ins),
    ]
    history, checkpoints = pd.read_csv(snakemake.input.history), params.detector["checkpoints"]
    figure = plot_training(history, checkpoints, f"Sub-cluster AdaCos: training of {member}", small_print)
    save_figure(figure, snakemake.output, DPI)
