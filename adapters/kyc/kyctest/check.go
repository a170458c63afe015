package kyctest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"example.com/digilocker/adapters/kyc"
)

// check is a check at work.
type check struct {
	testing.TB
	Subject
}

// wrong fails the check: what was called, what it was given, and what was expected of it.
func (c check) wrong(called any, given, want, got string) {
	c.Helper()
	c.Errorf("%s: %v, given %s: want %s; got %s", c.Subject.Name, called, given, want, got)
}

// usable ends the check if something that it rests on has failed.
func (c check) usable(called any, given string, err error) {
	c.Helper()
	if err != nil {
		c.wrong(called, given, "success, on which this check rests", described(nil, err))
		c.FailNow()
	}
}

// described is what came of a call, without any text that a provider sent or a person has.
func described(value any, err error) string {
	var e *kyc.Error
	switch {
	case err == nil:
	case err == context.Canceled, err == context.DeadlineExceeded, err == errors.ErrUnsupported: //nolint:errorlint // their very values
		return "the error " + err.Error()
	case errors.As(err, &e) && e.Status != 0:
		return fmt.Sprintf("%s with HTTP %d", kind(e.Kind), e.Status)
	case kyc.KindOf(err) != "":
		return kind(kyc.KindOf(err))
	case errors.Is(err, errors.ErrUnsupported):
		return "an error that is errors.ErrUnsupported"
	default:
		return fmt.Sprintf("an error of type %T and no kind", err)
	}
	switch v := value.(type) {
	case nil:
		return "success"
	case *kyc.Consent:
		if v != nil {
			return "a consent in " + state(v.State)
		}
	case kyc.Return:
		return "a return in " + state(v.State)
	}
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && v.IsNil() {
		return "success with nil"
	}
	return fmt.Sprintf("a %T", value)
}

// state is a state in words: one that nobody documented is a provider's text.
func state(s kyc.State) string {
	switch {
	case s == "":
		return "no state"
	case s == kyc.Pending || s.Final():
		return fmt.Sprintf("the state %q", string(s))
	default:
		return "a state that nobody documented"
	}
}

// kind is what an error of that kind is called: one that is not package kyc's is a
// provider's text.
func kind(k kyc.Err) string {
	if !slices.Contains(kinds, k) {
		return "an error of a kind that package kyc does not have"
	}
	return fmt.Sprintf("an error of kind %q", string(k))
}

var kinds = []kyc.Err{
	kyc.ErrPending, kyc.ErrDenied, kyc.ErrExpired, kyc.ErrNoDocument, kyc.ErrMismatch, kyc.ErrNotFound, kyc.ErrDuplicate,
	kyc.ErrInvalid, kyc.ErrCredentials, kyc.ErrNotAllowed, kyc.ErrBalance, kyc.ErrRateLimited, kyc.ErrUnavailable, kyc.ErrUnexpected,
}

// refused says that err is a refusal of that kind in the provider's name.
func (c check) refused(called any, given string, want kyc.Err, value any, err error) {
	c.Helper()
	_ = c.refusal(called, given, want, value, err) // it has failed the check
}

// refusal is refused, and the error if it is one.
func (c check) refusal(called any, given string, want kyc.Err, value any, err error) *kyc.Error {
	c.Helper()
	var e *kyc.Error
	switch {
	case !errors.Is(err, want) || kyc.KindOf(err) != want:
		c.wrong(called, given, kind(want), described(value, err))
	case !errors.As(err, &e):
		c.wrong(called, given, "a *kyc.Error", fmt.Sprintf("an error of type %T", err))
	case e.Provider != c.Subject.Name:
		c.wrong(called, given, "an error whose Provider is Subject.Name", "one with another Provider")
	default:
		return e
	}
	return nil
}

// invalid says that err refuses a request before any call, and names the field; "" for any.
func (c check) invalid(called any, given, field string, value any, err error) {
	c.Helper()
	if e := c.refusal(called, given, kyc.ErrInvalid, value, err); e != nil && field != "" && e.Member != field {
		c.wrong(called, given, "an error whose Member is "+field, "one whose Member is another")
	}
}

// methods are those that the provider has.
func (s Subject) methods() []Method {
	var all []Method
	for _, n := range needs {
		if s.has(n.method) {
			all = append(all, n.method)
		}
	}
	return all
}

func (s Subject) has(m Method) bool {
	for _, n := range needs {
		if n.method == m {
			return n.can == "" || slices.Contains(s.Can, n.can)
		}
	}
	return false
}

// call calls a method that p has.
func (c check) call(ctx context.Context, p kyc.Provider, m Method, ref kyc.Ref) (value any, err error) {
	c.Helper()
	missing := false
	switch m {
	case Start:
		value, err = p.Start(ctx, c.request())
	case Status:
		value, err = p.Status(ctx, ref)
	case Fetch:
		value, err = p.Fetch(ctx, ref, c.Document)
	case CheckAccount:
		checker, ok := p.(kyc.AccountChecker)
		if missing = !ok; ok {
			value, err = checker.CheckAccount(ctx, c.Account)
		}
	case ListCatalogue:
		lister, ok := p.(kyc.CatalogueLister)
		if missing = !ok; ok {
			value, err = lister.ListCatalogue(ctx)
		}
	case FetchFile:
		fetcher, ok := p.(kyc.FileFetcher)
		if missing = !ok; ok {
			value, err = fetcher.FetchFile(ctx, ref, c.File)
		}
	case Revoke:
		revoker, ok := p.(kyc.Revoker)
		if missing = !ok; ok {
			err = revoker.Revoke(ctx, ref)
		}
	}
	if missing {
		c.Fatalf("%s: Subject.Can says that the provider has %s, which it has not", c.Subject.Name, m)
	}
	return value, err
}

// request is a new Request, which a provider may keep.
func (s Subject) request() kyc.StartRequest {
	r := s.Request
	r.Documents = slices.Clone(r.Documents)
	return r
}

// success is the answer with which the method succeeds.
func (c check) success(m Method) Reply {
	c.Helper()
	r := c.Operations[m].Success
	if r.Status == 0 {
		c.Skipf("Subject.Operations has no Success of %s", m)
	}
	return r
}
