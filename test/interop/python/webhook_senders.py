"""Further senders: what their own Python packages make of deliveries, or a second implementation where a package only verifies."""

import base64
import hashlib
import hmac
import random
import time
import urllib.parse

SECRET = "a-secret-that-both-sides-share"
BOT = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
URL = "https://hooks.example.com/in/v1?foo=1&bar=2"
# No secrets of anyone: both sides of the tests have them.
SEED = bytes(range(1, 33))
TEXT = "abcXYZ019 _-.:;/\\\"'<>{}[]=&%+#?!~*()äöüß€漢字😀\u2028\t"


def randoms(count=8, seed=20261129):
    """Bodies of JSON and of forms, the same in every run."""
    source = random.Random(seed)

    def text(longest=24):
        return "".join(source.choice(TEXT) for _ in range(source.randrange(longest)))

    import json

    jsons = [
        json.dumps({"id": f"evt_{n}", text(): [text(), source.random(), None], "time": text(200)}, ensure_ascii=n % 2 == 0, indent=n % 3 or None)
        for n in range(count)
    ]
    forms = [
        urllib.parse.urlencode([(f"{source.choice('ABCxyz')}{n}", text()) for n in range(source.randrange(1, 9))]) for _ in range(count)
    ]
    return jsons, forms


JSONS, FORMS = randoms()


def ed25519():
    from nacl.signing import SigningKey

    return SigningKey(SEED)


def ecdsa():
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.derive_private_key(int.from_bytes(SEED, "big"), ec.SECP256R1())


def ecdsa_public():
    from cryptography.hazmat.primitives import serialization

    spki = ecdsa().public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode()


def keys():
    """What the other side sets up its webhooks with."""
    public = bytes(ed25519().verify_key)
    return {
        "hex": public.hex(),
        "base64": base64.b64encode(public).decode(),
        "privateHex": SEED.hex(),
        "privateBase64": base64.b64encode(SEED).decode(),
        "spki": ecdsa_public(),
    }


def square_verify(one):
    from square.utils.webhooks_helper import verify_signature

    return verify_signature(
        request_body=one["body"],
        signature_header=one["headers"]["x-square-hmacsha256-signature"],
        signature_key=SECRET,
        notification_url=URL,
    )


def paddle_sign(body):
    from paddle_billing.Notifications.PaddleSignature import PaddleSignature

    now = int(time.time())
    made = PaddleSignature.calculate_hmac(SECRET, f"{now}:{body}".encode()).hexdigest()
    return {"paddle-signature": f"ts={now};h1={made}"}, URL


def paddle_verify(one):
    from paddle_billing.Notifications import Secret, Verifier

    class Request:
        headers = {"Paddle-Signature": one["headers"]["paddle-signature"]}
        body = one["body"].encode()

    return Verifier(60).verify(Request(), Secret(SECRET))


def workos_verify(one):
    from workos.webhooks import Webhooks

    header = one["headers"]["workos-signature"]
    Webhooks(None).verify_header(event_body=one["body"], event_signature=header, secret=SECRET)
    return True


def telnyx_sign(body):
    now = str(int(time.time()))
    made = ed25519().sign(f"{now}|{body}".encode()).signature
    return {"telnyx-timestamp": now, "telnyx-signature-ed25519": base64.b64encode(made).decode()}, URL


def telnyx_verify(one):
    from telnyx.lib.webhook_verification import verify_webhook_signature

    verify_webhook_signature(one["body"], one["headers"], base64.b64encode(bytes(ed25519().verify_key)).decode())
    return True


def discord_sign(body):
    now = str(int(time.time()))
    return {"x-signature-timestamp": now, "x-signature-ed25519": ed25519().sign(f"{now}{body}".encode()).signature.hex()}, URL


def discord_verify(one):
    from discord_interactions import verify_key

    headers = one["headers"]
    public = bytes(ed25519().verify_key).hex()
    return verify_key(one["body"].encode(), headers["x-signature-ed25519"], headers["x-signature-timestamp"], public)


def sendgrid_sign(body):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    now = str(int(time.time()))
    made = ecdsa().sign(f"{now}{body}".encode(), ec.ECDSA(hashes.SHA256()))
    name = "x-twilio-email-event-webhook"
    return {f"{name}-timestamp": now, f"{name}-signature": base64.b64encode(made).decode()}, URL


def sendgrid_verify(one):
    from sendgrid.helpers.eventwebhook import EventWebhook

    name = "x-twilio-email-event-webhook"
    headers = one["headers"]
    return EventWebhook(ecdsa_public()).verify_signature(one["body"], headers[f"{name}-signature"], headers[f"{name}-timestamp"])


