//! The Krylov basis of a long solve, in one file for each rank of its group.
//!
//! A file has the rows of a rank, block after block, behind a head that says which pieces of the basis
//! they are. Another run reads what it needs of all files, so it may have other groups. A list names
//! the files that belong together. It is written last, so a crash leaves the older ones in use.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::comm::{Group, Partition, any};
use crate::eigen::{Keeper, Kept};
use crate::error::{Error, Result};
use crate::files::{create_anew, create_directory, write_whole};
use crate::version;

/// What begins a file, and the layout of its head and rows.
const VERSION: u32 = 1;

/// The files of one search that are in use.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct List {
    version: u32,
    /// The program that wrote them. Another one may take other steps.
    program: String,
    /// What tells these files from older ones.
    generation: u64,
    ranks: usize,
    state: Vec<u8>,
}

/// What a file has.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    version: u32,
    /// The pieces of the basis.
    pieces: Range<usize>,
    /// The first row of each piece, and the end of the last one.
    starts: Vec<usize>,
}

fn program() -> String {
    format!("{} {}", version::VERSION, version::COMMIT)
}

/// Keeps the search of a task in files.
pub struct BasisFiles {
    directory: PathBuf,
    /// The task, as a part of file names.
    name: String,
    interval: Duration,
    /// Whether an earlier run may have left files.
    resumes: bool,
    /// Whether this run has seen or written files of the search.
    used: Cell<bool>,
    since: Cell<Instant>,
    partition: Arc<Partition>,
    group: Group,
}

impl BasisFiles {
    /// Files in a directory, which are written each time that the interval has passed. An earlier run
    /// may have left some if this one `resumes`; otherwise they are not looked for.
    pub fn new(
        directory: PathBuf,
        name: String,
        interval: Duration,
        resumes: bool,
        partition: Arc<Partition>,
        group: Group,
    ) -> Self {
        Self {
            directory,
            name,
            interval,
            resumes,
            used: Cell::new(false),
            since: Cell::new(Instant::now()),
            partition,
            group,
        }
    }

    fn list(&self) -> PathBuf {
        self.directory.join(format!("{}.list", self.name))
    }

    fn file(&self, generation: u64, rank: usize) -> PathBuf {
        let Self { name, .. } = self;
        (self.directory).join(format!("{name}.{generation}.rank-{rank:05}.basis"))
    }

    fn read_list(&self) -> Option<List> {
        let bytes = fs::read(self.list()).ok()?;
        let list: List = postcard::from_bytes(&bytes).ok()?;
        (list.version == VERSION && list.program == program()).then_some(list)
    }

    fn write(&self, path: &Path, rows: &[f64]) -> Result<()> {
        let pieces = self.partition.own();
        let starts = pieces
            .clone()
            .map(|piece| self.partition.rows_of(piece).start);
        let head = Head {
            version: VERSION,
            starts: starts.chain([self.partition.rows()]).collect(),
            pieces,
        };
        let head = postcard::to_stdvec(&head).expect("plain data can be serialized");
        let refuse = |error| Error::file("write", path, error);
        let mut file = create_anew(path)?;
        let length = (head.len() as u64).to_le_bytes();
        file.write_all(&length)
            .and_then(|()| file.write_all(&head))
            .and_then(|()| file.write_all(bytemuck::cast_slice(rows)))
            .and_then(|()| file.sync_data())
            .map_err(refuse)
    }

    /// Removes the files of a generation.
    fn remove(&self, list: &List) {
        for rank in 0..list.ranks {
            let _ = fs::remove_file(self.file(list.generation, rank));
        }
    }

    /// Removes all files of the search, if there are any, when `store` has stored its result. One rank
    /// of the group does it for all.
    pub fn end(&self, store: &mut dyn FnMut() -> bool) {
        if !self.used.get() {
            return;
        }
        if let Some(list) = self.read_list().filter(|_| store()) {
            let _ = fs::remove_file(self.list());
            self.remove(&list);
            // The last search leaves the directory empty.
            let _ = fs::remove_dir(&self.directory);
        }
    }

