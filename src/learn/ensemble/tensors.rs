//! Parameters as named tensors of a safetensors file.

use std::path::{Path, PathBuf};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::learn::network::{TensorSpec, parameter_count};

/// The values of the tensors in the order of `specs`; else what is wrong and what was expected. A
/// tensor that the network does not have is wrong too.
pub fn values_of_all(
    tensors: &SafeTensors,
    specs: &[TensorSpec],
) -> std::result::Result<Vec<f64>, String> {
    let known = |name: &str| specs.iter().any(|spec| spec.name == name);
    if let Some(other) = tensors.names().into_iter().find(|name| !known(name)) {
        return Err(format!("the network has no {other}; {}", wanted(specs)));
    }
    values(tensors, specs)
}

/// The values of the tensors in the order of `specs`; else what is wrong and what was expected.
pub fn values(
    tensors: &SafeTensors,
    specs: &[TensorSpec],
) -> std::result::Result<Vec<f64>, String> {
    let mut values = Vec::with_capacity(parameter_count(specs));
    for TensorSpec {
        name, dimensions, ..
    } in specs
    {
        let tensor = tensors
            .tensor(name)
            .map_err(|_| format!("it has no {name}; {}", wanted(specs)))?;
        if tensor.shape() != dimensions {
            let found = tensor.shape();
            return Err(format!("its {name} is {found:?}; {}", wanted(specs)));
        }
        let own = numbers(&tensor).map_err(|reason| format!("its {name} {reason}"))?;
        if let Some(index) = own.iter().position(|value| !value.is_finite()) {
            let place = place(index, dimensions);
            return Err(format!(
                "its {name} is {} at {place:?}: save finite weights, because training cannot mend others",
                own[index]
            ));
        }
        values.extend(own);
    }
    Ok(values)
}

/// The numbers of a tensor; else what is wrong with their type.
fn numbers(tensor: &TensorView) -> std::result::Result<Vec<f64>, String> {
    let data = tensor.data();
    match tensor.dtype() {
        Dtype::F64 => Ok(data
            .as_chunks::<8>()
            .0
            .iter()
            .map(|&bytes| f64::from_le_bytes(bytes))
            .collect()),
        Dtype::F32 => Ok(data
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&bytes| f64::from(f32::from_le_bytes(bytes)))
            .collect()),
        other => Err(format!(
            "is of type {other:?}, not F64 or F32: save it in double precision, in PyTorch after \
             .double()"
        )),
    }
}

/// The index along each axis of an element in row-major order.
fn place(mut index: usize, dimensions: &[usize]) -> Vec<usize> {
    let mut place: Vec<usize> = dimensions
        .iter()
        .rev()
        .map(|&length| {
            let own = index % length;
            index /= length;
            own
        })
        .collect();
    place.reverse();
    place
}

fn wanted(specs: &[TensorSpec]) -> String {
    let all = specs
        .iter()
        .map(|spec| format!("{} {:?}", spec.name, spec.dimensions));
    format!("the network needs {}", all.collect::<Vec<_>>().join(", "))
}

/// The file of a member, by its number from 1.
pub fn member_path(directory: &Path, number: usize) -> PathBuf {
    directory.join(format!("member-{number}.safetensors"))
}

/// The bytes of one member's parameters as tensors.
pub fn views<'a>(specs: &[TensorSpec], bytes: &'a [u8]) -> Vec<(String, TensorView<'a>)> {
    let mut rest = bytes;
    specs
        .iter()
        .map(|spec| {
            let (own, others) = rest.split_at(spec.count() * size_of::<f64>());
            rest = others;
            let view = TensorView::new(Dtype::F64, spec.dimensions.clone(), own)
                .expect("the bytes were cut to the dimensions");
            (spec.name.clone(), view)
        })
        .collect()
}
