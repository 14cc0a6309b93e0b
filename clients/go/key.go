// The key from the environment.
package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"os"
)

// keyFromEnv is the function that signs, from what the environment names.
func keyFromEnv() (func([]byte) []byte, error) {
	if file := os.Getenv("SIGNING_KEY_FILE"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		block, _ := pem.Decode(text)
		if block == nil {
			return nil, fmt.Errorf("%s is not PEM", file)
		}
		der := block.Bytes
		if block.Type == "ENCRYPTED PRIVATE KEY" {
			if der, err = opened(der, os.Getenv("SIGNING_KEY_PASSWORD")); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
		key, err := x509.ParsePKCS8PrivateKey(der)
		private, ok := key.(ed25519.PrivateKey)
		if err != nil || !ok {
			return nil, fmt.Errorf("%s holds no Ed25519 key in PKCS #8, or SIGNING_KEY_PASSWORD does not open it", file)
		}
		return func(base []byte) []byte { return ed25519.Sign(private, base) }, nil
	}
	secret := []byte(os.Getenv("SIGNING_SECRET"))
	if len(secret) == 0 {
		return nil, fmt.Errorf("SIGNING_SECRET or SIGNING_KEY_FILE must be set")
	}
	return func(base []byte) []byte {
		mac := hmac.New(sha256.New, secret)
		mac.Write(base)
		return mac.Sum(nil)
	}, nil
}

type pbes2 struct {
	Scheme struct {
		ID     asn1.ObjectIdentifier
		Params struct {
			KDF struct {
				ID     asn1.ObjectIdentifier
				Params struct {
					Salt       []byte
					Iterations int
					Length     int `asn1:"optional"`
					PRF        struct {
						ID   asn1.ObjectIdentifier
						Null asn1.RawValue
					}
				}
			}
			Cipher struct {
				ID asn1.ObjectIdentifier
				IV []byte
			}
		}
	}
	Data []byte
}

var hmacSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
var aes256CBC = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}

// opened decrypts a key as openssl writes it: PBKDF2 with HMAC-SHA256, AES-256-CBC (RFC 8018 6.2). x509 has no reader of these.
func opened(der []byte, password string) ([]byte, error) {
	var file pbes2
	_, err := asn1.Unmarshal(der, &file)
	kdf, how := file.Scheme.Params.KDF.Params, file.Scheme.Params.Cipher
	if err != nil || !kdf.PRF.ID.Equal(hmacSHA256) || !how.ID.Equal(aes256CBC) || kdf.Iterations > 10_000_000 {
		return nil, fmt.Errorf("encrypted in another way than by PBKDF2 and AES-256-CBC: openssl pkey -in FILE -aes-256-cbc")
	}
	key, err := pbkdf2.Key(sha256.New, password, kdf.Salt, kdf.Iterations, 32)
	size := len(file.Data)
	if err != nil || len(how.IV) != aes.BlockSize || size == 0 || size%aes.BlockSize != 0 {
		return nil, fmt.Errorf("the encrypted key is damaged")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	cipher.NewCBCDecrypter(block, how.IV).CryptBlocks(file.Data, file.Data)
	padding := int(file.Data[size-1])
	if padding < 1 || padding > aes.BlockSize {
		return nil, fmt.Errorf("SIGNING_KEY_PASSWORD does not open it")
	}
	return file.Data[:size-padding], nil
}
