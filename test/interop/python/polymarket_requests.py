"""Orders and logins as the official client of Polymarket signs them, the same in every run, as JSON."""

import dataclasses
import json
import os
import random
import sys

from py_clob_client_v2.order_utils.exchange_order_builder_v2 import ExchangeOrderBuilderV2
from py_clob_client_v2.order_utils.model.order_data_v2 import OrderDataV2
from py_clob_client_v2.signer import Signer
from py_clob_client_v2.signing.eip712 import sign_clob_auth_message

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 23)))
KEY = "0x" + "0123456789" * 6 + "0123"
# By the name in this package: version, contract, and the chains that have it.
EXCHANGES = {
    "v2": ("2", "0xE111180000d2663C0091e4f400237545B87B996B", [137]),
    "v2-neg-risk": ("2", "0xe2222d279d744050d28e00520010520000310F59", [137]),
    "v3": ("3", "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa", [137]),
}


def number(bits):
    return str(chance.getrandbits(bits))


def order():
    exchange = chance.choice(list(EXCHANGES))
    version, contract, chains = EXCHANGES[exchange]
    chain = chance.choice(chains)
    signer = Signer(KEY, chain)
    kind = chance.choice([0, 1, 2, 3])
    maker = signer.address() if kind == 0 else "0x%040x" % chance.getrandbits(160)
    builder = ExchangeOrderBuilderV2(contract, chain, signer, lambda: number(52), domain_version=version)
    made = builder.build_signed_order(
        OrderDataV2(
            maker=maker,
            signer=maker if kind == 3 else signer.address(),
            tokenId=number(255),
            makerAmount=number(60),
            takerAmount=number(60),
            side=chance.choice([0, 1]),
            signatureType=kind,
            timestamp=str(10**12 + chance.getrandbits(41)),
            metadata="0x%064x" % chance.getrandbits(256),
            builder="0x%064x" % chance.getrandbits(256),
        )
    )
    return {"exchange": exchange, "chainId": chain, "order": dataclasses.asdict(made)}


def login():
    chain, time, nonce = chance.choice([137, 80002]), chance.randint(10**9, 2 * 10**9), chance.getrandbits(20)
    return {"chainId": chain, "time": time, "nonce": nonce, "signature": sign_clob_auth_message(Signer(KEY, chain), time, nonce)}


json.dump({"privateKey": KEY, "orders": [order() for _ in range(200)], "logins": [login() for _ in range(50)]}, sys.stdout)
