// Package kyctest checks what every [kyc.Provider] must do, for whoever writes one.
//
//	func TestProvider(t *testing.T) {
//		kyctest.Test(t, kyctest.Subject{
//			Name: "acme",
//			New: func(base string, client *http.Client) (kyc.Provider, error) {
//				return acme.New(base, creds, acme.Options{HTTPClient: client})
//			},
//			Secrets:    []string{creds.Secret.Reveal()},
//			Operations: map[kyc.Method]kyctest.Operation{...},
//		})
//	}
//
// A [Subject] says what there is to check: an adapter over HTTP, one that makes no calls,
// a provider whose user can be driven. What it does not say is not checked, and the check
// is skipped with the reason. In another test framework, [Checks] gives each check by name.
//
// # What is expected
//
// It is what package kyc says, and this besides. What is refused before any call is a
// [*kyc.Error] whose Member names the field of the request, or "Ref". A constructor refuses
// with [kyc.ErrInvalid] a base URL that is not absolute http or https, or has more than a
// scheme, a host and a path. Status tells of the Ref that it was asked about, or of one that
// begins with it. What fails returns nothing beside its error, and nil is no success. An answer without a documented code means what its status means
// ([kyc.KindOfStatus]), and one that is cut off, or does not come, that the provider is
// unavailable. No redirect is followed, and no more than 10 MiB are read; package wire does
// so for whoever uses it.
//
// # Failures
//
// A failure says which method was given what, what was expected of it, and what came. It
// shows no text of an answer, no error's message and no secret. Run with -race, the checks
// of several callers at once find what they share.
//
// The package registers nothing and defines no flag. It starts servers on 127.0.0.1 and
// calls nobody else.
package kyctest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"example.com/digilocker/adapters/kyc"
)

// Subject is what is told of the provider to check. Name and one of New, Local and Journey
// are required. Any other field may be zero: then the provider has no such thing, and what
// needs it is skipped.
type Subject struct {
	// Name is what the provider's errors call it ([kyc.Error].Provider).
	Name string

	// New makes an adapter over HTTP for the server at base, with credentials. It sends
	// through client or, if that is nil, through one of its own. Nil: the provider makes no
	// calls over HTTP.
	New func(base string, client *http.Client) (kyc.Provider, error)
	// Bare is New without the credentials that New has. Nil: none are needed.
	Bare func(base string) (kyc.Provider, error)
	// Local makes a provider that makes no calls over HTTP, each time another one with no
	// journeys. Nil: Journey's, if there is one. Local alone checks no journey: what a user
	// decides, and what comes of it, is checked where there is a Journey.
	Local func(testing.TB) kyc.Provider
	// Journey makes a provider whose user can be driven, each time another one with no
	// journeys. Nil: no user can be driven.
	Journey func(testing.TB) *Journey
	// Outcomes are what becomes of a journey where that is not what package kyc says.
	Outcomes map[Way]Outcome

	// Uncalled are methods that make no call, such as a Start that builds the link itself and a Status that the Ref
	// tells. No answer to them is checked, but that they make none. A journey of such a Start is known nowhere else.
	Uncalled []kyc.Method
	// Back is the address to which the user of a Consent returns who consented, for an adapter over HTTP that is a
	// [kyc.Exchanger] and whose Start is Uncalled. Without it Exchange is checked in a Journey alone.
	Back func(*kyc.Consent) *url.URL

	// Can is what the provider can do besides [kyc.Provider], and no more, in any order. Said
	// twice is said once.
	Can []kyc.Capability
	// Secrets are texts that nothing printed may show, such as the credentials of New.
	Secrets []string
	// Printed are values besides the provider that hold Secrets, such as credentials and
	// options.
	Printed []any

	// Request starts a journey. Default: the ID order-42, Document, and a ReturnTo at
	// https://shop.example.
	Request kyc.StartRequest
	// Document is what Fetch is asked for, one of Request's. Default: kyc.Aadhaar.
	Document kyc.Document
	// File and Account are what FetchFile and CheckAccount are asked for. Default: a file of
	// no known type, and an account by an invented mobile number.
	File    kyc.FileRequest
	Account kyc.AccountQuery
	// Ref names a journey, for an adapter over HTTP. Default: that of the Consent that
	// Operations[Start].Success starts or, with Back, of the Return that Operations[Exchange].Success gives.
	Ref kyc.Ref
	// Refused are Refs, besides those that no provider takes, that this one must refuse.
	Refused []kyc.Ref
	// Named are texts of which one stands in each request about the journey Ref, its Authorization included. Default:
	// Ref itself.
	Named []string

	// Operations are the provider's answers over HTTP, by the method that asks for them.
	Operations map[kyc.Method]Operation
	// Protocol are the names of those members of answers that are never personal data,
	// because the adapter decides by them: status, code. Into all other texts a seed is
	// sown, of which nothing printed may show a trace. Nil: no seed is sown.
	Protocol []string
	// Odd is an answer to Status with a state that nobody documented, and OddState is that
	// state. The zero value: the provider has no word for a state.
	Odd      Reply
	OddState kyc.State
	// Webhooks are deliveries, each of another event, for a provider that New or Local makes.
	// Nil: none are known.
	Webhooks []Webhook
	// NoContent is what an answer with HTTP 204 means. Default: kyc.ErrUnexpected.
	NoContent kyc.Err
	// Returns are the addresses to which users return. Nil: nothing is known of them.
	Returns *Returns
}

