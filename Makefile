# Brim: see README.md. Every target installs the Debian packages it lacks.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
CONFIGURATION ?= Release

DEMO_PACKAGES := gcc libc6-dev gcc-arm-none-eabi qemu-system-arm
TEST_PACKAGES := $(DEMO_PACKAGES) clang-19 clang-format-19 g++ gcc-riscv64-unknown-elf
EXAMPLE := examples/shapes

.PHONY: demo test bench accuracy fit-costs fuzz format check-format clean

demo: ## compile the example network, run it on an emulated Cortex-M4, compare every bit
	@tools/install-packages $(DEMO_PACKAGES)
	@$(EXAMPLE)/demo

test: ## run every test
	@tools/install-packages $(TEST_PACKAGES)
	dotnet build Backend.sln -c $(CONFIGURATION) -nologo -v quiet
	dotnet test Backend.sln -c $(CONFIGURATION) --no-build -nologo

bench: ## instructions, cycles, arena and flash of layers and of the MLPerf Tiny networks beside the peers'
	@tools/install-packages $(DEMO_PACKAGES)
	@tools/bench

accuracy: ## quantize and evaluate by every method and width; goes on where it stopped
	@tools/accuracy

fit-costs: ## measure the kernels anew for the planner's cost model, after a kernel or the compiler changed
	@tools/install-packages $(DEMO_PACKAGES)
	dotnet run --project qemu-tests/Brim.Bench -c $(CONFIGURATION) -v quiet -- fit .

COUNT ?= 1000
SEED ?= 1
fuzz: ## random graphs through interpreter, host C and emulated cores: make fuzz COUNT=5000 SEED=7
	@tools/install-packages $(DEMO_PACKAGES)
	BRIM_FUZZ_COUNT=$(COUNT) BRIM_FUZZ_SEED=$(SEED) dotnet test qemu-tests/Brim.QemuTests -c $(CONFIGURATION) -nologo --filter Category=Fuzz

C_FILES = $(shell git ls-files '*.c' '*.h')
format: ## format all sources
	@tools/install-packages clang-format-19
	dotnet format Backend.sln
	clang-format-19 -i $(C_FILES)

check-format:
	@tools/install-packages clang-format-19
	clang-format-19 --dry-run --Werror $(C_FILES)

clean:
	rm -rf .build
	find . \( -name bin -o -name obj \) -type d -prune -exec rm -rf {} +
