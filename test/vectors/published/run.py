"""Runs the vectors against the verifying half in Python: python3 run.py [FILE]"""

import base64
import json
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "clients" / "python"))
from countersign_verify import Key, MemoryReplayStore, Refused, Request, Verifier  # noqa: E402

vectors = json.loads(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here / "vectors.json").read_text("utf-8"))
policy = vectors["policy"]


def key_of(one):
    secret = base64.b64decode(one["secret"]) if "secret" in one else None
    life = (one.get("status", "active"), one.get("notBeforeMs"), one.get("expiresAtMs"))
    return Key(one["keyId"], one["algorithm"], secret, one.get("publicKey"), *life)


def request_of(one):
    body = None if one["body"] is None else base64.b64decode(one["body"])
    return Request(one["method"], one["scheme"], one["authority"], one["target"], one["fields"], body)


def judged(now_ms, before, request):
    if any(name in value for name in absent for _, value in request["fields"]):
        return None
    limits = dict(max_body_bytes=policy["maxBodyBytes"], now_ms=lambda: now_ms)
    replay = MemoryReplayStore(restart_barrier=False)
    verifier = Verifier(keys, policy["authorities"], replay, policy["maxAgeMs"], policy["maxFutureMs"], **limits)
    for one in before:
        verifier.verify(request_of(one))
    try:
        verdict = verifier.verify(request_of(request))
        return ["ok", verdict.key_id, verdict.base]
    except Refused as refused:
        return [refused.code]


keys, absent = [], []
for one in vectors["keys"]:
    try:
        keys.append(key_of(one))
    except ImportError:
        print(f"SKIPPED {one['keyId']}: needs the package cryptography")
        absent.append(f'keyid="{one["keyId"]}"')
rows = []
for one in vectors["sign"]:
    signed = {**one["request"], "fields": one["request"]["fields"] + one["added"]}
    rows.append((one["name"], judged(one["created"] * 1000, [], signed), ["ok", one["keyId"], one["base"]]))
for one in vectors["verify"]:
    got = judged(one["nowMs"], one.get("before", []), one["request"])
    rows.append((one["name"], got, ["ok", one["keyId"], one["base"]]))
for one in vectors["refuse"]:
    rows.append((one["name"], judged(one["nowMs"], one.get("before", []), one["request"]), [one["code"]]))
rows = [row for row in rows if row[1] is not None]
wrong = [row for row in rows if row[1] != row[2]]
for name, got, expected in wrong:
    print(f"{name}: expected {expected}, got {got}")
print(f"{len(rows) - len(wrong)} of {len(rows)} as expected")
sys.exit(1 if wrong else 0)
