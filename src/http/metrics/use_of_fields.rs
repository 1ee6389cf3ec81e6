//! How often each field of the schema was used, by the kind of whoever asked; of what is to go also by which app. There is
//! one number for each field and kind, made once, so that counting is an addition.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use async_graphql::parser::types::ExecutableDocument;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric},
    metrics::{
        MetricType,
        counter::{ConstCounter, Counter},
        family::Family,
    },
};

use super::{super::fields::Fields, Asker};

const KINDS: usize = Asker::KINDS.len();

/// The app has no name here but its id; it is empty for practitioners and strangers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reader {
    caller: &'static str,
    app: String,
    field: String,
}

/// Numbers for every field of a schema.
#[derive(Debug)]
pub(super) struct UseOfFields {
    fields: Fields,
    counts: Vec<[AtomicU64; KINDS]>,
    deprecated: Family<Reader, Counter>,
}

impl UseOfFields {
    /// Nothing used yet.
    pub(super) fn of(sdl: &str) -> Self {
        let fields = Fields::of(sdl);
        let counts = fields.all().iter().map(|_| Default::default()).collect();
        Self { fields, counts, deprecated: Family::default() }
    }

    pub(super) fn used_by(&self, document: &ExecutableDocument, operation: Option<&str>) -> Vec<usize> {
        self.fields.used_by(document, operation)
    }

    /// Somebody uses these fields.
    pub(super) fn count(&self, asker: &Asker, used: &[usize]) {
        for place in used {
            self.counts[*place][asker.place()].fetch_add(1, Ordering::Relaxed);
            let field = &self.fields.all()[*place];
            if field.deprecated {
                let app = if let Asker::App(id) = asker { id.clone() } else { String::new() };
                let field = format!("{}.{}", field.of, field.name);
                self.deprecated.get_or_create(&Reader { caller: asker.kind(), app, field }).inc();
            }
        }
    }
}

impl Collector for UseOfFields {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let help = "Operations that used a field, by the kind of caller.";
        let mut family = encoder.encode_descriptor("field_uses", help, None, MetricType::Counter)?;
        for (field, counts) in self.fields.all().iter().zip(&self.counts) {
            for (kind, count) in Asker::KINDS.iter().zip(counts) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let labels = [("type", field.of.as_str()), ("field", &field.name), ("caller", kind)];
                    ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
                }
            }
        }
        let help = "Operations that used a field that is to go, by the app that sent them.";
        let deprecated = encoder.encode_descriptor("deprecated_uses", help, None, MetricType::Counter)?;
        self.deprecated.encode(deprecated)
    }
}
