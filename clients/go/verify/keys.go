package verify

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"sync"
)

// Key is one key: a shared secret, or a public half.
type Key struct {
	ID, Algorithm string
	// Disabled and Revoked keys are refused, and so are those before NotBeforeMs and from ExpiresAtMs on (0: no bound).
	Disabled, Revoked        bool
	NotBeforeMs, ExpiresAtMs int64
	// Owner is yours to read.
	Owner  any
	secret []byte
	public crypto.PublicKey
}

// HMACKey is a key of HMAC-SHA256; the secret must have at least 32 bytes.
func HMACKey(id string, secret []byte) *Key {
	if !keyID.MatchString(id) || len(secret) < 32 {
		panic("verify: a shared secret must have at least 32 bytes, and a key an id of A-Za-z0-9._:@/+=~#-")
	}
	return &Key{ID: id, Algorithm: "hmac-sha256", secret: append([]byte(nil), secret...)}
}

// PublicKey is a key of Ed25519, ECDSA P-256 or RSA-PSS from its PEM (SubjectPublicKeyInfo).
func PublicKey(id, text string) (*Key, error) {
	block, _ := pem.Decode([]byte(text))
	if !keyID.MatchString(id) || block == nil {
		return nil, errors.New("verify: a key must have an id of A-Za-z0-9._:@/+=~#- and a PEM")
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key := &Key{ID: id, public: public}
	switch own := public.(type) {
	case ed25519.PublicKey:
		key.Algorithm = "ed25519"
	case *ecdsa.PublicKey:
		if own.Curve == elliptic.P256() {
			key.Algorithm = "ecdsa-p256-sha256"
		}
	case *rsa.PublicKey:
		if own.Size() >= 256 {
			key.Algorithm = "rsa-pss-sha512"
		}
	}
	if key.Algorithm == "" {
		return nil, errors.New("verify: the key must be of Ed25519, P-256 or RSA with at least 2048 bits")
	}
	return key, nil
}

func (k *Key) signatureBytes() int {
	switch k.Algorithm {
	case "hmac-sha256":
		return 32
	case "rsa-pss-sha512":
		return k.public.(*rsa.PublicKey).Size()
	}
	return 64
}

func (k *Key) verify(base, signature []byte) bool {
	switch public := k.public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(public, base, signature)
	case *ecdsa.PublicKey:
		if len(signature) != 64 {
			return false
		}
		sum := sha256.Sum256(base)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(public, sum[:], r, s)
	case *rsa.PublicKey:
		sum := sha512.Sum512(base)
		// RFC 9421 3.3.1: the salt has 64 bytes.
		return rsa.VerifyPSS(public, crypto.SHA512, sum[:], signature, &rsa.PSSOptions{SaltLength: 64}) == nil
	}
	mac := hmac.New(sha256.New, k.secret)
	mac.Write(base)
	return len(k.secret) > 0 && hmac.Equal(mac.Sum(nil), signature)
}

// Asked only after a valid signature, so that a refusal does not show which keys exist.
func (k *Key) assertUsable(now int64) *Refused {
	switch {
	case k.Revoked:
		return refuse("KEY_REVOKED", "the key was revoked")
	case k.Disabled:
		return refuse("KEY_DISABLED", "the key is disabled")
	case k.NotBeforeMs != 0 && now < k.NotBeforeMs:
		return refuse("KEY_NOT_YET_VALID", "the life of the key has not begun")
	case k.ExpiresAtMs != 0 && now >= k.ExpiresAtMs:
		return refuse("KEY_EXPIRED", "the life of the key has ended")
	}
	return nil
}

type staticKeys map[string]*Key

// StaticKeys is a source of keys that do not change.
func StaticKeys(keys ...*Key) KeySource {
	out := staticKeys{}
	for _, key := range keys {
		out[key.ID] = key
	}
	return out
}

func (s staticKeys) Key(_ context.Context, keyID string) (*Key, error) { return s[keyID], nil }

// decoys are verified against where the named key cannot have signed, so that time does not show which keys exist.
type decoys struct {
	lock sync.Mutex
	keys map[string]*Key
}

func (d *decoys) assertSigned(key *Key, one *signature, base []byte) *Refused {
	var problem *Refused
	switch {
	case key == nil:
		problem = refuse("KEY_UNKNOWN", "no such key")
	case key.ID != one.keyID:
		return refuse("KEY_SOURCE_FAILED", "the key source returned another key")
	case one.hasAlg && one.alg != key.Algorithm:
		problem = refuse("ALG_MISMATCH", "the signature names another algorithm than its key")
	case len(one.bytes) != key.signatureBytes():
		problem = refuse("SIGNATURE_MALFORMED", "the signature has another length than those of its key")
	}
	if problem != nil {
		d.standIn(key, len(one.bytes)).verify(base, one.bytes)
		return problem
	}
	d.standIn(key, 0)
	if !key.verify(base, one.bytes) {
		return refuse("SIGNATURE_INVALID", "the signature does not match")
	}
	return nil
}

// standIn remembers the key, and returns one whose signatures have this length.
func (d *decoys) standIn(key *Key, length int) *Key {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.keys == nil {
		secret := make([]byte, 32)
		rand.Read(secret)
		d.keys = map[string]*Key{"hmac-sha256": HMACKey("decoy", secret)}
	}
	if key != nil {
		d.keys[key.Algorithm] = key
	}
	for _, name := range algorithms {
		if one := d.keys[name]; one != nil && one.signatureBytes() == length {
			return one
		}
	}
	return d.keys["hmac-sha256"]
}
