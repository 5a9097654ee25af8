//! Initial parameters that were trained elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::Array2;
use safetensors::SafeTensors;

use super::tensors::{member_path, values_of_all};
use crate::error::{Error, Result};
use crate::learn::network::{TensorSpec, parameter_count};

/// The parameters (member, parameter) that `path` holds, in the order of `specs`.
///
/// `path` is a directory of `member-1.safetensors`, …, one for each member, or the file of a single
/// member. Tensors are doubles or floats, all finite, with the names and dimensions of PyTorch's `state_dict`. Metadata are
/// not needed.
///
/// # Errors
/// [`Error::File`] when a file cannot be read, or when its tensors are not those of the network. The
/// message names the tensors that were expected.
pub fn read_start(path: &Path, specs: &[TensorSpec], members: usize) -> Result<Array2<f64>> {
    let mut values = Vec::with_capacity(members * parameter_count(specs));
    for file in files(path, members)? {
        let bytes = fs::read(&file).map_err(|error| Error::file("read", &file, error))?;
        let own = SafeTensors::deserialize(&bytes)
            .map_err(|error| format!("it is not a safetensors file: {error}"))
            .and_then(|tensors| values_of_all(&tensors, specs));
        values.extend(own.map_err(|reason| {
            Error::file(
                "start from",
                &file,
                format!("{reason} (learn.model says which network)"),
            )
        })?);
    }
    Ok(
        Array2::from_shape_vec((members, parameter_count(specs)), values)
            .expect("every member was checked against the specs"),
    )
}

/// The file of each member.
fn files(path: &Path, members: usize) -> Result<Vec<PathBuf>> {
    if path.is_dir() {
        return Ok((1..=members).map(|k| member_path(path, k)).collect());
    }
    if path.exists() && members != 1 {
        // Members with the same start and the same samples would stay the same.
        return Err(Error::file(
            "start from",
            path,
            format!(
                "it is one network and learn.members is {members}: write learn.members = 1, or name a \
                 directory of member-1.safetensors to member-{members}.safetensors"
            ),
        ));
    }
    Ok(vec![path.to_owned()])
}

#[cfg(test)]
mod tests {
    use safetensors::Dtype;
    use safetensors::tensor::TensorView;

    use super::*;
    use crate::comm::Alone;
    use crate::deck::Learn;
    use crate::deck::Split;
    use crate::learn::tests::fixture;
    use crate::learn::training::Epoch;

    /// A file of tensors of zeros, without metadata, as `safetensors.torch.save_file` writes them.
    fn save(path: &Path, tensors: &[(&str, Dtype, &[usize])]) {
        save_bytes(path, tensors, &[0; 4096]);
    }

    /// The same; each tensor begins with these bytes.
    fn save_bytes(path: &Path, tensors: &[(&str, Dtype, &[usize])], data: &[u8]) {
        let views = tensors.iter().map(|(name, dtype, shape)| {
            let bytes = shape.iter().product::<usize>() * dtype.bitsize() / 8;
            let view = TensorView::new(*dtype, shape.to_vec(), &data[..bytes]).unwrap();
            (*name, view)
        });
        fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
    }

    /// The head's tensors of the paper's network for two targets.
    const HEAD: [(&str, Dtype, &[usize]); 4] = [
        ("head.0.weight", Dtype::F64, &[10, 2]),
        ("head.0.bias", Dtype::F64, &[10]),
        ("head.2.weight", Dtype::F64, &[2, 10]),
        ("head.2.bias", Dtype::F64, &[2]),
    ];

    #[test]
    fn a_saved_ensemble_can_be_started_from() {
        let directory = tempfile::tempdir().unwrap();
        for model in fixture::models() {
            let ensemble = fixture::ensemble(&model, 3);
            ensemble
                .save(directory.path(), &Default::default())
                .unwrap();
            let specs = ensemble.network.tensor_specs();
            let start = read_start(directory.path(), &specs, 3).unwrap();
            assert_eq!(start, ensemble.parameters, "{model:?}");
            let third = read_start(&member_path(directory.path(), 3), &specs, 1).unwrap();
            assert_eq!(third.row(0), ensemble.parameters.row(2));
        }
    }

