//! What to do when the system refuses.

/// A reason, with a remedy where it ends with an error of the system.
pub fn with_remedy(reason: &str) -> String {
    let number = reason.rsplit_once("(os error ").map(|(_, rest)| rest);
    let remedy = match number.and_then(|rest| rest.strip_suffix(')')) {
        Some("28") => "the disk is full: free space there, or give the deck another output",
        Some("122") => "your share of the disk is full: delete files, or name another place",
        Some("11") => "another program has the file open: close it there",
        Some("1" | "13") => {
            "this user may not do that: change the permissions, or name another place"
        }
        Some("30") => "the disk can only be read: name another place",
        Some("27") => "files may not become so large: raise the limit (ulimit -f)",
        Some("23" | "24") => "too many files are open: raise the limit (ulimit -n)",
        Some("37" | "38" | "95") => "the file system does not support this: name another place",
        Some("5" | "116") => "the disk or its server has failed: look at the system's log",
        _ => return reason.to_owned(),
    };
    format!("{reason}; {remedy}, and run the same command again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_come_with_what_to_do() {
        let said = |number| with_remedy(&std::io::Error::from_raw_os_error(number).to_string());
        assert_eq!(
            said(28),
            "No space left on device (os error 28); the disk is full: free space there, or give the \
             deck another output, and run the same command again"
        );
        assert!(said(5).contains("the disk or its server has failed"));
        // Others stay as they are.
        assert_eq!(said(2), "No such file or directory (os error 2)");
        assert_eq!(with_remedy("it is damaged"), "it is damaged");
    }
}
