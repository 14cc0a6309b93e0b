//! Signs requests by RFC 9421: middleware for reqwest.
//!
//!     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//!     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//!     cargo run -- POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//!
//! In a program: ClientBuilder::new(client).with(Signing { origin, key_id, key }).build()
use base64::{engine::general_purpose::STANDARD, Engine};
use http::Extensions;
use reqwest_middleware::reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next, Result};
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};

mod key;
use key::{failed, Key};

// settings: what the service requires
const LABEL: &str = "sig1";
const TAG: &str = "";
const COVERED: &[&str] = &["@method", "@authority", "@path", "@query"];
const WHEN_PRESENT: &[&str] = &["content-type", "content-digest"];
const EXPIRES_IN: u64 = 0;
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
        let origin = request.url().origin().ascii_serialization();
        if origin != self.origin {
            return Err(failed(format!("requests to {origin} are not signed")));
        }
        let body = match request.body() {
            None => None,
            Some(body) => Some(body.as_bytes().ok_or_else(|| failed("a stream cannot be signed"))?),
        };
        if let Some(bytes) = body {
            let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(bytes)));
            request.headers_mut().insert("content-digest", digest.parse().map_err(failed)?);
        }
        let (mut base, mut list) = (String::new(), Vec::new());
        for (name, needed) in COVERED.iter().map(|one| (one, true)).chain(WHEN_PRESENT.iter().map(|one| (one, false))) {
            match component(request, name) {
                Some(value) => base += &format!("\"{name}\": {value}\n"),
                None if needed => return Err(failed(format!("{name} is signed and must be there"))),
                None => continue,
            }
            list.push(format!("\"{name}\""));
        }
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_err(failed)?.as_secs();
        let mut params = format!("({});created={created}", list.join(" "));
        if EXPIRES_IN > 0 {
            params += &format!(";expires={}", created + EXPIRES_IN);
        }
        let mut nonce = [0u8; 16];
        getrandom::fill(&mut nonce).map_err(failed)?;
        params += &format!(";nonce=\"{}\";keyid=\"{}\"", hex::encode(nonce), self.key_id);
        if !TAG.is_empty() {
            params += &format!(";tag=\"{TAG}\"");
        }
        base += &format!("\"@signature-params\": {params}");
        let signature = STANDARD.encode(self.key.sign(base.as_bytes()));
        let headers = request.headers_mut();
        headers.insert("signature-input", format!("{LABEL}={params}").parse().map_err(failed)?);
        headers.insert("signature", format!("{LABEL}=:{signature}:").parse().map_err(failed)?);
        Ok(())
    }
}

/// The value that a signature covers; `None` where the request has none.
fn component(request: &Request, name: &str) -> Option<String> {
    let url = request.url();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let host = url.host_str().unwrap_or_default().to_owned() + &port;
    let target = url.path().to_owned() + &url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(match name {
        "@method" => request.method().to_string(),
        "@authority" => host,
        "@scheme" => url.scheme().to_owned(),
        "@path" => url.path().to_owned(),
        "@query" => format!("?{}", url.query().unwrap_or_default()),
        "@request-target" => target,
        "@target-uri" => format!("{}://{host}{target}", url.scheme()),
        _ => {
            let lines = request.headers().get_all(name).iter();
            let values: Vec<&str> = lines.filter_map(|one| one.to_str().ok()).collect();
            return (!values.is_empty()).then(|| values.join(", "));
        }
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    key::run(|origin, key_id, key| Signing { origin, key_id, key }).await
}
