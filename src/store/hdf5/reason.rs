//! What HDF5 says when it fails, in words for the user.

/// Why a file cannot be read.
pub fn reason(error: &hdf5::Error) -> String {
    let said = said(error);
    if system_error(&error.to_string()).is_some() {
        return said;
    }
    let known = [
        ("Fletcher32", "the values do not match their checksum"),
        ("checksum", "the structure does not match its checksum"),
        (
            "signature not found",
            "it is no HDF5 file, or its first bytes are damaged",
        ),
        ("truncated file", "its end is missing"),
    ];
    let what = match known.iter().find(|(part, _)| said.contains(part)) {
        Some((_, what)) => (*what).to_owned(),
        None => format!("HDF5 says \"{said}\""),
    };
    damaged(&what)
}

/// What is wrong with a damaged file, and what to do.
pub fn damaged(what: &str) -> String {
    format!("{what}; take an undamaged copy of the file, or make it again")
}

/// What HDF5 says of any failure. Errors of the system are as the standard library writes them, without
/// the buffers and times that HDF5 adds.
pub fn said(error: &hdf5::Error) -> String {
    let text = error.to_string();
    match system_error(&text) {
        Some(_) if lacks_locks(error) => "the file system has no locks, and HDF5 insists on them: \
                                          set HDF5_USE_FILE_LOCKING=FALSE in the environment"
            .to_owned(),
        Some(number) => std::io::Error::from_raw_os_error(number).to_string(),
        None => text,
    }
}

/// Whether HDF5 failed because the file system has no locks, or no server for them: ENOLCK, ENOSYS,
/// EOPNOTSUPP.
pub fn lacks_locks(error: &hdf5::Error) -> bool {
    let text = error.to_string();
    text.contains("lock file") && matches!(system_error(&text), Some(37 | 38 | 95))
}

/// The number of the error in "…, errno = 28, error message = 'No space left on device', …".
fn system_error(text: &str) -> Option<i32> {
    let (_, rest) = text.split_once("errno = ")?;
    rest.split(',').next()?.parse().ok()
}
