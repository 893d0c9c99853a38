# Redflag. `make` alone lists what there is. Everything installs into .venv, nothing elsewhere.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := $(VENV)/.installed-run
DEV    := $(VENV)/.installed-dev
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

TELEGRAM_SPEC := https://raw.githubusercontent.com/PaulSonOfLars/telegram-bot-api-spec/main/api.min.json
DISCORD_SPEC  := https://raw.githubusercontent.com/discord/discord-api-spec/main/specs/openapi.json

.PHONY: help run test check format eval bench soak picture specs lock clean
help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: $(RUN)  ## start the bot; without a token, chat here (or pipe a message in)
	@$(BIN)/redflag run

test: $(DEV)  ## run every test
	@$(BIN)/python -m pytest

check: $(DEV)  ## what CI runs: format, lint, types, import contracts, knowledge, tests
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/redflag knowledge lint
	@$(MAKE) --no-print-directory test

format: $(DEV)  ## bring the code into its form
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

eval: $(RUN)  ## detection figures over the corpus
	@$(BIN)/redflag knowledge eval

bench: $(DEV)  ## speed, start-up time and memory
	@$(BIN)/python -m tests.bench

picture: $(DEV)  ## draw the README's pictures from real cards
	@$(BIN)/python -m tests.picture
	@$(BIN)/python -m tests.phone
	@$(BIN)/python -m tests.adapters.discord.picture

specs:  ## fetch the platforms' official schemas into .specs, for the tests
	@mkdir -p .specs
	@curl -fsSL -o .specs/telegram-bot-api.json $(TELEGRAM_SPEC)
	@curl -fsSL -o .specs/discord-openapi.json $(DISCORD_SPEC)
	@echo "Now: REDFLAG_TEST_SPECS=$(CURDIR)/.specs make test"

soak: $(DEV)  ## the property tests at length, on fresh examples; 200 kills, 1,000 histories
	@$(BIN)/python -m pytest --hypothesis-profile=soak --timeout=3600 tests/bot/test_quoting.py \
		tests/adapters/test_console.py tests/adapters/telegram/test_render.py \
		tests/adapters/discord/test_render.py tests/knowledge/test_text.py \
		tests/knowledge/test_phrase.py tests/knowledge/identifiers
	@REDFLAG_TEST_KILLS=200 REDFLAG_TEST_SEEDS=1000 $(BIN)/python -m pytest --timeout=14400 \
		tests/adapters/telegram/test_durability.py

lock: $(DEV)  ## choose the newest versions that fit and lock them with hashes
	@$(PIP) install uv
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-header --quiet pyproject.toml --extra bot --extra telegram --extra discord --extra postgres --group build -o requirements.lock
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-header --quiet pyproject.toml --extra bot --extra telegram --extra discord --extra postgres --group build --group dev \
		-c requirements.lock -o requirements-dev.lock

clean:  ## remove what was installed and cached here
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Redflag needs Python 3.11 or newer; say which: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "Python has no venv here; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(RUN): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Redflag into $(VENV) (once)..." >&2
	@$(PIP) install --require-hashes -r requirements.lock >&2
	@$(PIP) install --no-deps --no-build-isolation --editable . >&2
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "Installing what tests need (once)..." >&2
	@$(PIP) install --require-hashes -r requirements-dev.lock >&2
	@touch $@
