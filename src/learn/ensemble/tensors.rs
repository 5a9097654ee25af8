//! Parameters as named tensors of a safetensors file.

use std::path::{Path, PathBuf};

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::learn::network::{Shape, count};

/// Every tensor of the network, and no other.
pub fn all(tensors: &SafeTensors, shapes: &[Shape]) -> std::result::Result<Vec<f64>, String> {
    let known = |name: &str| shapes.iter().any(|shape| shape.name == name);
    if let Some(other) = tensors.names().into_iter().find(|name| !known(name)) {
        return Err(format!("the network has no {other}; {}", wanted(shapes)));
    }
    values(tensors, shapes)
}

/// The values of the tensors, in the order of `shapes`; else what is wrong and what was expected.
pub fn values(tensors: &SafeTensors, shapes: &[Shape]) -> std::result::Result<Vec<f64>, String> {
    let mut values = Vec::with_capacity(count(shapes));
    for Shape {
        name, dimensions, ..
    } in shapes
    {
        let tensor = tensors
            .tensor(name)
            .map_err(|_| format!("it has no {name}; {}", wanted(shapes)))?;
        if tensor.shape() != dimensions {
            let found = tensor.shape();
            return Err(format!("its {name} is {found:?}; {}", wanted(shapes)));
        }
        if tensor.dtype() != Dtype::F64 {
            return Err(format!(
                "its {name} is of type {:?}, not F64: save it in double precision, in PyTorch after \
                 .double()",
                tensor.dtype()
            ));
        }
        values.extend(tensor.data().chunks_exact(size_of::<f64>()).map(|value| {
            f64::from_le_bytes(value.try_into().expect("chunks are as long as a double"))
        }));
    }
    Ok(values)
}

fn wanted(shapes: &[Shape]) -> String {
    let all = shapes
        .iter()
        .map(|shape| format!("{} {:?}", shape.name, shape.dimensions));
    format!("the network needs {}", all.collect::<Vec<_>>().join(", "))
}

/// The file of the member of this number, from 1.
pub fn member_path(directory: &Path, number: usize) -> PathBuf {
    directory.join(format!("member-{number}.safetensors"))
}

/// The tensors over the bytes of one member's parameters.
pub fn views<'a>(shapes: &[Shape], bytes: &'a [u8]) -> Vec<(String, TensorView<'a>)> {
    let mut rest = bytes;
    shapes
        .iter()
        .map(|shape| {
            let (own, others) = rest.split_at(shape.count() * size_of::<f64>());
            rest = others;
            let view = TensorView::new(Dtype::F64, shape.dimensions.clone(), own)
                .expect("the bytes were cut to the shape");
            (shape.name.clone(), view)
        })
        .collect()
}
