// github.com/dadrus/httpsig
package main

import (
	"context"
	"net/http"
	"time"

	"countersign/languages/peer"
	"github.com/dadrus/httpsig"
)

func sign(algorithm string, covered []string, req *http.Request) error {
	key := httpsig.Key{KeyID: algorithm, Key: peer.Private(algorithm), Algorithm: httpsig.SignatureAlgorithm(algorithm)}
	signer, err := httpsig.NewSigner(key, httpsig.WithComponents(covered...), httpsig.WithContentDigestAlgorithm(httpsig.Sha256))
	if err != nil {
		return err
	}
	header, err := signer.Sign(httpsig.MessageFromRequest(req))
	req.Header = header
	return err
}

type keys struct{}

func (keys) ResolveKey(_ context.Context, id string) (httpsig.Key, error) {
	return httpsig.Key{KeyID: id, Key: peer.Public(id), Algorithm: httpsig.SignatureAlgorithm(id)}, nil
}

func verify(req *http.Request) error {
	verifier, err := httpsig.NewVerifier(
		keys{},
		httpsig.WithValidateAllSignatures(),
		httpsig.WithRequiredComponents(peer.Covered(req.ContentLength > 0)...),
		httpsig.WithMaxAge(time.Minute),
		httpsig.WithValidityTolerance(5*time.Second),
		httpsig.WithExpiredTimestampRequired(false),
	)
	if err != nil {
		return err
	}
	return verifier.Verify(httpsig.MessageFromRequest(req))
}

func main() { peer.Peer{Sign: sign, Verify: verify}.Main() }
