"""http-message-signatures"""

import datetime
import secrets

import peer
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier


def sign(algorithm, request, body):
    signer = HTTPMessageSigner(signature_algorithm=peer.ALGORITHMS[algorithm], key_resolver=peer.Keys())
    signer.sign(
        request,
        key_id=algorithm,
        label="sig1",
        nonce=secrets.token_urlsafe(16),
        include_alg=False,
        covered_component_ids=peer.covered(body is not None),
        body=body,
    )


def verify(request, body):
    algorithm = peer.ALGORITHMS[peer.algorithm_of(request)]
    verifier = HTTPMessageVerifier(signature_algorithm=algorithm, key_resolver=peer.Keys())
    verifier.verify(
        request,
        body=body if "content-digest" in request.headers or body else None,
        require_components=peer.covered(len(body) > 0),
        max_age=datetime.timedelta(minutes=1),
    )


peer.main(sign, verify)
