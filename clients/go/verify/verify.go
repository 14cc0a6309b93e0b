// Package verify verifies HTTP requests that are signed by RFC 9421, as countersign's strict preset does: window, replay
// memory, body digest. The standard library is all it needs. Copy the folder into a service:
//
//	verifier, err := verify.New(verify.Options{
//		Keys:        verify.StaticKeys(verify.HMACKey("bot-1", secret)),
//		Authorities: []string{"api.example.com"},
//		Replay:      verify.NewMemoryStore(verify.MemoryOptions{}),
//	})
//	http.ListenAndServe(":8080", verifier.Handler(mux)) // the handler reads verify.From(r.Context())
//
// A refusal is answered with the same 401 whatever it was for. Its code and reason go to Options.Log, and nowhere else.
package verify

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Refused is why a request is refused: a code for programs, a reason for the log. Neither is for the client.
type Refused struct{ Code, Reason string }

func (r *Refused) Error() string { return r.Code + ": " + r.Reason }

func refuse(code, format string, values ...any) *Refused {
	return &Refused{code, fmt.Sprintf(format, values...)}
}

// Field is one line of a head.
type Field struct{ Name, Value string }

// Request is a request as it is on the wire: the target is raw, the body is not parsed.
type Request struct {
	Method, Scheme, Authority, Target string
	Fields                            []Field
	Body                              []byte
}

// Verdict has who sent a request, and what of it was signed. Everything else about the request is not proven.
type Verdict struct {
	Key       *Key
	Covered   []string
	CreatedMs int64
	Nonce     string
	Tag       string
	// Base is the text that was signed.
	Base string
}

// KeySource finds keys. It returns nil for a key that it does not have, and an error only where it cannot know.
type KeySource interface {
	Key(ctx context.Context, keyID string) (*Key, error)
}

// Claim is one nonce of a verified request.
type Claim struct {
	KeyID, Nonce                  string
	CreatedMs, ExpiresAtMs, NowMs int64
}

// Outcome is the answer of a store to a claim.
type Outcome string

// Claimed for the first use and for no other; all others refuse the request.
const (
	Claimed Outcome = "claimed"
	Replay  Outcome = "replay"
	Full    Outcome = "full"
	Barrier Outcome = "barrier"
)

// ReplayStore remembers nonces. Claim is atomic: of any number of equal claims exactly one is Claimed. Several processes
// that answer for the same keys share one store (Redis: SET key 1 NX PXAT, on key id, time and nonce).
type ReplayStore interface {
	Claim(ctx context.Context, claim Claim) (Outcome, error)
}

// Options of New. The zero value of each limit is that of the strict preset.
type Options struct {
	Keys        KeySource
	Authorities []string
	Replay      ReplayStore
	// MaxAge and MaxFuture: 5 minutes back, 5 seconds ahead.
	MaxAge, MaxFuture, MaxLifetime time.Duration
	MaxBodyBytes                   int64
	// Require names fields that every signature must cover besides.
	Require []string
	// Scheme is the one that clients use, where a proxy ends TLS. Default: that of the connection.
	Scheme string
	// StoreTimeout bounds what Keys and Replay may take. Default 250 ms.
	StoreTimeout time.Duration
	// Log gets the reason of each refusal. Default: log.Printf.
	Log func(*Refused)
	Now func() time.Time
}

// Verifier judges requests.
type Verifier struct {
	options     Options
	authorities map[string]bool
	challenge   string
	decoys      decoys
}

