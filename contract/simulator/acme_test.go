package simulator_test

import (
	"context"
	_ "embed"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/internal/calls"
	"example.com/digilocker/contract/simulator"
)

// The engine's specs run on two providers that nobody has: acme, with behaviour for
// all of its operations but listKinds, and bolt, with one operation and next to no
// behaviour.

//go:embed testdata/acme.yaml
var acmeDocument []byte

//go:embed testdata/bolt.yaml
var boltDocument []byte

const acmeKey = "acme-simulator-key-opens-nothing"

func acme() simulator.Provider {
	return simulator.Provider{Name: "acme", Title: "Acme", Document: acmeDocument, Behaviour: &acmeBehaviour}
}

func bolt() simulator.Provider {
	return simulator.Provider{Name: "bolt", Document: boltDocument, Behaviour: &boltBehaviour}
}

var boltBehaviour = simulator.Behaviour{
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"close": func(x *simulator.Exchange) simulator.Reply { return x.Say(nil, "200/closed") },
	},
	Causes: map[string][]string{"night": {"503/at-night"}},
}

var acmeBehaviour = simulator.Behaviour{
	Credentials: []simulator.Credential{{Name: "x-acme-key", Value: acmeKey}},
	Refuse: func(x *simulator.Exchange) *simulator.Reply {
		if x.Request.Header.Get("x-acme-key") == acmeKey {
			return nil
		}
		r := x.Borrow("openJourney/400/no-key", 0) // listKinds documents none
		return &r
	},
	Operations: map[string]func(*simulator.Exchange) simulator.Reply{
		"openJourney": acmeOpens, "getJourney": acmeTells, "withdraw": acmeWithdraws,
		"getPaper": acmeHandsOut, "checkAccount": acmeChecks,
	},
	Causes: map[string][]string{
		"no balance":                {"422/no-balance"},
		"rate limit of the address": {"429/too-many-requests-of-the-address"},
		"source outage":             {"502/source-outage"},
	},
	Limits: map[string]string{"X-RateLimit-Limit": "200", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": ""},
	Back:   func(_ *simulator.Service, j *simulator.Journey) string { return "journey=" + j.ID },
	Decided: func(s *simulator.Service, j *simulator.Journey, _ time.Time) {
		put := simulator.Values{"/id": simulator.Quote(j.ID), "/state": simulator.Quote(acmeStates[j.State])}
		s.Notify(s.Example("openJourney/webhook/decided").JSON(put), http.Header{"x-acme-event": {"decided"}})
	},
	Paper: func(_ *simulator.Service, j *simulator.Journey, doc kyc.Document, at time.Time) []byte {
		switch doc {
		case kyc.Aadhaar:
			return j.Person.EAadhaar().XML(at)
		case kyc.PAN:
			return j.Person.PANCard().XML(at)
		default:
			return nil
		}
	},
	Curl: func(base string, _ time.Time) []string {
		return []string{
			base + "/journeys", "-H", "x-acme-key: " + acmeKey,
			"--json", `{"id":"it's-42","documents":["id-card"],"return_to":"https://shop.example/back"}`,
		}
	},
}

var acmeKinds = map[kyc.Document]string{
	kyc.Aadhaar: "id-card", kyc.PAN: "tax-card", kyc.DrivingLicence: "licence",
}

var acmeStates = map[simulator.State]string{
	simulator.Pending: "WAITING", simulator.Granted: "CONSENTED", simulator.Denied: "REFUSED",
	simulator.Revoked: "WITHDRAWN", simulator.LinkExpired: "TOO_LATE", simulator.ConsentExpired: "OVER",
}

func acmeKind(word string) kyc.Document {
	for doc, w := range acmeKinds {
		if w == word {
			return doc
		}
	}
	return ""
}

func acmeOpens(x *simulator.Exchange) simulator.Reply {
	words, _ := x.Texts("documents")
	redirect, flow := x.Text("return_to"), x.Text("flow")
	if x.Missing("id") || x.Text("id") == "" {
		return x.Say(nil, "400/no-id")
	}
	if !x.Missing("return_to") && !simulator.WebAddress(redirect) {
		return x.Say(nil, "400/wrong-address")
	}
	var docs []kyc.Document
	for _, w := range words {
		docs = append(docs, acmeKind(w))
	}
	j := x.Start(x.Text("id"), redirect, docs, flow)
	if j == nil {
		return x.Say(nil, "409/id-taken")
	}
	put := simulator.Values{
		"/id": simulator.Quote(j.ID), "/number": simulator.Integer(j.Reference), "/url": simulator.Quote(j.ConsentURL()),
		"/link":      simulator.Quote(j.ConsentURL()),
		"/documents": simulator.QuoteAll(simulator.Words(acmeKinds, j.Requested)), "/return_to": nil, "/flow": nil,
	}
	if redirect != "" {
		put["/return_to"] = simulator.Quote(redirect)
	}
	if flow != "" {
		put["/flow"] = simulator.Quote(flow)
	}
	return x.Say(put, "200/opened", "200/opened-in-b")
}

func acmeTells(x *simulator.Exchange) simulator.Reply {
	j := x.Find(x.Request.PathValue("journey_id"))
	if j == nil {
		return x.Say(nil, "404/unknown")
	}
	put := simulator.Values{"/id": simulator.Quote(j.ID), "/state": simulator.Quote(acmeStates[j.State])}
	if j.Person == nil {
		return x.Say(put, "200/waiting")
	}
	put["/shared"] = simulator.QuoteAll(simulator.Words(acmeKinds, j.Shared))
	put["/name"] = simulator.Quote(j.Person.Name)
	return x.Say(put, "200/decided")
}

func acmeWithdraws(x *simulator.Exchange) simulator.Reply {
	j := x.Find(x.Request.PathValue("journey_id"))
	switch {
	case j == nil:
		return x.Say(nil, "404/unknown")
	case !x.Revoke(j):
		return x.Say(nil, "409/no-consent")
	}
	return x.Say(nil, "200/withdrawn")
}

func acmeHandsOut(x *simulator.Exchange) simulator.Reply {
	j, doc := x.Find(x.Request.PathValue("journey_id")), acmeKind(x.Request.PathValue("kind"))
	switch {
	case j == nil:
		return x.Say(nil, "404/unknown")
	case !j.Has(doc):
		return x.Say(nil, "409/not-shared")
	}
	format := x.Query.Get("format")
	if format == "" {
		format = "zip"
	}
	return x.Say(simulator.Values{
		"/file": simulator.Quote(x.Link(j, doc, format)), "/name": simulator.Quote(j.Person.Name),
	}, "200/paper")
}

func acmeChecks(x *simulator.Exchange) simulator.Reply {
	number, free := x.Check(x.Text("id"))
	if !free {
		return x.Say(nil, "409/id-taken")
	}
	put := simulator.Values{
		"/id": simulator.Quote(x.Text("id")), "/number": simulator.Integer(number), "/account": nil,
	}
	if p := simulator.FindPerson(x.Text("mobile")); p != nil && x.HasAccount(p) {
		put["/account"] = simulator.Quote(p.AccountID())
	}
	return x.Say(put, "200/found")
}

// key is the credential of a call to acme.
var key = []string{"x-acme-key", acmeKey}

// with is key with other headers.
func with(header ...string) []string { return append(slices.Clone(key), header...) }

// serving starts a simulator of acme and bolt that stops with the spec.
func serving(opts simulator.Options) (*simulator.Simulator, *httptest.Server) {
	GinkgoHelper()
	return calls.Serving(opts, acme(), bolt())
}

// start opens a journey at acme, for Aadhaar and PAN, and returns its consent URL.
func start(ctx context.Context, server *httptest.Server, id string) string {
	GinkgoHelper()
	got := calls.Send(ctx, "POST", server.URL+"/acme/journeys",
		`{"id":"`+id+`","documents":["id-card","tax-card"],"return_to":"https://shop.example/back?order=42"}`, key...)
	Expect(got.Status).To(Equal(http.StatusOK), got.Body)
	return got.Member("url")
}

// status is how acme says that a journey is.
func status(ctx context.Context, server *httptest.Server, id string) calls.Answer {
	GinkgoHelper()
	return calls.Send(ctx, "GET", server.URL+"/acme/journeys/"+id, "", key...)
}

// paper is the link to a file of a journey at acme.
func paper(ctx context.Context, server *httptest.Server, id, kind, format string) string {
	GinkgoHelper()
	got := calls.Send(ctx, "GET", server.URL+"/acme/journeys/"+id+"/papers/"+kind+"?format="+format, "", key...)
	Expect(got.Status).To(Equal(http.StatusOK), got.Body)
	return got.Member("file")
}
