//! How long the flows take here, for people to look at: times differ from run to run, what `counts` prints does not.

#[path = "counts/variants.rs"]
mod variants;
#[path = "work/mod.rs"]
mod work;

use criterion::{Criterion, criterion_group, criterion_main};

fn flows(criterion: &mut Criterion) {
    for variant in variants::VARIANTS {
        let work = (variant.prepare)();
        criterion.bench_function(variant.name, |bencher| bencher.iter(&work));
    }
}

criterion_group!(all, flows);
criterion_main!(all);
