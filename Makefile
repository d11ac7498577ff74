# Every verb of the house. `make` alone lists them.
VENV ?= .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo demo-live serve test check bench bench-quick recalculate docs lock

help: ## List these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.runtime ## Play a simulated season through the real pipeline and serve its pages
	@LAURELS_DATA_DIR="$(CURDIR)/demo-data" $(BIN)/laurels demo

demo-live: $(VENV)/.runtime ## Serve a stand-in GitHub and Laurels beside it: sign in, see webhooks come
	@$(BIN)/laurels demo --live

serve: $(VENV)/.runtime ## Serve your own installation (LAURELS_DATA_DIR says where it is)
	@$(BIN)/laurels migrate
	@$(BIN)/laurels serve

recalculate: $(VENV)/.runtime ## Compute everybody's points again; only differences are posted
	@$(BIN)/laurels score recalculate

test: $(VENV)/.dev ## Run every test, on SQLite and on PostgreSQL
	@if java -version >/dev/null 2>&1; then $(MAKE) -s $(VENV)/.spark; fi
	@BIN="$(BIN)" tools/test

check: $(VENV)/.dev ## Read the code: style, types, directions, migrations, spelling, templates
	@$(BIN)/python tools/check.py

bench: $(VENV)/.dev ## Measure every path beside its baseline (takes a while)
	@$(BIN)/python -m benchmarks

bench-quick: $(VENV)/.dev ## Run every benchmark small: its answers must agree
	@$(BIN)/python -m benchmarks --quick

docs: $(VENV)/.dev ## Write the generated parts of the docs again
	@$(BIN)/python tools/docs.py

lock: ## Choose the newest versions that fit together (needs uv); commit what it writes
	@tools/lock

$(VENV)/bin/python:
	@tools/make-venv "$(VENV)"

$(VENV)/.runtime: requirements/runtime.lock pyproject.toml | $(VENV)/bin/python
	@tools/install "$(VENV)" runtime
	@touch $@

$(VENV)/.dev: requirements/dev.lock pyproject.toml | $(VENV)/bin/python
	@tools/install "$(VENV)" dev
	@touch $@ $(VENV)/.runtime

$(VENV)/.spark: requirements/spark.lock | $(VENV)/.dev
	@tools/install "$(VENV)" spark
	@touch $@
