// The key from the environment, the URL as it goes out, and the command line of these clients.
use ed25519_dalek::{pkcs8::DecodePrivateKey, Signer, SigningKey};
use hmac::{Hmac, Mac};
use reqwest_middleware::{reqwest, ClientWithMiddleware, Error};
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

/// METHOD URL [BODY [HEADER…]]; true where the request was accepted.
pub async fn run(client: ClientWithMiddleware) -> Result<bool, Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [method, url, rest @ ..] = &args[..] else {
        return Err("usage: METHOD URL [BODY [HEADER…]]".into());
    };
    let mut request = client.request(reqwest::Method::from_bytes(method.as_bytes())?, url);
    if let [body, lines @ ..] = rest {
        request = request.header("content-type", "application/json").body(body.clone());
        for (name, value) in lines.iter().filter_map(|line| line.split_once(':')) {
            request = request.header(name, value.trim());
        }
    }
    let answer = request.send().await?;
    let accepted = answer.status().is_success();
    println!("{}", answer.text().await?);
    Ok(accepted)
}
