# All targets but helm and cluster-test need only Node, npm and make. `make install` installs Node 24 from the lockfile.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install demo test test-under-load unit agreement faults helm chart e2e cluster-test check golden release build clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 18

install: node_modules/.installed

node_modules/.installed: package.json package-lock.json
	@echo 'Installing the packages of the lockfile …'
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: install ## start five registries and the webhook, and send 21 workloads: shows which are denied, and why (seconds)
	@npm run --silent demo

test: install helm ## run every test that can run on this machine (minutes)
	@npm run --silent unit
	@npm run --silent agreement
	@npm run --silent faults
	@npm run --silent fuzz
	@npm run --silent chart
	@npm run --silent e2e

# Each loop stops when this shell no longer exists. The trap only stops them sooner.
test-under-load: install ## run every test three times during four busy loops, to find tests that depend on time
	@trap 'kill $$(jobs -p) 2>/dev/null' EXIT; trap 'exit 130' INT TERM; \
	for loop in 1 2 3 4; do while kill -0 $$$$ 2>/dev/null; do :; done & done; \
	for run in 1 2 3; do \
		echo "Run $$run of 3 under load"; \
		$(MAKE) --no-print-directory test || { echo "Run $$run of 3 failed under load"; exit 1; }; \
	done

unit: install ## run only the unit tests (seconds)
	@npm run --silent unit

agreement: install ## compare the verdicts with recordings of a real kubelet
	@npm run --silent agreement

faults: install ## run the fault cases
	@npm run --silent faults

helm: install ## build Helm 3 and 4 for the tests of the chart, if there is Go (minutes, once)
	@npm run --silent helm

chart: install helm ## compare the Helm chart with the overlays, and install it on a real kube-apiserver
	@npm run --silent chart

e2e: install ## run the tests with a real kube-apiserver and a real registry
	@npm run --silent e2e

cluster-test: install helm ## test the image and the manifests on a real one-node cluster (Linux, root, minutes)
	@npm run --silent cluster-e2e

check: install ## run what CI runs: types, lint, format, then every test
	@npm run --silent typecheck
	@npm run --silent lint
	@npm run --silent format:check
	@$(MAKE) --no-print-directory test

golden: install ## rewrite the generated files: test/golden/, pages in docs/, and files of the chart
	@UPDATE_GOLDEN=1 npm run --silent words
	@npm run --silent docs

release: install ## make every file of a release in release/: packages, install files, SBOM, checksums (needs kubectl and helm)
	@scripts/release.sh

build: install ## compile to dist/, for the bin and the container
	@npm run --silent build

clean: ## remove dist/, release/ and node_modules/
	rm -rf node_modules dist release
