import gc
import re
import sys
from functools import partial, wraps
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir, "scripts")))

from uads.benchmarks.declared import timed_training
from uads.corpora.layouts import clip_counts
from uads.study.config import check_config
from uads.corpora.datasets import read_datasets
from uads.core.errors import UserError
from uads.core.gpus import wanted_model
from uads.study.resources import JobResources
from uads.study.sizes import Sizes
from uads.study.methods import methods, references, stand_ins
from uads.study.study import Study
from uads.core.code_digest import code_digest

# Planning makes many objects and drops few: fewer passes of the garbage collector save a tenth of a large dry run.
gc.set_threshold(200_000, 20, 20)

try:
    # Rules, scripts and captions read the effective config: what a user leaves out has its default there.
    config.update(check_config(config))
    study = Study(config, read_datasets(workflow.source_path("../../config/datasets.csv")))
    sizes = Sizes(study, clip_counts())
    extractions = study.features.extractions(sizes)
    job_resources = JobResources(study.jobs(sizes))
except UserError as error:
    sys.exit(str(error))

GPU_MODEL = wanted_model()


def in_one_line(function):
    """Return the function of a rule so that a user's error in it ends the run with one line."""

    @wraps(function)
    def called(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except UserError as error:
            raise SystemExit(str(error))

    return called


def code_of(script):
    """Return a digest of the package's modules that a script uses: its jobs are rerun when one of them changes."""
    return code_digest(Path(workflow.basedir, "scripts", f"{script}.py"))


def requests(rule):
    """Return the resources of a rule: mem_mb, runtime, disk_mb and group_cores of its jobs."""
    overwritten = dict(workflow.resource_settings.overwrite_resources.get(rule, {}).items())
    return in_one_line(job_resources.of)(rule, has_gpu=overwritten.get("gpu") != 0)


def run_places():
    """Return the cores, the jobs that are submitted and the jobs with a GPU that this command runs at a time."""
    return {
        "cores": workflow.cores,
        "submitted": workflow.nodes,
        "gpus": workflow.global_resources.get("gpu").value,
    }


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


@in_one_line
def member_stores(wildcards, *kinds):
    """List the feature stores that a member of a detector reads: of some kinds of clips, or of all."""
    member = study.detectors.member(wildcards.detector, wildcards.member)
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


def sampled_shards(sizes=None):
    """Return a function that lists the shards that stacks are sampled from.

    The stack sizes are sampled from the same shards; by default the size is the wildcard k.
    """
    return lambda wildcards: study.umaps.sampled_shards(wildcards.scope, sizes[0] if sizes else wildcards.k)


def sampled_stores(sizes=None):
    """Return a function that lists the feature stores that stacks of some sizes are sampled from."""
    return lambda wildcards: stores(wildcards.representation, sampled_shards(sizes)(wildcards))


def sampled_stacks(sizes=None):
    """Return a function that lists the stack indices that stacks of some sizes are sampled from, size by size."""
    return lambda wildcards: [
        f"<results>/stacks/{wildcards.representation}/k{k}/{shard}.h5"
        for k in sizes or [wildcards.k]
        for shard in sampled_shards(sizes)(wildcards)
    ]


def sampled_counts(sizes=None):
    """Return a function that maps stack sizes to the samples per dataset split."""
    return lambda wildcards: {str(k): study.umaps.counts(wildcards.scope, k) for k in sizes or [wildcards.k]}


def samples_of_scope(wildcards):
    """Return the path of the samples that a UMAP shows."""
    scope = study.umaps.sampled_scope(wildcards.scope)
    return f"<results>/samples/{scope}/{wildcards.representation}_k{wildcards.k}.parquet"


def umap_table(umap):
    """Return the path of a UMAP of the plan."""
    return f"<results>/umaps/{umap.scope}/{umap.representation}_k{umap.k}.parquet"


def batch_shards(extraction):
    """Return a function that lists the shards of one job of an extraction."""
    return lambda wildcards: extraction.batches[wildcards.batch]


def batch_clips(extraction):
    """Return a function for the clip table that lists the clips of one job of an extraction."""
    return lambda wildcards: "<results>/corpora/{}/clips.parquet".format(
        study.corpora.shards[extraction.batches[wildcards.batch][0]].corpus
    )


def figure_files(names):
    """List all files of some figures."""
    return collect("<results>/figures/{name}.{format}", name=names, format=config["figures"]["formats"])


def figure_output(name, template, category, labels):
    """Declare the files of a figure; the first format goes into the report."""
    first, *others = [f"<results>/figures/{name}.{suffix}" for suffix in config["figures"]["formats"]]
    caption = f"../report/{template}.rst"
    return [report(first, caption, category=category, labels=labels), *others]


def plot_param(kind, name):
    """Return a function for a parameter of the dual plots of a kind: figure, settings or caption.

    The caption's function takes the output, too, so that Snakemake does not record it: a new text reruns nothing.
    """
    plots = study.figures
    functions = {
        "figure": lambda wildcards: plots.plot(kind, wildcards).figure,
        "settings": lambda wildcards: plots.plot_settings(plots.plot(kind, wildcards)),
        "caption": lambda wildcards, output: plots.caption(plots.plot(kind, wildcards)),
    }
    return functions[name]


def table_files(names):
    """List all files of some tables."""
    return collect("<results>/tables/{table}.{format}", table=names, format=["csv", "md", "html"])


@in_one_line
def table_inputs(wildcards):
    """Return the input files of a table."""
    return {name: workflow_file(paths) for name, paths in study.tables.inputs(wildcards.table).items()}


def workflow_file(path):
    """Return a path of ``resources/published`` from the folder of the workflow; return others, and lists, unchanged."""
    is_own = isinstance(path, str) and path.startswith("resources/published/")
    return workflow.source_path(f"../../{path}") if is_own else path


def wanted(view, files, name):
    """Return an input function for a target: the files of a table or figure, or the reason why it cannot be made."""

    def inputs(wildcards):
        if lacking := view.missing(name):
            raise SystemExit(f"{name} cannot be made: the study is missing {lacking}")
        return files(view.paths(name))

    return inputs


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
        if rule_.name in job_resources.jobs:
            gpu = ", {resources.gpu} GPU" if "gpu" in rule_.resources else ""
            rule_.message += f" [{{threads}} cores, {{resources.mem_mb}} MB, {{resources.runtime}} min{gpu}]"
