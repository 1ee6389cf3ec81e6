//! Pictures in a bucket: a real S3 server is started, and everything is there that is there with a folder.

use std::{net::SocketAddr, path::Path};

use busfare::{
    api::state::State,
    config::{Bucket, Secret},
    http::{clock, server},
    store,
    work::{Works, jobs, sweep},
};
use chrono::TimeDelta;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet};

use super::{TICKET, heard};
use crate::council::{Council, key, on_both};

/// An S3 server that keeps its objects in a folder, with one bucket and one key. It stops when this is dropped.
struct Storage {
    bucket: Bucket,
    folder: TempDir,
    _tasks: JoinSet<()>,
}

impl Storage {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("receipts")).unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single("a-key", "a-secret"));
        let service = builder.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        let bucket = Bucket {
            name: "receipts".into(),
            endpoint: Some(format!("http://{address}")),
            region: "eu-west-2".into(),
            key_id: "a-key".into(),
            secret: Secret("a-secret".into()),
            path_style: true,
        };
        Self { bucket, folder, _tasks: tasks }
    }

    /// The names and the bytes of its objects, below the database's own folder.
    fn objects(&self) -> Vec<(String, Vec<u8>)> {
        let mut objects = Vec::new();
        let Ok(installations) = std::fs::read_dir(self.folder.path().join("receipts")) else { return objects };
        for installation in installations.map(|entry| entry.unwrap().path()).filter(|path| is_ours(path)) {
            for object in std::fs::read_dir(installation).unwrap() {
                let object = object.unwrap();
                let name = object.file_name().into_string().unwrap();
                objects.push((name, std::fs::read(object.path()).unwrap()));
            }
        }
        objects
    }
}

fn is_ours(path: &Path) -> bool {
    path.is_dir() && path.file_name().unwrap().to_str().unwrap().starts_with("inst_")
}

/// Another server on the same database, with its pictures in the bucket.
async fn beside(council: &Council, bucket: &Bucket) -> (SocketAddr, State, Works) {
    let state = server::open(council.data.path(), council.database_url(), Some(bucket)).await.unwrap();
    let works = crate::council::works(&state, council.data.path());
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let (address, server) = server::listen(state.clone(), works.clone(), anywhere).unwrap();
    drop(tokio::spawn(server));
    (address, state, works)
}

on_both! {
    async fn a_picture_in_a_bucket_is_stored_served_swept_and_sealed(council: &Council) {
        let storage = Storage::start().await;
        let (address, state, works) = beside(council, &storage.bucket).await;
        let mari = council.person("mari.prydderch").await;
        let token = mari.token.clone().unwrap();
        let http = council.http();
        let id = store::mint::id::<busfare_entity::words::ReceiptId>().to_string();
        let url = |path: &str| format!("http://{address}/receipts/{id}/{path}");

        let (status, body) = heard(http.put(url("content")).bearer_auth(&token).body(TICKET.clone()).send().await.unwrap()).await;
        assert_eq!((status.as_u16(), &body["state"]), (200, &json!("STORED")), "{body:#}");
        let objects = storage.objects();
        assert_eq!(objects.len(), 3);
        assert!(objects.iter().all(|(_, bytes)| bytes.starts_with(b"BFS1")));
        let picture = http.get(url("content")).bearer_auth(&token).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(image::guess_format(&picture).unwrap(), image::ImageFormat::Jpeg);
        let part = http.get(url("content")).bearer_auth(&token).header("range", "bytes=5-9").send().await.unwrap();
        assert_eq!(part.bytes().await.unwrap(), picture[5..=9]);

        // An orphan goes with the sweep, and what a row refers to stays.
        let organisation = mari.row().organisation_id;
        state.blobs.put(organisation, &store::blob::Blobs::name(), b"orphan").await.unwrap();
        assert_eq!(storage.objects().len(), 4);
        let swept = sweep::sweep(&works.db, &works.blobs, &works.staging, clock::now() + TimeDelta::days(31)).await.unwrap();
        assert_eq!((swept.pictures, storage.objects().len()), (1, 3));

        // A wrong secret is the storage's trouble: said, and no reason to lose anything.
        let wrong = Bucket { secret: Secret("wrong".into()), ..storage.bucket.clone() };
        let (elsewhere, other, _) = beside(council, &wrong).await;
        let other_id = store::mint::id::<busfare_entity::words::ReceiptId>().to_string();
        let refused = http.put(format!("http://{elsewhere}/receipts/{other_id}/content")).bearer_auth(&token).body(TICKET.clone()).send().await.unwrap();
        let (status, told): (_, Value) = heard(refused).await;
        assert_eq!((status.as_u16(), &told["errors"][0]["extensions"]["reason"]), (503, &json!("STORAGE_FAILED")));
        let spend = mari.requests_spend(json!({})).await["spend"]["id"].clone();
        let attach = json!({ "input": { "idempotencyKey": key(), "receiptId": other_id, "spendId": spend } });
        mari.good(crate::verbs::ATTACH, attach).await;
        let again = http.put(format!("http://{address}/receipts/{other_id}/content")).bearer_auth(&token).body(TICKET.clone()).send().await.unwrap();
        assert_eq!(again.status(), 200);
        jobs::run_due(&works, &jobs::hands()).await.unwrap();
        assert_eq!(storage.objects().len(), 6);
        state.db.close().await.unwrap();
        other.db.close().await.unwrap();
    }
}
