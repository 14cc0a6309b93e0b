// Made from clients/powershell by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'rfc9421.ps1',
  text: `#!/usr/bin/env pwsh
# Signs requests by RFC 9421. PowerShell 7.2 or newer; an Ed25519 key needs OpenSSL 3, as .NET has none.
#
#   $env:SIGNING_KEY_ID = 'bot-1'; $env:SIGNING_SECRET = '…'     # or SIGNING_KEY_FILE in place of the secret
#   $env:SIGNING_KEY_PASSWORD = '…'                              # where that file has one
#   ./rfc9421.ps1 POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
param(
    [Parameter(Mandatory)] [string] $Method,
    [Parameter(Mandatory)] [string] $Url,
    [Parameter()] [AllowEmptyString()] [string] $Body,
    [Parameter(ValueFromRemainingArguments)] [string[]] $Lines = @()
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

# settings: what the service requires
$LABEL = 'sig1'
$TAG = ''
$COVERED = @('@method', '@authority', '@path', '@query')
$WHEN_PRESENT = @('content-type', 'content-digest')
$EXPIRES_IN = 0
# end of settings

# Base64 of the signature over a text, with the key that the environment names.
function Get-Signature([string] $Text) {
    $bytes = [Text.Encoding]::ASCII.GetBytes($Text)
    if ($env:SIGNING_KEY_FILE) {
        $file, $signature = (New-TemporaryFile), (New-TemporaryFile)
        try {
            [IO.File]::WriteAllBytes($file, $bytes)
            $pass = if ($env:SIGNING_KEY_PASSWORD) { 'env:SIGNING_KEY_PASSWORD' } else { 'pass:' }
            openssl pkeyutl -sign -rawin -inkey $env:SIGNING_KEY_FILE -passin $pass -in $file -out $signature
            if ($LASTEXITCODE -ne 0) { throw 'openssl could not sign' }
            return [Convert]::ToBase64String([IO.File]::ReadAllBytes($signature))
        } finally { Remove-Item $file, $signature }
    }
    if (-not $env:SIGNING_SECRET) { throw 'SIGNING_SECRET or SIGNING_KEY_FILE must be set' }
    $mac = [Security.Cryptography.HMACSHA256]::new([Text.Encoding]::UTF8.GetBytes($env:SIGNING_SECRET))
    try { return [Convert]::ToBase64String($mac.ComputeHash($bytes)) } finally { $mac.Dispose() }
}

# System.Uri percent-encodes what is not ASCII, and leaves out a default port.
$uri = [Uri] $Url.Split('#')[0]
if ($uri.Scheme -notin 'http', 'https') { throw 'the URL must be of http or https' }
if ($uri.UserInfo) { throw 'the URL must hold no user name' }
$hasBody = $PSBoundParameters.ContainsKey('Body')
$fields = [ordered] @{}
foreach ($line in $Lines) {
    $name, $value = $line.Split(':', 2)
    $fields[$name.ToLowerInvariant()] = $value.Trim()
}
$content = [Text.Encoding]::UTF8.GetBytes($Body)
if ($hasBody) {
    if (-not $fields.Contains('content-type')) { $fields['content-type'] = 'application/json' }
    $sha256 = [Security.Cryptography.SHA256]::HashData($content)
    $fields['content-digest'] = "sha-256=:$([Convert]::ToBase64String($sha256)):"
}
$values = @{
    '@method'         = $Method
    '@authority'      = $uri.Authority
    '@scheme'         = $uri.Scheme
    '@path'           = $uri.AbsolutePath
    '@query'          = if ($uri.Query) { $uri.Query } else { '?' }
    '@request-target' = $uri.PathAndQuery
    '@target-uri'     = "$($uri.Scheme)://$($uri.Authority)$($uri.PathAndQuery)"
}
foreach ($name in $fields.Keys) { $values[$name] = $fields[$name] }
$names = $COVERED + @($WHEN_PRESENT | Where-Object { $values.ContainsKey($_) })
$base = ''
foreach ($name in $names) {
    if (-not $values.ContainsKey($name)) { throw "$name is signed and must be there" }
    $base += "\`"$name\`": $($values[$name])\`n"
}
$created = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
$nonce = [Convert]::ToHexString([Security.Cryptography.RandomNumberGenerator]::GetBytes(16)).ToLowerInvariant()
$params = '(' + (($names | ForEach-Object { "\`"$_\`"" }) -join ' ') + ");created=$created"
if ($EXPIRES_IN -gt 0) { $params += ";expires=$($created + $EXPIRES_IN)" }
$params += ";nonce=\`"$nonce\`";keyid=\`"$env:SIGNING_KEY_ID\`""
if ($TAG) { $params += ";tag=\`"$TAG\`"" }
$fields['signature-input'] = "$LABEL=$params"
$fields['signature'] = "$LABEL=:$(Get-Signature "$base\`"@signature-params\`": $params"):"

# A signature is for one URL: no redirect is followed, as it would be shown to another one.
$request = @{ Uri = $uri; CustomMethod = $Method; MaximumRedirection = 0; SkipHttpErrorCheck = $true; Headers = @{} }
foreach ($name in $fields.Keys) { if ($name -ne 'content-type') { $request.Headers[$name] = $fields[$name] } }
if ($hasBody) { $request.Body = $content; $request.ContentType = $fields['content-type'] }
$answer = Invoke-WebRequest @request -SkipHeaderValidation
$answer.Content
exit [int]($answer.StatusCode -ge 400)
`,
}

