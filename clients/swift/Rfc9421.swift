// Signs requests by RFC 9421 with URLSession and CryptoKit: iOS 15, macOS 12, or swift-crypto elsewhere.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     swiftc -parse-as-library Rfc9421.swift Client.swift -o client
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
let LABEL = "sig1"
let TAG = ""
let COVERED = ["@method", "@authority", "@path", "@query"]
let WHEN_PRESENT = ["content-type", "content-digest"]
let EXPIRES_IN = 0
// end of settings

struct Signing {
    let keyId: String
    let sign: (Data) throws -> Data

    /// The request with its signature; `body` is nil where there is none.
    func signed(_ method: String, _ text: String, body: Data?, headers: [String: String] = [:]) throws -> URLRequest {
        let wire = try WireURL(text)
        var fields = trimmed(headers)
        if let body {
            if fields["content-type"] == nil { fields["content-type"] = "application/json" }
            fields["content-digest"] = "sha-256=:\(Data(SHA256.hash(data: body)).base64EncodedString()):"
        }
        let values = fields.merging([
            "@method": method,
            "@authority": wire.host,
            "@scheme": wire.scheme,
            "@path": wire.path,
            "@query": "?" + wire.query,
            "@request-target": wire.target,
            "@target-uri": "\(wire.scheme)://\(wire.host)\(wire.target)",
        ]) { _, derived in derived }
        let names = COVERED + WHEN_PRESENT.filter { values[$0] != nil }
        var lines = ""
        for name in names {
            guard let value = values[name] else {
                throw SigningError(description: "\(name) is signed and must be there")
            }
            lines += "\"\(name)\": \(value)\n"
        }
        let created = Int(Date().timeIntervalSince1970)
        var params = "(" + names.map { "\"\($0)\"" }.joined(separator: " ") + ");created=\(created)"
        if EXPIRES_IN > 0 { params += ";expires=\(created + EXPIRES_IN)" }
        params += ";nonce=\"\(randomNonce())\";keyid=\"\(keyId)\""
        if !TAG.isEmpty { params += ";tag=\"\(TAG)\"" }
        let signature = try sign(Data("\(lines)\"@signature-params\": \(params)".utf8))
        fields["signature-input"] = "\(LABEL)=\(params)"
        fields["signature"] = "\(LABEL)=:\(signature.base64EncodedString()):"
        return wire.request(method, fields, body)
    }
}
