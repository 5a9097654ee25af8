"""Prints the EasyBuild recipe of this version, with the crates of Cargo.lock and their checksums.

    python packaging/easybuild/easyconfig.py [CRATE] > mblscale-0.1.0-gompi-2026.1.eb

CRATE is the file that `cargo package` makes and crates.io then serves. Without it the recipe has no
checksum of mblscale itself. Python 3.11 or later.
"""

import hashlib
import sys
import textwrap
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]

RECIPE = '''easyblock = 'Cargo'

name = 'mblscale'
version = '{version}'

homepage = 'https://crates.io/crates/mblscale'
description = """{description}"""

toolchain = {{'name': 'gompi', 'version': '2026.1'}}
toolchainopts = {{'usempi': True}}

crates = [
    (name, version),
{crates}
]
checksums = [
    {{'mblscale-{version}.tar.gz': {own}}},
{checksums}
]

builddependencies = [
    # `eb --try-software-version=1.95.0 Rust-1.94.1-GCCcore-15.2.0.eb` builds it.
    ('Rust', '1.95.0'),
    # bindgen reads the headers of MPI by libclang.
    ('LLVM', '21.1.8'),
]
dependencies = [
    ('pkgconf', '2.5.1'),
    ('HDF5', '2.1.1'),
]

# Tests need Python packages, and start several ranks; they are run in the checkout.
enable_tests = False

prebuildopts = 'LIBCLANG_PATH=$EBROOTLLVM/lib HDF5_DIR=$EBROOTHDF5 '
preinstallopts = prebuildopts
buildopts = '--locked'
installopts = '--locked'

sanity_check_paths = {{
    'files': ['bin/mblscale'],
    'dirs': [],
}}
sanity_check_commands = ['mblscale --version']

moduleclass = 'phys'
'''


def main() -> None:
    """Prints the recipe."""
    package = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))
    crates = [crate for crate in lock["package"] if "checksum" in crate]
    own = None
    if len(sys.argv) > 1:
        own = hashlib.sha256(Path(sys.argv[1]).read_bytes()).hexdigest()
    recipe = RECIPE.format(
        version=package["version"],
        description=textwrap.fill(package["description"], 80),
        own=repr(own),
        crates="\n".join("    ('{name}', '{version}'),".format(**it) for it in crates),
        checksums="\n".join(
            "    {{'{name}-{version}.tar.gz': '{checksum}'}},".format(**it) for it in crates
        ),
    )
    print(recipe, end="")


if __name__ == "__main__":
    main()
