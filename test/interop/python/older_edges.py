"""Odd requests of oauthlib, mohawk and httpsig, and what mohawk makes of bewits and answers, as JSON."""

import base64
import json
import sys
import time

import mohawk
import mohawk.bewit
from oauthlib import oauth1

from older_requests import CREDENTIALS, FORM, OUT, RSA_KEY, SECRET, TOKEN_SECRET

URLS = [
    "https://api.example.com/", "https://api.example.com/a/", "https://api.example.com:443/a", "https://api.example.com:8443/a?b=c", "http://api.example.com:80/a", "http://api.example.com:8080/a", "https://API.Example.COM/Case",
    "https://api.example.com/a;b=c?d=e", "https://api.example.com/%7Eu/%C3%A9", "https://api.example.com/a%2Fb", "https://api.example.com/a+b", "https://api.example.com/a//b/", "https://api.example.com/*'()!",
    "https://api.example.com/a?b", "https://api.example.com/a?b=", "https://api.example.com/a?b=&b=&a=", "https://api.example.com/a?b=c+d&e=f%20g", "https://api.example.com/a?b=%2B%26%3D%25",
    "https://api.example.com/a?b=2&a=1&b=1&A=0&_=3", "https://api.example.com/a?%C3%A9=%E6%BC%A2%F0%9F%98%80", "https://api.example.com/a?b=c=d", "https://api.example.com/a?b[]=1&b[]=0", "https://api.example.com/a?q=~*'()!-._",
    "https://api.example.com/a?b=%2f%7e", "https://api.example.com/a?a%20b=c", "https://192.0.2.1/a", "https://api.example.com/a?b=%0A",
]
FORMS = ["a=1", "a=", "a=&a=", "b=2&a=1&b=1", "a=b+c%2B", "%C3%A9=%E6%BC%A2", "a=%26%3D%25", "a%20b=c", "a=~*'()!"]
FAILURES = {}


def add(scheme, label, method, url, headers, body=None, **more):
    lines = {str(k): v.decode() if isinstance(v, bytes) else str(v) for k, v in dict(headers).items()}
    coded = None if body is None else base64.b64encode(body.encode() if isinstance(body, str) else body).decode()
    OUT.append({"scheme": scheme, "label": label, "method": method, "url": url, "headers": lines, "body": coded, **more})


def attempt(label, call):
    try:
        call()
    except Exception as error:  # noqa: BLE001
        FAILURES[label] = f"{type(error).__name__}: {error}"[:200]


def oauth():
    for method in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA512"):
        client = oauth1.Client(
            "key!1", client_secret=SECRET, resource_owner_key="tok/en+1", resource_owner_secret=TOKEN_SECRET, signature_method=method,
            rsa_key=RSA_KEY if method.startswith("RSA") else None, realm="a realm, with a comma",
        )
        more = {"algorithm": method, "token": "tok/en+1"}

        def one(label, url, verb, body=None, headers=None):
            _, signed, sent = client.sign(url, verb, body, headers)
            add("oauth1", f"{method} {label}", verb, url, signed, sent, **more)

        # It takes no brackets in a query.
        for url in (url for url in URLS if "[" not in url):
            attempt(f"{method} {url}", lambda: one(url, url, "GET"))
            attempt(f"{method} PUT {url}", lambda: one(f"PUT {url}", url, "PUT", '{"a": 1}', {"Content-Type": "application/json"}))
        for kind in (oauth1.SIGNATURE_TYPE_QUERY, oauth1.SIGNATURE_TYPE_BODY):
            elsewhere = oauth1.Client("key!1", client_secret=SECRET, signature_type=kind)
            sent = elsewhere.sign(URLS[1], "POST", "a=1", {"Content-Type": FORM})
            add("oauth1-elsewhere", kind, "POST", sent[0], sent[1], sent[2])
        for form in FORMS:
            attempt(f"{method} {form}", lambda: one(form, URLS[19], "POST", form, {"Content-Type": FORM}))
        for body in ("é", " ", "[]", "\r\n"):
            attempt(f"{method} {body!r}", lambda: one(repr(body), URLS[0], "POST", body, {"Content-Type": "text/plain"}))


