package failover

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/digilocker/adapters/kyc"
)

// Error is why no member opened a journey. To [errors.Is], [errors.As],
// [kyc.KindOf] and the rest it is one member's error, so that a switch over kinds
// finds one answer: the last error that is not [errors.ErrUnsupported], as one
// member's outage passes where another's inability does not.
type Error struct {
	Attempts []Attempt // in the order made, at least one; members that were not asked are not in it
}

// Attempt is what one member answered.
type Attempt struct {
	Name string // the Member's
	Err  error  // as the member returned it
}

// Error says of each attempt which member refused and why. It repeats a
// [*kyc.Error]; what else a member may return it does not trust to be fit for a
// log, and names its kind or type.
func (e *Error) Error() string {
	said := make([]string, len(e.Attempts))
	for i, a := range e.Attempts {
		// Who is called as its provider is said once.
		said[i] = a.Name + ": " + strings.TrimPrefix(printable(a.Err), a.Name+": ")
	}
	return "failover: start: " + strings.Join(said, "; ")
}

// Format writes Error whatever the verb, as %#v would show the members' errors.
func (e Error) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.Error()) }

// MarshalText returns Error, for encoders.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// GomegaString is Error, for the messages of failed tests.
func (e Error) GomegaString() string { return e.Error() }

// Unwrap returns the one member's error that decides.
func (e *Error) Unwrap() error {
	var last error
	for _, a := range e.Attempts {
		if last == nil || !kyc.Unsupported(a.Err) {
			last = a.Err
		}
	}
	return last
}

func printable(err error) string {
	var refused *kyc.Error
	switch {
	case errors.As(err, &refused):
		return refused.Error()
	case kyc.Unsupported(err):
		return errors.ErrUnsupported.Error()
	case kyc.KindOf(err) != "":
		return string(kyc.KindOf(err))
	default:
		return fmt.Sprintf("%T", err)
	}
}
