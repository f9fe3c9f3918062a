"""Jobs of rules whose areas do not declare their own entries yet: each function goes when its view has ``jobs``."""

from collections.abc import Sequence
from typing import Any

from uads.core.entry import Cost, DataSizes, Entry, Jobs, Workload, constant_workload
from uads.study.resources import merge_jobs

CPU = "measured on a CPU; the GPU's share assumed"
TRAINING = "time and base memory measured on a CPU; memory of each frame estimated; the GPU's share assumed"
SCORING = "time and base memory measured; memory of each frame estimated"


def given(work: Workload) -> Workload:
    """Return the work as it is given."""
    return work


SPECTROGRAMS = Cost(2, 3.3146e-6, 290, unit="frame")
L3 = Cost(10, 0.097916, 1500, gpu_speedup=10, unit="frame", basis=CPU)
EXTRACT_SPECTROGRAMS = Entry("script:extract_spectrograms", SPECTROGRAMS, given)
EXTRACT_L3 = Entry("script:extract_l3", L3, given)


def feature_jobs(study: Any, sizes: DataSizes) -> Jobs:
    """Return the jobs of extraction."""

    def spectrograms(names: Sequence[str], shard: str) -> Workload:
        written = sum(sizes.stored_bytes(name, shard) for name in names)
        return Workload(max((sizes.frames(name, shard) for name in names), default=0), output_bytes=written)

    def l3(one: Any) -> Workload:
        written = sizes.stored_bytes(one.representation, one.shard)
        return Workload(sizes.frames(one.representation, one.shard), output_bytes=written)

    shown, read = study.umaps.shown_of_kind("spectrogram"), study.detectors.representations
    own = [name for name in shown if name not in read]
    return {
        "extract_spectrograms": lambda one: EXTRACT_SPECTROGRAMS.job(spectrograms(own, one.shard)),
        "extract_logmel": lambda one: EXTRACT_SPECTROGRAMS.job(spectrograms(read, one.shard)),
        "extract_l3": lambda one: EXTRACT_L3.job(l3(one)),
    }


def pixels_drawn(size: Sequence[float], dpi: float, formats: Sequence[str]) -> Workload:
    """Return the work of drawing a plot of some inches by some inches in some formats."""
    pixels = size[0] * size[1] * dpi**2
    return Workload(pixels, 4 * pixels, pixels * len(formats))


PLOT = Cost(2, 5e-8, 350, memory_factor=2.5, unit="pixel")
PLOT_GLOBAL = Entry("script:plot_global", PLOT, pixels_drawn)
PLOT_MACHINE = Entry("script:plot_machine", PLOT, pixels_drawn)
PLOT_SECTION = Entry("script:plot_section", PLOT, pixels_drawn)
PLOT_FIGURE = Entry("script:plot_figure", PLOT, pixels_drawn)
PLOT_TRAINING = Entry("script:plot_training", Cost(3, 0, 350), constant_workload)


def figure_jobs(study: Any, sizes: DataSizes) -> Jobs:
    """Return the jobs of plots."""
    figures = study.config["figures"]

    def pixels(kind: str) -> tuple[Any, ...]:
        return figures["size"], figures["dpi"][kind], figures["formats"]

    view = study.figures
    return {
        "plot_global": lambda one: PLOT_GLOBAL.job(*pixels("global")),
        "plot_machine": lambda one: PLOT_MACHINE.job(*pixels("machine")),
        "plot_section": lambda one: PLOT_SECTION.job(*pixels("section")),
        "plot_figure": lambda one: PLOT_FIGURE.job(*pixels(view.more[one.figure]["kind"])),
        "plot_paper_figure": lambda one: PLOT_FIGURE.job(*pixels(view.paper[one.figure]["kind"])),
        "plot_training": lambda one: PLOT_TRAINING.job(),
    }


TABLES = {
    "table_1": Entry("script:tabulate_table_1", Cost(8, 0, 900), constant_workload),
    "table_2": Entry("script:tabulate_table_2", Cost(3, 0, 300), constant_workload),
    "table_3": Entry("script:tabulate_table_3", Cost(3, 0, 250), constant_workload),
    "table_4": Entry("script:tabulate_table_4", Cost(3, 0, 250), constant_workload),
    "table_5": Entry("script:tabulate_table_5", Cost(3, 0, 250), constant_workload),
    "horn": Entry("script:tabulate_horn", Cost(3, 0, 350), constant_workload),
    "exclusions": Entry("script:tabulate_exclusions", Cost(3, 0, 300), constant_workload),
}


def table_jobs(study: Any, sizes: DataSizes) -> Jobs:
    """Return the jobs of tables."""
    return {f"tabulate_{name}": lambda one, entry=entry: entry.job() for name, entry in TABLES.items()}


def _gpu(startup: float, rate: float, mb: float, factor: float, unit: str, basis: str = TRAINING) -> Cost:
    return Cost(startup, rate, mb, factor, gpu_speedup=10, unit=unit, basis=basis)


