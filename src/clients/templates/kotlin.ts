// Made from clients/kotlin by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'Rfc9421.kt',
  text: `// Signs requests by RFC 9421. Kotlin on Java 17 or newer, no library; Client.kt stands beside this file.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     kotlinc Rfc9421.kt Client.kt -include-runtime -d client.jar
//     java -jar client.jar POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a program: client.send(Rfc9421(keyId, sign).signed("POST", url, body), …)
import java.net.URI
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.security.MessageDigest
import java.security.SecureRandom
import java.time.Instant

// settings: what the service requires
const val LABEL = "sig1"
const val TAG = ""
val COVERED = listOf("@method", "@authority", "@path", "@query")
val WHEN_PRESENT = listOf("content-type", "content-digest")
const val EXPIRES_IN = 0
// end of settings

class Rfc9421(private val keyId: String, private val sign: (ByteArray) -> ByteArray) {
    private val random = SecureRandom()

    /** The request with its signature; \`body\` is null where there is none. */
    fun signed(method: String, url: String, body: ByteArray?, headers: Map<String, String> = emptyMap()): HttpRequest {
        val uri = wireUri(url)
        val fields = headers.toSortedMap(String.CASE_INSENSITIVE_ORDER)
        if (body != null) {
            fields["Content-Digest"] = "sha-256=:\${base64(MessageDigest.getInstance("SHA-256").digest(body))}:"
        }
        val names = COVERED + WHEN_PRESENT.filter { it in fields }
        val lines = names.joinToString("") { "\\"$it\\": \${component(it, method, uri, fields)}\\n" }
        val nonce = hex(ByteArray(16).also(random::nextBytes))
        val created = Instant.now().epochSecond
        val params = names.joinToString(" ", "(", ")") { "\\"$it\\"" } + ";created=$created" +
            (if (EXPIRES_IN > 0) ";expires=\${created + EXPIRES_IN}" else "") +
            ";nonce=\\"$nonce\\";keyid=\\"$keyId\\"" + (if (TAG != "") ";tag=\\"$TAG\\"" else "")
        fields["Signature-Input"] = "$LABEL=$params"
        fields["Signature"] = "$LABEL=:\${base64(sign("$lines\\"@signature-params\\": $params".toByteArray()))}:"
        val request = HttpRequest.newBuilder(uri)
            .method(method, if (body == null) BodyPublishers.noBody() else BodyPublishers.ofByteArray(body))
        fields.forEach { (name, value) -> request.header(name, value) }
        return request.build()
    }

    private fun component(name: String, method: String, uri: URI, fields: Map<String, String>): String {
        val query = uri.rawQuery?.let { "?$it" } ?: ""
        return when (name) {
            "@method" -> method
            "@authority" -> uri.rawAuthority
            "@scheme" -> uri.scheme
            "@path" -> uri.rawPath
            "@query" -> query.ifEmpty { "?" }
            "@request-target" -> uri.rawPath + query
            "@target-uri" -> "\${uri.scheme}://\${uri.rawAuthority}\${uri.rawPath}$query"
            else -> requireNotNull(fields[name]) { "$name is signed and must be there" }.trim()
        }
    }
}

fun main(args: Array<String>) {
    run(args, Rfc9421(System.getenv("SIGNING_KEY_ID"), signerFromEnvironment())::signed)
}
`,
}

