# The commands of this repository; `make help` lists them.

GO       ?= go
PROVIDER ?=
NAME     ?=
OVERLAY  ?=
TARGET   ?=
FROM     ?=
SOURCE   ?=
DATE     ?=
DEST     ?=
WITH     ?=
ADDR     ?= 127.0.0.1:8700
WEBHOOK  ?=
KEY      ?=
MODULE   ?=
PKG      ?= ./adapters/kyc
BASE     ?=
TO       ?=
BENCH    ?= .
COUNT    ?= 6
ACCEPT   ?=
SINCE    ?=
VERSION  ?=
GENERATOR ?=
DO       ?=

# What a caller says goes to the commands through the environment, letter by letter:
# neither make nor a shell acts upon a $ or a quote in it.
SAID := PROVIDER NAME OVERLAY TARGET FROM SOURCE DATE DEST WITH ADDR WEBHOOK KEY MODULE PKG BASE TO BENCH COUNT ACCEPT SINCE VERSION DO GENERATOR
$(foreach v,$(SAID),$(eval override $(v) := $$(value $(v))))
export $(SAID)

# Programs that run by version are taken from the module cache where they are in
# it, so that only the first run needs a network.
export GOPROXY := file://$(shell $(GO) env GOMODCACHE)/cache/download,$(shell $(GO) env GOPROXY)

GOLANGCI := $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ACTIONS  := $(GO) run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
GREMLINS := $(GO) run github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
STATIC   := $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2
VULNS    := $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0

# What takes longer than two seconds says what it is doing: a step that always does, beforehand, and
# a command that is built, when it turns out to (its name below bin, its folder, flags of go build).
build = @{ { sleep 2 >/dev/null 2>&1; echo "$@: building bin/$(1) ..." >&2; } & \
	teller=$$!; trap "kill $$teller; exit 1" INT TERM; $(GO) build $(3) -o bin/$(1) $(2); built=$$?; kill $$teller 2>/dev/null; \
	wait $$teller 2>/dev/null; test $$built = 0; }

# The command that has a verb for what is not this repository's own business. Nothing debugs it, and
# without what a debugger needs it is linked in less time.
TOOL = $(call build,digilocker,./contract/cmd/digilocker,-ldflags=-w)

# Colours are for a terminal, and for who wants them (https://no-color.org).
ifneq ($(NO_COLOR)$(if $(MAKE_TERMOUT),,file),)
export GINKGO_NO_COLOR := true
endif

# The race detector needs a C compiler. RACE=required insists on it.
RACE ?= $(shell command -v $$($(GO) env CC) >/dev/null 2>&1 && echo yes || echo no)

# What is tested without the race detector, which would find nothing there and makes it take up
# to fifteen times as long. Neither the packages of the first list nor their specs start anything
# beside themselves; of the second list's, the specs with the label "beside" do, and are tested
# with it. A spec (contract/runner/make_test.go) looks whether that is still so.
ALONE  := contract/doctor contract/example contract/judge/mutants contract/ledger contract/readme \
	contract/recording/check contract/recording/redact contract/release contract/rename contract/scaffold contract/verbs \
	gen/vendoring specs/apply specs/document specs/gonames specs/importing specs/outlet specs/overlay specs/scan
BESIDE := adapters/eaadhaar contract/changes
none   :=
RACED   = $$($(GO) list ./... | grep -vE '/($(subst $(none) ,|,$(strip $(ALONE) $(BESIDE))))$$')

.DEFAULT_GOAL := all
.PHONY: accept all bench clients test contract record simulator e2e generate import published provider changes mutants vendor check vulnerabilities fmt gremlins module release help

all: generate contract ## Generate, then run the contract suite offline: the main job

test: ## Test everything that needs no network and no browser (with -race where there is a C compiler)
ifeq ($(RACE),no)
	@echo "$@: without the race detector, as there is no C compiler; a line for each package, in some minutes ..."
	@CGO_ENABLED=0 $(GO) test -timeout 60m ./...
