package kyctest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/digilocker/adapters/internal/call"
	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
)

// A provider that does all that it should passes.
func TestRight(t *testing.T) { kyctest.Test(t, subject(nil)) }

// altered is a provider with another way of doing one thing.
type altered struct {
	kyc.Provider
	start  func(context.Context, kyc.StartRequest) (*kyc.Consent, error)
	status func(context.Context, kyc.Ref) (*kyc.Consent, error)
	fetch  func(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error)
	parse  func(kyc.Ref, *url.URL) (kyc.Return, error)
	revoke func(context.Context, kyc.Ref) error
}

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

// memory is a provider in memory, changed by bug.
func memory(bug func(*kycmem.Provider) altered) kyctest.Subject {
	return kyctest.Subject{
		Name: "kycmem", Can: []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn},
		Returns: &kyctest.Returns{Other: "journey=somebody-elses"},
		Journey: func(testing.TB) *kyctest.Journey {
			p := kycmem.New(kycmem.Options{})
			return &kyctest.Journey{
				Provider: revoking{bug(p)},
				Allow:    func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Allow(c.Ref, kycmem.Complete) },
				Deny:     func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Deny(c.Ref) },
				Withhold: func(_ context.Context, c *kyc.Consent) error { _, err := p.Share(c.Ref, kycmem.Complete); return err },
				Lack: func(_ context.Context, c *kyc.Consent) error {
					_, err := p.Allow(c.Ref, kycmem.WithoutAadhaar)
					return err
				},
				Expire: func(context.Context, *kyc.Consent) error { p.Expire(); return nil },
			}
		},
	}
}

// consents is a provider whose Status tells something else where it succeeds.
func consents(p *kycmem.Provider, change func(*kyc.Consent)) altered {
	return altered{Provider: p, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
		consent, err := p.Status(ctx, ref)
		if err == nil {
			change(consent)
		}
		return consent, err
	}}
}

// starts is a provider whose Start tells something else where it succeeds.
func starts(p *kycmem.Provider, change func(*kyc.Consent)) altered {
	return altered{Provider: p, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
		consent, err := p.Start(ctx, req)
		if err == nil {
			change(consent)
		}
		return consent, err
	}}
}

// fetches is a provider whose Fetch hands out something else.
func fetches(p *kycmem.Provider, change func(doc kyc.Document, record *kyc.Record, err error) (*kyc.Record, error)) altered {
	return altered{Provider: p, fetch: func(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
		record, err := p.Fetch(ctx, ref, doc)
		return change(doc, record, err)
	}}
}

// once is a provider whose second Fetch does something else.
func once(p *kycmem.Provider, then func(*kyc.Record) (*kyc.Record, error)) altered {
	n := 0
	return fetches(p, func(_ kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
		if n++; err == nil && n > 1 {
			return then(record)
		}
		return record, err
	})
}

// always is a Fetch that hands out a record where p refuses with one of the kinds.
func always(p *kycmem.Provider, kinds ...kyc.Err) altered {
	return altered{Provider: p, fetch: func(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
		record, err := p.Fetch(ctx, ref, doc)
		if slices.Contains(kinds, kyc.KindOf(err)) {
			return &kyc.Record{Document: doc, Person: kyc.Person{Name: kyc.Hide("Invented Anyway")}}, nil
		}
		return record, err
	}}
}

