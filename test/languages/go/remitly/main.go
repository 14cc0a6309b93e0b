// github.com/remitly-oss/httpsig-go
package main

import (
	"context"
	"fmt"
	"net/http"

	"countersign/languages/peer"
	"github.com/remitly-oss/httpsig-go"
)

func sign(algorithm string, covered []string, req *http.Request) error {
	key := httpsig.SigningKey{MetaKeyID: algorithm}
	if algorithm == "hmac-sha256" {
		key.Secret = peer.Secret()
	} else {
		key.Key = peer.Private(algorithm)
	}
	return httpsig.Sign(req, httpsig.SigningProfile{
		Algorithm: httpsig.Algorithm(algorithm),
		Fields:    httpsig.Fields(covered...),
		Metadata:  []httpsig.Metadata{httpsig.MetaCreated, httpsig.MetaKeyID, httpsig.MetaNonce},
	}, key)
}

type keys struct{}

func (keys) FetchByKeyID(_ context.Context, _ http.Header, id string) (httpsig.KeySpecer, error) {
	spec := httpsig.KeySpec{KeyID: id, Algo: httpsig.Algorithm(id)}
	if id == "hmac-sha256" {
		spec.Secret = peer.Secret()
	} else {
		spec.PubKey = peer.Public(id)
	}
	return spec, nil
}

func (keys) Fetch(context.Context, http.Header, httpsig.MetadataProvider) (httpsig.KeySpecer, error) {
	return nil, fmt.Errorf("a signature without a key id")
}

func verify(req *http.Request) error {
	profile := httpsig.DefaultVerifyProfile
	profile.RequiredFields = httpsig.Fields(peer.Covered(req.ContentLength > 0)...)
	profile.AllowedAlgorithms = nil
	for _, algorithm := range peer.Algorithms {
		profile.AllowedAlgorithms = append(profile.AllowedAlgorithms, httpsig.Algorithm(algorithm))
	}
	_, err := httpsig.Verify(req, keys{}, profile)
	return err
}

func main() { peer.Peer{Sign: sign, Verify: verify}.Main() }
