//! Networks against libtorch.

mod oracle;
