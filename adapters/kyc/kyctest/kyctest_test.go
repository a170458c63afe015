package kyctest_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
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

// What is looked for in a value that is printed is not found in the time at which it was: that has digits by chance.
func TestPrintedWithoutTime(t *testing.T) {
	year := time.Now().Format("2006")
	for _, p := range kyctest.Printed("what is printed") {
		if strings.Contains(p[1], year) {
			t.Errorf("printed %s: %q", p[0], p[1])
		}
	}
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

// A link that is all that a document says can be read with a seed in it, and must be hidden.
func TestDocumentThatIsALink(t *testing.T) {
	linked := func(change func(record *kyc.Record)) kyctest.Subject {
		s := subject(func(a *acme) kyc.Provider {
			return altered{Provider: a, fetch: func(ctx context.Context, ref kyc.Ref, doc kyc.Document) (*kyc.Record,
				error) {
				record, err := a.Fetch(ctx, ref, doc)
				if err != nil {
					return nil, err
				}
				link := call.Link(record.Person.Name.Reveal())
				if link.IsZero() {
					return nil, call.New(ctx, "acme", "read").Missing("name")
				}
				record = &kyc.Record{Document: doc, Unopened: true, File: &kyc.File{Link: link}, Raw: record.Raw}
				change(record)
				return record, nil
			}}
		})
		s.Can, s.Webhooks = []kyc.Capability{kyc.CanParseReturn}, nil
		read := s.Operations[kyc.MethodFetch]
		read.Success.Body = []byte(`{"name":"https://files.example/a?signed=1"}`)
		s.Operations[kyc.MethodFetch] = read
		return s
	}
	if failures := failures(t, linked(func(*kyc.Record) {})); len(failures) > 0 {
		t.Errorf("%q", failures)
	}
	wrong(t, linked(func(r *kyc.Record) { r.File.Format = r.File.Link.Reveal() }),
		"with a person's data shows none of what a document says in any way of printing it",
		"Fetch, given an answer with a seed in each text", "want nothing that shows")
	wrong(t, linked(func(r *kyc.Record) { r.Unopened = false }),
		"with a person's data shows none of what a document says in any way of printing it",
		"Fetch, given an answer with a seed in each text", "want a record that reveals it when it is asked to")
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

// An adapter may count the end of a link from an answer's Date, and must not fail as a second passed between two.
func TestDates(t *testing.T) {
	var dates []string
	s := subject(func(a *acme) kyc.Provider {
		do := a.do
		a.do = func(r *http.Request) (*http.Response, error) {
			resp, err := do(r)
			if err == nil {
				dates = append(dates, resp.Header.Get("Date"))
			}
			return resp, err
		}
		return a
	})
	for _, c := range kyctest.Checks(s) {
		if c.Group == "an odd reply to Start" && strings.HasPrefix(c.Name, "is read as what it is") {
			run(t, c)
		}
	}
	if len(dates) < 10 || len(slices.Compact(slices.Clone(dates))) != 1 || dates[0] != kyctest.Dated {
		t.Errorf("want one Date in all answers; got %q", dates)
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
