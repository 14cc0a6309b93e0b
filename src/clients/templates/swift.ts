// Made from clients/swift by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'Rfc9421.swift',
  text: `// Signs requests by RFC 9421 with URLSession and CryptoKit: iOS 15, macOS 12, or swift-crypto elsewhere.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     swiftc -parse-as-library Rfc9421.swift -o client
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

struct SigningError: Error, CustomStringConvertible {
    let description: String
}

struct Signing {
    let keyId: String
    let sign: (Data) throws -> Data

    /// The request with its signature; \`body\` is nil where there is none.
    func signed(_ method: String, _ text: String, body: Data?, headers: [String: String] = [:]) throws -> URLRequest {
        let (url, parts) = try wireURL(text)
        var fields = Dictionary(uniqueKeysWithValues: headers.map { ($0.key.lowercased(), $0.value) })
        if let body {
            if fields["content-type"] == nil { fields["content-type"] = "application/json" }
            fields["content-digest"] = "sha-256=:\\(Data(SHA256.hash(data: body)).base64EncodedString()):"
        }
        let values = fields.mapValues { $0.trimmingCharacters(in: .whitespaces) }.merging([
            "@method": method,
            "@authority": parts.host,
            "@scheme": parts.scheme,
            "@path": parts.path,
            "@query": parts.query.isEmpty ? "?" : parts.query,
            "@request-target": parts.path + parts.query,
            "@target-uri": "\\(parts.scheme)://\\(parts.host)\\(parts.path)\\(parts.query)",
        ]) { _, derived in derived }
        let names = COVERED + WHEN_PRESENT.filter { values[$0] != nil }
        var lines = ""
        for name in names {
            guard let value = values[name] else {
                throw SigningError(description: "\\(name) is signed and must be there")
            }
            lines += "\\"\\(name)\\": \\(value)\\n"
        }
        // SystemRandomNumberGenerator draws from the system's source.
        let nonce = (0..<16).map { _ in String(format: "%02x", UInt8.random(in: 0...255)) }.joined()
        let created = Int(Date().timeIntervalSince1970)
        var params = "(" + names.map { "\\"\\($0)\\"" }.joined(separator: " ") + ");created=\\(created)"
        if EXPIRES_IN > 0 { params += ";expires=\\(created + EXPIRES_IN)" }
        params += ";nonce=\\"\\(nonce)\\";keyid=\\"\\(keyId)\\""
        if !TAG.isEmpty { params += ";tag=\\"\\(TAG)\\"" }
        let signature = try sign(Data("\\(lines)\\"@signature-params\\": \\(params)".utf8))
        fields["signature-input"] = "\\(LABEL)=\\(params)"
        fields["signature"] = "\\(LABEL)=:\\(signature.base64EncodedString()):"
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
        return request
    }
}

/// The URL as it goes out, and its parts: no fragment, no default port, percent-encoded what a URL cannot hold.
func wireURL(_ text: String) throws -> (URL, (scheme: String, host: String, path: String, query: String)) {
    let ascii = text.prefix { $0 != "#" }.utf8.map { byte -> String in
        let plain = byte > 0x20 && byte < 0x7f && !"\\"<>\\\\^\`{|}".utf8.contains(byte)
        return plain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
    }.joined()
    guard let end = ascii.range(of: "://") else { throw SigningError(description: "the URL must be of http or https") }
    let scheme = String(ascii[..<end.lowerBound])
    let rest = ascii[end.upperBound...]
    var host = String(rest.prefix { $0 != "/" && $0 != "?" }).lowercased()
    let target = rest.dropFirst(host.count)
    let port = scheme == "https" ? ":443" : ":80"
    if host.hasSuffix(port) { host = String(host.dropLast(port.count)) }
    let path = String(target.prefix { $0 != "?" })
    let query = String(target.dropFirst(path.count))
    let parts = (scheme: scheme, host: host, path: path.isEmpty ? "/" : path, query: query)
    guard !host.contains("@"), let url = URL(string: "\\(scheme)://\\(host)\\(parts.path)\\(query)") else {
        throw SigningError(description: "the URL must hold no user name")
    }
    return (url, parts)
}

/// The function that signs, from what the environment names.
func signerFromEnvironment() throws -> (Data) throws -> Data {
    let environment = ProcessInfo.processInfo.environment
    if let file = environment["SIGNING_KEY_FILE"] {
        let pem = try String(contentsOfFile: file, encoding: .utf8)
        guard !pem.contains("ENCRYPTED") else {
            throw SigningError(description: "\\(file) has a password: openssl pkey -in \\(file) -out plain.pem")
        }
        let lines = pem.split(separator: "\\n").filter { !$0.hasPrefix("-") }
        // The seed is the last 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 7).
        guard let der = Data(base64Encoded: lines.joined()) else {
            throw SigningError(description: "\\(file) is not PEM")
        }
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: der.suffix(32))
        return { try key.signature(for: $0) }
    }
    guard let secret = environment["SIGNING_SECRET"] else {
        throw SigningError(description: "SIGNING_SECRET or SIGNING_KEY_FILE must be set")
    }
    return { Data(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: Data(secret.utf8)))) }
}

/// A signature is for one URL: it must not be shown to another one.
final class NoRedirect: NSObject, URLSessionTaskDelegate {
    func urlSession(_: URLSession, task _: URLSessionTask, willPerformHTTPRedirection _: HTTPURLResponse,
                    newRequest _: URLRequest, completionHandler: @escaping (URLRequest?) -> Void) {
        completionHandler(nil)
    }
}

@main
enum Client {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let body = arguments.count > 3 ? Data(arguments[3].utf8) : nil
        var headers: [String: String] = [:]
        for line in arguments.dropFirst(4) {
            let name = line.prefix { $0 != ":" }
            headers[String(name)] = String(line.dropFirst(name.count + 1))
        }
        let keyId = ProcessInfo.processInfo.environment["SIGNING_KEY_ID"] ?? ""
        let signing = Signing(keyId: keyId, sign: try signerFromEnvironment())
        let request = try signing.signed(arguments[1], arguments[2], body: body, headers: headers)
        let session = URLSession(configuration: .ephemeral, delegate: NoRedirect(), delegateQueue: nil)
        let (data, answer) = try await session.data(for: request)
        print(String(decoding: data, as: UTF8.self))
        exit((answer as? HTTPURLResponse).map { $0.statusCode < 400 } == true ? 0 : 1)
    }
}
`,
}

export const swift: ClientTemplate = {
  id: 'swift',
  name: 'Swift',
  syntax: 'swift',
  needs: 'iOS 15, macOS 12, or swift-crypto',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'swiftc -parse-as-library FILE -o client && ./client',
  files: {
    rfc9421: [FILE_0],
  },
}
