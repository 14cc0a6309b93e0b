// Package peer is the command line of every Go program here: keys of a folder, a server that answers with a verdict, and a client.
package peer

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// Algorithms are the names of RFC 9421 3.3; a key has the name of its algorithm as its id.
var Algorithms = []string{"hmac-sha256", "ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", "rsa-v1_5-sha256"}

// Peer is one library: what signs a request, and what verifies one.
type Peer struct {
	Sign   func(algorithm string, covered []string, req *http.Request) error
	Verify func(req *http.Request) error
	// Client sends in place of Sign, where a library does both in one.
	Client func(algorithm string, hasBody bool) *http.Client
}

// Covered is what a signature covers: the preset of this repository.
func Covered(hasBody bool) []string {
	covered := []string{"@method", "@authority", "@path", "@query"}
	if hasBody {
		covered = append(covered, "content-type", "content-digest")
	}
	return covered
}

func read(name string) []byte {
	content, err := os.ReadFile(filepath.Join(os.Args[2], name))
	if err != nil {
		panic(err)
	}
	return content
}

// Secret is the shared one.
func Secret() []byte { return read("hmac-sha256.key") }

// Private is the private half for an algorithm, the secret for a MAC.
func Private(algorithm string) crypto.PrivateKey {
	if algorithm == "hmac-sha256" {
		return Secret()
	}
	block, _ := pem.Decode(read(algorithm + ".pem"))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	return key
}

// Public is the public half for an algorithm, the secret for a MAC.
func Public(algorithm string) crypto.PublicKey {
	if algorithm == "hmac-sha256" {
		return Secret()
	}
	block, _ := pem.Decode(read(algorithm + ".pub.pem"))
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	return key
}

func (p Peer) send(algorithm, method, url string, body []string) error {
	var content io.Reader
	if len(body) > 0 {
		content = strings.NewReader(body[0])
	}
	req, err := http.NewRequest(method, url, content)
	if err != nil {
		return err
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	client := http.DefaultClient
	if p.Client != nil {
		client = p.Client(algorithm, content != nil)
	} else if err := p.Sign(algorithm, Covered(content != nil), req); err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(os.Stdout, res.Body)
	return err
}

func (p Peer) serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() { // the parent is gone: so is its end of the pipe
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if err := p.Verify(req); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, err)
			return
		}
		fmt.Fprint(w, "ok")
	}))
}

// Main runs `verify KEYS`, which prints its port, or `sign KEYS ALGORITHM METHOD URL [BODY]`, which prints the answer.
func (p Peer) Main() {
	err := fmt.Errorf("usage: verify KEYS, or sign KEYS ALGORITHM METHOD URL [BODY]")
	if len(os.Args) > 5 && os.Args[1] == "sign" {
		err = p.send(os.Args[3], os.Args[4], os.Args[5], os.Args[6:])
	} else if len(os.Args) == 3 && os.Args[1] == "verify" {
		err = p.serve()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
