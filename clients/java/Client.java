// What both clients share: the URL as it goes out, the key from the environment, and the command line.
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
      out.append(b > ' ' && b < 127 && "\"<>\\^`{|}".indexOf(b) < 0 ? "" + (char) b : String.format("%%%02X", b));
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
    var der = Base64.getDecoder().decode(pem.replaceAll("-----[^-]+-----|\\s", ""));
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
