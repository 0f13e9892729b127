# Two commands do all the set-up: `make demo` and `make test`. `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed$(addprefix -,$(notdir $(PYTHON)))
CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
FIT := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
VERSION := import sys; print("%d.%d" % sys.version_info[:2])

.DEFAULT_GOAL := help
.PHONY: help demo test browser check format schema bench sites cases fired measured fixtures clean

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18
	@echo '  PYTHON=python3.12 after any of them names the Python to use (3.11 to 3.13).'

demo: $(STAMP) browser ## audit a fixture app with its run, traffic and policy, and a fixture site, and say where the reports lie
	@$(BIN)/mingjian scan fixtures/apk/violating.apk fixtures/device/torch.zip \
	  fixtures/traffic/violating.har --app-type 38 --identity fixtures/traffic/identity.yaml \
	  --connections fixtures/traffic/connections.csv --first-party stat.torch.example \
	  --policy fixtures/policy/torch.html --policy-before fixtures/policy/torch_before.html \
	  -o demo-case --force
	@echo 'Report: $(CURDIR)/demo-case/report.html'
	@echo
	@$(BIN)/mingjian scan fixtures/sites/demo --dwell 1 -o demo-site-case --force; \
	  status=$$?; [ $$status -eq 3 ] || [ $$status -eq 0 ]
	@echo 'Report: $(CURDIR)/demo-site-case/report.html'

# Sites are looked at with a Chromium, and their pictures want a font with Chinese letters. Whatever
# is missing is brought where that is possible; where it is not, a plain word says what that means.
browser: $(STAMP)
	@found() { command -v chromium chromium-browser google-chrome-stable google-chrome >/dev/null \
	    || ls "$${PLAYWRIGHT_BROWSERS_PATH:-$$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome \
	      >/dev/null 2>&1; }; \
	bring() { [ "$$(id -u)" -eq 0 ] && command -v apt-get >/dev/null \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$$1" \
	      >/dev/null 2>&1; }; \
	found || { echo 'Bringing a Chromium, to look at sites with'; \
	  $(BIN)/playwright install chromium >/dev/null 2>&1 || bring chromium || true; }; \
	found || { echo 'note: no Chromium could be had, so sites are reported as not seen, and their'; \
	  echo '      tests are skipped. To bring one: sudo apt-get install chromium'; }; \
	chinese() { command -v fc-list >/dev/null && [ -n "$$(fc-list :lang=zh)" ]; }; \
	chinese || bring fonts-wqy-microhei || true; \
	chinese || { echo 'note: no font with Chinese letters, so pictures of pages show boxes instead.'; \
	  echo '      To bring one: sudo apt-get install fonts-wqy-microhei'; }

test: $(STAMP) browser ## run the whole suite
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(STAMP) ## format, lint, strict types, house contract, rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mingjian rules check

format: $(STAMP) ## put the code into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(STAMP) ## write the shipped JSON Schemas anew
	$(BIN)/python -c 'from scanner.rulebook.schema import rule_schema as s; print(s().decode(), end="")' > rules/rule.schema.json
	$(BIN)/python -c 'from scanner.report.as_json import report_schema as s; print(s().decode(), end="")' > scanner/report/report.schema.json

bench: $(STAMP) ## measure speed (figures, not tests)
	@for file in tests/bench/bench_*.py; do echo "$$file"; $(BIN)/python "$$file" || exit 1; done

sites: $(STAMP) browser ## audit the ground-truth sites: recall and precision of each rule
	@$(BIN)/python fixtures/sites/measure.py $(if $(RUNS),--runs $(RUNS))

fired: $(STAMP) browser ## audit every fixture and name the rules that never fired
	@$(BIN)/python fixtures/fired.py

cases: $(STAMP) browser ## audit the cases that started this: score, grade and each deduction
	@$(BIN)/python fixtures/cases/run.py

measured: $(STAMP) browser ## measure every rule on inputs of known answer, and write rules/lists/measured.yaml
	@$(BIN)/python fixtures/measured.py --write

fixtures: ## rebuild the fixture APKs (needs the packages in fixtures/README.md)
	@python3 fixtures/build.py
	@python3 fixtures/cases/build.py

clean: ## remove the environment, caches and the demo case
	rm -rf $(VENV) demo-case demo-site-case build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find scanner tests fixtures -name __pycache__ -type d -prune -exec rm -rf {} +

# Made once, and again when pyproject.toml changes. An environment that works is kept, unless
# PYTHON names another version.
$(STAMP): pyproject.toml
	@works() { $(BIN)/python -c '$(FIT)' && $(BIN)/python -m pip --version; }; \
	python=; bare=; \
	for name in $(CANDIDATES); do \
	  "$$name" -c '$(FIT)' 2>/dev/null || continue; \
	  if "$$name" -c 'import ensurepip, venv' 2>/dev/null; then python=$$name; break; fi; \
	  bare=$${bare:-$$name}; \
	done; \
	if [ -z '$(PYTHON)' ] && works >/dev/null 2>&1; then \
	  :; \
	elif [ -n "$$python" ]; then \
	  version=$$("$$python" -c '$(VERSION)'); \
	  if ! works >/dev/null 2>&1 || [ "$$($(BIN)/python -c '$(VERSION)')" != "$$version" ]; then \
	    echo "Making the environment $(VENV) with Python $$version"; \
	    "$$python" -m venv --clear $(VENV) || exit 1; \
	  fi; \
	elif [ -n "$$bare" ]; then \
	  echo "error: $$bare cannot make an environment, since its venv module is missing" >&2; \
	  echo "hint: apt-get install $$(basename "$$bare")-venv" >&2; exit 2; \
	else \
	  echo 'error: Mingjian needs Python 3.11, 3.12 or 3.13; tried: $(CANDIDATES)' >&2; \
	  echo 'hint: apt-get install python3 python3-venv, or name one: PYTHON=/path/to/python3.12' >&2; \
	  exit 2; \
	fi; \
	echo 'Installing Mingjian and what it needs (a minute or two, once)'; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input -e '.[test,check]' \
	  || { echo 'error: the installation failed; pip says above why' >&2; exit 1; }
	@rm -f $(VENV)/.installed*
	@touch $@
