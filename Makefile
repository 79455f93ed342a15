# `make` alone lists all targets.
.DEFAULT_GOAL := help
.PHONY: help demo demo-fresh test test-fast stories test-random faults image looks check bench years audit lock messages format
MAKEFLAGS += --no-print-directory

# The demo's port on 127.0.0.1.
PORT ?= 8000

# How many tests run at once: in the suite one a core of two, in stories and faults one more, because browsers, and what is killed
# and begins again, spend a third of their time waiting.
WORKERS ?= 2
TELLERS ?= 3

UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin
PYTHON := $(BIN)/python
# This file exists when the packages of requirements-dev.lock are installed.
INSTALLED := .venv/.installed
# What counts seconds runs alone, after all the rest has had both cores.
THOROUGHLY := env FAULTS=full $(PYTHON) -m pytest -o python_files='test_*.py full_*.py'
COUNTS_SECONDS := $(addprefix tests/concurrency/,test_locks.py test_rush.py) \
	$(addprefix tests/faults/,full_rush.py test_database_stopped.py full_database_stopped.py)
# These count seconds in which they only wait, so they run beside one another.
WAITS_SECONDS := $(addprefix tests/mail_faults/,test_codes_first.py test_redis_gone.py)
A_FULL_ROOM := tests/accounts/test_code_limits.py::test_newcomers_in_one_room_all_have_their_codes_within_five_minutes
# For commands that need settings but no servers.
MANAGE := ENVIRONMENT=test $(PYTHON) -W ignore::RuntimeWarning manage.py
LOCALES := --locale ja --no-wrap --add-location file --ignore tests --ignore staticfiles

# Behind a company proxy, packages come with a certificate that only this machine trusts. So uv and pip use the machine's
# certificates. Older versions of uv know the name UV_NATIVE_TLS. pip before 24.2 needs the path of the file.
CERTIFICATES := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem))
ifneq ($(CERTIFICATES)$(filter Darwin,$(shell uname)),)
export UV_SYSTEM_CERTS ?= true
export UV_NATIVE_TLS ?= true
endif
ifeq ($(PIP_CERT)$(REQUESTS_CA_BUNDLE)$(CURL_CA_BUNDLE),)
export PIP_CERT := $(CERTIFICATES)
endif

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

# The time of the command, in seconds since 1970. The time of a first installation counts, too.
demo demo-fresh: BEGAN := $(shell date +%s)

demo: $(INSTALLED) ## everything on this machine, with a sample community: PORT=8000
	@exec $(PYTHON) -m meetups.demo --port $(PORT) --began $(BEGAN)

demo-fresh: $(INSTALLED) ## the same, beginning anew
	@exec $(PYTHON) -m meetups.demo --port $(PORT) --began $(BEGAN) --fresh

test: $(INSTALLED) ## the suite: pages, actions, rules and races, on PostgreSQL, Redis and a mail server
	@exec $(PYTHON) -m pytest -n $(WORKERS) --part=suite

test-fast: $(INSTALLED) ## a quick look: one in five of the suite, from each module
	@exec $(PYTHON) -m pytest -n $(WORKERS) --part=fast

stories: $(INSTALLED) ## the product as a whole: in a browser, on several machines, killed and restored
	@exec $(PYTHON) -m pytest -n $(TELLERS) --part=stories

test-random: $(INSTALLED) ## the suite in another order each time: ORDER=number gives one again
	@exec $(PYTHON) -m pytest -n $(WORKERS) --part=suite --order=$(or $(ORDER),random)

faults: $(INSTALLED) ## what is promised about seats and mails, under a rush and with everything killed: a table of figures
	@$(THOROUGHLY) -n $(TELLERS) $(addprefix --ignore=,$(COUNTS_SECONDS) $(WAITS_SECONDS)) tests/concurrency tests/faults tests/mail_faults $(A_FULL_ROOM)
	@$(THOROUGHLY) -n 0 $(COUNTS_SECONDS)
	@exec $(THOROUGHLY) -n 2 $(WAITS_SECONDS)

image: $(INSTALLED) ## the Docker image without Docker, and a meetup held on it (as root, with mmdebstrap)
	@exec $(PYTHON) -m tests.machines.image

looks: $(INSTALLED) ## pictures and accessibility of every page
	@exec $(PYTHON) -m tests.looks

check: $(INSTALLED) ## format, lint, types, templates, import contracts, migrations, then the suite
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/djangofmt --quiet --check templates
	ENVIRONMENT=test $(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(PYTHON) -m pytest -n $(WORKERS) --part=suite

bench: $(INSTALLED) ## speed, as ratios to floors measured in the same run
	@$(PYTHON) -m tests.bench
	@$(PYTHON) -m tests.bench.mail
	@exec $(PYTHON) -m tests.bench.lateness

years: $(INSTALLED) ## a database as after ten years: statements and time of each page, and memory of a web worker
	@exec $(PYTHON) -m tests.years

audit: $(INSTALLED) ## known weaknesses of the product's packages (needs a network): says what is found, fails no build
	@$(BIN)/pip-audit --requirement requirements.lock --disable-pip --require-hashes --progress-spinner off \
		|| echo "make audit: see above. What is found is decided on in meetups/decisions/ (CONTRIBUTING.md)."

format: $(INSTALLED) ## format code and templates
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/djangofmt --quiet templates

messages: $(INSTALLED) ## take new texts into the catalogue (needs GNU gettext)
	$(MANAGE) makemessages $(LOCALES) --no-obsolete

lock: | $(UV) ## renew the locked versions
	$(UV) lock --quiet --upgrade
	$(UV) export --quiet --no-default-groups --no-emit-project --no-header --no-annotate --format requirements-txt -o requirements.lock
	$(UV) export --quiet --no-default-groups --no-emit-project --no-header --no-annotate --format requirements-txt --group dev -o requirements-dev.lock

$(INSTALLED): requirements-dev.lock | $(UV)
	@test -w . || { echo "This checkout cannot be written to. Make it writable, or clone into a folder of yours."; exit 1; }
	@$(PYTHON) --version >/dev/null 2>&1 || { \
		rm -rf .venv && { \
		UV_PYTHON_DOWNLOADS=never $(UV) venv --quiet --python 3.13 .venv 2>/dev/null || \
		UV_PYTHON_DOWNLOADS=never $(UV) venv --quiet --python '>=3.12' .venv 2>/dev/null || \
		{ echo "No Python 3.12 or newer is here: getting one"; $(UV) venv --quiet --python 3.13 .venv; } || \
		{ echo "There is no Python 3.12 or newer on this machine, and none could be fetched."; \
		  echo "Either install Python 3.13 (or 3.12), or connect to a network from which uv can get one. Then try again."; \
		  exit 1; }; }; }
	@echo "Installing the packages"
	@$(UV) pip sync --quiet --python .venv --require-hashes requirements-dev.lock || { \
		echo "The packages could not be installed. They need a network, or a cache of uv that has them."; exit 1; }
	@touch $@

.uv/bin/uv:
	@test -w . || { echo "This checkout cannot be written to. Make it writable, or clone into a folder of yours."; exit 1; }
	@echo "Putting uv into .uv"
	@python3 -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv || { \
		rm -rf .uv; \
		echo "uv could not be installed. Install it yourself, or a Python 3 with venv (Debian: python3-venv) and connect to a network."; \
		exit 1; }
