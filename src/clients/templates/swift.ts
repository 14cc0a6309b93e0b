// Made from clients/swift by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'Rfc9421.swift',
  text: `// Signs requests by RFC 9421 with URLSession and CryptoKit: iOS 15, macOS 12, or swift-crypto elsewhere.
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

    /// The request with its signature; \`body\` is nil where there is none.
    func signed(_ method: String, _ text: String, body: Data?, headers: [String: String] = [:]) throws -> URLRequest {
        let wire = try WireURL(text)
        var fields = trimmed(headers)
        if let body {
            if fields["content-type"] == nil { fields["content-type"] = "application/json" }
            fields["content-digest"] = "sha-256=:\\(Data(SHA256.hash(data: body)).base64EncodedString()):"
        }
        let values = fields.merging([
            "@method": method,
            "@authority": wire.host,
            "@scheme": wire.scheme,
            "@path": wire.path,
            "@query": "?" + wire.query,
            "@request-target": wire.target,
            "@target-uri": "\\(wire.scheme)://\\(wire.host)\\(wire.target)",
        ]) { _, derived in derived }
        let names = COVERED + WHEN_PRESENT.filter { values[$0] != nil }
        var lines = ""
        for name in names {
            guard let value = values[name] else {
                throw SigningError(description: "\\(name) is signed and must be there")
            }
            lines += "\\"\\(name)\\": \\(value)\\n"
        }
        let created = Int(Date().timeIntervalSince1970)
        var params = "(" + names.map { "\\"\\($0)\\"" }.joined(separator: " ") + ");created=\\(created)"
        if EXPIRES_IN > 0 { params += ";expires=\\(created + EXPIRES_IN)" }
        params += ";nonce=\\"\\(randomNonce())\\";keyid=\\"\\(keyId)\\""
        if !TAG.isEmpty { params += ";tag=\\"\\(TAG)\\"" }
        let signature = try sign(Data("\\(lines)\\"@signature-params\\": \\(params)".utf8))
        fields["signature-input"] = "\\(LABEL)=\\(params)"
        fields["signature"] = "\\(LABEL)=:\\(signature.base64EncodedString()):"
        return wire.request(method, fields, body)
    }
}
`,
}

const FILE_1: ClientFile = {
  name: 'Client.swift',
  text: `// What both clients share: the URL as it goes out, the key from the environment, and the command line.
#if canImport(CryptoKit)
import CryptoKit
#else
import Crypto
#endif
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

struct SigningError: Error, CustomStringConvertible {
    let description: String
}

/// The URL as it goes out, and its parts: no fragment, no default port, percent-encoded what a URL cannot hold.
struct WireURL {
    let url: URL
    let scheme, host, path, query, target: String

    init(_ text: String) throws {
        let ascii = text.prefix { $0 != "#" }.utf8.map { byte -> String in
            let plain = byte > 0x20 && byte < 0x7f && !"\\"<>\\\\^\`{|}".utf8.contains(byte)
            return plain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
        }.joined()
        guard let end = ascii.range(of: "://") else { throw SigningError(description: "the URL must be of http or https") }
        scheme = String(ascii[..<end.lowerBound])
        let rest = ascii[end.upperBound...]
        let typed = String(rest.prefix { $0 != "/" && $0 != "?" })
        let port = scheme == "https" ? ":443" : ":80"
        host = (typed.hasSuffix(port) ? String(typed.dropLast(port.count)) : typed).lowercased()
        let wanted = String(rest.dropFirst(typed.count))
        target = wanted.hasPrefix("/") ? wanted : "/" + wanted
        path = String(target.prefix { $0 != "?" })
        query = String(target.dropFirst(path.count + 1))
        guard !host.contains("@"), let url = URL(string: "\\(scheme)://\\(host)\\(target)") else {
            throw SigningError(description: "the URL must hold no user name")
        }
        self.url = url
    }

    func request(_ method: String, _ fields: [String: String], _ body: Data?) -> URLRequest {
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
        return request
    }
}

/// Headers by their names in lower case, without the space around their values.
func trimmed(_ headers: [String: String]) -> [String: String] {
    let pairs = headers.map { ($0.key.lowercased(), $0.value.trimmingCharacters(in: .whitespaces)) }
    return Dictionary(pairs) { _, last in last }
}

func hex(_ bytes: Data) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}

/// 128 bits of SystemRandomNumberGenerator, which draws from the system's source.
func randomNonce() -> String {
    hex(Data((0..<16).map { _ in UInt8.random(in: 0...255) }))
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
        guard arguments.count > 2 else { throw SigningError(description: "usage: METHOD URL [BODY [HEADER…]]") }
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

const FILE_2: ClientFile = {
  name: 'HeaderScheme.swift',
  text: `// Signs requests in the headers below with URLSession and CryptoKit: iOS 15, macOS 12, or swift-crypto elsewhere.
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
let SEPARATOR = "\\n"
let TIME_UNIT = "ms"
let ENCODING = "hex"
let PREFIX = ""
// end of settings

struct Signing {
    let keyId: String
    let sign: (Data) throws -> Data

    /// The request with its signature; \`body\` is nil where there is none.
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
        for (name, value) in fields { parts["field:\\(name)"] = Data(value.utf8) }
        var base = Data()
        for (index, name) in BASE.enumerated() {
            guard let part = name.hasPrefix("text:") ? Data(name.dropFirst(5).utf8) : parts[name] else {
                throw SigningError(description: "\\(name) is signed and must be there")
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
`,
}

export const swift: ClientTemplate = {
  id: 'swift',
  name: 'Swift',
  syntax: 'swift',
  needs: 'iOS 15, macOS 12, or swift-crypto',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'swiftc -parse-as-library FILE Client.swift -o client && ./client',
  files: {
    rfc9421: [FILE_0, FILE_1],
    'header-scheme': [FILE_2, FILE_1],
  },
}
