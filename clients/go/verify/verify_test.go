package verify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const nowMs = 1_790_000_000_000

var secret = []byte("thirty-two bytes of a shared one")

func signed(target string) Request {
	listed := fmt.Sprintf(`("@method" "@authority" "@path" "@query");created=%d;nonce="nonce-of-16-chars";keyid="bot"`, nowMs/1000)
	base := fmt.Sprintf("\"@method\": GET\n\"@authority\": h.example\n\"@path\": %s\n\"@query\": ?\n\"@signature-params\": %s", target, listed)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(base))
	text := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	fields := []Field{{"Signature-Input", "sig1=" + listed}, {"Signature", "sig1=:" + text + ":"}}
	return Request{Method: "GET", Scheme: "https", Authority: "h.example", Target: target, Fields: fields}
}

func made(t *testing.T, options Options) *Verifier {
	t.Helper()
	options.Authorities = []string{"h.example"}
	options.Now = func() time.Time { return time.UnixMilli(nowMs) }
	if options.Keys == nil {
		options.Keys = StaticKeys(HMACKey("bot", secret))
	}
	if options.Replay == nil {
		options.Replay = NewMemoryStore(MemoryOptions{NoRestartBarrier: true})
	}
	verifier, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return verifier
}

func codeOf(v *Verifier, r Request) string {
	_, err := v.Verify(context.Background(), r)
	if err == nil {
		return "ok"
	}
	return err.(*Refused).Code
}

func expect(t *testing.T, got, expected any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(expected) {
		t.Errorf("expected %v, got %v", expected, got)
	}
}

func claim(store *MemoryStore, key, nonce string, created int64) Outcome {
	outcome, _ := store.Claim(context.Background(), Claim{key, nonce, created, created + 300_001, created})
	return outcome
}

func TestStoreIsBoundedPerStoreAndPerKey(t *testing.T) {
	store := NewMemoryStore(MemoryOptions{MaxEntries: 10, MaxPerKey: 2, NoRestartBarrier: true})
	for at, expected := range []Outcome{Claimed, Claimed, Full} {
		expect(t, claim(store, "bot", fmt.Sprint(at), nowMs), expected)
	}
	taken := 0
	for at := range 12 {
		if claim(store, fmt.Sprint("key", at), "n", nowMs) == Claimed {
			taken++
		}
	}
	expect(t, taken, 8)
	expect(t, claim(store, "bot", "0", nowMs), Replay)
	late := int64(nowMs + 340_000)
	expect(t, claim(store, "bot", "0", late), Claimed)
	// A clock that is set back opens nothing.
	expect(t, claim(store, "bot", "0", nowMs), Barrier)
	expect(t, store.size, 1)
}

func TestStoreRefusesWhatWasSignedBeforeIt(t *testing.T) {
	store, now := NewMemoryStore(MemoryOptions{}), time.Now().UnixMilli()
	expect(t, claim(store, "bot", "a", now), Barrier)
	expect(t, claim(store, "bot", "a", now+6_000), Claimed)
}

func TestOfEqualRequestsOneIsAccepted(t *testing.T) {
	verifier := made(t, Options{})
	var group sync.WaitGroup
	codes := make([]string, 32)
	for at := range codes {
		group.Add(1)
		go func() {
			defer group.Done()
			codes[at] = codeOf(verifier, signed("/a"))
		}()
	}
	group.Wait()
	expect(t, strings.Count(strings.Join(codes, " "), "ok"), 1)
}

type failing struct{}

func (failing) Key(context.Context, string) (*Key, error) {
	return nil, errors.New("secret-of-a-source")
}
func (failing) Claim(context.Context, Claim) (Outcome, error) {
	return Claimed, errors.New("secret-of-a-store")
}

type confused struct{}

func (confused) Key(context.Context, string) (*Key, error) { return HMACKey("other", secret), nil }

func TestFaultsCloseTheDoor(t *testing.T) {
	expect(t, codeOf(made(t, Options{Keys: failing{}}), signed("/a")), "KEY_SOURCE_FAILED")
	expect(t, codeOf(made(t, Options{Replay: failing{}}), signed("/a")), "STORE_UNAVAILABLE")
	expect(t, codeOf(made(t, Options{Keys: confused{}}), signed("/a")), "KEY_SOURCE_FAILED")
	_, err := made(t, Options{Keys: failing{}}).Verify(context.Background(), signed("/a"))
	if strings.Contains(err.Error(), "secret") {
		t.Error("the reason quotes the error of a source")
	}
}

func TestForgeryTakesNoNonce(t *testing.T) {
	verifier, forged := made(t, Options{}), signed("/a")
	forged.Target = "/b"
	expect(t, codeOf(verifier, forged), "SIGNATURE_INVALID")
	expect(t, codeOf(verifier, signed("/a")), "ok")
}

func TestOptionsThatCannotBeSafe(t *testing.T) {
	keys, small := StaticKeys(), NewMemoryStore(MemoryOptions{MaxAge: time.Minute})
	for _, options := range []Options{
		{},
		{Keys: keys, Replay: small},
		{Keys: keys, Replay: small, Authorities: []string{"h.example"}},
		{Keys: keys, Authorities: []string{"h.example"}},
		{Keys: keys, Replay: failing{}, Authorities: []string{"h.example"}, Require: []string{"X-Upper"}},
	} {
		if _, err := New(options); err == nil {
			t.Errorf("expected an error for %+v", options)
		}
	}
}

func TestLongFieldsTakeLinearTime(t *testing.T) {
	verifier, honest := made(t, Options{}), signed("/a")
	for _, text := range []string{
		strings.Repeat("(", 16_000), "a=(" + strings.Repeat(`"a" `, 4_000), strings.Repeat(";a", 8_000),
		"a=:" + strings.Repeat("A", 16_000), `a="` + strings.Repeat(`\\`, 8_000), strings.Repeat("a,", 8_000),
	} {
		started := time.Now()
		request := honest
		request.Fields = []Field{{"Signature-Input", text}, honest.Fields[1]}
		if codeOf(verifier, request) == "ok" || time.Since(started) > time.Second {
			t.Errorf("%.20s took %s", text, time.Since(started))
		}
	}
}

func TestAnswersShowNothing(t *testing.T) {
	seen := map[string]bool{}
	codes := map[string]bool{}
	verifier := made(t, Options{Log: func(refused *Refused) { codes[refused.Code] = true }})
	handler := verifier.Handler(http.NotFoundHandler())
	for _, name := range []string{"", "Signature", "Authorization"} {
		recorder, request := httptest.NewRecorder(), httptest.NewRequest("GET", "http://h.example/a", nil)
		if name != "" {
			request.Header.Add(name, "x")
			request.Header.Add(name, "y")
		}
		handler.ServeHTTP(recorder, request)
		seen[fmt.Sprint(recorder.Code, recorder.Header(), recorder.Body)] = true
	}
	expect(t, len(seen), 1)
	expect(t, len(codes), 3)
}
