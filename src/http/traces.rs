//! Traces: one span a request, in the words of OpenTelemetry's conventions for HTTP, where somebody collects them. It says which
//! method and route, how it ended and how long it took; nothing of what was asked, and nothing about people.

use std::sync::Arc;

use actix_web::http::{StatusCode, header::HeaderMap};
use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{Span, SpanKind, Status, Tracer, TracerProvider},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkError,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider, Span as SdkSpan},
};
use url::Url;

use super::metrics::Told;

/// Who we are, where a collector hears of several.
const SERVICE: &str = "busfare";

/// Why nothing can be traced.
#[derive(Debug, thiserror::Error)]
#[error("Traces cannot be sent: {0}.")]
pub struct NoTraces(#[from] opentelemetry_otlp::ExporterBuildError);

/// Sends spans to a collector, some seconds later and many at a time. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Traces {
    tracer: SdkTracer,
    provider: Arc<SdkTracerProvider>,
}

impl Traces {
    /// To a collector of OTLP over HTTP: its address, to which `/v1/traces` is added.
    pub fn to(collector: &Url) -> Result<Self, NoTraces> {
        let address = format!("{}/v1/traces", collector.as_str().trim_end_matches('/'));
        let exporter =
            SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(address).build()?;
        let ours = Resource::builder()
            .with_service_name(SERVICE)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder().with_resource(ours).with_batch_exporter(exporter).build();
        Ok(Self { tracer: provider.tracer(SERVICE), provider: Arc::new(provider) })
    }

    /// The span of a request that begins: a part of its caller's trace, where the caller names one.
    pub(super) fn begin(&self, method: &'static str, route: &str, headers: &HeaderMap) -> Spanned {
        let caller = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
        let span = self
            .tracer
            .span_builder(format!("{method} {route}"))
            .with_kind(SpanKind::Server)
            .with_attributes([
                KeyValue::new("http.request.method", method),
                KeyValue::new("http.route", route.to_owned()),
            ])
            .start_with_context(&self.tracer, &caller);
        Spanned(span)
    }

    /// Sends what is not sent yet. It waits for the collector, a few seconds at most, on a thread of its own.
    pub async fn close(self) -> Result<(), OTelSdkError> {
        let closing = tokio::task::spawn_blocking(move || self.provider.shutdown());
        closing.await.map_err(|lost| OTelSdkError::InternalFailure(lost.to_string()))?
    }
}

/// A request that is traced. Where it is dropped it ends.
pub(super) struct Spanned(SdkSpan);

impl Spanned {
    /// The trace's number, for finding it from a line of the journal.
    pub(super) fn trace_id(&self) -> String {
        self.0.span_context().trace_id().to_string()
    }

    /// It was answered like this.
    pub(super) fn end(mut self, request_id: String, status: StatusCode, told: Told) {
        self.0.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        self.0.set_attribute(KeyValue::new("busfare.request_id", request_id));
        if told.kind != Told::PLAIN.kind {
            self.0.set_attribute(KeyValue::new("graphql.operation.type", told.kind));
        }
        if told.code != Told::PLAIN.code {
            self.0.set_attribute(KeyValue::new("error.type", told.code));
        }
        if status.is_server_error() {
            self.0.set_status(Status::error(""));
        }
        self.0.end();
    }
}

/// Headers as the library looks for what it wants in them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}
