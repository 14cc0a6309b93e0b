<?php
// Signs requests by RFC 9421. PHP 8.0 or newer with curl; an Ed25519 key needs sodium, which PHP brings.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     php rfc9421.php POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'

declare(strict_types=1);

// settings: what the service requires
const LABEL = 'sig1';
const TAG = '';
const COVERED = ['@method', '@authority', '@path', '@query'];
const WHEN_PRESENT = ['content-type', 'content-digest'];
const EXPIRES_IN = 0;
// end of settings

/** The function that signs, from what the environment names. */
function signer(): callable
{
    if (($file = getenv('SIGNING_KEY_FILE')) !== false) {
        $opened = openssl_pkey_get_private(file_get_contents($file), getenv('SIGNING_KEY_PASSWORD') ?: '');
        if ($opened === false || !openssl_pkey_export($opened, $pem)) {
            throw new RuntimeException("$file is no key in PKCS #8, or SIGNING_KEY_PASSWORD does not open it");
        }
        // The seed is the last 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 7).
        $der = base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $pem), true);
        $key = sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair(substr($der, -32)));
        return fn (string $base): string => sodium_crypto_sign_detached($base, $key);
    }
    $secret = getenv('SIGNING_SECRET') ?: throw new RuntimeException('SIGNING_SECRET or SIGNING_KEY_FILE must be set');
    return fn (string $base): string => hash_hmac('sha256', $base, $secret, true);
}

/** Scheme, host, path and query of the URL as it goes out: percent-encoded where it is not ASCII. */
function wireUrl(string $url): array
{
    if (!preg_match('~^(https?)://([^/?#@]+)([^?#]*)(\?[^#]*)?~', $url, $found)) {
        throw new InvalidArgumentException('the URL must be of http or https, without a user name');
    }
    $encode = fn (string $text): string =>
        preg_replace_callback('/[^!#-;=?-\[\]_a-z~]/', fn (array $byte): string => rawurlencode($byte[0]), $text);
    $host = preg_replace($found[1] === 'https' ? '/:443$/' : '/:80$/', '', strtolower($found[2]));
    return [$found[1], $host, $encode($found[3]) ?: '/', $encode($found[4] ?? '')];
}

/** The headers with those of the signature. */
function signed(string $method, array $wire, ?string $body, array $headers, string $keyId, callable $sign): array
{
    [$scheme, $host, $path, $query] = $wire;
    if ($body !== null) {
        $headers['Content-Digest'] = 'sha-256=:' . base64_encode(hash('sha256', $body, true)) . ':';
    }
    $values = array_map('trim', array_change_key_case($headers)) + [
        '@method' => $method,
        '@authority' => $host,
        '@scheme' => $scheme,
        '@path' => $path,
        '@query' => $query ?: '?',
        '@request-target' => $path . $query,
        '@target-uri' => "$scheme://$host$path$query",
    ];
    $names = [...COVERED, ...array_filter(WHEN_PRESENT, fn (string $name): bool => isset($values[$name]))];
    $base = '';
    foreach ($names as $name) {
        $value = $values[$name] ?? throw new InvalidArgumentException("$name is signed and must be there");
        $base .= "\"$name\": $value\n";
    }
    $created = time();
    $params = '("' . implode('" "', $names) . "\");created=$created";
    $params .= EXPIRES_IN > 0 ? ';expires=' . ($created + EXPIRES_IN) : '';
    $params .= ';nonce="' . bin2hex(random_bytes(16)) . "\";keyid=\"$keyId\"";
    $params .= TAG === '' ? '' : ';tag="' . TAG . '"';
    $headers['Signature-Input'] = LABEL . "=$params";
    $headers['Signature'] = LABEL . '=:' . base64_encode($sign("$base\"@signature-params\": $params")) . ':';
    return $headers;
}

/** Signs and sends a request; status and body of the answer. */
function send(string $method, string $url, ?string $body = null, array $headers = []): array
{
    $wire = wireUrl($url);
    if ($body !== null && !isset(array_change_key_case($headers)['content-type'])) {
        $headers['Content-Type'] = 'application/json';
    }
    $headers = signed($method, $wire, $body, $headers, getenv('SIGNING_KEY_ID'), signer());
    $curl = curl_init("$wire[0]://$wire[1]$wire[2]$wire[3]");
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => array_map(fn ($name, $value) => "$name: $value", array_keys($headers), $headers),
        CURLOPT_PATH_AS_IS => true,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 30,
    ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
    $answer = curl_exec($curl);
    if ($answer === false) {
        throw new RuntimeException(curl_error($curl));
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $answer];
}

if (realpath($argv[0] ?? '') === __FILE__) {
    $lines = array_column(array_map(fn ($line) => preg_split('/:\s*/', $line, 2), array_slice($argv, 4)), 1, 0);
    [$status, $answer] = send($argv[1], $argv[2], $argv[3] ?? null, $lines);
    echo $answer, "\n";
    exit($status < 400 ? 0 : 1);
}
