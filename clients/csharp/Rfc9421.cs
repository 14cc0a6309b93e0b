// Signs requests by RFC 9421: a handler for HttpClient. .NET 6 or newer, Framework 4.7.2, or Mono.
// The platform has no Ed25519: for such a key, pass a function of NSec or BouncyCastle as `sign`.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…
//     dotnet run -- POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'     (with Program.cs)
//
// In a program: new HttpClient(new SigningHandler("https://api.example.com", keyId, sign))
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

public class SigningHandler : DelegatingHandler
{
    // settings: what the service requires
    const string Label = "sig1";
    const string Tag = "";
    static readonly string[] Covered = { "@method", "@authority", "@path", "@query" };
    static readonly string[] WhenPresent = { "content-type", "content-digest" };
    static readonly long ExpiresIn = 0;
    // end of settings

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
        if (request.Content != null)
        {
            var body = await request.Content.ReadAsByteArrayAsync();
            using (var sha256 = SHA256.Create())
                Set(request, "Content-Digest", $"sha-256=:{Convert.ToBase64String(sha256.ComputeHash(body))}:");
        }
        var names = Covered.Concat(WhenPresent.Where(name => Component(request, name) != null)).ToList();
        var text = new StringBuilder();
        foreach (var name in names)
        {
            var value = Component(request, name);
            if (value == null) throw new HttpRequestException($"{name} is signed and must be there");
            text.Append($"\"{name}\": {value}\n");
        }
        var nonce = new byte[16];
        using (var random = RandomNumberGenerator.Create()) random.GetBytes(nonce);
        var created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var parameters = $"({string.Join(" ", names.Select(name => $"\"{name}\""))});created={created}"
            + (ExpiresIn > 0 ? $";expires={created + ExpiresIn}" : "")
            + $";nonce=\"{BitConverter.ToString(nonce).Replace("-", "").ToLowerInvariant()}\";keyid=\"{keyId}\""
            + (Tag == "" ? "" : $";tag=\"{Tag}\"");
        var signature = sign(Encoding.ASCII.GetBytes($"{text}\"@signature-params\": {parameters}"));
        Set(request, "Signature-Input", $"{Label}={parameters}");
        Set(request, "Signature", $"{Label}=:{Convert.ToBase64String(signature)}:");
        return await base.SendAsync(request, cancel);
    }

    static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>The value that a signature covers; null where the request has none.</summary>
    static string Component(HttpRequestMessage request, string name)
    {
        var uri = request.RequestUri;
        switch (name)
        {
            case "@method": return request.Method.Method;
            case "@authority": return uri.Authority;
            case "@scheme": return uri.Scheme;
            case "@path": return uri.AbsolutePath;
            case "@query": return uri.Query == "" ? "?" : uri.Query;
            case "@request-target": return uri.PathAndQuery;
            case "@target-uri": return $"{uri.Scheme}://{uri.Authority}{uri.PathAndQuery}";
        }
        var fields = request.Headers.Concat(request.Content == null
            ? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()
            : request.Content.Headers);
        var lines = fields.Where(field => field.Key.ToLowerInvariant() == name);
        var values = lines.SelectMany(field => field.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values).Trim();
    }
}
