// The key from the environment, the URL as it goes out, and the command line of these clients.
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

/// METHOD URL [BODY [HEADER…]], signed by what `signing` makes of origin, key id and key; fails where the request is refused.
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
