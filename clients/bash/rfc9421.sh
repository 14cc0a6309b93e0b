#!/usr/bin/env bash
# Signs a request by RFC 9421 and sends it. Needs bash, curl and OpenSSL 3 (on macOS: brew install openssl).
#
#   export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
#   export SIGNING_KEY_PASSWORD=…                         # where that file has one
#   ./rfc9421.sh POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
#
# Method, URL, then a body (text, or @file) and header lines, where the request has them.
set -euo pipefail
export LC_ALL=C # bytes, not characters

# settings: what the service requires
LABEL="sig1"
TAG=""
COVERED=("@method" "@authority" "@path" "@query")
WHEN_PRESENT=("content-type" "content-digest")
EXPIRES_IN=0
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

send=(--silent --show-error --fail-with-body --globoff --path-as-is --request "$method")
headers=()
if [ $# -ge 3 ]; then
  case $3 in @*) cat -- "${3#@}" >"$files/body" ;; *) printf %s "$3" >"$files/body" ;; esac
  headers=("${@:4}")
  printf '%s\n' "${headers[@]+"${headers[@]}"}" | grep -i '^content-type:' >/dev/null ||
    headers+=("Content-Type: application/json")
  headers+=("Content-Digest: sha-256=:$(openssl dgst -sha256 -binary "$files/body" | openssl base64 -A):")
  send+=(--data-binary "@$files/body")
fi

# The value of a component; fails where the request has none.
component() {
  local line query='?'
  case $target in *\?*) query="?${target#*\?}" ;; esac
  case $1 in
    @method) printf %s "$method" ;;
    @authority) printf %s "$host" ;;
    @scheme) printf %s "$scheme" ;;
    @path) printf %s "${target%%\?*}" ;;
    @query) printf %s "$query" ;;
    @request-target) printf %s "$target" ;;
    @target-uri) printf %s "$scheme://$host$target" ;;
    *)
      for line in "${headers[@]+"${headers[@]}"}"; do
        if [ "$(printf %s "${line%%:*}" | tr A-Z a-z)" = "$1" ]; then
          printf %s "${line#*:}" | sed 's/^[ 	]*//; s/[ 	]*$//'
          return
        fi
      done
      return 1
      ;;
  esac
}

base='' list=''
for name in "${COVERED[@]}"; do
  value=$(component "$name") || fail "$name is signed and must be there"
  base+="\"$name\": $value"$'\n' list+=" \"$name\""
done
for name in "${WHEN_PRESENT[@]}"; do
  if value=$(component "$name"); then base+="\"$name\": $value"$'\n' list+=" \"$name\""; fi
done
created=$(date +%s)
input="(${list# });created=$created"
if ((EXPIRES_IN > 0)); then input+=";expires=$((created + EXPIRES_IN))"; fi
input+=";nonce=\"$(openssl rand -hex 16)\";keyid=\"${SIGNING_KEY_ID:?}\"${TAG:+;tag=\"$TAG\"}"
printf %s "$base\"@signature-params\": $input" >"$files/base"

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

if [ -n "${SIGNING_KEY_FILE:-}" ]; then
  export SIGNING_KEY_PASSWORD="${SIGNING_KEY_PASSWORD:-}" # empty is an answer too: openssl would ask for it
  signature=$(openssl pkeyutl -sign -rawin -inkey "$SIGNING_KEY_FILE" -passin env:SIGNING_KEY_PASSWORD -in "$files/base" | openssl base64 -A)
else
  : "${SIGNING_SECRET:?or SIGNING_KEY_FILE must be set}"
  signature=$(hmac <"$files/base" | openssl base64 -A)
fi
for line in "${headers[@]+"${headers[@]}"}" "Signature-Input: $LABEL=$input" "Signature: $LABEL=:$signature:"; do
  send+=(--header "$line")
done
curl "${send[@]}" "$scheme://$host$target"