const FILE_1: ClientFile = {
  name: 'Client.kt',
  text: `// What both clients share: the URL as it goes out, the key from the environment, and the command line.
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.security.KeyFactory
import java.security.Signature
import java.security.spec.PKCS8EncodedKeySpec
import java.util.Base64
import javax.crypto.Cipher
import javax.crypto.EncryptedPrivateKeyInfo
import javax.crypto.Mac
import javax.crypto.SecretKeyFactory
import javax.crypto.spec.PBEKeySpec
import javax.crypto.spec.PBEParameterSpec
import javax.crypto.spec.SecretKeySpec
import kotlin.system.exitProcess

fun base64(bytes: ByteArray): String = Base64.getEncoder().encodeToString(bytes)
fun hex(bytes: ByteArray): String = bytes.joinToString("") { "%02x".format(it) }

/** The URL as it goes out: no fragment, no default port, and percent-encoded what a URI cannot hold. */
fun wireUri(url: String): URI {
    val ascii = url.substringBefore('#').toByteArray().joinToString("") {
        val char = it.toInt().toChar()
        if (it in 0x21..0x7e && char !in "\\"<>\\\\^\`{|}") "$char" else "%%%02X".format(it)
    }
    val (scheme, host, path, query) = requireNotNull(Regex("(https?)://([^/?@]+)([^?]*)(.*)").matchEntire(ascii)) {
        "the URL must be of http or https, without a user name"
    }.destructured
    val authority = host.lowercase().removeSuffix(if (scheme == "https") ":443" else ":80")
    return URI.create("$scheme://$authority\${path.ifEmpty { "/" }}$query")
}

/** The function that signs, from what the environment names. */
fun signerFromEnvironment(): (ByteArray) -> ByteArray {
    val file = System.getenv("SIGNING_KEY_FILE")
    if (file != null) {
        val key = KeyFactory.getInstance("Ed25519").generatePrivate(opened(File(file).readText()))
        return { base -> Signature.getInstance("Ed25519").apply { initSign(key); update(base) }.sign() }
    }
    val secret = SecretKeySpec(System.getenv("SIGNING_SECRET").toByteArray(), "HmacSHA256")
    return { base -> Mac.getInstance("HmacSHA256").apply { init(secret) }.doFinal(base) }
}

/** A PEM file, decrypted where it has a password, as openssl encrypts it: PBKDF2 with HMAC-SHA256, AES-256-CBC. */
private fun opened(pem: String): PKCS8EncodedKeySpec {
    val der = Base64.getDecoder().decode(pem.replace(Regex("-----[^-]+-----|\\\\s"), ""))
    if ("ENCRYPTED" !in pem) return PKCS8EncodedKeySpec(der)
    val file = EncryptedPrivateKeyInfo(der)
    require("\${file.algParameters}" == "PBEWithHmacSHA256AndAES_256") {
        "the key file is encrypted otherwise: openssl pkey -in FILE -aes-256-cbc"
    }
    val password = requireNotNull(System.getenv("SIGNING_KEY_PASSWORD")) {
        "the key file has a password: set SIGNING_KEY_PASSWORD"
    }
    val rounds = file.algParameters.getParameterSpec(PBEParameterSpec::class.java)
    val spec = PBEKeySpec(password.toCharArray(), rounds.salt, rounds.iterationCount, 256)
    val key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).encoded
    val cipher = Cipher.getInstance("AES/CBC/PKCS5Padding")
    cipher.init(Cipher.DECRYPT_MODE, SecretKeySpec(key, "AES"), rounds.parameterSpec)
    return file.getKeySpec(cipher)
}

/** METHOD URL [BODY [HEADER…]]. HttpClient follows no redirect, as a signature for one URL must not be shown to another. */
fun run(args: Array<String>, signed: (String, String, ByteArray?, Map<String, String>) -> HttpRequest) {
    val body = args.getOrNull(2)?.toByteArray()
    val lines = args.drop(3).associate { it.substringBefore(':') to it.substringAfter(':').trim() }
    val headers = if (body == null) lines else mapOf("Content-Type" to "application/json") + lines
    val answer = HttpClient.newHttpClient().send(signed(args[0], args[1], body, headers), BodyHandlers.ofString())
    println(answer.body())
    exitProcess(if (answer.statusCode() < 400) 0 else 1)
}
`,
}

