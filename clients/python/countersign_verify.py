"""Verifies HTTP requests that are signed by RFC 9421, as countersign's strict preset does.

One file to copy into a service: ASGI and WSGI middleware, window, replay memory, body digest. The standard library is
enough for HMAC-SHA256; Ed25519, ECDSA P-256 and RSA-PSS need the package `cryptography`. Python 3.9 or newer.

    verifier = Verifier(
        keys=[Key("bot-1", "hmac-sha256", secret=base64.b64decode(os.environ["BOT_1_SECRET"]))],
        authorities=["api.example.com"],
        replay=MemoryReplayStore(),
    )
    app = SignedASGI(app, verifier)    # FastAPI, Starlette, Django ASGI: the verdict is scope["countersign"]
    app = SignedWSGI(app, verifier)    # Flask, Django WSGI: environ["countersign"]

A refusal is answered with the same 401 whatever it was for. Its code and reason go to `log`, and nowhere else.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import inspect
import io
import json
import logging
import os
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Generator, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

__all__ = ["Key", "MemoryReplayStore", "Refused", "Request", "SignedASGI", "SignedWSGI", "Verdict", "Verifier"]

Fields = Sequence[Tuple[str, str]]

MAX_FIELD = 16_384
MAX_SIGNATURES = 16
MAX_COMPONENTS = 64
MAX_PARAMETERS = 32
MAX_SECONDS = 253_402_300_799

_METHOD = re.compile(r"[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,63}")
_TARGET = re.compile(r'[!"$-\[\]-~]+')
_FIELD_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+")
_KEY_ID = re.compile(r"[A-Za-z0-9_/+-][A-Za-z0-9._:@/+=~#-]{0,255}")
_NONCE = re.compile(r"[A-Za-z0-9._~+/=-]{16,128}")
_PRINTABLE = re.compile(r"[\t\x20-\x7e]*")
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?")
_SF_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
_SF_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*")
_SF_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')

# RFC 9110 5.3: two lines of one of these are two requests to two readers.
_SINGLETONS = ("host", "content-length", "content-type", "content-encoding", "date", "transfer-encoding")
# Fields whose lines hosts drop or join otherwise than RFC 9421 2.1 does.
_FOLDED = frozenset(
    "age authorization content-length content-type cookie etag expires from host if-modified-since"
    " if-unmodified-since last-modified location max-forwards proxy-authorization referer retry-after server"
    " user-agent".split()
)
_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
_DIGESTS = {"sha-256": (hashlib.sha256, 32), "sha-512": (hashlib.sha512, 64)}
_SIGNATURE_BYTES = {"hmac-sha256": 32, "ed25519": 64, "ecdsa-p256-sha256": 64, "rsa-pss-sha512": 0}
# Names that RFC 9421 registers: one that this file cannot verify is still no unknown one.
_ALGORITHMS = frozenset(_SIGNATURE_BYTES) | {"ecdsa-p384-sha384", "rsa-v1_5-sha256", "hmac-sha512"}
_UNAVAILABLE = ("REPLAY_STORE_FULL", "REPLAY_BARRIER", "STORE_UNAVAILABLE", "KEY_SOURCE_FAILED")


class Refused(Exception):
    """Why a request is refused: a code for programs, a reason for the log. Neither is for the client."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, reason


@dataclass(frozen=True)
class Request:
    """A request as it is on the wire: the target is raw, lines of fields are in their order, the body is not parsed."""

    method: str
    scheme: str
    authority: str
    target: str
    fields: Fields
    body: Optional[bytes] = None


@dataclass(frozen=True)
class Verdict:
    """Who sent a request, and what of it was signed. Everything else about the request is not proven."""

    key_id: str
    covered: Tuple[str, ...]
    created_ms: int
    nonce: str
    tag: Optional[str]
    base: str = field(repr=False)


@dataclass(frozen=True)
class Key:
    """One key: a shared secret, or the public half (PEM, or the 32 bytes of Ed25519). `owner` is yours to read."""

    key_id: str
    algorithm: str
    secret: Optional[bytes] = field(default=None, repr=False)
    public_key: Union[str, bytes, None] = None
    status: str = "active"
    not_before_ms: Optional[int] = None
    expires_at_ms: Optional[int] = None
    owner: Any = None
    _loaded: Any = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _KEY_ID.fullmatch(self.key_id):
            raise ValueError("key_id holds characters that may not stand there")
        if self.algorithm not in _SIGNATURE_BYTES:
            raise ValueError(f"algorithm must be one of {', '.join(_SIGNATURE_BYTES)}")
        if self.algorithm == "hmac-sha256":
            if self.secret is None or len(self.secret) < 32:
                raise ValueError("a shared secret must have at least 32 bytes")
        elif self.public_key is None or self.secret is not None:
            raise ValueError(f"a key of {self.algorithm} is its public_key, and nothing else")
        else:
            object.__setattr__(self, "_loaded", _load_public(self.algorithm, self.public_key))

    def verify(self, base: bytes, signature: bytes) -> bool:
        if self.secret is not None:
            return hmac.compare_digest(hmac.new(self.secret, base, hashlib.sha256).digest(), signature)
        return _verify_public(self.algorithm, self._loaded, base, signature)


