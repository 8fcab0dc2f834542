# The whole day's work: make demo, make test. Both may be run again at any time.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
ICALJS := ical.js@2.2.1
PO := $(wildcard translations/*/LC_MESSAGES/messages.po)
BACKUPS := /var/lib/flashmeet/backups
DISCOVERY := googleapiclient/discovery_cache/documents
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

.PHONY: help install install-runtime upgrade demo test check faults mutants bench understand simulate sbom audit tools translations lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

install: $(VENV)/.installed $(PO:.po=.mo) ## .venv with everything to run and to test
	@:

install-runtime: $(BIN)/pip ## .venv with what a server runs, without what tests need; a new version too
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/runtime.txt
	cd $(VENV)/lib/python3*/site-packages  # what follows is in packages that we need, and nothing of ours reads it
	find $(DISCOVERY) -name '*.json' ! -name calendar.v3.json -delete
	find flask_bootstrap/static -type f ! -path '*/bootstrap5/css/bootstrap.min.css' -delete
	find . -type d -name tests ! -path './flashmeet/*' -prune -exec rm -rf {} +
	rm -rf phonenumbers/geodata setuptools setuptools-*.dist-info pkg_resources
	cd - >/dev/null
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps .
	rm -f $(VENV)/.installed
	$(BIN)/python -P -c 'import flashmeet.cli.serve, flashmeet.cli.worker'  # compiles what is used
	echo "$(BIN)/flashmeet is ready: $(BIN)/flashmeet init"

upgrade: ## as root on a server: a backup, the newest version, its schema, a restart (BACKUPS=folder)
	@export FLASHMEET_ENV_FILE=$${FLASHMEET_ENV_FILE:-/etc/flashmeet/environment}
	user=$$(stat -c %U "$$FLASHMEET_ENV_FILE" 2>/dev/null || echo root)  # `init` gave the settings to the services' user
	[ "$$user" != root ] || user=flashmeet
	as=(); if [ "$$(id -u)" -eq 0 ] && id "$$user" >/dev/null 2>&1; then as=(runuser -u "$$user" --); fi
	before=$$(git rev-parse --short HEAD)
	"$${as[@]}" $(CURDIR)/$(BIN)/flashmeet backup --verify "$(BACKUPS)/"
	git pull --quiet --ff-only
	$(MAKE) install-runtime
	"$${as[@]}" $(CURDIR)/$(BIN)/flashmeet db upgrade
	if command -v systemctl >/dev/null && systemctl is-active --quiet flashmeet-web 2>/dev/null; then
	  systemctl restart flashmeet-web flashmeet-worker
	else
	  echo "Restart flashmeet now."
	fi
	echo "Was $$before. docs/operating.md says how to go back; the backup is the newest in $(BACKUPS)."

$(BIN)/pip:
	@for python in python3 python3.13 python3.12 python3.11; do
	  command -v $$python >/dev/null || continue
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' && break || python=
	done
	if [ -z "$${python:-}" ] || ! command -v $$python >/dev/null; then
	  echo "flashmeet needs Python 3.11 or newer: apt-get install python3-venv" >&2; exit 1
	fi
	if ! $$python -c 'import ensurepip' 2>/dev/null; then
	  echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1
	fi
	echo "Installing what flashmeet needs into $(VENV) (a minute or two, once) …" >&2
	$$python -m venv --clear $(VENV)

$(VENV)/.requirements: requirements/test.txt | $(BIN)/pip
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

$(VENV)/.installed: $(VENV)/.requirements pyproject.toml hatch_build.py
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

%.mo: %.po $(VENV)/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

demo: install ## a network of invented people on http://127.0.0.1:8000 (PORT=9000 chooses another port)
	@exec $(BIN)/flashmeet demo

test: install tools ## everything that is checked, with its own set-up (ALL=1: pages on both databases, every random example)
	@$(MAKE) check
	$(BIN)/pytest -n 3 --dist loadgroup

check: install ## form, types, imports, templates, translations; no test is run
	@$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports > $(VENV)/.imports || { cat $(VENV)/.imports; exit 1; }
	$(BIN)/pytest -q -n 0 -p no:cacheprovider tests/package/test_templates.py tests/package/test_translations.py

faults: install tools ## kill, stop and starve workers and databases for 200 rounds on each (ROUNDS=400: more), calendars, then 100 meetings
	@$(BIN)/python -m tests.calendars.soak $${CALENDAR_ROUNDS:-30}
	$(BIN)/python -m tests.faults --rounds $${ROUNDS:-200} --soak $${MEETINGS:-100}

mutants: install tools ## break one rule at a time in a copy of the code: some test must notice each
	@$(BIN)/python -m tests.mutants

bench: install ## what a request costs, beside limits of the same run (BENCH=full or growth: 100,000 mentors; BENCH_DATABASE=sqlite)
	@$(BIN)/python -m bench

understand: install ## how well needs are recognised, on needs that nothing was tuned to, and what it costs
	@$(BIN)/python -m tests.themes.needs

simulate: install ## play seeded years of a network under our ranking and four others (YEARS=12 FIRST=1)
	@$(BIN)/python -m tests.simulation

sbom: install ## every component and its licence, as CycloneDX in dist/sbom.json
	@$(BIN)/python -m tests.supply dist/sbom.json

audit: install ## known weaknesses of the locked components, where pip-audit is installed and the network is there
	@if ! command -v pip-audit >/dev/null; then
	  echo "pip-audit is not installed here: pipx install pip-audit" >&2; exit 0
	fi
	status=0; pip-audit --require-hashes --disable-pip -r requirements/runtime.txt || status=$$?
	[ $$status -le 1 ] || { echo "pip-audit could not ask for known weaknesses" >&2; exit 0; }
	exit $$status

tools: # what the tests need beside Python: a browser, judges of calendars and spreadsheets, a relay, proxies, a pooler
	@need=() units=()
	have() { PATH="$$PATH:/usr/sbin:/sbin" command -v "$$1" >/dev/null; }
	server() { have "$$1" || { need+=("$$2"); units+=("$$3.service"); }; }  # PROGRAM PACKAGE UNIT
	have chromium || have chromium-browser || need+=(chromium)
	/sbin/ldconfig -p | grep -q 'libical\.so\.3' || need+=(libical3)
	have soffice || need+=(libreoffice-calc-nogui)
	server turnserver coturn coturn
	server nginx nginx-light nginx
	server caddy caddy caddy
	server pgbouncer pgbouncer pgbouncer
	if [ ! -d node_modules/ical.js ] && command -v npm >/dev/null; then  # a third judge, where npm is at hand
	  npm install --no-save --no-package-lock --no-audit --no-fund --silent $(ICALJS) || echo "No ical.js: two judges read the invites" >&2
	fi
	[ $${#need[@]} -eq 0 ] && exit 0
	if [ "$$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
	  echo "The tests need $${need[*]}. On Debian: sudo make tools" >&2
	  exit 1
	fi
	echo "Installing $${need[*]} …" >&2
	if [ $${#units[@]} -gt 0 ] && command -v systemctl >/dev/null; then  # the tests start their own: no service of Debian's
	  trap 'systemctl --quiet unmask "$${units[@]}" && systemctl --quiet disable "$${units[@]}"' EXIT
	  systemctl --quiet mask "$${units[@]}"
	fi
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get -qq update && apt-get -qq install -y --no-install-recommends "$${need[@]}"; } > $(VENV)/.tools 2>&1 \
	  || { cat $(VENV)/.tools >&2; exit 1; }

translations: install ## collect the sentences of code and templates into the catalogues
	@template=$$(mktemp)
	trap 'rm -f "$$template"' EXIT
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k mark -k lazy_gettext --add-comments=TRANSLATORS: --no-location \
	  --sort-output --project=flashmeet --copyright-holder="flashmeet contributors" -o "$$template" .
	for po in translations/*/LC_MESSAGES; do
	  language=$$(basename "$$(dirname "$$po")")
	  if [ -f "$$po/messages.po" ]; then mode=update; else mode=init; fi
	  $(BIN)/pybabel --quiet $$mode -i "$$template" -d translations -l "$$language"
	done

lock: ## renew requirements/*.txt from pyproject.toml
	@export PATH="$(CURDIR)/$(BIN):$$PATH"
	command -v uv >/dev/null || { echo "uv is needed once: $(BIN)/pip install uv" >&2; exit 1; }
	$(LOCK) pyproject.toml --extra understanding -o requirements/runtime.txt
	$(LOCK) pyproject.toml --group test -o requirements/test.txt

clean: ## forget what was built; the demo's data in instance/ stays
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find translations -name '*.mo' -delete
	find . -name __pycache__ -prune -exec rm -rf {} +
