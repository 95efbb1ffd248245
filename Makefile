# Needs Go, gcc and make; `make test-servers` says what else it needs.

FUZZTIME ?= 10s
BENCHTIME ?= 1s
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: run demo build test test-servers screenshots fuzz bench lint

run: ## a desk on the built-in mail server
	go run ./cmd/envdesk serve --sandbox

demo: ## two weeks of desk life; leaves its mails in out/
	rm -rf out
	go run ./cmd/envdesk demo --dir out

build:
	go build -o envdesk ./cmd/envdesk

test:
	go vet ./...
	go test -race -timeout 30m ./...
	go test -run '^TestGrowth$$' ./mailin
	go test -run '^TestSequences$$' ./tracker/intake
	go test -run '^TestWalker$$' ./tracker/sla -cases 1000000

test-servers: ## the whole road on real Dovecot and Postfix, on loopback
	go test -race -count=1 -v -timeout 30m -tags servers -run '^TestServers' ./cmd/envdesk

screenshots: ## pictures of every mail at 640 and 375 pixels in out/screenshots; needs chromium; OF=report takes some
	ENVDESK_SCREENSHOTS=$(CURDIR)/out/screenshots go test -count=1 -v -run '^TestScreenshots$$/$(OF)' ./mailout

fuzz: ## every fuzz target for FUZZTIME
	@set -e; for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "== $$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg; \
		done; \
	done

bench: ## speed, beside yardsticks of the same run
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

lint:
	@out=$$(gofmt -l .); test -z "$$out" || { echo "gofmt would change:"; echo "$$out"; exit 1; }
	go vet ./...
	go vet -tags servers ./cmd/envdesk
	go run $(STATICCHECK) ./...
	go run $(STATICCHECK) -tags servers ./cmd/envdesk
