"""Deliveries that the vendors' own Python packages sign, as JSON; and with "verify" what they think of ours."""

import contextlib
import io
import json
import sys
import time
import urllib.parse
from datetime import datetime, timezone

import webhook_senders

SECRET = "a-secret-that-both-sides-share"
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://hooks.example.com/in/v1?foo=1&bar=2"
JSONS = ['{"id":"evt_1"}', '{"text":"äöü € ♥"}', "{}", *webhook_senders.JSONS]
FORMS = ["", "CallSid=CA1&From=%2B14158675309&Text=a+b", "a=1&a=2&a=1&b=", "A=%C3%A4&z=%26%3D", *webhook_senders.FORMS]


class MultiDict:
    """The parameters of a form, as Django and Flask hand them over."""

    def __init__(self, body):
        self.all = urllib.parse.parse_qs(body, keep_blank_values=True)

    def __iter__(self):
        return iter(self.all)

    def __bool__(self):
        return bool(self.all)

    def getlist(self, name):
        return self.all[name]


def query(url):
    parsed = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
    return {name: values if name.endswith("[]") else values[0] for name, values in parsed.items()}


def stripe_sign(body):
    import stripe

    now = int(time.time())
    made = stripe.WebhookSignature._compute_signature(f"{now}.{body}", SECRET)
    return {"stripe-signature": f"t={now},v1={made}"}, URL


def stripe_verify(one):
    import stripe

    return stripe.WebhookSignature.verify_header(one["body"], one["headers"]["stripe-signature"], SECRET, 300)


def slack_sign(body):
    from slack_sdk.signature import SignatureVerifier

    now = str(int(time.time()))
    made = SignatureVerifier(SECRET).generate_signature(timestamp=now, body=body)
    return {"x-slack-request-timestamp": now, "x-slack-signature": made}, URL


def slack_verify(one):
    from slack_sdk.signature import SignatureVerifier

    return SignatureVerifier(SECRET).is_valid_request(one["body"], one["headers"])


def twilio_sign(algorithm):
    def sign(body):
        from twilio.request_validator import RequestValidator

        return {"x-twilio-signature": RequestValidator(SECRET).compute_signature(URL, MultiDict(body), algorithm)}, URL

    return sign


def twilio_verify(one):
    from twilio.request_validator import RequestValidator

    return RequestValidator(SECRET).validate(one["url"], MultiDict(one["body"]), one["headers"]["x-twilio-signature"])


def standard_sign(body):
    from standardwebhooks import Webhook

    now = datetime.now(timezone.utc)
    made = Webhook(WHSEC).sign("msg_1", now, body)
    stamp = str(int(now.timestamp()))
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": made}, URL


def standard_verify(one):
    from standardwebhooks import Webhook

    Webhook(WHSEC).verify(one["body"], one["headers"])
    return True


def svix_sign(body):
    from svix import Webhook

    now = datetime.now(timezone.utc)
    made = Webhook(WHSEC).sign("msg_1", now, body)
    return {"svix-id": "msg_1", "svix-timestamp": str(int(now.timestamp())), "svix-signature": made}, URL


def svix_verify(one):
    from svix import Webhook

    Webhook(WHSEC).verify(one["body"], one["headers"])
    return True


def hubspot_sign(version):
    def sign(body):
        from hubspot.utils.signature import Signature

        stamp = str(int(time.time() * 1000))
        made = Signature.get_signature(SECRET, body, version, URL, "POST", stamp)
        if version == "v3":
            return {"x-hubspot-signature-v3": made, "x-hubspot-request-timestamp": stamp}, URL
        return {"x-hubspot-signature": made, "x-hubspot-signature-version": version}, URL

    return sign


def hubspot_verify(version):
    def verify(one):
        from hubspot.utils.signature import Signature

        headers = one["headers"]
        made = headers["x-hubspot-signature-v3" if version == "v3" else "x-hubspot-signature"]
        stamp = headers.get("x-hubspot-request-timestamp")
        return Signature.is_valid(made, SECRET, one["body"], one["url"], one["method"], version, stamp)

    return verify


def plivo_verify(one):
    from plivo.utils import validate_v3_signature

    headers = one["headers"]
    nonce, made = headers["x-plivo-signature-v3-nonce"], headers["x-plivo-signature-v3"]
    return validate_v3_signature(one["method"], one["url"], nonce, SECRET, made, MultiDict(one["body"]).all)


def shopify_sign(_body):
    import shopify

    shopify.Session.setup(api_key="key", secret=SECRET)
    url = "https://app.example.com/?host=a%3D%3D&ids[]=1&ids[]=2&note=50%25+%26&shop=some-shop.myshopify.com"
    url += "&timestamp=" + str(int(time.time()))
    return {}, url + "&hmac=" + shopify.Session.calculate_hmac(query(url))


def shopify_verify(one):
    import shopify

    shopify.Session.setup(api_key="key", secret=SECRET)
    return shopify.Session.validate_hmac(query(one["url"]))


def line_verify(one):
    from linebot.v3.webhook import SignatureValidator

    return SignatureValidator(SECRET).validate(one["body"], one["headers"]["x-line-signature"])


# Name: how the package signs, where it can; how it verifies; the bodies.
PEERS = {
    "stripe": (stripe_sign, stripe_verify, JSONS),
    "slack": (slack_sign, slack_verify, JSONS + FORMS),
    "twilio": (twilio_sign("HMAC_SHA1"), twilio_verify, FORMS),
    "twilio-shared": (twilio_sign("HMAC_SHA256"), None, FORMS),
    "standard": (standard_sign, standard_verify, JSONS),
    "svix": (svix_sign, svix_verify, JSONS),
    "hubspot": (hubspot_sign("v3"), hubspot_verify("v3"), JSONS),
    "hubspot-v2": (hubspot_sign("v2"), hubspot_verify("v2"), JSONS),
    "hubspot-v1": (hubspot_sign("v1"), hubspot_verify("v1"), JSONS),
    "plivo": (None, plivo_verify, FORMS),
    "shopify-oauth": (shopify_sign, shopify_verify, [""]),
    "line": (None, line_verify, JSONS),
    **webhook_senders.SENDERS,
}
# Nothing but a query or a field is signed.
WITHOUT_BODY = {"shopify-oauth", "telegram-mini-app", "telegram-third-party", "telegram-login"}


def signed():
    for name, (sign, _, bodies) in PEERS.items():
        for body in bodies if sign else []:
            headers, url = sign(body)
            method = "GET" if name in WITHOUT_BODY else "POST"
            yield {"peer": name, "method": method, "url": url, "headers": headers, "body": body}


def accepted(one):
    verify = PEERS[one["peer"]][1]
    if verify is None:
        return None
    try:
        # Some packages print why they refuse.
        with contextlib.redirect_stdout(io.StringIO()):
            return bool(verify(one))
    except Exception:
        return False


if __name__ == "__main__":
    if sys.argv[1:] == ["verify"]:
        print(json.dumps([accepted(one) for one in json.load(sys.stdin)]))
    else:
        every = {name: bodies for name, (_, __, bodies) in PEERS.items()}
        print(json.dumps({"requests": list(signed()), "bodies": every, "keys": webhook_senders.keys()}))