const FILE_2: ClientFile = {
  name: 'HeaderScheme.kt',
  text: `// Signs requests in the headers below. Kotlin on Java 17 or newer, no library; Client.kt stands beside this file.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     kotlinc HeaderScheme.kt Client.kt -include-runtime -d client.jar
//     java -jar client.jar POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a program: client.send(HeaderScheme(keyId, sign).signed("POST", url, body), …)
import java.net.URI
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.security.MessageDigest
import java.security.SecureRandom
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.Base64

// settings: what the service requires
const val KEY_HEADER = "X-Acme-Key"
const val TIME_HEADER = "X-Acme-Time"
const val NONCE_HEADER = "X-Acme-Nonce"
const val SIGNATURE_HEADER = "X-Acme-Signature"
const val DIGEST_HEADER = ""
val BASE = listOf("timestamp", "nonce", "method", "target", "body-sha256")
const val SEPARATOR = "\\n"
const val TIME_UNIT = "ms"
const val ENCODING = "hex"
const val PREFIX = ""
// end of settings

class HeaderScheme(private val keyId: String, private val sign: (ByteArray) -> ByteArray) {
    private val random = SecureRandom()

    /** The request with its signature; \`body\` is null where there is none. */
    fun signed(method: String, url: String, body: ByteArray?, headers: Map<String, String> = emptyMap()): HttpRequest {
        val uri = wireUri(url)
        val fields = headers.toSortedMap(String.CASE_INSENSITIVE_ORDER)
        val content = body ?: ByteArray(0)
        val digest = MessageDigest.getInstance("SHA-256").digest(content)
        val now = Instant.now()
        val parts = fields.entries.associate { (name, value) -> "field:\${name.lowercase()}" to value.trim() } + mapOf(
            "key" to keyId,
            "timestamp" to when (TIME_UNIT) {
                "s" -> "\${now.epochSecond}"
                "ms" -> "\${now.toEpochMilli()}"
                else -> "\${now.truncatedTo(ChronoUnit.SECONDS)}"
            },
            "nonce" to hex(ByteArray(16).also(random::nextBytes)),
            "method" to method,
            "authority" to uri.rawAuthority,
            "path" to uri.rawPath,
            "query" to (uri.rawQuery ?: ""),
            "target" to uri.rawPath + (uri.rawQuery?.let { "?$it" } ?: ""),
            "body-sha256" to hex(digest),
            "body-sha256-base64" to base64(digest),
        )
        val texts = BASE.map { name ->
            when {
                name == "body" -> content
                name.startsWith("text:") -> name.drop(5).toByteArray()
                else -> requireNotNull(parts[name]) { "$name is signed and must be there" }.toByteArray()
            }
        }
        val signature = sign(texts.reduce { all, one -> all + SEPARATOR.toByteArray() + one })
        fields[KEY_HEADER] = keyId
        fields[TIME_HEADER] = parts["timestamp"]
        if (NONCE_HEADER != "") fields[NONCE_HEADER] = parts["nonce"]
        if (DIGEST_HEADER != "") fields[DIGEST_HEADER] = parts[BASE.first { it.startsWith("body-") }]
        fields[SIGNATURE_HEADER] = PREFIX + when (ENCODING) {
            "hex" -> hex(signature)
            "base64" -> base64(signature)
            else -> Base64.getUrlEncoder().withoutPadding().encodeToString(signature)
        }
        val request = HttpRequest.newBuilder(uri)
            .method(method, if (body == null) BodyPublishers.noBody() else BodyPublishers.ofByteArray(body))
        fields.forEach { (name, value) -> request.header(name, value) }
        return request.build()
    }
}

fun main(args: Array<String>) {
    run(args, HeaderScheme(System.getenv("SIGNING_KEY_ID"), signerFromEnvironment())::signed)
}
`,
}

export const kotlin: ClientTemplate = {
  id: 'kotlin',
  name: 'Kotlin',
  syntax: 'kotlin',
  needs: 'Java 17 or newer',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'kotlinc FILE Client.kt -include-runtime -d client.jar && java -jar client.jar',
  files: {
    rfc9421: [FILE_0, FILE_1],
    'header-scheme': [FILE_2, FILE_1],
  },
}
