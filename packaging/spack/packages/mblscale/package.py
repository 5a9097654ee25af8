"""How Spack builds mblscale."""

from spack_repo.builtin.build_systems.cargo import CargoPackage

from spack.package import *


class Mblscale(CargoPackage):
    """Many-body localization at scale: disordered spin chains, learned indicators and finite-size
    scaling under MPI."""

    homepage = "https://crates.io/crates/mblscale"
    url = "https://static.crates.io/crates/mblscale/mblscale-0.1.0.crate"

    license("MIT", checked_by="mblscale developers")

    # The checksum is known once the version is on crates.io: `spack checksum mblscale`.
    version("0.1.0", extension="tar.gz")

    variant("mpi", default=True, description="Run on many ranks")
    variant("torch", default=False, description="Large networks, by libtorch")

    depends_on("c", type="build")
    depends_on("cxx", type="build", when="+torch")
    depends_on("rust@1.95:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("hdf5@1.10:+hl")
    depends_on("mpi", when="+mpi")
    # bindgen reads the headers of MPI by libclang.
    depends_on("llvm+clang", type="build", when="+mpi")
    depends_on("py-torch@2.13.0", when="+torch")

    def setup_build_environment(self, env: EnvironmentModifications) -> None:
        spec = self.spec
        env.set("HDF5_DIR", spec["hdf5"].prefix)
        if spec.satisfies("+mpi"):
            env.set("MPICC", spec["mpi"].mpicc)
            env.set("LIBCLANG_PATH", spec["llvm"].prefix.lib)
        if spec.satisfies("+torch"):
            env.set("LIBTORCH", ancestor(spec["py-torch"].libs.directories[0]))

    @property
    def build_args(self) -> list[str]:
        features = [name for name in ("mpi", "torch") if self.spec.satisfies(f"+{name}")]
        return ["--locked", "--no-default-features", "--features", ",".join(features)]

    def check(self) -> None:
        """The tests need Python packages and several ranks; they are run in the checkout."""

    def test_version(self) -> None:
        """the program starts and prints its version"""
        program = which(self.prefix.bin.mblscale)
        assert str(self.spec.version) in program("--version", output=str.split)
