// Signs requests in the headers below. Java 17 or newer, no library; Client.java stands beside this file.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     javac Client.java && java HeaderScheme.java POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a program: client.send(new HeaderScheme(keyId, signer).signed(method, url, body, headers), …)
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.*;

public class HeaderScheme implements Client {
  // settings: what the service requires
  static final String KEY_HEADER = "X-Acme-Key";
  static final String TIME_HEADER = "X-Acme-Time";
  static final String NONCE_HEADER = "X-Acme-Nonce";
  static final String SIGNATURE_HEADER = "X-Acme-Signature";
  static final String DIGEST_HEADER = "";
  static final List<String> BASE = List.of("timestamp", "nonce", "method", "target", "body-sha256");
  static final String SEPARATOR = "\n";
  static final String TIME_UNIT = "ms";
  static final String ENCODING = "hex";
  static final String PREFIX = "";
  // end of settings

  private static final SecureRandom RANDOM = new SecureRandom();
  private final String keyId;
  private final BaseSigner signer;

  HeaderScheme(String keyId, BaseSigner signer) {
    this.keyId = keyId;
    this.signer = signer;
  }

  /** The request with its signature; {@code body} is null where there is none. */
  public HttpRequest signed(String method, String url, byte[] body, Map<String, String> headers) throws Exception {
    var uri = URI.create(Client.encoded(url));
    var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    fields.putAll(headers);
    var content = body == null ? new byte[0] : body;
    var digest = MessageDigest.getInstance("SHA-256").digest(content);
    var random = new byte[16];
    RANDOM.nextBytes(random);
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    var parts = new HashMap<String, String>();
    parts.put("key", keyId);
    parts.put("timestamp", timestamp());
    parts.put("nonce", HexFormat.of().formatHex(random));
    parts.put("method", method);
    parts.put("authority", uri.getRawAuthority());
    parts.put("path", path);
    parts.put("query", query);
    parts.put("target", path + (uri.getRawQuery() == null ? "" : "?" + query));
    parts.put("body-sha256", HexFormat.of().formatHex(digest));
    parts.put("body-sha256-base64", Base64.getEncoder().encodeToString(digest));
    fields.forEach((name, value) -> parts.put("field:" + name.toLowerCase(), value.strip()));
    var base = new ByteArrayOutputStream();
    for (var name : BASE) {
      if (!name.equals(BASE.get(0))) base.writeBytes(SEPARATOR.getBytes(StandardCharsets.UTF_8));
      var text = name.startsWith("text:") ? name.substring(5) : parts.get(name);
      if (text == null && !name.equals("body"))
        throw new IllegalArgumentException(name + " is signed and must be there");
      base.writeBytes(name.equals("body") ? content : text.getBytes(StandardCharsets.UTF_8));
      if (name.startsWith("body-") && !DIGEST_HEADER.isEmpty()) fields.put(DIGEST_HEADER, text);
    }
    var signature = signer.sign(base.toByteArray());
    fields.put(KEY_HEADER, keyId);
    fields.put(TIME_HEADER, parts.get("timestamp"));
    if (!NONCE_HEADER.isEmpty()) fields.put(NONCE_HEADER, parts.get("nonce"));
    fields.put(SIGNATURE_HEADER, PREFIX + switch (ENCODING) {
      case "hex" -> HexFormat.of().formatHex(signature);
      case "base64" -> Base64.getEncoder().encodeToString(signature);
      default -> Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    });
    var request = HttpRequest.newBuilder(uri).method(method,
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
    fields.forEach(request::header);
    return request.build();
  }

  private static String timestamp() {
    var now = Instant.now();
    return switch (TIME_UNIT) {
      case "s" -> String.valueOf(now.getEpochSecond());
      case "ms" -> String.valueOf(now.toEpochMilli());
      default -> now.truncatedTo(ChronoUnit.SECONDS).toString();
    };
  }

  public static void main(String[] args) throws Exception {
    Client.run(new HeaderScheme(System.getenv("SIGNING_KEY_ID"), Client.signerFromEnvironment()), args);
  }
}
