// Runs the vectors against the verifying half in Go: go run . ../vectors.json
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"countersign/verify"
)

var file struct {
	Policy struct {
		Authorities           []string
		MaxAgeMs, MaxFutureMs time.Duration // counted in milliseconds
		MaxBodyBytes          int64
	}
	Keys []struct {
		KeyID, PublicKey, Status string
		Secret                   []byte
		NotBeforeMs, ExpiresAtMs int64
	}
	Sign, Verify, Refuse []vector
}

type vector struct {
	Name, KeyID, Base, Code string
	NowMs, Created          int64
	Before                  []request
	Request                 request
	Added                   [][2]string
}

type request struct {
	Method, Scheme, Authority, Target string
	Fields                            [][2]string
	Body                              []byte
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// judged gives key and signature base where the last of the requests is accepted, else the code.
func judged(keys []*verify.Key, one vector) (result string) {
	verifier := must(verify.New(verify.Options{
		Keys: verify.StaticKeys(keys...), Authorities: file.Policy.Authorities, MaxBodyBytes: file.Policy.MaxBodyBytes,
		MaxAge: file.Policy.MaxAgeMs * time.Millisecond, MaxFuture: file.Policy.MaxFutureMs * time.Millisecond,
		Replay: verify.NewMemoryStore(verify.MemoryOptions{NoRestartBarrier: true}),
		Now:    func() time.Time { return time.UnixMilli(one.NowMs + one.Created*1000) },
	}))
	for _, r := range append(one.Before, one.Request) {
		sent := verify.Request{Method: r.Method, Scheme: r.Scheme, Authority: r.Authority, Target: r.Target, Body: r.Body}
		for _, field := range append(r.Fields, one.Added...) {
			sent.Fields = append(sent.Fields, verify.Field{Name: field[0], Value: field[1]})
		}
		verdict, err := verifier.Verify(context.Background(), sent)
		if err != nil {
			return err.(*verify.Refused).Code
		}
		result = verdict.Key.ID + "\n" + verdict.Base
	}
	return result
}

func main() {
	must(0, json.Unmarshal(must(os.ReadFile(os.Args[1])), &file))
	var keys []*verify.Key
	for _, one := range file.Keys {
		var key *verify.Key
		if one.Secret != nil {
			key = verify.HMACKey(one.KeyID, one.Secret)
		} else {
			key = must(verify.PublicKey(one.KeyID, one.PublicKey))
		}
		key.Disabled, key.Revoked = one.Status == "disabled", one.Status == "revoked"
		key.NotBeforeMs, key.ExpiresAtMs = one.NotBeforeMs, one.ExpiresAtMs
		keys = append(keys, key)
	}
	all, wrong := append(append(file.Sign, file.Verify...), file.Refuse...), 0
	for _, one := range all {
		expected := cmp.Or(one.Code, one.KeyID+"\n"+one.Base)
		if got := judged(keys, one); got != expected {
			wrong++
			fmt.Printf("%s: expected %q, got %q\n", one.Name, expected, got)
		}
	}
	fmt.Printf("%d of %d as expected\n", len(all)-wrong, len(all))
	os.Exit(min(wrong, 1))
}
