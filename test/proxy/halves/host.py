"""A strict HTTP/1.1 host for the verifying half: host.py asgi|wsgi CLIENTS KEYS

Prints its port, and then a line for each refusal. It refuses framings that are read in two ways, as servers in production do.
"""

import asyncio
import io
import json
import re
import sys

form, folder, keys = sys.argv[1:4]
sys.path.insert(0, folder)
from countersign_verify import Key, MemoryReplayStore, SignedASGI, SignedWSGI, Verifier  # noqa: E402


def key_of(one):
    secret = bytes.fromhex(one["secret"]) if "secret" in one else None
    return Key(one["keyId"], one["algorithm"], secret, one.get("publicKey"))


class Broken(Exception):
    pass


async def read_request(reader):
    head = (await reader.readuntil(b"\r\n\r\n"))[:-4]
    first, *lines = head.split(b"\r\n")
    found = re.fullmatch(rb"([!-~]+) ([!-\xff]+) HTTP/1\.1", first)
    fields = [re.fullmatch(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*", line) for line in lines]
    if found is None or None in fields:
        raise Broken
    fields = [(one.group(1).lower(), one.group(2)) for one in fields]
    lengths = [value for name, value in fields if name == b"content-length"]
    codings = [value for name, value in fields if name == b"transfer-encoding"]
    if [name for name, _ in fields].count(b"host") != 1 or len(lengths) + len(codings) > 1 or codings not in ([], [b"chunked"]):
        raise Broken
    if codings:
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
    elif lengths and not lengths[0].isdigit():
        raise Broken
    else:
        body = await reader.readexactly(int(lengths[0])) if lengths else b""
    return found.group(1).decode(), found.group(2), fields, body


async def accepted(scope, receive, send):
    message = await receive()
    text = json.dumps([scope["countersign"].key_id, len(message["body"])]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": text})


def accepted_wsgi(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps([environ["countersign"].key_id, len(body)]).encode()]


async def by_asgi(method, target, fields, body):
    path, _, query = target.partition(b"?")
    scope = {"type": "http", "method": method, "scheme": "http", "headers": fields, "raw_path": path, "query_string": query}
    out, parts = [], [{"type": "http.request", "body": body[:7], "more_body": True}]
    parts.append({"type": "http.request", "body": body[7:], "more_body": False})

    async def receive():
        return parts.pop(0)

    async def send(message):
        out.append(message)

    await app(scope, receive, send)
    return out[0]["status"], [(name.decode(), value.decode()) for name, value in out[0]["headers"]], out[1]["body"]


async def by_wsgi(method, target, fields, body):
    environ = {"REQUEST_METHOD": method, "RAW_URI": target.decode("latin-1"), "wsgi.url_scheme": "http"}
    environ.update({"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True})
    for name, value in fields:
        own = name.decode().upper().replace("-", "_")
        own = own if own in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + own
        # As wsgiref and gunicorn do.
        environ[own] = f"{environ[own]},{value.decode('latin-1')}" if own in environ else value.decode("latin-1")
    started = []
    chunks = app(environ, lambda status, headers: started.append((int(status[:3]), headers)))
    return (*started[0], b"".join(chunks))


async def serve(reader, writer):
    try:
        status, headers, body = await (by_asgi if form == "asgi" else by_wsgi)(*await read_request(reader))
    except (Broken, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        status, headers, body = 400, [], b""
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers), "connection: close", "", ""]
    writer.write("\r\n".join(lines).encode("latin-1") + body)
    writer.close()


def to_log(code, reason):
    print(json.dumps([code, reason]), flush=True)


async def main():
    global app
    replay = MemoryReplayStore(restart_barrier=False)
    verifier = Verifier([key_of(one) for one in json.loads(keys)], ["api.example.com"], replay)
    app = (SignedASGI if form == "asgi" else SignedWSGI)(accepted if form == "asgi" else accepted_wsgi, verifier, log=to_log)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
