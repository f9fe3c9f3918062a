"""Build the report of the study with Snakemake."""

from adapter import job

with job(snakemake):
    import subprocess
    import sys
    from pathlib import Path
    from tempfile import TemporaryDirectory

    output = Path(snakemake.output[0])
    configfiles = [str(path) for path in snakemake.params.configfiles]
    # The folder in the archive is named after the file, so the file needs its final name from the start.
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
