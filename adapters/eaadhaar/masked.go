package eaadhaar

import (
	"fmt"
	"io"
	"log/slog"
)

const mask = "****"

// masked holds a value that nothing prints. The pointers are deliberate: fmt
// does not call methods on unexported fields, so that a caller's struct with one
// of these in an unexported field would print the value. It prints the address
// of a pointer below the top level; of a pointer under a verb that does not fit,
// it prints what is behind it, but only one step (see badVerb in fmt).
type masked[T any] struct{ p **T }

func hide[T any](v T) masked[T] {
	p := &v
	return masked[T]{p: &p}
}

func (m masked[T]) get() (v T) {
	if m.p != nil {
		v = **m.p
	}
	return v
}

// IsZero reports whether the document left the value out or empty.
func (m masked[T]) IsZero() bool { return m.p == nil }

// String returns a mask, or "" for the zero value.
func (m masked[T]) String() string {
	if m.p == nil {
		return ""
	}
	return mask
}

// GoString returns what String returns.
func (m masked[T]) GoString() string { return m.String() }

// Format writes what String returns, whatever the verb.
func (m masked[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, m.String()) }

// LogValue returns what String returns.
func (m masked[T]) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalText returns what String returns, on purpose: a document that reaches
// encoding/json or encoding/xml by accident leaks nothing. Whoever wants to
// store a value copies it out by name.
func (m masked[T]) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Text is a piece of a document about a person. It prints, logs and marshals as
// a mask. The zero value is a value that the document left out or empty. Compare
// what Reveal returns: two Texts of one value are not equal under ==.
type Text struct{ masked[string] }

func newText(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{hide(s)}
}

// Reveal returns the value, surrounding white space removed.
func (t Text) Reveal() string { return t.get() }

// AadhaarNumber is the last four digits of an Aadhaar number, all that a
// document may show. It prints, logs and marshals as a mask. The zero value is
// a number that the document left out.
//
// Sources write the masked part differently (xxxxxxxx0000, XXXX-XXXX-0000);
// compare only Last4. Four digits identify nobody.
type AadhaarNumber struct{ masked[string] }

// Last4 returns the last four digits, or "".
func (n AadhaarNumber) Last4() string { return n.get() }

// parseAadhaar reads a masked number. It keeps the last four digits and refuses
// a digit in front of them.
func parseAadhaar(s string) (AadhaarNumber, error) {
	var shown []byte
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' || c == '-':
		case c == 'x' || c == 'X' || c == '*':
			if len(shown) > 0 {
				return AadhaarNumber{}, refuse(ErrContent, "Aadhaar number masked behind its digits")
			}
		case '0' <= c && c <= '9':
			shown = append(shown, c)
		default:
			return AadhaarNumber{}, refuse(ErrContent, "Aadhaar number of unknown form")
		}
	}
	switch {
	case len(shown) > 4:
		return AadhaarNumber{}, refuse(ErrUnmasked, "")
	case len(shown) == 4:
		return AadhaarNumber{hide(string(shown))}, nil
	case s == "":
		return AadhaarNumber{}, nil
	}
	return AadhaarNumber{}, refuse(ErrContent, "Aadhaar number of unknown form")
}

// Gender is what the document states, in any of its spellings. It prints, logs
// and marshals as a mask; only in an unexported field of somebody's struct does
// fmt print its number.
type Gender uint8

// The genders that UIDAI and the issuers write: M, F, T, MALE, Female, ...
const (
	GenderUnstated Gender = iota // left out, empty, or a word nobody documented: see Person.GenderText
	Male
	Female
	Transgender
)

// String returns a mask, or "" for GenderUnstated.
func (g Gender) String() string {
	if g == GenderUnstated {
		return ""
	}
	return mask
}

// GoString returns what String returns.
func (g Gender) GoString() string { return g.String() }

// Format writes what String returns, whatever the verb.
func (g Gender) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, g.String()) }

// LogValue returns what String returns.
func (g Gender) LogValue() slog.Value { return slog.StringValue(g.String()) }

// MarshalText returns what String returns, on purpose; see Text.
func (g Gender) MarshalText() ([]byte, error) { return []byte(g.String()), nil }
