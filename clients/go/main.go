// The command line of these clients, and the key from the environment.
package main

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
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
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		private, ok := key.(ed25519.PrivateKey)
		if err != nil || !ok {
			return nil, fmt.Errorf("%s holds no Ed25519 key in PKCS #8", file)
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

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: METHOD URL [BODY [HEADER…]]")
	}
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(args[2])
	}
	req, err := http.NewRequest(args[0], args[1], body)
	if err != nil {
		return err
	}
	if len(args) > 2 {
		req.Header.Set("Content-Type", "application/json")
		for _, line := range args[3:] {
			name, value, _ := strings.Cut(line, ":")
			req.Header.Set(name, strings.TrimSpace(value))
		}
	}
	sign, err := keyFromEnv()
	if err != nil {
		return err
	}
	origin := req.URL.Scheme + "://" + req.URL.Host
	client := http.Client{Transport: NewTransport(origin, os.Getenv("SIGNING_KEY_ID"), sign)}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err = io.Copy(os.Stdout, res.Body); err == nil && res.StatusCode >= 400 {
		err = fmt.Errorf("%s", res.Status)
	}
	return err
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
