"""Verdicts of http-message-signatures on requests that are read as JSON: method, URL, headers, body, algorithm and key."""

import base64
import json
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms
from http_message_signatures.exceptions import InvalidSignature


class Message:
    def __init__(self, method, url, headers):
        self.method, self.url, self.headers = method, url, headers


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, key):
        self.key = key

    def resolve_public_key(self, key_id):
        return self.key

    resolve_private_key = resolve_public_key


def verdict(one):
    if one["algorithm"] == "ed25519":
        key, algorithm = load_pem_public_key(one["key"].encode()), algorithms.ED25519
    else:
        key, algorithm = base64.b64decode(one["key"]), algorithms.HMAC_SHA256
    message = Message(one["method"], one["url"], one["headers"])
    try:
        verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=Keys(key))
        body = None if one["body"] is None else base64.b64decode(one["body"])
        verifier.verify(message, body=body, require_components=("@method", "@authority", "@path", "@query"))
        return "ok"
    except InvalidSignature as error:
        return f"refused: {error or type(error).__name__}"


json.dump([verdict(one) for one in json.load(sys.stdin)], sys.stdout)