def lark_verify(one):
    from lark_oapi.core.model import RawRequest
    from lark_oapi.event.dispatcher_handler import EventDispatcherHandler

    request = RawRequest()
    request.headers = {"-".join(part.capitalize() for part in name.split("-")): value for name, value in one["headers"].items()}
    request.body = one["body"].encode()
    handler = EventDispatcherHandler.builder(SECRET, "").build()
    handler._verify_sign(request, SECRET)
    return True


def commerce_sign(body):
    from coinbase_commerce.webhook import WebhookSignature

    return {"x-cc-webhook-signature": WebhookSignature._compute_signature(body, SECRET)}, URL


def commerce_verify(one):
    from coinbase_commerce.webhook import WebhookSignature

    return WebhookSignature.verify_sig_header(one["body"], one["headers"]["x-cc-webhook-signature"], SECRET)


def github_verify(one):
    from gidgethub.sansio import validate_event

    validate_event(one["body"].encode(), signature=one["headers"]["x-hub-signature-256"], secret=SECRET)
    return True


def meta_verify(one):
    from pywa.utils import webhook_updates_validator

    return webhook_updates_validator(SECRET, one["body"].encode(), one["headers"]["x-hub-signature-256"])


def launch_data():
    user = '{"id":279058397,"first_name":"Vlad é","last_name":"+ - ? \\/","language_code":"en"}'
    return {"query_id": "AAHdF6IQAAAAAN0XohDhrOrc", "user": user, "auth_date": str(int(time.time())), "signature": "c2lnbmVk"}


def check_string(data):
    return "\n".join(f"{name}={value}" for name, value in sorted(data.items())).encode()


def mini_app_sign(_body):
    data = launch_data()
    key = hmac.new(b"WebAppData", BOT.encode(), hashlib.sha256).digest()
    data["hash"] = hmac.new(key, check_string(data), hashlib.sha256).hexdigest()
    return {"authorization": "tma " + urllib.parse.urlencode(data)}, URL


def mini_app_verify(one):
    from aiogram.utils.web_app import check_webapp_signature

    return check_webapp_signature(BOT, one["headers"]["authorization"].removeprefix("tma "))


def third_party_sign(_body):
    data = launch_data()
    del data["signature"]
    made = ed25519().sign(BOT.split(":")[0].encode() + b":WebAppData\n" + check_string(data)).signature
    data["signature"] = base64.urlsafe_b64encode(made).decode().rstrip("=")
    data["hash"] = "0" * 64
    return {"authorization": "tma " + urllib.parse.urlencode(data)}, URL


def third_party_verify(one):
    from aiogram.utils.web_app_signature import check_webapp_signature

    public = bytes(ed25519().verify_key)
    return check_webapp_signature(int(BOT.split(":")[0]), one["headers"]["authorization"].removeprefix("tma "), public)


def login_sign(_body):
    data = {"id": "279058397", "first_name": "Vlad é+&", "auth_date": str(int(time.time()))}
    data["hash"] = hmac.new(hashlib.sha256(BOT.encode()).digest(), check_string(data), hashlib.sha256).hexdigest()
    return {}, "https://hooks.example.com/login?" + urllib.parse.urlencode(data)


def login_verify(one):
    from aiogram.utils.auth_widget import check_integrity

    query = urllib.parse.urlsplit(one["url"]).query
    return check_integrity(BOT, dict(urllib.parse.parse_qsl(query, strict_parsing=True)))


# Name: how deliveries are signed here, how the package verifies ours, the bodies.
SENDERS = {
    "square": (None, square_verify, JSONS),
    "paddle": (paddle_sign, paddle_verify, JSONS),
    "workos": (None, workos_verify, JSONS),
    "telnyx": (telnyx_sign, telnyx_verify, JSONS),
    "discord": (discord_sign, discord_verify, JSONS),
    "sendgrid": (sendgrid_sign, sendgrid_verify, JSONS),
    "lark": (None, lark_verify, JSONS),
    "coinbase-commerce": (commerce_sign, commerce_verify, JSONS),
    "github": (None, github_verify, JSONS + FORMS),
    "meta": (None, meta_verify, JSONS),
    "telegram-mini-app": (mini_app_sign, mini_app_verify, [""]),
    "telegram-third-party": (third_party_sign, third_party_verify, [""]),
    "telegram-login": (login_sign, login_verify, [""]),
}
