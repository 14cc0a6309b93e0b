"""requests-http-signature, the authentication of requests"""

import peer
from requests_http_signature import HTTPSignatureAuth


def sign(algorithm, request, body):
    auth = HTTPSignatureAuth(
        signature_algorithm=peer.ALGORITHMS[algorithm],
        key_resolver=peer.Keys(),
        key_id=algorithm,
        label="sig1",
        use_nonce=True,
        covered_component_ids=peer.covered(body is not None),
    )
    auth(request)


def verify(request, body):
    HTTPSignatureAuth.verify(
        request,
        signature_algorithm=peer.ALGORITHMS[peer.algorithm_of(request)],
        key_resolver=peer.Keys(),
        require_components=peer.covered(len(body) > 0),
    )


peer.main(sign, verify)