// Each way in which a provider can be wrong whose user is driven fails likewise.
func TestWrongJourneys(t *testing.T) {
	for _, try := range []struct {
		name  string
		bug   func(*kycmem.Provider) altered
		check string
		says  []string
	}{
		{"hands out a record before consent", func(p *kycmem.Provider) altered { return always(p, kyc.ErrPending) },
			"journey is told when the document is asked for too early", []string{"kycmem: Fetch, given that the document is asked for too early", `want an error of kind "not ready"`, "got a *kyc.Record"}},
		{"tells pending by an error", func(p *kycmem.Provider) altered {
			return altered{Provider: p, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := p.Status(ctx, ref)
				if err == nil && consent.State == kyc.Pending {
					return nil, kyc.NewError(kyc.Error{Provider: "kycmem", Op: "Status", Kind: kyc.ErrPending}, nil, nil)
				}
				return consent, err
			}}
		}, "journey is told when the document is asked for too early", []string{"Status, given that the document is asked for too early", `want the state "pending" and no error`, `got an error of kind "not ready"`}},
		{"goes on after revocation", func(p *kycmem.Provider) altered {
			return altered{Provider: p, revoke: func(context.Context, kyc.Ref) error { return nil }}
		}, "journey is told when the consent is revoked", []string{"Status, given that the consent is revoked", `want the state "revoked"`}},
		{"hands out a record of who refused", func(p *kycmem.Provider) altered { return always(p, kyc.ErrDenied) },
			"journey is told when the user refuses", []string{"Fetch", `want an error of kind "consent denied"`}},
		{"hands out what was not shared", func(p *kycmem.Provider) altered { return always(p, kyc.ErrDenied) },
			"journey is told when the user does not share the document", []string{"Fetch", `want an error of kind "consent denied"`}},
		{"hands out what has expired", func(p *kycmem.Provider) altered { return always(p, kyc.ErrExpired) },
			"journey is told when nobody follows the link in time", []string{"Fetch", `want an error of kind "expired"`}},
		{"starts twice under one id", func(p *kycmem.Provider) altered {
			return altered{Provider: p, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
				consent, err := p.Start(ctx, req)
				if errors.Is(err, kyc.ErrDuplicate) {
					return p.Status(ctx, kyc.Ref(req.ID))
				}
				return consent, err
			}}
		}, "journey does not start twice under one id, where the provider keeps ids", []string{"Start, given an ID for the second time", `want an error of kind "id used before"`}},
		{"takes the return of another journey", func(p *kycmem.Provider) altered {
			return altered{Provider: p, parse: func(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
				return p.ParseReturn(kyc.Ref(u.Query().Get("journey")), u)
			}}
		}, "journey is another one for another request", []string{"ParseReturn, given the address to which the user of another journey returned", `want an error of kind "invalid request"`}},
		{"shows a name in a consent", func(p *kycmem.Provider) altered {
			return altered{Provider: p, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := p.Status(ctx, ref)
				if err == nil && consent.User != nil {
					consent.TraceID = consent.User.Name.Reveal()
				}
				return consent, err
			}}
		}, "journey ends with the document, and what the user is told", []string{"Status", "want nothing that shows"}},
		{"knows a journey that nobody started", func(p *kycmem.Provider) altered {
			return altered{Provider: p, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := p.Status(ctx, ref)
				if errors.Is(err, kyc.ErrNotFound) {
					return &kyc.Consent{Ref: ref, State: kyc.Pending}, nil
				}
				return consent, err
			}}
		}, "journey is unknown where it was not started", []string{"Status, given the ref of a journey that was started elsewhere", `want an error of kind "unknown reference"`}},
		{"revokes what nobody started", func(p *kycmem.Provider) altered {
			return altered{Provider: p, revoke: func(ctx context.Context, ref kyc.Ref) error {
				if err := p.Revoke(ctx, ref); !errors.Is(err, kyc.ErrNotFound) {
					return err
				}
				return nil
			}}
		}, "journey is unknown where it was not started", []string{"Revoke, given the ref of a journey that was started elsewhere: want an error"}},
		{"names who shared nothing in an error", func(p *kycmem.Provider) altered {
			return fetches(p, func(_ kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if errors.Is(err, kyc.ErrDenied) {
					err = fmt.Errorf("%s: %w", kycmem.Complete.Name, err)
				}
				return record, err
			})
		}, "journey is told when the user does not share the document", []string{"Fetch", "want nothing that shows"}},
		{"names who has no document in an error", func(p *kycmem.Provider) altered {
			return fetches(p, func(_ kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if errors.Is(err, kyc.ErrNoDocument) {
					err = fmt.Errorf("%s: %w", kycmem.WithoutAadhaar.Name, err)
				}
				return record, err
			})
		}, "journey is told when the account does not have the document", []string{"Fetch", "want nothing that shows"}},
		{"hands out a record beside an error", func(p *kycmem.Provider) altered {
			return fetches(p, func(doc kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if err != nil {
					record = &kyc.Record{Document: doc}
				}
				return record, err
			})
		}, "journey is told when the user refuses", []string{"Fetch, given that the user refuses", "want nothing beside the error; got a *kyc.Record"}},
		{"hands out another record beside an error", func(p *kycmem.Provider) altered {
			return fetches(p, func(doc kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if err != nil {
					record = &kyc.Record{Document: doc}
				}
				return record, err
			})
		}, "journey is unknown where it was not started", []string{"Fetch", "want nothing beside the error; got a *kyc.Record"}},
		{"hands out a record of what it cannot read", func(p *kycmem.Provider) altered {
			return fetches(p, func(doc kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if errors.Is(err, errors.ErrUnsupported) {
					record = &kyc.Record{Document: doc}
				}
				return record, err
			})
		}, "before any call says that it cannot serve a document that nobody knows", []string{"Fetch", "want nothing beside the error; got a *kyc.Record"}},
		{"tells of another journey", func(p *kycmem.Provider) altered {
			return consents(p, func(c *kyc.Consent) { c.Ref = "another" })
		}, "journey ends with the document, and what the user is told", []string{"Consent.Ref, given a journey whose user has consented", "want the Ref that was asked about"}},
		{"tells of no journey before consent", func(p *kycmem.Provider) altered {
			return consents(p, func(c *kyc.Consent) { c.Ref = "" })
		}, "journey is told when the document is asked for too early", []string{"Consent.Ref", "want the Ref that was asked about"}},
		{"tells of documents that nobody asked for", func(p *kycmem.Provider) altered {
			return starts(p, func(c *kyc.Consent) { c.Requested = append(c.Requested, kyc.PAN) })
		}, "journey ends with the document, and what the user is told", []string{"Consent.Requested, given a request in order", `want the documents that were asked for, ["aadhaar"], or nil`}},
		{"asks for another document", func(p *kycmem.Provider) altered {
			return starts(p, func(c *kyc.Consent) { c.Requested = []kyc.Document{kyc.PAN} })
		}, "journey ends with the document, and what the user is told", []string{"Consent.Requested", "want the documents that were asked for"}},
		{"names who refused in an error of Status", func(p *kycmem.Provider) altered {
			return altered{Provider: p, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := p.Status(ctx, ref)
				if err == nil && consent.State == kyc.Denied {
					return nil, fmt.Errorf("%s: %w", kycmem.Complete.Name, kyc.ErrDenied)
				}
				return consent, err
			}}
		}, "journey is told when the user refuses", []string{"Status, given that the user refuses: want nothing that shows"}},
		{"asks for the first document alone", func(p *kycmem.Provider) altered {
			return altered{Provider: p, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
				req.Documents = req.Documents[:min(1, len(req.Documents))]
				return p.Start(ctx, req)
			}}
		}, "journey ends with each document that was asked for", []string{"Consent.Requested", `Fetch, given a journey for "aadhaar" and "pan"`, `want a record; got an error of kind "consent denied"`}},
		{"knows no PAN that it was asked for", func(p *kycmem.Provider) altered {
			return fetches(p, func(doc kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if doc == kyc.PAN && err == nil {
					return nil, kyc.NewError(kyc.Error{Provider: "kycmem", Op: "Fetch", Kind: kyc.ErrPending}, nil, nil)
				}
				return record, err
			})
		}, "journey ends with each document that was asked for", []string{`Fetch, given a journey for "aadhaar" and "pan"`, `want a record; got an error of kind "not ready"`}},
		{"knows one number for all documents", func(p *kycmem.Provider) altered {
			return fetches(p, func(_ kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if err == nil {
					record.Number = kyc.MaskAadhaar(kycmem.Complete.Aadhaar)
				}
				return record, err
			})
		}, "journey ends with each document that was asked for", []string{`Fetch, given a journey for "aadhaar" and "pan"`, "want of each document its own number"}},
		{"hands out one document for all", func(p *kycmem.Provider) altered {
			return fetches(p, func(_ kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if err == nil {
					record.Document = kyc.Aadhaar
				}
				return record, err
			})
		}, "journey ends with each document that was asked for", []string{`Fetch, given a journey for "aadhaar" and "pan"`, `want the document that was asked for, "pan"`}},
		{"keeps a whole Aadhaar number", func(p *kycmem.Provider) altered {
			return fetches(p, func(_ kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if err == nil {
					record.Number = kyc.MaskNumber("000000000001")
				}
				return record, err
			})
		}, "journey ends with the document, and what the user is told", []string{"Fetch", "want of an Aadhaar number the last four digits"}},
		{"hands out a document once", func(p *kycmem.Provider) altered {
			return once(p, func(*kyc.Record) (*kyc.Record, error) { return nil, nil })
		}, "journey ends with the document, and what the user is told", []string{"Fetch, given a journey whose user has consented, for the second time: want the same record; got nil, and no error"}},
		{"hands out another person's the second time", func(p *kycmem.Provider) altered {
			return once(p, func(record *kyc.Record) (*kyc.Record, error) {
				record.Person.Name = kyc.Hide("Invented Other")
				return record, nil
			})
		}, "journey ends with the document, and what the user is told", []string{"Fetch", "for the second time: want the same record"}},
		{"knows the user before consent", func(p *kycmem.Provider) altered {
			return consents(p, func(c *kyc.Consent) { c.User = &kyc.Person{Name: kyc.Hide("Invented Early")} })
		}, "journey is told when the document is asked for too early", []string{"Consent, given that the document is asked for too early", "want neither Granted nor User"}},
		{"knows the user who refused", func(p *kycmem.Provider) altered {
			return consents(p, func(c *kyc.Consent) { c.User = &kyc.Person{Name: kyc.Hide("Invented Early")} })
		}, "journey is told when the user refuses", []string{"Consent", "want neither Granted nor User"}},
		{"knows what is shared when it starts", func(p *kycmem.Provider) altered {
			return starts(p, func(c *kyc.Consent) { c.Granted = c.Requested })
		}, "journey ends with the document, and what the user is told", []string{"Consent, given a request in order", "want neither Granted nor User"}},
		{"says that all documents are shared", func(p *kycmem.Provider) altered {
			return consents(p, func(c *kyc.Consent) {
				if c.State == kyc.Granted {
					c.Granted = []kyc.Document{kyc.Aadhaar, kyc.PAN}
				}
			})
		}, "journey ends with the document, and what the user is told", []string{"Consent.Granted", "want none but documents that were asked for"}},
		{"says that what was withheld is shared", func(p *kycmem.Provider) altered {
			return consents(p, func(c *kyc.Consent) {
				if c.State == kyc.Granted {
					c.Granted = c.Requested
				}
			})
		}, "journey is told when the user does not share the document", []string{"Status", "want no document in Granted"}},
		{"is silent once the user has consented", func(p *kycmem.Provider) altered {
			return altered{Provider: p, status: func(ctx context.Context, ref kyc.Ref) (*kyc.Consent, error) {
				consent, err := p.Status(ctx, ref)
				if err == nil && consent.State == kyc.Granted {
					consent = nil
				}
				return consent, err
			}}
		}, "journey ends with the document, and what the user is told", []string{"Status", `want the state "granted" at once; got nil, and no error`}},
		{"takes a return after a refusal for revocation", func(p *kycmem.Provider) altered {
			return altered{Provider: p, parse: func(ref kyc.Ref, u *url.URL) (kyc.Return, error) {
				r, err := p.ParseReturn(ref, u)
				if r.State == kyc.Denied {
					r.State = kyc.Revoked
				}
				return r, err
			}}
		}, "journey is told when the user refuses", []string{"ParseReturn", "want a refusal or no state"}},
	} {
		t.Run(try.name, func(t *testing.T) { wrong(t, memory(try.bug), try.check, try.says...) })
	}
}

