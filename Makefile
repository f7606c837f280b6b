# Everything below works on a fresh Debian or Ubuntu with Python 3.11 and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
HOST ?= localhost
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
TRANSLATIONS := $(wildcard locale/*/LC_MESSAGES/django.po)
CATALOGUES := .venv/catalogues
# The parts in which continuous integration runs the tests.
PARTS := working-on-postgresql waiting-on-postgresql waiting-on-sqlite working-on-sqlite
WAITING := tests/browser tests/concurrency tests/faults tests/worker
export HOST PORT

.PHONY: run dev serve setup database test lint bench screenshots messages constraints ci $(PARTS)

# The site with two example discussions and sample accounts.
run: export DEMO := true
run: setup
	@$(MANAGE) demo
	@$(MAKE) --no-print-directory start

# The same, reloading with every change of the code.
dev: export DEMO := true
dev: export DEBUG := true
dev: database
	@$(MANAGE) demo
	@$(MANAGE) runserver $(HOST):$(PORT)

# The site as it is, for an agency: settings come from the environment (docs/settings.md).
serve: setup start

.PHONY: start
start:
	@exec $(MANAGE) serve

setup: database
	@$(MANAGE) collectstatic --noinput --verbosity 0

database: .venv/ready $(CATALOGUES)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createcachetable

test: .venv/ready-for-tests $(CATALOGUES)
	@$(BIN)/pytest

lint: .venv/ready-for-tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check

bench: .venv/ready-for-tests $(CATALOGUES)
	$(BIN)/python -m bench
	$(BIN)/python -m bench.imports
	$(BIN)/python -m bench.served
	$(BIN)/python -m bench.drafts
	$(BIN)/python -m bench.exports
	$(BIN)/python -m bench.proceedings

# The pictures in docs/, taken of the demo.
screenshots: .venv/ready-for-tests $(CATALOGUES)
	$(BIN)/python -m screenshots

# Collects what is to be translated; needs gettext (apt-get install gettext).
messages: .venv/ready
	$(MANAGE) makemessages --all --extension html,txt,py,svg --no-location --no-wrap --no-obsolete --ignore .venv --ignore var --ignore tests
	@$(MAKE) --no-print-directory $(CATALOGUES)

# Renews the exact versions after a change of the requirements.
constraints:
	$(PYTHON) -m venv .venv/fresh
	.venv/fresh/bin/pip install --quiet --requirement requirements-dev.txt
	.venv/fresh/bin/pip freeze > constraints.txt
	rm -r .venv/fresh

# What continuous integration calls: on SQLite and on the PostgreSQL of TEST_DATABASE_URL, in two parts
# each, side by side: browsers, and what goes on after it was killed, mostly wait.
ci: export BROWSER_TESTS := required
ci: export TESTS_ONCE := yes
ci: lint
	@test -n "$(TEST_DATABASE_URL)" || { echo "TEST_DATABASE_URL: the address of a PostgreSQL is needed; .ci/run makes one" >&2; exit 1; }
	@$(MAKE) --no-print-directory --jobs 4 --output-sync=target $(PARTS)

%-on-sqlite: export DATABASE_URL :=
%-on-postgresql: export DATABASE_URL := $(TEST_DATABASE_URL)
waiting-on-%: TESTS = $(WAITING)
working-on-%: TESTS = $(addprefix --ignore ,$(WAITING))
$(PARTS): export TESTS_PART = $(firstword $(subst -, ,$@))
$(PARTS): .venv/ready-for-tests $(CATALOGUES)
	@echo "Tests $(subst -, ,$@):"
	@$(BIN)/pytest $(TESTS)

.venv/bin/python:
	@$(PYTHON) -m venv .venv || { echo "A virtual environment could not be made: apt-get install python3.11-venv" >&2; exit 1; }

.venv/ready: requirements.txt constraints.txt | .venv/bin/python
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt --constraint constraints.txt
	@touch $@

.venv/ready-for-tests: requirements-dev.txt .venv/ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt --constraint constraints.txt
	@touch $@


$(CATALOGUES): $(TRANSLATIONS) .venv/ready
	@for po in $(TRANSLATIONS); do \
		$(BIN)/pybabel --quiet compile --input-file $$po --output-file $${po%.po}.mo || exit 1; \
	done
	@touch $@
