// Made from clients/rust by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'rfc9421.rs',
  text: `//! Signs requests by RFC 9421: middleware for reqwest.
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
                Some(value) => base += &format!("\\"{name}\\": {value}\\n"),
                None if needed => return Err(failed(format!("{name} is signed and must be there"))),
                None => continue,
            }
            list.push(format!("\\"{name}\\""));
        }
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_err(failed)?.as_secs();
        let mut params = format!("({});created={created}", list.join(" "));
        if EXPIRES_IN > 0 {
            params += &format!(";expires={}", created + EXPIRES_IN);
        }
        let mut nonce = [0u8; 16];
        getrandom::fill(&mut nonce).map_err(failed)?;
        params += &format!(";nonce=\\"{}\\";keyid=\\"{}\\"", hex::encode(nonce), self.key_id);
        if !TAG.is_empty() {
            params += &format!(";tag=\\"{TAG}\\"");
        }
        base += &format!("\\"@signature-params\\": {params}");
        let signature = STANDARD.encode(self.key.sign(base.as_bytes()));
        let headers = request.headers_mut();
        headers.insert("signature-input", format!("{LABEL}={params}").parse().map_err(failed)?);
        headers.insert("signature", format!("{LABEL}=:{signature}:").parse().map_err(failed)?);
        Ok(())
    }
}

/// The value that a signature covers; \`None\` where the request has none.
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
`,
}

const FILE_1: ClientFile = {
  name: 'key.rs',
  text: `// The key from the environment, the URL as it goes out, and the command line of these clients.
use ed25519_dalek::{pkcs8::DecodePrivateKey, Signer, SigningKey};
use hmac::{Hmac, Mac};
use reqwest_middleware::reqwest::{redirect, Client, Method, Url};
use reqwest_middleware::{ClientBuilder, Error, Middleware};
use sha2::Sha256;
use std::env::var;

pub enum Key {
    Own(Box<SigningKey>),
    Shared(Vec<u8>),
}

impl Key {
    pub fn from_env() -> Result<Key, Box<dyn std::error::Error>> {
        if let Ok(file) = var("SIGNING_KEY_FILE") {
            let pem = std::fs::read_to_string(file)?;
            let key = match var("SIGNING_KEY_PASSWORD") {
                Ok(password) if pem.contains("ENCRYPTED") => SigningKey::from_pkcs8_encrypted_pem(&pem, password)?,
                _ => SigningKey::from_pkcs8_pem(&pem)?,
            };
            return Ok(Key::Own(Box::new(key)));
        }
        Ok(Key::Shared(var("SIGNING_SECRET")?.into_bytes()))
    }

    pub fn sign(&self, base: &[u8]) -> Vec<u8> {
        match self {
            Key::Own(key) => key.sign(base).to_vec(),
            Key::Shared(secret) => {
                let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
                mac.update(base);
                mac.finalize().into_bytes().to_vec()
            }
        }
    }
}

pub fn failed(text: impl std::fmt::Display) -> Error {
    Error::Middleware(std::io::Error::other(text.to_string()).into())
}

/// METHOD URL [BODY [HEADER…]], signed by what \`signing\` makes of origin, key id and key; fails where the request is refused.
pub async fn run<M: Middleware>(signing: fn(String, String, Key) -> M) -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [method, url, rest @ ..] = &args[..] else {
        return Err("usage: METHOD URL [BODY [HEADER…]]".into());
    };
    let signing = signing(Url::parse(url)?.origin().ascii_serialization(), var("SIGNING_KEY_ID")?, Key::from_env()?);
    // A signature is for one URL: it must not be shown to another one.
    let client = Client::builder().redirect(redirect::Policy::none()).build()?;
    let client = ClientBuilder::new(client).with(signing).build();
    let mut request = client.request(Method::from_bytes(method.as_bytes())?, url);
    if let [body, lines @ ..] = rest {
        request = request.header("content-type", "application/json").body(body.clone());
        for (name, value) in lines.iter().filter_map(|line| line.split_once(':')) {
            request = request.header(name, value.trim());
        }
    }
    let answer = request.send().await?;
    let status = answer.status();
    println!("{}", answer.text().await?);
    if status.is_success() { Ok(()) } else { Err(status.to_string().into()) }
}
`,
}

const FILE_2: ClientFile = {
  name: 'Cargo.toml',
  text: `[package]
name = "signing-client"
version = "0.1.0"
edition = "2021"

[[bin]]
name = "rfc9421"
path = "rfc9421.rs"

[dependencies]
async-trait = "0.1"
base64 = "0.22"
ed25519-dalek = { version = "2", features = ["pem", "pkcs8"] }
getrandom = "0.3"
hex = "0.4"
hmac = "0.12"
http = "1"
pkcs8 = { version = "0.10", features = ["encryption"] }
reqwest = "0.12"
reqwest-middleware = "0.4"
sha2 = "0.10"
tokio = { version = "1", features = ["macros", "rt"] }
`,
}

const FILE_3: ClientFile = {
  name: 'header_scheme.rs',
  text: `//! Signs requests in the headers below: middleware for reqwest.
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
const SEPARATOR: &str = "\\n";
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
`,
}

const FILE_4: ClientFile = {
  name: 'Cargo.toml',
  text: `[package]
name = "signing-client"
version = "0.1.0"
edition = "2021"

[[bin]]
name = "header-scheme"
path = "header_scheme.rs"

[dependencies]
async-trait = "0.1"
base64 = "0.22"
ed25519-dalek = { version = "2", features = ["pem", "pkcs8"] }
getrandom = "0.3"
hex = "0.4"
hmac = "0.12"
http = "1"
humantime = "2"
pkcs8 = { version = "0.10", features = ["encryption"] }
reqwest = "0.12"
reqwest-middleware = "0.4"
sha2 = "0.10"
tokio = { version = "1", features = ["macros", "rt"] }
`,
}

export const rust: ClientTemplate = {
  id: 'rust',
  name: 'Rust',
  syntax: 'rust',
  needs: 'Rust 1.85 or newer; reqwest, reqwest-middleware, hmac, sha2, ed25519-dalek, pkcs8, humantime',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'cargo run --',
  files: {
    rfc9421: [FILE_0, FILE_1, FILE_2],
    'header-scheme': [FILE_3, FILE_1, FILE_4],
  },
}
