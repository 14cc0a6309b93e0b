<?php
// Signs requests in the headers below. PHP 8.0 or newer with curl; an Ed25519 key needs sodium, which PHP brings.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     php header-scheme.php POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'

declare(strict_types=1);

// settings: what the service requires
const KEY_HEADER = 'X-Acme-Key';
const TIME_HEADER = 'X-Acme-Time';
const NONCE_HEADER = 'X-Acme-Nonce';
const SIGNATURE_HEADER = 'X-Acme-Signature';
const DIGEST_HEADER = '';
const BASE = ['timestamp', 'nonce', 'method', 'target', 'body-sha256'];
const SEPARATOR = "\n";
const TIME_UNIT = 'ms';
const ENCODING = 'hex';
const PREFIX = '';
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
    [, $host, $path, $query] = $wire;
    $digest = hash('sha256', $body ?? '', true);
    $parts = [
        'key' => $keyId,
        'timestamp' => match (TIME_UNIT) {
            's' => (string) time(),
            'ms' => (string) (int) (microtime(true) * 1000),
            'date' => gmdate('Y-m-d\TH:i:s\Z'),
        },
        'nonce' => bin2hex(random_bytes(16)),
        'method' => $method, 'authority' => $host, 'path' => $path, 'query' => substr($query, 1),
        'target' => $path . $query,
        'body' => $body ?? '',
        'body-sha256' => bin2hex($digest),
        'body-sha256-base64' => base64_encode($digest),
    ];
    foreach ($headers as $name => $value) {
        $parts['field:' . strtolower($name)] = trim($value);
    }
    $texts = array_map(fn (string $name): string => str_starts_with($name, 'text:') ? substr($name, 5)
        : $parts[$name] ?? throw new InvalidArgumentException("$name is signed and must be there"), BASE);
    $signature = $sign(implode(SEPARATOR, $texts));
    $added = [
        KEY_HEADER => $keyId,
        TIME_HEADER => $parts['timestamp'],
        NONCE_HEADER => $parts['nonce'],
        DIGEST_HEADER => $parts[current(preg_grep('/^body-/', BASE)) ?: ''] ?? '',
        SIGNATURE_HEADER => PREFIX . match (ENCODING) {
            'hex' => bin2hex($signature),
            'base64' => base64_encode($signature),
            'base64url' => rtrim(strtr(base64_encode($signature), '+/', '-_'), '='),
        },
    ];
    unset($added['']); // a header that the scheme has not
    return $added + $headers;
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
