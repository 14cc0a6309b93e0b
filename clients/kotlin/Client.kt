// What both clients share: the URL as it goes out, the key from the environment, and the command line.
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
        if (it in 0x21..0x7e && char !in "\"<>\\^`{|}") "$char" else "%%%02X".format(it)
    }
    val (scheme, host, path, query) = requireNotNull(Regex("(https?)://([^/?@]+)([^?]*)(.*)").matchEntire(ascii)) {
        "the URL must be of http or https, without a user name"
    }.destructured
    val authority = host.lowercase().removeSuffix(if (scheme == "https") ":443" else ":80")
    return URI.create("$scheme://$authority${path.ifEmpty { "/" }}$query")
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
    val der = Base64.getDecoder().decode(pem.replace(Regex("-----[^-]+-----|\\s"), ""))
    if ("ENCRYPTED" !in pem) return PKCS8EncodedKeySpec(der)
    val file = EncryptedPrivateKeyInfo(der)
    require("${file.algParameters}" == "PBEWithHmacSHA256AndAES_256") {
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
