"""Orders of version 1 as the older official client of Polymarket signs them, the same in every run, as JSON."""

import json
import os
import random
import sys

from py_clob_client.config import get_contract_config
from py_clob_client.signer import Signer as ClobSigner
from py_clob_client.signing.eip712 import sign_clob_auth_message
from py_order_utils.builders import OrderBuilder
from py_order_utils.model import OrderData
from py_order_utils.signer import Signer

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 31)))
KEY = "0x" + "0123456789" * 6 + "0123"


def number(bits):
    return str(chance.getrandbits(bits))


def order():
    chain, neg_risk = chance.choice([137, 80002]), chance.random() < 0.5
    contract = get_contract_config(chain, neg_risk).exchange
    signer = Signer(KEY)
    kind = chance.choice([0, 1, 2])
    signed = OrderBuilder(contract, chain, signer, lambda: number(52)).build_signed_order(
        OrderData(
            maker=signer.address() if kind == 0 else "0x%040x" % chance.getrandbits(160),
            taker="0x%040x" % chance.choice([0, chance.getrandbits(160)]),
            signer=signer.address(),
            tokenId=number(255),
            makerAmount=number(60),
            takerAmount=number(60),
            side=chance.choice([0, 1]),
            feeRateBps=number(10),
            nonce=number(20),
            expiration=number(33),
            signatureType=kind,
        )
    )
    made = signed.dict()
    made["side"] = 0 if made["side"] == "BUY" else 1
    return {"chainId": chain, "contract": contract, "order": {name: str(value) for name, value in made.items()}}


def login():
    chain, time, nonce = chance.choice([137, 80002]), chance.randint(10**9, 2 * 10**9), chance.getrandbits(20)
    signature = sign_clob_auth_message(ClobSigner(KEY, chain), time, nonce)
    return {"chainId": chain, "time": time, "nonce": nonce, "signature": signature}


json.dump({"privateKey": KEY, "orders": [order() for _ in range(200)], "logins": [login() for _ in range(50)]}, sys.stdout)
