from snakemake.utils import min_version

min_version("9.25")


configfile: f"{workflow.basedir}/config/config.yaml"


include: "workflow/rules/common.smk"


pathvars:
    results=f"results/{config['study']}",
    logs=f"results/{config['study']}/logs",


report: "workflow/report/workflow.rst"


container: f"{workflow.basedir}/envs/uads.sif"


resource_scopes:
    group_cores="local",


wildcard_constraints:
    corpus="|".join(map(re.escape, study.corpora.by_name)),
    machine="|".join(map(re.escape, study.corpora.machines)),
    scope="|".join(map(re.escape, ["global", *study.corpora.machines, *study.umaps.more])),
    representation="|".join(map(re.escape, config["representations"])),
    section="|".join(map(re.escape, study.corpora.studied.sections)),
    k="|".join(study.umaps.sampled_sizes),


include: "workflow/rules/plan.smk"
include: "workflow/rules/corpora.smk"
include: "workflow/rules/features.smk"
include: "workflow/rules/samples.smk"
include: "workflow/rules/umaps.smk"
include: "workflow/rules/measures.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/detectors.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/benchmarks.smk"
include: "workflow/rules/targets.smk"


rule all:
    """Build the complete study: all figures, tables and scores, and the report that shows them."""
    default_target: True
    input:
        "<results>/report.zip",
        submission_folders(),
    localrule: True
    message:
        f"The study '{config['study']}' is complete. Its report, figures and tables are in results/{config['study']}/"


if workflow.output_settings.dryrun:
    show_requests(workflow.rules)


onerror:
    print(explain_failure(log))