// Operation is what is told of the operation behind a method.
type Operation struct {
	// ID is what errors call it ([kyc.Error].Op). Default: any name.
	ID string
	// First is what errors call the operation that the method calls before this one, such as a list; "" for none.
	First string
	// Success is an answer with which the method succeeds: a JSON object or, as its Type then says, something else,
	// such as XML or nothing. Zero: none is told.
	Success Reply
	// Refusal is an answer with a status of its own, from 400, and a code. Kind is the
	// error that it leads to. Zero: none is told.
	Refusal Reply
	Kind    kyc.Err
	// Limit is the size in bytes of the largest answer that is read, unpacked. Default: 10 MiB.
	Limit int64
}

// Webhook is a delivery that is signed as it has to be.
type Webhook struct {
	Header  http.Header
	Body    []byte
	Foreign bool // the event is of no journey
}

// Reply is an answer over HTTP.
type Reply struct {
	Status int    // 0: there is no such answer
	Type   string // the media type. Default: application/json
	Body   []byte
}

// Returns are what is known of the addresses to which users return.
type Returns struct {
	// Answers are the parameters that tell what the user decided, and IDs those that name
	// the journey. Both may be nil.
	Answers, IDs []string
	// Other is the query of an address that names another journey than Ref; "" if an address
	// does not say enough to tell.
	Other string
}

// Journey is a provider whose user can be driven. Provider and Allow are required; another
// field that is nil is something that cannot be brought about, or is not known.
//
// Those who let the user decide may complete the Ref of the Consent, where the user's return has
// what no answer tells. Of a [kyc.Exchanger] Withhold and Lack do, by [kyc.Complete], and Allow does not.
type Journey struct {
	Provider kyc.Provider
	// Allow lets the user consent to all that was asked for, which may be other documents than
	// Request's. The user has Request's. It returns the address to which the user is sent.
	Allow func(context.Context, *kyc.Consent) (*url.URL, error)
	// Deny lets the user refuse, with the address as Allow.
	Deny func(context.Context, *kyc.Consent) (*url.URL, error)
	// Withhold lets the user consent, and share no document.
	Withhold func(context.Context, *kyc.Consent) error
	// Lack lets a user consent whose account does not have the document.
	Lack func(context.Context, *kyc.Consent) error
	// Expire lets time pass until the user can follow the link no more.
	Expire func(context.Context, *kyc.Consent) error
	// Lapse lets time pass, after Allow, until the consent has run out.
	Lapse func(context.Context, *kyc.Consent) error
	// Deliver is the webhook that tells how the journey is.
	Deliver func(context.Context, *kyc.Consent) (http.Header, []byte, error)
	// Numbers are those of the documents that the user of Allow has, as [kyc.Masked] reveals
	// them.
	Numbers map[kyc.Document]string
}

// Way is a way in which a journey does not go well.
type Way string

