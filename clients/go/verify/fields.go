package verify

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
)

const (
	maxField      = 16_384
	maxSignatures = 16
	maxComponents = 64
	maxParameters = 32
	maxSeconds    = 253_402_300_799
)

// Structured fields (RFC 9651): what the two fields of a signature and a digest need, and nothing else.
type bare struct{ kind, text string }
type parameter struct {
	name  string
	value bare
}
type item struct {
	value  bare
	params []parameter
}
type member struct {
	name   string
	isList bool
	items  []item
	params []parameter
}

// bytes are those of a member that is a byte sequence in canonical base64; nil otherwise.
func (m member) bytes() []byte {
	if m.isList || m.items[0].value.kind != "binary" {
		return nil
	}
	return decoded(m.items[0].value.text)
}

func decoded(text string) []byte {
	out, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(out) != text {
		return nil
	}
	return out
}

func hasTwice(members []member) bool {
	seen := map[string]bool{}
	for _, one := range members {
		if seen[one.name] {
			return true
		}
		seen[one.name] = true
	}
	return false
}

var (
	sfKey    = regexp.MustCompile(`^[a-z*][a-z0-9_.*-]*`)
	sfToken  = regexp.MustCompile("^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*")
	sfString = regexp.MustCompile(`^"(?:[ !#-\[\]-~]|\\["\\])*"`)
	sfNumber = regexp.MustCompile(`^-?[0-9]+(?:\.[0-9]*)?`)
	sfBinary = regexp.MustCompile(`^:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?:`)
	escaped  = regexp.MustCompile(`\\(.)`)
	unsafe   = regexp.MustCompile(`(["\\])`)
)

// What a parameter is refused with that does not parse or has another type.
var badParameter = map[string]string{"created": "TIMESTAMP_MALFORMED", "expires": "TIMESTAMP_MALFORMED", "nonce": "NONCE_MALFORMED"}

type parser struct {
	text, rest, code, what string
}

// A panic with a *Refused leaves the parser, and nothing but the parser.
func (p *parser) fail() {
	at, code := len(p.text)-len(p.rest), p.code
	if p.what == "Signature-Input" {
		// Inside a time or a nonce the code is that of the time or the nonce.
		start := strings.LastIndexByte(p.text[:min(max(at, 1), len(p.text))], ';') + 1
		near := strings.TrimLeft(p.text[start:min(at+1, len(p.text))], " ")
		if name, _, is := strings.Cut(near, "="); is && badParameter[name] != "" {
			code = badParameter[name]
		}
	}
	panic(refuse(code, "%s does not parse at character %d", p.what, at))
}

func (p *parser) take(pattern *regexp.Regexp) string {
	found := pattern.FindString(p.rest)
	if found == "" {
		p.fail()
	}
	p.rest = p.rest[len(found):]
	return found
}

func (p *parser) is(character byte) bool { return len(p.rest) > 0 && p.rest[0] == character }

func parseDictionary(text, code, what string) (out []member, refused *Refused) {
	defer func() {
		if failed := recover(); failed != nil {
			out, refused = nil, failed.(*Refused)
		}
	}()
	p := &parser{text, text, code, what}
	p.rest = strings.TrimLeft(p.rest, " ")
	for len(p.rest) > 0 {
		one := member{name: p.take(sfKey)}
		if !p.is('=') {
			one.items = []item{{bare{"boolean", "1"}, nil}}
		} else if p.rest = p.rest[1:]; p.is('(') {
			one.isList, one.items = true, p.innerList()
		} else {
			one.items = []item{{p.bare(), nil}}
		}
		one.params = p.parameters()
		out = append(out, one)
		if p.rest = strings.TrimLeft(p.rest, " \t"); len(p.rest) == 0 {
			break
		}
		if !p.is(',') {
			p.fail()
		}
		if p.rest = strings.TrimLeft(p.rest[1:], " \t"); len(p.rest) == 0 {
			p.fail()
		}
	}
	return out, nil
}

