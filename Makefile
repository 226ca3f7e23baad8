# make run · make test · make bench · make clean      Windows: make.ps1 (or make.cmd) with the same verbs
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
QUARTER := 2026Q3
PREVIOUS := 2026Q2
OUT := build/$(QUARTER)
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	"$$p" -c '$(RECENT)' >/dev/null 2>&1 && echo "$$p" && break; done)

.PHONY: run test bench clean

run: $(VENV)/.installed
	@$(BIN)/xl-credit regenerate workbooks/$(QUARTER) --quarter $(QUARTER) --previous workbooks/$(PREVIOUS) \
		--out $(OUT) --policy workbooks/政策.xlsx; code=$$?; \
	if [ $$code -eq 1 ]; then echo "完成:结果在 $(OUT);上面的问题是示例里有意放入的(退出码 1 表示“有问题待核对”)"; \
	elif [ $$code -eq 0 ]; then echo "完成:结果在 $(OUT)"; else exit $$code; fi

test: $(VENV)/.tested
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

bench: $(VENV)/.benched
	@$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更新版本;请先安装,或用 make PYTHON=路径" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "这个 Python 缺少 venv;Debian、Ubuntu 上先运行 apt install python3-venv" >&2; exit 2; }
	@echo "建立 $(VENV)(只在第一次)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.made pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.benched: $(VENV)/.made pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@ $(VENV)/.installed