else
	@echo "$@: with the race detector; a line for each package, in some minutes ..."
	@CGO_ENABLED=1 $(GO) test -race -timeout 60m $(RACED); failed=$$?; \
	CGO_ENABLED=1 $(GO) test -race -timeout 60m $(BESIDE:%=./%) -ginkgo.label-filter=beside || failed=1; \
	echo "$@: without it, what starts nothing beside itself ..."; \
	$(GO) test -timeout 60m $(BESIDE:%=./%) $(ALONE:%=./%) -ginkgo.label-filter='!beside' && exit $$failed
endif

contract: ## Run the contract suite (PROVIDER=name and TARGET=fixtures|simulator|sandbox narrow it) and write contract/report/; SINCE=ledger.json of an earlier run says what changed
	$(TOOL)
	@bin/digilocker contract -provider "$$PROVIDER" -target "$${TARGET:-offline}" -since "$$SINCE" -suites bin/suites

record: ## Write the fixtures of the providers' folders from what the sandboxes answer (PROVIDER=name; TARGET=simulator records the simulator)
	$(TOOL)
	@bin/digilocker record -provider "$$PROVIDER" -target "$${TARGET:-sandbox}" -suites bin/suites

simulator: ## Run the simulator of all providers, consent page included (ADDR=127.0.0.1:8700 WEBHOOK=http://... KEY=rsa.pem)
	$(TOOL)
	@exec bin/digilocker simulator -addr "$$ADDR" -webhook "$$WEBHOOK" -key "$$KEY"

e2e: ## Walk the consent page in headless Chromium, which must be installed
	@echo "$@: walking the pages in headless Chromium ..."
	@$(GO) test -count=1 -tags e2e ./contract/e2e

generate: clients ## Write the effective documents, the clients and the tables of the README and the guides
	@echo "$@: writing the tables of the README and the guides ..."
	@$(GO) run ./contract/cmd/readme

clients: ## Write the effective documents and the clients alone, for which the rest need not compile
	@echo "$@: applying the overlays to the published documents ..."
	@$(GO) run ./specs/cmd/apply
	@echo "$@: generating the clients with oapi-codegen ..."
	@$(GO) list -e ./contract/judge/testdata/everykind ./gen/... | \
	{ read -r first && $(GO) generate $$first && xargs -n 1 -P 4 $(GO) generate; } # the first builds the generator for all

accept: ## Take the documented examples as they are now for right (writes examples.sum in the providers' folders; PROVIDER=name narrows)
	$(TOOL)
	@bin/digilocker contract -provider "$$PROVIDER" -accept

import: ## Take the facts of a page that changed into specs/<provider> (PROVIDER=name FROM=page.md; SOURCE=name and DATE=YYYY-MM-DD say what it is); without FROM, merge again what is kept
	$(call build,import,./specs/cmd/import)
	@bin/import -source "$$SOURCE" -date "$$DATE" -- "$$PROVIDER" $$FROM

published: ## Say whether what was imported is still what the providers publish, by asking the network (PROVIDER=name narrows)
	$(call build,published,./specs/cmd/published)
	@bin/published -provider "$$PROVIDER"

provider: ## Write a new provider's folders and its entry in the list (NAME=acme FROM="document.yaml"; WITH=adapter adds skeletons, OVERLAY=file is its first overlay)
	$(call build,provider,./contract/cmd/provider)
	@bin/provider -name "$$NAME" -with "$$WITH" -overlay "$$OVERLAY" -- $$FROM

changes: ## Say what changed since a revision, for the wire, the examples and Go callers (BASE=v1.2.0, or BASE=a TO=b)
	$(TOOL) || \
	{ test -x bin/digilocker && echo "make changes: the report is made by bin/digilocker as it was built when all compiled" >&2; }
	@bin/digilocker changes -to "$$TO" -- "$$BASE"

