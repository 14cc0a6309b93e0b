"""Requests as oauthlib, mohawk and requests-http-signature sign them, and their verdicts on ours, as JSON. Nothing is sent."""

import base64
import json
import os
import sys

import mohawk
import requests
from oauthlib import oauth1
from oauthlib.common import Request
from oauthlib.oauth1.rfc5849 import signature
from requests_http_signature import HTTPSignatureAuth, HTTPSignatureHeaderAuth

# What both sides sign with where a method is of RSA: PEM, from the suite.
RSA_KEY = os.environ.get("COUNTERSIGN_RSA_KEY", "")
SECRET = "kd94hf93k423kf44kd94hf93k423kf44"
TOKEN_SECRET = "pfkkdhi9sl3r4s00"
HOST = "https://api.example.com"
TARGETS = ["/", "/v1/orders?limit=10", "/a%20b/c%2Fd?b=2&a=1&a=0", "/~user/1_2.txt?q=a%20b%26c"]
FORM = "application/x-www-form-urlencoded"
OUT = []


def add(scheme, method, target, headers, body=None, **more):
    OUT.append(
        {
            "scheme": scheme,
            "method": method,
            "url": HOST + target,
            "headers": {str(k): v.decode() if isinstance(v, bytes) else str(v) for k, v in dict(headers).items()},
            "body": None if body is None else base64.b64encode(body.encode()).decode(),
            **more,
        }
    )


def oauth():
    for method in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA256", "RSA-SHA512"):
        for token in (None, "tok/en+1"):
            client = oauth1.Client(
                "key!1",
                client_secret=SECRET,
                resource_owner_key=token,
                resource_owner_secret=TOKEN_SECRET if token else None,
                signature_method=method,
                rsa_key=RSA_KEY if method.startswith("RSA") else None,
            )
            for target in TARGETS:
                _, headers, _ = client.sign(HOST + target)
                add("oauth1", "GET", target, headers, algorithm=method, token=token)
                form = "c2&a3=2+q&x=%3D%253D"
                _, headers, body = client.sign(HOST + target, "POST", form.replace("c2&", "c2=&"), {"Content-Type": FORM})
                add("oauth1", "POST", target, headers, body, algorithm=method, token=token)
                body = '{"qty": 1}'
                _, headers, _ = client.sign(HOST + target, "POST", body, {"Content-Type": "application/json"})
                add("oauth1", "POST", target, headers, body, algorithm=method, token=token)


CREDENTIALS = {"id": "dh37fgj492je", "key": SECRET, "algorithm": "sha256"}


def hawk():
    for target in TARGETS:
        for body, kind in (("", ""), ('{"qty": 1}', "application/json; charset=utf-8"), ("é", "text/plain")):
            method = "GET" if body == "" else "POST"
            sender = mohawk.Sender(CREDENTIALS, HOST + target, method, content=body, content_type=kind, ext="some-data")
            headers = {"Authorization": sender.request_header, **({"Content-Type": kind} if kind else {})}
            add("hawk", method, target, headers, body or None)


def cavage():
    for auth in (HTTPSignatureAuth, HTTPSignatureHeaderAuth):
        for target in TARGETS:
            for body in (None, '{"qty": 1}'):
                for algorithm in ("hmac-sha256", "rsa-sha256", "rsa-sha512"):
                    prepared = requests.Request("GET" if body is None else "POST", HOST + target, data=body and body.encode()).prepare()
                    key = RSA_KEY.encode() if algorithm.startswith("rsa") else SECRET
                    signed = auth(key=key, key_id="key-1", algorithm=algorithm, headers=["(request-target)", "host", "date"])(prepared)
                    add("cavage", signed.method, signed.path_url, signed.headers, body, algorithm=algorithm)


def httpsig_signs():
    import base64 as b64
    import hashlib
    from email.utils import formatdate

    from httpsig import HeaderSigner

    for target in TARGETS:
        for body in (None, '{"qty": 1}', "é"):
            headers = {"Host": HOST.removeprefix("https://"), "Date": formatdate(usegmt=True)}
            if body is not None:
                headers["Digest"] = "SHA-256=" + b64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
            names = ["(request-target)", *(name.lower() for name in headers)]
            method = "GET" if body is None else "POST"
            for algorithm in ("hmac-sha256", "hmac-sha512", "rsa-sha256", "rsa-sha512"):
                signer = HeaderSigner("key-1", RSA_KEY if "rsa" in algorithm else SECRET, algorithm=algorithm, headers=names)
                signed = signer.sign(dict(headers), method=method, path=target)
                del signed["host"]
                lines = {name.capitalize(): value for name, value in signed.items()}
                add("cavage", method, target, lines, body, algorithm=algorithm)


def session():
    """requests-oauthlib: what its session would send."""
    from requests_oauthlib import OAuth1Session

    for method in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA256", "RSA-SHA512"):
        key = RSA_KEY if method.startswith("RSA") else None
        made = OAuth1Session("key!1", SECRET, "tok/en+1", TOKEN_SECRET, signature_method=method, rsa_key=key)
        for target in TARGETS:
            for name, more in (("GET", {"params": {"n": "a b+c%é~*'"}}), ("POST", {"data": {"a": "b c+%é", "z": ""}}), ("DELETE", {})):
                request = made.prepare_request(requests.Request(name, HOST + target, **more))
                body = request.body.decode() if isinstance(request.body, bytes) else request.body
                headers = {key: value for key, value in request.headers.items() if key in ("Authorization", "Content-Type")}
                url = request.url.removeprefix(HOST)
                add("oauth1", name, url, headers, body, algorithm=method, token="tok/en+1")


def judge(one):
    """The verdict of the library on a request of ours."""
    body = "" if one["body"] is None else base64.b64decode(one["body"]).decode()
    headers = one["headers"]
    if one["scheme"] == "hawk":
        mohawk.Receiver(
            lambda _: CREDENTIALS,
            headers["Authorization"],
            one["url"],
            one["method"],
            content=body,
            content_type=headers.get("Content-Type", ""),
        )
        return True
    request = Request(one["url"], one["method"], body if headers.get("Content-Type") == FORM else "", headers)
    params = signature.collect_parameters(
        uri_query=request.uri_query, body=request.decoded_body or [], headers=headers, with_realm=False
    )
    stated = dict(signature.collect_parameters(headers=headers, exclude_oauth_signature=False))
    request.params, request.signature = params, stated["oauth_signature"]
    method = stated["oauth_signature_method"]
    verify = getattr(signature, f"verify_{method.lower().replace('-', '_')}")
    if method.startswith("RSA"):
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

        public = load_pem_private_key(RSA_KEY.encode(), None).public_key()
        return verify(request, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())
    return verify(request, SECRET, TOKEN_SECRET if "oauth_token" in stated else None)


if __name__ == "__main__":
    if sys.argv[1:] == ["judge"]:
        verdicts = []
        for item in json.load(sys.stdin):
            try:
                verdicts.append("ok" if judge(item) else "refused")
            except Exception as error:  # noqa: BLE001
                verdicts.append(f"{type(error).__name__}: {error}")
        print(json.dumps(verdicts))
    else:
        oauth()
        hawk()
        cavage()
        httpsig_signs()
        session()
        print(json.dumps(OUT))