// wrong says that s fails at that check, with a message that says these things and none of
// what must stay hidden.
func wrong(t *testing.T, s kyctest.Subject, check string, says ...string) {
	t.Helper()
	for _, c := range kyctest.Checks(s) {
		if c.Group+" "+c.Name != check {
			continue
		}
		r := run(t, c)
		all := strings.Join(r.failures, "\n")
		if all == "" {
			t.Fatalf("the check passed, or was skipped: %q", r.skipped)
		}
		for _, part := range says {
			if !strings.Contains(all, part) {
				t.Errorf("the failure does not say %q:\n%s", part, all)
			}
		}
		shows(t, r)
		return
	}
	t.Fatalf("there is no check %q", check)
}

// A number that is not the document's is found where the numbers are told.
func TestNumbers(t *testing.T) {
	for _, try := range []struct {
		numbers map[kyc.Document]string
		fails   bool
	}{
		{map[kyc.Document]string{kyc.Aadhaar: kycmem.Complete.Aadhaar, kyc.PAN: kycmem.Complete.PAN}, false},
		{map[kyc.Document]string{kyc.PAN: kycmem.WithoutAadhaar.PAN}, true},
	} {
		s := memory(func(p *kycmem.Provider) altered { return altered{Provider: p} })
		s.Journey = changed(s.Journey, func(j *kyctest.Journey) { j.Numbers = try.numbers })
		if try.fails {
			wrong(t, s, "journey ends with each document that was asked for", "Fetch", "want the number of the document that was asked for, \"pan\", as Journey.Numbers has it")
		} else if failures := failures(t, s); len(failures) > 0 {
			t.Errorf("%q", failures)
		}
	}
}

