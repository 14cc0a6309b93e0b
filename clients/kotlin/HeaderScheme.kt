// Signs requests in the headers below. Kotlin on Java 17 or newer, no library; Client.kt stands beside this file.
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
const val SEPARATOR = "\n"
const val TIME_UNIT = "ms"
const val ENCODING = "hex"
const val PREFIX = ""
// end of settings

class HeaderScheme(private val keyId: String, private val sign: (ByteArray) -> ByteArray) {
    private val random = SecureRandom()

    /** The request with its signature; `body` is null where there is none. */
    fun signed(method: String, url: String, body: ByteArray?, headers: Map<String, String> = emptyMap()): HttpRequest {
        val uri = wireUri(url)
        val fields = headers.toSortedMap(String.CASE_INSENSITIVE_ORDER)
        val content = body ?: ByteArray(0)
        val digest = MessageDigest.getInstance("SHA-256").digest(content)
        val now = Instant.now()
        val parts = fields.entries.associate { (name, value) -> "field:${name.lowercase()}" to value.trim() } + mapOf(
            "key" to keyId,
            "timestamp" to when (TIME_UNIT) {
                "s" -> "${now.epochSecond}"
                "ms" -> "${now.toEpochMilli()}"
                else -> "${now.truncatedTo(ChronoUnit.SECONDS)}"
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
