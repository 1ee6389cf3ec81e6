//! The port of the figures: one page for machines, on an address that phones never reach.

use std::net::{SocketAddr, TcpListener};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::header::CONTENT_TYPE,
    web::{self, Data},
};
use prometheus_client::encoding::text::{encode_eof, encode_registry};

use super::{Figures, waits};
use crate::{
    http::{clock, server::StartError},
    store::Db,
};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Listens for whoever collects figures, and answers with the address it really has and the server to be awaited. It goes
/// on until it is stopped by its handle, so that the end of the main server can be watched as well.
pub fn serve(figures: Figures, db: Db, listen: SocketAddr) -> Result<(SocketAddr, Server), StartError> {
    let failed = |source| StartError::Listen { listen, source };
    let socket = TcpListener::bind(listen).map_err(failed)?;
    let address = socket.local_addr().map_err(failed)?;
    let (figures, db) = (Data::new(figures), Data::new(db));
    let server = HttpServer::new(move || {
        let metrics = web::resource("/metrics").route(web::get().to(tell)).route(web::head().to(tell));
        App::new().app_data(figures.clone()).app_data(db.clone()).service(metrics)
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(0)
    .listen(socket)
    .map_err(failed)?
    .run();
    Ok((address, server))
}

async fn tell(figures: Data<Figures>, db: Data<Db>) -> HttpResponse {
    let waits = waits::look(&db, clock::now()).await;
    let mut text = String::new();
    let told = encode_registry(&mut text, &figures.0.registry)
        .and_then(|()| encode_registry(&mut text, &waits))
        .and_then(|()| encode_eof(&mut text));
    match told {
        Ok(()) => HttpResponse::Ok().insert_header((CONTENT_TYPE, OPEN_METRICS)).body(text),
        Err(error) => {
            tracing::error!(%error, "figures could not be told");
            HttpResponse::InternalServerError().finish()
        }
    }
}
