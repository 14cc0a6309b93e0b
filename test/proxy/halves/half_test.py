"""What vectors and probe cannot show: half_test.py CLIENTS"""

import asyncio
import base64
import hashlib
import hmac
import io
import sys
import threading
import time
import unittest

sys.path.insert(0, sys.argv.pop(1))
from countersign_verify import Key, MemoryReplayStore, Refused, Request, SignedASGI, SignedWSGI, Verifier  # noqa: E402

SECRET = bytes(range(32))
NOW = 1_790_000_000_000
AT = NOW // 1000


def signed(nonce="nonce-of-16-chars", params=None, target="/a", fields=(), body=None):
    params = params or f';created={AT};nonce="{nonce}";keyid="bot"'
    listed = f'("@method" "@authority" "@path" "@query"){params}'
    path, _, query = target.partition("?")
    base = f'"@method": GET\n"@authority": h.example\n"@path": {path}\n"@query": ?{query}\n"@signature-params": {listed}'
    mac = base64.b64encode(hmac.new(SECRET, base.encode(), hashlib.sha256).digest()).decode()
    own = [("Signature-Input", "sig1=" + listed), ("Signature", f"sig1=:{mac}:")]
    return Request("GET", "https", "h.example", target, [*fields, *own], body)


def store(**options):
    return MemoryReplayStore(restart_barrier=False, **options)


def verifier(replay=None, keys=None, **options):
    keys = [Key("bot", "hmac-sha256", SECRET)] if keys is None else keys
    return Verifier(keys, ["h.example"], replay or store(), now_ms=lambda: NOW, **options)


def code(call):
    try:
        call()
        return "ok"
    except Refused as refused:
        return refused.code


class Failing:
    def claim(self, *_):
        raise ConnectionError("secret-of-a-store")


