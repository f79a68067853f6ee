# Two commands matter: `make demo` shows what Doorward does, `make test` proves that it does it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := .make/installed

.PHONY: install demo serve test check bench bench-national docs campaign sanitize lock clean

install: $(STAMP)

# Everything from the lock file is verified by hash; the project itself is built with what the lock installed.
$(STAMP): requirements.lock pyproject.toml CMakeLists.txt $(wildcard native/* native/*/*)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	DOORWARD_REQUIRE_NATIVE=1 $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .make && touch $(STAMP)

demo: install
	$(BIN)/doorward demo

serve: install
	$(BIN)/doorward demo --serve

test: install
	$(BIN)/python -m pytest

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The whole property suite of the kernels, built so that an access outside of an array ends the program.
sanitize: install
	$(BIN)/python tests/support/sanitized.py .make/sanitize -m pytest -q -p no:cacheprovider --timeout=3600 \
	  tests/imagery/matcher tests/imagery/pdq tests/imagery/test_hamming.py tests/imagery/test_digest_index.py

campaign: install
	$(BIN)/python -m pytest -m campaign --timeout=3600

bench: install
	$(BIN)/python bench/match.py
	$(BIN)/python bench/hash.py
	$(BIN)/python bench/digests.py
	$(BIN)/python bench/gate.py
	$(BIN)/python bench/odd_pictures.py
	$(BIN)/python bench/burst.py
	$(BIN)/python bench/handover.py

# The size of a national list, and beyond: half an hour, and 20 GiB of memory.
bench-national: install
	$(BIN)/python bench/match.py --entries 17000000 --queries 5000
	$(BIN)/python bench/match.py --entries 50000000 --queries 5000 --no-peers

docs: install
	$(BIN)/mkdocs build --strict

# After a change to the dependencies in pyproject.toml; needs `uv`.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock

clean:
	rm -rf $(VENV) .make build dist site
