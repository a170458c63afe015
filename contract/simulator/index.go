package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/digilocker/contract/simulator/internal/papers"
)

// front is what the first page shows.
type front struct {
	Base      string
	Limit     int
	Providers []frontProvider
	Journeys  []frontJourney
	People    []*Person
	Clock     time.Time

	LinkLife, ConsentLife, FileLife, Skew time.Duration
}

type frontProvider struct {
	Title, BaseURL, Curl string
	Credentials          []credential
	Causes               []string // of faults that only this provider documents
}

type credential struct{ Name, Value string }

type frontJourney struct {
	Provider, ID, State, URL string
	Age                      time.Duration
}

// shown is how many journeys of each provider the first page lists.
const shown = 10

var stateNames = map[state]string{
	pending: "waiting for consent", granted: "consented", denied: "denied", revoked: "revoked", unused: "link expired", lapsed: "consent expired",
}

func (s *Simulator) index(w http.ResponseWriter, r *http.Request) {
	now := s.Now()
	base := s.base(r)
	data := front{
		Base: base, Limit: s.opts.Limit, People: people, Clock: now,
		LinkLife: LinkLife, ConsentLife: ConsentLife, FileLife: FileLife, Skew: Skew,
	}
	for _, p := range s.providers {
		data.Providers = append(data.Providers, frontProvider{
			Title: p.title, BaseURL: base + "/" + p.Provider, Credentials: p.credentials, Curl: shell(p.curl(base, s.opts.Now())),
			Causes: slices.Sorted(maps.Keys(p.causes)),
		})
		for _, j := range p.store.newest(shown) {
			one := frontJourney{Provider: p.title, ID: j.id, State: stateNames[j.is(now)], Age: now.Sub(j.created).Round(time.Second)}
			if j.is(now) == pending {
				one.URL = j.consentURL()
			}
			data.Journeys = append(data.Journeys, one)
		}
	}
	s.show(w, http.StatusOK, "index", data)
}

// shell is a call of curl for a POSIX shell.
func shell(args []string) string {
	var b strings.Builder
	b.WriteString("curl")
	for _, a := range args {
		b.WriteString(" ")
		if strings.HasPrefix(a, "-") {
			b.WriteString("\\\n  " + a)
		} else {
			b.WriteString("'" + strings.ReplaceAll(a, "'", `'\''`) + "'")
		}
	}
	return b.String()
}

// file makes what a link leads to: the same each time.
func (p *provider) file(l link) ([]byte, error) {
	if l.file.format == "pdf" {
		return papers.PDF(string(l.file.document), "Nobody issued this, and it is about nobody."), nil
	}
	signer, err := p.sim.signer()
	if err != nil {
		return nil, err
	}
	xml, err := signer.Sign(p.paper(p, l.journey, l.file.document, l.made))
	if err != nil || l.file.format == "xml" {
		return xml, err
	}
	return papers.ZIP(string(l.file.document)+".xml", xml)
}
