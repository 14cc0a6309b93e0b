"""Signs requests in the headers below: an auth class for `requests`. An Ed25519 key needs `pip install cryptography`.

    export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
    export SIGNING_KEY_PASSWORD=…                         # where that file has one
    python3 header_scheme_auth.py POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'

In a program: requests.post(url, data=body, auth=SignatureAuth.from_environment())
"""

import base64
import hashlib
import hmac
import os
import secrets
import sys
import time
import urllib.parse

import requests

# settings: what the service requires
KEY_HEADER = "X-Acme-Key"
TIME_HEADER = "X-Acme-Time"
NONCE_HEADER = "X-Acme-Nonce"
SIGNATURE_HEADER = "X-Acme-Signature"
DIGEST_HEADER = ""
BASE = ["timestamp", "nonce", "method", "target", "body-sha256"]
SEPARATOR = "\n"
TIME_UNIT = "ms"
ENCODING = "hex"
PREFIX = ""
# end of settings

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


class SignatureAuth(requests.auth.AuthBase):
    """`sign` is a function from bytes to bytes."""

    def __init__(self, key_id, sign):
        self.key_id, self.sign = key_id, sign

    @classmethod
    def from_environment(cls):
        if os.environ.get("SIGNING_KEY_FILE"):
            from cryptography.hazmat.primitives.serialization import load_pem_private_key

            with open(os.environ["SIGNING_KEY_FILE"], "rb") as file:
                password = os.environ.get("SIGNING_KEY_PASSWORD", "").encode() or None
                return cls(os.environ["SIGNING_KEY_ID"], load_pem_private_key(file.read(), password).sign)
        secret = os.environ["SIGNING_SECRET"].encode()
        return cls(os.environ["SIGNING_KEY_ID"], lambda data: hmac.digest(secret, data, "sha256"))

    def __call__(self, request):
        """Called by requests when everything else of the request is ready."""
        parts = self.parts(request)
        texts = [name[5:] if name.startswith("text:") else parts[name] for name in BASE]
        text = SEPARATOR.encode().join(one if isinstance(one, bytes) else one.encode() for one in texts)
        request.headers[KEY_HEADER] = self.key_id
        request.headers[TIME_HEADER] = parts["timestamp"]
        request.headers[SIGNATURE_HEADER] = PREFIX + ENCODINGS[ENCODING](self.sign(text))
        if NONCE_HEADER:
            request.headers[NONCE_HEADER] = parts["nonce"]
        if DIGEST_HEADER:
            request.headers[DIGEST_HEADER] = next(parts[name] for name in BASE if name.startswith("body-"))
        request.register_hook("response", refuse_redirect)
        return request

    def parts(self, request):
        """The values that the signed text can hold, by name."""
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        if not isinstance(body, bytes):
            raise ValueError("a stream cannot be signed: read it first")
        url, digest = urllib.parse.urlsplit(request.url), hashlib.sha256(body).digest()
        host = request.headers.get("Host", url.netloc.rpartition("@")[2]).lower()
        names = {name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()}
        return {
            **{f"field:{name.lower()}": value.strip(" \t") for name, value in names.items()},
            "key": self.key_id,
            "timestamp": TIMES[TIME_UNIT](),
            "nonce": secrets.token_hex(16),
            "method": request.method,
            "authority": host.removesuffix(":443" if url.scheme == "https" else ":80"),
            "path": url.path,
            "query": url.query,
            "target": request.path_url,
            "body": body,
            "body-sha256": digest.hex(),
            "body-sha256-base64": base64.b64encode(digest).decode(),
        }


def refuse_redirect(answer, **_):
    """A signature is for one URL: it must not be shown to another one."""
    if answer.is_redirect:
        raise requests.exceptions.TooManyRedirects("a signed request was redirected", response=answer)


if __name__ == "__main__":
    method, url, *rest = sys.argv[1:]
    headers = {"Content-Type": "application/json"} if rest else {}
    headers.update(line.split(": ", 1) for line in rest[1:])
    data = rest[0].encode() if rest else None
    answer = requests.request(method, url, data=data, headers=headers, auth=SignatureAuth.from_environment(), timeout=30)
    print(answer.text)
    sys.exit(0 if answer.ok else 1)