def _load_public(algorithm: str, public_key: Union[str, bytes]) -> Any:
    # Imported here: HMAC needs nothing but the standard library.
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if isinstance(public_key, bytes) and len(public_key) == 32 and algorithm == "ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(public_key)
    key = load_pem_public_key(public_key.encode() if isinstance(public_key, str) else public_key)
    fits = {
        "ed25519": isinstance(key, ed25519.Ed25519PublicKey),
        "ecdsa-p256-sha256": isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1),
        "rsa-pss-sha512": isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048,
    }
    if not fits[algorithm]:
        raise ValueError(f"public_key is no key of {algorithm}, or one that is too short")
    return key


def _verify_public(algorithm: str, key: Any, base: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    try:
        if algorithm == "ed25519":
            key.verify(signature, base)
        elif algorithm == "ecdsa-p256-sha256":
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            key.verify(encode_dss_signature(r, s), base, ec.ECDSA(hashes.SHA256()))
        else:
            # RFC 9421 3.3.1: the salt has 64 bytes.
            key.verify(signature, base, padding.PSS(padding.MGF1(hashes.SHA512()), 64), hashes.SHA512())
    except InvalidSignature:
        return False
    return True


class MemoryReplayStore:
    """Remembers nonces in this process: bounded, and it never forgets one that could still be sent again.

    For one process only: with several workers each accepts a copy once, so give them a store that they share, any object
    with this `claim` (Redis: SET key 1 NX PXAT expires_at_ms, on "key_id created_ms nonce"). What was signed before the store
    existed is refused for `max_future_ms` after its start: an earlier process may have accepted it.
    """

    def __init__(
        self,
        max_entries: int = 1_000_000,
        max_per_key: Optional[int] = None,
        max_age_ms: int = 300_000,
        max_future_ms: int = 5_000,
        restart_barrier: bool = True,
    ) -> None:
        if max_entries < 1 or max_age_ms < 1_000 or max_future_ms < 0:
            raise ValueError("max_entries, max_age_ms and max_future_ms must be positive")
        self.max_age_ms, self.max_future_ms = max_age_ms, max_future_ms
        self._max_entries = max_entries
        self._max_per_key = max(1, max_entries // 10) if max_per_key is None else max_per_key
        self._barrier_ms = time.time_ns() // 1_000_000 + max_future_ms if restart_barrier else -1
        self._forgotten_ms = -1
        self._buckets: Dict[int, Dict[bytes, str]] = {}
        self._per_key: Dict[str, int] = {}
        self._lock = threading.Lock()

    def claim(self, key_id: str, nonce: str, created_ms: int, expires_at_ms: int, now_ms: int) -> str:
        """`claimed` once; else `replay`, `full`, or `barrier` for a time that this memory cannot know."""
        mark = hashlib.sha256(f"{key_id}\n{created_ms}\n{nonce}".encode()).digest()[:16]
        with self._lock:
            self._forget(now_ms)
            if created_ms <= max(self._barrier_ms, self._forgotten_ms) or expires_at_ms <= now_ms:
                return "barrier"
            bucket = self._buckets.setdefault(created_ms // 30_000, {})
            if mark in bucket:
                return "replay"
            held = self._per_key.get(key_id, 0)
            size = sum(map(len, self._buckets.values()))
            if size >= self._max_entries or held >= self._max_per_key or created_ms > now_ms + self.max_future_ms:
                return "full"
            bucket[mark] = key_id
            self._per_key[key_id] = held + 1
            return "claimed"

    def _forget(self, now_ms: int) -> None:
        for start in [one for one in self._buckets if (one + 1) * 30_000 < now_ms - self.max_age_ms]:
            self._forgotten_ms = max(self._forgotten_ms, (start + 1) * 30_000 - 1)
            for key_id in self._buckets.pop(start).values():
                self._per_key[key_id] -= 1
                if self._per_key[key_id] == 0:
                    del self._per_key[key_id]


# --- Structured fields (RFC 9651): what the two fields of a signature and a digest need, and nothing else ---------------

Bare = Tuple[str, Any]
Params = List[Tuple[str, Bare]]
# ("list", [(name, parameters)], parameters) or ("item", bare, parameters)
Member = Tuple[str, Any, Params]
_BAD_PARAMETER = {"created": "TIMESTAMP_MALFORMED", "expires": "TIMESTAMP_MALFORMED", "nonce": "NONCE_MALFORMED"}


class _Parser:
    def __init__(self, text: str, code: str, what: str) -> None:
        self.text, self.at, self.code, self.what = text, 0, code, what

    def fail(self) -> Refused:
        code = self.code
        if self.what == "Signature-Input":
            # Inside a time or a nonce the code is that of the time or the nonce.
            near = self.text[self.text.rfind(";", 0, max(self.at, 1)) + 1 : self.at + 1].lstrip(" ")
            code = _BAD_PARAMETER.get(near.partition("=")[0], code) if "=" in near else code
        return Refused(code, f"{self.what} does not parse at character {self.at}")

    def take(self, pattern: "re.Pattern[str]") -> "re.Match[str]":
        found = pattern.match(self.text, self.at)
        if found is None or found.end() == self.at:
            raise self.fail()
        self.at = found.end()
        return found

    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self, characters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1

    def dictionary(self) -> List[Tuple[str, Member]]:
        out: List[Tuple[str, Member]] = []
        self.skip(" ")
        while self.at < len(self.text):
            name = self.take(_SF_KEY).group()
            if self.next() == "=":
                self.at += 1
                out.append((name, self.inner_list() if self.next() == "(" else ("item", self.bare(), self.params())))
            else:
                out.append((name, ("item", ("boolean", True), self.params())))
            self.skip(" \t")
            if self.at == len(self.text):
                return out
            if self.next() != ",":
                raise self.fail()
            self.at += 1
            self.skip(" \t")
            if self.at == len(self.text):
                raise self.fail()
        return out

    def inner_list(self) -> Member:
        items: List[Tuple[Bare, Params]] = []
        self.at += 1
        while True:
            before = self.at
            self.skip(" ")
            if self.next() == ")":
                self.at += 1
                return "list", items, self.params()
            if self.next() == "" or (items and self.at == before):
                raise self.fail()
            items.append((self.bare(), self.params()))

    def params(self) -> Params:
        out: Params = []
        while self.next() == ";":
            self.at += 1
            self.skip(" ")
            name = self.take(_SF_KEY).group()
            if self.next() == "=":
                self.at += 1
                out.append((name, self.bare()))
            else:
                out.append((name, ("boolean", True)))
        return out

    def bare(self) -> Bare:
        first = self.next()
        if first == '"':
            return "string", re.sub(r"\\(.)", r"\1", self.take(_SF_STRING).group(1))
        if first == ":":
            end = self.text.find(":", self.at + 1)
            raw = self.text[self.at + 1 : end] if end >= 0 else "="
            if not _BASE64.fullmatch(raw):
                raise self.fail()
            self.at = end + 1
            return "binary", raw
        if first == "?" and self.text[self.at + 1 : self.at + 2] in ("0", "1"):
            self.at += 2
            return "boolean", self.text[self.at - 1] == "1"
        if first == "-" or ("0" <= first <= "9"):
            text = self.take(_NUMBER).group()
            whole, dot, fraction = text.lstrip("-").partition(".")
            if dot and not (len(whole) <= 12 and 1 <= len(fraction) <= 3) or len(whole) > 15:
                raise self.fail()
            # The text is kept: a time with a sign or a zero before it was not written by a signer.
            return ("decimal" if dot else "integer"), text
        return "token", self.take(_SF_TOKEN).group()


def _decoded(raw: str) -> Optional[bytes]:
    """Base64 in its one canonical spelling, or nothing."""
    try:
        out = base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        return None
    return out if base64.b64encode(out).decode() == raw else None


# --- The verifier ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Signature:
    signature: bytes
    components: Tuple[str, ...]
    created: Optional[int]
    expires: Optional[int]
    nonce: Optional[str]
    alg: Optional[str]
    keyid: Optional[str]
    tag: Optional[str]
    input: str


KeySource = Callable[[str], Any]


def _unanswered(code: str, error: Exception) -> Refused:
    # The text of a stranger's error may hold anything, so only its kind is kept.
    return Refused(code, f"{'the key source' if code.startswith('KEY') else 'the replay store'}: {type(error).__name__}")


class Verifier:
    """Judges requests. `keys` is a list, or a function from key id to `Key` or None; it may be a coroutine for ASGI."""

    def __init__(
        self,
        keys: Union[Iterable[Key], KeySource],
        authorities: Sequence[str],
        replay: Any,
        max_age_ms: int = 300_000,
        max_future_ms: int = 5_000,
        max_lifetime_ms: int = 3_600_000,
        max_body_bytes: int = 1_048_576,
        require: Sequence[str] = (),
        store_timeout_s: float = 0.25,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        if isinstance(authorities, str) or not authorities:
            raise ValueError('authorities must be a list of host names, such as ["api.example.com"]')
        if not callable(getattr(replay, "claim", None)):
            raise ValueError("replay must be a store with claim(), such as MemoryReplayStore()")
        for name, needed in (("max_age_ms", max_age_ms), ("max_future_ms", max_future_ms)):
            if getattr(replay, name, needed) < needed:
                raise ValueError(f"replay must remember for at least {name} of the verifier")
        for name in require:
            if not _FIELD_NAME.fullmatch(name):
                raise ValueError("require must hold field names in lower case")
        if callable(keys):
            self._keys: KeySource = keys
        else:
            known: Mapping[str, Key] = {key.key_id: key for key in keys}
            self._keys = known.get
        self.authorities = frozenset(one.lower() for one in authorities)
        self.max_body_bytes, self.store_timeout_s = max_body_bytes, store_timeout_s
        self._replay, self._require, self._now_ms = replay, tuple(require), now_ms
        self._max_age_ms, self._max_future_ms, self._max_lifetime_ms = max_age_ms, max_future_ms, max_lifetime_ms
        self._decoys: Dict[str, Key] = {"hmac-sha256": Key("decoy", "hmac-sha256", secret=os.urandom(32))}
        more = "".join(f' "{name}"' for name in self._require)
        self.challenge = (
            f'sig1=("@method" "@authority" "@path" "@query" "content-digest"{more});created;nonce;keyid'
        )

    def verify(self, request: Request) -> Verdict:
        """The verdict, or `Refused`. The nonce is claimed last, so a forgery takes none away."""
        steps, answer = self._judge(request), None
        while True:
            try:
                code, call = steps.send(answer)
            except StopIteration as done:
                return done.value
            try:
                answer = call()
            except Exception as error:
                raise _unanswered(code, error) from None
            if inspect.isawaitable(answer):
                raise Refused("HOST_FAULT", "a key source and a store that are awaited are for verify_async()")

    async def verify_async(self, request: Request) -> Verdict:
        """The same for a key source and a store that are awaited."""
        steps, answer = self._judge(request), None
        while True:
            try:
                code, call = steps.send(answer)
            except StopIteration as done:
                return done.value
            try:
                answer = call()
                if inspect.isawaitable(answer):
                    answer = await asyncio.wait_for(answer, self.store_timeout_s)
            except Exception as error:
                raise _unanswered(code, error) from None

    def _judge(self, request: Request) -> Generator[Tuple[str, Callable[[], Any]], Any, Verdict]:
        _assert_unambiguous(request, self.authorities)
        self._assert_body_fits(request)
        one = _read_signature(request.fields)
        if one.keyid is None or not _KEY_ID.fullmatch(one.keyid):
            raise Refused("AUTH_MALFORMED", "the signature names no key, or one that may not be named so")
        self._assert_covers(one, request)
        self._assert_window(one, self._now_ms())
        if one.nonce is None or not _NONCE.fullmatch(one.nonce):
            raise Refused("NONCE_MALFORMED", "the nonce must have 16 to 128 characters of A-Za-z0-9._~+/=-")
        base = _base_of(one, request)
        key = yield "KEY_SOURCE_FAILED", lambda: self._keys(one.keyid or "")
        self._assert_signed(key, one, base.encode("ascii"))
        now_ms = self._now_ms()
        _assert_usable(key, now_ms)
        _assert_body(one, request)
        # Key source and body took time: what was fresh may not be any more.
        self._assert_window(one, now_ms)
        created_ms = (one.created or 0) * 1000
        end_ms = min(created_ms + self._max_age_ms, (one.expires or MAX_SECONDS) * 1000) + 1
        outcome = yield "STORE_UNAVAILABLE", lambda: self._replay.claim(one.keyid, one.nonce, created_ms, end_ms, now_ms)
        if outcome != "claimed":
            code = {"replay": "REPLAY", "full": "REPLAY_STORE_FULL", "barrier": "REPLAY_BARRIER"}.get(outcome)
            raise Refused(code or "STORE_UNAVAILABLE", f"the replay store answered {outcome!r}")
        return Verdict(key.key_id, one.components, created_ms, one.nonce, one.tag, base)

    def _assert_body_fits(self, request: Request) -> None:
        length = _combined(request.fields, "content-length")
        if length is not None and not re.fullmatch(r"[0-9]{1,15}", length):
            raise Refused("AUTH_MALFORMED", "Content-Length is not a number")
        if max(int(length or 0), len(request.body or b"")) > self.max_body_bytes:
            raise Refused("BODY_TOO_LARGE", f"the body must have at most {self.max_body_bytes} bytes")

    def _assert_covers(self, one: _Signature, request: Request) -> None:
        covered = set(one.components)
        if "@target-uri" in covered:
            covered |= {"@authority", "@path", "@query"}
        if "@request-target" in covered:
            covered |= {"@path", "@query"}
        for name in ("@method", "@authority", "@path", "@query", *self._require):
            if name not in covered:
                raise Refused("COMPONENT_MISSING", f"the signature does not cover {name}")
        if request.body and "content-digest" not in covered:
            if _combined(request.fields, "content-digest") is None:
                raise Refused("DIGEST_MISSING", "the request has a body and no digest of it")
            raise Refused("COMPONENT_MISSING", "the request has a body and its signature does not cover the digest")
        names = [name.lower() for name, _ in request.fields]
        for name in _OVERRIDES:
            if name in names and name not in covered:
                raise Refused("METHOD_MALFORMED", "a method override field is not covered by the signature")
        for name in covered & _FOLDED:
            if names.count(name) > 1:
                raise Refused("HEADER_DUPLICATE", f"the covered field {name} is repeated")

    def _assert_window(self, one: _Signature, now_ms: int) -> None:
        if one.created is None:
            raise Refused("TIMESTAMP_MALFORMED", "the signature has no time")
        created_ms = one.created * 1000
        if not created_ms <= now_ms + self._max_future_ms:
            raise Refused("TIMESTAMP_FUTURE", f"signed {created_ms - now_ms} ms ahead of the clock of this server")
        if not created_ms >= now_ms - self._max_age_ms:
            raise Refused("TIMESTAMP_EXPIRED", f"signed {now_ms - created_ms} ms ago by the clock of this server")
        if one.expires is not None:
            if not 0 <= one.expires * 1000 - created_ms <= self._max_lifetime_ms:
                raise Refused("TIMESTAMP_MALFORMED", "the signature has a lifetime that is not allowed")
            if not one.expires * 1000 > now_ms:
                raise Refused("TIMESTAMP_EXPIRED", "the signature has expired")

    def _assert_signed(self, key: Any, one: _Signature, base: bytes) -> None:
        problem = None
        if key is None:
            problem = Refused("KEY_UNKNOWN", "no such key")
        elif not isinstance(key, Key) or key.key_id != one.keyid:
            raise Refused("KEY_SOURCE_FAILED", "the key source returned something else than the key")
        elif one.alg is not None and one.alg != key.algorithm:
            problem = Refused("ALG_MISMATCH", "the signature names another algorithm than its key")
        elif _SIGNATURE_BYTES[key.algorithm] not in (0, len(one.signature)):
            problem = Refused("SIGNATURE_MALFORMED", "the signature has another length than those of its key")
        if isinstance(key, Key):
            self._decoys[key.algorithm] = key
        if problem is not None:
            # As long as a real one takes, so that time does not show which keys exist.
            fitting = [k for k in self._decoys.values() if _SIGNATURE_BYTES[k.algorithm] == len(one.signature)]
            (fitting or list(self._decoys.values()))[0].verify(base, one.signature)
            raise problem
        if key.verify(base, one.signature) is not True:
            raise Refused("SIGNATURE_INVALID", "the signature does not match")


def _combined(fields: Fields, name: str) -> Optional[str]:
    values = [value.strip(" \t") for own, value in fields if own.lower() == name]
    return ", ".join(values) if values else None


def _normal_authority(authority: str, scheme: str) -> str:
    lower = authority.lower()
    port = {"https": ":443", "http": ":80"}.get(scheme.lower(), "\0")
    return lower[: -len(port)] if lower.endswith(port) else lower


def _assert_unambiguous(request: Request, authorities: "frozenset[str]") -> None:
    if not _METHOD.fullmatch(request.method):
        raise Refused("METHOD_MALFORMED", "the method is not an upper-case token")
    target = request.target
    if not _TARGET.fullmatch(target) or target.startswith("//"):
        raise Refused("TARGET_MALFORMED", "the request target holds what may not stand there")
    names = [name.lower() for name, _ in request.fields]
    if names.count("authorization") > 1:
        raise Refused("AUTH_DUPLICATE", "field authorization is repeated")
    for name in _SINGLETONS:
        if names.count(name) > 1:
            raise Refused("HEADER_DUPLICATE", f"field {name} is repeated")
    own = _normal_authority(request.authority, request.scheme)
    if own not in authorities:
        raise Refused("HOST_MISMATCH", f"the request is for the host {own[:128]!r}")
    if not target.startswith("/") and target != "*":
        origin = _ABSOLUTE.match(target)
        if origin is None:
            raise Refused("TARGET_MALFORMED", "the request target is neither a path, an absolute URI nor *")
        if _normal_authority(origin.group(2), origin.group(1)) != own:
            raise Refused("HOST_MISMATCH", "the target names another host than the Host field")
    coding = _combined(request.fields, "content-encoding")
    if coding is not None and coding.lower() != "identity":
        raise Refused("CONTENT_ENCODING_UNSUPPORTED", "the content coding is not in the policy")


def _read_signature(fields: Fields) -> _Signature:
    texts = [_combined(fields, name) for name in ("signature-input", "signature")]
    if texts == [None, None]:
        raise Refused("AUTH_MISSING", "the request carries no signature")
    input_text, signature_text = texts
    if input_text is None or signature_text is None:
        raise Refused("AUTH_MALFORMED", "Signature and Signature-Input must come together")
    if max(len(input_text), len(signature_text)) > MAX_FIELD:
        raise Refused("AUTH_TOO_LARGE", f"a field of the signature has more than {MAX_FIELD} characters")
    inputs = _Parser(input_text, "AUTH_MALFORMED", "Signature-Input").dictionary()
    signatures = _Parser(signature_text, "SIGNATURE_MALFORMED", "Signature").dictionary()
    if not inputs or not signatures:
        raise Refused("AUTH_MALFORMED", "a field of the signature is empty")
    if max(len(inputs), len(signatures)) > MAX_SIGNATURES:
        raise Refused("AUTH_TOO_LARGE", f"more than {MAX_SIGNATURES} signatures")
    for members in (inputs, signatures):
        if len({label for label, _ in members}) != len(members):
            raise Refused("AUTH_DUPLICATE", "a label stands twice")
    if {label for label, _ in inputs} != {label for label, _ in signatures}:
        raise Refused("AUTH_MALFORMED", "Signature and Signature-Input name different labels")
    if len(inputs) > 1:
        raise Refused("AUTH_DUPLICATE", "the request carries several signatures")
    kind, items, params = inputs[0][1]
    if kind != "list":
        raise Refused("AUTH_MALFORMED", "Signature-Input holds a member that is not an inner list")
    found = _parameters(params)
    signature = _bytes_of(signatures[0][1])
    if not signature or signatures[0][1][2]:
        raise Refused("SIGNATURE_MALFORMED", "Signature expected a byte sequence in canonical base64")
    components = _components(items)
    listed = " ".join(f'"{name}"' for name in components)
    return _Signature(signature, components, input=f"({listed}){_written(params)}", **found)


def _bytes_of(member: Member) -> Optional[bytes]:
    kind, bare, _ = member
    return _decoded(bare[1]) if kind == "item" and bare[0] == "binary" else None


_INTEGERS, _STRINGS = ("created", "expires"), ("nonce", "alg", "keyid", "tag")
_WRONG_TYPE = {**_BAD_PARAMETER, "alg": "ALG_UNSUPPORTED"}


def _parameters(params: Params) -> Dict[str, Any]:
    if len(params) > MAX_PARAMETERS:
        raise Refused("AUTH_TOO_LARGE", f"a signature expected at most {MAX_PARAMETERS} parameters")
    out: Dict[str, Any] = dict.fromkeys(_INTEGERS + _STRINGS)
    seen = set()
    for name, (kind, value) in params:
        if name in seen or name not in out:
            raise Refused("AUTH_MALFORMED", "a signature parameter is repeated or unknown")
        seen.add(name)
        if kind != ("integer" if name in _INTEGERS else "string"):
            raise Refused(_WRONG_TYPE.get(name, "AUTH_MALFORMED"), f"{name} has another type")
        if name in _INTEGERS and (value.startswith("-") or (value[0] == "0" and value != "0")):
            raise Refused("TIMESTAMP_MALFORMED", "a time has a sign or leading zeros")
        out[name] = min(int(value), MAX_SECONDS) if name in _INTEGERS else value
    if out["alg"] is not None and out["alg"] not in _ALGORITHMS:
        raise Refused("ALG_UNSUPPORTED", "the signature names an algorithm that is not supported")
    return out


def _written(params: Params) -> str:
    """The parameters as they are signed: in the order they came (RFC 9421 2.5)."""
    quoted = lambda text: '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'  # noqa: E731
    return "".join(f";{name}={value if kind == 'integer' else quoted(value)}" for name, (kind, value) in params)


_DERIVED = frozenset(("@method", "@authority", "@path", "@query", "@scheme", "@target-uri", "@request-target"))


def _components(items: Sequence[Tuple[Bare, Params]]) -> Tuple[str, ...]:
    if len(items) > MAX_COMPONENTS:
        raise Refused("AUTH_TOO_LARGE", f"expected at most {MAX_COMPONENTS} components")
    names = tuple(value if kind == "string" else "" for (kind, value), _ in items)
    for name, (_, params) in zip(names, items):
        if params:
            raise Refused("AUTH_MALFORMED", "components with parameters are not supported")
        known = name in _DERIVED if name.startswith("@") else _FIELD_NAME.fullmatch(name) and name != "set-cookie"
        if not known:
            raise Refused("AUTH_MALFORMED", "a covered component is unknown or no lower-case name")
    if len(set(names)) != len(names):
        raise Refused("AUTH_MALFORMED", "a signature covers a component twice")
    return names


def _base_of(one: _Signature, request: Request) -> str:
    target = request.target
    absolute = None if target.startswith("/") else _ABSOLUTE.match(target)
    rest = target[absolute.end() :] if absolute else target
    path, mark, query = rest.partition("?")
    if path == "" or (absolute and not path.startswith("/")):
        path = "/" + path
    scheme, authority = request.scheme.lower(), _normal_authority(request.authority, request.scheme)
    derived = {
        "@method": request.method,
        "@authority": authority,
        "@path": path,
        # RFC 9421 2.2.7: an absent query is "?".
        "@query": "?" + query,
        "@scheme": scheme,
        "@target-uri": target if absolute else f"{scheme}://{authority}{'' if target == '*' else target}",
        "@request-target": target,
    }
    lines = []
    for name in one.components:
        value = derived[name] if name in derived else _combined(request.fields, name)
        if value is None:
            raise Refused("COMPONENT_MISSING", "a covered field is absent")
        if not _PRINTABLE.fullmatch(value):
            raise Refused("AUTH_MALFORMED", "a covered value is not one line of printable ASCII")
        lines.append(f'"{name}": {value}\n')
    return "".join(lines) + f'"@signature-params": {one.input}'


def _assert_usable(key: Key, now_ms: int) -> None:
    if key.status != "active":
        raise Refused("KEY_REVOKED" if key.status == "revoked" else "KEY_DISABLED", "the key may not be used")
    if key.not_before_ms is not None and not now_ms >= key.not_before_ms:
        raise Refused("KEY_NOT_YET_VALID", "the life of the key has not begun")
    if key.expires_at_ms is not None and not now_ms < key.expires_at_ms:
        raise Refused("KEY_EXPIRED", "the life of the key has ended")


def _assert_body(one: _Signature, request: Request) -> None:
    if "content-digest" not in one.components:
        return
    text = _combined(request.fields, "content-digest") or ""
    members = _Parser(text, "AUTH_MALFORMED", "Content-Digest").dictionary()
    if len({name for name, _ in members}) != len(members):
        raise Refused("AUTH_MALFORMED", "the digest field names an algorithm twice")
    stated = []
    for name, member in members:
        raw = _bytes_of(member)
        if name in _DIGESTS:
            if raw is None or len(raw) != _DIGESTS[name][1]:
                raise Refused("AUTH_MALFORMED", f"the {name} digest has another length")
            stated.append((_DIGESTS[name][0], raw))
    if not stated:
        raise Refused("DIGEST_MISSING", "the signed digest names no supported algorithm")
    # Each one must match: an attacker may add one that does.
    if not all([hmac.compare_digest(make(request.body or b"").digest(), raw) for make, raw in stated]):
        raise Refused("DIGEST_MISMATCH", "the body is not the one that was signed")


# --- Middleware -----------------------------------------------------------------------------------------------------------

_TITLES = {401: "Unauthorized", 500: "Internal Server Error", 503: "Service Unavailable"}
Log = Callable[[str, str], None]


def _to_log(code: str, reason: str) -> None:
    logging.getLogger("countersign").warning("refused %s: %s", code, reason)


def _answer(verifier: Verifier, refused: Refused) -> Tuple[int, List[Tuple[str, str]], bytes]:
    """The same for everything that a client can be refused for."""
    status = 503 if refused.code in _UNAVAILABLE else 500 if refused.code == "HOST_FAULT" else 401
    body = json.dumps({"type": "about:blank", "title": _TITLES[status], "status": status}).encode()
    headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
    headers.append(("content-length", str(len(body))))
    if status == 401:
        headers += [("www-authenticate", "Signature"), ("accept-signature", verifier.challenge)]
    if status == 503:
        headers.append(("retry-after", "1"))
    return status, headers, body


def _assert_framing(fields: Fields) -> None:
    names = [name.lower() for name, _ in fields]
    if "content-length" in names and "transfer-encoding" in names:
        raise Refused("BODY_UNREADABLE", "the request has a length and a transfer coding")


def _assert_no_twins(fields: Fields) -> None:
    """Frameworks over ASGI join `a_b` to `a-b`, as CGI has them: what they read then is not what was signed."""
    names = {name.lower() for name, _ in fields}
    for name in names:
        twin = name.replace("_", "-")
        if twin != name and (twin in names or twin in _OVERRIDES or twin in _SINGLETONS):
            raise Refused("HEADER_DUPLICATE", f"field {twin} is there with an underscore")


class SignedASGI:
    """ASGI middleware. `scheme` is the one that clients use, where a proxy ends TLS. Web sockets are refused."""

    def __init__(
        self, app: Any, verifier: Verifier, scheme: Optional[str] = None, log: Log = _to_log, body_timeout_s: float = 30.0
    ) -> None:
        self.app, self.verifier, self.scheme, self.log, self.body_timeout_s = app, verifier, scheme, log, body_timeout_s

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            self.log("AUTH_MISSING", f"{scope['type']} carries no signature")
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return
        try:
            request, verdict = await self._verified(scope, receive)
        except Refused as refused:
            self.log(refused.code, refused.reason)
            status, headers, body = _answer(self.verifier, refused)
            lines = [(name.encode(), value.encode("latin-1")) for name, value in headers]
            await send({"type": "http.response.start", "status": status, "headers": lines})
            await send({"type": "http.response.body", "body": body})
            return
        parts = [{"type": "http.request", "body": request.body or b"", "more_body": False}]

        async def replayed() -> Any:
            return parts.pop() if parts else await receive()

        await self.app({**scope, "countersign": verdict}, replayed, send)

    async def _verified(self, scope: Any, receive: Any) -> Tuple[Request, Verdict]:
        try:
            fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
            raw = scope.get("raw_path")
            if raw is None:
                raise Refused("HOST_FAULT", "the server hands on no raw_path, and a decoded path is not what was signed")
            query = scope.get("query_string") or b""
            target = raw.decode("latin-1") + ("?" + query.decode("latin-1") if query else "")
            _assert_framing(fields)
            _assert_no_twins(fields)
            body = await asyncio.wait_for(self._body(receive), self.body_timeout_s)
            length = _combined(fields, "content-length")
            if length is not None and re.fullmatch(r"[0-9]{1,15}", length) and int(length) != len(body):
                raise Refused("BODY_UNREADABLE", "the body has another length than was announced")
            scheme = self.scheme or scope.get("scheme", "http")
            host = _combined(fields, "host") or ""
            request = Request(scope["method"], scheme, host, target, fields, body or None)
            return request, await self.verifier.verify_async(request)
        except Refused:
            raise
        except (asyncio.TimeoutError, TimeoutError):
            raise Refused("BODY_UNREADABLE", "the body took too long") from None
        except Exception as error:
            raise Refused("HOST_FAULT", f"an unexpected {type(error).__name__} while verifying") from None

    async def _body(self, receive: Any) -> bytes:
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused("BODY_UNREADABLE", "the client has gone")
            part = message.get("body", b"")
            size += len(part)
            if size > self.verifier.max_body_bytes:
                raise Refused("BODY_TOO_LARGE", f"the body must have at most {self.verifier.max_body_bytes} bytes")
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)


class SignedWSGI:
    """WSGI middleware. The server must hand on the raw target: gunicorn as RAW_URI, uWSGI and mod_wsgi as REQUEST_URI.

    A WSGI server joins lines of a field by a comma and shows one length only: it has to refuse two lengths itself, as
    gunicorn does.
    """

    def __init__(self, app: Any, verifier: Verifier, scheme: Optional[str] = None, log: Log = _to_log) -> None:
        self.app, self.verifier, self.scheme, self.log = app, verifier, scheme, log

    def __call__(self, environ: Dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            request, environ["countersign"] = self._verified(environ)
        except Refused as refused:
            self.log(refused.code, refused.reason)
            status, headers, body = _answer(self.verifier, refused)
            start_response(f"{status} {_TITLES[status]}", headers)
            return [body]
        environ["wsgi.input"] = io.BytesIO(request.body or b"")
        environ["CONTENT_LENGTH"] = str(len(request.body or b""))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return self.app(environ, start_response)

    def _verified(self, environ: Dict[str, Any]) -> Tuple[Request, Verdict]:
        try:
            target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
            if not target:
                raise Refused("HOST_FAULT", "the server hands on no RAW_URI or REQUEST_URI")
            names = {name: name[5:] for name in environ if name.startswith("HTTP_")}
            names.update({"CONTENT_TYPE": "CONTENT_TYPE", "CONTENT_LENGTH": "CONTENT_LENGTH"})
            fields = [
                (own.replace("_", "-").lower(), environ[name]) for name, own in names.items() if environ.get(name)
            ]
            _assert_framing(fields)
            request = Request(
                environ["REQUEST_METHOD"],
                self.scheme or environ.get("wsgi.url_scheme", "http"),
                environ.get("HTTP_HOST", ""),
                target,
                fields,
                self._body(environ, dict(fields)) or None,
            )
            return request, self.verifier.verify(request)
        except Refused:
            raise
        except Exception as error:
            raise Refused("HOST_FAULT", f"an unexpected {type(error).__name__} while verifying") from None

    def _body(self, environ: Dict[str, Any], fields: Mapping[str, str]) -> bytes:
        cap, stream = self.verifier.max_body_bytes, environ["wsgi.input"]
        length = fields.get("content-length", "").strip(" \t")
        if "transfer-encoding" in fields:
            if not environ.get("wsgi.input_terminated"):
                raise Refused("BODY_UNREADABLE", "the server does not end a body in chunks")
            body = _read(stream, cap + 1)
        elif not re.fullmatch(r"[0-9]{1,15}", length or "0"):
            raise Refused("AUTH_MALFORMED", "Content-Length is not a number")
        else:
            size = int(length or 0)
            body = _read(stream, min(size, cap + 1))
            if len(body) < min(size, cap + 1):
                raise Refused("BODY_UNREADABLE", "the body has another length than was announced")
        if len(body) > cap:
            raise Refused("BODY_TOO_LARGE", f"the body must have at most {cap} bytes")
        return body


def _read(stream: Any, most: int) -> bytes:
    parts, left = [], most
    while left > 0:
        part = stream.read(min(left, 65_536))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
