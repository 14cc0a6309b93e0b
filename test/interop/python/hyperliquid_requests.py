"""Actions as the official SDK of Hyperliquid signs them, the same in every run, as JSON."""

import json
import os
import random
import sys

from eth_account import Account
from hyperliquid.utils import signing

chance = random.Random(int(os.environ.get("COUNTERSIGN_SEED", 7)))
wallet = Account.from_key("0x" + "0123456789" * 6 + "0123")
NOW = 1_700_000_000_123
ADDRESS = "0x" + "0" * 39 + "9"


def address():
    return "0x%040x" % chance.getrandbits(160)


def decimal():
    return signing.float_to_wire(round(chance.random() * 10 ** chance.randint(-3, 5), chance.randint(0, 8)))


def order():
    trigger = {"isMarket": chance.random() < 0.5, "triggerPx": decimal(), "tpsl": chance.choice(["tp", "sl"])}
    limit = {"tif": chance.choice(["Alo", "Ioc", "Gtc"])}
    made = {
        "a": chance.randint(0, 20_000),
        "b": chance.random() < 0.5,
        "p": decimal(),
        "s": decimal(),
        "r": chance.random() < 0.5,
        "t": {"limit": limit} if chance.random() < 0.7 else {"trigger": trigger},
    }
    return {**made, "c": "0x%032x" % chance.getrandbits(128)} if chance.random() < 0.4 else made


def orders():
    action = {
        "type": "order",
        "orders": [order() for _ in range(chance.randint(1, 3))],
        "grouping": chance.choice(["na", "normalTpsl"]),
    }
    if chance.random() < 0.3:
        action["builder"] = {"b": address(), "f": chance.randint(0, 10)}
    vault = address() if chance.random() < 0.4 else None
    expires = 10**12 + chance.getrandbits(39) if chance.random() < 0.4 else None
    nonce, mainnet = 10**12 + chance.getrandbits(39), chance.random() < 0.5
    return {
        "action": action,
        "nonce": nonce,
        **({} if vault is None else {"vaultAddress": vault}),
        **({} if expires is None else {"expiresAfter": expires}),
        "mainnet": mainnet,
        "signature": signing.sign_l1_action(wallet, action, vault, nonce, expires, mainnet),
    }


# By the function that signs it: the type of the action, and its members.
BY_MEMBERS = {
    "sign_usd_transfer_action": ("usdSend", {"destination": ADDRESS, "amount": "1.5", "time": NOW}),
    "sign_spot_transfer_action": (
        "spotSend",
        {"destination": ADDRESS, "token": "PURR:0xabc", "amount": "1.5", "time": NOW},
    ),
    "sign_withdraw_from_bridge_action": ("withdraw3", {"destination": ADDRESS, "amount": "1.5", "time": NOW}),
    "sign_usd_class_transfer_action": ("usdClassTransfer", {"amount": "2", "toPerp": True, "nonce": NOW}),
    "sign_send_asset_action": (
        "sendAsset",
        {
            "destination": ADDRESS,
            "sourceDex": "",
            "destinationDex": "x",
            "token": "USDC",
            "amount": "2",
            "fromSubAccount": "",
            "nonce": NOW,
        },
    ),
    "sign_approve_builder_fee": ("approveBuilderFee", {"maxFeeRate": "0.001%", "builder": ADDRESS, "nonce": NOW}),
    "sign_agent": ("approveAgent", {"agentAddress": ADDRESS, "agentName": "a", "nonce": NOW}),
    "sign_token_delegate_action": (
        "tokenDelegate",
        {"validator": ADDRESS, "wei": 10**15, "isUndelegate": False, "nonce": NOW},
    ),
    "sign_convert_to_multi_sig_user_action": ("convertToMultiSigUser", {"signers": "{}", "nonce": NOW}),
    "sign_user_dex_abstraction_action": ("userDexAbstraction", {"user": ADDRESS, "enabled": True, "nonce": NOW}),
    "sign_user_set_abstraction_action": ("userSetAbstraction", {"user": ADDRESS, "abstraction": "x", "nonce": NOW}),
}


def by_members(name, mainnet):
    kind, members = BY_MEMBERS[name]
    action = {"type": kind, **members}
    signature = getattr(signing, name)(wallet, action, mainnet)
    network = {"hyperliquidChain": "Mainnet" if mainnet else "Testnet", "signatureChainId": "0x66eee"}
    return {"action": {**action, **network}, "nonce": NOW, "mainnet": mainnet, "signature": signature}


OTHER = Account.from_key("0x" + "02" * 32)
USER = "0x" + "Ab" * 20


def several(mainnet, user_signed):
    """An account that two keys sign for, and the first of them sends."""
    outer = wallet.address
    network = {"signatureChainId": "0x66eee", "hyperliquidChain": "Mainnet" if mainnet else "Testnet"}
    vault = None if user_signed or chance.random() < 0.5 else address()
    expires = None if user_signed or chance.random() < 0.5 else NOW + 5_000
    if user_signed:
        inner = {"type": "usdSend", **network, "destination": ADDRESS, "amount": "1.5", "time": NOW}
        signatures = [
            signing.sign_multi_sig_user_signed_action_payload(
                one,
                dict(inner),
                mainnet,
                signing.USD_SEND_SIGN_TYPES,
                "HyperliquidTransaction:UsdSend",
                USER,
                outer,
            )
            for one in (wallet, OTHER)
        ]
    else:
        inner = {"type": "order", "orders": [order()], "grouping": "na"}
        signatures = [
            signing.sign_multi_sig_l1_action_payload(one, inner, mainnet, vault, NOW, expires, USER, outer)
            for one in (wallet, OTHER)
        ]
    action = {
        "type": "multiSig",
        "signatureChainId": "0x66eee",
        "signatures": signatures,
        "payload": {"multiSigUser": USER.lower(), "outerSigner": outer.lower(), "action": inner},
    }
    return {
        "action": action,
        "nonce": NOW,
        **({} if vault is None else {"vaultAddress": vault}),
        **({} if expires is None else {"expiresAfter": expires}),
        "mainnet": mainnet,
        "signature": signing.sign_multi_sig_action(wallet, action, mainnet, vault, NOW, expires),
    }


rows = [orders() for _ in range(150)] + [by_members(name, mainnet) for name in BY_MEMBERS for mainnet in (True, False)]
shared = [several(mainnet, user_signed) for mainnet in (True, False) for user_signed in (True, False) for _ in range(5)]
json.dump({"rows": rows, "shared": shared}, sys.stdout)
