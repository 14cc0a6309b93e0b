package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
)

type verdictKey struct{}

// From is the verdict of the request whose context this is; nil outside a Handler.
func From(ctx context.Context) *Verdict {
	verdict, _ := ctx.Value(verdictKey{}).(*Verdict)
	return verdict
}

func toLog(refused *Refused) { log.Printf("countersign: refused %s: %s", refused.Code, refused.Reason) }

// Handler lets a request through that is verified, with its body read and proven. Give the server a ReadTimeout: a body
// that never ends is the server's to cut.
func (v *Verifier) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		verdict, body, err := v.verified(w, r)
		if err != nil {
			var refused *Refused
			if !errors.As(err, &refused) {
				refused = refuse("HOST_FAULT", "an unexpected error while verifying")
			}
			v.options.Log(refused)
			v.answer(w, refused)
			return
		}
		own := r.WithContext(context.WithValue(r.Context(), verdictKey{}, verdict))
		own.Body = io.NopCloser(bytes.NewReader(body))
		own.ContentLength = int64(len(body))
		next.ServeHTTP(w, own)
	})
}

func (v *Verifier) verified(w http.ResponseWriter, r *http.Request) (*Verdict, []byte, error) {
	scheme := v.options.Scheme
	if scheme == "" {
		scheme = "http"
		if r.TLS != nil {
			scheme = "https"
		}
	}
	var fields []Field
	for name, values := range r.Header {
		for _, value := range values {
			fields = append(fields, Field{name, value})
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, v.options.MaxBodyBytes))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, nil, refuse("BODY_TOO_LARGE", "the body must have at most %d bytes", v.options.MaxBodyBytes)
		}
		return nil, nil, refuse("BODY_UNREADABLE", "the body broke off")
	}
	// RequestURI is the target as it came; URL is parsed, and another text may have the same one.
	verdict, err := v.Verify(r.Context(), Request{r.Method, scheme, r.Host, r.RequestURI, fields, body})
	return verdict, body, err
}

// answer is the same for everything that a client can be refused for.
func (v *Verifier) answer(w http.ResponseWriter, refused *Refused) {
	status := http.StatusUnauthorized
	switch refused.Code {
	case "REPLAY_STORE_FULL", "REPLAY_BARRIER", "STORE_UNAVAILABLE", "KEY_SOURCE_FAILED":
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "1")
	case "HOST_FAULT":
		status = http.StatusInternalServerError
	default:
		w.Header().Set("WWW-Authenticate", "Signature")
		w.Header().Set("Accept-Signature", v.challenge)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type": "about:blank", "title": %q, "status": %d}`, http.StatusText(status), status)
}
