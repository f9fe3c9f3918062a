"""Build Snakemake's report of the study, by Snakemake itself."""

from adapter import job

with job(snakemake):
    import subprocess
    import sys
    from pathlib import Path
    from tempfile import TemporaryDirectory

    output = Path(snakemake.output[0])
    configfiles = [str(path) for path in snakemake.params.configfiles]
    # The folder within the archive is named after the file, so the file has its final name from the start.
    with TemporaryDirectory(dir=output.parent) as folder:
        report = Path(folder, output.name)
        subprocess.run(
            [
                *(sys.executable, "-m", "snakemake", "figures", "tables", "methods", "--nolock"),
                *("--snakefile", snakemake.params.snakefile),
                *(["--configfile", *configfiles] if configfiles else []),
                *("--report", report),
            ],
            check=True,
        )
        report.replace(output)
