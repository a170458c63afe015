package kyc

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// mask is all that a hidden value shows.
const mask = "[hidden]"

// hidden keeps a value out of whatever prints it. As fmt calls no method on an
// unexported field, the value lies behind a pointer to a pointer: under a verb
// that does not suit, fmt follows the first pointer, but never shows more of the
// second than its address.
type hidden[T any] struct {
	_ [0]func() // not comparable: == would compare addresses
	p **T
}

func hide[T any](v T) hidden[T] { return new(box[T]).hide(v) }

// box is what a hidden value points to: one allocation for pointer and value.
type box[T any] struct {
	p *T
	v T
}

func (b *box[T]) hide(v T) hidden[T] {
	b.v = v
	b.p = &b.v
	return hidden[T]{p: &b.p}
}

func (h hidden[T]) reveal() T {
	if h.p == nil {
		var zero T
		return zero
	}
	return **h.p
}

// IsZero reports whether there is no value, which is all that printing tells.
func (h hidden[T]) IsZero() bool { return h.p == nil }

// String returns a mask, or nothing for the zero value.
func (h hidden[T]) String() string {
	if h.p == nil {
		return ""
	}
	return mask
}

// GoString is String.
func (h hidden[T]) GoString() string { return h.String() }

// Format writes String, whatever the verb.
func (h hidden[T]) Format(f fmt.State, _ rune) { io.WriteString(f, h.String()) }

// LogValue is String.
func (h hidden[T]) LogValue() slog.Value { return slog.StringValue(h.String()) }

// MarshalText is String, and with it JSON, XML and YAML: a struct that reaches
// a log through an encoder tells no more than one that reaches it through fmt.
// There is no way back; decoding a mask is an error.
func (h hidden[T]) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// MarshalBinary is String, for gob and CBOR; there is no way back from it either.
func (h hidden[T]) MarshalBinary() ([]byte, error) { return []byte(h.String()), nil }

// GomegaString is String, for the messages of failed tests.
func (h hidden[T]) GomegaString() string { return h.String() }

// Private is text that no log, error or dump may show: a secret, or what is
// known of a person. The zero value is no text. It cannot be compared with ==;
// compare what Reveal returns.
type Private struct{ hidden[string] }

// Hide returns s as Private. Blank text is absent, as providers send both "" and
// " " for what they do not know.
func Hide(s string) Private {
	if strings.TrimSpace(s) == "" {
		return Private{}
	}
	return Private{hide(s)}
}

// Hider hides texts that belong together, such as those of one answer, with fewer allocations
// than Hide: what it hid stays in memory as long as any of it does. The zero value is ready to
// use, by one goroutine.
type Hider struct{ free []box[string] }

// Hide is the function Hide.
func (h *Hider) Hide(s string) Private {
	if strings.TrimSpace(s) == "" {
		return Private{}
	}
	if len(h.free) == 0 {
		h.free = make([]box[string], 16) // a name and an address
	}
	next := &h.free[0]
	h.free = h.free[1:]
	return Private{next.hide(s)}
}

// Reveal returns the text as it came, "" if there is none.
func (p Private) Reveal() string { return p.reveal() }

// Raw is a provider's answer as it came, bounded by the operation's size limit.
// The zero value is no answer.
type Raw struct{ hidden[[]byte] }

// NewRaw returns b, which it keeps, as Raw.
func NewRaw(b []byte) Raw {
	if len(b) == 0 {
		return Raw{}
	}
	return Raw{hide(b)}
}

// Bytes returns the answer itself, not a copy; nil if there is none. It is JSON
// in a Record or a Consent, and may be anything in an Error.
func (r Raw) Bytes() []byte { return r.reveal() }

// Masked is a document's number. The zero value is no number.
type Masked struct{ hidden[number] }

type number struct {
	text    string
	tail    [4]byte // of an Aadhaar number, which has no text
	exposed bool
}

// MaskAadhaar keeps of an Aadhaar number its last four digits, however it is
// masked: "xxxxxxxx1234", "XXXX-XXXX-1234", "XXXX XXXX 1234". The rest is dropped
// even if it was sent. Text that does not end in four digits gives the zero
// value.
func MaskAadhaar(s string) Masked {
	s = strings.TrimSpace(s)
	digits := 0
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			digits++
		} else if i >= len(s)-4 {
			return Masked{}
		}
	}
	if digits < 4 {
		return Masked{}
	}
	return Masked{hide(number{tail: [4]byte([]byte(s[len(s)-4:])), exposed: digits > 4})}
}

// MaskNumber keeps any other number, such as a PAN or a licence's, as given. It
// is masked only where it is printed.
func MaskNumber(s string) Masked {
	if strings.TrimSpace(s) == "" {
		return Masked{}
	}
	return Masked{hide(number{text: s})}
}

// Reveal returns the number: of Aadhaar "XXXXXXXX" and the last four digits, of
// another document all that the provider gave.
func (m Masked) Reveal() string {
	n := m.reveal()
	if n.tail != [4]byte{} {
		return "XXXXXXXX" + string(n.tail[:])
	}
	return n.text
}

// Tail returns the last four characters, for a page that the user sees; "" if
// the number is too short for four to leave half of it unsaid.
func (m Masked) Tail() string {
	text := []rune(m.Reveal())
	if len(text) < 8 {
		return ""
	}
	return string(text[len(text)-4:])
}

// Exposed reports whether the provider sent an Aadhaar number with more than its
// last four digits, which it should not: they are dropped here, but the raw
// answer has them.
func (m Masked) Exposed() bool { return m.reveal().exposed }
