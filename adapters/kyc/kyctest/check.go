package kyctest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/digilocker/adapters/kyc"
)

// check is a check at work.
type check struct {
	testing.TB
	Subject
	tally *tally
}

// tally is what the checks of a subject have in common. They may run at the same time.
type tally struct {
	mu      sync.Mutex
	skipped map[string]int // checks by the reason
	unfit   bool           // a check has failed because of what Local or Journey made
}

// Skip skips the check, and counts it.
func (c check) Skip(args ...any) {
	c.Helper()
	c.tally.mu.Lock()
	c.tally.skipped[fmt.Sprint(args...)]++
	c.tally.mu.Unlock()
	c.TB.Skip(args...)
}

// Skipf is Skip with a format.
func (c check) Skipf(format string, args ...any) {
	c.Helper()
	c.Skip(fmt.Sprintf(format, args...))
}

// summary says how many of the checks that ran were skipped, and why.
func (t *tally) summary(ran int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, reasons := 0, ""
	for _, reason := range slices.SortedFunc(maps.Keys(t.skipped), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.skipped[b], t.skipped[a]), strings.Compare(a, b))
	}) {
		n += t.skipped[reason]
		reasons += fmt.Sprintf("\n%5d: %s", t.skipped[reason], reason)
	}
	return fmt.Sprintf("%d of %d checks were skipped", n, ran) + reasons
}

// missing is what s must have and does not; "" if it has all.
func (s Subject) missing() string {
	switch {
	case s.Name == "":
		return "kyctest: Subject.Name is missing: it is what the provider's errors call it"
	case s.New == nil && s.Local == nil && s.Journey == nil:
		return "kyctest: Subject has none of New, Local and Journey: there is no provider to check"
	default:
		return ""
	}
}

// unfit ends the check because of what Local or Journey made. That is said once: further
// checks are skipped.
func (c check) unfit(why string) {
	c.Helper()
	c.tally.mu.Lock()
	known := c.tally.unfit
	c.tally.unfit = true
	c.tally.mu.Unlock()
	if known {
		c.Skip("another check has failed for the same reason: " + why)
	}
	c.Fatal("kyctest: " + why)
}

// notNew ends the check because the field made a provider that has journeys already, which
// the evidence tells.
func (c check) notNew(field, evidence string) {
	c.Helper()
	c.unfit("Subject." + field + " has to make another provider each time, with no journeys: " + evidence)
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
	case errors.Is(err, errNothing):
		return errNothing.Error()
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
	kyc.ErrUnverified,
}

// refused says that err is a refusal of that kind in the provider's name.
func (c check) refused(called any, given string, want kyc.Err, value any, err error) {
	c.Helper()
	_ = c.refusal(called, given, want, value, err) // it has failed the check
}

// alone says that nothing comes beside an error.
func (c check) alone(called any, given string, value any, err error) {
	c.Helper()
	if v := reflect.ValueOf(value); err != nil && v.Kind() == reflect.Pointer && !v.IsNil() {
		c.wrong(called, given, "nothing beside the error", fmt.Sprintf("a %T", value))
	}
}

