# Everything here needs Node, npm and make; Node 24 comes with the lockfile.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install demo test test-under-load unit agreement faults e2e cluster-test check golden build clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 18

install: node_modules/.installed

node_modules/.installed: package.json package-lock.json
	@echo 'Installing what the lockfile names …'
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: install ## a registry, the webhook and 21 workloads, in seconds: see what is refused and why
	@npm run --silent demo

test: install ## every test that can run here
	@npm run --silent unit
	@npm run --silent agreement
	@npm run --silent faults
	@npm run --silent fuzz
	@npm run --silent e2e

# The loops end with this shell, however it ends: each of them looks for it, and the trap is only faster.
test-under-load: install ## every test three times in a row, beside four busy loops
	@trap 'kill $$(jobs -p) 2>/dev/null' EXIT; trap 'exit 130' INT TERM; \
	for loop in 1 2 3 4; do while kill -0 $$$$ 2>/dev/null; do :; done & done; \
	for run in 1 2 3; do \
		echo "Run $$run of 3 under load"; \
		$(MAKE) --no-print-directory test || { echo "Run $$run of 3 failed under load"; exit 1; }; \
	done

unit: install ## the unit tests alone, in seconds
	@npm run --silent unit

agreement: install ## the verdicts beside what a real kubelet did
	@npm run --silent agreement

faults: install ## the fault cases F1 to F77
	@npm run --silent faults

e2e: install ## the tests against a real kube-apiserver and a real registry
	@npm run --silent e2e

cluster-test: install ## the image and the manifests on a real one-node cluster: root, Linux, minutes
	@npm run --silent cluster-e2e

check: install ## what CI runs: types, lint, format, then every test
	@npm run --silent typecheck
	@npm run --silent lint
	@npm run --silent format:check
	@$(MAKE) --no-print-directory test

golden: install ## rewrite the golden files: test/golden/ and docs/findings.md
	@UPDATE_GOLDEN=1 npm run --silent words

build: install ## dist/, for the bin and the container
	@npm run --silent build

clean: ## remove what was built and installed
	rm -rf node_modules dist
