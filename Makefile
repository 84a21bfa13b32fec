# Every way to run the product, from a bare clone on Debian 12. `make demo` and `make test` install what they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-runtime demo test check bench bench-bulk bench-desk bench-papers screenshots papers letters web worker beat

PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 1
THREADS ?= 4
STORY ?= live
PYTHON ?= python3
RUN := .venv/bin/python

# WeasyPrint draws the papers with these; fonts are our own.
SYSTEM := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
# The tests drive a browser and read the papers back.
SYSTEM_DEV := chromium-headless-shell fonts-liberation poppler-utils

help:  ## this list
	@sed -En 's/^([a-z-]+):.*##/\1:/p' $(MAKEFILE_LIST)

setup: setup-runtime .venv/dev.stamp  ## install everything: system libraries, .venv/, requirements
	@deploy/system-packages $(SYSTEM_DEV)

setup-runtime: .venv/runtime.stamp
	@deploy/system-packages $(SYSTEM)

.venv/bin/pip:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/system-packages python3 python3-venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.txt | .venv/bin/pip
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/runtime.stamp
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# The demonstration keeps to itself: no database, broker or mail server of the environment is touched.
demo: setup-runtime  ## a sample offer on http://localhost:8000 (PORT=...), with its own broker, worker and beat
	@exec env -u DATABASE_URL -u REDIS_URL -u EMAIL_BACKEND -u DEBUG DEMO=1 SITE_URL=http://localhost:$(PORT) \
	  $(RUN) exchange/cli/demo/tether.py $$PPID $(RUN) manage.py demo --host $(HOST) --port $(PORT) --story $(STORY)

test: setup  ## the whole test suite, on SQLite unless DATABASE_URL says otherwise (ARGS="-k deadline -x")
	@exec $(RUN) -m pytest $(ARGS)

# The deployment check wants a seal; this one proves nothing.
.venv/demonstration-seal.p12: exchange/cli/demo/certificate.py .venv/runtime.stamp
	@$(IN_MEMORY) $(RUN) -c 'from pathlib import Path; from exchange.kernel import clock; \
	  from exchange.cli.demo.certificate import certificate_in; \
	  certificate_in(Path(".venv"), company="Nobody", at=clock.now()).touch()'

check: setup .venv/demonstration-seal.p12  ## format, lint, types, floors, migrations, Django's deployment check, requirements
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(IN_MEMORY) $(RUN) -m mypy
	.venv/bin/lint-imports
	$(IN_MEMORY) $(RUN) manage.py makemigrations --check --dry-run
	env $(AS_IN_PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING
	$(RUN) -m pip check

IN_MEMORY := DEBUG=1 DATABASE_URL=sqlite:///:memory:
AS_IN_PRODUCTION := -u DEBUG -u DEMO SECRET_KEY=$(shell head -c 48 /dev/urandom | base64 | tr -d '\n') \
  ALLOWED_HOSTS=options.example.com SITE_URL=https://options.example.com \
  DATABASE_URL=postgresql://exchange@127.0.0.1/exchange REDIS_URL=redis://127.0.0.1/0 \
  SEAL_PKCS12=.venv/demonstration-seal.p12

bench: setup  ## forms a second over HTTP on PostgreSQL, beside bare transactions of the same rows
	@source .ci/servers && $(RUN) -m tests.bench $(ARGS)
	@exec $(RUN) -m tests.bench.papers

bench-papers: setup  ## papers a second for each core, beside WeasyPrint as usually called; where the time goes
	@exec $(RUN) -m tests.bench.papers $(ARGS)

bench-bulk: setup  ## acceptance to the last promise sealed and sent, by workers, one of them killed (ARGS="--holders 10000")
	@source .ci/servers && $(RUN) -m tests.bench.bulk $(ARGS)

bench-desk: setup  ## how long every page of the desk takes at 10,000 holders and 60,000 options (ARGS="--sqlite")
	@source .ci/servers && $(RUN) -m tests.bench.desk $(ARGS)

SCREENSHOTS ?= screenshots

screenshots: setup  ## every page of the holder's in every state, phone and desk, light and dark (SCREENSHOTS=folder)
	@exec env -u DATABASE_URL -u REDIS_URL $(RUN) -m pytest tests/portal/test_pages_are_accessible.py \
	  -p no:randomly --screenshots $(SCREENSHOTS) $(ARGS)

PAPERS ?= papers

papers: setup  ## a specimen of every paper as PDF and pictures, with 1 grant and with 60 (PAPERS=folder)
	@exec env -u DATABASE_URL -u REDIS_URL DJANGO_SETTINGS_MODULE=tests.settings \
	  $(RUN) -m tests.documents.specimens $(PAPERS)

LETTERS ?= letters

letters: setup  ## a specimen of every letter: HTML, text, pictures wide and on a phone, light and dark (LETTERS=folder)
	@exec env -u DATABASE_URL -u REDIS_URL DJANGO_SETTINGS_MODULE=tests.settings \
	  $(RUN) -m tests.notices.specimens $(LETTERS) $(ARGS)

# Production: each its own process, told by DATABASE_URL, REDIS_URL, SECRET_KEY, … (README). Migrate first, by hand.
web: setup-runtime  ## the web server (PORT, HOST; WORKERS processes of THREADS each)
	$(RUN) manage.py collectstatic --noinput --verbosity 0
	@exec $(RUN) -m granian --interface wsgi --host $(HOST) --port $(PORT) --no-ws --respawn-failed-workers \
	  --workers $(WORKERS) --blocking-threads $(THREADS) exchange.wsgi:application

worker: setup-runtime  ## the Celery worker: letters and papers
	@exec $(RUN) -m celery -A exchange worker --loglevel INFO $(ARGS)

beat: setup-runtime  ## the scheduler: reminders, the outbox's sweep. One at a time
	@exec $(RUN) -m celery -A exchange beat --loglevel INFO --pidfile= $(ARGS)
