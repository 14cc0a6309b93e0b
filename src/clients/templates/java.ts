// Made from clients/java by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'Rfc9421.java',
  text: `// Signs requests by RFC 9421. Java 17 or newer, no library; Client.java stands beside this file.
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
    for (var name : names) base.append("\\"" + name + "\\": " + component(name, method, uri, fields) + "\\n");
    var nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    var created = Instant.now().getEpochSecond();
    var params = "(\\"" + String.join("\\" \\"", names) + "\\");created=" + created
        + (EXPIRES_IN > 0 ? ";expires=" + (created + EXPIRES_IN) : "")
        + ";nonce=\\"" + HexFormat.of().formatHex(nonce) + "\\";keyid=\\"" + keyId + "\\""
        + (TAG.isEmpty() ? "" : ";tag=\\"" + TAG + "\\"");
    base.append("\\"@signature-params\\": " + params);
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
`,
}

const FILE_1: ClientFile = {
  name: 'Client.java',
  text: `// What both clients share: the URL as it goes out, the key from the environment, and the command line.
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.*;
import java.util.regex.Pattern;
import javax.crypto.*;
import javax.crypto.spec.*;

public interface Client {
  interface BaseSigner {
    byte[] sign(byte[] base) throws Exception;
  }

  /** The request with its signature; {@code body} is null where there is none. */
  HttpRequest signed(String method, String url, byte[] body, Map<String, String> headers) throws Exception;

  /** The URL as it goes out: no fragment, no default port, and percent-encoded what a URI cannot hold. */
  static String encoded(String url) {
    var out = new StringBuilder();
    for (var b : url.replaceFirst("#.*", "").getBytes(StandardCharsets.UTF_8))
      out.append(b > ' ' && b < 127 && "\\"<>\\\\^\`{|}".indexOf(b) < 0 ? "" + (char) b : String.format("%%%02X", b));
    var found = Pattern.compile("(https?)://([^/?@]+)(.*)").matcher(out);
    if (!found.matches()) throw new IllegalArgumentException("the URL must be of http or https, without a user name");
    var port = found.group(1).equals("https") ? ":443$" : ":80$";
    return found.group(1) + "://" + found.group(2).toLowerCase().replaceFirst(port, "") + found.group(3);
  }

  /** The key that the environment names. */
  static BaseSigner signerFromEnvironment() throws Exception {
    var file = System.getenv("SIGNING_KEY_FILE");
    if (file != null) {
      var key = KeyFactory.getInstance("Ed25519").generatePrivate(opened(Files.readString(Path.of(file))));
      return base -> {
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(base);
        return signature.sign();
      };
    }
    var secret = new SecretKeySpec(System.getenv("SIGNING_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    return base -> {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      return mac.doFinal(base);
    };
  }

  /** A PEM file, decrypted where it has a password, as openssl encrypts it: PBKDF2 with HMAC-SHA256, AES-256-CBC. */
  private static PKCS8EncodedKeySpec opened(String pem) throws Exception {
    var der = Base64.getDecoder().decode(pem.replaceAll("-----[^-]+-----|\\\\s", ""));
    if (!pem.contains("ENCRYPTED")) return new PKCS8EncodedKeySpec(der);
    var file = new EncryptedPrivateKeyInfo(der);
    var how = file.getAlgParameters();
    if (!how.toString().equals("PBEWithHmacSHA256AndAES_256"))
      throw new InvalidKeyException("the key file is encrypted otherwise: openssl pkey -in FILE -aes-256-cbc");
    var password = System.getenv("SIGNING_KEY_PASSWORD");
    if (password == null) throw new InvalidKeyException("the key file has a password: set SIGNING_KEY_PASSWORD");
    var rounds = how.getParameterSpec(PBEParameterSpec.class);
    var spec = new PBEKeySpec(password.toCharArray(), rounds.getSalt(), rounds.getIterationCount(), 256);
    var key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    var cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), rounds.getParameterSpec());
    return file.getKeySpec(cipher);
  }

  /** METHOD URL [BODY [HEADER…]]. HttpClient follows no redirect, as a signature for one URL must not be shown to another. */
  static void run(Client client, String[] args) throws Exception {
    var body = args.length > 2 ? args[2].getBytes(StandardCharsets.UTF_8) : null;
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    if (body != null) headers.put("Content-Type", "application/json");
    for (var i = 3; i < args.length; i++) headers.put(args[i].split(": ?", 2)[0], args[i].split(": ?", 2)[1]);
    var request = client.signed(args[0], args[1], body, headers);
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.body());
    System.exit(answer.statusCode() < 400 ? 0 : 1);
  }
}
`,
}

const FILE_2: ClientFile = {
  name: 'HeaderScheme.java',
  text: `// Signs requests in the headers below. Java 17 or newer, no library; Client.java stands beside this file.
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
  static final String SEPARATOR = "\\n";
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
`,
}

export const java: ClientTemplate = {
  id: 'java',
  name: 'Java',
  syntax: 'java',
  needs: 'Java 17 or newer',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'javac Client.java && java FILE',
  files: {
    rfc9421: [FILE_0, FILE_1],
    'header-scheme': [FILE_2, FILE_1],
  },
}
