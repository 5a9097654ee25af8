//! What the machine has: cores, memory, disk.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sysinfo::{Disk, Disks, System};

/// The node that a rank runs on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// Its name.
    pub host: String,
    /// Its cores.
    pub cores: usize,
    /// Memory in bytes, within the limit of a job's control group; without bound when the system
    /// does not say.
    pub memory: u64,
    /// Free bytes on the disk of the output; `None` when the system does not say.
    pub free_disk: Option<u64>,
}

impl Machine {
    /// The machine that this runs on, with the disk that `output` is, or would be, on.
    pub fn here(output: &Path) -> Self {
        let system = System::new().ok();
        // Not `available_parallelism`: mpirun binds a rank to its core, and that is all it sees.
        let cores = system.and_then(|mut system| {
            system.refresh_cpu_list(sysinfo::CpuRefreshKind::nothing());
            Some(system.cpus().len()).filter(|&cores| cores > 0)
        });
        let memory = System::new().ok().map(|mut system| {
            system.refresh_memory();
            let limit = system.cgroup_limits().map(|limits| limits.total_memory);
            limit.unwrap_or(u64::MAX).min(system.total_memory())
        });
        Self {
            host: System::host_name().unwrap_or_else(|_| "unknown".to_owned()),
            cores: cores.unwrap_or(1),
            memory: memory.unwrap_or(u64::MAX),
            free_disk: free_disk(output),
        }
    }
}

fn free_disk(path: &Path) -> Option<u64> {
    let absolute = std::path::absolute(path).ok()?;
    let existing = absolute
        .ancestors()
        .find_map(|parent| parent.canonicalize().ok())?;
    let disks = Disks::new_with_refreshed_list().ok()?;
    disks
        .iter()
        .filter(|disk| existing.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(Disk::available_space)
}
