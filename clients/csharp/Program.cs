// The command line of these clients, with the key from the environment: METHOD URL [BODY [HEADER…]]
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
