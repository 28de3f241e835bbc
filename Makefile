# FindMe on OpenWhisk. Two commands do everything: `make run` and `make test`.

PYTHON ?= python3
VENV := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(VENV) -m pip install --require-hashes --no-deps --no-build-isolation

.PHONY: run demo test check bench bundle conformance clean lock

run: .venv/run  ## start everything, run the sample search, keep serving
	@$(VENV) -m local run

demo: .venv/run  ## the sample search on free ports, then stop
	@$(VENV) -m local demo

test: .venv/dev  ## the whole suite; what needs a missing tool says so and is skipped
	@$(VENV) -m pytest $(TESTS)

check: .venv/dev  ## lint, formatting, types
	@$(VENV) -m ruff check
	@$(VENV) -m ruff format --check
	@$(VENV) -m mypy
	@for handler in actions/*/__main__.py feeds/changes/__main__.py feeds/hint/__main__.py; do $(VENV) -m mypy --no-error-summary $$handler || exit 1; done

bench: .venv/dev  ## ONLY=<name> prints a table and writes .run/bench/<name>.json
	@$(VENV) -m bench $(ONLY)

bundle: .venv/run  ## vendor the libraries that manifest.yaml includes, for OpenWhisk's python:3.11
	@$(VENV) -m local.bundle openwhisk

conformance: .venv/dev  ## the host's black-box tests; APIHOST= and AUTH= name another OpenWhisk
	@APIHOST=$(APIHOST) AUTH=$(AUTH) $(VENV) -m pytest --no-fold-skipped tests/conformance

clean:  ## remove everything that was made here, the running suite's state included
	rm -rf .venv .run build .mypy_cache .pytest_cache .ruff_cache .hypothesis

lock: .venv/dev  ## pin requirements/*.in again; needs uv
	@for name in build light faces feeds local dev; do \
	  uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header requirements/$$name.in --output-file requirements/$$name.txt; \
	done
	@uv pip compile --quiet --upgrade --universal --no-deps --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header requirements/data.in --output-file requirements/data.txt

.venv/base: requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "FindMe needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@echo "Setting up .venv: about a minute, once"
	@$(PYTHON) -m venv .venv
	@$(PIP) --quiet -r requirements/build.txt
	@touch $@

.venv/run: .venv/base requirements/local.txt requirements/data.txt
	@$(PIP) -r requirements/local.txt
	@echo "Fetching the sample's photos and redis-server"
	@$(VENV) -m local.data
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@$(PIP) -r requirements/dev.txt
	@touch $@
