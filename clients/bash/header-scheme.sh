#!/usr/bin/env bash
# Signs a request in the headers below and sends it. Needs bash, curl and OpenSSL 3 (on macOS: brew install openssl).
#
#   export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
#   export SIGNING_KEY_PASSWORD=…                         # where that file has one
#   ./header-scheme.sh POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
#
# Method, URL, then a body (text, or @file) and header lines, where the request has them.
set -euo pipefail
export LC_ALL=C # bytes, not characters

# settings: what the service requires
KEY_HEADER="X-Acme-Key"
TIME_HEADER="X-Acme-Time"
NONCE_HEADER="X-Acme-Nonce"
SIGNATURE_HEADER="X-Acme-Signature"
DIGEST_HEADER=""
BASE=("timestamp" "nonce" "method" "target" "body-sha256")
SEPARATOR="\n"
TIME_UNIT="ms"
ENCODING="hex"
PREFIX=""
# end of settings

fail() { echo "$*" >&2; exit 1; }
[ $# -ge 2 ] || fail "usage: $0 METHOD URL [BODY [HEADER…]]"
method=$1 url=${2%%#*}
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT

# The URL as it goes out: everything that a URL cannot hold is percent-encoded, byte by byte.
scheme=${url%%://*} rest=${url#*://}
authority=${rest%%[/?]*} raw=${rest#"${rest%%[/?]*}"} target=''
case $authority in *@*) fail "the URL must hold no user name or password" ;; esac
for ((i = 0; i < ${#raw}; i++)); do
  char=${raw:i:1}
  case $char in
    [A-Za-z0-9._~:/?@!\$\&\'\(\)*+,\;=%-] | '[' | ']') target+=$char ;;
    *) printf -v code '%d' "'$char"; printf -v char '%%%02X' $((code & 255)); target+=$char ;;
  esac
done
case $target in /*) ;; *) target=/$target ;; esac
host=$(printf %s "$authority" | tr A-Z a-z)
case $scheme in https) host=${host%:443} ;; http) host=${host%:80} ;; *) fail "the URL must be of http or https" ;; esac

sha256() { openssl dgst -sha256 -binary "$@"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

# HMAC-SHA256 by its definition (RFC 2104): as an argument of openssl, every user of this machine could read the secret.
hmac() {
  local key i inner='' outer=''
  key=$(printf %s "$SIGNING_SECRET" | hex)
  if ((${#key} > 128)); then key=$(printf %s "$SIGNING_SECRET" | sha256 | hex); fi
  while ((${#key} < 128)); do key+=00; done
  for ((i = 0; i < 128; i += 2)); do
    printf -v inner '%s\\x%02x' "$inner" $((16#${key:i:2} ^ 0x36))
    printf -v outer '%s\\x%02x' "$outer" $((16#${key:i:2} ^ 0x5c))
  done
  { printf %b "$outer"; { printf %b "$inner"; cat; } | sha256; } | sha256
}

send=(--silent --show-error --fail-with-body --globoff --path-as-is --request "$method")
headers=()
: >"$files/body"
if [ $# -ge 3 ]; then
  case $3 in @*) cat -- "${3#@}" >"$files/body" ;; *) printf %s "$3" >"$files/body" ;; esac
  headers=("${@:4}")
  printf '%s\n' "${headers[@]+"${headers[@]}"}" | grep -i '^content-type:' >/dev/null ||
    headers+=("Content-Type: application/json")
  send+=(--data-binary "@$files/body")
fi
case $TIME_UNIT in s) format=%s ;; ms) format=%s000 ;; date) format=%Y-%m-%dT%H:%M:%SZ ;; esac
timestamp=$(date -u "+$format") nonce=$(openssl rand -hex 16)

# One part of the signed text.
part() {
  local value
  case $1 in
    key) printf %s "${SIGNING_KEY_ID:?}" ;;
    timestamp) printf %s "$timestamp" ;;
    nonce) printf %s "$nonce" ;;
    method) printf %s "$method" ;;
    authority) printf %s "$host" ;;
    target) printf %s "$target" ;;
    path) printf %s "${target%%\?*}" ;;
    query) case $target in *\?*) printf %s "${target#*\?}" ;; esac ;;
    body) cat "$files/body" ;;
    body-sha256) sha256 "$files/body" | hex ;;
    body-sha256-base64) sha256 "$files/body" | openssl base64 -A ;;
    text:*) printf %s "${1#text:}" ;;
    field:*)
      value=$(printf '%s\n' "${headers[@]+"${headers[@]}"}" | grep -i "^${1#field:}:" | sed 's/^[^:]*:[ 	]*//; s/[ 	]*$//') ||
        fail "${1#field:} is signed and must be there"
      printf %s "$value" ;;
  esac
}

for name in "${BASE[@]}"; do
  if [ "$name" != "${BASE[0]}" ]; then printf %b "$SEPARATOR"; fi
  part "$name"
  case $name in body-*) digest=$name ;; esac
done >"$files/base"

if [ -n "${SIGNING_KEY_FILE:-}" ]; then
  export SIGNING_KEY_PASSWORD="${SIGNING_KEY_PASSWORD:-}" # empty is an answer too: openssl would ask for it
  openssl pkeyutl -sign -rawin -inkey "$SIGNING_KEY_FILE" -passin env:SIGNING_KEY_PASSWORD -in "$files/base" >"$files/signature"
else
  : "${SIGNING_SECRET:?or SIGNING_KEY_FILE must be set}"
  hmac <"$files/base" >"$files/signature"
fi
case $ENCODING in
  hex) signature=$(hex <"$files/signature") ;;
  base64) signature=$(openssl base64 -A <"$files/signature") ;;
  base64url) signature=$(openssl base64 -A <"$files/signature" | tr '+/' '-_' | tr -d =) ;;
esac
headers+=("$KEY_HEADER: $SIGNING_KEY_ID" "$TIME_HEADER: $timestamp" "$SIGNATURE_HEADER: $PREFIX$signature")
if [ -n "$NONCE_HEADER" ]; then headers+=("$NONCE_HEADER: $nonce"); fi
if [ -n "$DIGEST_HEADER" ]; then headers+=("$DIGEST_HEADER: $(part "$digest")"); fi
for line in "${headers[@]}"; do send+=(--header "$line"); done
curl "${send[@]}" "$scheme://$host$target"
