"""Runs the vectors against the verifying half in Python: python3 run.py [vectors.json]. Needs the package cryptography."""

import base64
import json
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "clients" / "python"))
from countersign_verify import Key, MemoryReplayStore, Refused, Request, Verifier  # noqa: E402


def decoded(text):
    return None if text is None else base64.b64decode(text)


def key_of(one):
    life = one.get("status", "active"), one.get("notBeforeMs"), one.get("expiresAtMs")
    return Key(one["keyId"], one["algorithm"], decoded(one.get("secret")), one.get("publicKey"), *life)


def judged(one):
    """Key and signature base where the last of the requests is accepted, else the code."""
    now_ms, replay = one.get("nowMs", one.get("created", 0) * 1000), MemoryReplayStore(restart_barrier=False)
    window = dict(max_age_ms=policy["maxAgeMs"], max_future_ms=policy["maxFutureMs"], now_ms=lambda: now_ms)
    verifier = Verifier(keys, policy["authorities"], replay, max_body_bytes=policy["maxBodyBytes"], **window)
    try:
        for each in [*one.get("before", []), one["request"]]:
            place = each["method"], each["scheme"], each["authority"], each["target"]
            fields = each["fields"] + one.get("added", [])
            verdict = verifier.verify(Request(*place, fields, decoded(each["body"])))
    except Refused as refused:
        return refused.code
    return f"{verdict.key_id}\n{verdict.base}"


vectors = json.loads(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here / "vectors.json").read_text("utf-8"))
policy, keys = vectors["policy"], [key_of(one) for one in vectors["keys"]]
cases, wrong = vectors["sign"] + vectors["verify"] + vectors["refuse"], 0
for one in cases:
    expected, got = one.get("code") or f"{one['keyId']}\n{one['base']}", judged(one)
    if got != expected:
        wrong += 1
        print(f"{one['name']}: expected {expected!r}, got {got!r}")
print(f"{len(cases) - wrong} of {len(cases)} as expected")
sys.exit(1 if wrong else 0)