def hawk():
    # Of a path with ";" it signs what stands before it.
    for url in (url for url in URLS if ";" not in url):
        for body, kind in (("", ""), ('{"a":"é"}', "application/json; charset=utf-8"), ("x", "TEXT/Plain ; a=b"), (" ", "text/plain"), (b"\x00\xff", "application/octet-stream")):
            verb = "GET" if body == "" else "PATCH"

            def one():
                more = {"ext": "a b;c=d,e/f?g&h:(i)@j", "app": "app-1", "dlg": "dlg-1"} if body == " " else {}
                sender = mohawk.Sender(CREDENTIALS, url, verb, content=body, content_type=kind, **more)
                add("hawk", f"{verb} {url} {kind}", verb, url, {"Authorization": sender.request_header, **({"Content-Type": kind} if kind else {})}, body or None)

            attempt(f"hawk {url} {kind}", one)


def bewits():
    for url in (url for url in URLS if ";" not in url):
        for ext in ("", "some-ext"):

            def one():
                resource = mohawk.base.Resource(credentials=CREDENTIALS, url=url, method="GET", nonce="", timestamp=int(time.time()) + 60, ext=ext)
                bewit = mohawk.bewit.get_bewit(resource)
                add("bewit", f"{url} {ext}", "GET", mohawk.bewit.add_bewit(url, bewit) if hasattr(mohawk.bewit, "add_bewit") else url + ("&" if "?" in url else "?") + "bewit=" + bewit, {})

            attempt(f"bewit {url}", one)


def cavage():
    import hashlib
    from email.utils import formatdate
    from urllib.parse import urlsplit

    from httpsig import HeaderSigner

    for url in URLS:
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        for body in (None, "é", b"\x00\xff", " "):
            data = body.encode() if isinstance(body, str) else body
            headers = {"Host": parts.netloc, "Date": formatdate(usegmt=True), "X-Note": "two  spaces", "X-Empty": ""}
            if data is not None:
                headers["Digest"] = "SHA-512=" + base64.b64encode(hashlib.sha512(data).digest()).decode()
            names = ["(request-target)", *(name.lower() for name in headers)]
            verb = "GET" if data is None else "DELETE"

            def one():
                signed = HeaderSigner("key-1", SECRET, algorithm="hmac-sha256", headers=names).sign(dict(headers), method=verb, path=target)
                del signed["host"]
                add("cavage", f"{verb} {url}", verb, url, {name.capitalize(): value for name, value in signed.items()}, data, algorithm="hmac-sha256")

            attempt(f"cavage {url}", one)


def receivers():
    """Answers of mohawk to its own requests."""
    for url in (url for url in URLS if ";" not in url):
        for body, kind in (("", ""), ('{"a":"é"}', "application/json; charset=utf-8"), ("x" * 2000, "text/plain")):

            def one():
                sender = mohawk.Sender(CREDENTIALS, url, "GET", content="", content_type="")
                receiver = mohawk.Receiver(lambda _: CREDENTIALS, sender.request_header, url, "GET", content="", content_type="")
                header = receiver.respond(content=body, content_type=kind)
                def text(value):
                    return value.decode() if isinstance(value, bytes) else str(value)

                resource = sender.req_resource
                more = {"answer": text(header), "type": kind, "request": text(sender.request_header), "nonce": text(resource.nonce), "ts": text(resource.timestamp)}
                add("answer", f"{url} {kind}", "GET", url, {}, body, **more)

            attempt(f"answer {url}", one)


def judge_answers(cases):
    """What a client of mohawk makes of answers of ours to its requests."""
    out = []
    for case in cases:
        sender = mohawk.Sender(CREDENTIALS, case["url"], "GET", content="", content_type="", nonce=case["nonce"], _timestamp=case["ts"])
        try:
            sender.accept_response(case["answer"], content=base64.b64decode(case["body"] or ""), content_type=case["type"])
            out.append("ok")
        except Exception as error:  # noqa: BLE001
            out.append(f"{type(error).__name__}: {error}"[:200])
    return out


if __name__ == "__main__":
    if sys.argv[1:] == ["answers"]:
        print(json.dumps(judge_answers(json.load(sys.stdin))))
    else:
        for part in (oauth, hawk, bewits, cavage, receivers):
            attempt(part.__name__, part)
        print(json.dumps({"requests": OUT, "failures": FAILURES, "nowMs": int(time.time() * 1000)}))
