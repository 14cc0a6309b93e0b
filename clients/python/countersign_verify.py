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
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Iterator, Mapping, Optional, Sequence, Union

__all__ = ["Key", "MemoryReplayStore", "Refused", "Request", "SignedASGI", "SignedWSGI", "Verdict", "Verifier"]

Fields = Sequence[tuple[str, str]]

MAX_FIELD = 16_384
MAX_SIGNATURES = 16
MAX_COMPONENTS = 64
MAX_PARAMETERS = 32
MAX_SECONDS = 253_402_300_799

_METHOD = re.compile(r"[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,63}")
_TARGET = re.compile(r'(?!//)[!"$-\[\]-~]+')
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)")
_FIELD_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+")
_KEY_ID = re.compile(r"[A-Za-z0-9_/+-][A-Za-z0-9._:@/+=~#-]{0,255}")
_NONCE = re.compile(r"[A-Za-z0-9._~+/=-]{16,128}")
_LENGTH = re.compile(r"[0-9]{1,15}")
_PRINTABLE = re.compile(r"[\t\x20-\x7e]*")

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
_ALGORITHMS = (None, *_SIGNATURE_BYTES, "ecdsa-p384-sha384", "rsa-v1_5-sha256", "hmac-sha512")
_STATUS = dict.fromkeys(("REPLAY_STORE_FULL", "REPLAY_BARRIER", "STORE_UNAVAILABLE", "KEY_SOURCE_FAILED"), 503)
_STATUS["HOST_FAULT"] = 500


