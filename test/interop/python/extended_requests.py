"""Settlements as the official client of Extended signs them, the same in every run, as JSON."""

import json
import os
import random
import sys

from fast_stark_crypto import get_order_msg_hash, get_public_key, get_transfer_msg_hash, get_withdrawal_msg_hash, sign

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 11)))
PRIVATE = 0x7A7FF6FD3CAB02CCDCD4A572563F5976F8976899B03A39773795A3C486D4986
PUBLIC = get_public_key(PRIVATE)
POSITION = 10_002
DOMAINS = {"live": "SN_MAIN", "testnet": "SN_SEPOLIA"}
FELT = 2**251


def domain(environment):
    return {
        "domain_name": "Perpetuals",
        "domain_version": "v0",
        "domain_chain_id": DOMAINS[environment],
        "domain_revision": "1",
    }


def row(kind):
    environment = chance.choice(["live", "testnet"])
    asset, amount = chance.randrange(FELT), chance.randint(1, 2**53 - 1)
    seconds, nonce = chance.randint(10**9, 10**10 - 1), chance.getrandbits(32)
    shared = {"amount": amount, "expiration": seconds, "salt": nonce, "user_public_key": PUBLIC}
    if kind == "transfer":
        to = chance.getrandbits(32)
        message = get_transfer_msg_hash(
            recipient_position_id=to, sender_position_id=POSITION, collateral_id=asset, **shared, **domain(environment)
        )
        payment = {
            "receiverPositionId": to,
            "receiverPublicKey": hex(chance.randrange(FELT)),
            "assetId": hex(asset),
            "amount": amount,
            "expirationTimestamp": seconds,
            "nonce": nonce,
        }
    else:
        to = hex(chance.randrange(FELT))
        message = get_withdrawal_msg_hash(
            recipient_hex=to, position_id=POSITION, collateral_id=asset, **shared, **domain(environment)
        )
        payment = {
            "recipient": to,
            "collateralId": hex(asset),
            "amount": amount,
            "expiration": {"seconds": seconds},
            "salt": nonce,
        }
    r, s = sign(PRIVATE, message)
    return {"kind": kind, "environment": environment, "payment": payment, "r": hex(r), "s": hex(s)}


rows = [row(kind) for kind in ("transfer", "withdrawal") for _ in range(100)]
json.dump({"privateKey": hex(PRIVATE), "position": POSITION, "rows": rows}, sys.stdout)
