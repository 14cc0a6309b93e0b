// Signs requests by RFC 9421. Standard library only.
//
//	export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//	export SIGNING_KEY_PASSWORD=…                         # where that file has one
//	go run main.go key.go rfc9421.go POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a program: client := &http.Client{Transport: NewTransport("https://api.example.com", keyID, sign)}
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// settings: what the service requires
const label = "sig1"
const tag = ""

var covered = []string{"@method", "@authority", "@path", "@query"}
var whenPresent = []string{"content-type", "content-digest"}

const expiresIn = 0

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
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		digest := sha256.Sum256(body)
		req.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(digest[:])+":")
	}
	var base, list strings.Builder
	add := func(name, value string) {
		fmt.Fprintf(&base, "\"%s\": %s\n", name, value)
		fmt.Fprintf(&list, " \"%s\"", name)
	}
	for _, name := range covered {
		value, ok := component(req, name)
		if !ok {
			return nil, fmt.Errorf("%s is signed and must be there", name)
		}
		add(name, value)
	}
	for _, name := range whenPresent {
		if value, ok := component(req, name); ok {
			add(name, value)
		}
	}
	created := time.Now().Unix()
	params := fmt.Sprintf("(%s);created=%d", list.String()[1:], created)
	if expiresIn > 0 {
		params += fmt.Sprintf(";expires=%d", created+expiresIn)
	}
	params += fmt.Sprintf(";nonce=\"%s\";keyid=\"%s\"", rand.Text(), t.keyID)
	if tag != "" {
		params += fmt.Sprintf(";tag=\"%s\"", tag)
	}
	signature := t.sign([]byte(base.String() + "\"@signature-params\": " + params))
	req.Header.Set("Signature-Input", label+"="+params)
	req.Header.Set("Signature", label+"=:"+base64.StdEncoding.EncodeToString(signature)+":")
	return http.DefaultTransport.RoundTrip(req)
}

// component is the value that a signature covers; false where the request has none.
func component(req *http.Request, name string) (string, bool) {
	target := req.URL.RequestURI()
	path, query, _ := strings.Cut(target, "?")
	derived := map[string]string{
		"@method":         req.Method,
		"@authority":      req.Host,
		"@scheme":         req.URL.Scheme,
		"@path":           path,
		"@query":          "?" + query,
		"@request-target": target,
		"@target-uri":     req.URL.Scheme + "://" + req.Host + target,
	}
	if value, ok := derived[name]; ok {
		return value, true
	}
	values := req.Header.Values(name)
	return strings.TrimSpace(strings.Join(values, ", ")), len(values) > 0
}
