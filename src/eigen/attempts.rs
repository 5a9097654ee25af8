//! A search that fails is repeated, each time with more effort.

use super::failure::Failure;

/// Runs the attempts 0, 1, 2 … up to `most` of them. Returns the first success or the last failure.
/// An interrupt ends the search at once.
pub fn first_success<T>(
    solver: &str,
    most: usize,
    mut search: impl FnMut(usize) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut attempt = 0;
    loop {
        match search(attempt) {
            Err(failure) if failure != Failure::Interrupted && attempt + 1 < most => {
                log::debug!("{solver}, attempt {attempt}: {failure}");
            }
            outcome => return outcome,
        }
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs up to three attempts with these outcomes, and counts them.
    fn outcome(outcomes: &[Result<u32, Failure>]) -> (Result<u32, Failure>, usize) {
        let mut attempts = 0;
        let outcome = first_success("test", 3, |attempt| {
            assert_eq!(attempt, attempts);
            attempts += 1;
            outcomes[attempt].clone()
        });
        (outcome, attempts)
    }

    #[test]
    fn the_first_success_ends_the_search() {
        assert_eq!(outcome(&[Ok(7)]), (Ok(7), 1));
        let second = [Err(Failure::Singular), Ok(8), Ok(9)];
        assert_eq!(outcome(&second), (Ok(8), 2));
    }

    #[test]
    fn the_last_failure_is_returned() {
        let failures = [Failure::Singular, Failure::Dense, Failure::NoWidth].map(Err);
        assert_eq!(outcome(&failures), (Err(Failure::NoWidth), 3));
    }

    #[test]
    fn an_interrupt_is_not_repeated() {
        let interrupted = [Err(Failure::Singular), Err(Failure::Interrupted)];
        assert_eq!(outcome(&interrupted), (Err(Failure::Interrupted), 2));
    }
}
