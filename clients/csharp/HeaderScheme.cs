// Signs requests in the headers below: a handler for HttpClient. .NET 6 or newer, Framework 4.7.2, or Mono.
// The platform has no Ed25519: for such a key, pass a function of NSec or BouncyCastle as `sign`.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…
//     dotnet run -- POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'     (with Program.cs)
//
// In a program: new HttpClient(new SigningHandler("https://api.example.com", keyId, sign))
using System;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

public class SigningHandler : DelegatingHandler
{
    // settings: what the service requires
    const string KeyHeader = "X-Acme-Key";
    const string TimeHeader = "X-Acme-Time";
    const string NonceHeader = "X-Acme-Nonce";
    const string SignatureHeader = "X-Acme-Signature";
    const string DigestHeader = "";
    static readonly string[] Base = { "timestamp", "nonce", "method", "target", "body-sha256" };
    const string Separator = "\n";
    static readonly string TimeUnit = "ms";
    static readonly string Encoding = "hex";
    const string Prefix = "";
    // end of settings

    static readonly System.Text.Encoding Utf8 = System.Text.Encoding.UTF8;
    readonly string origin, keyId;
    readonly Func<byte[], byte[]> sign;

    /// <summary>Signs what goes to <paramref name="origin"/> and refuses everything else.</summary>
    // A redirect is not followed: a signature for one URL must not be shown to another.
    public SigningHandler(string origin, string keyId, Func<byte[], byte[]> sign)
        : base(new HttpClientHandler { AllowAutoRedirect = false })
    {
        this.origin = origin;
        this.keyId = keyId;
        this.sign = sign;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (request.RequestUri.GetLeftPart(UriPartial.Authority) != origin)
            throw new HttpRequestException($"requests to {request.RequestUri.Host} are not signed");
        var body = request.Content == null ? new byte[0] : await request.Content.ReadAsByteArrayAsync();
        byte[] digest, random = new byte[16];
        using (var sha256 = SHA256.Create()) digest = sha256.ComputeHash(body);
        using (var generator = RandomNumberGenerator.Create()) generator.GetBytes(random);
        string timestamp = Timestamp(DateTimeOffset.UtcNow), nonce = Hex(random);
        var texts = Base.Select(name => name == "body" ? body : Utf8.GetBytes(
            name == "key" ? keyId
            : name == "timestamp" ? timestamp
            : name == "nonce" ? nonce
            : Part(request, name, digest)));
        var separator = Utf8.GetBytes(Separator);
        var text = texts.Aggregate((all, one) => all.Concat(separator).Concat(one).ToArray());
        Set(request, KeyHeader, keyId);
        Set(request, TimeHeader, timestamp);
        Set(request, NonceHeader, nonce);
        var hashed = Base.FirstOrDefault(name => name.StartsWith("body-"));
        if (hashed != null) Set(request, DigestHeader, Part(request, hashed, digest));
        Set(request, SignatureHeader, Prefix + Encoded(sign(text)));
        return await base.SendAsync(request, cancel);
    }

    /// <summary>One part of the signed text that the request itself has.</summary>
    static string Part(HttpRequestMessage request, string name, byte[] digest)
    {
        var uri = request.RequestUri;
        switch (name)
        {
            case "method": return request.Method.Method;
            case "authority": return uri.Authority;
            case "path": return uri.AbsolutePath;
            case "query": return uri.Query.TrimStart('?');
            case "target": return uri.PathAndQuery;
            case "body-sha256": return Hex(digest);
            case "body-sha256-base64": return Convert.ToBase64String(digest);
        }
        if (name.StartsWith("text:")) return name.Substring(5);
        var field = name.Substring(name.IndexOf(':') + 1);
        if (request.Headers.TryGetValues(field, out var values)) return values.Single().Trim();
        if (field == "content-type" && request.Content != null) return request.Content.Headers.ContentType.ToString();
        throw new HttpRequestException($"{field} is signed and must be there");
    }

    static string Timestamp(DateTimeOffset now) =>
        TimeUnit == "s" ? now.ToUnixTimeSeconds().ToString()
        : TimeUnit == "ms" ? now.ToUnixTimeMilliseconds().ToString()
        : now.ToString("yyyy-MM-ddTHH:mm:ssZ");

    static string Encoded(byte[] bytes) =>
        Encoding == "hex" ? Hex(bytes)
        : Encoding == "base64" ? Convert.ToBase64String(bytes)
        : Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    static string Hex(byte[] bytes) => BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();

    static void Set(HttpRequestMessage request, string name, string value)
    {
        if (name == "") return;
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