class Refused(Exception):
    """Why a request is refused: a code for programs, a reason for the log. Neither is for the client."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, reason


def _check(holds: bool, code: str, reason: str) -> None:
    if holds is not True:
        raise Refused(code, reason)


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
    covered: tuple[str, ...]
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
            return hmac.compare_digest(hmac.digest(self.secret, base, "sha256"), signature)
        return _verify_public(self.algorithm, self._loaded, base, signature)

    def _assert_usable(self, now_ms: int) -> None:
        code = "KEY_REVOKED" if self.status == "revoked" else "KEY_DISABLED"
        _check(self.status == "active", code, "the key may not be used")
        early, late = self.not_before_ms, self.expires_at_ms
        _check(early is None or now_ms >= early, "KEY_NOT_YET_VALID", "the life of the key has not begun")
        _check(late is None or now_ms < late, "KEY_EXPIRED", "the life of the key has ended")


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
        self._buckets: dict[int, dict[bytes, str]] = {}
        self._per_key: dict[str, int] = {}
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

_NAME = re.compile(r"[a-z*][a-z0-9_.*-]*")
# A number is kept as its text: a time with a sign or a zero before it was not written by a signer.
_BARE = re.compile(
    r'"(?P<string>(?:[ !#-\[\]-~]|\\["\\])*)"'
    r"|:(?P<binary>(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?):"
    r"|\?(?P<boolean>[01])"
    r"|(?P<decimal>-?[0-9]{1,12}\.[0-9]{1,3})(?![0-9])"
    r"|(?P<integer>-?[0-9]{1,15})(?![0-9.])"
    r"|(?P<token>[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*)"
)
_OF_PARAMETER = {"created": "TIMESTAMP_MALFORMED", "expires": "TIMESTAMP_MALFORMED", "nonce": "NONCE_MALFORMED"}
_TRUE = ("boolean", "1")


class _Parser:
    """Bare items are (kind, text); members are ("list", [(bare, parameters)], parameters) or ("item", bare, parameters)."""

    def __init__(self, text: str, code: str, what: str) -> None:
        self.text, self.at, self.code, self.what = text, 0, code, what

    def fail(self) -> Refused:
        code = self.code
        if self.what == "Signature-Input":
            # Inside a time or a nonce the code is that of the time or the nonce.
            near = self.text[self.text.rfind(";", 0, max(self.at, 1)) + 1 : self.at + 1].lstrip(" ")
            code = _OF_PARAMETER.get(near.partition("=")[0], code) if "=" in near else code
        return Refused(code, f"{self.what} does not parse at character {self.at}")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise self.fail()
        self.at = found.end()
        return found

    def next_is(self, character: str) -> bool:
        """Steps over it where it is."""
        found = self.text.startswith(character, self.at)
        self.at += found
        return found

    def skip(self, characters: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in characters:
            self.at += 1

    def dictionary(self) -> list[tuple[str, Any]]:
        out: list[tuple[str, Any]] = []
        self.skip(" ")
        while self.at < len(self.text):
            name = self.take(_NAME).group()
            if not self.next_is("="):
                out.append((name, ("item", _TRUE, self.params())))
            elif self.next_is("("):
                out.append((name, ("list", self.inner_list(), self.params())))
            else:
                out.append((name, ("item", self.bare(), self.params())))
            self.skip(" \t")
            if self.at == len(self.text):
                return out
            if not self.next_is(","):
                raise self.fail()
            self.skip(" \t")
            if self.at == len(self.text):
                raise self.fail()
        return out

    def inner_list(self) -> list[Any]:
        items: list[Any] = []
        while True:
            before = self.at
            self.skip(" ")
            if self.next_is(")"):
                return items
            if self.at == len(self.text) or (items and self.at == before):
                raise self.fail()
            items.append((self.bare(), self.params()))

    def params(self) -> list[tuple[str, tuple[str, str]]]:
        out = []
        while self.next_is(";"):
            self.skip(" ")
            name = self.take(_NAME).group()
            out.append((name, self.bare() if self.next_is("=") else _TRUE))
        return out

    def bare(self) -> tuple[str, str]:
        found = self.take(_BARE)
        kind = found.lastgroup or ""
        return kind, re.sub(r"\\(.)", r"\1", found.group(kind)) if kind == "string" else found.group(kind)


def _bytes_of(member: Any) -> Optional[bytes]:
    """A byte sequence in the one canonical spelling of base64, or nothing."""
    form, bare, _ = member
    if form != "item" or bare[0] != "binary":
        return None
    out = base64.b64decode(bare[1])
    return out if base64.b64encode(out).decode() == bare[1] else None


# --- The signature of a request -------------------------------------------------------------------------------------------

_INTEGERS, _STRINGS = ("created", "expires"), ("nonce", "alg", "keyid", "tag")
_DERIVED = ("@method", "@authority", "@path", "@query", "@scheme", "@target-uri", "@request-target")
# What covers others, as it holds them.
_HOLDS = {"@target-uri": ("@authority", "@path", "@query"), "@request-target": ("@path", "@query")}


@dataclass(frozen=True)
class _Signature:
    signature: bytes
    components: tuple[str, ...]
    created: Optional[int]
    expires: Optional[int]
    nonce: Optional[str]
    alg: Optional[str]
    keyid: Optional[str]
    tag: Optional[str]
    input: str


def _combined(fields: Fields, name: str) -> Optional[str]:
    values = [value.strip(" \t") for own, value in fields if own.lower() == name]
    return ", ".join(values) if values else None


def _normal_authority(authority: str, scheme: str) -> str:
    lower = authority.lower()
    port = {"https": ":443", "http": ":80"}.get(scheme.lower(), "\0")
    return lower[: -len(port)] if lower.endswith(port) else lower


def _assert_unambiguous(request: Request, authorities: frozenset[str]) -> None:
    target, names = request.target, [name.lower() for name, _ in request.fields]
    _check(_METHOD.fullmatch(request.method) is not None, "METHOD_MALFORMED", "the method is not an upper-case token")
    _check(_TARGET.fullmatch(target) is not None, "TARGET_MALFORMED", "the target holds what may not stand there")
    _check(names.count("authorization") < 2, "AUTH_DUPLICATE", "field authorization is repeated")
    for name in _SINGLETONS:
        _check(names.count(name) < 2, "HEADER_DUPLICATE", f"field {name} is repeated")
    own = _normal_authority(request.authority, request.scheme)
    _check(own in authorities, "HOST_MISMATCH", f"the request is for the host {own[:128]!r}")
    if not target.startswith("/") and target != "*":
        origin = _ABSOLUTE.match(target)
        if origin is None:
            raise Refused("TARGET_MALFORMED", "the request target is neither a path, an absolute URI nor *")
        named = _normal_authority(origin.group(2), origin.group(1))
        _check(named == own, "HOST_MISMATCH", "the target names another host than the Host field")
    coding = _combined(request.fields, "content-encoding")
    plain = coding is None or coding.lower() == "identity"
    _check(plain, "CONTENT_ENCODING_UNSUPPORTED", "the content coding is not in the policy")


def _read_signature(fields: Fields) -> _Signature:
    input_text, signature_text = _combined(fields, "signature-input"), _combined(fields, "signature")
    _check((input_text, signature_text) != (None, None), "AUTH_MISSING", "the request carries no signature")
    if input_text is None or signature_text is None:
        raise Refused("AUTH_MALFORMED", "Signature and Signature-Input must come together")
    longest = max(len(input_text), len(signature_text))
    _check(longest <= MAX_FIELD, "AUTH_TOO_LARGE", f"a field of the signature has more than {MAX_FIELD} characters")
    inputs = _Parser(input_text, "AUTH_MALFORMED", "Signature-Input").dictionary()
    signatures = _Parser(signature_text, "SIGNATURE_MALFORMED", "Signature").dictionary()
    _check(bool(inputs and signatures), "AUTH_MALFORMED", "a field of the signature is empty")
    most = max(len(inputs), len(signatures))
    _check(most <= MAX_SIGNATURES, "AUTH_TOO_LARGE", f"more than {MAX_SIGNATURES} signatures")
    labels, others = {label for label, _ in inputs}, {label for label, _ in signatures}
    _check(len(labels) == len(inputs), "AUTH_DUPLICATE", "a label stands twice in Signature-Input")
    _check(len(others) == len(signatures), "AUTH_DUPLICATE", "a label stands twice in Signature")
    _check(labels == others, "AUTH_MALFORMED", "Signature and Signature-Input name different labels")
    _check(len(inputs) == 1, "AUTH_DUPLICATE", "the request carries several signatures")
    form, items, params = inputs[0][1]
    _check(form == "list", "AUTH_MALFORMED", "Signature-Input holds a member that is not an inner list")
    found, signature = _parameters(params), _bytes_of(signatures[0][1])
    if not signature or signatures[0][1][2]:
        raise Refused("SIGNATURE_MALFORMED", "Signature expected a byte sequence in canonical base64")
    components = _components(items)
    # Parameters are signed in the order they came (RFC 9421 2.5).
    written = "".join(f";{name}={text if kind == 'integer' else _quoted(text)}" for name, (kind, text) in params)
    return _Signature(signature, components, input=f"({' '.join(map(_quoted, components))}){written}", **found)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _parameters(params: list[tuple[str, tuple[str, str]]]) -> dict[str, Any]:
    _check(len(params) <= MAX_PARAMETERS, "AUTH_TOO_LARGE", f"a signature expected at most {MAX_PARAMETERS} parameters")
    out: dict[str, Any] = dict.fromkeys(_INTEGERS + _STRINGS)
    for name, (kind, text) in params:
        known = name in out and out[name] is None
        _check(known, "AUTH_MALFORMED", "a signature parameter is repeated or unknown")
        wrong_type = {**_OF_PARAMETER, "alg": "ALG_UNSUPPORTED"}.get(name, "AUTH_MALFORMED")
        _check(kind == ("integer" if name in _INTEGERS else "string"), wrong_type, f"{name} has another type")
        plain = name not in _INTEGERS or re.fullmatch("0|[1-9][0-9]*", text) is not None
        _check(plain, "TIMESTAMP_MALFORMED", "a time has a sign or leading zeros")
        out[name] = min(int(text), MAX_SECONDS) if name in _INTEGERS else text
    _check(out["alg"] in _ALGORITHMS, "ALG_UNSUPPORTED", "the signature names an algorithm that is not supported")
    return out


def _components(items: Sequence[Any]) -> tuple[str, ...]:
    _check(len(items) <= MAX_COMPONENTS, "AUTH_TOO_LARGE", f"expected at most {MAX_COMPONENTS} components")
    for (kind, name), params in items:
        _check(not params, "AUTH_MALFORMED", "components with parameters are not supported")
        field_name = _FIELD_NAME.fullmatch(name) is not None and name != "set-cookie"
        known = kind == "string" and (name in _DERIVED or field_name)
        _check(known, "AUTH_MALFORMED", "a covered component is unknown or no lower-case name")
    names = tuple(name for (_, name), _ in items)
    _check(len(set(names)) == len(names), "AUTH_MALFORMED", "a signature covers a component twice")
    return names


def _base_of(one: _Signature, request: Request) -> str:
    target = request.target
    absolute = None if target.startswith("/") else _ABSOLUTE.match(target)
    path, _, query = (target[absolute.end() :] if absolute else target).partition("?")
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
        printable = _PRINTABLE.fullmatch(value) is not None
        _check(printable, "AUTH_MALFORMED", "a covered value is not one line of printable ASCII")
        lines.append(f'"{name}": {value}\n')
    return "".join(lines) + f'"@signature-params": {one.input}'


def _assert_body(one: _Signature, request: Request) -> None:
    if "content-digest" not in one.components:
        return
    text = _combined(request.fields, "content-digest") or ""
    members = _Parser(text, "AUTH_MALFORMED", "Content-Digest").dictionary()
    names = {name for name, _ in members}
    _check(len(names) == len(members), "AUTH_MALFORMED", "the digest field names an algorithm twice")
    stated = [(*_DIGESTS[name], _bytes_of(member) or b"") for name, member in members if name in _DIGESTS]
    for _, length, raw in stated:
        _check(len(raw) == length, "AUTH_MALFORMED", "a digest has another length than its algorithm")
    _check(stated != [], "DIGEST_MISSING", "the signed digest names no supported algorithm")
    # Each one must match: an attacker may add one that does.
    same = [hmac.compare_digest(make(request.body or b"").digest(), raw) for make, _, raw in stated]
    _check(all(same), "DIGEST_MISMATCH", "the body is not the one that was signed")


# --- The verifier ---------------------------------------------------------------------------------------------------------

KeySource = Callable[[str], Any]


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
        if not all(map(_FIELD_NAME.fullmatch, require)):
            raise ValueError("require must hold field names in lower case")
        self._keys: KeySource = keys if callable(keys) else {key.key_id: key for key in keys}.get
        self.authorities = frozenset(one.lower() for one in authorities)
        self.max_body_bytes, self.store_timeout_s = max_body_bytes, store_timeout_s
        self._replay, self._require, self._now_ms = replay, tuple(require), now_ms
        self._max_age_ms, self._max_future_ms, self._max_lifetime_ms = max_age_ms, max_future_ms, max_lifetime_ms
        self._decoys: dict[str, Key] = {"hmac-sha256": Key("decoy", "hmac-sha256", secret=os.urandom(32))}
        listed = " ".join(map(_quoted, ("@method", "@authority", "@path", "@query", "content-digest", *require)))
        self.challenge = f"sig1=({listed});created;nonce;keyid"

    def verify(self, request: Request) -> Verdict:
        """The verdict, or `Refused`. The nonce is claimed last, so a forgery takes none away."""
        steps = self._judge(request, awaits=False)
        try:
            steps.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("nothing is awaited here")

    async def verify_async(self, request: Request) -> Verdict:
        """The same for a key source and a store that are awaited."""
        return await self._judge(request, awaits=True)

    async def _judge(self, request: Request, awaits: bool) -> Verdict:
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
        key = await self._answer("KEY_SOURCE_FAILED", "the key source", awaits, self._keys, one.keyid)
        self._assert_signed(key, one, base.encode("ascii"))
        now_ms = self._now_ms()
        key._assert_usable(now_ms)
        _assert_body(one, request)
        # Key source and body took time: what was fresh may not be any more.
        self._assert_window(one, now_ms)
        created_ms = (one.created or 0) * 1000
        end_ms = min(created_ms + self._max_age_ms, (one.expires or MAX_SECONDS) * 1000) + 1
        claim = (one.keyid, one.nonce, created_ms, end_ms, now_ms)
        outcome = await self._answer("STORE_UNAVAILABLE", "the replay store", awaits, self._replay.claim, *claim)
        if outcome != "claimed":
            code = {"replay": "REPLAY", "full": "REPLAY_STORE_FULL", "barrier": "REPLAY_BARRIER"}.get(outcome)
            raise Refused(code or "STORE_UNAVAILABLE", f"the replay store answered {outcome!r}")
        return Verdict(key.key_id, one.components, created_ms, one.nonce, one.tag, base)

    async def _answer(self, code: str, who: str, awaits: bool, call: Callable[..., Any], *args: Any) -> Any:
        try:
            answer = call(*args)
            if inspect.isawaitable(answer) and awaits:
                answer = await asyncio.wait_for(answer, self.store_timeout_s)
        except Exception as error:
            # The text of a stranger's error may hold anything, so only its kind is kept.
            raise Refused(code, f"{who}: {type(error).__name__}") from None
        settled = not inspect.isawaitable(answer)
        _check(settled, "HOST_FAULT", "a key source and a store that are awaited are for verify_async()")
        return answer

    def _assert_body_fits(self, request: Request) -> None:
        stated = _combined(request.fields, "content-length")
        length = "0" if stated is None else stated
        _check(_LENGTH.fullmatch(length) is not None, "AUTH_MALFORMED", "Content-Length is not a number")
        fits = max(int(length), len(request.body or b"")) <= self.max_body_bytes
        _check(fits, "BODY_TOO_LARGE", f"the body must have at most {self.max_body_bytes} bytes")

    def _assert_covers(self, one: _Signature, request: Request) -> None:
        covered = {*one.components, *(held for name in one.components for held in _HOLDS.get(name, ()))}
        for name in ("@method", "@authority", "@path", "@query", *self._require):
            _check(name in covered, "COMPONENT_MISSING", f"the signature does not cover {name}")
        if request.body and "content-digest" not in covered:
            absent = _combined(request.fields, "content-digest") is None
            code = "DIGEST_MISSING" if absent else "COMPONENT_MISSING"
            raise Refused(code, "the request has a body, and its signature does not cover a digest of it")
        names = [name.lower() for name, _ in request.fields]
        for name in _OVERRIDES:
            proven = name not in names or name in covered
            _check(proven, "METHOD_MALFORMED", "a method override field is not covered by the signature")
        for name in covered & _FOLDED:
            _check(names.count(name) < 2, "HEADER_DUPLICATE", f"the covered field {name} is repeated")

    def _assert_window(self, one: _Signature, now_ms: int) -> None:
        if one.created is None:
            raise Refused("TIMESTAMP_MALFORMED", "the signature has no time")
        age_ms = now_ms - one.created * 1000
        _check(age_ms >= -self._max_future_ms, "TIMESTAMP_FUTURE", f"signed {-age_ms} ms ahead of the clock of this server")
        _check(age_ms <= self._max_age_ms, "TIMESTAMP_EXPIRED", f"signed {age_ms} ms ago by the clock of this server")
        if one.expires is not None:
            allowed = 0 <= (one.expires - one.created) * 1000 <= self._max_lifetime_ms
            _check(allowed, "TIMESTAMP_MALFORMED", "the signature has a lifetime that is not allowed")
            _check(one.expires * 1000 > now_ms, "TIMESTAMP_EXPIRED", "the signature has expired")

    def _assert_signed(self, key: Any, one: _Signature, base: bytes) -> None:
        problem = None
        if key is None:
            problem = Refused("KEY_UNKNOWN", "no such key")
        elif not isinstance(key, Key) or key.key_id != one.keyid:
            raise Refused("KEY_SOURCE_FAILED", "the key source returned something else than the key")
        elif one.alg not in (None, key.algorithm):
            problem = Refused("ALG_MISMATCH", "the signature names another algorithm than its key")
        elif _SIGNATURE_BYTES[key.algorithm] not in (0, len(one.signature)):
            problem = Refused("SIGNATURE_MALFORMED", "the signature has another length than those of its key")
        if key is not None:
            self._decoys[key.algorithm] = key
        if problem is not None:
            # As long as a real one takes, so that time does not show which keys exist.
            fitting = [k for k in self._decoys.values() if _SIGNATURE_BYTES[k.algorithm] == len(one.signature)]
            (fitting or list(self._decoys.values()))[0].verify(base, one.signature)
            raise problem
        _check(key.verify(base, one.signature), "SIGNATURE_INVALID", "the signature does not match")


# --- Middleware -----------------------------------------------------------------------------------------------------------

_TITLES = {401: "Unauthorized", 500: "Internal Server Error", 503: "Service Unavailable"}
Log = Callable[[str, str], None]


def _to_log(code: str, reason: str) -> None:
    logging.getLogger("countersign").warning("refused %s: %s", code, reason)


@contextmanager
def _faults() -> Iterator[None]:
    """Whatever goes wrong beside the judgement closes the door too."""
    try:
        yield
    except Refused:
        raise
    except (asyncio.TimeoutError, TimeoutError):
        raise Refused("BODY_UNREADABLE", "the body took too long") from None
    except Exception as error:
        raise Refused("HOST_FAULT", f"an unexpected {type(error).__name__} while verifying") from None


def _refusal(verifier: Verifier, code: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """The answer: the same for everything that a client can be refused for."""
    status = _STATUS.get(code, 401)
    body = json.dumps({"type": "about:blank", "title": _TITLES[status], "status": status}).encode()
    headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
    headers.append(("content-length", str(len(body))))
    if status == 401:
        headers += [("www-authenticate", "Signature"), ("accept-signature", verifier.challenge)]
    if status == 503:
        headers.append(("retry-after", "1"))
    return status, headers, body


def _assert_framing(fields: Fields) -> None:
    both = {"content-length", "transfer-encoding"} <= {name.lower() for name, _ in fields}
    _check(not both, "BODY_UNREADABLE", "the request has a length and a transfer coding")


def _assert_no_twins(fields: Fields) -> None:
    """Frameworks over ASGI join `a_b` to `a-b`, as CGI has them: what they read then is not what was signed."""
    names = {name.lower() for name, _ in fields}
    for name in names:
        twin = name.replace("_", "-")
        joined = twin != name and twin in {*names, *_OVERRIDES, *_SINGLETONS}
        _check(not joined, "HEADER_DUPLICATE", f"field {twin} is there with an underscore")


class SignedASGI:
    """ASGI middleware. `scheme` is the one that clients use, where a proxy ends TLS. Web sockets are refused."""

    def __init__(
        self, app: Any, verifier: Verifier, scheme: Optional[str] = None, log: Log = _to_log, body_timeout_s: float = 30.0
    ) -> None:
        self.app, self.verifier, self.scheme, self.log, self.body_timeout_s = app, verifier, scheme, log, body_timeout_s

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            self.log("AUTH_MISSING", f"{scope['type']} carries no signature")
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
            return None
        try:
            with _faults():
                request = await self._read(scope, receive)
                verdict = await self.verifier.verify_async(request)
        except Refused as refused:
            self.log(refused.code, refused.reason)
            status, headers, body = _refusal(self.verifier, refused.code)
            lines = [(name.encode(), value.encode("latin-1")) for name, value in headers]
            await send({"type": "http.response.start", "status": status, "headers": lines})
            return await send({"type": "http.response.body", "body": body})
        parts = [{"type": "http.request", "body": request.body or b"", "more_body": False}]

        async def replayed() -> Any:
            return parts.pop() if parts else await receive()

        return await self.app({**scope, "countersign": verdict}, replayed, send)

    async def _read(self, scope: Any, receive: Any) -> Request:
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        raw, query = scope.get("raw_path"), scope.get("query_string") or b""
        if raw is None:
            raise Refused("HOST_FAULT", "the server hands on no raw_path, and a decoded path is not what was signed")
        _assert_framing(fields)
        _assert_no_twins(fields)
        body = await asyncio.wait_for(self._body(receive), self.body_timeout_s)
        length = _combined(fields, "content-length")
        other = length is not None and _LENGTH.fullmatch(length) and int(length) != len(body)
        _check(not other, "BODY_UNREADABLE", "the body has another length than was announced")
        target = (raw + b"?" + query if query else raw).decode("latin-1")
        scheme, host = self.scheme or scope.get("scheme", "http"), _combined(fields, "host") or ""
        return Request(scope["method"], scheme, host, target, fields, body or None)

    async def _body(self, receive: Any) -> bytes:
        cap, body, more = self.verifier.max_body_bytes, bytearray(), True
        while more:
            message = await receive()
            _check(message["type"] != "http.disconnect", "BODY_UNREADABLE", "the client has gone")
            body += message.get("body", b"")
            _check(len(body) <= cap, "BODY_TOO_LARGE", f"the body must have at most {cap} bytes")
            more = message.get("more_body", False)
        return bytes(body)


class SignedWSGI:
    """WSGI middleware. The server must hand on the raw target: gunicorn as RAW_URI, uWSGI and mod_wsgi as REQUEST_URI.

    A WSGI server joins lines of a field by a comma and shows one length only: it has to refuse two lengths itself, as
    gunicorn does.
    """

    def __init__(self, app: Any, verifier: Verifier, scheme: Optional[str] = None, log: Log = _to_log) -> None:
        self.app, self.verifier, self.scheme, self.log = app, verifier, scheme, log

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        try:
            with _faults():
                request = self._read(environ)
                environ["countersign"] = self.verifier.verify(request)
        except Refused as refused:
            self.log(refused.code, refused.reason)
            status, headers, body = _refusal(self.verifier, refused.code)
            start_response(f"{status} {_TITLES[status]}", headers)
            return [body]
        environ["wsgi.input"] = io.BytesIO(request.body or b"")
        environ["CONTENT_LENGTH"] = str(len(request.body or b""))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return self.app(environ, start_response)

    def _read(self, environ: dict[str, Any]) -> Request:
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if not target:
            raise Refused("HOST_FAULT", "the server hands on no RAW_URI or REQUEST_URI")
        names = {name: name[5:] for name in environ if name.startswith("HTTP_")}
        names.update({"CONTENT_TYPE": "CONTENT_TYPE", "CONTENT_LENGTH": "CONTENT_LENGTH"})
        fields = [(own.replace("_", "-").lower(), environ[name]) for name, own in names.items() if environ.get(name)]
        _assert_framing(fields)
        scheme, host = self.scheme or environ.get("wsgi.url_scheme", "http"), environ.get("HTTP_HOST", "")
        body = self._body(environ, dict(fields))
        return Request(environ["REQUEST_METHOD"], scheme, host, target, fields, body or None)

    def _body(self, environ: dict[str, Any], fields: Mapping[str, str]) -> bytes:
        cap, stream = self.verifier.max_body_bytes, environ["wsgi.input"]
        if "transfer-encoding" in fields:
            ends = bool(environ.get("wsgi.input_terminated"))
            _check(ends, "BODY_UNREADABLE", "the server does not end a body in chunks")
            body = _read_most(stream, cap + 1)
        else:
            length = fields.get("content-length", "").strip(" \t") or "0"
            _check(_LENGTH.fullmatch(length) is not None, "AUTH_MALFORMED", "Content-Length is not a number")
            most = min(int(length), cap + 1)
            body = _read_most(stream, most)
            _check(len(body) == most, "BODY_UNREADABLE", "the body has another length than was announced")
        _check(len(body) <= cap, "BODY_TOO_LARGE", f"the body must have at most {cap} bytes")
        return body


def _read_most(stream: Any, most: int) -> bytes:
    body = bytearray()
    while len(body) < most and (part := stream.read(min(most - len(body), 65_536))):
        body += part
    return bytes(body)