// A document of the Request can be fetched, or the user is not the one to drive.
func TestRequested(t *testing.T) {
	s := memory(func(p *kycmem.Provider) altered {
		return fetches(p, func(doc kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
			if doc == kyc.PAN && err == nil {
				return nil, kyc.NewError(kyc.Error{Provider: "kycmem", Op: "Fetch", Kind: kyc.ErrNoDocument}, nil, nil)
			}
			return record, err
		})
	})
	const check = "journey ends with each document that was asked for"
	if failures := failures(t, s, check); len(failures) > 0 {
		t.Errorf("nobody said that the user has a PAN: %q", failures)
	}
	told := s
	told.Journey = changed(s.Journey, func(j *kyctest.Journey) { j.Numbers = map[kyc.Document]string{kyc.PAN: kycmem.Complete.PAN} })
	wrong(t, told, check, "Fetch", `want a record; got an error of kind "no such document"`)
	s.Request.Documents = []kyc.Document{kyc.PAN, kyc.Aadhaar}
	wrong(t, s, check, "Fetch", `want a record; got an error of kind "no such document"`)
}

// failures are those of the checks of s that have these names, or of all: one text for each
// check that failed.
func failures(t *testing.T, s kyctest.Subject, names ...string) []string {
	t.Helper()
	var all []string
	for _, c := range kyctest.Checks(s) {
		if len(names) > 0 && !slices.Contains(names, c.Group+" "+c.Name) {
			continue
		}
		if r := run(t, c); len(r.failures) > 0 {
			all = append(all, c.Group+" "+c.Name+": "+strings.Join(r.failures, "\n"))
		}
	}
	return all
}

