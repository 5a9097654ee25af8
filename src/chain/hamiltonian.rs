//! The Hamiltonian H = J Σ (σˣ_i σˣ_{i+1} + σʸ_i σʸ_{i+1} + Δ σᶻ_i σᶻ_{i+1}) + Σ h_i σᶻ_i in the
//! sector of zero magnetization. arXiv:2202.08853, eq. 1, has Δ = 1.
//!
//! In the σᶻ basis each allowed exchange of two neighbouring spins has the same element, and the
//! random field changes the diagonal only. Everything in [`Chain`] therefore serves every
//! realization.

use std::sync::Arc;

use faer::{Mat, MatMut, MatRef};

use super::bonds::bonds;
use super::halo::Halo;
use super::sector::{Place, Sector, spin};
use crate::comm::Partition;
use crate::deck::Boundary;

/// What the Hamiltonians of one chain length share. Its rows are those of one rank.
#[derive(Debug)]
pub struct Chain {
    sector: Sector,
    boundary: Boundary,
    /// The element of a spin exchange: 2J, or 4J where one pair has two bonds (L = 2, periodic).
    exchange: f64,
    /// J Δ Σ s_i s_{i+1} of each basis state.
    interaction: Vec<f64>,
    /// Row r has its exchanges at `columns[row_starts[r]..row_starts[r + 1]]`.
    row_starts: Vec<usize>,
    columns: Vec<u32>,
    halo: Halo,
}

impl Chain {
    /// The Heisenberg chain (Δ = 1) of `sites` sites with exchange coupling J = `coupling`.
    ///
    /// # Panics
    /// As [`Chain::anisotropic`].
    pub fn new(sites: usize, coupling: f64, boundary: Boundary) -> Self {
        Self::anisotropic(sites, coupling, 1.0, boundary)
    }

    /// The XXZ chain of `sites` sites with exchange coupling J = `coupling` and Δ = `anisotropy`.
    ///
    /// # Panics
    /// When `sites` is odd or zero. A deck with such a size is refused.
    pub fn anisotropic(sites: usize, coupling: f64, anisotropy: f64, boundary: Boundary) -> Self {
        Self::of(Sector::new(sites), coupling, anisotropy, boundary)
    }

    /// The XXZ chain with these states.
    pub fn of(sector: Sector, coupling: f64, anisotropy: f64, boundary: Boundary) -> Self {
        let sites = sector.sites();
        let mut pairs = bonds(sites, boundary);
        let interaction = sector
            .configurations()
            .iter()
            .map(|&state| {
                let aligned: f64 = pairs
                    .iter()
                    .map(|&(i, j)| spin(state, i) * spin(state, j))
                    .sum();
                coupling * anisotropy * aligned
            })
            .collect();

        let bonds_per_pair = if sites == 2 { pairs.len() } else { 1 };
        pairs.truncate(pairs.len() / bonds_per_pair);
        let exchanged = |state: u64| {
            (pairs.iter())
                .filter(|(i, j)| (state >> i ^ state >> j) & 1 == 1)
                .map(|(i, j)| state ^ (1 << i | 1 << j))
                .collect::<Vec<u64>>()
        };
        let halo = Halo::new(&sector, exchanged);
        let (row_starts, columns) = columns(&sector, &halo, exchanged);
        Self {
            sector,
            boundary,
            exchange: 2.0 * coupling * bonds_per_pair as f64,
            interaction,
            row_starts,
            columns,
            halo,
        }
    }

    /// The basis.
    pub fn sector(&self) -> &Sector {
        &self.sector
    }

    /// Whether the last site interacts with the first.
    pub fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// Number of states, of all ranks.
    pub fn dimension(&self) -> usize {
        self.sector.dimension()
    }

    /// The rows of this rank.
    pub fn partition(&self) -> &Arc<Partition> {
        self.sector.partition()
    }

    /// What products need of other ranks.
    pub fn halo(&self) -> &Halo {
        &self.halo
    }

    /// The value of every element off the diagonal.
    pub fn exchange(&self) -> f64 {
        self.exchange
    }

