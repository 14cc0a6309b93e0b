// What both clients share: the URL as it goes out, the key from the environment, and the command line.
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
            let plain = byte > 0x20 && byte < 0x7f && !"\"<>\\^`{|}".utf8.contains(byte)
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
        guard !host.contains("@"), let url = URL(string: "\(scheme)://\(host)\(target)") else {
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
            throw SigningError(description: "\(file) has a password: openssl pkey -in \(file) -out plain.pem")
        }
        let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }
        // The seed is the last 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 7).
        guard let der = Data(base64Encoded: lines.joined()) else {
            throw SigningError(description: "\(file) is not PEM")
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
