# make run: a panel to press, with nothing else needed. make test: what CI needs to be green. The rest: see README.md.

.PHONY: run test test-real soak check bench build clean

SHELL := /bin/bash
READY := node_modules/.package-lock.json
BUNDLE := dist/blfd.mjs
SOURCES := $(shell find firmware drivers sim -name '*.ts' -o -path 'sim/web/page/*' 2>/dev/null) build.mjs package-lock.json

run: $(BUNDLE)
	@node $(BUNDLE) sim

test: $(READY)
	@npx vitest run

# One part: make test-real PART=asterisk. Installs what it needs, Debian packages included, and says what it could not.
test-real: $(READY) $(BUNDLE)
	@test/real/run.sh $(PART)

# One part: make soak PART=killed.
soak: $(READY) $(BUNDLE)
	@test/soak/run.sh $(PART)

check: $(READY)
	@npx biome ci --error-on-warnings .
	@npx tsc
	@npx tsc -p sim/web/page

bench: $(READY) $(BUNDLE)
	@test/bench/run.sh

build: $(BUNDLE)

clean:
	rm -rf dist node_modules

$(BUNDLE): $(READY) $(SOURCES)
	@node build.mjs

$(READY): package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@
