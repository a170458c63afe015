package authpartner

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
)

// MaxRef is the greatest length of a Ref, in characters of base64's URL alphabet: it fits a cookie, of which browsers
// take 4096 bytes with name and attributes.
const MaxRef = 3800

// Key seals Refs: 32 random bytes that nobody else has. No way of printing it shows them.
type Key struct{ kyc.Raw }

// KeySize is the length of a Key in bytes.
const KeySize = 32

// NewKey is a Key of these bytes, which are copied. New refuses one of another length than KeySize, and one whose
// bytes are all the same.
func NewKey(secret []byte) Key { return Key{kyc.NewRaw(bytes.Clone(secret))} }

// ParseKey reads a Key from 32 bytes in base64, such as openssl rand -base64 32 prints; blanks and line breaks around
// it do not matter. Its error does not repeat the text.
func ParseKey(text string) (Key, error) {
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || !usable(secret) {
		return Key{}, fmt.Errorf("authpartner: key: %w: want 32 random bytes in base64, such as "+
			"openssl rand -base64 32 prints", kyc.ErrInvalid)
	}
	return NewKey(secret), nil
}

// usable reports whether bytes can be a key.
func usable(secret []byte) bool {
	return len(secret) == KeySize && bytes.Count(secret, secret[:1]) < KeySize
}

// What subkeys and additional data are bound to. Another form of a Ref takes another word.
const (
	forSealing = "digilocker authpartner ref v1 seal"
	forKeyID   = "digilocker authpartner ref v1 key id"
)

// idSize is the length of the id that stands in front of a Ref and names its key, so that none is tried blindly.
const idSize = 6

// alphabet is that of Refs. Strict, so that one Ref has one spelling.
var alphabet = base64.RawURLEncoding.Strict()

// sealer seals journeys into Refs of one client at one server.
type sealer struct {
	keys []subkey // newest first
	data []byte   // additional data
}

// subkey is what is derived of a Key.
type subkey struct {
	id   [idSize]byte
	aead cipher.AEAD
}

// newSealer is not ok for keys that cannot be used.
func newSealer(keys []Key, clientID, server string) (_ *sealer, ok bool) {
	s := &sealer{data: bound(forSealing, clientID, server)}
	for _, key := range keys {
		if !usable(key.Bytes()) {
			return nil, false
		}
		next, err := derive(key.Bytes())
		if err != nil || s.find(next.id[:]) != nil {
			return nil, false
		}
		s.keys = append(s.keys, next)
	}
	return s, len(s.keys) > 0
}

// bound joins texts so that no two lists of them are one.
func bound(texts ...string) (joined []byte) {
	for _, text := range texts {
		joined = binary.BigEndian.AppendUint32(joined, uint32(len(text)))
		joined = append(joined, text...)
	}
	return joined
}

func derive(secret []byte) (subkey, error) {
	id, err := hkdf.Key(sha256.New, secret, nil, forKeyID, idSize)
	if err != nil {
		return subkey{}, err
	}
	key, err := hkdf.Key(sha256.New, secret, nil, forSealing, KeySize)
	if err != nil {
		return subkey{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return subkey{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return subkey{[idSize]byte(id), aead}, err
}

// find is the key of that id, nil if there is none.
func (s *sealer) find(id []byte) cipher.AEAD {
	for _, key := range s.keys {
		if bytes.Equal(key.id[:], id) {
			return key.aead
		}
	}
	return nil
}

// seal is the Ref of a journey, by the newest key; "" if it would be longer than MaxRef.
func (s *sealer) seal(j journey) kyc.Ref {
	if sealedSize(j) > MaxRef {
		return ""
	}
	newest := s.keys[0]
	return kyc.Ref(alphabet.EncodeToString(newest.aead.Seal(newest.id[:], nil, j.text(), s.data)))
}

// sealedSize is the length of a journey's Ref.
func sealedSize(j journey) int {
	const nonceAndTag = 12 + 16
	return alphabet.EncodedLen(idSize + nonceAndTag + len(j.text()))
}

// open is the journey of a Ref. It is not ok for whatever seal did not make with one of the keys.
func (s *sealer) open(ref kyc.Ref) (j journey, ok bool) {
	if len(ref) > MaxRef {
		return journey{}, false
	}
	sealed, err := alphabet.DecodeString(string(ref))
	if err != nil || len(sealed) < idSize || strings.ContainsAny(string(ref), "\r\n") { // which base64 skips
		return journey{}, false
	}
	aead := s.find(sealed[:idSize])
	if aead == nil {
		return journey{}, false
	}
	text, err := aead.Open(nil, nil, sealed[idSize:], s.data)
	if err != nil || json.Unmarshal(text, &j) != nil {
		return journey{}, false
	}
	return j, true
}

// journey is what a Ref keeps.
type journey struct {
	State     string         `json:"s"`           // that of the authorize URL, and the journey's name for ever
	Requested []kyc.Document `json:"d"`           // in Start's order
	Started   int64          `json:"b"`           // by Options.Now, in seconds since 1970, as each time here
	ValidTill int64          `json:"e,omitempty"` // end of the consent: as asked for, then as granted; 0: not known
	Denied    bool           `json:"n,omitempty"` // the user came back with a refusal

	// Until the exchange.
	Verifier string `json:"v,omitempty"`
	ReturnTo string `json:"r,omitempty"` // redirect_uri

	// From the exchange on.
	Access   string          `json:"a,omitempty"`
	Ends     int64           `json:"x,omitempty"` // of Access, by Options.Now; 0: not known
	Refresh  string          `json:"f,omitempty"`
	Granted  *[]kyc.Document `json:"g,omitempty"` // by the scope, which has numbers of people and is not kept
	Listed   bool            `json:"l,omitempty"` // there may be others besides: see toGranted
	EAadhaar *bool           `json:"y,omitempty"`
}

// exchanged reports whether the journey has its tokens.
func (j journey) exchanged() bool { return j.Access != "" }

// is reports whether state is the journey's, in a time that does not tell how nearly.
func (j journey) is(state string) bool {
	return j.State != "" && subtle.ConstantTimeCompare([]byte(j.State), []byte(state)) == 1
}

// text is a journey as JSON, without an escape that is not needed.
func (j journey) text() []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(j); err != nil {
		panic(err) // of texts, numbers and truth values
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// past reports whether a time of a journey is over; 0 never is.
func past(end int64, now time.Time) bool { return end != 0 && !now.Before(time.Unix(end, 0)) }

// unguessable is 256 random bits in 43 characters that a URL leaves as they are.
func unguessable() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails: the process ends first
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// challenge is the code_challenge of a code_verifier by S256 (RFC 7636, section 4.2).
func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
