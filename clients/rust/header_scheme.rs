//! Signs requests in the headers below: middleware for reqwest.
//!
//!     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//!     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//!     cargo run -- POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//!
//! In a program: ClientBuilder::new(client).with(Signing { origin, key_id, key }).build()
use base64::{engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use http::{Extensions, HeaderName};
use reqwest_middleware::reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};

mod key;
use key::{failed, Key};

// settings: what the service requires
const KEY_HEADER: &str = "X-Acme-Key";
const TIME_HEADER: &str = "X-Acme-Time";
const NONCE_HEADER: &str = "X-Acme-Nonce";
const SIGNATURE_HEADER: &str = "X-Acme-Signature";
const DIGEST_HEADER: &str = "";
const BASE: &[&str] = &["timestamp", "nonce", "method", "target", "body-sha256"];
const SEPARATOR: &str = "\n";
const TIME_UNIT: &str = "ms";
const ENCODING: &str = "hex";
const PREFIX: &str = "";
// end of settings

pub struct Signing {
    /// Nothing else is signed: "https://api.example.com".
    pub origin: String,
    pub key_id: String,
    pub key: Key,
}

#[async_trait::async_trait]
impl Middleware for Signing {
    async fn handle(&self, mut request: Request, extensions: &mut Extensions, next: Next<'_>) -> Result<Response> {
        self.sign(&mut request)?;
        next.run(request, extensions).await
    }
}

impl Signing {
    fn sign(&self, request: &mut Request) -> Result<()> {
        let url = request.url().clone();
        let origin = url.origin().ascii_serialization();
        if origin != self.origin {
            return Err(failed(format!("requests to {origin} are not signed")));
        }
        let body = match request.body() {
            None => Vec::new(),
            Some(body) => body.as_bytes().ok_or_else(|| failed("a stream cannot be signed"))?.to_vec(),
        };
        let (hash, query) = (Sha256::digest(&body), url.query().unwrap_or_default());
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let authority = url.host_str().unwrap_or_default().to_owned() + &port;
        let target = url.path().to_owned() + if url.query().is_some() { "?" } else { "" } + query;
        let (digest_hex, digest_base64) = (hex::encode(hash), STANDARD.encode(hash));
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).map_err(failed)?;
        let timestamp = match TIME_UNIT {
            "s" => since.as_secs().to_string(),
            "ms" => since.as_millis().to_string(),
            _ => humantime::format_rfc3339_seconds(now).to_string(),
        };
        let mut random = [0u8; 16];
        getrandom::fill(&mut random).map_err(failed)?;
        let nonce = hex::encode(random);
        let part = |name: &'static str| match name.split_once(':').unwrap_or((name, "")) {
            ("key", _) => Ok(self.key_id.as_bytes()),
            ("timestamp", _) => Ok(timestamp.as_bytes()),
            ("nonce", _) => Ok(nonce.as_bytes()),
            ("method", _) => Ok(request.method().as_str().as_bytes()),
            ("authority", _) => Ok(authority.as_bytes()),
            ("path", _) => Ok(url.path().as_bytes()),
            ("query", _) => Ok(query.as_bytes()),
            ("target", _) => Ok(target.as_bytes()),
            ("body", _) => Ok(&body[..]),
            ("body-sha256", _) => Ok(digest_hex.as_bytes()),
            ("body-sha256-base64", _) => Ok(digest_base64.as_bytes()),
            ("text", text) => Ok(text.as_bytes()),
            (_, field) => match request.headers().get(field) {
                Some(value) => Ok(value.as_bytes().trim_ascii()),
                None => Err(failed(format!("{name} is signed and must be there"))),
            },
        };
        let texts = BASE.iter().map(|name| part(name)).collect::<Result<Vec<_>>>()?;
        let signature = self.key.sign(&texts.join(SEPARATOR.as_bytes()));
        let signature = match ENCODING {
            "hex" => hex::encode(signature),
            "base64" => STANDARD.encode(signature),
            _ => URL_SAFE_NO_PAD.encode(signature),
        };
        let digest = if BASE.contains(&"body-sha256") { &digest_hex } else { &digest_base64 };
        for (name, value) in [
            (KEY_HEADER, &self.key_id),
            (TIME_HEADER, &timestamp),
            (NONCE_HEADER, &nonce),
            (DIGEST_HEADER, digest),
            (SIGNATURE_HEADER, &(PREFIX.to_owned() + &signature)),
        ] {
            if !name.is_empty() {
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(failed)?;
                request.headers_mut().insert(name, value.parse().map_err(failed)?);
            }
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    key::run(|origin, key_id, key| Signing { origin, key_id, key }).await
}
