//! A transformer encoder over the ring (A. Vaswani et al., arXiv:1706.03762), for chains of any length.
//!
//! Attention knows two sites by their distance round the ring alone (C. Raffel et al.,
//! arXiv:1910.10683). So features are the same for shifted and for reflected fields. They are means over
//! the sites. Layers and their tensors are those of PyTorch's `TransformerEncoder` with `norm_first`.

use tch::Tensor;

use super::extractor::{Extractor, mean};
use super::regularisation::Dropout;
use super::tensors::{Tensors, layer_norm_specs, linear_specs};
use crate::deck::NetworkDeck;
use crate::learn::network::tensor_spec::TensorSpec;

/// Larger distances share the number of this one. So longer chains have none that was not learned.
const FARTHEST: usize = 4;

/// Layers of attention over all sites, and of two fully connected layers at each site.
pub struct Transformer {
    width: usize,
    layers: usize,
    heads: usize,
}

impl Transformer {
    /// The extractor that `model` describes.
    pub fn new(model: &NetworkDeck) -> Self {
        Self {
            width: model.features,
            layers: model.layers.unwrap_or(2),
            heads: model.heads(),
        }
    }

    /// What each head adds to the scores of two sites (head, site, site).
    fn bias_of_distances(&self, tensors: &Tensors, length: i64) -> Tensor {
        let numbers = tensors.get("distance.weight");
        let near = Tensor::from_slice(&distances(length)).to_device(numbers.device());
        let bias = numbers.index_select(0, &near);
        bias.view([length, length, -1]).permute([2, 0, 1])
    }

    /// What attention adds at each site (sample, site, feature).
    fn attention(&self, tensors: &Tensors, name: &str, sites: &Tensor, bias: &Tensor) -> Tensor {
        let (samples, length) = (sites.size()[0], sites.size()[1]);
        let (heads, width) = (self.heads as i64, (self.width / self.heads) as i64);
        let weight = tensors.get(&format!("{name}.in_proj_weight"));
        let all = sites.linear(weight, Some(tensors.get(&format!("{name}.in_proj_bias"))));
        let parts = all.view([samples, length, 3, heads, width]);
        let parts = parts.permute([2, 0, 3, 1, 4]);
        let [query, key, value] = [0, 1, 2].map(|part| parts.select(0, part));
        let scores = query.matmul(&key.transpose(-2, -1)) / (width as f64).sqrt() + bias;
        let found = scores.softmax(-1, scores.kind()).matmul(&value);
        let found = found
            .transpose(1, 2)
            .reshape([samples, length, heads * width]);
        tensors.linear(&format!("{name}.out_proj"), &found)
    }

    fn specs_of_layer(&self, layer: usize) -> Vec<TensorSpec> {
        let (width, name) = (self.width, |part: &str| {
            format!("encoder.layers.{layer}.{part}")
        });
        let [out, mut out_bias] = linear_specs(&name("self_attn.out_proj"), width, width);
        out_bias.bound = 0.0;
        // PyTorch draws these as X. Glorot and Y. Bengio do.
        let bound = (6.0 / (4 * width) as f64).sqrt();
        let input = TensorSpec::new(name("self_attn.in_proj_weight"), &[3 * width, width], bound);
        let input_bias = TensorSpec::new(name("self_attn.in_proj_bias"), &[3 * width], 0.0);
        let mut specs = vec![input, input_bias, out, out_bias];
        specs.extend(linear_specs(&name("linear1"), width, 2 * width));
        specs.extend(linear_specs(&name("linear2"), 2 * width, width));
        specs.extend(layer_norm_specs(&name("norm1"), width));
        specs.extend(layer_norm_specs(&name("norm2"), width));
        specs
    }
}

/// The distance of each pair of sites round the ring (site · site), at most [`FARTHEST`].
fn distances(sites: i64) -> Vec<i64> {
    let distance = |apart: i64| apart.min(sites - apart).min(FARTHEST as i64);
    let pairs = (0..sites).flat_map(|one| (0..sites).map(move |other| (one - other).abs()));
    pairs.map(distance).collect()
}

impl Extractor for Transformer {
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        let mut specs = linear_specs("embedding", 1, self.width).to_vec();
        let distances = &[FARTHEST + 1, self.heads];
        specs.push(TensorSpec::new("distance.weight", distances, 0.1));
        specs.extend((0..self.layers).flat_map(|layer| self.specs_of_layer(layer)));
        specs.extend(layer_norm_specs("encoder.norm", self.width));
        specs
    }

    fn features(&self) -> usize {
        self.width
    }

    fn forward(&self, tensors: &Tensors, fields: &Tensor, dropout: &Dropout) -> Tensor {
        let bias = self.bias_of_distances(tensors, fields.size()[1]);
        let mut sites = tensors.linear("embedding", &fields.unsqueeze(2));
        for layer in 0..self.layers {
            let name = |part: &str| format!("encoder.layers.{layer}.{part}");
            let own = tensors.layer_norm(&name("norm1"), &sites);
            let added = self.attention(tensors, &name("self_attn"), &own, &bias);
            sites = dropout.apply(added) + sites;
            let own = tensors.layer_norm(&name("norm2"), &sites);
            let inner = tensors.linear(&name("linear1"), &own).relu();
            let added = tensors.linear(&name("linear2"), &dropout.apply(inner));
            sites = dropout.apply(added) + sites;
        }
        mean(&tensors.layer_norm("encoder.norm", &sites))
    }
}
