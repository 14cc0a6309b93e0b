// Made from clients/python by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'rfc9421.py',
  text: `"""Signs requests by RFC 9421 and sends them. Standard library only; an Ed25519 key needs \`pip install cryptography\`.

    export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
    export SIGNING_KEY_PASSWORD=…                         # where that file has one
    python3 rfc9421.py POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'

In a program: from rfc9421 import send
"""

import base64
import hashlib
import hmac
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# settings: what the service requires
LABEL = "sig1"
TAG = ""
COVERED = ["@method", "@authority", "@path", "@query"]
WHEN_PRESENT = ["content-type", "content-digest"]
EXPIRES_IN = 0
# end of settings


def load_key():
    """The function that signs, from what the environment names."""
    if os.environ.get("SIGNING_KEY_FILE"):
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        with open(os.environ["SIGNING_KEY_FILE"], "rb") as file:
            password = os.environ.get("SIGNING_KEY_PASSWORD", "").encode() or None
            return load_pem_private_key(file.read(), password).sign
    secret = os.environ["SIGNING_SECRET"].encode()
    return lambda data: hmac.digest(secret, data, "sha256")


def wire_url(url):
    """The URL as it goes out: without a fragment, and percent-encoded where it is not ASCII."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise ValueError("the URL must be of http or https, without a user name")
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    safe = "/:@!$&'()*+,;=%-._~"
    path, query = urllib.parse.quote(parts.path or "/", safe), urllib.parse.quote(parts.query, safe + "?[]")
    return urllib.parse.urlunsplit((parts.scheme, host, path, query, ""))


def components(method, url, headers):
    """The values that a signature can cover, by name."""
    parts = urllib.parse.urlsplit(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    fields = {name.lower(): value.strip(" \\t") for name, value in headers.items()}
    return {
        **fields,
        "@method": method,
        "@authority": parts.netloc,
        "@scheme": parts.scheme,
        "@path": parts.path,
        "@query": "?" + parts.query,
        "@request-target": target,
        "@target-uri": f"{parts.scheme}://{parts.netloc}{target}",
    }


def sign(method, url, headers, body, key_id, key):
    """The headers with those of the signature. \`url\` is what wire_url() made; \`body\` is bytes, or None."""
    headers = dict(headers)
    if body is not None and "content-digest" not in map(str.lower, headers):
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers["Content-Digest"] = f"sha-256=:{digest}:"
    values = components(method, url, headers)
    names = COVERED + [name for name in WHEN_PRESENT if name in values]
    created = int(time.time())
    params = "(" + " ".join(f'"{name}"' for name in names) + f");created={created}"
    if EXPIRES_IN:
        params += f";expires={created + EXPIRES_IN}"
    params += f';nonce="{secrets.token_urlsafe(16)}";keyid="{key_id}"'
    if TAG:
        params += f';tag="{TAG}"'
    base = "".join(f'"{name}": {values[name]}\\n' for name in names) + f'"@signature-params": {params}'
    headers["Signature-Input"] = f"{LABEL}={params}"
    headers["Signature"] = f"{LABEL}=:{base64.b64encode(key(base.encode('ascii'))).decode()}:"
    return headers


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A signature is for one URL: it must not be shown to another one."""

    def redirect_request(self, *_):
        return None


def send(method, url, body=None, headers=None, key=None):
    """Signs and sends a request; returns status and body of the answer. \`body\` is text, bytes, or None."""
    url, headers = wire_url(url), dict(headers or {})
    body = body.encode() if isinstance(body, str) else body
    if body is not None and "content-type" not in map(str.lower, headers):
        headers["Content-Type"] = "application/json"
    headers = sign(method, url, headers, body, os.environ["SIGNING_KEY_ID"], key or load_key())
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


if __name__ == "__main__":
    method, url, *rest = sys.argv[1:]
    lines = dict(line.split(": ", 1) for line in rest[1:])
    status, answer = send(method, url, rest[0] if rest else None, lines)
    print(answer.decode())
    sys.exit(0 if status < 400 else 1)
`,
}