// New refuses options that cannot be safe.
func New(options Options) (*Verifier, error) {
	if options.Keys == nil || options.Replay == nil || len(options.Authorities) == 0 {
		return nil, errors.New("verify: Keys, Replay and at least one of Authorities must be there")
	}
	set(&options.MaxAge, 5*time.Minute)
	set(&options.MaxFuture, 5*time.Second)
	set(&options.MaxLifetime, time.Hour)
	set(&options.StoreTimeout, 250*time.Millisecond)
	if options.MaxBodyBytes == 0 {
		options.MaxBodyBytes = 1 << 20
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Log == nil {
		options.Log = toLog
	}
	if options.MaxAge < time.Second || options.MaxFuture < 0 || options.MaxBodyBytes < 0 || options.MaxLifetime < time.Second {
		return nil, errors.New("verify: MaxAge, MaxFuture, MaxLifetime and MaxBodyBytes must be positive")
	}
	if memory, is := options.Replay.(*MemoryStore); is && (memory.maxAgeMs < options.MaxAge.Milliseconds() || memory.maxFutureMs < options.MaxFuture.Milliseconds()) {
		return nil, errors.New("verify: Replay must remember for at least MaxAge and MaxFuture")
	}
	v := &Verifier{options: options, authorities: map[string]bool{}}
	for _, name := range options.Authorities {
		v.authorities[strings.ToLower(name)] = true
	}
	v.challenge = `sig1=("@method" "@authority" "@path" "@query" "content-digest"`
	for _, name := range options.Require {
		if !fieldName.MatchString(name) {
			return nil, errors.New("verify: Require must hold field names in lower case")
		}
		v.challenge += ` "` + name + `"`
	}
	v.challenge += `);created;nonce;keyid`
	return v, nil
}

func set(value *time.Duration, standard time.Duration) {
	if *value == 0 {
		*value = standard
	}
}

// Verify returns the verdict, or a *Refused. The nonce is claimed last, so a forgery takes none away.
func (v *Verifier) Verify(ctx context.Context, r Request) (*Verdict, error) {
	if refused := v.assertUnambiguous(r); refused != nil {
		return nil, refused
	}
	one, refused := readSignature(r.Fields)
	if refused != nil {
		return nil, refused
	}
	if !keyID.MatchString(one.keyID) {
		return nil, refuse("AUTH_MALFORMED", "the signature names no key, or one that may not be named so")
	}
	if refused := v.assertCovers(one, r); refused != nil {
		return nil, refused
	}
	if refused := v.assertWindow(one, v.nowMs()); refused != nil {
		return nil, refused
	}
	if !nonce.MatchString(one.nonce) {
		return nil, refuse("NONCE_MALFORMED", "the nonce must have 16 to 128 characters of A-Za-z0-9._~+/=-")
	}
	base, refused := baseOf(one, r)
	if refused != nil {
		return nil, refused
	}
	asking, done := context.WithTimeout(ctx, v.options.StoreTimeout)
	defer done()
	key, err := v.options.Keys.Key(asking, one.keyID)
	if err != nil {
		return nil, refuse("KEY_SOURCE_FAILED", "the key source failed")
	}
	if refused := v.decoys.assertSigned(key, one, []byte(base)); refused != nil {
		return nil, refused
	}
	now := v.nowMs()
	if refused := key.assertUsable(now); refused != nil {
		return nil, refused
	}
	if refused := assertBody(one, r); refused != nil {
		return nil, refused
	}
	// Key source and body took time: what was fresh may not be any more.
	if refused := v.assertWindow(one, now); refused != nil {
		return nil, refused
	}
	claim := Claim{KeyID: key.ID, Nonce: one.nonce, CreatedMs: one.created * 1000, NowMs: now}
	claim.ExpiresAtMs = claim.CreatedMs + v.options.MaxAge.Milliseconds() + 1
	if one.hasExpires {
		claim.ExpiresAtMs = min(claim.ExpiresAtMs, one.expires*1000+1)
	}
	claiming, claimed := context.WithTimeout(ctx, v.options.StoreTimeout)
	defer claimed()
	outcome, err := v.options.Replay.Claim(claiming, claim)
	if err != nil || outcome != Claimed {
		code, known := map[Outcome]string{Replay: "REPLAY", Full: "REPLAY_STORE_FULL", Barrier: "REPLAY_BARRIER"}[outcome]
		if err != nil || !known {
			code = "STORE_UNAVAILABLE"
		}
		return nil, refuse(code, "the replay store answered %q", outcome)
	}
	return &Verdict{key, one.components, claim.CreatedMs, one.nonce, one.tag, base}, nil
}

func (v *Verifier) nowMs() int64 { return v.options.Now().UnixMilli() }

var (
	method    = regexp.MustCompile("^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,63}$")
	target    = regexp.MustCompile(`^[!"$-\[\]-~]+$`)
	fieldName = regexp.MustCompile("^[!#$%&'*+\\-.^_`|~0-9a-z]+$")
	keyID     = regexp.MustCompile(`^[A-Za-z0-9_/+-][A-Za-z0-9._:@/+=~#-]{0,255}$`)
	nonce     = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]{16,128}$`)
	length    = regexp.MustCompile(`^[0-9]{1,15}$`)
	printable = regexp.MustCompile(`^[\t\x20-\x7e]*$`)
	absolute  = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)`)
)