// refusal is refused, and the error if it is one.
func (c check) refusal(called any, given string, want kyc.Err, value any, err error) *kyc.Error {
	c.Helper()
	c.alone(called, given, value, err)
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
func (s Subject) methods() []kyc.Method {
	var all []kyc.Method
	for _, m := range kyc.Methods() {
		if s.has(m) {
			all = append(all, m)
		}
	}
	return all
}

func (s Subject) has(m kyc.Method) bool {
	if m == kyc.MethodExchange && !s.exchanges() {
		return false
	}
	return m.Needs() == "" || slices.Contains(s.Can, m.Needs())
}

// exchanges reports whether codes can be exchanged without a user who is driven.
func (s Subject) exchanges() bool {
	return s.Back != nil && slices.Contains(s.Uncalled, kyc.MethodStart)
}

// calling are the methods that make a call.
func (s Subject) calling() []kyc.Method {
	return slices.DeleteFunc(s.methods(), func(m kyc.Method) bool { return slices.Contains(s.Uncalled, m) })
}

// asking is a method that every provider has and that makes a call about a journey.
func (s Subject) asking() kyc.Method {
	if slices.Contains(s.Uncalled, kyc.MethodStatus) {
		return kyc.MethodFetch
	}
	return kyc.MethodStatus
}

// unbound reports whether the checks call the method without the journey's Ref: Exchange is given one of its own.
func unbound(m kyc.Method) bool {
	return slices.Contains([]kyc.Method{
		kyc.MethodStart, kyc.MethodExchange, kyc.MethodCheckAccount, kyc.MethodListCatalogue,
	}, m)
}

// call calls a method, and ends the check if p does not have it.
func (c check) call(ctx context.Context, p kyc.Provider, m kyc.Method, ref kyc.Ref) (any, error) {
	c.Helper()
	c.offers(p, m)
	return c.made(ctx, p, m, ref)
}

// offers ends the check if p does not have the method.
func (c check) offers(p kyc.Provider, m kyc.Method) {
	c.Helper()
	ok := true
	switch m {
	case kyc.MethodExchange:
		_, ok = kyc.As[kyc.Exchanger](p)
	case kyc.MethodRefresh:
		_, ok = kyc.As[kyc.Refresher](p)
	case kyc.MethodReadUser:
		_, ok = kyc.As[kyc.UserReader](p)
	case kyc.MethodCheckAccount:
		_, ok = kyc.As[kyc.AccountChecker](p)
	case kyc.MethodListCatalogue:
		_, ok = kyc.As[kyc.CatalogueLister](p)
	case kyc.MethodListDocuments:
		_, ok = kyc.As[kyc.DocumentLister](p)
	case kyc.MethodFetchFile:
		_, ok = kyc.As[kyc.FileFetcher](p)
	case kyc.MethodRevoke:
		_, ok = kyc.As[kyc.Revoker](p)
	}
	if !ok {
		c.Fatalf("%s: Subject.Can says that the provider has %s, which it has not", c.Subject.Name, m)
	}
}

// made calls a method that p has. It ends no check, and so may run in any goroutine.
func (c check) made(ctx context.Context, p kyc.Provider, m kyc.Method, ref kyc.Ref) (value any, err error) {
	switch m {
	case kyc.MethodStart:
		value, err = p.Start(ctx, c.request())
	case kyc.MethodStatus:
		value, err = p.Status(ctx, ref)
	case kyc.MethodFetch:
		value, err = p.Fetch(ctx, ref, c.Document)
	case kyc.MethodExchange:
		value, err = c.exchanged(ctx, p)
	case kyc.MethodRefresh:
		can, _ := kyc.As[kyc.Refresher](p)
		value, err = can.Refresh(ctx, ref)
	case kyc.MethodReadUser:
		can, _ := kyc.As[kyc.UserReader](p)
		value, err = can.ReadUser(ctx, ref)
	case kyc.MethodCheckAccount:
		can, _ := kyc.As[kyc.AccountChecker](p)
		value, err = can.CheckAccount(ctx, c.Account)
	case kyc.MethodListCatalogue:
		can, _ := kyc.As[kyc.CatalogueLister](p)
		value, err = can.ListCatalogue(ctx)
	case kyc.MethodListDocuments:
		can, _ := kyc.As[kyc.DocumentLister](p)
		value, err = can.ListDocuments(ctx, ref)
	case kyc.MethodFetchFile:
		can, _ := kyc.As[kyc.FileFetcher](p)
		value, err = can.FetchFile(ctx, ref, c.File)
	case kyc.MethodRevoke:
		can, _ := kyc.As[kyc.Revoker](p)
		err = can.Revoke(ctx, ref)
	}
	if v := reflect.ValueOf(value); err == nil && v.Kind() == reflect.Pointer && v.IsNil() {
		err = errNothing
	}
	return value, err
}

var errNothing = errors.New("nil, and no error")

// sure is a provider for whom nil without an error is an error.
type sure struct{ kyc.Provider }

func (s sure) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	consent, err := s.Provider.Start(ctx, req)
	if consent == nil && err == nil {
		err = errNothing
	}
	return consent, err
}

func (s sure) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	consent, err := s.Provider.Status(ctx, ref)
	if consent == nil && err == nil {
		err = errNothing
	}
	return consent, err
}

func (s sure) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	record, err := s.Provider.Fetch(ctx, ref, doc)
	if record == nil && err == nil {
		err = errNothing
	}
	return record, err
}

// request is a new Request, which a provider may keep.
func (s Subject) request() kyc.StartRequest {
	r := s.Request
	r.Documents = slices.Clone(r.Documents)
	return r
}

// success is the answer with which the method succeeds.
func (c check) success(m kyc.Method) Reply {
	c.Helper()
	r := c.Operations[m].Success
	if r.Status == 0 {
		c.Skipf("Subject.Operations has no Success of %s", m)
	}
	return r
}