const FILE_1: ClientFile = {
  name: 'header-scheme.ps1',
  text: `#!/usr/bin/env pwsh
# Signs requests in the headers below. PowerShell 7.2 or newer; an Ed25519 key needs OpenSSL 3, as .NET has none.
#
#   $env:SIGNING_KEY_ID = 'bot-1'; $env:SIGNING_SECRET = '…'     # or SIGNING_KEY_FILE in place of the secret
#   $env:SIGNING_KEY_PASSWORD = '…'                              # where that file has one
#   ./header-scheme.ps1 POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
param(
    [Parameter(Mandatory)] [string] $Method,
    [Parameter(Mandatory)] [string] $Url,
    [Parameter()] [AllowEmptyString()] [string] $Body,
    [Parameter(ValueFromRemainingArguments)] [string[]] $Lines = @()
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

# settings: what the service requires
$KEY_HEADER = 'X-Acme-Key'
$TIME_HEADER = 'X-Acme-Time'
$NONCE_HEADER = 'X-Acme-Nonce'
$SIGNATURE_HEADER = 'X-Acme-Signature'
$DIGEST_HEADER = ''
$BASE = @('timestamp', 'nonce', 'method', 'target', 'body-sha256')
$SEPARATOR = "\`n"
$TIME_UNIT = 'ms'
$ENCODING = 'hex'
$PREFIX = ''
# end of settings

# The signature of bytes in base64, with the key that the environment names.
function Get-Signature([byte[]] $Bytes) {
    if ($env:SIGNING_KEY_FILE) {
        $file, $signature = (New-TemporaryFile), (New-TemporaryFile)
        try {
            [IO.File]::WriteAllBytes($file, $Bytes)
            $pass = if ($env:SIGNING_KEY_PASSWORD) { 'env:SIGNING_KEY_PASSWORD' } else { 'pass:' }
            openssl pkeyutl -sign -rawin -inkey $env:SIGNING_KEY_FILE -passin $pass -in $file -out $signature
            if ($LASTEXITCODE -ne 0) { throw 'openssl could not sign' }
            return [Convert]::ToBase64String([IO.File]::ReadAllBytes($signature))
        } finally { Remove-Item $file, $signature }
    }
    if (-not $env:SIGNING_SECRET) { throw 'SIGNING_SECRET or SIGNING_KEY_FILE must be set' }
    $mac = [Security.Cryptography.HMACSHA256]::new([Text.Encoding]::UTF8.GetBytes($env:SIGNING_SECRET))
    try { return [Convert]::ToBase64String($mac.ComputeHash($Bytes)) } finally { $mac.Dispose() }
}

# System.Uri percent-encodes what is not ASCII, and leaves out a default port.
$uri = [Uri] $Url.Split('#')[0]
if ($uri.Scheme -notin 'http', 'https') { throw 'the URL must be of http or https' }
if ($uri.UserInfo) { throw 'the URL must hold no user name' }
$hasBody = $PSBoundParameters.ContainsKey('Body')
$fields = [ordered] @{}
foreach ($line in $Lines) {
    $name, $value = $line.Split(':', 2)
    $fields[$name.ToLowerInvariant()] = $value.Trim()
}
$content = [Text.Encoding]::UTF8.GetBytes($Body)
if ($hasBody -and -not $fields.Contains('content-type')) { $fields['content-type'] = 'application/json' }
function ConvertTo-Hex([byte[]] $Bytes) { [Convert]::ToHexString($Bytes).ToLowerInvariant() }
$digest = [Security.Cryptography.SHA256]::HashData($content)
$now = [DateTimeOffset]::UtcNow
$parts = @{
    'key'                = $env:SIGNING_KEY_ID
    'timestamp'          = switch ($TIME_UNIT) {
        's' { "$($now.ToUnixTimeSeconds())" }
        'ms' { "$($now.ToUnixTimeMilliseconds())" }
        'date' { $now.ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture) }
    }
    'nonce'              = ConvertTo-Hex ([Security.Cryptography.RandomNumberGenerator]::GetBytes(16))
    'method'             = $Method
    'authority'          = $uri.Authority
    'path'               = $uri.AbsolutePath
    'query'              = $uri.Query -replace '^\\?'
    'target'             = $uri.PathAndQuery
    'body-sha256'        = ConvertTo-Hex $digest
    'body-sha256-base64' = [Convert]::ToBase64String($digest)
}
foreach ($name in $fields.Keys) { $parts["field:$name"] = $fields[$name] }
$text = [Collections.Generic.List[byte]]::new()
for ($i = 0; $i -lt $BASE.Count; $i++) {
    $name = $BASE[$i]
    if ($i -gt 0) { $text.AddRange([Text.Encoding]::UTF8.GetBytes($SEPARATOR)) }
    if ($name -eq 'body') { $text.AddRange($content); continue }
    $part = if ($name.StartsWith('text:')) { $name.Substring(5) } else { $parts[$name] }
    if ($null -eq $part) { throw "$name is signed and must be there" }
    $text.AddRange([Text.Encoding]::UTF8.GetBytes($part))
}
$signature = Get-Signature ($text.ToArray())
if ($ENCODING -eq 'hex') { $signature = ConvertTo-Hex ([Convert]::FromBase64String($signature)) }
if ($ENCODING -eq 'base64url') { $signature = $signature.TrimEnd('=').Replace('+', '-').Replace('/', '_') }
$fields[$KEY_HEADER] = $parts['key']
$fields[$TIME_HEADER] = $parts['timestamp']
$fields[$SIGNATURE_HEADER] = $PREFIX + $signature
if ($NONCE_HEADER) { $fields[$NONCE_HEADER] = $parts['nonce'] }
if ($DIGEST_HEADER) { $fields[$DIGEST_HEADER] = $parts[($BASE -match '^body-')[0]] }

# A signature is for one URL: no redirect is followed, as it would be shown to another one.
$request = @{ Uri = $uri; CustomMethod = $Method; MaximumRedirection = 0; SkipHttpErrorCheck = $true; Headers = @{} }
foreach ($name in $fields.Keys) { if ($name -ne 'content-type') { $request.Headers[$name] = $fields[$name] } }
if ($hasBody) { $request.Body = $content; $request.ContentType = $fields['content-type'] }
$answer = Invoke-WebRequest @request -SkipHeaderValidation
$answer.Content
exit [int]($answer.StatusCode -ge 400)
`,
}

export const powershell: ClientTemplate = {
  id: 'powershell',
  name: 'PowerShell',
  syntax: 'powershell',
  needs: 'PowerShell 7.2 or newer; OpenSSL 3 for Ed25519',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: './FILE',
  files: {
    rfc9421: [FILE_0],
    'header-scheme': [FILE_1],
  },
}
