// Signs requests in the headers below with URLSession and CryptoKit: iOS 15, macOS 12, or swift-crypto elsewhere.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     swiftc -parse-as-library HeaderScheme.swift Client.swift -o client
//     ./client POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a program: let request = try Signing(keyId: id, sign: sign).signed("POST", url, body: data)
#if canImport(CryptoKit)
import CryptoKit
#else
import Crypto
#endif
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

// settings: what the service requires
let KEY_HEADER = "X-Acme-Key"
let TIME_HEADER = "X-Acme-Time"
let NONCE_HEADER = "X-Acme-Nonce"
let SIGNATURE_HEADER = "X-Acme-Signature"
let DIGEST_HEADER = ""
let BASE = ["timestamp", "nonce", "method", "target", "body-sha256"]
let SEPARATOR = "\n"
let TIME_UNIT = "ms"
let ENCODING = "hex"
let PREFIX = ""
// end of settings

struct Signing {
    let keyId: String
    let sign: (Data) throws -> Data

    /// The request with its signature; `body` is nil where there is none.
    func signed(_ method: String, _ text: String, body: Data?, headers: [String: String] = [:]) throws -> URLRequest {
        let wire = try WireURL(text)
        var fields = trimmed(headers)
        if body != nil && fields["content-type"] == nil { fields["content-type"] = "application/json" }
        let digest = Data(SHA256.hash(data: body ?? Data()))
        let (timestamp, nonce) = (timeText(Date()), randomNonce())
        let texts = [
            "key": keyId,
            "timestamp": timestamp,
            "nonce": nonce,
            "method": method,
            "authority": wire.host,
            "path": wire.path,
            "query": wire.query,
            "target": wire.target,
            "body-sha256": hex(digest),
            "body-sha256-base64": digest.base64EncodedString(),
        ]
        var parts = texts.mapValues { Data($0.utf8) }
        parts["body"] = body ?? Data()
        for (name, value) in fields { parts["field:\(name)"] = Data(value.utf8) }
        var base = Data()
        for (index, name) in BASE.enumerated() {
            guard let part = name.hasPrefix("text:") ? Data(name.dropFirst(5).utf8) : parts[name] else {
                throw SigningError(description: "\(name) is signed and must be there")
            }
            if index > 0 { base.append(Data(SEPARATOR.utf8)) }
            base.append(part)
        }
        let hashed = BASE.first { $0.hasPrefix("body-") }.flatMap { texts[$0] }
        let added: [(String, String)] = [
            (KEY_HEADER, keyId),
            (TIME_HEADER, timestamp),
            (NONCE_HEADER, nonce),
            (DIGEST_HEADER, hashed ?? ""),
            (SIGNATURE_HEADER, PREFIX + encoded(try sign(base))),
        ]
        for (name, value) in added where !name.isEmpty { fields[name] = value }
        return wire.request(method, fields, body)
    }
}

func timeText(_ now: Date) -> String {
    switch TIME_UNIT {
    case "s": return String(Int(now.timeIntervalSince1970))
    case "ms": return String(Int(now.timeIntervalSince1970 * 1000))
    default: return ISO8601DateFormatter().string(from: now)
    }
}

func encoded(_ signature: Data) -> String {
    let base64 = signature.base64EncodedString()
    switch ENCODING {
    case "hex": return hex(signature)
    case "base64": return base64
    default: return String(base64.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" })
    }
}