// The ways.
const (
	Early    Way = "the document is asked for too early"
	Denied   Way = "the user refuses"
	Withheld Way = "the user does not share the document"
	Lacking  Way = "the account does not have the document"
	Expired  Way = "nobody follows the link in time"
	Lapsed   Way = "the consent runs out"
	Revoked  Way = "the consent is revoked"
)

// Outcome is what becomes of a journey: the State that Status says, or "" where Status fails
// with Kind; and the Kind of Fetch's error.
type Outcome struct {
	State kyc.State
	Kind  kyc.Err
}

// outcomes are those of package kyc.
var outcomes = map[Way]Outcome{
	Early:    {kyc.Pending, kyc.ErrPending},
	Denied:   {kyc.Denied, kyc.ErrDenied},
	Withheld: {kyc.Granted, kyc.ErrDenied},
	Lacking:  {kyc.Granted, kyc.ErrNoDocument},
	Expired:  {kyc.Expired, kyc.ErrExpired},
	Lapsed:   {kyc.Expired, kyc.ErrExpired},
	Revoked:  {kyc.Revoked, kyc.ErrExpired},
}

// Check is one thing that every provider must do.
type Check struct {
	Group string // when it is checked: "before any call", "in a journey", ...
	Name  string // what the provider does then: with Group unique among the checks
	// Alone says that nothing else may run in the process, since the check counts what the
	// whole process allocates or leaves running.
	Alone bool
	// Run runs the check.
	Run func(t testing.TB)
}

// Test runs all checks as subtests of t, one after the other. It logs how many were skipped
// for want of which field, which go test -v shows.
func Test(t *testing.T, s Subject) {
	t.Helper()
	if missing := s.missing(); missing != "" {
		t.Fatal(missing)
	}
	l := checks(s)
	ran := 0
	for all := l.all; len(all) > 0; {
		group := all[0].Group
		n := slices.IndexFunc(all, func(c Check) bool { return c.Group != group })
		if n < 0 {
			n = len(all)
		}
		t.Run(group, func(t *testing.T) {
			for _, c := range all[:n] {
				t.Run(c.Name, func(t *testing.T) { ran++; c.Run(t) })
			}
		})
		all = all[n:]
	}
	t.Log(l.tally.summary(ran))
}

// Checks are all checks of s, those of a group beside each other. What s does not have is
// skipped by the check that needs it. Nothing is called before one is run.
func Checks(s Subject) []Check { return checks(s).all }

// checks are those of s, and what they have in common.
func checks(s Subject) *list {
	if s.Document == "" {
		s.Document = kyc.Aadhaar
	}
	if len(s.Request.Documents) == 0 {
		s.Request.Documents = []kyc.Document{s.Document}
	}
	if s.Request.ReturnTo == "" {
		s.Request.ReturnTo = "https://shop.example/back"
	}
	if s.Request.ID == "" {
		s.Request.ID = "order-42"
	}
	if s.File.Type == "" {
		s.File = kyc.FileRequest{Type: "NONE", IssuerID: "000000", Format: "pdf"}
	}
	if s.Account.Mobile.IsZero() && s.Account.Aadhaar.IsZero() {
		s.Account = kyc.AccountQuery{ID: "order-43", Mobile: kyc.Hide("1000000000")}
	}
	if s.NoContent == "" {
		s.NoContent = kyc.ErrUnexpected
	}
	l := &list{subject: s, tally: &tally{skipped: map[string]int{}}}
	l.construction()
	l.requests()
	l.calls()
	l.privacy()
	l.returns()
	l.exchange()
	l.webhooks()
	l.replies()
	l.journeys()
	return l
}

// list collects the checks of a subject.
type list struct {
	subject Subject
	group   string
	all     []Check
	tally   *tally
}

func (l *list) add(name string, run func(c check)) {
	c := check{Subject: l.subject, tally: l.tally}
	l.all = append(l.all, Check{Group: l.group, Name: name, Run: func(t testing.TB) {
		t.Helper()
		if missing := c.missing(); missing != "" {
			t.Fatal(missing)
		}
		c := c
		c.TB = t
		run(c)
	}})
}

// alone adds a check during which nothing else may run.
func (l *list) alone(name string, run func(c check)) {
	l.add(name, run)
	l.all[len(l.all)-1].Alone = true
}
