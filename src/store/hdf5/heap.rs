//! The heaps of an HDF5 file, where texts of variable length are. The library trusts the lengths in
//! them and the references to them, and leaves its memory where they are damaged. So both are checked
//! before it reads them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};
use std::path::Path;

/// How a heap begins: its name, its version, and three zeros.
const SIGNATURE: [u8; 8] = *b"GCOL\x01\0\0\0";

/// The length of the head of a heap, of that of an object in it, and of a reference to an object.
const HEAD: usize = 16;

/// So many bytes are searched at a time.
const BLOCK: usize = 1 << 20;

/// The lengths of the objects in all heaps of a file.
pub struct Heaps {
    /// By the place of the heap in the file and the number of the object in the heap.
    objects: BTreeMap<(u64, u32), u64>,
}

impl Heaps {
    /// Walks through the heaps of a file; none if the objects of one do not fill it.
    pub fn of(path: &Path) -> Result<Option<Self>> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut heaps = Self {
            objects: BTreeMap::new(),
        };
        let mut start = 0;
        while start < length {
            let block = read_at(&mut file, start, BLOCK as u64)?;
            for (place, found) in block.windows(HEAD).enumerate() {
                if found[..8] == SIGNATURE {
                    let (place, size) = (start + place as u64, number(&found[8..]));
                    let fits = (HEAD as u64..=length - place).contains(&size);
                    if !fits || !heaps.walk(place, &read_at(&mut file, place, size)?[HEAD..]) {
                        return Ok(None);
                    }
                }
            }
            // The next block begins with what may be the first part of a head.
            start += (BLOCK - HEAD + 1) as u64;
        }
        Ok(Some(heaps))
    }

    /// Adds the objects of the heap at `place`; false if they do not fill it.
    fn walk(&mut self, place: u64, mut rest: &[u8]) -> bool {
        // What is too short for another object is free.
        while rest.len() >= HEAD {
            let index = u16::from_le_bytes([rest[0], rest[1]]);
            let size = number(&rest[8..HEAD]);
            let length = if index == 0 {
                // Free space, with its head.
                Some(size)
            } else {
                self.objects.insert((place, u32::from(index)), size);
                let padded = size.checked_next_multiple_of(8);
                padded.and_then(|size| size.checked_add(HEAD as u64))
            };
            match length.and_then(|length| usize::try_from(length).ok()) {
                Some(length) if (HEAD..=rest.len()).contains(&length) => rest = &rest[length..],
                _ => return false,
            }
        }
        true
    }

    /// Whether all of `count` references at `place` in the file are to objects of their lengths.
    pub fn hold(&self, path: &Path, place: u64, count: usize) -> Result<bool> {
        let bytes = read_at(&mut File::open(path)?, place, (count * HEAD) as u64)?;
        let is_right = |reference: &[u8]| {
            let short = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes"));
            let (length, heap, index) = (
                short(&reference[..4]),
                number(&reference[4..12]),
                short(&reference[12..]),
            );
            // HDF5 follows every reference but those to nowhere.
            heap == 0 || self.objects.get(&(heap, index)) == Some(&u64::from(length))
        };
        Ok(bytes.chunks_exact(HEAD).all(is_right))
    }
}

fn read_at(file: &mut File, place: u64, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(place))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The eight bytes of a number.
fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
}
