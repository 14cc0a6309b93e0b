"""Calls as the official SDK of Nado signs them, the same in every run, as JSON."""

import json
import os
import random
import sys

from eth_account import Account
from nado_protocol.contracts.eip712.sign import build_eip712_typed_data, sign_eip712_typed_data
from nado_protocol.contracts.eip712.types import get_nado_eip712_type
from nado_protocol.contracts.types import NadoTxType
from nado_protocol.utils.order import gen_order_verifying_contract

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 17)))
KEY = "0x" + "0123456789" * 6 + "0123"
ACCOUNT = Account.from_key(KEY)
CHAIN_ID = 57073
ENDPOINT = "0x" + "05" * 20


def value(kind):
    """What is signed, and how it is written in JSON."""
    if kind.endswith("[]"):
        pairs = [value(kind[:-2]) for _ in range(chance.randint(0, 3))]
        return [one for one, _ in pairs], [text for _, text in pairs]
    if kind == "bytes32":
        made = chance.getrandbits(256).to_bytes(32, "big")
        return made, "0x" + made.hex()
    if kind == "address":
        text = "0x%040x" % chance.getrandbits(160)
        return text, text
    if kind == "bool":
        flag = chance.random() < 0.5
        return flag, flag
    if kind == "string":
        text = chance.choice(["x", "telegram", "grüße"])
        return text, text
    bits = int(kind.lstrip("uint"))
    # Of 64 bits are times and nonces, whose unit shows by their count of digits: 19.
    number = (chance.getrandbits(bits - 1) | (1 << 62 if kind == "uint64" else 0)) * (1 if kind.startswith("u") else chance.choice([1, -1]))
    return number, str(number)


def row(call):
    product = chance.getrandbits(16)
    ((_, fields),) = get_nado_eip712_type(call).items()
    made = {field["name"]: value(field["type"]) for field in fields}
    contract = gen_order_verifying_contract(product) if call == NadoTxType.PLACE_ORDER else ENDPOINT
    typed = build_eip712_typed_data(call, {name: one for name, (one, _) in made.items()}, contract, CHAIN_ID)
    return {
        "call": call.value,
        "product": product,
        "message": {name: text for name, (_, text) in made.items()},
        "signature": sign_eip712_typed_data(typed, ACCOUNT),
    }


def described(call):
    try:
        return bool(get_nado_eip712_type(call))
    except KeyError:
        return False


calls = [call for call in NadoTxType if described(call)]
rows = [row(call) for call in calls for _ in range(15)]
json.dump({"privateKey": KEY, "chainId": CHAIN_ID, "endpoint": ENDPOINT, "rows": rows}, sys.stdout)
