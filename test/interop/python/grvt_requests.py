"""Orders, transfers and withdrawals as the official SDK of GRVT signs them, the same in every run, as JSON."""

import dataclasses
import json
import os
import random
import sys
from types import SimpleNamespace

from eth_account import Account
from pysdk import grvt_raw_signing as signing
from pysdk.grvt_fixed_types import Transfer, TransferType
from pysdk.grvt_raw_base import GrvtApiConfig, GrvtEnv
from pysdk.grvt_raw_types import Order, OrderLeg, OrderMetadata, Signature, TimeInForce, Withdrawal

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 13)))
KEY = "0x" + "0123456789" * 6 + "0123"
ACCOUNT = Account.from_key(KEY)
ENVIRONMENTS = {"live": GrvtEnv.PROD, "testnet": GrvtEnv.TESTNET}
INSTRUMENTS = {
    "BTC_USDT_Perp": {"instrument_hash": "0x030501", "base_decimals": 9},
    "ETH_USDT_Perp": {"instrument_hash": "0x0401", "base_decimals": 6},
}


def address():
    return "0x%040x" % chance.getrandbits(160)


def decimal(most):
    return f"{chance.randint(0, most)}.{chance.randint(0, 10 ** chance.randint(1, 8))}"


def unsigned():
    return Signature(
        signer="", r="", s="", v=0, expiration=str(chance.randint(10**18, 2 * 10**18)), nonce=chance.getrandbits(32)
    )


def order():
    market = chance.random() < 0.3
    return Order(
        sub_account_id=str(chance.getrandbits(63)),
        time_in_force=chance.choice(list(TimeInForce)[:4]),
        legs=[
            OrderLeg(chance.choice(list(INSTRUMENTS)), decimal(10**6), chance.random() < 0.5, "0" if market else decimal(10**6))
            for _ in range(chance.randint(1, 3))
        ],
        signature=unsigned(),
        metadata=OrderMetadata(client_order_id=str(chance.getrandbits(63))),
        is_market=market,
        post_only=chance.random() < 0.5,
        reduce_only=chance.random() < 0.5,
    )


def row(kind):
    environment = chance.choice(list(ENVIRONMENTS))
    config = GrvtApiConfig(ENVIRONMENTS[environment], None, KEY, None, None)
    if kind == "order":
        instruments = {name: SimpleNamespace(**one) for name, one in INSTRUMENTS.items()}
        signed = signing.sign_order(order(), config, ACCOUNT, instruments)
    elif kind == "transfer":
        one = Transfer(
            from_account_id=address(),
            from_sub_account_id=str(chance.getrandbits(63)),
            to_account_id=address(),
            to_sub_account_id=str(chance.getrandbits(63)),
            currency="USDT",
            num_tokens=decimal(10**6),
            signature=unsigned(),
            transfer_type=TransferType.STANDARD,
            transfer_metadata="",
        )
        signed = signing.sign_transfer(one, config, ACCOUNT, signing.CHAIN_IDS[config.env])
    else:
        one = Withdrawal(address(), address(), "USDT", decimal(10**6), unsigned())
        signed = signing.sign_withdrawal(one, config, ACCOUNT, signing.CHAIN_IDS[config.env])
    return {"kind": kind, "environment": environment, "signed": dataclasses.asdict(signed)}


rows = [row(kind) for kind in ("order", "order", "transfer", "withdrawal") for _ in range(50)]
json.dump({"privateKey": KEY, "instruments": INSTRUMENTS, "rows": rows}, sys.stdout, default=lambda one: one.value)
