// Runs the vectors against the verifying half in Go: go run . ../vectors.json
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"countersign/verify"
)

type written struct {
	Method, Scheme, Authority, Target string
	Fields                            [][2]string
	Body                              []byte
}
type vector struct {
	Name, KeyID, Base, Code string
	NowMs, Created          int64
	Before                  []written
	Request                 written
	Added                   [][2]string
}

var file struct {
	Policy struct {
		Authorities           []string
		MaxAgeMs, MaxFutureMs int64
		MaxBodyBytes          int64
	}
	Keys []struct {
		KeyID, Algorithm, PublicKey, Status string
		Secret                              []byte
		NotBeforeMs, ExpiresAtMs            int64
	}
	Sign, Verify, Refuse []vector
}
var keys []*verify.Key

func judged(one vector) string {
	now := func() time.Time { return time.UnixMilli(one.NowMs + one.Created*1000) }
	age, ahead := time.Duration(file.Policy.MaxAgeMs)*time.Millisecond, time.Duration(file.Policy.MaxFutureMs)*time.Millisecond
	verifier, err := verify.New(verify.Options{
		Keys: verify.StaticKeys(keys...), Authorities: file.Policy.Authorities, MaxAge: age, MaxFuture: ahead,
		MaxBodyBytes: file.Policy.MaxBodyBytes, Now: now, Replay: verify.NewMemoryStore(verify.MemoryOptions{NoRestartBarrier: true}),
	})
	if err != nil {
		panic(err)
	}
	var verdict *verify.Verdict
	one.Request.Fields = append(one.Request.Fields, one.Added...)
	for _, w := range append(one.Before, one.Request) {
		request := verify.Request{Method: w.Method, Scheme: w.Scheme, Authority: w.Authority, Target: w.Target, Body: w.Body}
		for _, field := range w.Fields {
			request.Fields = append(request.Fields, verify.Field{Name: field[0], Value: field[1]})
		}
		verdict, err = verifier.Verify(context.Background(), request)
	}
	if err != nil {
		return err.(*verify.Refused).Code
	}
	return verdict.Key.ID + "\n" + verdict.Base
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil || json.Unmarshal(text, &file) != nil {
		panic("the file of vectors cannot be read")
	}
	for _, one := range file.Keys {
		key := &verify.Key{}
		if one.Secret != nil {
			key = verify.HMACKey(one.KeyID, one.Secret)
		} else if key, err = verify.PublicKey(one.KeyID, one.PublicKey); err != nil {
			panic(err)
		}
		key.Disabled, key.Revoked = one.Status == "disabled", one.Status == "revoked"
		key.NotBeforeMs, key.ExpiresAtMs = one.NotBeforeMs, one.ExpiresAtMs
		keys = append(keys, key)
	}
	all := append(append(file.Sign, file.Verify...), file.Refuse...)
	wrong := 0
	for _, one := range all {
		expected := one.Code
		if expected == "" {
			expected = one.KeyID + "\n" + one.Base
		}
		if got := judged(one); got != expected {
			wrong++
			fmt.Printf("%s: expected %q, got %q\n", one.Name, expected, got)
		}
	}
	fmt.Printf("%d of %d as expected\n", len(all)-wrong, len(all))
	if wrong > 0 {
		os.Exit(1)
	}
}
