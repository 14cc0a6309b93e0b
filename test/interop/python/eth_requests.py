"""Random typed data of EIP-712 as eth-account hashes and signs it, the same in every run, as JSON."""

import json
import os
import random
import sys

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_typed_data

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 29)))
KEY = "0x" + "0123456789" * 6 + "0123"
NAMES = ["Mail", "Person", "Order", "Leg", "Box"]
DOMAIN = {
    "name": ("string", lambda: text()),
    "version": ("string", lambda: text()),
    "chainId": ("uint256", lambda: chance.getrandbits(chance.choice([8, 64, 256]))),
    "verifyingContract": ("address", lambda: address()),
    "salt": ("bytes32", lambda: data(32)),
}


def text():
    return "".join(chance.choice("ab \u00e9\u20ac\U0001f600\\\"\n") for _ in range(chance.randint(0, 40)))


def data(size):
    return "0x" + chance.randbytes(size).hex()


def address():
    return data(20)


def atomic():
    """A type, and what makes values of it."""
    kind = chance.choice(["uint", "int", "bytesN", "bytes", "string", "bool", "address"])
    if kind in ("uint", "int"):
        bits = 8 * chance.randint(1, 32)
        if kind == "uint":
            return "uint%d" % bits, lambda: chance.choice([0, 2**bits - 1, chance.getrandbits(bits)])
        half = 2 ** (bits - 1)
        return "int%d" % bits, lambda: chance.choice([-half, half - 1, chance.getrandbits(bits) - half])
    if kind == "bytesN":
        size = chance.randint(1, 32)
        return "bytes%d" % size, lambda: data(size)
    return kind, {
        "bytes": lambda: data(chance.randint(0, 70)),
        "string": text,
        "bool": lambda: chance.random() < 0.5,
        "address": address,
    }[kind]


def schema():
    """Structs by name, of which each names only those behind it, and what makes a value of each."""
    names = NAMES[: chance.randint(1, len(NAMES))]
    types, makers = {}, {}
    for name in reversed(names):
        fields, parts = [], []
        for at in range(chance.randint(1, 6)):
            inner, make = (chance.choice(list(makers.items())) if makers and chance.random() < 0.4 else atomic())
            for _ in range(chance.choice([0, 0, 0, 1, 2])):
                inner, make = listed(inner, make)
            fields.append({"name": "f%d" % at, "type": inner})
            parts.append(("f%d" % at, make))
        types[name] = fields
        makers[name] = lambda parts=tuple(parts): {field: make() for field, make in parts}
    # eth-account takes no structs that the first one does not lead to.
    used, left = set(), [names[0]]
    while left:
        name = left.pop()
        used.add(name)
        left += [one["type"].split("[")[0] for one in types[name] if one["type"].split("[")[0] in types]
    return names[0], {name: types[name] for name in names if name in used}, makers[names[0]]


def listed(inner, make):
    # Lists of a fixed length have values of that length.
    size = chance.choice([None, 1, 3])
    if size is None:
        return inner + "[]", lambda: [make() for _ in range(chance.randint(1, 3))]
    return "%s[%d]" % (inner, size), lambda: [make() for _ in range(size)]


def row():
    primary, types, make = schema()
    stated = [name for name in DOMAIN if chance.random() < 0.6] or ["name"]
    domain = {name: DOMAIN[name][1]() for name in stated}
    types["EIP712Domain"] = [{"name": name, "type": DOMAIN[name][0]} for name in stated]
    typed = {"types": types, "primaryType": primary, "domain": domain, "message": make()}
    signable = encode_typed_data(full_message=typed)
    signature = Account.sign_message(signable, KEY).signature.hex()
    return {"typed": typed, "digest": _hash_eip191_message(signable).hex(), "signature": signature}


def plain(value):
    """Integers as text: JSON's are not exact on the other side."""
    if isinstance(value, bool) or isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    return {name: plain(one) for name, one in value.items()}


json.dump({"privateKey": KEY, "rows": [plain(row()) for _ in range(200)]}, sys.stdout)
