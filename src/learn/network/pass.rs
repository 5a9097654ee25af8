//! Passes of a batch through an extractor and its head, forward and back.

use pulp::{Arch, Simd, WithSimd};

use super::extractor::Extractor;
use super::head::{self, Head};
use super::kernel::resize;
use super::link::Link;
use super::loss::Loss;
use super::parameters::Shape;
use super::{CHUNK, Network, Task, Worker};
use crate::lanes::{LANES, Lanes};
use crate::learn::samples::{Batch, Move, Sample};

/// The network with a given extractor.
pub struct Whole<E> {
    /// What reads the chain.
    pub extractor: E,
    /// What the features go to.
    pub head: Head,
    /// What the head's outputs mean.
    pub link: Link,
    /// What training makes small.
    pub loss: Loss,
    /// Whether the mean of a field is taken off first: in a sector of fixed magnetization it moves
    /// all energies alike.
    pub centred: bool,
    /// Whether ε is an input of the head.
    pub conditioned: bool,
}

impl<E: Extractor> Network for Whole<E> {
    fn shapes(&self) -> Vec<Shape> {
        let mut shapes = self.extractor.shapes();
        shapes.extend(self.head.shapes());
        shapes
    }

    fn extracting(&self) -> usize {
        self.extractor.shapes().iter().map(Shape::count).sum()
    }

    fn features(&self) -> usize {
        self.extractor.features()
    }

    fn chunk(&self) -> usize {
        // A head alone is so quick that adding up the lanes of every parameter is what takes time.
        if self.extracting() > 0 {
            CHUNK
        } else {
            4 * CHUNK
        }
    }

    fn worker(&self) -> Box<dyn Worker + '_> {
        Box::new(Memory {
            network: self,
            extracting: self.extracting(),
            inputs: Vec::new(),
            extractor: E::Memory::default(),
            head: head::Memory::default(),
            exact: vec![Lanes::ZERO; self.link.maps.len()],
            targets: vec![Lanes::ZERO; self.link.maps.len()],
            target_slopes: vec![Lanes::ZERO; self.link.maps.len()],
        })
    }
}

/// A worker: what its passes need room for.
struct Memory<'n, E: Extractor> {
    network: &'n Whole<E>,
    extracting: usize,
    inputs: Vec<Lanes>,
    extractor: E::Memory,
    head: head::Memory,
    exact: Vec<Lanes>,
    targets: Vec<Lanes>,
    target_slopes: Vec<Lanes>,
}

impl<E: Extractor> Worker for Memory<'_, E> {
    fn work(&mut self, member: usize, parameters: &[f64], batch: Batch, task: Task) -> f64 {
        Arch::new().dispatch(Pass {
            memory: self,
            member,
            parameters,
            batch,
            task,
        })
    }
}

/// A task for a batch, [`LANES`] samples at a time.
pub struct Pass<'w, 'n, 'a, E: Extractor> {
    memory: &'w mut Memory<'n, E>,
    member: usize,
    parameters: &'a [f64],
    batch: Batch<'a>,
    task: Task<'a>,
}

impl<E: Extractor> WithSimd for Pass<'_, '_, '_, E> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) -> f64 {
        let memory = self.memory;
        let network = memory.network;
        let sites = self.batch.sites;
        let (extractor, head) = self.parameters.split_at(memory.extracting);
        let features = network.extractor.features();
        let groups = self.batch.samples.len().div_ceil(LANES);
        // An extractor reads a field once for all energy densities; each has a pass of the head.
        let passes = match (&self.task, self.batch.samples.first()) {
            (Task::Loss | Task::Gradient(_), Some(first)) => first.energy_densities.len(),
            _ => 1,
        };
        network.head.prepare(groups * passes, &mut memory.head);
        let mut sum = 0.0;
        for (group, samples) in self.batch.samples.chunks(LANES).enumerate() {
            let (first, group) = (group * LANES, group * passes);
            memory.gather(samples, self.member);
            let found = &mut network.head.inputs(group, &mut memory.head)[..features];
            network
                .extractor
                .forward(extractor, &memory.inputs, &mut memory.extractor, found);
            match &mut self.task {
                Task::Features(results) => {
                    for (lane, results) in rows(results, features, first, samples.len()) {
                        for (value, feature) in results.iter_mut().zip(&*found) {
                            *value = feature.0[lane];
                        }
                    }
                }
                Task::Predictions {
                    energy_densities,
                    share,
                    indicators,
                } => {
                    let targets = network.link.maps.len();
                    let width = energy_densities.len() * targets;
                    for (place, density) in energy_densities.iter().enumerate() {
                        memory.condition(group, Lanes::all(*density));
                        network.head.forward(head, group, &mut memory.head);
                        network
                            .link
                            .forward(sites, &memory.head.outputs, &mut memory.targets);
                        for (lane, found) in rows(indicators, width, first, samples.len()) {
                            let found = &mut found[place * targets..][..targets];
                            for (value, target) in found.iter_mut().zip(&memory.targets) {
                                *value += *share * target.0[lane];
                            }
                        }
                    }
                }
                Task::Loss | Task::Gradient(_) => {
                    for pass in 0..passes {
                        if pass > 0 {
                            network.head.repeat(group, group + pass, &mut memory.head);
                        }
                        memory.exact(group + pass, pass, samples);
                        let loss = memory.loss(head, sites, group + pass, samples.len());
                        sum += loss.total();
                    }
                }
            }
            if let Task::Gradient(gradient) = &mut self.task {
                let needed = memory.extracting > 0;
                memory.head.input_slopes.fill(Lanes::ZERO);
                for pass in group..group + passes {
                    network.head.backward(head, pass, needed, &mut memory.head);
                }
                if needed {
                    network.extractor.backward(
                        extractor,
                        &memory.inputs,
                        &mut memory.extractor,
                        &memory.head.input_slopes[..features],
                        &mut gradient[..memory.extracting],
                    );
                }
            }
        }
        if let Task::Gradient(gradient) = &mut self.task {
            let of_head = &mut gradient[memory.extracting..];
            network.head.gradient(&memory.head, of_head);
        }
        sum
    }
}

