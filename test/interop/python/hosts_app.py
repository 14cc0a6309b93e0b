"""The verifying half in an application: hosts_app:asgi for uvicorn, hosts_app:wsgi for gunicorn. Keys and folder by environment."""

import json
import os
import sys

sys.path.insert(0, os.environ["CLIENTS"])
from countersign_verify import Key, MemoryReplayStore, SignedASGI, SignedWSGI, Verifier  # noqa: E402

keys = [
    Key(one["keyId"], one["algorithm"], bytes.fromhex(one["secret"]) if "secret" in one else None, one.get("publicKey"))
    for one in json.loads(os.environ["KEYS"])
]
verifier = Verifier(keys, ["api.example.com"], MemoryReplayStore(restart_barrier=False))


def to_log(code, reason):
    print(json.dumps([code, reason]), flush=True)


async def accepted(scope, receive, send):
    message = await receive()
    text = json.dumps([scope["countersign"].key_id, len(message["body"])]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": text})


def accepted_wsgi(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps([environ["countersign"].key_id, len(body)]).encode()]


asgi = SignedASGI(accepted, verifier, log=to_log)
wsgi = SignedWSGI(accepted_wsgi, verifier, log=to_log)
