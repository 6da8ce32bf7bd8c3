# What can be done here; each line needs no more than Python 3.11 or later and `make`.

PYTHON ?= python3
DEMO := .demo
BIN := .venv/bin
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
COUNTERBELL := COUNTERBELL_DATA=$(DEMO) DATABASE_URL= $(BIN)/counterbell

# the last three full months
MONTHS = $(shell $(PYTHON) -c "from datetime import date; now = date.today(); first = now.year * 12 + now.month - 4; \
	print(f'--from {first // 12}-{first % 12 + 1:02}-01 --to {now:%Y-%m}-01')")

unexport PYTHONDONTWRITEBYTECODE  # compiling everything anew at every start takes seconds

.PHONY: demo test test-thorough lint fmt bench docs picture bundle screens messages clean

demo: $(BIN)/.ready  ## a shop with a year of service: its ten metrics, then its dashboard until Ctrl+C
	@$(COUNTERBELL) demo
	@$(COUNTERBELL) report $(MONTHS) --compare previous
	@printf '\nAsk on: %s\n\n' "$(BIN)/counterbell --data $(DEMO) report --help"
	@$(COUNTERBELL) serve --demo 2>>$(DEMO)/serve.log

test: $(BIN)/.ready  ## the tests, most of them in one of their variants; what needs PostgreSQL, Chromium or Dovecot is skipped without it
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

test-thorough: $(BIN)/.ready  ## all tests in all variants: both databases, every theme and language; some ten minutes
	@$(BIN)/pytest -n auto --dist worksteal --thorough $(ARGS)

lint: $(BIN)/.ready  ## style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fmt: $(BIN)/.ready  ## put style and format right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(BIN)/.ready  ## how fast it is, beside references: make bench ARGS="--help"
	@$(BIN)/python bench/run.py $(ARGS)

docs: $(BIN)/.ready  ## the pages that are made from the code
	@COUNTERBELL_DATA=$(DEMO) $(BIN)/python docs/generate.py

picture: $(BIN)/.ready  ## the picture of a report in the README
	@$(BIN)/python docs/picture.py

bundle: $(BIN)/.ready  ## fetch what draws charts on a page (it is in the repository)
	@COUNTERBELL_DATA=$(DEMO) $(BIN)/python docs/bundle.py

screens: $(BIN)/.ready  ## pictures of every page, to look at: in .screens
	@COUNTERBELL_SCREENS=.screens $(BIN)/pytest -q tests/web/test_screens.py

messages: $(BIN)/.ready  ## collect the printed texts and compile their translations
	@COUNTERBELL_DATA=$(DEMO) $(BIN)/python docs/messages.py

clean:  ## take away what was made, the demo shop too
	rm -rf .venv .uv $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .screens

$(BIN)/.ready: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --frozen --quiet
	@touch $@

.uv/bin/uv:
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .uv uv 2>/dev/null \
		|| { $(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv; } \
		|| { echo "uv could not be installed: give $(PYTHON) pip or venv (Debian: apt-get install python3-venv)." >&2; exit 1; }
