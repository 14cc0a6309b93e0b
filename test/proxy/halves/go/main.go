// A service behind the verifying half. It prints its port, and then a line for each refusal.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"countersign/verify"
)

func main() {
	var written []struct{ KeyID, Algorithm, Secret, PublicKey string }
	if err := json.Unmarshal([]byte(os.Args[1]), &written); err != nil {
		panic(err)
	}
	var keys []*verify.Key
	for _, one := range written {
		if secret, err := hex.DecodeString(one.Secret); err == nil && len(secret) > 0 {
			keys = append(keys, verify.HMACKey(one.KeyID, secret))
		} else if key, err := verify.PublicKey(one.KeyID, one.PublicKey); err == nil {
			keys = append(keys, key)
		}
	}
	var lock sync.Mutex
	verifier, err := verify.New(verify.Options{
		Keys:        verify.StaticKeys(keys...),
		Authorities: []string{"api.example.com"},
		Replay:      verify.NewMemoryStore(verify.MemoryOptions{NoRestartBarrier: true}),
		Log: func(refused *verify.Refused) {
			lock.Lock()
			defer lock.Unlock()
			line, _ := json.Marshal([]string{refused.Code, refused.Reason})
			fmt.Println(string(line))
		},
	})
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		json.NewEncoder(w).Encode([]any{verify.From(r.Context()).Key.ID, len(body)})
	})
	// Chunks that never end are the server's to cut.
	server := http.Server{Handler: verifier.Handler(handler), ReadTimeout: time.Second}
	server.Serve(listener)
}
