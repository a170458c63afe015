package kyctest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// altered is a provider with another way of doing one thing.
type altered struct {
	kyc.Provider
	start  func(context.Context, kyc.StartRequest) (*kyc.Consent, error)
	status func(context.Context, kyc.Ref) (*kyc.Consent, error)
	fetch  func(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error)
	parse  func(kyc.Ref, *url.URL) (kyc.Return, error)
	revoke func(context.Context, kyc.Ref) error
	once   []kyc.Document
}

func (a altered) FetchesOnce() []kyc.Document { return a.once }

func (a altered) Start(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if a.start == nil {
		return a.Provider.Start(ctx, req)
	}
	return a.start(ctx, req)
}

func (a altered) Status(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
	if a.status == nil {
		return a.Provider.Status(ctx, ref)
	}
	return a.status(ctx, ref)
}

func (a altered) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	if a.fetch == nil {
		return a.Provider.Fetch(ctx, ref, doc)
	}
	return a.fetch(ctx, ref, doc)
}

func (a altered) ParseReturn(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
	if a.parse == nil {
		return a.Provider.(kyc.ReturnParser).ParseReturn(ref, u)
	}
	return a.parse(ref, u)
}

// revoking is an altered one that can revoke.
type revoking struct{ altered }

func (a revoking) Revoke(ctx context.Context, ref kyc.Ref) error {
	if a.revoke == nil {
		return a.Provider.(kyc.Revoker).Revoke(ctx, ref)
	}
	return a.revoke(ctx, ref)
}

// retold is a Status whose error is another one.
func retold(p kyc.Provider, tell func(*kyc.Error) error) kyc.Provider {
	return altered{Provider: p, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
		consent, err := p.Status(ctx, ref)
		if e := (*kyc.Error)(nil); errors.As(err, &e) {
			err = tell(e)
		}
		return consent, err
	}}
}

// events is a provider whose events are changed.
type events struct {
	*acme
	change func(*kyc.Event)
}

func (e events) ParseWebhook(header http.Header, body []byte) (*kyc.Event, error) {
	event, err := e.acme.ParseWebhook(header, body)
	if err == nil {
		e.change(event)
	}
	return event, err
}

// unchecked is a provider that checks requests in another way than Start.
type unchecked struct {
	*acme
	check func(kyc.StartRequest) error
}

func (u unchecked) CheckStart(r kyc.StartRequest) error { return u.check(r) }

// reading is a provider that lists other documents than its Fetch reads.
type reading struct {
	*acme
	lists []kyc.Document
}

func (r reading) Fetches() []kyc.Document { return r.lists }

// spends is a provider that hands its documents out once, and says of each error whether they may be gone.
type spends struct {
	*acme
	gone func(*kyc.Error) bool
}

func (spends) FetchesOnce() []kyc.Document { return []kyc.Document{kyc.Aadhaar} }

func (s spends) Fetch(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
	record, err := s.acme.Fetch(ctx, ref, doc)
	if e := (*kyc.Error)(nil); errors.As(err, &e) {
		e.Spent = s.gone(e)
	}
	return record, err
}

// shown is a provider that shows its key.
type shown struct {
	*acme
	Key string
}

