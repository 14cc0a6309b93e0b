"""Logins, onboardings and orders as the official client of Paradex signs them, the same in every run, as JSON."""

import json
import os
import random
import sys
from decimal import Decimal

from paradex_py.account.utils import flatten_signature
from paradex_py.common.order import Order, OrderSide, OrderType
from paradex_py.message.auth import build_auth_message
from paradex_py.message.onboarding import build_onboarding_message
from paradex_py.message.order import build_modify_order_message, build_order_message
from starknet_py.common import int_from_bytes
from starknet_py.hash.utils import message_signature
from starknet_py.net.signer.key_pair import KeyPair
from starknet_py.utils.typed_data import TypedData

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 31)))
PRIVATE = 0x543B6CF6C91817A87174AAEA4FB370AC1C694E864D7740D728F8344D53E815
ACCOUNT = 0x129C135ED63DF9353885E292BE4426B8ED6122B13C6C0E1BB787288A1F5ADFA
CHAINS = {"live": b"PRIVATE_SN_PARACLEAR_MAINNET", "testnet": b"PRIVATE_SN_POTC_SEPOLIA"}


def signed(message):
    made = TypedData.from_dict(message).message_hash(ACCOUNT)
    return flatten_signature(list(message_signature(made, PRIVATE)))


def decimal():
    return f"{chance.randint(0, 10**6)}.{chance.randint(0, 10**8 - 1):08}"


def order(chain):
    kind = chance.choice(list(OrderType))
    modified = chance.random() < 0.3
    made = Order(
        market=chance.choice(["ETH-USD-PERP", "BTC-USD-PERP"]),
        order_type=kind,
        order_side=chance.choice(list(OrderSide)),
        size=Decimal(decimal()),
        limit_price=Decimal(decimal()),
        signature_timestamp=10**12 + chance.getrandbits(39),
        order_id=str(chance.getrandbits(63)) if modified else None,
    )
    sent = {
        "market": made.market,
        "side": made.order_side.value,
        "type": kind.value,
        "size": f"{made.size:f}",
        "price": f"{made.limit_price:f}",
        "signature_timestamp": made.signature_timestamp,
        **({"id": made.id} if modified else {}),
    }
    return {"order": sent, "signature": signed((build_modify_order_message if modified else build_order_message)(chain, made))}


def row(kind):
    environment = chance.choice(list(CHAINS))
    chain = int_from_bytes(CHAINS[environment])
    time = chance.randint(10**9, 2 * 10**9)
    made = (
        order(chain)
        if kind == "order"
        else {"time": time, "signature": signed(build_auth_message(chain, time, time + 86_400))}
        if kind == "login"
        else {"signature": signed(build_onboarding_message(chain))}
    )
    return {"kind": kind, "environment": environment, **made}


rows = [row(kind) for kind, times in (("order", 40), ("login", 15), ("onboarding", 5)) for _ in range(times)]
public = KeyPair.from_private_key(PRIVATE).public_key
json.dump({"privateKey": hex(PRIVATE), "publicKey": hex(public), "account": hex(ACCOUNT), "rows": rows}, sys.stdout)