mutants: ## Change what is right at one point, in every place and way, and say how much of it the suite catches (contract/report/mutants.json); ACCEPT=1 takes what survives for known, also in contract/docs/mutants.md
	$(TOOL)
	@bin/digilocker contract -mutants -accept="$${ACCEPT:-0}" -provider "$$PROVIDER" -target "$${TARGET:-offline}" -suites bin/suites
	@test "$${ACCEPT:-0}" = 0 || $(GO) run ./contract/cmd/readme

vendor: ## Copy a generated package into another module, or bring the copy up to date (PROVIDER=name DEST=../app/internal/nameapi WITH=wire,webhook GENERATOR=v2.9.0)
	@test -n "$$DEST" || { echo "make vendor: say DEST=..., a folder of your own module, such as: make vendor PROVIDER=$${PROVIDER:-acme} DEST=../app/internal/$${PROVIDER:-acme}api" >&2; exit 2; }
	$(TOOL)
	@bin/digilocker vendor -provider "$$PROVIDER" -dest "$$DEST" -with "$$WITH" -generator "$$GENERATOR"

bench: ## Run the benchmarks and print how they relate (BENCH=regexp COUNT=6); all figures go to contract/report/bench.txt; ACCEPT=1 writes the table of contract/docs/speed.md
	$(call build,bench,./contract/cmd/bench)
	@bin/bench -bench "$$BENCH" -count "$$COUNT" $(if $(filter-out 0,$(ACCEPT)),-accept contract/docs/speed.md)

check: ## Check that the tree is tidy, generated code current, fixtures clean, vet and linters content
	@echo "$@: comparing go.mod with what is imported ..."
	@$(GO) mod tidy -diff
	@echo "$@: verifying the modules in the cache ..."
	@$(GO) mod verify
	@test -z "$$(gofmt -l .)" || { echo "not formatted: $$(gofmt -l .); run make fmt"; exit 1; }
	@echo "$@: generating all anew, which must change nothing ..."
	@before=$$(git status --porcelain; git diff); $(MAKE) --no-print-directory generate; \
	after=$$(git status --porcelain; git diff); \
	test "$$before" = "$$after" || { git --no-pager diff --stat; echo "generated files were not current; make generate has brought them up to date: commit them"; exit 1; }
	@echo "$@: searching the tree for secrets and personal data ..."
	@$(GO) run ./contract/cmd/scan
	@echo "$@: vetting ..."
	@$(GO) vet -tags e2e ./...
	@echo "$@: running staticcheck, the first time minutes ..."
	@$(STATIC) -tags e2e $$($(GO) list ./... | grep -v '/gen/.*api$$')
	@echo "$@: running golangci-lint, which is silent for minutes the first time ..."
	@$(GOLANGCI) run --build-tags e2e
	@echo "$@: running actionlint over the workflows ..."
	@$(ACTIONS)

vulnerabilities: ## Say which known vulnerabilities the code can reach, by Go's database on the network
	@echo "$@: fetching the database, and looking for what the code can reach of it ..."
	@$(VULNS) -tags e2e ./...

gremlins: ## Change our own code point by point, and list each mutant and what became of it; those that the package's specs miss are LIVED (PKG=./adapters/kyc)
	@$(GO) list "$$PKG" >/dev/null 2>&1 || { echo "make gremlins: there is no package PKG=$$PKG; name a folder with one, such as PKG=./adapters/kyc" >&2; exit 2; }
	@echo "$@: testing $$PKG as it is, then with one mutant after another, minutes for each hundred ..."
	@$(GREMLINS) unleash --workers 1 --timeout-coefficient 6 --invert-assignments --invert-logical --invert-loopctrl --remove-self-assignments "$$PKG"

fmt: ## Format the Go code
	gofmt -w .

module: ## Give the module another path, in every file (MODULE=github.com/you/digilocker)
	$(call build,module,./contract/cmd/module)
	@bin/module -- "$$MODULE"

release: ## Say what a release would check, write, commit and tag (VERSION=v0.1.0); DO=release does it. It pushes nothing
	$(call build,release,./contract/cmd/release)
	@bin/release -do "$$DO" -- "$$VERSION"

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
