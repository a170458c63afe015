package simulator

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"example.com/digilocker/contract/simulator/papers"
)

// front is what the first page shows.
type front struct {
	Base      string
	Limit     int
	Documents string // "Acme documents", "Acme and Bolt document"; "" without providers
	Providers []frontProvider
	Journeys  []frontJourney
	People    []*Person
	Clock     time.Time

	LinkLife, ConsentLife, FileLife, Skew time.Duration
}

type frontProvider struct {
	Title, BaseURL, Curl string // without Curl, none is shown
	Credentials          []Credential
	Causes               []string // of faults that only this provider documents
	Unpublished          []string // what is decided here without a publication
}

type frontJourney struct {
	Provider, ID, State, URL string
	Age                      time.Duration
}

// shown is how many journeys of each provider the first page lists.
const shown = 10

var stateNames = map[State]string{
	Pending: "waiting for consent", Granted: "consented", Denied: "denied", Revoked: "revoked",
	LinkExpired: "link expired", ConsentExpired: "consent expired",
}

func (s *Simulator) index(w http.ResponseWriter, r *http.Request) {
	now := s.Now()
	base := s.base(r)
	data := front{
		Base: base, Limit: s.opts.Limit, People: people, Clock: now,
		LinkLife: LinkLife, ConsentLife: ConsentLife, FileLife: FileLife, Skew: Skew,
	}
	var titles []string
	for _, p := range s.services {
		titles = append(titles, p.title)
		one := frontProvider{
			Title: p.title, BaseURL: base + "/" + p.name, Credentials: p.behaviour.Credentials,
			Causes: p.behaviour.Kinds(), Unpublished: p.behaviour.Unpublished,
		}
		if p.behaviour.Curl != nil {
			one.Curl = shell(p.behaviour.Curl(one.BaseURL, s.opts.Now()))
		}
		data.Providers = append(data.Providers, one)
		for _, j := range p.store.newest(shown) {
			one := frontJourney{
				Provider: p.title, ID: j.id, State: stateNames[j.is(now)], Age: now.Sub(j.created).Round(time.Second),
			}
			if j.is(now) == Pending {
				one.URL = j.consentURL()
			}
			data.Journeys = append(data.Journeys, one)
		}
	}
	data.Documents = subject(titles, " documents", " document")
	s.show(w, http.StatusOK, "index", data)
}

// subject are the names as the subject of a verb, whose two forms are for one and for
// several; "" if there are none.
func subject(names []string, one, several string) string {
	switch last := len(names) - 1; last {
	case -1:
		return ""
	case 0:
		return names[0] + one
	default:
		return strings.Join(names[:last], ", ") + " and " + names[last] + several
	}
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

// errNoFile is that of a document which the provider has not as that file.
var errNoFile = errors.New("no such file")

// file makes what a link leads to: the same each time.
func (s *Service) file(l link) ([]byte, error) {
	if l.file.format == "pdf" {
		return papers.PDF(string(l.file.document), "Nobody issued this, and it is about nobody."), nil
	}
	if s.behaviour.Paper == nil {
		return nil, errNoFile
	}
	paper := s.behaviour.Paper(s, l.journey.snapshot(s.sim.Now()), l.file.document, l.made)
	if paper == nil || l.file.format != "xml" && l.file.format != "zip" {
		return nil, errNoFile
	}
	signer, err := s.sim.signer()
	if err != nil {
		return nil, err
	}
	xml, err := signer.Sign(paper)
	if err != nil || l.file.format == "xml" {
		return xml, err
	}
	return papers.ZIP(string(l.file.document)+".xml", xml)
}
