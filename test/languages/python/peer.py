"""The command line of every Python program here: keys of a folder, a server that answers with a verdict, and a client."""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from http_message_signatures import HTTPSignatureKeyResolver, algorithms

ALGORITHMS = {
    "hmac-sha256": algorithms.HMAC_SHA256,
    "ed25519": algorithms.ED25519,
    "ecdsa-p256-sha256": algorithms.ECDSA_P256_SHA256,
    "rsa-pss-sha512": algorithms.RSA_PSS_SHA512,
    "rsa-v1_5-sha256": algorithms.RSA_V1_5_SHA256,
}


def read(name):
    with open(os.path.join(sys.argv[2], name), "rb") as file:
        return file.read()


def algorithm_of(request):
    """A key has the name of its algorithm as its id."""
    field = request.headers["Signature-Input"]
    return next(name for name in ALGORITHMS if f'keyid="{name}"' in field)


class Keys(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id):
        return read("hmac-sha256.key" if key_id == "hmac-sha256" else f"{key_id}.pub.pem")

    def resolve_private_key(self, key_id):
        return read("hmac-sha256.key" if key_id == "hmac-sha256" else f"{key_id}.pem")


def covered(has_body):
    return ["@method", "@authority", "@path", "@query", *(["content-type", "content-digest"] if has_body else [])]


def serve(verify):
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            # A message of these libraries: method, URL and fields.
            message = requests.PreparedRequest()
            message.method, message.headers = self.command, requests.structures.CaseInsensitiveDict(self.headers)
            message.url, message.body = f"http://{self.headers['host']}{self.path}", body
            try:
                verify(message, body)
                status, text = 200, "ok"
            except Exception as error:
                status, text = 401, f"{type(error).__name__}: {error}"
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    # The parent is gone: so is its end of the pipe.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()


def send(sign, algorithm, method, url, body=None):
    headers = {} if body is None else {"Content-Type": "application/json"}
    data = None if body is None else body.encode()
    request = requests.Request(method, url, headers=headers, data=data).prepare()
    sign(algorithm, request, data)
    print(requests.Session().send(request, allow_redirects=False).text)


def main(sign, verify):
    """`verify KEYS`, which prints its port, or `sign KEYS ALGORITHM METHOD URL [BODY]`, which prints the answer."""
    if sys.argv[1] == "verify":
        serve(verify)
    else:
        send(sign, *sys.argv[3:])
