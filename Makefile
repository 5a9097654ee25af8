# Everything a fresh checkout needs. `make demo` and `make test` set up what they need by themselves.
# `make TORCH=1 …` builds and tests the program with libtorch.
# Honoured: CARGO_TARGET_DIR, RANKS, SCALE (of paper), and what setup.sh lists.

RANKS ?= 2
SCALE ?= full
FEATURES := $(if $(TORCH),--features torch)
TARGET := $(or $(CARGO_TARGET_DIR),target)
DOC := RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps $(FEATURES)
BINARY := $(TARGET)/release/mblscale
PYTHON := .venv/bin/python

# Open MPI refuses to start as root, as in a container, unless told twice; and with fewer cores than
# ranks unless told that it may share them.
ifeq ($(shell id -u),0)
export OMPI_ALLOW_RUN_AS_ROOT := 1
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM := 1
endif
export OMPI_MCA_rmaps_base_oversubscribe := 1

.PHONY: help setup build demo paper test test-others lint bench site clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 14

setup: ## install or find what the build needs
	@./setup.sh $(if $(TORCH),libtorch)

build: setup ## build the program
	cargo build --release $(FEATURES)

demo: build ## the whole job in a few minutes: data, network, predictions, scaling, figures
	mpirun -n $(RANKS) $(BINARY) run input/demo.toml
	@$(PYTHON) -m mblscale draw out/demo

paper: build ## every figure of arXiv:2202.08853, within an hour; with SCALE=small in ten minutes
	@$(PYTHON) analysis/reproduce.py --scale $(SCALE) --program $(BINARY) --ranks $(RANKS) $(if $(PUBLISH),--publish)

test: setup ## all tests
	cargo test --release $(FEATURES)
	@rm -rf out/test
	mpirun -n 2 $(BINARY) run input/small.toml --set output=out/test
	MBLSCALE_BINARY=$(abspath $(BINARY)) MBLSCALE_OUTPUT=out/test $(PYTHON) -m pytest analysis -q -n auto --durations=10
	MBLSCALE_BINARY=$(abspath $(BINARY)) $(PYTHON) -m pytest benches/peers -q

# Slow programs, quick to build: the level of optimization does not change a bit of their results. It does
# change which solver "auto" chooses. With a level of its own, mpi-sys is built for MPICH beside the usual one.
# "cargo test" builds with the dependencies of `make test`, and "cargo build" would compile some of them again.
OTHERS := PATH="$(CURDIR)/.venv/bin:$$PATH" cargo --config profile.release.package.mblscale.opt-level=1 \
	--config profile.release.package.mpi-sys.opt-level=1
SAME := run input/small.toml --set 'spectrum.solver="shift-invert"' --set output=out/test
test-others: setup ## programs by MPICH and without MPI, with an HDF5 of their own, have the same bits
	./setup.sh others
	@rm -rf out/test-these out/test-mpich out/test-alone
	cargo test --release $(FEATURES) --test ranks --no-run
	mpirun -n 2 $(BINARY) $(SAME)-these
	MPICC=mpicc.mpich MPIRUN=mpirun.mpich \
		$(OTHERS) test --release --features static-hdf5 --test comm --test ranks
	mpirun.mpich -n 3 $(BINARY) $(SAME)-mpich
	$(OTHERS) test --release --no-default-features --features static-hdf5 --test ranks --no-run
	$(BINARY) $(SAME)-alone
	$(PYTHON) -m pytest analysis/tests/other_builds.py -q

lint: setup ## formatting, clippy, documentation, Python; with TORCH=1 of both programs
	cd analysis && ../.venv/bin/ruff check -q && ../.venv/bin/mypy
	cargo fmt --check
	cargo clippy --release --all-targets -- -D warnings
	$(if $(TORCH),cargo clippy --release --all-targets $(FEATURES) -- -D warnings)
	$(DOC)

bench: setup ## benchmarks
	cargo bench $(FEATURES)

site: $(TARGET)/doc/mblscale/index.html ## the documentation as a site, in target/site/html
	@./setup.sh site $(if $(TORCH),libtorch)
	$(PYTHON) docs/site/build.py $(TARGET)/site $(TARGET)/doc

# `make lint` makes these pages anew, and this only what is not there.
$(TARGET)/doc/mblscale/index.html:
	./setup.sh $(if $(TORCH),libtorch)
	$(DOC)

clean: ## remove what was built and what was computed
	cargo clean
	rm -rf out .venv
