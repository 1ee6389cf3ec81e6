//! Where traces go, if they go anywhere.

use clap::Args;
use url::Url;

/// Who collects traces.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct TraceSettings {
    /// A collector of OpenTelemetry, by OTLP over HTTP, such as http://127.0.0.1:4318. Without it nothing is traced. It is told of
    /// each request's method, route, status, code and time; never a word about people.
    #[arg(long = "otlp-endpoint", value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true)]
    #[arg(value_parser = endpoint)]
    pub otlp_endpoint: Option<Url>,
}

fn endpoint(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| {
        "--otlp-endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) needs the URL of a collector, such as http://127.0.0.1:4318."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn a_collector_has_an_address_of_the_web() {
        for good in ["http://127.0.0.1:4318", "https://collector.example/otlp"] {
            assert_eq!(endpoint(good).unwrap().scheme(), good.split(':').next().unwrap());
        }
        for bad in ["", "127.0.0.1:4318", "localhost", "grpc://collector:4317", "file:///etc", "http://"] {
            let why = endpoint(bad).unwrap_err();
            assert!(why.contains("--otlp-endpoint") && why.contains("http://127.0.0.1:4318"), "{bad}: {why}");
        }
    }
}
