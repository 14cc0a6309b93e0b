// Signs requests by RFC 9421. Kotlin on Java 17 or newer, no library; Client.kt stands beside this file.
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

    /** The request with its signature; `body` is null where there is none. */
    fun signed(method: String, url: String, body: ByteArray?, headers: Map<String, String> = emptyMap()): HttpRequest {
        val uri = wireUri(url)
        val fields = headers.toSortedMap(String.CASE_INSENSITIVE_ORDER)
        if (body != null) {
            fields["Content-Digest"] = "sha-256=:${base64(MessageDigest.getInstance("SHA-256").digest(body))}:"
        }
        val names = COVERED + WHEN_PRESENT.filter { it in fields }
        val lines = names.joinToString("") { "\"$it\": ${component(it, method, uri, fields)}\n" }
        val nonce = hex(ByteArray(16).also(random::nextBytes))
        val created = Instant.now().epochSecond
        val params = names.joinToString(" ", "(", ")") { "\"$it\"" } + ";created=$created" +
            (if (EXPIRES_IN > 0) ";expires=${created + EXPIRES_IN}" else "") +
            ";nonce=\"$nonce\";keyid=\"$keyId\"" + (if (TAG != "") ";tag=\"$TAG\"" else "")
        fields["Signature-Input"] = "$LABEL=$params"
        fields["Signature"] = "$LABEL=:${base64(sign("$lines\"@signature-params\": $params".toByteArray()))}:"
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
            "@target-uri" -> "${uri.scheme}://${uri.rawAuthority}${uri.rawPath}$query"
            else -> requireNotNull(fields[name]) { "$name is signed and must be there" }.trim()
        }
    }
}

fun main(args: Array<String>) {
    run(args, Rfc9421(System.getenv("SIGNING_KEY_ID"), signerFromEnvironment())::signed)
}
