// Made from clients/csharp by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'Rfc9421.cs',
  text: `// Signs requests by RFC 9421: a handler for HttpClient. .NET 6 or newer, Framework 4.7.2, or Mono.
// The platform has no Ed25519: for such a key, pass a function of NSec or BouncyCastle as \`sign\`.
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
            text.Append($"\\"{name}\\": {value}\\n");
        }
        var nonce = new byte[16];
        using (var random = RandomNumberGenerator.Create()) random.GetBytes(nonce);
        var created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var parameters = $"({string.Join(" ", names.Select(name => $"\\"{name}\\""))});created={created}"
            + (ExpiresIn > 0 ? $";expires={created + ExpiresIn}" : "")
            + $";nonce=\\"{BitConverter.ToString(nonce).Replace("-", "").ToLowerInvariant()}\\";keyid=\\"{keyId}\\""
            + (Tag == "" ? "" : $";tag=\\"{Tag}\\"");
        var signature = sign(Encoding.ASCII.GetBytes($"{text}\\"@signature-params\\": {parameters}"));
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
`,
}

const FILE_1: ClientFile = {
  name: 'Program.cs',
  text: `// The command line of these clients, with the key from the environment: METHOD URL [BODY [HEADER…]]
using System;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;

public static class Program
{
    public static int Main(string[] args)
    {
        var request = new HttpRequestMessage(new HttpMethod(args[0]), args[1]);
        if (args.Length > 2)
            request.Content = new StringContent(args[2], Encoding.UTF8) { Headers = { ContentType = null } };
        foreach (var line in args.Skip(3).Select(line => line.Split(new[] { ':' }, 2)))
            request.Headers.TryAddWithoutValidation(line[0], line[1].Trim());
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var secret = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("SIGNING_SECRET"));
        Func<byte[], byte[]> sign = text =>
        {
            using (var mac = new HMACSHA256(secret)) return mac.ComputeHash(text);
        };
        var origin = request.RequestUri.GetLeftPart(UriPartial.Authority);
        var handler = new SigningHandler(origin, Environment.GetEnvironmentVariable("SIGNING_KEY_ID"), sign);
        using (var client = new HttpClient(handler))
        {
            var answer = client.SendAsync(request).Result;
            Console.WriteLine(answer.Content.ReadAsStringAsync().Result);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
    }
}
`,
}

const FILE_2: ClientFile = {
  name: 'HeaderScheme.cs',
  text: `// Signs requests in the headers below: a handler for HttpClient. .NET 6 or newer, Framework 4.7.2, or Mono.
// The platform has no Ed25519: for such a key, pass a function of NSec or BouncyCastle as \`sign\`.
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
    const string Separator = "\\n";
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
`,
}

export const csharp: ClientTemplate = {
  id: 'csharp',
  name: 'C#',
  syntax: 'csharp',
  needs: '.NET 6 or newer, .NET Framework 4.7.2, or Mono',
  algorithms: ['hmac-sha256'],
  run: 'dotnet run --',
  files: {
    rfc9421: [FILE_0, FILE_1],
    'header-scheme': [FILE_2, FILE_1],
  },
}