// Each way in which an adapter over HTTP can be wrong fails at one check at least, whose
// message says what was called and what was expected.
func TestWrongOverHTTP(t *testing.T) {
	for _, try := range []struct {
		name  string
		bug   func(*acme) kyc.Provider
		check string
		says  []string
	}{
		{"starts a journey for no document", func(a *acme) kyc.Provider {
			return altered{Provider: a, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
				req.Documents = []kyc.Document{kyc.Aadhaar}
				return a.Start(ctx, req)
			}}
		}, "before any call refuses to start without documents", []string{"acme: Start, given a request without documents", `want an error of kind "invalid request"`}},
		{"takes a redirect over http", func(a *acme) kyc.Provider {
			return altered{Provider: a, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
				req.ReturnTo = strings.Replace(req.ReturnTo, "http://", "https://", 1)
				return a.Start(ctx, req)
			}}
		}, "before any call refuses to start with a redirect over http", []string{"Start", "a redirect over http", `"invalid request"`}},
		{"takes any ref", func(a *acme) kyc.Provider {
			return altered{Provider: a, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				return a.Status(ctx, "j-1")
			}}
		}, `before any call refuses the ref "../status"`, []string{"Status, given a ref that is no provider's", `want an error of kind "invalid request"`}},
		{"shows its key by %+v", func(a *acme) kyc.Provider { return shown{a, a.key.Reveal()} },
			"when it is made shows no secret in any way of printing it", []string{"New, given secrets", "shows none when it is printed with %v"}},
		{"ignores the context", func(a *acme) kyc.Provider {
			return altered{Provider: a, fetch: func(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
				return a.Fetch(context.WithoutCancel(ctx), ref, doc)
			}}
		}, "before any call obeys a context that is over", []string{"Fetch, given a context that was cancelled", "want ctx.Err() as it is"}},
		{"wraps the context's error", func(a *acme) kyc.Provider {
			return altered{Provider: a, fetch: func(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
				record, err := a.Fetch(ctx, ref, doc)
				if ctx.Err() != nil {
					err = fmt.Errorf("fetch: %w", err)
				}
				return record, err
			}}
		}, "an odd reply to Fetch that never ends is left when the caller's context ends: no headers", []string{"Fetch, given an answer that never ends", "want ctx.Err() as it is"}},
		{"makes a call again", func(a *acme) kyc.Provider {
			once := a.do
			a.do = func(r *http.Request) (*http.Response, error) {
				resp, err := once(r)
				if err == nil && resp.StatusCode == 503 && r.Method == http.MethodGet {
					if r.Body, err = r.GetBody(); err == nil {
						return once(r)
					}
				}
				return resp, err
			}
			return a
		}, "in a journey makes one call for each method, whatever comes back", []string{"Status, given an answer with HTTP 503", "want one call; got 2"}},
		{"takes a 503 for a refusal", func(a *acme) kyc.Provider {
			return retold(a, func(e *kyc.Error) error {
				if e.Status == 503 {
					return kyc.NewError(kyc.Error{Provider: e.Provider, Op: e.Op, Kind: kyc.ErrInvalid, Status: e.Status}, nil, e.Raw())
				}
				return e
			})
		}, "an odd reply to Status is refused as unavailable: 503 with a page", []string{"Status, given the answer 503 with a page", `want an error of kind "provider unavailable"`, `got an error of kind "invalid request"`}},
		{"loses Retry-After", func(a *acme) kyc.Provider {
			return retold(a, func(e *kyc.Error) error {
				return kyc.NewError(kyc.Error{Provider: e.Provider, Op: e.Op, Kind: e.Kind, Status: e.Status, Code: e.Code}, nil, e.Raw())
			})
		}, "an odd reply to Status keeps a rate limit's time", []string{"Status, given HTTP 429 and Retry-After: 17", "RetryAfter is 17s", "got 0s"}},
		{"follows a redirect", func(a *acme) kyc.Provider {
			a.do = (&http.Client{}).Do
			return a
		}, "an odd reply to Status is no reason to follow a redirect", []string{"Status, given a redirect to another server", "want no call there; got 1"}},
		{"reads all that is sent", func(a *acme) kyc.Provider {
			a.do = (&http.Client{}).Do
			return a
		}, "an odd reply to Fetch stops at the limit of its size", []string{"Fetch, given an answer of more than 10 MiB", "want less than 40 MiB allocated"}},
		{"tells the answer in an error", func(a *acme) kyc.Provider {
			return retold(a, func(e *kyc.Error) error { return fmt.Errorf("%w: %s", e, e.Raw()) })
		}, "in an error names provider, operation and status, and keeps the answer out of sight", []string{"Status, given an undocumented answer", "want nothing that shows"}},
		{"names another in an error", func(a *acme) kyc.Provider {
			return retold(a, func(e *kyc.Error) error {
				return kyc.NewError(kyc.Error{Provider: "other", Op: e.Op, Kind: e.Kind, Status: e.Status}, nil, e.Raw())
			})
		}, "in an error names provider, operation and status, and keeps the answer out of sight", []string{"Status", "whose Provider is Subject.Name"}},
		{"shows a name in a record", func(a *acme) kyc.Provider {
			return altered{Provider: a, fetch: func(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
				record, err := a.Fetch(ctx, ref, doc)
				if err == nil {
					record.Document = kyc.Document(record.Person.Name.Reveal())
				}
				return record, err
			}}
		}, "with a person's data shows none of what a document says in any way of printing it", []string{"Fetch, given an answer with a seed in each text", "want nothing that shows"}},
		{"asks for another journey", func(a *acme) kyc.Provider {
			return altered{Provider: a, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				if ref == "j-1" {
					ref = "j-2"
				}
				return a.Status(ctx, ref)
			}}
		}, "in a journey asks for the journey that the ref names", []string{"Status, given a journey's ref", "want a request that names the journey"}},
		{"takes the return of another journey", func(a *acme) kyc.Provider {
			return altered{Provider: a, parse: func(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
				if u != nil && u.Query().Get("journey") == "j-2" {
					return kyc.Return{Ref: "j-2"}, nil
				}
				return a.ParseReturn(ref, u)
			}}
		}, "when the user comes back refuses the address of another journey", []string{"ParseReturn, given an address that names another journey", `want an error of kind "invalid request"`}},
		{"believes any return", func(a *acme) kyc.Provider {
			return altered{Provider: a, parse: func(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
				r, err := a.ParseReturn(ref, u)
				if err == nil {
					r.State = kyc.Granted
				}
				return r, err
			}}
		}, "when the user comes back reads no consent from nothing", []string{"ParseReturn, given an address that says nothing", "want no state"}},
		{"changes the caller's client", func(a *acme) kyc.Provider {
			return altered{Provider: a, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				a.do = (&http.Client{}).Do
				return a.Status(ctx, ref)
			}}
		}, "with the caller's http.Client sends through it and does not change it", []string{"Status, given a client", "want one call through it"}},
		{"refuses a member that nobody documented", func(a *acme) kyc.Provider {
			return altered{Provider: a, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := a.Status(ctx, ref)
				if err == nil && strings.Contains(string(consent.Raw.Bytes()), "nobody_documented") {
					return nil, call.New(ctx, "acme", "look").Missing("state")
				}
				return consent, err
			}}
		}, "an odd reply to Status is read as what it is: members that nobody documented", []string{"Status, given its success as members that nobody documented"}},
		{"sorts the caller's documents", func(a *acme) kyc.Provider {
			return altered{Provider: a, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
				slices.Sort(req.Documents)
				return a.Start(ctx, req)
			}}
		}, "in a journey leaves the caller's request as it is", []string{"Start, given a request", "want the caller's Documents as they were"}},
		{"sends the user to no host", func(a *acme) kyc.Provider {
			return altered{Provider: a, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
				consent, err := a.Start(ctx, req)
				if err == nil {
					consent.URL = kyc.Hide("https:///j-1")
				}
				return consent, err
			}}
		}, "in a journey starts it with a ref and a URL", []string{"Start, given a request in order", "want an http or https URL with a host"}},
		{"starts nothing, without an error", func(a *acme) kyc.Provider {
			return altered{Provider: a, start: func(context.Context, kyc.StartRequest) (*kyc.Consent, error) { return nil, nil }}
		}, "in a journey starts it with a ref and a URL", []string{"Start", "want success", "got nil, and no error"}},
		{"knows no state, and no error", func(a *acme) kyc.Provider {
			return altered{Provider: a, status: func(context.Context, kyc.Ref) (*kyc.Consent, error) { return nil, nil }}
		}, "in a journey serves several callers at once", []string{"Status, given 16 callers at once", "want success for each; got nil, and no error"}},
		{"is nobody, without an error", func(*acme) kyc.Provider { return nil },
			"in a journey serves several callers at once", []string{"New, given", "want success", "got nil, and no error"}},
		{"tells of another journey", func(a *acme) kyc.Provider {
			return altered{Provider: a, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := a.Status(ctx, ref)
				if err == nil {
					consent.Ref = "j-2"
				}
				return consent, err
			}}
		}, "in a journey tells of what it was asked about", []string{"Status, given its success", "want the Ref that it was asked about"}},
		{"hands out another document", func(a *acme) kyc.Provider {
			return altered{Provider: a, fetch: func(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
				record, err := a.Fetch(ctx, ref, doc)
				if err == nil {
					record.Document = kyc.PAN
				}
				return record, err
			}}
		}, "in a journey tells of what it was asked about", []string{"Fetch, given its success", `want the document that was asked for, "aadhaar"`}},
		{"tells a state beside an error", func(a *acme) kyc.Provider {
			return altered{Provider: a, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := a.Status(ctx, ref)
				if err != nil {
					consent = &kyc.Consent{Ref: ref}
				}
				return consent, err
			}}
		}, "in an error names provider, operation and status, and keeps the answer out of sight", []string{"Status", "want nothing beside the error; got a *kyc.Consent"}},
		{"repeats the words of a refusal", func(a *acme) kyc.Provider {
			return retold(a, func(e *kyc.Error) error {
				if e.Code == "gone" {
					return fmt.Errorf("Invented Person is gone: %w", e)
				}
				return e
			})
		}, "an odd reply to Status has its documented kind as problem+json, and its code at another status", []string{"Status, given its refusal as problem+json", "want nothing that shows"}},
		{"gives an event another key each time", func(a *acme) kyc.Provider {
			n := 0
			return events{a, func(e *kyc.Event) { n++; e.Key += fmt.Sprint(n) }}
		}, "when a webhook comes reads each delivery of an event alike, and another event as another",
			[]string{"ParseWebhook, given Subject.Webhooks[0], again", "with the same Key"}},
		{"gives all events one key",
			func(a *acme) kyc.Provider { return events{a, func(e *kyc.Event) { e.Key = "one" }} },
			"when a webhook comes reads each delivery of an event alike, and another event as another",
			[]string{"ParseWebhook, given Subject.Webhooks[1]", "want another Key"}},
		{"takes another product's event for a journey's", func(a *acme) kyc.Provider {
			return events{a, func(e *kyc.Event) { e.Foreign = false }}
		}, "when a webhook comes tells which event is of a journey",
			[]string{"ParseWebhook, given Subject.Webhooks[1]", "want an event whose Foreign is true"}},
		{"ends a journey by another product's event", func(a *acme) kyc.Provider {
			return events{a, func(e *kyc.Event) { e.Consent.State = kyc.Expired }}
		}, "when a webhook comes tells which event is of a journey",
			[]string{"ParseWebhook, given Subject.Webhooks[1]", "want an event of no journey"}},
		{"checks less than Start",
			func(a *acme) kyc.Provider { return unchecked{a, func(kyc.StartRequest) error { return nil }} },
			"before any call tells beforehand what Start refuses, and nothing else",
			[]string{"CheckStart, given a request that is not in order", "want the error of Start; got success"}},
		{"checks more than Start", func(a *acme) kyc.Provider {
			return unchecked{a,
				func(r kyc.StartRequest) error { r.ID = strings.Repeat("a", 41); return a.CheckStart(r) }}
		}, "before any call tells beforehand what Start refuses, and nothing else",
			[]string{"CheckStart, given a request in order", "want no error"}},
		{"takes a ReturnTo that ParseReturn refuses", func(a *acme) kyc.Provider {
			return unchecked{a,
				func(r kyc.StartRequest) error { r.ReturnTo = "https://shop.example"; return a.CheckStart(r) }}
		}, "before any call tells beforehand what Start refuses, and nothing else",
			[]string{"CheckStart, given a request that is not in order", "want the error of Start"}},
		{"lists a document that it does not read",
			func(a *acme) kyc.Provider { return reading{a, []kyc.Document{kyc.Aadhaar, kyc.PAN}} },
			"before any call tells which documents Fetch reads, and no others",
			[]string{`Fetch, given the document "pan" of no journey`, "as Fetches lists the document"}},
		{"reads a document that it does not list", func(a *acme) kyc.Provider { return reading{a, nil} },
			"before any call tells which documents Fetch reads, and no others",
			[]string{`Fetch, given the document "aadhaar" of no journey`, "as Fetches does not list the document"}},
		{"says of no lost answer that it had the one document",
			func(a *acme) kyc.Provider { return spends{a, func(*kyc.Error) bool { return false }} },
			"in an error says by Spent whether the one copy of a document may be used up",
			[]string{"Fetch, given HTTP 503", "want an error whose Spent is true",
				"Fetch, given a success that is cut off", "Fetch, given a success that cannot be read"}},
		{"says of what was not sent that it had the one document",
			func(a *acme) kyc.Provider { return spends{a, func(*kyc.Error) bool { return true }} },
			"in an error says by Spent whether the one copy of a document may be used up",
			[]string{"Fetch, given an address at which nothing listens", "want an error whose Spent is false",
				"Fetch, given HTTP 429"}},
		{"loses an answer for the caller's own parameter", func(a *acme) kyc.Provider {
			return altered{Provider: a, parse: func(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
				if u != nil {
					if _, err := url.ParseQuery(u.RawQuery); err != nil {
						c := call.New(context.Background(), "acme", "ParseReturn")
						return kyc.Return{}, c.Invalid("URL", "a query that can be read")
					}
				}
				return a.ParseReturn(ref, u)
			}}
		}, "when the user comes back leaves a parameter of the caller's own with a percent sign",
			[]string{"ParseReturn, given an address with a parameter with a percent sign", "want what is read without it"}},
		{"takes silence for a refusal", func(a *acme) kyc.Provider {
			return altered{Provider: a, parse: func(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
				r, err := a.ParseReturn(ref, u)
				if err == nil && r.State == "" {
					r.State = kyc.Denied
				}
				return r, err
			}}
		}, "when the user comes back reads no consent from nothing", []string{"ParseReturn, given an address that says nothing", "want no state"}},
	} {
		t.Run(try.name, func(t *testing.T) { wrong(t, subject(try.bug), try.check, try.says...) })
	}
}

// A goroutine that is left running is found, and it is said who made it.
func TestLeak(t *testing.T) {
	kyctest.Hurry(t, 50*time.Millisecond) // it never ends
	forever := make(chan bool)
	defer close(forever)
	wrong(t, subject(func(a *acme) kyc.Provider {
		return altered{Provider: a, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
			go func() { <-forever }()
			return a.Status(ctx, ref)
		}}
	}), "in a journey leaves no goroutine behind", "want no goroutine left running", "made by ")
}
