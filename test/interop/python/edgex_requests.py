"""What the official SDK of edgeX signs, with the wallet and with the API key, the same in every run, as JSON."""

import json
import os
import random
import sys

from edgex_sdk.internal import auth, eip712

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 19)))
KEY = "0123456789" * 6 + "0123"
SIGNER = eip712.derive_address_from_private_key(KEY)
CHAIN_ID, CONTRACT = "33431", "0x1ae109ea449cfe0bed08bfe8911e968a49a919b1"
STRUCTS = {
    "LimitOrderParams": {"LimitOrderParams": eip712.LIMIT_ORDER_PARAMS_TYPE, "OrderBase": eip712.ORDER_BASE_TYPE},
    "TransferParams": {"TransferParams": eip712.TRANSFER_PARAMS_TYPE},
    "SetMarginPreferenceParams": {"SetMarginPreferenceParams": eip712.SET_MARGIN_MODE_PARAMS_TYPE},
}


def value(types, kind):
    if kind in types:
        return {field["name"]: value(types, field["type"]) for field in types[kind]}
    if kind == "address":
        return SIGNER
    if kind == "bool":
        return chance.random() < 0.5
    if kind == "bytes32":
        return "0x%064x" % chance.getrandbits(256)
    bits = int(kind.lstrip("uint"))
    number = chance.getrandbits(bits - 1)
    return number if bits < 32 else str(number)


def struct(name):
    types = STRUCTS[name]
    message = value(types, name)
    typed = {
        "types": {"EIP712Domain": eip712.EIP712_DOMAIN_TYPE, **types},
        "primaryType": name,
        "domain": eip712.build_eip712_domain("EdgeX", "1", CHAIN_ID, CONTRACT),
        "message": message,
    }
    return {"struct": name, "message": message, "signature": eip712.sign_typed_data(KEY, typed)}


def text():
    return "".join(chance.choice("abcXYZ019._-") for _ in range(chance.randint(1, 9)))


def request():
    """A POST with the members of a JSON body, or a GET with parameters."""
    post = chance.random() < 0.5
    params = {text().lower(): text() for _ in range(chance.randint(1, 5))}
    if post:
        params["list"] = [text(), text()]
        params["flag"] = chance.random() < 0.5
        params["inner"] = {"b": text(), "a": text()}
    path, time = "/api/v2/private/a" + text(), str(1_700_000_000_000 + chance.getrandbits(30))
    method = "POST" if post else "GET"
    body = auth.get_value(params) if post else "&".join(f"{name}={params[name]}" for name in sorted(params))
    headers = auth.build_hmac_headers("key-1", "phrase-1", "secret-1", time, method, path, body)
    return {"method": method, "path": path, "params": params, "time": int(time), "headers": headers}


structs = [struct(name) for name in STRUCTS for _ in range(50)]
requests = [request() for _ in range(100)]
json.dump(
    {"privateKey": KEY, "chainId": int(CHAIN_ID), "contract": CONTRACT, "structs": structs, "requests": requests},
    sys.stdout,
)
