# The two commands of the README, and commands for developers. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint docs lock
BIN := .venv/bin

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: ## Set up, run the embedded study, print the paths of its report and figures
	@envs/install.sh
	@$(BIN)/snakemake
	@echo "Report:  $(CURDIR)/results/embedded/report.zip (unpack it and open report.html)"
	@echo "Figures: $(CURDIR)/results/embedded/figures   Tables: $(CURDIR)/results/embedded/tables"

test: ## Set up and run the fast tests
	@envs/install.sh
	@$(BIN)/python -m pytest -q -m "not slow"

test-all: ## Set up and run all tests
	@envs/install.sh
	@$(BIN)/python -m pytest -q

lint: ## Check style, formats and types, and run Snakemake's linter
	@envs/install.sh
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check Snakefile workflow
	@$(BIN)/snakemake --lint
	@$(BIN)/pyrefly check

docs: ## Write config/README.md and config/schema.json from the models, and update the table of docs/cluster.md
	@$(BIN)/python scripts/document_config.py
	@$(BIN)/python scripts/document_requests.py

lock: ## Write envs/lock.txt from pyproject.toml
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --quiet --output-file envs/lock.txt