    /// Training for no epoch leaves the parameters as they are, and one epoch changes them. A new head
    /// is trained behind their extractor.
    #[test]
    fn training_starts_from_the_files() {
        let directory = tempfile::tempdir().unwrap();
        let ensemble = fixture::untrained(2);
        ensemble
            .save(directory.path(), &Default::default())
            .unwrap();
        let data = [fixture::table_at(
            8,
            Split::Train,
            &[1.0, 4.0],
            10,
            &[0.3, 0.5],
        )];
        let after = |epochs: usize, study: &str| {
            let deck = format!(
                "train_sizes = [8]\ntargets = [\"gap_ratio\", \"entanglement\"]\nmembers = 2\n\
                 epochs = {epochs}\nstudy.kind = \"{study}\"\nstart = {:?}",
                directory.path()
            );
            let learn: Learn = toml::from_str(&deck).unwrap();
            let outcome = fixture::train(&Alone, &learn, &data, &mut |_: &Epoch| ()).unwrap();
            outcome.ensemble.parameters
        };
        assert_eq!(after(0, "multitask"), ensemble.parameters);
        let moved = after(1, "multitask") - &ensemble.parameters;
        // Adam's first step changes every parameter with a gradient by the step size.
        assert!(moved.iter().all(|it| it.abs() < 1.0001e-3));
        assert!(moved.iter().filter(|it| it.abs() > 0.9e-3).count() > moved.len() / 2);
        let extractor = ndarray::s![.., ..ensemble.network.extractor_parameters()];
        let conditioned = after(0, "conditioned");
        assert_eq!(
            conditioned.slice(extractor),
            ensemble.parameters.slice(extractor)
        );
    }

    /// All tensors of a network in one type.
    fn whole<'s>(specs: &'s [TensorSpec], dtype: Dtype) -> Vec<(&'s str, Dtype, &'s [usize])> {
        let tensor = |spec: &'s TensorSpec| (spec.name.as_str(), dtype, spec.dimensions.as_slice());
        specs.iter().map(tensor).collect()
    }

    /// The float nearest 0.1 is 13421773 / 2²⁷.
    #[test]
    fn single_precision_is_read_exactly() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("weights.safetensors");
        let specs = fixture::untrained(1).network.tensor_specs();
        save_bytes(
            &file,
            &whole(&specs, Dtype::F32),
            &0.1_f32.to_le_bytes().repeat(1024),
        );
        let start = read_start(&file, &specs, 1).unwrap();
        let nearest = 13_421_773.0 / 134_217_728.0;
        assert!(start.iter().all(|&it| it == nearest));
    }

    #[test]
    fn weights_that_are_not_finite_are_refused_by_their_place() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("weights.safetensors");
        let specs = fixture::untrained(1).network.tensor_specs();
        for (bad, shown) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
            let mut data = vec![0; 4096];
            data[3 * 8..4 * 8].copy_from_slice(&bad.to_le_bytes());
            save_bytes(&file, &whole(&specs, Dtype::F64), &data);
            let message = read_start(&file, &specs, 1).unwrap_err().to_string();
            let place = format!("its rnn.weight_ih_l0 is {shown} at [1, 1]");
            assert!(message.contains(&place), "{message}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_was_expected() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("weights.safetensors");
        let specs = fixture::untrained(1).network.tensor_specs();
        let said =
            |path: &Path, members| read_start(path, &specs, members).unwrap_err().to_string();
        let expect = |rnn: &[(&str, Dtype, &[usize])], parts: &[&str]| {
            save(&file, &[rnn, &HEAD[..]].concat());
            let message = said(&file, 1);
            assert!(message.contains("weights.safetensors"), "{message}");
            for part in parts {
                assert!(message.contains(part), "{message} lacks {part}");
            }
        };
        let (input, recurrent) = ("rnn.weight_ih_l0", "rnn.weight_hh_l0");
        let needs = "rnn.weight_ih_l0 [6, 2], rnn.weight_hh_l0 [6, 2], rnn.bias_ih_l0 [6]";
        expect(
            &[(input, Dtype::F64, &[6, 2])],
            &["it has no rnn.weight_hh_l0", needs, "learn.model"],
        );
        expect(
            &[("gru.weight", Dtype::F64, &[1])],
            &["has no gru.weight", needs],
        );
        let deep = "rnn.weight_ih_l1";
        expect(&[(deep, Dtype::F64, &[6, 2])], &["has no rnn.weight_ih_l1"]);
        expect(
            &[
                (input, Dtype::F64, &[6, 3]),
                (recurrent, Dtype::F64, &[6, 2]),
            ],
            &["its rnn.weight_ih_l0 is [6, 3]", needs],
        );
        expect(
            &[(input, Dtype::F16, &[6, 2])],
            &["its rnn.weight_ih_l0 is of type F16, not F64", ".double()"],
        );

        fs::write(&file, b"nonsense").unwrap();
        assert!(said(&file, 1).contains("it is not a safetensors file"));
        assert!(said(&file, 2).contains("write learn.members = 1, or name a directory"));
        assert!(said(directory.path(), 2).contains("member-1.safetensors"));
        assert!(said(&directory.path().join("none"), 1).contains("cannot read"));
    }
}
