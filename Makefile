# The commands of this checkout; `make` alone lists them. docs/operations.md explains each.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
# More words for pytest, as in: make test ARGS="tests/gis -x"
ARGS ?=

PYTHON := .venv/bin/python
STACK = $(PYTHON) -m scripts.run_stack
PYTHON_FOLDERS := .

.PHONY: help
help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

.PHONY: demo
demo: ## set everything up and run the demonstration in the foreground (PORT=8000)
	@scripts/setup run
	@exec $(STACK) demo --port $(PORT)

.PHONY: up
up: ## the same in the background; returns when everything works
	@scripts/setup run
	@$(STACK) up --port $(PORT)

.PHONY: stop
stop: ## stop what `make demo` or `make up` started
	@if [ -x $(PYTHON) ]; then $(STACK) stop; else echo "Nothing runs: this checkout was never set up."; fi

.PHONY: clean-demo
clean-demo: ## stop, then delete the demonstration's database, files and keys
	@if [ -x $(PYTHON) ]; then $(STACK) clean; else echo "Nothing to delete: this checkout was never set up."; fi

.PHONY: upgrade
upgrade: ## after fetching a newer version: backup, packages, migrations, checks
	@scripts/setup run
	@$(STACK) upgrade

.PHONY: test
test: ## set everything up and run the whole suite (ARGS="tests/gis -x")
	@scripts/setup test
	@exec $(PYTHON) -m scripts.run_tests $(ARGS)

.PHONY: check
check: ready lint-only types-only migrations-only frontend-only ## format, lint, types, missing migrations, tests
	@exec $(PYTHON) -m scripts.run_tests $(ARGS)

.PHONY: chaos
chaos: ready ## kill parts of the running demonstration under load and count what is lost (ARGS="--kills 20")
	@$(PYTHON) -m scripts.chaos $(ARGS)
.PHONY: proof
proof: ready ## probe every route as everybody; page and JSON under build/proof/, one JSON object as the last line
	@exec $(PYTHON) -m scripts.prove $(ARGS)

.PHONY: lint
lint: ready lint-only ## format and lint, without changing anything

.PHONY: types
types: ready types-only ## types of the Python code

.PHONY: format
format: ready ## write the code in the project's format
	@.venv/bin/ruff check --fix-only --quiet $(PYTHON_FOLDERS)
	@.venv/bin/ruff format $(PYTHON_FOLDERS)

.PHONY: attack
attack: ready ## attack releases as an outsider, every landlord group, pairs of partners, with earlier campaigns (ARGS="--attacks 500 --worlds 5")
	@$(PYTHON) scripts/local_services.py start  # the settings, which the demonstration's code reads, need the folder's own keys
	@$(PYTHON) -m scripts.attack $(ARGS)

.PHONY: fuzz
fuzz: ready ## send a thousand malformed and hostile files to every importer (ARGS="--files 200")
	@$(PYTHON) scripts/local_services.py start
	@$(PYTHON) -m scripts.fuzz $(ARGS)

.PHONY: schema
schema: ready ## hold 20,000 answers against the OpenAPI descriptions, as every reader (ARGS="--cases 5000 --seconds 600")
	@$(PYTHON) -m scripts.contract $(ARGS)

.PHONY: qgis
qgis: ready ## let QGIS of the distribution, without a screen, open the shared layer (installs python3-qgis where it is missing)
	@/usr/bin/python3 -c 'import qgis.core' 2>/dev/null || \
	  $$([ "$$(id -u)" = 0 ] || echo sudo) apt-get install --yes --no-install-recommends python3-qgis qgis-providers
	@$(PYTHON) -m scripts.run_tests tests/ogc/test_qgis.py -q

.PHONY: picture
picture: ready ## take the README's picture from the running demonstration (PORT=8000)
	@$(PYTHON) -m scripts.take_picture --port $(PORT) $(ARGS)

.PHONY: guide
guide: ready ## take the user guide's pictures from the running demonstration (PORT=8000, ARGS="--only coter-liste")
	@$(PYTHON) -m scripts.guide_pictures --port $(PORT) $(ARGS)

.PHONY: region
region: ready ## every IRIS, QPV and commune of Île-de-France in one run: release, then a PDF each; prints figures, last line JSON
	@$(PYTHON) -m bench.region $(ARGS); code=$$?; ORSEN_LOCAL=.local/bench $(PYTHON) scripts/local_services.py stop; exit $$code

.PHONY: bench
bench: ready ## measure against other tile servers and past the wall; writes bench/REPORT.md (ARGS="--only wall")
	@$(PYTHON) -m bench.run $(ARGS); code=$$?; ORSEN_LOCAL=.local/bench $(PYTHON) scripts/local_services.py stop; exit $$code
.PHONY: soak
soak: ready ## fifty telephones behind a network that loses answers: nothing lost, nothing double
	@$(PYTHON) scripts/local_services.py start
	@$(PYTHON) -m tests.soak $(ARGS)

.PHONY: phone
phone: ready ## how soon the capture page answers on a slow telephone, its weight, the taps of a rating
	@$(PYTHON) scripts/local_services.py start
	@$(PYTHON) -m tests.soak.phone $(ARGS)

.PHONY: pages
pages: ready ## open every page of every role at two widths: axe, the keyboard, nothing wider than the window (15 minutes)
	@exec $(PYTHON) -m scripts.run_tests tests/pages/whole.py -q -s

.PHONY: lock
lock: ready ## write the locks of the Python packages (ARGS=--upgrade for newer versions)
	@for name in base dev; do \
	  UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links $(ARGS) requirements/$$name.in \
	    --output-file requirements/$$name.txt $$([ $$name = base ] || echo --constraints requirements/base.txt); \
	done
	@UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links $(ARGS) bench/peers.in --output-file bench/peers.txt

.PHONY: messages
messages: ready ## gather the French texts into the English catalogue and list those to translate
	@$(PYTHON) -m scripts.messages

# Steps of the commands above: they expect a checkout that is set up.
.PHONY: ready lint-only types-only migrations-only frontend-only
ready:
	@scripts/setup test

lint-only:
	@.venv/bin/ruff format --check --quiet $(PYTHON_FOLDERS) || { echo "Not in the project's format: make format"; exit 1; }
	@.venv/bin/ruff check --quiet $(PYTHON_FOLDERS)

types-only:
	@$(PYTHON) scripts/local_services.py start  # django-stubs reads the settings, which need the folder's own keys
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/mypy --no-error-summary -p scripts

migrations-only:
	@$(PYTHON) scripts/local_services.py start
	@$(PYTHON) manage.py makemigrations --check --dry-run --verbosity 1
	@$(PYTHON) manage.py check --fail-level WARNING

frontend-only:
	@if [ -e frontend/package.json ]; then npm --prefix frontend run --silent check; fi
