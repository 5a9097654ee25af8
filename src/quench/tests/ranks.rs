//! Quenches on several ranks and threads.

use super::fixture::{Case, NoKeeper, quench};
use crate::comm::threads::run;
use crate::quench::Initial;

#[test]
fn quenches_have_the_same_bits_on_any_number_of_ranks() {
    faer::set_global_parallelism(faer::Par::Seq);
    let case = Case::ring(14);
    for initial in [Initial::Energy(0.5), Initial::RandomProduct] {
        let quench = quench(initial, 5, &[0.0, 0.2, 0.4, 3.0]);
        let expected = case.outcome(&quench);
        for ranks in 2..=4 {
            let outcomes = run(ranks, |comm| {
                let group = comm.group(ranks);
                case.run(&quench, &group, &NoKeeper, &|| false).unwrap()
            });
            for found in outcomes {
                assert_eq!(found, expected, "{ranks} ranks");
            }
        }
    }
}
