//! The bytes of a journal: its version, then records with their checksums.

use crc::{CRC_32_ISCSI, Crc};

use super::record::Record;

const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// A journal begins with its version, which is that of the layout of [`Record`].
pub const VERSION: &[u8] = b"mblscale journal 6\n";

/// A record with its checksum.
pub fn encode(record: &Record) -> Vec<u8> {
    postcard::to_stdvec_crc32(record, CHECKSUM.digest()).expect("plain data can be serialized")
}

/// Appends the whole records at the start of `bytes` to `records`; returns the number of bytes after
/// them.
pub fn decode(bytes: &[u8], records: &mut Vec<Record>) -> usize {
    let Some(mut rest) = bytes.strip_prefix(VERSION) else {
        return bytes.len();
    };
    while let Ok((record, after)) = postcard::take_from_bytes_crc32(rest, CHECKSUM.digest()) {
        records.push(record);
        rest = after;
    }
    rest.len()
}