class Stores(unittest.TestCase):
    def claim(self, one, nonce, created=NOW, now=NOW, key="bot"):
        return one.claim(key, nonce, created, created + 300_001, now)

    def test_bounded_per_store_and_per_key(self):
        one = store(max_entries=10, max_per_key=2)
        got = [self.claim(one, str(at)) for at in range(4)]
        self.assertEqual(got, ["claimed", "claimed", "full", "full"])
        others = [self.claim(one, "n", key=f"key-{at}") for at in range(12)]
        self.assertEqual(others.count("claimed"), 8)
        # A full store knows what it has seen.
        self.assertEqual(self.claim(one, "0"), "replay")

    def test_forgets_what_the_window_has_passed_and_nothing_else(self):
        one = store(max_per_key=1)
        self.assertEqual(self.claim(one, "a"), "claimed")
        self.assertEqual(self.claim(one, "b", NOW + 299_000, NOW + 299_000), "full")
        late = NOW + 340_000
        self.assertEqual(self.claim(one, "b", late, late), "claimed")
        # A clock that is set back opens nothing.
        self.assertEqual(self.claim(one, "a"), "barrier")

    def test_refuses_what_was_signed_before_it_existed(self):
        now = int(time.time() * 1000)
        one = MemoryReplayStore()
        self.assertEqual(self.claim(one, "a", now, now), "barrier")
        self.assertEqual(self.claim(one, "a", now + 6_000, now + 6_000), "claimed")

    def test_of_equal_claims_one_is_claimed(self):
        one, got = store(), []
        gate = threading.Barrier(16)

        def run():
            gate.wait()
            got.append(self.claim(one, "same"))

        threads = [threading.Thread(target=run) for _ in range(16)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        self.assertEqual(got.count("claimed"), 1)

    def test_must_cover_the_window(self):
        self.assertRaises(ValueError, verifier, store(max_age_ms=60_000))


class Faults(unittest.TestCase):
    def test_of_a_store_or_key_source_close_the_door_and_quote_nothing(self):
        def fails(_):
            raise ConnectionError("secret-of-a-source")

        for one, expected in ((verifier(Failing()), "STORE_UNAVAILABLE"), (verifier(keys=fails), "KEY_SOURCE_FAILED")):
            with self.assertRaises(Refused) as caught:
                one.verify(signed())
            self.assertEqual(caught.exception.code, expected)
            self.assertNotIn("secret", str(caught.exception))
        self.assertEqual(code(lambda: verifier(keys=lambda _: Key("other", "hmac-sha256", SECRET)).verify(signed())), "KEY_SOURCE_FAILED")

    def test_a_forgery_takes_no_nonce_away(self):
        one, honest = verifier(), signed()
        forged = Request(honest.method, honest.scheme, honest.authority, "/b", honest.fields)
        self.assertEqual([code(lambda: one.verify(forged)), code(lambda: one.verify(honest))], ["SIGNATURE_INVALID", "ok"])

    def test_awaited_sources_and_slow_ones(self):
        async def key(_):
            return Key("bot", "hmac-sha256", SECRET)

        def later(_):
            return asyncio.Future(loop=asyncio.new_event_loop())

        async def slow(_):
            await asyncio.sleep(5)

        self.assertEqual(asyncio.run(verifier(keys=key).verify_async(signed())).key_id, "bot")
        with self.assertRaises(Refused) as caught:
            asyncio.run(verifier(keys=slow, store_timeout_s=0.01).verify_async(signed()))
        self.assertEqual(caught.exception.code, "KEY_SOURCE_FAILED")
        self.assertEqual(code(lambda: verifier(keys=later).verify(signed())), "HOST_FAULT")

    def test_long_fields_take_linear_time(self):
        for text in ("(" * 16_000, '"' * 16_000, "a=(" + '"a" ' * 4_000, ";a" * 8_000, "a=:" + "A" * 16_000, "a=" + "9" * 16_000, 'a="' + "\\\\" * 8_000):
            honest = signed()
            started = time.perf_counter()
            request = Request("GET", "https", "h.example", "/a", [("Signature-Input", text), honest.fields[1]])
            self.assertNotEqual(code(lambda: verifier().verify(request)), "ok")
            self.assertLess(time.perf_counter() - started, 0.5)

    def test_weak_keys_are_refused(self):
        self.assertRaises(ValueError, Key, "bot", "hmac-sha256", b"short")
        self.assertRaises(ValueError, Key, "bot 1", "hmac-sha256", SECRET)
        self.assertRaises(ValueError, Key, "bot", "md5", SECRET)
        self.assertNotIn(repr(SECRET), repr(Key("bot", "hmac-sha256", SECRET)))
        self.assertRaises(ValueError, Verifier, [], "h.example", store())


class Hosts(unittest.TestCase):
    def by_wsgi(self, **environ):
        started, log = [], []
        app = SignedWSGI(lambda *_: [b"in"], verifier(), log=lambda *row: log.append(row[0]))
        given = {"REQUEST_METHOD": "GET", "HTTP_HOST": "h.example", "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(), **environ}
        app(given, lambda status, headers: started.append(status))
        return log, started

    def test_a_host_without_the_raw_target_is_a_fault_of_the_host(self):
        self.assertEqual(self.by_wsgi(PATH_INFO="/a"), (["HOST_FAULT"], ["500 Internal Server Error"]))

    def test_chunks_that_a_host_does_not_end(self):
        got = self.by_wsgi(RAW_URI="/a", HTTP_TRANSFER_ENCODING="chunked")
        self.assertEqual(got, (["BODY_UNREADABLE"], ["401 Unauthorized"]))
        both = self.by_wsgi(RAW_URI="/a", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="0")
        self.assertEqual(both[0], ["BODY_UNREADABLE"])

    def by_asgi(self, *fields):
        log = []

        async def app(*_):
            log.append("in")

        async def receive():
            return {"type": "http.request", "body": b""}

        async def send(_message):
            pass

        lines = [("Host", "h.example"), *signed(target="/a").fields, *fields]
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in lines]
        scope = {"type": "http", "method": "GET", "scheme": "https", "raw_path": b"/a", "headers": headers}
        asyncio.run(SignedASGI(app, verifier(), log=lambda *row: log.append(row[0]))(scope, receive, send))
        return log

    def test_a_field_that_a_framework_takes_for_another_one(self):
        self.assertEqual(self.by_asgi(("x_trace", "1")), ["in"])
        for name in ("x_http_method_override", "X-HTTP_Method-Override", "content_type", "signature_input", "Content_Length"):
            self.assertEqual(self.by_asgi((name, "DELETE")), ["HEADER_DUPLICATE"], name)
        self.assertEqual(self.by_asgi(("x-trace", "1"), ("x_trace", "2")), ["HEADER_DUPLICATE"])

    def test_a_length_in_digits_of_another_alphabet_is_no_fault_of_the_host(self):
        self.assertEqual(self.by_asgi(("content-length", "\xb2")), ["AUTH_MALFORMED"])

    def test_web_sockets_are_closed_and_lifespan_passes(self):
        sent, seen = [], []

        async def app(scope, _receive, _send):
            seen.append(scope["type"])

        async def receive():
            return {"type": "websocket.connect"}

        async def send(message):
            sent.append(message)

        own = SignedASGI(app, verifier(), log=lambda *_: None)
        for kind in ("lifespan", "websocket"):
            asyncio.run(own({"type": kind}, receive, send))
        self.assertEqual((seen, sent), (["lifespan"], [{"type": "websocket.close", "code": 1008}]))


unittest.main()
