//! httpsig-hyper: a server that answers with a verdict, and a client.

use base64::{engine::general_purpose::STANDARD, Engine};
use bytes::Bytes;
use futures::executor::block_on;
use http::Request;
use http_body_util::{combinators::BoxBody, BodyExt, Full};
use httpsig_hyper::{prelude::*, *};
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::str::FromStr;

type Message = Request<Full<Bytes>>;
type Done<T> = Result<T, Box<dyn Error>>;

fn read(keys: &str, name: &str) -> Done<String> {
    Ok(std::fs::read_to_string(format!("{keys}/{name}"))?)
}

/// The secret is text; the library takes Base64 of its bytes.
fn shared(keys: &str) -> Done<SharedKey> {
    let secret = STANDARD.encode(read(keys, "hmac-sha256.key")?);
    Ok(SharedKey::from_base64(&AlgorithmName::HmacSha256, &secret)?)
}

fn parameters(id: &str, covered: &[&str]) -> Done<HttpSignatureParams> {
    let ids = covered
        .iter()
        .map(|one| message_component::HttpMessageComponentId::try_from(*one));
    let mut parameters = HttpSignatureParams::try_new(&ids.collect::<Result<Vec<_>, _>>()?)?;
    parameters.set_keyid(id).set_random_nonce();
    Ok(parameters)
}

fn covered(has_body: bool) -> Vec<&'static str> {
    let mut covered = vec!["@method", "@authority", "@path", "@query"];
    if has_body {
        covered.extend(["content-type", "content-digest"]);
    }
    covered
}

async fn sign(keys: &str, id: &str, body: bool, message: Message) -> Done<Request<Signed>> {
    let mut message = if body {
        message
            .set_content_digest(&ContentDigestType::Sha256)
            .await?
    } else {
        message.map(|full| full.map_err(|never| match never {}).boxed())
    };
    let parameters = parameters(id, &covered(body))?;
    if id == "hmac-sha256" {
        message
            .set_message_signature(&parameters, &shared(keys)?, Some("sig1"))
            .await?;
    } else {
        let key = SecretKey::from_pem(
            &AlgorithmName::from_str(id)?,
            &read(keys, &format!("{id}.pem"))?,
        )?;
        message
            .set_message_signature(&parameters, &key, Some("sig1"))
            .await?;
    }
    Ok(message)
}

type Signed = BoxBody<Bytes, HyperDigestError>;

async fn verify(keys: &str, message: Message, has_body: bool) -> Done<()> {
    let found = message.get_signature_params()?;
    let (_, parameters) = found.first().ok_or("no signature")?;
    for one in covered(has_body) {
        let id = message_component::HttpMessageComponentId::try_from(one)?;
        if !parameters.covered_components.contains(&id) {
            return Err(format!("{one} is not covered").into());
        }
    }
    // A key has the name of its algorithm as its id.
    let id = parameters.keyid.clone().ok_or("no key id")?;
    if id == "hmac-sha256" {
        message
            .verify_message_signature(&shared(keys)?, Some(&id))
            .await?;
    } else {
        let pem = read(keys, &format!("{id}.pub.pem"))?;
        let key = PublicKey::from_pem(&AlgorithmName::from_str(&id)?, &pem)?;
        message.verify_message_signature(&key, Some(&id)).await?;
    }
    if message.headers().contains_key("content-digest") {
        message.verify_content_digest().await?;
    }
    Ok(())
}

fn serve(keys: &str, origin_form: bool) -> Done<()> {
    let server = tiny_http::Server::http("127.0.0.1:0").map_err(|error| error.to_string())?;
    println!("{}", server.server_addr().to_ip().ok_or("no port")?.port());
    // The parent is gone: so is its end of the pipe.
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    for mut request in server.incoming_requests() {
        let mut body = Vec::new();
        request.as_reader().read_to_end(&mut body)?;
        let host = request.headers().iter().find(|one| one.field.equiv("host"));
        let origin = host
            .map(|one| format!("http://{}", one.value))
            .filter(|_| !origin_form);
        let mut message = Request::builder()
            .method(request.method().as_str())
            .uri(format!("{}{}", origin.unwrap_or_default(), request.url()));
        for one in request.headers() {
            message = message.header(one.field.as_str().as_str(), one.value.as_str());
        }
        let has_body = !body.is_empty();
        let message = message.body(Full::new(Bytes::from(body)))?;
        let (status, text) = match block_on(verify(keys, message, has_body)) {
            Ok(()) => (200, "ok".to_string()),
            Err(error) => (401, error.to_string()),
        };
        request.respond(tiny_http::Response::from_string(text).with_status_code(status))?;
    }
    Ok(())
}

fn send(keys: &str, id: &str, method: &str, url: &str, body: Option<&String>) -> Done<()> {
    let uri = http::Uri::from_str(url)?;
    let authority = uri.authority().ok_or("no authority")?.to_string();
    let target = uri.path_and_query().ok_or("no path")?.to_string();
    let content = Bytes::from(body.cloned().unwrap_or_default());
    let mut message = Request::builder()
        .method(method)
        .uri(uri)
        .header("host", &authority);
    if body.is_some() {
        message = message
            .header("content-type", "application/json")
            .header("content-length", content.len());
    }
    let message = message.body(Full::new(content.clone()))?;
    let signed = block_on(sign(keys, id, body.is_some(), message))?;
    let mut stream = TcpStream::connect(&authority)?;
    write!(
        stream,
        "{method} {target} HTTP/1.1\r\nconnection: close\r\n"
    )?;
    for (name, value) in signed.headers() {
        write!(stream, "{name}: {}\r\n", value.to_str()?)?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&content)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    println!("{}", answer.rsplit("\r\n").next().unwrap_or_default());
    Ok(())
}

/// `verify KEYS`, which prints its port, or `sign KEYS ALGORITHM METHOD URL [BODY]`, which prints the answer. `origin-form`
/// before `verify` hands the URI on as it stands in the request line, which is how hyper's server has it.
fn main() -> Done<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["verify", keys] => serve(keys, false),
        ["origin-form", "verify", keys] => serve(keys, true),
        ["sign", keys, id, method, url, ..] => send(keys, id, method, url, args.get(5)),
        _ => Err("usage: verify KEYS, or sign KEYS ALGORITHM METHOD URL [BODY]".into()),
    }
}
