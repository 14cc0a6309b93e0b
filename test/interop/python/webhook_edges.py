"""Odd deliveries of the vendors' own Python packages, with what each package makes of them itself, as JSON."""

import json
import time
import urllib.parse

import webhook_requests as peers
import webhook_senders as senders

HOST = "https://hooks.example.com"
URLS = [
    f"{HOST}/", f"{HOST}/in/", f"{HOST}/in/v1", f"{HOST}/a%20b/%C3%A9", f"{HOST}/a%2Fb", f"{HOST}/a+b", f"{HOST}/~u/x.y-z_", f"{HOST}/a;b=c,d:e@f", f"{HOST}//in", f"{HOST}/a//b/",
    f"{HOST}/in?a=b+c", f"{HOST}/in?a=b%20c", f"{HOST}/in?a=", f"{HOST}/in?a", f"{HOST}/in?b=2&a=1", f"{HOST}/in?a=1&a=2", f"{HOST}/in?a=2&a=1", f"{HOST}/in?url=https%3A%2F%2Fa.b%2Fc%3Fd%3De",
    f"{HOST}/in?q=%27%28%29%2A%21~", f"{HOST}/in?%C3%A9=%E6%BC%A2%F0%9F%98%80", f"{HOST}/in?a=%26%3D%25", f"{HOST}/in?A=1&a=2&_=3", f"{HOST}/in?a[]=1&a[]=2", f"{HOST}/in?a=b=c", f"{HOST}/in?a=%2B",
    "https://hooks.example.com:8443/in?a=1", "http://hooks.example.com/in", "http://hooks.example.com:8080/in", "https://192.0.2.1/in",
]
FORMS = ["", "a=1", "a=", "a=&b=", "a=1&a=2", "a=2&a=1", "b=1&a=2&A=3&_=4", "a=b+c", "a=%2B", "a=%26%3D", "%C3%A9=%E6%BC%A2%F0%9F%98%80", "a[]=1&a[]=2", "Body=" + urllib.parse.quote("line\r\nline\ttab"), "a=%00"]
BODIES = ["", " ", "\n", "null", '"text"', "[]", '{"a":"\\u00e9"}', '{"a":"é漢😀"}', '{ "a" : 1 }\r\n', "\ufeff{}", "a=b&c=d", "x" * 70_000, '{"a":"\\u2028"}', "\u0000", "%7B%7D", "."]
OUT = []
FAILURES = {}


def add(peer, label, headers, body, url=None, method="POST"):
    one = {"peer": peer, "method": method, "url": url or peers.URL, "headers": headers, "body": body}
    OUT.append({**one, "label": label, "nowMs": int(time.time() * 1000), "theirs": peers.accepted(one)})


def attempt(label, call):
    try:
        call()
    except Exception as error:  # noqa: BLE001
        FAILURES[label] = f"{type(error).__name__}: {error}"[:200]


def plivo_sign(method, body):
    from plivo.utils import signature_v3

    params = peers.MultiDict(body).all
    made = signature_v3.construct_get_url(peers.URL, {}) if method == "GET" else signature_v3.construct_post_url(peers.URL, params)
    signature = signature_v3.get_signature_v3(peers.SECRET, made.decode(), "12345").decode()
    return {"x-plivo-signature-v3": signature, "x-plivo-signature-v3-nonce": "12345"}


def urls():
    """Of senders that sign the URL."""
    before = peers.URL
    for url in URLS:
        peers.URL = url
        # Of a path with ";" the package signs what stands before it, and it signs no name beyond ASCII in a query.
        signs_plivo = ";" not in url and "%C3%A9=" not in url
        for body in FORMS if url in (URLS[2], URLS[14]) else FORMS[:3]:
            for peer in ("twilio", "twilio-shared"):
                attempt(f"{peer} {url} {body}", lambda: add(peer, f"{url} {body}", peers.PEERS[peer][0](body)[0], body, url))
            if signs_plivo:
                attempt(f"plivo {url} {body}", lambda: add("plivo", f"{url} {body}", plivo_sign("POST", body), body, url))
        if signs_plivo:
            attempt(f"plivo GET {url}", lambda: add("plivo", f"GET {url}", plivo_sign("GET", ""), "", url, "GET"))
        for peer in ("hubspot", "hubspot-v2"):
            for body in ("", '{"a":"é"}'):
                attempt(f"{peer} {url}", lambda: add(peer, f"{url} {body}", peers.PEERS[peer][0](body)[0], body, url))
    peers.URL = before


def bodies():
    for peer, (sign, _, __) in peers.PEERS.items():
        if sign is None or peer in peers.WITHOUT_BODY or peer.startswith("twilio"):
            continue
        for body in BODIES:
            attempt(f"{peer} {body[:20]!r}", lambda: add(peer, f"body {body[:20]!r}", sign(body)[0], body))


