import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir, "scripts")))

from uads.benchmarks.declared import timed_training
from uads.study.budget import read_clip_counts, read_rates
from uads.study.config import check_config
from uads.corpora.datasets import read_datasets
from uads.core.errors import UserError
from uads.core.gpus import wanted_model
from uads.study.needs import Needs, read_needs
from uads.study.study import Study
from uads.core.code_digest import code_digest

try:
    check_config(config, workflow.source_path("../schemas/config.schema.yaml"))
    study = Study(config, read_datasets(workflow.source_path("../../config/datasets.csv")))
except UserError as error:
    sys.exit(str(error))

rates = read_rates(workflow.source_path("../../config/rates.csv"))
needs = Needs(
    study,
    read_clip_counts(workflow.source_path("../../config/clip_counts.csv")),
    read_needs(workflow.source_path("../../config/needs.csv"), rates),
)

GPU_MODEL = wanted_model()


def code_of(script):
    """Return a digest of the package's modules that a script uses: its jobs are rerun when one of them changes."""
    return code_digest(Path(workflow.basedir, "scripts", f"{script}.py"))


def requests(rule):
    """Return the resources of a rule."""
    return {"mem_mb": 1000, "runtime": 10, "disk_mb": 100, "group_cores": 1}


def archive_file(path):
    """Declare an archive, temporary unless the config keeps archives."""
    return path if config["downloads"]["keep_archives"] else temp(path)


def stores(representation, shards):
    """List the feature stores of some shards."""
    return collect(
        "<results>/features/{representation}/{shard}.h5",
        representation=representation,
        shard=shards,
    )


def any_name(names):
    """Return a pattern that matches any of some names."""
    return "|".join(map(re.escape, names)) or "none"


def member_stores(wildcards, *kinds):
    """List the feature stores that a member of a detector reads: of some kinds of clips, or of all."""
    try:
        member = study.detectors.member(wildcards.detector, wildcards.member)
    except UserError as error:
        raise SystemExit(str(error))
    return stores(study.detectors.settings[wildcards.detector].representation, study.detectors.shards(member, *kinds))


def member_outputs(wildcards):
    """Return what a member computed for all clips; nothing for a detector that is scored from feature stores."""
    return [] if study.detectors.entry("infer", wildcards.detector) is None else rules.infer_member.output[0]


def unless_trained(wildcards):
    """List the feature stores that a detector is scored from; none if a member computes outputs from them."""
    return member_stores(wildcards) if study.detectors.entry("infer", wildcards.detector) is None else []


def score_set_components(score_set):
    """List the components that a score set combines."""
    inputs = study.detectors.score_sets[score_set].inputs
    return [f"<results>/detectors/{detector}/{member}/components.parquet" for detector, member in inputs]


def score_set_entry(score_set):
    """Return the entry that combines the components of a score set."""
    return study.detectors.entry("combine", study.detectors.detector_of(score_set))


def score_set_stand_ins(score_set):
    """List the stand-ins behind a score set."""
    settings = study.detectors.settings[study.detectors.detector_of(score_set)]
    return study.representations.stand_ins(settings.representation)


def sampled_stores(wildcards):
    """List the feature stores that one subset is sampled from."""
    return stores(wildcards.representation, study.umaps.sampled_shards(wildcards.scope, wildcards.k))


def sampled_stacks(wildcards):
    """List the stack indices that one subset is sampled from."""
    return collect(
        "<results>/stacks/{representation}/k{k}/{shard}.h5",
        representation=wildcards.representation,
        k=wildcards.k,
        shard=study.umaps.sampled_shards(wildcards.scope, wildcards.k),
    )


def samples_of_scope(wildcards):
    """Return the path of the samples that a UMAP shows."""
    scope = study.umaps.sampled_scope(wildcards.scope)
    return f"<results>/samples/{scope}/{wildcards.representation}_k{wildcards.k}.parquet"


def umap_table(umap):
    """Return the path of a UMAP of the plan."""
    return f"<results>/umaps/{umap.scope}/{umap.representation}_k{umap.k}.parquet"


def shard_clips(wildcards):
    """Return the path of the clip table that lists the clips of a shard."""
    return f"<results>/corpora/{study.corpora.shards[wildcards.shard].corpus}/clips.parquet"


def figure_files(*kinds):
    """List all files of some kinds of figures: global, machine, section, paper, more, training."""
    return collect(
        "<results>/figures/{name}.{format}",
        name=study.figures.names(kinds),
        format=config["figures"]["formats"],
    )


def plot_output(name, rule, category, **labels):
    """Declare the files of a plot; the first format goes into the report."""
    first, *others = [f"<results>/figures/{name}.{suffix}" for suffix in config["figures"]["formats"]]
    caption = f"../report/{rule}.rst"
    return [report(first, caption, category=category, labels=labels), *others]


def paper_figure_files(name):
    """List the files of one of the paper's figures; none if the study does not have its machine."""
    return [file for file in figure_files("paper") if Path(file).stem == name]


def table_files():
    """List all files of the study's tables."""
    return collect(
        "<results>/tables/{table}.{format}",
        table=study.tables.names,
        format=["csv", "md", "html"],
    )


def wanted_table(name):
    """Return an input function for one table; it raises an error if the table cannot be made."""

    def files(wildcards):
        if lacking := study.tables.missing(name):
            raise UserError(f"{name} cannot be made: the study is missing {lacking}")
        return getattr(rules, f"tabulate_{name}").output

    return files


def table_columns(columns, names):
    """List columns of a table; there are published values only for the clips of DCASE 2021."""
    return [
        {"name": name, "label": study.detectors.score_sets[name].label if name in study.detectors.score_sets else name}
        | columns.get(name, {"published": None})
        | study.tables.unpublished
        for name in names
    ]


def submission_folders():
    """List the folders of submission files; none if the clips are not those of a challenge."""
    return collect("<results>/submissions/{score_set}", score_set=study.detectors.submissions)


def explain_failure(log):
    """Format the message for a failed run."""
    return (
        f"The run stopped. A line above names the rule, the error and its log; all finished files are kept.\n"
        f"Fix the cause and rerun the same command. `python scripts/explain_failures.py` lists all failed jobs.\n"
        f"Log of the run: {log}"
    )


def benchmark_resources(mem_mb, runtime):
    """Return the resources of a benchmark: megabytes and minutes, more with each attempt."""
    return {
        "mem_mb": lambda wildcards, attempt: attempt * mem_mb,
        "runtime": lambda wildcards, attempt: attempt * runtime,
    }


def show_requests(rules):
    """Append the requested resources to the messages of all rules, for dry runs."""
    for rule_ in rules:
        if rule_.name in needs.measured:
            gpu = ", {resources.gpu} GPU" if "gpu" in rule_.resources else ""
            rule_.message += f" [{{threads}} cores, {{resources.mem_mb}} MB, {{resources.runtime}} min{gpu}]"
