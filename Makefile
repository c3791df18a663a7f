# Everything a developer or an installer needs. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8000

# Where this is set, each process of the tests and of the demonstration would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test test-long check bench soak record shots docs release audit requirements texts migration filled clean

help:            ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(VENV)/run.done        ## make .venv with all that running needs
demo: install                    ## start the program here and print its address
	$(BIN)/vetting demo --port $(PORT)

test: $(VENV)/test.done          ## the checks and the tests that one runs before each commit
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.house.run_checks
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "not long"

test-long: $(VENV)/test.done $(VENV)/provider.done $(VENV)/release.done ## the rest: kills, two of each, installation, release, races, the browser cross
	$(BIN)/python -m pytest -n 4 --dist worksteal -m long

check: $(VENV)/test.done         ## only the quick checks: ruff, mypy, import-linter, djlint
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.house.run_checks

bench: $(VENV)/test.done         ## ratios against bare work; prints, never judges
	$(BIN)/python -m tests.bench

soak: $(VENV)/test.done          ## tests that take hours
	$(BIN)/python -m pytest tests/soak
	$(BIN)/python -m pytest -n 2 --dist worksteal --thorough tests

record: $(VENV)/test.done        ## write the record of all that the program tells anew
	$(BIN)/python -m tests.golden.record

shots: $(VENV)/test.done         ## write screenshots to build/shots
	$(BIN)/python -m tests.browser.shots

docs: $(VENV)/docs.done          ## write the documents as a site to build/site
	rm -rf build/documents && mkdir -p build/documents/imports
	cp *.md LICENSE build/documents && cp -R docs build/documents && cp imports/README.md build/documents/imports
	$(VENV)/docs/bin/properdocs build --strict --quiet

release: $(VENV)/test.done $(VENV)/release.done ## wheel, all it needs without internet, list of parts, licences, into dist
	$(BIN)/python -m tests.house.release release

audit: $(VENV)/test.done $(VENV)/release.done ## known holes in what is pinned, where their data is reached
	$(BIN)/python -m tests.house.release audit

# --no-strip-extras: without the extras a fresh environment would lack packages that the program needs.
requirements:                    ## pin and hash anew (needs uv)
	cd requirements && for f in run test provider release docs; do uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-header --no-strip-extras --upgrade -o $$f.txt $$f.in; done

texts: $(VENV)/test.done         ## collect the texts of pages anew and compile the catalogues
	$(BIN)/python -m tests.house.catalogues

migration: $(VENV)/test.done     ## write the step from the tables as they are to the models: make migration NAME="what"
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.house.migration "$(NAME)"

filled: $(VENV)/test.done        ## keep a small filled database of this version among the tests, once a version
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.operations.database.filled

clean:                           ## remove what the commands above made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

$(VENV)/run.done: requirements/run.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "vetting needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/test.done: $(VENV)/run.done requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

$(VENV)/%.done: requirements/%.txt $(VENV)/test.done
	$(PYTHON) -m venv $(VENV)/$*
	$(VENV)/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$*.txt
	touch $@