// A subject from which something is missing is told so, once.
func TestMissing(t *testing.T) {
	local := func(testing.TB) kyc.Provider { return kycmem.New(kycmem.Options{}) }
	one := kycmem.New(kycmem.Options{})
	allow := func(context.Context, *kyc.Consent) (*url.URL, error) { return nil, errors.New("nobody is there") }
	driven := func(j *kyctest.Journey) kyctest.Subject {
		return kyctest.Subject{Name: "kycmem", Journey: func(testing.TB) *kyctest.Journey { return j }}
	}
	can := []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn}
	asking := func(doc kyc.Document, s kyctest.Subject) kyctest.Subject {
		s.Can, s.Local, s.Request.Documents = can, local, []kyc.Document{doc}
		return s
	}
	shared := func(s kyctest.Subject) kyctest.Subject { s.Can = can; return s }
	for _, try := range []struct {
		name string
		s    kyctest.Subject
		says string
		each bool // check says so
	}{
		{"no name", kyctest.Subject{Local: local}, "kyctest: Subject.Name is missing: ", true},
		{"no provider", kyctest.Subject{Name: "kycmem"}, "kyctest: Subject has none of New, Local and Journey: ", true},
		{"Local returns nil", kyctest.Subject{Name: "kycmem", Local: func(testing.TB) kyc.Provider { return nil }}, "kyctest: Subject.Local returned nil: ", false},
		{"Journey returns nil", driven(nil), "kyctest: Subject.Journey returned nil: ", false},
		{"no Provider", driven(&kyctest.Journey{Allow: allow}), "kyctest: Journey.Provider is missing: ", false},
		{"no Allow", driven(&kyctest.Journey{Provider: kycmem.New(kycmem.Options{})}), "kyctest: Journey.Allow is missing: ", false},
		{"no journey asks for the document", asking(kyc.PAN, driven(&kyctest.Journey{Provider: kycmem.New(kycmem.Options{}), Allow: allow})), "kyctest: Subject.Document is not among Request.Documents: ", false},
		{"Local returns the same", shared(kyctest.Subject{Name: "kycmem", Local: func(testing.TB) kyc.Provider { return one }}), "kyctest: Subject.Local has to make another provider each time", false},
		{"Journey returns the same", shared(driven(&kyctest.Journey{Provider: kycmem.New(kycmem.Options{}), Allow: allow})), "kyctest: Subject.Journey has to make another provider each time", false},
	} {
		t.Run(try.name, func(t *testing.T) {
			told, others := 0, []string{}
			for _, failure := range failures(t, try.s) {
				if strings.Contains(failure, try.says) {
					told++
				} else {
					others = append(others, failure)
				}
			}
			if told == 0 || told > 1 && !try.each {
				t.Errorf("it was told %d times", told)
			}
			// The first journeys of a provider that is always the same are good ones.
			if len(others) > 1 {
				t.Errorf("besides, there were %q", others)
			}
		})
	}
}

// A provider that keeps no IDs, and is always the same, knows a journey that was started
// elsewhere.
func TestSameWithoutIDs(t *testing.T) {
	p := kycmem.New(kycmem.Options{})
	noIDs := &altered{Provider: p, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
		req.ID = ""
		return p.Start(ctx, req)
	}}
	wrong(t, kyctest.Subject{Name: "kycmem", Can: []kyc.Capability{kyc.CanParseReturn}, Journey: func(testing.TB) *kyctest.Journey {
		return &kyctest.Journey{Provider: noIDs, Allow: func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Allow(c.Ref, kycmem.Complete) }}
	}}, "journey is unknown where it was not started", "kyctest: Subject.Journey has to make another provider each time")
}

// A method that the provider does not have is one failure of a check, however many call it.
func TestNoSuchMethod(t *testing.T) {
	s := subject(nil)
	s.Can = append(s.Can, kyc.CanFetchFile)
	const says = "Subject.Can says that the provider has FetchFile, which it has not"
	for _, check := range []string{"in a journey serves several callers at once", "an odd reply to FetchFile that never ends is left when the caller's context ends: no headers"} {
		wrong(t, s, check, says)
		if n := strings.Count(strings.Join(failures(t, s, check), ""), says); n != 1 {
			t.Errorf("%s says so %d times", check, n)
		}
	}
}