def others():
    """Bodies of packages that verify alone, signed by what their pages print."""
    import base64
    import hashlib
    import hmac

    def mac(text, name="sha256"):
        return hmac.new(peers.SECRET.encode(), text.encode(), name).digest()

    now = str(int(time.time()))
    milliseconds = str(int(time.time() * 1000))
    for body in BODIES:
        label = f"body {body[:20]!r}"
        add("github", label, {"x-hub-signature-256": "sha256=" + mac(body).hex()}, body)
        add("meta", label, {"x-hub-signature-256": "sha256=" + mac(body).hex()}, body)
        add("line", label, {"x-line-signature": base64.b64encode(mac(body)).decode()}, body)
        add("square", label, {"x-square-hmacsha256-signature": base64.b64encode(mac(peers.URL + body)).decode()}, body)
        add("workos", label, {"workos-signature": f"t={milliseconds}, v1={mac(f'{milliseconds}.{body}').hex()}"}, body)
        digest = hashlib.sha256((now + "nonce-1" + peers.SECRET + body).encode()).hexdigest()
        add("lark", label, {"x-lark-request-timestamp": now, "x-lark-request-nonce": "nonce-1", "x-lark-signature": digest}, body)


def headers():
    """Several signatures, other schemes, times at the edges and in odd spellings."""
    body = '{"id":"evt_1"}'
    zero = "0" * 64

    def stripe_at(stamp):
        import stripe

        return stripe.WebhookSignature._compute_signature(f"{stamp}.{body}", peers.SECRET)

    now = int(time.time())
    right = stripe_at(now)
    for label, value in {
        "a wrong one first": f"t={now},v1={zero},v1={right}", "a wrong one last": f"t={now},v1={right},v1={zero}", "v0 besides": f"t={now},v1={right},v0={zero}", "v0 first": f"t={now},v0={zero},v1={right}",
        "v0 alone": f"t={now},v0={right}", "v2 besides": f"t={now},v2=abc,v1={right}", "time last": f"v1={right},t={now}", "no time": f"v1={right}", "no signature": f"t={now}", "capitals": f"t={now},v1={right.upper()}",
        "prefix": f"t={now},v1=sha256={right}", "shortened": f"t={now},v1={right[:-1]}", "junk behind the time": f"t={now}junk,v1={right}", "empty": "", "a space": f"t={now}, v1={right}", "no name": f"t={now},{right}",
        "eight": f"t={now}," + f"v1={zero}," * 7 + f"v1={right}", "seconds with a point": f"t={now}.0,v1={right}", "minus": f"t=-{now},v1={stripe_at(-now)}", "exponent": f"t=1e9,v1={stripe_at('1e9')}",
        "old": f"t={now - 400},v1={stripe_at(now - 400)}", "nearly old": f"t={now - 280},v1={stripe_at(now - 280)}", "milliseconds": f"t={now}000,v1={stripe_at(f'{now}000')}",
    }.items():
        add("stripe", label, {"stripe-signature": value}, body)
    for peer, prefix in (("standard", "webhook"), ("svix", "svix")):
        made, _ = peers.PEERS[peer][0](body)
        good = made[f"{prefix}-signature"]
        bad = "v1," + "A" * 43 + "="
        for label, value in {
            "a wrong one first": f"{bad} {good}", "a wrong one last": f"{good} {bad}", "v1a besides": f"{good} v1a,{'A' * 86}==", "v2 besides": f"v2,abc {good}", "v1a alone": "v1a," + good[3:], "no version": good[3:],
            "two spaces": f"{bad}  {good}", "a comma": f"{bad},{good}", "shortened": good[:-2], "no padding": good.rstrip("="), "empty": "", "empty behind v1": "v1,",
        }.items():
            add(peer, label, {**made, f"{prefix}-signature": value}, body)
        for label, change in {"no id": ("id", ""), "another id": ("id", "msg_2"), "zero before": ("timestamp", "0" + made[f"{prefix}-timestamp"]), "plus before": ("timestamp", "+" + made[f"{prefix}-timestamp"]), "no number": ("timestamp", "abc")}.items():
            add(peer, label, {**made, f"{prefix}-{change[0]}": change[1]}, body)
        from datetime import datetime, timedelta, timezone

        for seconds in (-400, -290, 290, 400):
            at = datetime.now(timezone.utc) + timedelta(seconds=seconds)
            import standardwebhooks

            signature = standardwebhooks.Webhook(peers.WHSEC).sign("msg_1", at, body)
            add(peer, f"{seconds} s", {f"{prefix}-id": "msg_1", f"{prefix}-timestamp": str(int(at.timestamp())), f"{prefix}-signature": signature}, body)
    from slack_sdk.signature import SignatureVerifier

    for label, stamp in {"old": now - 400, "nearly old": now - 280, "nearly ahead": now + 280, "ahead": now + 400, "zero before": f"0{now}", "point": f"{now}.0", "plus": f"+{now}", "space": f" {now}"}.items():
        made = SignatureVerifier(peers.SECRET).generate_signature(timestamp=str(stamp), body=body)
        add("slack", label, {"x-slack-request-timestamp": str(stamp), "x-slack-signature": made}, body)
    made, _ = peers.PEERS["slack"][0](body)
    for label, change in {"v1": lambda text: text.replace("v0=", "v1="), "no version": lambda text: text[3:], "capitals": str.upper, "shortened": lambda text: text[:-1], "empty": lambda _: ""}.items():
        add("slack", label, {**made, "x-slack-signature": change(made["x-slack-signature"])}, body)
    made, _ = senders.paddle_sign(body)
    time_part, signature = made["paddle-signature"].split(";")
    for label, value in {
        "a wrong one first": f"{time_part};h1={zero};{signature}", "a wrong one last": f"{time_part};{signature};h1={zero}", "h2 besides": f"{time_part};h2=abc;{signature}", "time last": f"{signature};{time_part}",
        "a comma": f"{time_part},{signature}", "no time": signature, "capitals": f"{time_part};{signature.upper()}", "empty": "",
    }.items():
        add("paddle", label, {"paddle-signature": value}, body)
    import hmac

    github = hmac.new(peers.SECRET.encode(), body.encode(), "sha256").hexdigest()
    for peer in ("github", "meta"):
        for label, value in {"capitals": f"sha256={github.upper()}", "no prefix": github, "sha1": f"sha1={github[:40]}", "shortened": f"sha256={github[:-1]}", "a space": f"sha256= {github}", "empty": "", "two": f"sha256={github},sha256={github}", "prefix in capitals": f"SHA256={github}"}.items():
            add(peer, label, {"x-hub-signature-256": value}, body)
    made = plivo_sign("POST", "")
    good = made["x-plivo-signature-v3"]
    for label, value in {"a wrong one first": f"{'A' * 43}=,{good}", "a wrong one last": f"{good},{'A' * 43}=", "shortened": good[:-2], "empty": ""}.items():
        add("plivo", label, {**made, "x-plivo-signature-v3": value}, "")
    for peer, name, stamp in (("telnyx", "telnyx-signature-ed25519", "telnyx-timestamp"), ("discord", "x-signature-ed25519", "x-signature-timestamp"), ("sendgrid", "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp")):
        made, _ = peers.PEERS[peer][0](body)
        for label, change in {"shortened": lambda text: text[:-2], "capitals": str.upper, "empty": lambda _: "", "doubled": lambda text: text + text}.items():
            add(peer, label, {**made, name: change(made[name])}, body)
        for label, change in {"zero before": lambda text: "0" + text, "empty time": lambda _: "", "no time": lambda _: "abc"}.items():
            add(peer, label, {**made, stamp: change(made[stamp])}, body)


