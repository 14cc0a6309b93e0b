//! Signs requests in the headers below: middleware for reqwest.
//!
//!     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//!     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//!     cargo run --bin header-scheme POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//!
//! In a program: ClientBuilder::new(client).with(Signing { origin, key_id, key }).build()
use base64::{engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use http::{Extensions, HeaderName};
use reqwest_middleware::reqwest::{redirect, Client, Request, Response};
use reqwest_middleware::{ClientBuilder, Middleware, Next, Result};
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
        let digest = Sha256::digest(&body);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(failed)?;
        let timestamp = match TIME_UNIT {
            "s" => now.as_secs().to_string(),
            "ms" => now.as_millis().to_string(),
            _ => date(now.as_secs()),
        };
        let mut random = [0u8; 16];
        getrandom::fill(&mut random).map_err(failed)?;
        let nonce = hex::encode(random);
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let query = url.query().unwrap_or_default();
        let mut texts: Vec<Vec<u8>> = Vec::new();
        let mut sent_digest = String::new();
        for name in BASE {
            let text = match *name {
                "key" => self.key_id.clone(),
                "timestamp" => timestamp.clone(),
                "nonce" => nonce.clone(),
                "method" => request.method().to_string(),
                "authority" => url.host_str().unwrap_or_default().to_owned() + &port,
                "path" => url.path().to_owned(),
                "query" => query.to_owned(),
                "target" => url.path().to_owned() + if url.query().is_some() { "?" } else { "" } + query,
                "body" => {
                    texts.push(body.clone());
                    continue;
                }
                "body-sha256" => hex::encode(digest),
                "body-sha256-base64" => STANDARD.encode(digest),
                _ => match name.split_once(':') {
                    Some(("text", text)) => text.to_owned(),
                    Some(("field", field)) => match request.headers().get(field).and_then(|one| one.to_str().ok()) {
                        Some(value) => value.trim().to_owned(),
                        None => return Err(failed(format!("{field} is signed and must be there"))),
                    },
                    _ => return Err(failed(format!("{name} is no part of a request"))),
                },
            };
            if name.starts_with("body-") {
                sent_digest = text.clone();
            }
            texts.push(text.into_bytes());
        }
        let signature = self.key.sign(&texts.join(SEPARATOR.as_bytes()));
        let signature = PREFIX.to_owned()
            + &match ENCODING {
                "hex" => hex::encode(signature),
                "base64" => STANDARD.encode(signature),
                _ => URL_SAFE_NO_PAD.encode(signature),
            };
        for (name, value) in [
            (KEY_HEADER, &self.key_id),
            (TIME_HEADER, &timestamp),
            (NONCE_HEADER, &nonce),
            (DIGEST_HEADER, &sent_digest),
            (SIGNATURE_HEADER, &signature),
        ] {
            if !name.is_empty() {
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(failed)?;
                request.headers_mut().insert(name, value.parse().map_err(failed)?);
            }
        }
        Ok(())
    }
}

/// Seconds since 1970 as RFC 3339 has them, by the civil calendar.
fn date(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let url: String = std::env::args().nth(2).unwrap_or_default();
    let origin = reqwest_middleware::reqwest::Url::parse(&url)?.origin().ascii_serialization();
    let signing = Signing { origin, key_id: std::env::var("SIGNING_KEY_ID")?, key: Key::from_env()? };
    // A signature is for one URL: it must not be shown to another one.
    let client = Client::builder().redirect(redirect::Policy::none()).build()?;
    let accepted = key::run(ClientBuilder::new(client).with(signing).build()).await?;
    std::process::exit(i32::from(!accepted))
}
