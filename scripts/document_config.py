"""Write config/schema.json, for editors, and config/README.md, a table of every key."""

import json
from pathlib import Path

import yaml

from uads.core.files import atomic_path
from uads.study.config import check_config
from uads.study.config_page import document_keys
from uads.study.config_schema import config_schema

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write both files."""
    schema = config_schema()
    config = check_config(yaml.safe_load((ROOT / "config/config.yaml").read_text()))
    introduction = (ROOT / "config/introduction.md").read_text()
    with atomic_path(ROOT / "config/schema.json") as partial:
        partial.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n")
    with atomic_path(ROOT / "config/README.md") as partial:
        partial.write_text(f"{introduction}\n{document_keys(schema, config)}")


if __name__ == "__main__":
    main()