const FILE_1: ClientFile = {
  name: 'header_scheme.py',
  text: `"""Signs requests in the headers below. Standard library only; an Ed25519 key needs \`pip install cryptography\`.

    export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
    export SIGNING_KEY_PASSWORD=…                         # where that file has one
    python3 header_scheme.py POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'

In a program: from header_scheme import send
"""

import base64
import hashlib
import hmac
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# settings: what the service requires
KEY_HEADER = "X-Acme-Key"
TIME_HEADER = "X-Acme-Time"
NONCE_HEADER = "X-Acme-Nonce"
SIGNATURE_HEADER = "X-Acme-Signature"
DIGEST_HEADER = ""
BASE = ["timestamp", "nonce", "method", "target", "body-sha256"]
SEPARATOR = "\\n"
TIME_UNIT = "ms"
ENCODING = "hex"
PREFIX = ""
# end of settings


def load_key():
    """The function that signs, from what the environment names."""
    if os.environ.get("SIGNING_KEY_FILE"):
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        with open(os.environ["SIGNING_KEY_FILE"], "rb") as file:
            password = os.environ.get("SIGNING_KEY_PASSWORD", "").encode() or None
            return load_pem_private_key(file.read(), password).sign
    secret = os.environ["SIGNING_SECRET"].encode()
    return lambda data: hmac.digest(secret, data, "sha256")


def wire_url(url):
    """The URL as it goes out: without a fragment, and percent-encoded where it is not ASCII."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        raise ValueError("the URL must be of http or https, without a user name")
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    safe = "/:@!$&'()*+,;=%-._~"
    path, query = urllib.parse.quote(parts.path or "/", safe), urllib.parse.quote(parts.query, safe + "?[]")
    return urllib.parse.urlunsplit((parts.scheme, host, path, query, ""))


TIMES = {
    "s": lambda: str(int(time.time())),
    "ms": lambda: str(int(time.time() * 1000)),
    "date": lambda: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
}
ENCODINGS = {
    "hex": bytes.hex,
    "base64": lambda data: base64.b64encode(data).decode(),
    "base64url": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
}


def sign(method, url, headers, body, key_id, key):
    """The headers with those of the signature. \`url\` is what wire_url() made; \`body\` is bytes, or None."""
    url, digest = urllib.parse.urlsplit(url), hashlib.sha256(body or b"").digest()
    parts = {
        "key": key_id, "timestamp": TIMES[TIME_UNIT](), "nonce": secrets.token_hex(16),
        "method": method, "authority": url.netloc, "path": url.path, "query": url.query,
        "target": url.path + ("?" + url.query if url.query else ""), "body": body or b"",
        "body-sha256": digest.hex(), "body-sha256-base64": base64.b64encode(digest).decode(),
    }
    parts.update({f"field:{name.lower()}": value.strip(" \\t") for name, value in headers.items()})
    texts = [name[5:] if name.startswith("text:") else parts[name] for name in BASE]
    text = SEPARATOR.encode().join(one if isinstance(one, bytes) else one.encode() for one in texts)
    added = {
        KEY_HEADER: key_id,
        TIME_HEADER: parts["timestamp"],
        NONCE_HEADER: parts["nonce"],
        DIGEST_HEADER: next((parts[name] for name in BASE if name.startswith("body-")), ""),
        SIGNATURE_HEADER: PREFIX + ENCODINGS[ENCODING](key(text)),
    }
    return {**headers, **{name: value for name, value in added.items() if name}}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A signature is for one URL: it must not be shown to another one."""

    def redirect_request(self, *_):
        return None


def send(method, url, body=None, headers=None, key=None):
    """Signs and sends a request; returns status and body of the answer. \`body\` is text, bytes, or None."""
    url, headers = wire_url(url), dict(headers or {})
    body = body.encode() if isinstance(body, str) else body
    if body is not None and "content-type" not in map(str.lower, headers):
        headers["Content-Type"] = "application/json"
    headers = sign(method, url, headers, body, os.environ["SIGNING_KEY_ID"], key or load_key())
    request = urllib.request.Request(url, body, headers, method=method)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


if __name__ == "__main__":
    method, url, *rest = sys.argv[1:]
    lines = dict(line.split(": ", 1) for line in rest[1:])
    status, answer = send(method, url, rest[0] if rest else None, lines)
    print(answer.decode())
    sys.exit(0 if status < 400 else 1)
`,
}

export const python: ClientTemplate = {
  id: 'python',
  name: 'Python',
  syntax: 'python',
  needs: 'Python 3.9 or newer; cryptography for Ed25519',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'python3 FILE',
  files: {
    rfc9421: [FILE_0],
    'header-scheme': [FILE_1],
  },
}
