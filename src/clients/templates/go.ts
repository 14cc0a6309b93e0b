// Made from clients/go by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'rfc9421.go',
  text: `// Signs requests by RFC 9421. Standard library only.
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
var foreign = regexp.MustCompile("[^!#-;=?-\\\\[\\\\]_a-z~]")

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
		fmt.Fprintf(&base, "\\"%s\\": %s\\n", name, value)
		fmt.Fprintf(&list, " \\"%s\\"", name)
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
	params += fmt.Sprintf(";nonce=\\"%s\\";keyid=\\"%s\\"", rand.Text(), t.keyID)
	if tag != "" {
		params += fmt.Sprintf(";tag=\\"%s\\"", tag)
	}
	signature := t.sign([]byte(base.String() + "\\"@signature-params\\": " + params))
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
`,
}

const FILE_1: ClientFile = {
  name: 'main.go',
  text: `// The command line of these clients.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

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
`,
}

const FILE_2: ClientFile = {
  name: 'key.go',
  text: `// The key from the environment.
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
					Length     int \`asn1:"optional"\`
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
`,
}

const FILE_3: ClientFile = {
  name: 'header_scheme.go',
  text: `// Signs requests in the headers below. Standard library only.
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

const separator = "\\n"
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
var foreign = regexp.MustCompile("[^!#-;=?-\\\\[\\\\]_a-z~]")

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
`,
}

export const go: ClientTemplate = {
  id: 'go',
  name: 'Go',
  syntax: 'go',
  needs: 'Go 1.24 or newer',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'go run main.go key.go FILE',
  files: {
    rfc9421: [FILE_0, FILE_1, FILE_2],
    'header-scheme': [FILE_3, FILE_1, FILE_2],
  },
}
