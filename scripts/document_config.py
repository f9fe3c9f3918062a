"""Write config/README.md: a table of every key, from the schema and the embedded study's values."""

from pathlib import Path

import yaml

from uads.core.files import atomic_path
from uads.study.config import document_keys

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write the page."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    introduction = (ROOT / "config/introduction.md").read_text()
    with atomic_path(ROOT / "config/README.md") as partial:
        partial.write_text(f"{introduction}\n{document_keys(schema, config)}")


if __name__ == "__main__":
    main()