// RFC 9110 5.3: two lines of one of these are two requests to two readers.
var singletons = []string{"host", "content-length", "content-type", "content-encoding", "date", "transfer-encoding"}

// Fields whose lines hosts drop or join otherwise than RFC 9421 2.1 does.
var folded = strings.Fields("age authorization content-length content-type cookie etag expires from host if-modified-since" +
	" if-unmodified-since last-modified location max-forwards proxy-authorization referer retry-after server user-agent")
var overrides = []string{"x-http-method-override", "x-http-method", "x-method-override"}

func valuesOf(fields []Field, name string) []string {
	var out []string
	for _, one := range fields {
		if strings.ToLower(one.Name) == name {
			out = append(out, strings.Trim(one.Value, " \t"))
		}
	}
	return out
}

// combined joins all lines of a field (RFC 9421 2.1); false where there is none, which is not the empty value.
func combined(fields []Field, name string) (string, bool) {
	values := valuesOf(fields, name)
	return strings.Join(values, ", "), len(values) > 0
}

func normalAuthority(authority, scheme string) string {
	port := map[string]string{"https": ":443", "http": ":80"}[strings.ToLower(scheme)]
	return strings.TrimSuffix(strings.ToLower(authority), port)
}

func (v *Verifier) assertUnambiguous(r Request) *Refused {
	if !method.MatchString(r.Method) {
		return refuse("METHOD_MALFORMED", "the method is not an upper-case token")
	}
	if !target.MatchString(r.Target) || strings.HasPrefix(r.Target, "//") {
		return refuse("TARGET_MALFORMED", "the request target holds what may not stand there")
	}
	if len(valuesOf(r.Fields, "authorization")) > 1 {
		return refuse("AUTH_DUPLICATE", "field authorization is repeated")
	}
	for _, name := range singletons {
		if len(valuesOf(r.Fields, name)) > 1 {
			return refuse("HEADER_DUPLICATE", "field %s is repeated", name)
		}
	}
	own := normalAuthority(r.Authority, r.Scheme)
	if !v.authorities[own] {
		return refuse("HOST_MISMATCH", "the request is for the host %.128q", own)
	}
	if !strings.HasPrefix(r.Target, "/") && r.Target != "*" {
		origin := absolute.FindStringSubmatch(r.Target)
		if origin == nil {
			return refuse("TARGET_MALFORMED", "the request target is neither a path, an absolute URI nor *")
		}
		if normalAuthority(origin[2], origin[1]) != own {
			return refuse("HOST_MISMATCH", "the target names another host than the Host field")
		}
	}
	if coding, is := combined(r.Fields, "content-encoding"); is && strings.ToLower(coding) != "identity" {
		return refuse("CONTENT_ENCODING_UNSUPPORTED", "the content coding is not in the policy")
	}
	if text, is := combined(r.Fields, "content-length"); is {
		if !length.MatchString(text) {
			return refuse("AUTH_MALFORMED", "Content-Length is not a number")
		}
		if size, _ := strconv.ParseInt(text, 10, 64); size > v.options.MaxBodyBytes {
			return refuse("BODY_TOO_LARGE", "the body must have at most %d bytes", v.options.MaxBodyBytes)
		}
	}
	if int64(len(r.Body)) > v.options.MaxBodyBytes {
		return refuse("BODY_TOO_LARGE", "the body must have at most %d bytes", v.options.MaxBodyBytes)
	}
	return nil
}

func (v *Verifier) assertCovers(one *signature, r Request) *Refused {
	covered := slices.Clone(one.components)
	if slices.Contains(covered, "@target-uri") {
		covered = append(covered, "@authority", "@path", "@query")
	}
	if slices.Contains(covered, "@request-target") {
		covered = append(covered, "@path", "@query")
	}
	for _, name := range append([]string{"@method", "@authority", "@path", "@query"}, v.options.Require...) {
		if !slices.Contains(covered, name) {
			return refuse("COMPONENT_MISSING", "the signature does not cover %s", name)
		}
	}
	if len(r.Body) > 0 && !slices.Contains(covered, "content-digest") {
		if _, is := combined(r.Fields, "content-digest"); !is {
			return refuse("DIGEST_MISSING", "the request has a body and no digest of it")
		}
		return refuse("COMPONENT_MISSING", "the request has a body and its signature does not cover the digest")
	}
	for _, name := range overrides {
		if _, is := combined(r.Fields, name); is && !slices.Contains(covered, name) {
			return refuse("METHOD_MALFORMED", "a method override field is not covered by the signature")
		}
	}
	for _, name := range covered {
		if slices.Contains(folded, name) && len(valuesOf(r.Fields, name)) > 1 {
			return refuse("HEADER_DUPLICATE", "the covered field %s is repeated", name)
		}
	}
	return nil
}