TRAIN_AUTOENCODER = Entry("script:train_autoencoder", _gpu(8, 2e-5, 900, 1.5, "frame and epoch"), given)
SCORE_AUTOENCODER = Entry(
    "script:score_autoencoder", Cost(8, 5e-6, 1250, 1, unit="frame", basis=SCORING), given, threads=2
)
TRAIN_MOBILENETV2 = Entry("script:train_mobilenetv2", _gpu(8, 4.5e-3, 1500, 1, "image and epoch"), given)
SCORE_MOBILENETV2 = Entry("script:score_mobilenetv2", _gpu(8, 9e-4, 1400, 1, "image"), given, threads=2)
TRAIN_ADACOS = Entry("script:train_adacos", _gpu(8, 2.1e-5, 1600, 1, "frame and epoch"), given)
EMBED_ADACOS = Entry("script:embed_adacos", _gpu(8, 4e-6, 1000, 1, "frame and checkpoint", CPU), given)
SCORE_ADACOS_MEMBER = Entry(
    "script:score_adacos_member",
    Cost(2, 1e-6, 250, 0.1, unit="frame and checkpoint", basis=SCORING),
    given,
    threads=2,
)
SCORE_ADACOS = Entry("script:score_adacos", Cost(2, 0, 270), constant_workload)
WRITE_SUBMISSION = Entry("script:write_submission", Cost(2, 0, 220), constant_workload)


def detector_jobs(study: Any, sizes: DataSizes) -> Jobs:
    """Return the jobs of detectors."""
    corpus, settings = study.corpora.studied, study.config["detectors"]
    autoencoder, mobilenetv2, adacos = (settings[name] for name in ("autoencoder", "mobilenetv2", "adacos"))
    everything = ("train", "test", "evaluation")

    def read(name: str, *kinds: str, machine: str) -> tuple[float, float]:
        """Return the frames of a machine's clips and their bytes."""
        frames = sizes.frames(name, *corpus.shard_names(*kinds, machine=machine))
        return frames, frames * sizes.frame_bytes(name)

    def train_autoencoder(one: Any) -> Workload:
        frames, resident = read(autoencoder["representation"], "train", machine=one.machine)
        seen = min(frames, 2 * autoencoder["max_stacks"]) if autoencoder["max_stacks"] else frames
        return Workload(seen * autoencoder["epochs"], resident, 1e7)

    def score_autoencoder() -> Workload:
        amounts = [
            read(autoencoder["representation"], *everything, machine=machine) for machine in corpus.trained_machines
        ]
        return Workload(sum(frames for frames, _ in amounts), max(resident for _, resident in amounts))

    def train_mobilenetv2(one: Any) -> Workload:
        frames, resident = read(mobilenetv2["representation"], "train", machine=one.machine)
        images = frames / mobilenetv2["hop"]
        seen = min(images, 2 * mobilenetv2["max_images"]) if mobilenetv2["max_images"] else images
        return Workload(seen * mobilenetv2["epochs"], resident, 2e7)

    def score_mobilenetv2() -> Workload:
        kinds_and_hops = ((("train",), mobilenetv2["hop"]), (("test", "evaluation"), mobilenetv2["test_hop"]))
        amounts = [
            (hop, *read(mobilenetv2["representation"], *kinds, machine=machine))
            for machine in corpus.trained_machines
            for kinds, hop in kinds_and_hops
        ]
        return Workload(sum(frames / hop for hop, frames, _ in amounts), max(resident for *_, resident in amounts))

    def all_clips(*kinds: str, times: int) -> Workload:
        shards = corpus.shard_names(*kinds)
        seen = sizes.clips(*shards) * adacos["frames"] * times
        name = adacos["representation"]
        return Workload(seen, sizes.frames(name, *shards) * sizes.frame_bytes(name), 2e8)

    checkpoints = len(adacos["checkpoints"])
    return {
        "train_autoencoder": lambda one: TRAIN_AUTOENCODER.job(train_autoencoder(one)),
        "score_autoencoder": lambda one: SCORE_AUTOENCODER.job(score_autoencoder()),
        "train_mobilenetv2": lambda one: TRAIN_MOBILENETV2.job(train_mobilenetv2(one)),
        "score_mobilenetv2": lambda one: SCORE_MOBILENETV2.job(score_mobilenetv2()),
        "train_adacos": lambda one: TRAIN_ADACOS.job(all_clips("train", times=adacos["epochs"])),
        "embed_adacos": lambda one: EMBED_ADACOS.job(all_clips(*everything, times=checkpoints)),
        "score_adacos_member": lambda one: SCORE_ADACOS_MEMBER.job(all_clips(*everything, times=checkpoints)),
        "score_adacos": lambda one: SCORE_ADACOS.job(),
        "write_submission": lambda one: WRITE_SUBMISSION.job(),
    }


def interim_jobs(study: Any, sizes: DataSizes) -> Jobs:
    """Return the jobs of all these areas."""
    return merge_jobs(*(jobs(study, sizes) for jobs in (feature_jobs, figure_jobs, table_jobs, detector_jobs)))
