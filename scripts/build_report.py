"""Build Snakemake's report of the study, by Snakemake itself."""

from adapter import job

with job(snakemake):
    import subprocess
    import sys

    from uads.files import whole

    configfiles = [str(path) for path in snakemake.params.configfiles]
    with whole(snakemake.output[0]) as partial:
        subprocess.run(
            [
                *(sys.executable, "-m", "snakemake", "figures", "tables", "methods", "--nolock"),
                *("--snakefile", snakemake.params.snakefile),
                *(["--configfile", *configfiles] if configfiles else []),
                *("--report", partial),
            ],
            check=True,
        )
