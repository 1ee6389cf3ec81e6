//! A push service and a device for stories: the service takes what is sent to it and checks who signed it, and the
//! device opens it with its own key, as a browser would (RFC 8291 from the other side).

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

/// What came.
#[derive(Clone, Debug)]
pub struct Came {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What the signature says, if the key in it is the one that the device subscribed for.
    pub fn signed_by(&self, key: &str, origin: &str) -> Value {
        let said = self.header("authorization").strip_prefix("vapid t=").unwrap();
        let (token, named) = said.split_once(", k=").unwrap();
        assert_eq!(named, key);
        let point = BASE64URL_NOPAD.decode(key.as_bytes()).unwrap();
        let (x, y) = (BASE64URL_NOPAD.encode(&point[1..33]), BASE64URL_NOPAD.encode(&point[33..]));
        let mut wanted = Validation::new(Algorithm::ES256);
        wanted.set_audience(&[origin]);
        wanted.set_required_spec_claims(&["exp", "aud", "sub"]);
        let decoding = DecodingKey::from_ec_components(&x, &y).unwrap();
        jsonwebtoken::decode::<Value>(token, &decoding, &wanted).unwrap().claims
    }
}

/// A push service on this machine.
pub struct PushService {
    pub origin: String,
    came: Arc<Mutex<Vec<Came>>>,
    status: Arc<AtomicU16>,
    handle: ServerHandle,
}

impl PushService {
    pub fn open() -> Self {
        let (came, status) = (Arc::<Mutex<Vec<Came>>>::default(), Arc::new(AtomicU16::new(201)));
        let (taking, answering) = (came.clone(), status.clone());
        let server = HttpServer::new(move || {
            let (taking, answering) = (taking.clone(), answering.clone());
            App::new().default_service(web::to(move |http: HttpRequest, body: web::Bytes| {
                let headers = http.headers().iter();
                let headers =
                    headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
                taking.lock().unwrap().push(Came { path: http.path().to_owned(), headers, body: body.to_vec() });
                let status = actix_web::http::StatusCode::from_u16(answering.load(Ordering::SeqCst)).unwrap();
                async move { HttpResponse::build(status).insert_header(("location", "/elsewhere")).finish() }
            }))
        })
        .workers(1)
        .bind("127.0.0.1:0")
        .unwrap();
        let origin = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        drop(tokio::spawn(server));
        Self { origin, came, status, handle }
    }

    pub fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }

    pub async fn close(self) {
        self.handle.stop(false).await;
    }
}

/// A browser on a phone.
pub struct Phone {
    pair: PrivateKey,
    auth: [u8; 16],
    endpoint: String,
}

struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(key: &Prk, about: &[&[u8]], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    key.expand(about, Bytes(length)).unwrap().fill(&mut bytes).unwrap();
    bytes
}

impl Phone {
    pub fn at(service: &PushService, name: &str) -> Self {
        let auth = busfare::store::mint::chance().unwrap();
        Self { pair: PrivateKey::generate(&ECDH_P256).unwrap(), auth, endpoint: format!("{}/{name}", service.origin) }
    }

    fn public_key(&self) -> Vec<u8> {
        self.pair.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// As `PushSubscription.toJSON()` has it, in the shape of the input.
    pub fn subscription(&self) -> Value {
        json!({ "endpoint": self.endpoint, "p256dh": BASE64URL_NOPAD.encode(&self.public_key()), "auth": BASE64URL_NOPAD.encode(&self.auth) })
    }

    /// Opens what came.
    pub fn opens(&self, body: &[u8]) -> Value {
        let (salt, rest) = body.split_at(16);
        let (record, rest) = rest.split_at(4);
        assert_eq!(u32::from_be_bytes(record.try_into().unwrap()), 4_096);
        let (length, rest) = rest.split_at(1);
        let (theirs, sealed) = rest.split_at(usize::from(length[0]));
        let mine = self.public_key();
        let secret = agree(&self.pair, UnparsedPublicKey::new(&ECDH_P256, theirs), (), |shared| {
            let key = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
            Ok(expand(&key, &[b"WebPush: info\0", &mine, theirs], 32))
        });
        let key = Salt::new(HKDF_SHA256, salt).extract(&secret.unwrap());
        let cipher = expand(&key, &[b"Content-Encoding: aes128gcm\0"], 16);
        let nonce = expand(&key, &[b"Content-Encoding: nonce\0"], 12);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &cipher).unwrap());
        let mut content = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
        let opened = cipher.open_in_place(nonce, Aad::empty(), &mut content).unwrap();
        let end = opened.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(opened[end], 2, "the last record");
        serde_json::from_slice(&opened[..end]).unwrap()
    }
}
