// Signs requests by RFC 9421. Java 17 or newer, no library; Client.java stands beside this file.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     javac Client.java && java Rfc9421.java POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a program: client.send(new Rfc9421(keyId, signer).signed(method, url, body, headers), …)
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.*;

public class Rfc9421 implements Client {
  // settings: what the service requires
  static final String LABEL = "sig1";
  static final String TAG = "";
  static final List<String> COVERED = List.of("@method", "@authority", "@path", "@query");
  static final List<String> WHEN_PRESENT = List.of("content-type", "content-digest");
  static final long EXPIRES_IN = 0;
  // end of settings

  private static final SecureRandom RANDOM = new SecureRandom();
  private final String keyId;
  private final BaseSigner signer;

  Rfc9421(String keyId, BaseSigner signer) {
    this.keyId = keyId;
    this.signer = signer;
  }

  /** The request with its signature; {@code body} is null where there is none. */
  public HttpRequest signed(String method, String url, byte[] body, Map<String, String> headers) throws Exception {
    var uri = URI.create(Client.encoded(url));
    var fields = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    fields.putAll(headers);
    if (body != null) {
      var digest = MessageDigest.getInstance("SHA-256").digest(body);
      fields.put("Content-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");
    }
    var names = new ArrayList<>(COVERED);
    for (var name : WHEN_PRESENT) if (fields.containsKey(name)) names.add(name);
    var base = new StringBuilder();
    for (var name : names) base.append("\"" + name + "\": " + component(name, method, uri, fields) + "\n");
    var nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    var created = Instant.now().getEpochSecond();
    var params = "(\"" + String.join("\" \"", names) + "\");created=" + created
        + (EXPIRES_IN > 0 ? ";expires=" + (created + EXPIRES_IN) : "")
        + ";nonce=\"" + HexFormat.of().formatHex(nonce) + "\";keyid=\"" + keyId + "\""
        + (TAG.isEmpty() ? "" : ";tag=\"" + TAG + "\"");
    base.append("\"@signature-params\": " + params);
    var signature = signer.sign(base.toString().getBytes(StandardCharsets.US_ASCII));
    fields.put("Signature-Input", LABEL + "=" + params);
    fields.put("Signature", LABEL + "=:" + Base64.getEncoder().encodeToString(signature) + ":");
    var request = HttpRequest.newBuilder(uri).method(method,
        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
    fields.forEach(request::header);
    return request.build();
  }

  private static String component(String name, String method, URI uri, Map<String, String> fields) {
    var host = uri.getRawAuthority();
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var target = path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    var value = switch (name) {
      case "@method" -> method;
      case "@authority" -> host;
      case "@scheme" -> uri.getScheme();
      case "@path" -> path;
      case "@query" -> "?" + (uri.getRawQuery() == null ? "" : uri.getRawQuery());
      case "@request-target" -> target;
      case "@target-uri" -> uri.getScheme() + "://" + host + target;
      default -> fields.get(name);
    };
    if (value == null) throw new IllegalArgumentException(name + " is signed and must be there");
    return value.strip();
  }

  public static void main(String[] args) throws Exception {
    Client.run(new Rfc9421(System.getenv("SIGNING_KEY_ID"), Client.signerFromEnvironment()), args);
  }
}
