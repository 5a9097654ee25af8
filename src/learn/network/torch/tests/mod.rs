mod against_native;
mod against_pytorch;
mod new_kinds;
mod optimizers;