def shopify():
    import shopify as package

    package.Session.setup(api_key="key", secret=peers.SECRET)
    for query in (
        "shop=a.myshopify.com", "shop=a.myshopify.com&code=a%2Bb+c", "shop=a&host=YWI%3D", "ids[]=1", "ids[]=2&ids[]=1", "ids[]=a%22b", "note=50%25", "note=a%26b", "note=a%3Db", "n%26m=1", "n%3Dm=1",
        "note=%C3%A9%E6%BC%A2", "note=%0A", "Z=1&a=2&_=3", "note=a%2Fb%3Fc", "state=~*'()!",
    ):
        url = f"{HOST}/?{query}&timestamp={int(time.time())}"
        attempt(f"shopify {query}", lambda: add("shopify-oauth", query, {}, "", url + "&hmac=" + package.Session.calculate_hmac(peers.query(url)), "GET"))


def telegram():
    import hashlib
    import hmac

    for extra in ({}, {"start_param": "a b+c&d=é"}, {"chat_instance": "-1"}, {"empty": ""}, {"user": '{"id":1,"first_name":"a\\nb"}'}, {"x": "a\nb"}, {"Z": "1", "_": "2"}, {"photo_url": "https://t.me/i/a.svg?x=1&y=2"}, {"hash_": "1"}):
        data = {**senders.launch_data(), **extra}
        key = hmac.new(b"WebAppData", senders.BOT.encode(), hashlib.sha256).digest()
        data["hash"] = hmac.new(key, senders.check_string(data), hashlib.sha256).hexdigest()
        add("telegram-mini-app", str(extra), {"authorization": "tma " + urllib.parse.urlencode(data)}, "", None, "GET")
        login = {"id": "1", "first_name": "é +&", "auth_date": str(int(time.time())), **extra}
        login["hash"] = hmac.new(hashlib.sha256(senders.BOT.encode()).digest(), senders.check_string(login), hashlib.sha256).hexdigest()
        add("telegram-login", str(extra), {}, "", f"{HOST}/login?" + urllib.parse.urlencode(login), "GET")


if __name__ == "__main__":
    for part in (urls, bodies, others, headers, shopify, telegram):
        attempt(part.__name__, part)
    print(json.dumps({"requests": OUT, "failures": FAILURES, "keys": senders.keys()}))
