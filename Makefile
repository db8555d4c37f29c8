# The two commands a newcomer needs are `make run` and `make test`; `make help` lists the rest.
# Files stand for work already done: .venv/run and .venv/test, npm's own lock, and the front end's manifest.
PORT ?= 8000
DATA ?= instance
PYTHON ?= python3

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
NPM := ./node.sh ../$(BIN)/python npm
APP := benchmark/static/app/manifest.json
PACKAGES := frontend/node_modules/.package-lock.json
SOURCES := $(shell find frontend/src frontend/build frontend/*.* benchmark/locale benchmark/templates/app.html \
	-type f 2>/dev/null)
LINT := checked-ruff checked-mypy checked-svelte
# What knows nothing of each other, two at a time. What each check prints stays together.
TWO := $(MAKE) --no-print-directory --jobs=2
APART := $(if $(filter output-sync,$(.FEATURES)),--output-sync)

.DELETE_ON_ERROR:
.PHONY: help run test test-engines test-kills storm test-python test-faults lint format wheel perf perf-field perf-sync pins clean
.PHONY: checked-ruff checked-mypy checked-svelte checked-vitest

help:  ## what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: .venv/run $(APP)  ## set up, build, and serve with the demo study (PORT=8000 DATA=instance)
	@$(BIN)/benchmark serve --demo --port $(PORT) --data $(DATA)

test:  ## everything: lint, types, front end, server on both databases, browser
	@$(TWO) .venv/test $(APP)
	@$(TWO) $(APART) $(LINT) checked-vitest
	$(BIN)/pytest tests/browser --numprocesses=2 --dist=loadfile --no-loadscope-reorder
	$(BIN)/pytest --ignore=tests/browser --numprocesses=2 --dist=worksteal

test-engines: .venv/test $(APP)  ## the phone's main job in WebKitGTK and Firefox too
	$(BIN)/python -m tests.programs engines
	$(BIN)/pytest tests/browser/test_engines.py -m ""

test-kills: .venv/test $(APP)  ## a browser killed at a hundred random moments (SEED=... for the same again)
	KILLS=100 $(BIN)/pytest -s tests/browser/test_kills.py

test-python: .venv/test $(APP)  ## the tests of the server alone
	$(BIN)/pytest --ignore=tests/browser --ignore=tests/test_wheel.py --numprocesses=2 --dist=worksteal

storm: .venv/test $(APP)  ## everything that could lose something, at full length: hours (SEED=... for the same again)
	RUNS=20000 STEPS=100 KILLS=500 ROWS=200000 DISKS=100 LONGEST_LOCK=60 DRILLS=20 $(BIN)/pytest -s tests/storm
	$(BIN)/python -m tests.programs engines
	KILLS=300 SCENARIOS=88 FREEZES=200 $(BIN)/pytest -s tests/browser/test_kills.py tests/browser/test_bad_network.py \
		tests/browser/test_two_tabs.py
	$(BIN)/pytest -s -m long tests/browser/test_bad_network.py

test-faults: .venv/test $(PACKAGES)  ## whether the tests of sync notice when it is broken, one planted fault at a time
	$(BIN)/python -m tests.sync.faults

lint: .venv/test $(APP)  ## ruff, mypy, svelte-check
	@$(TWO) $(APART) $(LINT)

checked-ruff:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

checked-mypy:
	$(BIN)/mypy

checked-svelte:
	cd frontend && $(NPM) run check

checked-vitest:
	cd frontend && $(NPM) test

format: .venv/test  ## put the Python code in its form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

wheel: .venv/test $(APP)  ## dist/benchmark-….whl, with the built front end inside
	rm -rf build
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

perf: .venv/test $(APP)  ## measure everything that has a limit, and print it beside the limit
	$(BIN)/python -m perf

perf-field: .venv/test $(APP)  ## of these, what is promised of a phone in the field
	$(BIN)/python -m perf size find photo kills

perf-sync: .venv/test $(APP)  ## our sync beside PouchDB, RxDB, Hocuspocus and Kinto (ROUNDS=1 for a quick look)
	$(BIN)/python -m perf.sync

pins: .venv/test  ## write down the versions in use
	{ echo "# What Benchmark is built and tested with; renewed by \`make pins\`."; \
		$(BIN)/pip freeze --all --exclude pip --exclude-editable; } > constraints.txt

clean:  ## remove what was built; data stays
	rm -rf .venv build dist frontend/node_modules benchmark/static/app *.egg-info

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Benchmark needs Python 3.11 or newer: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python cannot make virtual environments here. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

.venv/run: .venv/made setup.cfg pyproject.toml constraints.txt
	@echo "Installing the Python packages"
	@$(PIP) -e .
	@touch $@

.venv/test: .venv/run tests/programs.py
	@echo "Installing what the tests need"
	@$(PIP) -e '.[test]'
	@$(BIN)/python tests/programs.py
	@touch $@

$(PACKAGES): frontend/package-lock.json frontend/package.json | .venv/run
	@echo "Installing the front end's packages"
	@cd frontend && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(APP): $(PACKAGES) $(SOURCES)
	@echo "Building the front end"
	@cd frontend && $(NPM) run --silent build
	@touch $@