impl<E: Extractor> Memory<'_, E> {
    /// Puts the samples side by side. Lanes without a sample repeat the first: what they come to is
    /// thrown away.
    #[inline(always)]
    fn gather(&mut self, samples: &[Sample], member: usize) {
        let network = self.network;
        let rows = lanes(samples).map(|it| network.extractor.inputs_of(it.inputs, member));
        let width = rows[0].len();
        resize(&mut self.inputs, width);
        // Whole lanes at a time: what is stored in parts cannot be loaded at once soon after.
        if samples.iter().all(|it| it.symmetry == Move::default()) {
            let rows = rows.map(|row| &row[..width]);
            for (site, place) in self.inputs.iter_mut().enumerate() {
                *place = Lanes(rows.map(|row| row[site]));
            }
        } else {
            let moves = lanes(samples).map(|it| it.symmetry);
            for (site, place) in self.inputs.iter_mut().enumerate() {
                *place = Lanes(std::array::from_fn(|lane| moves[lane].of(rows[lane], site)));
            }
        }
        if network.centred {
            let sum = self
                .inputs
                .iter()
                .fold(Lanes::ZERO, |sum, input| sum + *input);
            let mean = sum * Lanes::all(1.0 / width as f64);
            for input in &mut self.inputs {
                *input = *input - mean;
            }
        }
    }

    /// Gives the head the energy density, from the middle of the spectrum.
    #[inline(always)]
    fn condition(&mut self, group: usize, energy_density: Lanes) {
        if self.network.conditioned
            && let Some(last) = self.network.head.inputs(group, &mut self.head).last_mut()
        {
            *last = energy_density - Lanes::all(0.5);
        }
    }

    /// Takes the exact indicators and the energy densities, which are the samples' `number`th, for
    /// the head's pass `group`.
    #[inline(always)]
    fn exact(&mut self, group: usize, number: usize, samples: &[Sample]) {
        let samples = lanes(samples);
        let first = number * self.exact.len();
        for (target, place) in self.exact.iter_mut().enumerate() {
            *place = Lanes(samples.map(|it| it.targets[first + target]));
        }
        let densities = Lanes(samples.map(|it| it.energy_densities[number]));
        self.condition(group, densities);
    }

    /// The losses, and their slopes with respect to the head's outputs; zero in lanes without a
    /// sample, which are those from `count` on.
    #[inline(always)]
    fn loss(&mut self, parameters: &[f64], sites: usize, group: usize, count: usize) -> Lanes {
        let Whole {
            head, link, loss, ..
        } = self.network;
        head.forward(parameters, group, &mut self.head);
        let (outputs, slopes) = head.outputs(group, &mut self.head);
        link.forward(sites, outputs, &mut self.targets);
        let (_, uncertainty) = outputs.split_at(link.outputs());
        let (target_slopes, uncertainty_slopes) = slopes.split_at_mut(link.outputs());
        let mut losses = loss.forward(
            &self.targets,
            &self.exact,
            uncertainty,
            &mut self.target_slopes,
            uncertainty_slopes,
        );
        link.backward(sites, &self.targets, &self.target_slopes, target_slopes);
        for lane in count..LANES {
            losses.0[lane] = 0.0;
            for slope in &mut *slopes {
                slope.0[lane] = 0.0;
            }
        }
        losses
    }
}

/// A sample for each lane: where there are too few, the first again.
#[inline(always)]
fn lanes<'s, 'a>(samples: &'s [Sample<'a>]) -> [&'s Sample<'a>; LANES] {
    std::array::from_fn(|lane| samples.get(lane).unwrap_or(&samples[0]))
}

/// The rows of `results` that belong to `count` samples from the `first` on, with their lanes.
#[inline(always)]
fn rows(
    results: &mut [f64],
    width: usize,
    first: usize,
    count: usize,
) -> impl Iterator<Item = (usize, &mut [f64])> {
    results[first * width..][..count * width]
        .chunks_exact_mut(width)
        .enumerate()
}