func (v *Verifier) assertWindow(one *signature, now int64) *Refused {
	created, expires := one.created*1000, one.expires*1000
	switch {
	case !one.hasCreated:
		return refuse("TIMESTAMP_MALFORMED", "the signature has no time")
	case created > now+v.options.MaxFuture.Milliseconds():
		return refuse("TIMESTAMP_FUTURE", "signed %d ms ahead of the clock of this server", created-now)
	case created < now-v.options.MaxAge.Milliseconds():
		return refuse("TIMESTAMP_EXPIRED", "signed %d ms ago by the clock of this server", now-created)
	case one.hasExpires && (expires < created || expires-created > v.options.MaxLifetime.Milliseconds()):
		return refuse("TIMESTAMP_MALFORMED", "the signature has a lifetime that is not allowed")
	case one.hasExpires && expires <= now:
		return refuse("TIMESTAMP_EXPIRED", "the signature has expired")
	}
	return nil
}

func baseOf(one *signature, r Request) (string, *Refused) {
	rest, isAbsolute := r.Target, false
	if origin := absolute.FindString(r.Target); origin != "" {
		rest, isAbsolute = r.Target[len(origin):], true
	}
	path, query, _ := strings.Cut(rest, "?")
	if path == "" || (isAbsolute && !strings.HasPrefix(path, "/")) {
		path = "/" + path
	}
	scheme, authority := strings.ToLower(r.Scheme), normalAuthority(r.Authority, r.Scheme)
	uri := r.Target
	if !isAbsolute {
		uri = scheme + "://" + authority + strings.TrimPrefix(r.Target, "*")
	}
	derived := map[string]string{
		"@method":    r.Method,
		"@authority": authority,
		"@path":      path,
		// RFC 9421 2.2.7: an absent query is "?".
		"@query":          "?" + query,
		"@scheme":         scheme,
		"@target-uri":     uri,
		"@request-target": r.Target,
	}
	var out strings.Builder
	for _, name := range one.components {
		value, is := derived[name]
		if !is {
			if value, is = combined(r.Fields, name); !is {
				return "", refuse("COMPONENT_MISSING", "a covered field is absent")
			}
		}
		if !printable.MatchString(value) {
			return "", refuse("AUTH_MALFORMED", "a covered value is not one line of printable ASCII")
		}
		fmt.Fprintf(&out, "\"%s\": %s\n", name, value)
	}
	return out.String() + `"@signature-params": ` + one.input, nil
}

func assertBody(one *signature, r Request) *Refused {
	if !slices.Contains(one.components, "content-digest") {
		return nil
	}
	text, _ := combined(r.Fields, "content-digest")
	members, refused := parseDictionary(text, "AUTH_MALFORMED", "Content-Digest")
	if refused != nil {
		return refused
	}
	if hasTwice(members) {
		return refuse("AUTH_MALFORMED", "the digest field names an algorithm twice")
	}
	known, matches := 0, 1
	for _, one := range members {
		var own []byte
		switch one.name {
		case "sha-256":
			sum := sha256.Sum256(r.Body)
			own = sum[:]
		case "sha-512":
			sum := sha512.Sum512(r.Body)
			own = sum[:]
		default:
			continue
		}
		stated := one.bytes()
		if len(stated) != len(own) {
			return refuse("AUTH_MALFORMED", "the %s digest has another length", one.name)
		}
		known++
		// Each one must match: an attacker may add one that does.
		matches &= subtle.ConstantTimeCompare(stated, own)
	}
	if known == 0 {
		return refuse("DIGEST_MISSING", "the signed digest names no supported algorithm")
	}
	if matches != 1 {
		return refuse("DIGEST_MISMATCH", "the body is not the one that was signed")
	}
	return nil
}
