"""Transactions as the official Python client of dYdX signs them, the same in every run, as JSON."""

import base64
import json
import os
import random
import sys

from dydx_v4_client.key_pair import KeyPair
from dydx_v4_client.node import message
from dydx_v4_client.node.builder import Builder, TxOptions
from dydx_v4_client.wallet import Wallet
from google.protobuf.json_format import MessageToDict

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 29)))
KEY = "0123456789" * 6 + "0123"
OTHER = Wallet(KeyPair.from_hex("02" * 32), 0, 0).address


def order_id(owner):
    return message.order_id(
        owner, chance.randint(0, 127), chance.getrandbits(32), chance.randint(0, 500), chance.choice([0, 32, 64, 128])
    )


def made(owner):
    kind = chance.randrange(11)
    until = (
        {"good_til_block": chance.getrandbits(31)}
        if chance.random() < 0.5
        else {"good_til_block_time": chance.getrandbits(31)}
    )
    own, amount = message.subaccount(owner, chance.randint(0, 127)), chance.getrandbits(63)
    if kind < 3:
        order = message.order(
            order_id(owner),
            chance.choice([1, 2]),
            amount,
            chance.getrandbits(63),
            chance.choice([0, 1, 2]),
            chance.random() < 0.5,
            condition_type=chance.choice([0, 1, 2]),
            conditional_order_trigger_subticks=chance.getrandbits(40),
            **until,
        )
        return message.place_order(order)
    if kind == 3:
        return message.cancel_order(order_id(owner), **until)
    if kind == 4:
        batch = message.OrderBatch(clob_pair_id=chance.randint(0, 500), client_ids=[chance.getrandbits(32)] * 2)
        return message.batch_cancel(own, [batch], chance.getrandbits(31))
    if kind == 5:
        return message.transfer(own, message.subaccount(OTHER, 3), 0, amount)
    if kind == 6:
        return message.deposit(owner, message.subaccount(OTHER, 1), 0, amount)
    if kind == 7:
        return message.withdraw(own, OTHER, 0, amount)
    if kind == 8:
        return message.deposit_to_megavault(owner, 3, chance.randbytes(9))
    if kind == 9:
        return message.withdraw_from_megavault(owner, 3, chance.randbytes(5), chance.randbytes(9))
    return message.remove_authenticator(owner, amount)


def row():
    # The account's own number of what it has sent, or the time in milliseconds.
    sequence = chance.choice([chance.getrandbits(20), 10**12 + chance.getrandbits(39)])
    wallet = Wallet(KeyPair.from_hex(KEY), chance.getrandbits(20), sequence)
    one = made(wallet.address)
    chain = chance.choice(["dydx-mainnet-1", "dydx-testnet-4"])
    permitted = [chance.getrandbits(20)] if chance.random() < 0.3 else None
    options = None if permitted is None else TxOptions(permitted, wallet.sequence, wallet.account_number)
    tx = Builder(chain, "adydx").build(wallet, one, tx_options=options)
    return {
        "chain": chain,
        "accountNumber": wallet.account_number,
        "sequence": str(wallet.sequence),
        "authenticators": permitted,
        "message": {
            "@type": "/" + one.DESCRIPTOR.full_name,
            **MessageToDict(one, preserving_proto_field_name=True, always_print_fields_with_no_presence=True),
        },
        "tx": base64.b64encode(tx.SerializeToString()).decode(),
    }


json.dump({"privateKey": KEY, "rows": [row() for _ in range(200)]}, sys.stdout)
