// Signs requests in the headers below. Standard library only.
//
//	export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//	export SIGNING_KEY_PASSWORD=…                         # where that file has one
//	go run main.go key.go header_scheme.go POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a program: client := &http.Client{Transport: NewTransport("https://api.example.com", keyID, sign)}
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// settings: what the service requires
const keyHeader = "X-Acme-Key"
const timeHeader = "X-Acme-Time"
const nonceHeader = "X-Acme-Nonce"
const signatureHeader = "X-Acme-Signature"
const digestHeader = ""

var base = []string{"timestamp", "nonce", "method", "target", "body-sha256"}

const separator = "\n"
const timeUnit = "ms"
const encoding = "hex"
const prefix = ""

// end of settings

type signingTransport struct {
	origin, keyID string
	sign          func(base []byte) []byte
}

// NewTransport signs what goes to origin and refuses everything else, redirects to another one included.
func NewTransport(origin, keyID string, sign func([]byte) []byte) http.RoundTripper {
	return &signingTransport{origin, keyID, sign}
}

// What a URL cannot hold: net/url encodes paths, and leaves queries as they are.
var foreign = regexp.MustCompile("[^!#-;=?-\\[\\]_a-z~]")

func (t *signingTransport) RoundTrip(given *http.Request) (*http.Response, error) {
	req := given.Clone(given.Context()) // a RoundTripper must not change what it was given
	if origin := req.URL.Scheme + "://" + req.URL.Host; origin != t.origin {
		return nil, fmt.Errorf("requests to %s are not signed", origin)
	}
	req.URL.RawQuery = foreign.ReplaceAllStringFunc(req.URL.RawQuery, url.PathEscape)
	port := map[string]string{"https": ":443", "http": ":80"}[req.URL.Scheme]
	req.Host = strings.TrimSuffix(strings.ToLower(req.URL.Host), port)
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	digest := sha256.Sum256(body)
	now := time.Now().UTC()
	times := map[string]string{
		"s":    strconv.FormatInt(now.Unix(), 10),
		"ms":   strconv.FormatInt(now.UnixMilli(), 10),
		"date": now.Format("2006-01-02T15:04:05Z"),
	}
	path, query, _ := strings.Cut(req.URL.RequestURI(), "?")
	parts := map[string]string{
		"key": t.keyID, "timestamp": times[timeUnit], "nonce": rand.Text(),
		"method": req.Method, "authority": req.Host, "path": path, "query": query, "target": req.URL.RequestURI(),
		"body": string(body), "body-sha256": hex.EncodeToString(digest[:]),
		"body-sha256-base64": base64.StdEncoding.EncodeToString(digest[:]),
	}
	var texts []string
	for _, name := range base {
		text, ok := parts[name]
		if kind, rest, found := strings.Cut(name, ":"); found && kind == "text" {
			text, ok = rest, true
		} else if found {
			text, ok = strings.TrimSpace(req.Header.Get(rest)), len(req.Header.Values(rest)) == 1
		}
		if !ok {
			return nil, fmt.Errorf("%s is signed and must stand once", name)
		}
		texts = append(texts, text)
	}
	signature := encodings[encoding](t.sign([]byte(strings.Join(texts, separator))))
	req.Header.Set(keyHeader, t.keyID)
	req.Header.Set(timeHeader, parts["timestamp"])
	req.Header.Set(signatureHeader, prefix+signature)
	if nonceHeader != "" {
		req.Header.Set(nonceHeader, parts["nonce"])
	}
	for _, name := range base {
		if digestHeader != "" && strings.HasPrefix(name, "body-") {
			req.Header.Set(digestHeader, parts[name])
		}
	}
	return http.DefaultTransport.RoundTrip(req)
}

var encodings = map[string]func([]byte) string{
	"hex":       hex.EncodeToString,
	"base64":    base64.StdEncoding.EncodeToString,
	"base64url": base64.RawURLEncoding.EncodeToString,
}