func (p *parser) innerList() (items []item) {
	p.rest = p.rest[1:]
	for {
		before := len(p.rest)
		p.rest = strings.TrimLeft(p.rest, " ")
		if p.is(')') {
			p.rest = p.rest[1:]
			return items
		}
		if p.rest == "" || (len(items) > 0 && len(p.rest) == before) {
			p.fail()
		}
		value := p.bare()
		items = append(items, item{value, p.parameters()})
	}
}

func (p *parser) parameters() (out []parameter) {
	for p.is(';') {
		p.rest = strings.TrimLeft(p.rest[1:], " ")
		one := parameter{p.take(sfKey), bare{"boolean", "1"}}
		if p.is('=') {
			p.rest = p.rest[1:]
			one.value = p.bare()
		}
		out = append(out, one)
	}
	return out
}

func (p *parser) bare() bare {
	switch {
	case p.is('"'):
		text := p.take(sfString)
		return bare{"string", escaped.ReplaceAllString(text[1:len(text)-1], "$1")}
	case p.is(':'):
		text := p.take(sfBinary)
		return bare{"binary", text[1 : len(text)-1]}
	case strings.HasPrefix(p.rest, "?0"), strings.HasPrefix(p.rest, "?1"):
		text := p.rest[1:2]
		p.rest = p.rest[2:]
		return bare{"boolean", text}
	case len(p.rest) > 0 && (p.rest[0] == '-' || (p.rest[0] >= '0' && p.rest[0] <= '9')):
		text := p.take(sfNumber)
		whole, fraction, dot := strings.Cut(strings.TrimPrefix(text, "-"), ".")
		if len(whole) > 15 || (dot && (len(whole) > 12 || len(fraction) < 1 || len(fraction) > 3)) {
			p.fail()
		}
		if dot {
			return bare{"decimal", text}
		}
		// The text is kept: a time with a sign or a zero before it was not written by a signer.
		return bare{"integer", text}
	}
	return bare{"token", p.take(sfToken)}
}

// signature is the one signature of a request, as it claims to be.
type signature struct {
	bytes                  []byte
	components             []string
	created, expires       int64
	hasCreated, hasExpires bool
	nonce, alg, keyID, tag string
	hasAlg                 bool
	input                  string
}

func readSignature(fields []Field) (*signature, *Refused) {
	inputText, hasInput := combined(fields, "signature-input")
	signatureText, hasSignature := combined(fields, "signature")
	switch {
	case !hasInput && !hasSignature:
		return nil, refuse("AUTH_MISSING", "the request carries no signature")
	case !hasInput || !hasSignature:
		return nil, refuse("AUTH_MALFORMED", "Signature and Signature-Input must come together")
	case len(inputText) > maxField || len(signatureText) > maxField:
		return nil, refuse("AUTH_TOO_LARGE", "a field of the signature has more than %d characters", maxField)
	}
	inputs, refused := parseDictionary(inputText, "AUTH_MALFORMED", "Signature-Input")
	if refused != nil {
		return nil, refused
	}
	signatures, refused := parseDictionary(signatureText, "SIGNATURE_MALFORMED", "Signature")
	if refused != nil {
		return nil, refused
	}
	switch {
	case len(inputs) == 0 || len(signatures) == 0:
		return nil, refuse("AUTH_MALFORMED", "a field of the signature is empty")
	case len(inputs) > maxSignatures || len(signatures) > maxSignatures:
		return nil, refuse("AUTH_TOO_LARGE", "more than %d signatures", maxSignatures)
	case hasTwice(inputs) || hasTwice(signatures):
		return nil, refuse("AUTH_DUPLICATE", "a label stands twice")
	case len(inputs) != len(signatures) || !hasTwice(append([]member{inputs[0]}, signatures...)):
		return nil, refuse("AUTH_MALFORMED", "Signature and Signature-Input name different labels")
	case len(inputs) > 1:
		return nil, refuse("AUTH_DUPLICATE", "the request carries several signatures")
	case !inputs[0].isList:
		return nil, refuse("AUTH_MALFORMED", "Signature-Input holds a member that is not an inner list")
	}
	one := &signature{bytes: signatures[0].bytes()}
	if refused := one.readParameters(inputs[0].params); refused != nil {
		return nil, refused
	}
	if len(one.bytes) == 0 || len(signatures[0].params) > 0 {
		return nil, refuse("SIGNATURE_MALFORMED", "Signature expected a byte sequence in canonical base64")
	}
	if refused := one.readComponents(inputs[0].items); refused != nil {
		return nil, refused
	}
	// In the order they came (RFC 9421 2.5).
	one.input = `("` + strings.Join(one.components, `" "`) + `")`
	if len(one.components) == 0 {
		one.input = "()"
	}
	for _, p := range inputs[0].params {
		text := p.value.text
		if p.value.kind == "string" {
			text = `"` + unsafe.ReplaceAllString(text, `\$1`) + `"`
		}
		one.input += ";" + p.name + "=" + text
	}
	return one, nil
}