// What a subject may say in several ways, it may say in each.
func TestRightSubjects(t *testing.T) {
	for name, change := range map[string]func(*kyctest.Subject){
		"with a fragment":                func(s *kyctest.Subject) { s.Request.ReturnTo = "https://shop.example/back#f" },
		"with a query":                   func(s *kyctest.Subject) { s.Request.ReturnTo = "https://shop.example/back?a=b&a=c#f" },
		"with a letter":                  func(s *kyctest.Subject) { s.Request.ReturnTo = "https://shop.example/ü" },
		"without a path":                 func(s *kyctest.Subject) { s.Request.ReturnTo = "https://shop.example" },
		"in capitals":                    func(s *kyctest.Subject) { s.Request.ReturnTo = "https://SHOP.example/Back" },
		"the longest ID":                 func(s *kyctest.Subject) { s.Request.ID = strings.Repeat("z", 64) },
		"the shortest ID":                func(s *kyctest.Subject) { s.Request.ID = "9" },
		"an ID of stops":                 func(s *kyctest.Subject) { s.Request.ID = "..." },
		"an ID with a stop":              func(s *kyctest.Subject) { s.Request.ID = "order." },
		"a capability twice":             func(s *kyctest.Subject) { s.Can = append(s.Can, kyc.CanRevoke) },
		"documents to ask for":           func(s *kyctest.Subject) { s.Request.Documents = []kyc.Document{kyc.PAN, kyc.Aadhaar} },
		"an address as a browser has it": func(s *kyctest.Subject) { s.Journey = normalized(s.Journey) },
		"a user without another document": func(s *kyctest.Subject) {
			s.Journey = changed(s.Journey, func(j *kyctest.Journey) {
				p := j.Provider.(revoking).Provider.(*kycmem.Provider)
				j.Allow = func(_ context.Context, c *kyc.Consent) (*url.URL, error) { return p.Allow(c.Ref, kycmem.WithoutPAN) }
			})
		},
		"one document at a time": func(s *kyctest.Subject) {
			s.Journey = memory(func(p *kycmem.Provider) altered {
				return altered{Provider: p, start: func(ctx context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
					if len(req.Documents) > 1 && !slices.Contains(req.Documents, "library card") {
						return nil, kyc.NewError(kyc.Error{Provider: "kycmem", Op: "Start", Kind: kyc.ErrInvalid, Member: "Documents"}, nil, nil)
					}
					return p.Start(ctx, req)
				}}
			}).Journey
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := memory(func(p *kycmem.Provider) altered { return altered{Provider: p} })
			change(&s)
			if failures := failures(t, s); len(failures) > 0 {
				t.Errorf("%q", failures)
			}
		})
	}
}

// normalized is a journey whose user goes where a browser takes them.
func normalized(made func(testing.TB) *kyctest.Journey) func(testing.TB) *kyctest.Journey {
	return changed(made, func(j *kyctest.Journey) {
		allow := j.Allow
		j.Allow = func(ctx context.Context, c *kyc.Consent) (*url.URL, error) {
			back, err := allow(ctx, c)
			if err == nil {
				back.Host = strings.ToUpper(back.Host) + ":443"
			}
			return back, err
		}
	})
}

// changed is a journey that is changed each time that it is made.
func changed(made func(testing.TB) *kyctest.Journey, change func(*kyctest.Journey)) func(testing.TB) *kyctest.Journey {
	return func(t testing.TB) *kyctest.Journey {
		j := made(t)
		change(j)
		return j
	}
}

// Somebody who returns to another place is found.
func TestAstray(t *testing.T) {
	for _, to := range []string{"https://shop.example/back/", "https://other.example/back?a=b", "http://shop.example/back?a=b", "https://shop.example:8443/back?a=b", "https://shop.example/back?a=c", "https://shop.example/back?a=b#g"} {
		astray, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		s := memory(func(p *kycmem.Provider) altered { return altered{Provider: p} })
		s.Request.ReturnTo = "https://shop.example/back?a=b#f"
		s.Journey = changed(s.Journey, func(j *kyctest.Journey) {
			j.Allow = func(context.Context, *kyc.Consent) (*url.URL, error) { return astray, nil }
		})
		wrong(t, s, "journey ends with the document, and what the user is told", "must return to StartRequest.ReturnTo")
	}
}

// Test says at the end how many checks were skipped, and why; and of a failure, which line of
// a check failed.
func TestOutput(t *testing.T) {
	const which = "KYCTEST_SUBJECT"
	wrongOne := memory(func(p *kycmem.Provider) altered {
		return starts(p, func(c *kyc.Consent) { c.Requested = append(c.Requested, kyc.PAN) })
	})
	subjects := map[string]kyctest.Subject{
		"right": {Name: "kycmem", Can: []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn}, Local: func(testing.TB) kyc.Provider { return kycmem.New(kycmem.Options{}) }},
		"wrong": wrongOne, "empty": {},
	}
	if s, ok := subjects[os.Getenv(which)]; ok { // in the process that is started below
		kyctest.Test(t, s)
		return
	}
	for name, says := range map[string]string{
		"right": `(?s)\d+ of \d+ checks were skipped\n.*\d+: Subject.New is nil: the provider makes no calls over HTTP\n.*\d+: Subject.Journey is nil: no user can be driven\n`,
		"wrong": `journeys.go:\d+: kycmem: Consent.Requested, given a request in order`,
		"empty": `kyctest_test.go:\d+: kyctest: Subject.Name is missing`,
	} {
		again := exec.Command(os.Args[0], "-test.run=^TestOutput$", "-test.v") //nolint:gosec // this very test
		again.Env = append(os.Environ(), which+"="+name)
		out, err := again.CombinedOutput()
		if (err == nil) != (name == "right") || !regexp.MustCompile(says).Match(out) {
			t.Errorf("%s: %v: no %s in\n%.4000s", name, err, says, out)
		}
	}
}

