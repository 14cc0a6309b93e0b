// github.com/common-fate/httpsig
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"net/http"
	"time"

	"countersign/languages/peer"
	"github.com/common-fate/httpsig"
	"github.com/common-fate/httpsig/alg_ecdsa"
	"github.com/common-fate/httpsig/alg_ed25519"
	"github.com/common-fate/httpsig/alg_hmac"
	"github.com/common-fate/httpsig/alg_rsa"
	"github.com/common-fate/httpsig/inmemory"
	"github.com/common-fate/httpsig/sigparams"
	"github.com/common-fate/httpsig/signer"
	"github.com/common-fate/httpsig/verifier"
)

// It has no "@path" and no "@query", and finds signatures by their tag.
var required = map[string]bool{"@method": true, "@authority": true, "@target-uri": true}

const tag = "orders"

func signing(algorithm string) signer.Algorithm {
	switch key := peer.Private(algorithm).(type) {
	case ed25519.PrivateKey:
		return alg_ed25519.Ed25519{PrivateKey: key}
	case *ecdsa.PrivateKey:
		return alg_ecdsa.NewP256Signer(key)
	case *rsa.PrivateKey:
		if algorithm == "rsa-pss-sha512" {
			return alg_rsa.NewRSAPSS512Signer(key)
		}
		return alg_rsa.NewRSAPKCS256Signer(key)
	default:
		return alg_hmac.NewHMAC(peer.Secret())
	}
}

func client(algorithm string, hasBody bool) *http.Client {
	covered := []string{"@method", "@authority", "@target-uri"}
	if hasBody {
		covered = append(covered, "content-type", "content-digest")
	}
	return httpsig.NewClient(httpsig.ClientOpts{
		KeyID: algorithm, Tag: tag, Alg: signing(algorithm), CoveredComponents: covered,
	})
}

type keys struct{}

func (keys) GetKey(_ context.Context, id string, _ string) (verifier.Algorithm, error) {
	switch key := peer.Public(id).(type) {
	case ed25519.PublicKey:
		return alg_ed25519.Ed25519{PublicKey: key}, nil
	case *ecdsa.PublicKey:
		return alg_ecdsa.NewP256Verifier(key), nil
	case *rsa.PublicKey:
		if id == "rsa-pss-sha512" {
			return alg_rsa.NewRSAPSS512Verifier(key), nil
		}
		return alg_rsa.NewRSAPKCS256Verifier(key), nil
	default:
		return alg_hmac.NewHMAC(peer.Secret()), nil
	}
}

func verify(req *http.Request) error {
	v := verifier.Verifier{
		NonceStorage: inmemory.NewNonceStorage(),
		KeyDirectory: keys{},
		Tag:          tag,
		Scheme:       "http",
		Authority:    req.Host,
		Validation: sigparams.ValidateOpts{
			BeforeDuration: time.Minute, RequireNonce: true, RequiredCoveredComponents: required,
		},
	}
	_, _, err := v.Parse(nil, req, time.Now())
	return err
}

func main() { peer.Peer{Client: client, Verify: verify}.Main() }
