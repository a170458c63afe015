package kyctest_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kycmem"
	"example.com/digilocker/adapters/kyc/kyctest"
)

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
		}, "journey does not start twice under one id, where the provider keeps ids", []string{
			"Start, given an ID for the second time", `want an error of kind "used before"`,
		}},
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
		{"says that nobody has opened a document of which it tells", func(p *kycmem.Provider) altered {
			return fetches(p, func(_ kyc.Document, record *kyc.Record, err error) (*kyc.Record, error) {
				if err == nil {
					record.Unopened, record.File = true, &kyc.File{Link: kyc.Hide("https://files.example/a")}
				}
				return record, err
			})
		}, "journey ends with the document, and what the user is told", []string{"Fetch",
			"want of a document that is Unopened the link of its file"}},
		{"says that nobody has opened a document without a file", func(p *kycmem.Provider) altered {
			return fetches(p, func(doc kyc.Document, _ *kyc.Record, err error) (*kyc.Record, error) {
				if err != nil {
					return nil, err
				}
				return &kyc.Record{Document: doc, Unopened: true}, nil
			})
		}, "journey ends with the document, and what the user is told", []string{"Fetch",
			"want of a document that is Unopened the link of its file"}},
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
		{"hands out twice what it says to hand out once", func(p *kycmem.Provider) altered {
			return altered{Provider: p, once: []kyc.Document{kyc.Aadhaar}}
		}, "journey ends with the document, and what the user is told",
			[]string{"Fetch, given a journey whose user has consented, " +
				`of a document that FetchesOnce lists, for the second time: want an error of kind "expired"`}},
		{"does not say the second time that the document is gone", func(p *kycmem.Provider) altered {
			n := 0
			return altered{Provider: p, once: []kyc.Document{kyc.Aadhaar}, fetch: func(ctx context.Context,
				ref kyc.Ref, doc kyc.Document) (*kyc.Record, error) {
				if n++; n > 1 {
					return nil, kyc.NewError(kyc.Error{Provider: "kycmem", Op: "Fetch", Kind: kyc.ErrExpired}, nil, nil)
				}
				return p.Fetch(ctx, ref, doc)
			}}
		}, "journey ends with the document, and what the user is told",
			[]string{"for the second time: want an error that is Spent"}},
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
		}, "journey is told when the user refuses", []string{"kyc.Complete", "want a refusal or no state"}},
	} {
		t.Run(try.name, func(t *testing.T) { wrong(t, memory(try.bug), try.check, try.says...) })
	}
}