    fn try_keep(&self, generation: u64, rows: &[f64]) -> Result<()> {
        create_directory(&self.directory)?;
        self.write(&self.file(generation, self.group.rank()), rows)
    }
}

impl Keeper for BasisFiles {
    fn is_due(&self) -> bool {
        any(&*self.group, self.since.get().elapsed() >= self.interval)
    }

    fn keep(&self, kept: &Kept<'_>) {
        self.used.set(true);
        let before = self.read_list();
        let generation = before.as_ref().map_or(0, |list| list.generation + 1);
        let written = self.try_keep(generation, kept.rows);
        if let Err(error) = &written {
            log::warn!("{error}; a run that goes on begins this solve anew");
        }
        let list = List {
            version: VERSION,
            program: program(),
            generation,
            ranks: self.group.size(),
            state: kept.state.to_vec(),
        };
        let failed = any(&*self.group, written.is_err());
        if self.group.rank() == 0 {
            let bytes = postcard::to_stdvec(&list).expect("plain data can be serialized");
            if failed || write_whole(&self.list(), &bytes).is_err() {
                self.remove(&list);
            } else if let Some(before) = before {
                self.remove(&before);
            }
        }
        // No rank begins the next time before the list is there.
        any(&*self.group, false);
        self.since.set(Instant::now());
    }

    fn state(&self) -> Option<Vec<u8>> {
        let looked_for = self.resumes || self.used.get();
        let list = looked_for.then(|| self.read_list()).flatten();
        self.used.set(self.used.get() || list.is_some());
        let all_have = !any(&*self.group, list.is_none());
        list.filter(|_| all_have).map(|list| list.state)
    }

    fn read(&self, blocks: usize, rows: &mut [f64]) -> bool {
        let read = self.read_list().is_some_and(|list| {
            let files = (0..list.ranks).map(|rank| self.file(list.generation, rank));
            let read = files.map(|path| self.read_file(&path, blocks, rows));
            let counts: Option<Vec<usize>> = read.collect();
            counts.is_some_and(|counts| counts.iter().sum::<usize>() == self.partition.rows())
        });
        !any(&*self.group, !read)
    }
}

impl BasisFiles {
    /// Reads from a file this rank's rows, and returns how many rows of each block there were.
    fn read_file(&self, path: &Path, blocks: usize, rows: &mut [f64]) -> Option<usize> {
        let mut file = File::open(path).ok()?;
        let mut length = [0; 8];
        file.read_exact(&mut length).ok()?;
        let mut head = vec![0; usize::try_from(u64::from_le_bytes(length)).ok()?];
        file.read_exact(&mut head).ok()?;
        let data = 8 + head.len() as u64;
        let head: Head = postcard::from_bytes(&head).ok()?;
        let own = self.partition.own();
        let first = own.start.max(head.pieces.start);
        let end = own.end.min(head.pieces.end);
        if head.version != VERSION {
            return None;
        }
        if first >= end {
            return Some(0);
        }
        let there = head.starts[first - head.pieces.start]..head.starts[end - head.pieces.start];
        let here = self.partition.rows_of(first).start..self.partition.rows_of(end - 1).end;
        let all = *head.starts.last()?;
        // Numbers of a row in a block.
        let width = rows.len() / (blocks * self.partition.rows());
        for block in 0..blocks {
            let place = (block * all + there.start) * width * size_of::<f64>();
            file.seek(SeekFrom::Start(data + place as u64)).ok()?;
            let start = (block * self.partition.rows() + here.start) * width;
            let target = &mut rows[start..start + here.len() * width];
            file.read_exact(bytemuck::cast_slice_mut(target)).ok()?;
        }
        (there.len() == here.len()).then_some(here.len())
    }
}