// shows says that no failure shows what must stay hidden.
func shows(t *testing.T, r *recorder) {
	t.Helper()
	for _, failure := range r.failures {
		for _, hidden := range []string{acmeKey, "Invented", "Zzyzx", "127.0.0.1"} {
			if strings.Contains(failure, hidden) {
				t.Errorf("the failure shows what must stay hidden:\n%s", failure)
			}
		}
	}
}

// recorder takes the failures of a check.
type recorder struct {
	testing.TB
	failures []string
	skipped  string
	cleanups []func()
}

// run runs a check as a test of its own.
func run(t *testing.T, c kyctest.Check) *recorder {
	r := &recorder{TB: t}
	done := make(chan bool)
	go func() { // which FailNow and Skip end
		defer close(done)
		defer func() {
			for _, f := range slices.Backward(r.cleanups) {
				f()
			}
		}()
		c.Run(r)
	}()
	<-done
	return r
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) FailNow()                          { runtime.Goexit() }
func (r *recorder) Fatal(args ...any)                 { r.Errorf("%s", fmt.Sprint(args...)); r.FailNow() }
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); r.FailNow() }
func (r *recorder) Skip(args ...any)                  { r.skipped = fmt.Sprint(args...); runtime.Goexit() }
func (r *recorder) Skipf(format string, args ...any)  { r.Skip(fmt.Sprintf(format, args...)) }

// What a subject does not have is skipped with the reason, and its names are unique.
func TestSkipped(t *testing.T) {
	bare := kyctest.Subject{Name: "kycmem", Can: []kyc.Capability{kyc.CanRevoke, kyc.CanParseReturn}, Local: func(testing.TB) kyc.Provider { return kycmem.New(kycmem.Options{}) }}
	names, reasons := map[string]bool{}, map[string]int{}
	for _, c := range kyctest.Checks(bare) {
		name := c.Group + " " + c.Name
		if names[name] {
			t.Errorf("there are two checks %q", name)
		}
		names[name] = true
		r := run(t, c)
		if len(r.failures) > 0 {
			t.Errorf("%s: %q", name, r.failures)
		}
		if r.skipped != "" {
			reasons[r.skipped]++
		}
	}
	for _, reason := range []string{
		"Subject.New is nil: the provider makes no calls over HTTP", "Subject.Journey is nil: no user can be driven",
		"Subject.Secrets is empty: the provider has no secrets", "Subject.Bare is nil: the provider needs no credentials",
		`Subject.Can has no "account check"`,
	} {
		if reasons[reason] == 0 {
			t.Errorf("no check was skipped because %q: %v", reason, reasons)
		}
	}
}

// A subject with nothing to check is told so.
func TestNothing(t *testing.T) {
	for _, c := range kyctest.Checks(kyctest.Subject{Name: "nobody"}) {
		if c.Name == "can do what its description says, and no more" {
			if r := run(t, c); !strings.Contains(strings.Join(r.failures, ""), "none of New, Local and Journey") {
				t.Errorf("got %q", r.failures)
			}
		}
	}
}

// yes succeeds at all that it is asked, and asks nobody. It shows the key.
type yes struct{ Key string }

func (yes) Start(_ context.Context, req kyc.StartRequest) (*kyc.Consent, error) {
	if len(req.Documents) > 0 {
		req.Documents[0] = "Zzyzx"
	}
	return &kyc.Consent{State: kyc.Granted}, nil
}

func (yes) Status(context.Context, kyc.Ref) (*kyc.Consent, error) {
	return &kyc.Consent{State: kyc.Granted, TraceID: "Zzyzx"}, nil
}

func (yes) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) {
	return &kyc.Record{Document: "Zzyzx", Person: kyc.Person{Name: kyc.Hide("Invented Person")}}, nil
}
func (yes) Revoke(context.Context, kyc.Ref) error { return nil }
func (yes) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error) {
	return kyc.Return{State: kyc.Granted}, nil
}
func (yes) ParseWebhook(http.Header, []byte) (*kyc.Event, error) { return &kyc.Event{}, nil }
func (yes) ListCatalogue(context.Context) ([]kyc.CatalogueEntry, error) {
	return nil, nil
}
func (yes) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) {
	return nil, nil
}
func (yes) CheckAccount(context.Context, kyc.AccountQuery) (*kyc.Account, error) {
	return nil, nil
}

