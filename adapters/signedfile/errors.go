package signedfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"example.com/digilocker/adapters/eaadhaar"
	"example.com/digilocker/adapters/kyc"
)

// Step is where a check ended.
type Step string

// The steps, in their order.
const (
	StepFile     Step = "no signed file" // the provider hands out none, or its link could not be read
	StepLink     Step = "link expired"   // nothing was sent
	StepDownload Step = "download"       // the cause is a wire.Error, or of Check the end of its context
	StepUnpack   Step = "unpack"         // the cause is a wire.Error, or that of Checker.Unpack
	StepVerify   Step = "verify"         // the cause is an eaadhaar.Error
	StepCompare  Step = "compare"        // the file is genuine, and does not say what the provider says
)

// Error is a record that could not be verified. No way of printing it shows what the record or the file says, or where
// the file is. errors.Is and errors.As find its kind and its cause; it has no Unwrap, by which a printer would.
type Error struct {
	Step Step
	Kind kyc.Err // kyc.ErrUnavailable of a download that may be repeated, else kyc.ErrUnverified
	Why  string  // what is wrong, in our own words; of StepCompare the names of the members

	held func() held // a closure, into which no printer looks
}

// held is what an Error does not print, but for detail; each may be empty.
type held struct {
	detail  string // what Error says in the place of Why
	cause   error
	record  *kyc.Record
	finding *Finding
}

// fail is an Error without a record, of the kind kyc.ErrUnverified.
func fail(step Step, why string, cause error) *Error {
	return &Error{step, kyc.ErrUnverified, why, func() held { return held{cause: cause} }}
}

// failed is fail with what the cause, an error of wire or eaadhaar, says. Of the latter Why has the reason alone, which
// is constant text.
func failed(step Step, cause error) *Error {
	detail := strings.TrimPrefix(strings.TrimPrefix(cause.Error(), "wire: "), "eaadhaar: ")
	why := detail
	if e := (*eaadhaar.Error)(nil); errors.As(cause, &e) {
		why = string(e.Reason)
	}
	return &Error{step, kyc.ErrUnverified, why, func() held { return held{detail: detail, cause: cause} }}
}

// of is e about that record, and with that finding, which may be nil.
func (e *Error) of(r *kyc.Record, f *Finding) *Error {
	now := e.hidden()
	now.record, now.finding = r, f
	return &Error{e.Step, e.Kind, e.Why, func() held { return now }}
}

func (e *Error) hidden() held {
	if e.held == nil {
		return held{}
	}
	return e.held()
}

// Record is what the provider says, which may have been billed: to be checked again after a download that may be
// repeated, or to be looked at by somebody. It is not verified. Nil of ReadFile, and if there was none.
func (e *Error) Record() *kyc.Record { return e.hidden().record }

// Finding is what the signed file says, and the comparison that failed; nil unless Step is StepCompare.
func (e *Error) Finding() *Finding { return e.hidden().finding }

// Error names the step and what is wrong.
func (e *Error) Error() string {
	return "signedfile: " + string(e.Step) + ": " + cmp.Or(e.hidden().detail, e.Why)
}

// Reason is what an error of package kyc says of its cause: step and what is wrong.
func (e *Error) Reason() string { return string(e.Step) + ": " + e.Why }

// Format writes Error whatever the verb.
func (e Error) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.Error()) }

// GoString is Error, for printers other than fmt.
func (e Error) GoString() string { return e.Error() }

// MarshalText is Error, for encoders.
func (e Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }

// MarshalBinary is MarshalText, for gob and CBOR.
func (e Error) MarshalBinary() ([]byte, error) { return e.MarshalText() }

// GomegaString is Error, for the messages of failed tests.
func (e Error) GomegaString() string { return e.Error() }

// LogValue is Error, also where an Error is logged by value.
func (e Error) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// Is reports whether target is e's kind or is found in its cause.
func (e *Error) Is(target error) bool {
	return target == error(e.Kind) || errors.Is(e.hidden().cause, target)
}

// As finds e's kind as a kyc.Err, and any other target in its cause, but for a *kyc.Error there, whose kind would stand
// in the place of e's.
func (e *Error) As(target any) bool {
	switch t := target.(type) {
	case *kyc.Err:
		*t = e.Kind
		return true
	case **kyc.Error:
		return false
	default:
		return errors.As(e.hidden().cause, target)
	}
}