    /// The columns of the elements off the diagonal of `row`, in the order of the basis.
    pub fn exchanges_of(&self, row: usize) -> &[u32] {
        &self.columns[self.row_starts[row]..self.row_starts[row + 1]]
    }

    /// The number of elements off the diagonal in the rows of this rank.
    pub fn exchanges(&self) -> usize {
        self.columns.len()
    }
}

/// The columns of each row, and where a row has its own among them. A sum over a row has the same order
/// for any number of ranks.
fn columns(
    sector: &Sector,
    halo: &Halo,
    exchanged: impl Fn(u64) -> Vec<u64>,
) -> (Vec<usize>, Vec<u32>) {
    let partition = sector.partition();
    let mut starts = vec![0];
    let mut columns = Vec::new();
    for &state in sector.configurations() {
        let exchanged = exchanged(state).into_iter();
        let mut places: Vec<Place> = exchanged.map(|other| sector.place(other)).collect();
        places.sort_unstable();
        columns.extend(places.iter().map(|place| {
            let rank = partition.owner(place.piece);
            let row = match rank == partition.rank() {
                true => sector.row(place),
                false => halo.row(rank, place),
            };
            row as u32
        }));
        starts.push(columns.len());
    }
    (starts, columns)
}

/// The Hamiltonian of one realization.
#[derive(Debug, Clone)]
pub struct Hamiltonian {
    chain: Arc<Chain>,
    diagonal: Vec<f64>,
}

impl Hamiltonian {
    /// The Hamiltonian of `chain` in the field h_1 … h_L.
    ///
    /// # Panics
    /// When the field has not one value for each site.
    pub fn new(chain: &Arc<Chain>, field: &[f64]) -> Self {
        let sector = chain.sector();
        assert_eq!(field.len(), sector.sites(), "one field value for each site");
        let diagonal = sector
            .configurations()
            .iter()
            .zip(&chain.interaction)
            .map(|(&state, interaction)| {
                let zeeman: f64 = field
                    .iter()
                    .enumerate()
                    .map(|(site, h)| h * spin(state, site))
                    .sum();
                interaction + zeeman
            })
            .collect();
        Self {
            chain: Arc::clone(chain),
            diagonal,
        }
    }

    /// What it shares with other realizations.
    pub fn chain(&self) -> &Arc<Chain> {
        &self.chain
    }

    /// Number of states, of all ranks.
    pub fn dimension(&self) -> usize {
        self.chain.dimension()
    }

    /// The elements on the diagonal in the rows of this rank.
    pub fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// Overwrites `y` with H `x`, column by column.
    ///
    /// # Panics
    /// When the shapes differ or the columns are not contiguous.
    pub fn apply(&self, x: MatRef<'_, f64>, mut y: MatMut<'_, f64>) {
        let chain = &*self.chain;
        for column in 0..x.ncols() {
            let x = x.col(column).try_as_col_major().expect("contiguous");
            let y = y.as_mut().col_mut(column).try_as_col_major_mut();
            let (x, y) = (x.as_slice(), y.expect("contiguous").as_slice_mut());
            for (row, (y, diagonal)) in y.iter_mut().zip(&self.diagonal).enumerate() {
                let exchanged: f64 = chain
                    .exchanges_of(row)
                    .iter()
                    .map(|&column| x[column as usize])
                    .sum();
                *y = diagonal * x[row] + chain.exchange * exchanged;
            }
        }
    }

    /// The whole matrix.
    pub fn dense(&self) -> Mat<f64> {
        let mut matrix = Mat::zeros(self.dimension(), self.dimension());
        self.write(matrix.as_mut());
        matrix
    }

    /// Overwrites `matrix` with the whole matrix.
    pub fn write(&self, mut matrix: MatMut<'_, f64>) {
        matrix.fill(0.0);
        for (row, &diagonal) in self.diagonal.iter().enumerate() {
            matrix[(row, row)] = diagonal;
            for &column in self.chain.exchanges_of(row) {
                matrix[(row, column as usize)] = self.chain.exchange;
            }
        }
    }
}