// Names that RFC 9421 registers: one that this package cannot verify is still no unknown one.
var algorithms = strings.Fields("hmac-sha256 hmac-sha512 ed25519 ecdsa-p256-sha256 ecdsa-p384-sha384 rsa-pss-sha512 rsa-v1_5-sha256")

func (s *signature) readParameters(params []parameter) *Refused {
	if len(params) > maxParameters {
		return refuse("AUTH_TOO_LARGE", "a signature expected at most %d parameters", maxParameters)
	}
	texts := map[string]*string{"nonce": &s.nonce, "alg": &s.alg, "keyid": &s.keyID, "tag": &s.tag}
	times := map[string]*int64{"created": &s.created, "expires": &s.expires}
	seen := map[string]bool{}
	for _, p := range params {
		text, time := texts[p.name], times[p.name]
		if seen[p.name] || (text == nil && time == nil) {
			return refuse("AUTH_MALFORMED", "a signature parameter is repeated or unknown")
		}
		seen[p.name] = true
		if (text != nil && p.value.kind != "string") || (time != nil && p.value.kind != "integer") {
			code := badParameter[p.name]
			if p.name == "alg" {
				code = "ALG_UNSUPPORTED"
			} else if code == "" {
				code = "AUTH_MALFORMED"
			}
			return refuse(code, "%s has another type", p.name)
		}
		if text != nil {
			*text = p.value.text
			continue
		}
		if p.value.text[0] == '-' || (p.value.text[0] == '0' && p.value.text != "0") {
			return refuse("TIMESTAMP_MALFORMED", "a time has a sign or leading zeros")
		}
		seconds, _ := strconv.ParseInt(p.value.text, 10, 64)
		*time = min(seconds, maxSeconds)
	}
	s.hasCreated, s.hasExpires, s.hasAlg = seen["created"], seen["expires"], seen["alg"]
	if s.hasAlg {
		for _, name := range algorithms {
			if name == s.alg {
				return nil
			}
		}
		return refuse("ALG_UNSUPPORTED", "the signature names an algorithm that is not supported")
	}
	return nil
}

var derivedNames = strings.Fields("@method @authority @path @query @scheme @target-uri @request-target")

func (s *signature) readComponents(items []item) *Refused {
	if len(items) > maxComponents {
		return refuse("AUTH_TOO_LARGE", "expected at most %d components", maxComponents)
	}
	seen := map[string]bool{}
	for _, one := range items {
		name := one.value.text
		known := fieldName.MatchString(name) && name != "set-cookie"
		for _, derived := range derivedNames {
			known = known || name == derived
		}
		switch {
		case len(one.params) > 0:
			return refuse("AUTH_MALFORMED", "components with parameters are not supported")
		case one.value.kind != "string" || !known:
			return refuse("AUTH_MALFORMED", "a covered component is unknown or no lower-case name")
		case seen[name]:
			return refuse("AUTH_MALFORMED", "a signature covers a component twice")
		}
		seen[name] = true
		s.components = append(s.components, name)
	}
	return nil
}