// no fails at all that it is asked, and asks nobody.
type no struct{ yes }

var errNo = errors.New("no, says Zzyzx")

func (no) Start(context.Context, kyc.StartRequest) (*kyc.Consent, error)          { return nil, errNo }
func (no) Status(context.Context, kyc.Ref) (*kyc.Consent, error)                  { return nil, errNo }
func (no) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error)      { return nil, errNo }
func (no) Revoke(context.Context, kyc.Ref) error                                  { return errNo }
func (no) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error)                      { return kyc.Return{}, errNo }
func (no) ListCatalogue(context.Context) ([]kyc.CatalogueEntry, error)            { return nil, errNo }
func (no) FetchFile(context.Context, kyc.Ref, kyc.FileRequest) (*kyc.File, error) { return nil, errNo }
func (no) CheckAccount(context.Context, kyc.AccountQuery) (*kyc.Account, error)   { return nil, errNo }

// nothing says neither yes nor no.
type nothing struct{ yes }

func (nothing) Start(context.Context, kyc.StartRequest) (*kyc.Consent, error)     { return nil, nil }
func (nothing) Status(context.Context, kyc.Ref) (*kyc.Consent, error)             { return nil, nil }
func (nothing) Fetch(context.Context, kyc.Ref, kyc.Document) (*kyc.Record, error) { return nil, nil }
func (nothing) ParseReturn(kyc.Ref, *url.URL) (kyc.Return, error)                 { return kyc.Return{}, nil }
func (nothing) ParseWebhook(http.Header, []byte) (*kyc.Event, error)              { return nil, nil }

// leaving is no, and leaves a goroutine behind.
type leaving struct {
	no
	until chan bool
}

func (l leaving) Status(context.Context, kyc.Ref) (*kyc.Consent, error) {
	go func() { <-l.until }()
	return nil, errNo
}

// There is no check that nobody fails: each is failed by one who says yes to all, by one who
// says no, or by one who leaves something running. One who says nothing is no reason to panic.
func TestEachCheckCanFail(t *testing.T) {
	kyctest.Hurry(t, time.Millisecond) // what they are waited for never happens
	until := make(chan bool)
	defer close(until)
	failed := map[string]bool{}
	for _, p := range []kyc.Provider{yes{acmeKey}, no{yes{acmeKey}}, nothing{yes{acmeKey}}, leaving{until: until}} {
		s := subject(nil)
		s.New = func(string, *http.Client) (kyc.Provider, error) { return p, nil }
		s.Bare = func(string) (kyc.Provider, error) { return p, nil }
		s.Can, s.Ref = []kyc.Capability{kyc.CanCheckAccount, kyc.CanListCatalogue, kyc.CanFetchFile, kyc.CanRevoke, kyc.CanParseReturn}, "journey-1"
		for m, o := range s.Operations {
			o.ID = string(m)
			s.Operations[m] = o
		}
		for _, m := range []kyctest.Method{kyctest.CheckAccount, kyctest.ListCatalogue, kyctest.FetchFile, kyctest.Revoke} {
			s.Operations[m] = s.Operations[kyctest.Status]
		}
		back, err := url.Parse("https://shop.example/back")
		if err != nil {
			t.Fatal(err)
		}
		s.Journey = func(testing.TB) *kyctest.Journey {
			decide := func(context.Context, *kyc.Consent) (*url.URL, error) { return back, nil }
			pass := func(context.Context, *kyc.Consent) error { return nil }
			return &kyctest.Journey{Provider: p, Allow: decide, Deny: decide, Withhold: pass, Lack: pass, Expire: pass, Lapse: pass}
		}
		for _, c := range kyctest.Checks(s) {
			name := c.Group + " " + c.Name
			r := run(t, c)
			failed[name] = failed[name] || len(r.failures) > 0
			shows(t, r)
			if r.skipped != "" {
				t.Errorf("%s: skipped: %s", name, r.skipped)
			}
		}
	}
	for name, ok := range failed {
		if !ok {
			t.Errorf("nobody fails the check %q", name)
		}
	}
	if len(failed) < 250 {
		t.Errorf("there are %d checks", len(failed))
	}
}

// What kyctest rests on is the standard library, package kyc and package wire.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			first, _, _ := strings.Cut(path, "/")
			own := strings.HasSuffix(path, "/adapters/kyc") || strings.HasSuffix(path, "/adapters/wire")
			if strings.Contains(first, ".") && !own {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}

// Importing kyctest defines no flag.
func TestFlags(t *testing.T) {
	flag.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "test.") {
			t.Errorf("there is a flag %s", f.Name)
		}
	})
}
