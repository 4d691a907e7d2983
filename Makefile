# Two commands: `make book` and `make test`. Both set everything up in .venv first; `make help` lists the rest.
.PHONY: help setup book test full spread verify bench serve lint lock clean
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
# The chapters' keys: each has its laboratory in lib/szilard/experiments.
KEYS = $(patsubst lib/szilard/experiments/%/laboratory.py,%,$(wildcard lib/szilard/experiments/*/laboratory.py))
# One thread a process: two processes share the machine, and trained numbers do not depend on the number of cores.
ONE_THREAD := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1

help: ## list these commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: .venv/ready ## create .venv from the lock (every command below does it when needed)

.venv/ready: requirements.lock requirements-cuda.lock pyproject.toml
	@.ci/setup

book: setup ## execute the chapters that changed (quick tier) and build the pages
	@$(BIN)/szilard build

test: setup lint ## all tests: library, chapters, built pages
	@$(ONE_THREAD) $(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder --durations 15

full: setup ## record every experiment at paper scale (resumes; a GPU helps)
	@for key in $(KEYS); do $(BIN)/szilard run $$key --tier full || exit; done

spread: setup ## measure how far published numbers move over processors (resumes; before chapters are executed anew)
	@$(BIN)/szilard spread

verify: setup ## execute every chapter and compare what it shows with what is published
	@$(BIN)/szilard verify --all

bench: setup ## time the library beside its peers
	@for script in tests/benchmarks/bench_*.py; do $(ONE_THREAD) $(BIN)/python $$script || exit; done

serve: setup ## build, then show the book in a browser
	@$(BIN)/szilard build && $(BIN)/szilard serve

lint: setup ## style, docstrings, types (to mend the style: .venv/bin/ruff format .)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy --no-error-summary

lock: setup ## resolve today's versions into the lock files and environment.yml
	@$(BIN)/python .ci/lock.py

clean: ## remove what was built (not .venv)
	@rm -rf _build .pytest_cache .ruff_cache .mypy_cache .hypothesis lib/*.egg-info
