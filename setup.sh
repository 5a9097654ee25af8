#!/bin/sh
# Brings this checkout everything that it builds and runs with, and says what it does. Arguments ask
# for more: `libtorch` for the feature `torch`, `others` for MPICH and CMake, which other builds need,
# `site` for what makes the site.
# Idempotent: what is there already is left alone. Honoured when set: MPICC, HDF5_DIR,
# LIBCLANG_PATH, LIBTORCH, PYTHON, XDG_CACHE_HOME.
set -eu
cd "$(dirname "$0")"

TORCH=2.13.0
PYTHON=${PYTHON:-python3}
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/mblscale

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
arguments=" $* "
asked() { case $arguments in *" $1 "*) true ;; *) false ;; esac; }

# --- system packages: a compiler, MPI, HDF5, libclang, Python ---------------------------------
missing=""
needs() { missing="$missing $1"; }
have c++ || needs g++
have pkg-config || needs pkg-config
have git || needs git
have "${MPICC:-mpicc}" || needs libopenmpi-dev
have mpirun || have srun || needs openmpi-bin
[ -n "${HDF5_DIR:-}" ] || pkg-config --exists hdf5 2>/dev/null || have h5cc || needs libhdf5-dev
# Not libclang-cpp, which is another library and may be there alone.
libclang() { find /usr/lib /usr/lib64 \( -name 'libclang.so*' -o -name 'libclang-[0-9]*.so*' \) 2>/dev/null; }
[ -n "${LIBCLANG_PATH:-}" ] || [ -n "$(libclang)" ] || needs libclang-dev
if asked others; then
    have mpicc.mpich || needs libmpich-dev
    have mpirun.mpich || needs mpich
fi
have "$PYTHON" || needs python3
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || needs python3-venv

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then root=""; else root="sudo -n"; fi
    if have apt-get && { [ -z "$root" ] || $root true 2>/dev/null; }; then
        say "installing Debian packages:$missing"
        $root apt-get update -qq
        $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        fail "these are missing, and this account may not install them:$missing
       (Debian's names). On a cluster load the modules for MPI, HDF5 and LLVM, set
       MPICC, HDF5_DIR and LIBCLANG_PATH if they are not found by themselves, and run this again."
    fi
fi
have cargo || fail "Rust is missing: install a toolchain of 1.95 or later (https://rustup.rs) and run this again."

# --- Python environment with the package mblscale ---------------------------------------------
wanted=$(cat analysis/requirements.txt analysis/pyproject.toml | cksum)
if [ "$(cat .venv/requirements.cksum 2>/dev/null || true)" != "$wanted" ]; then
    say "creating .venv with the package mblscale and those of analysis/requirements.txt"
    "$PYTHON" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r analysis/requirements.txt -e analysis
    printf '%s\n' "$wanted" >.venv/requirements.cksum
fi

if asked site; then
    wanted=$(cksum <docs/site/requirements.txt)
    if [ "$(cat .venv/site.cksum 2>/dev/null || true)" != "$wanted" ]; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r docs/site/requirements.txt
        printf '%s\n' "$wanted" >.venv/site.cksum
    fi
fi

# HDF5's sources need CMake 3.26, and Debian 12 has an older one.
if asked others && [ ! -x .venv/bin/cmake ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check cmake
fi

# --- libtorch ---------------------------------------------------------------------------------
# An existing one first; else the library parts of PyTorch's wheel, without a GPU's.
pytorch() {
    "$PYTHON" - "$TORCH" <<'PY' 2>/dev/null
import os, sys, torch
sys.exit(1) if torch.__version__.split("+")[0] != sys.argv[1] else print(os.path.dirname(torch.__file__))
PY
}
fetch_libtorch() {
    say "fetching libtorch $TORCH from PyTorch's wheels (540 MB to download, 490 MB kept) into $1"
    work=$(mktemp -d)
    .venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work" \
        "torch==$TORCH" "nvidia-cuda-runtime==13.0.*" "nvidia-cuda-cupti==13.0.*"
    mkdir -p "$1.part"
    .venv/bin/python - "$work" "$1.part" <<'PY'
import pathlib, re, shutil, sys, zipfile
wheels, target = map(pathlib.Path, sys.argv[1:])
library = re.compile(r".*/lib/(lib(torch_cpu|c10)\.so|lib(gomp|cudart|cupti)\.so\.\d+)$")
for wheel in wheels.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if library.match(name):
                kept = target / "lib" / name.rsplit("/", 1)[1]
            elif name.startswith("torch/include/") and not name.endswith("/"):
                kept = target / name.removeprefix("torch/")
            else:
                continue
            kept.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, open(kept, "wb") as copy:
                shutil.copyfileobj(source, copy)
# The wheel's libtorch.so only gathers the CPU and the GPU library; this one gathers the CPU's.
(target / "lib" / "libtorch.so").write_text("INPUT(-ltorch_cpu -lc10)\n")
PY
    printf '%s\n' "$TORCH" >"$1.part/build-version"
    rm -rf "$work" "$1"
    mv "$1.part" "$1"
}
if [ -n "${LIBTORCH:-}" ]; then
    [ -d "$LIBTORCH/lib" ] || fail "LIBTORCH=$LIBTORCH has no lib directory"
elif ! asked libtorch; then
    # One that the tests were given before stays known, so that nothing is built anew.
    LIBTORCH=$(sed -n 's/^LIBTORCH = "\(.*\)"$/\1/p' .cargo/config.toml 2>/dev/null || true)
elif LIBTORCH=$(pytorch); then
    say "using the libtorch of PyTorch in $LIBTORCH"
else
    LIBTORCH=$CACHE/libtorch-$TORCH
    [ -f "$LIBTORCH/build-version" ] || fetch_libtorch "$LIBTORCH"
fi

# --- what cargo must know ---------------------------------------------------------------------
mkdir -p .cargo
{
    echo "# Written by setup.sh; not under version control."
    echo "[env]"
    if [ -n "${LIBTORCH:-}" ]; then echo "LIBTORCH = \"$LIBTORCH\""; fi
    if [ -n "${HDF5_DIR:-}" ]; then echo "HDF5_DIR = \"$HDF5_DIR\""; fi
    if [ -n "${MPICC:-}" ]; then echo "MPICC = \"$MPICC\""; fi
} >.cargo/config.new
cmp -s .cargo/config.new .cargo/config.toml || mv .cargo/config.new .cargo/config.toml
rm -f .cargo/config.new
say "ready"
