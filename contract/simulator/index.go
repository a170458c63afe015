package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
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
	Exchanges []frontExchange
	People    []*Person
	Clock     time.Time
	Ahead     time.Duration // of the callers' time
	Faults    []string
	Kinds     []string // of faults that every provider can have
	Form      faultForm
	Problem   string // with what was entered into a form

	LinkLife, ConsentLife, FileLife, Skew time.Duration
}

type frontProvider struct {
	Name, Title, BaseURL, Curl string // without Curl, none is shown
	Begin                      string // where a browser begins a journey; "" for nowhere
	Credentials                []Credential
	Causes                     []string // of faults that only this provider documents
	Operations                 []string
	Unpublished                []string // what is decided here without a publication
}

type frontJourney struct {
	Provider, ID, State, URL string
	Age                      time.Duration
}

// frontExchange is a request to a provider and what came of it, redacted.
type frontExchange struct {
	Number                               int
	Provider, Operation, Method, Address string
	At                                   time.Time
	Status                               int // 0: no answer
	Fault                                string
	Request, Answer                      string
}

// faultForm is what was entered into the form of a fault.
type faultForm struct {
	Provider, Operation, Kind, Delay, Status, RetryAfter, Probability, Count string
}

// shown is how many journeys of each provider the first page lists.
const shown = 10

var stateNames = map[State]string{
	Pending: "waiting for consent", Granted: "consented", Denied: "denied", Revoked: "revoked",
	LinkExpired: "link expired", ConsentExpired: "consent expired",
}

func (s *Simulator) index(w http.ResponseWriter, r *http.Request) {
	s.front(w, r, http.StatusOK, faultForm{Kind: Latency, Delay: "2s", Count: "3"}, "")
}

// front shows the first page, with what was entered and is wrong.
func (s *Simulator) front(w http.ResponseWriter, r *http.Request, status int, entered faultForm, problem string) {
	now := s.Now()
	base := s.base(r)
	data := front{
		Base: base, Limit: s.opts.Limit, People: people, Clock: now, Ahead: time.Duration(s.ahead.Load()),
		Exchanges: s.exchanges.newest(), Kinds: general, Form: entered, Problem: problem,
		LinkLife: LinkLife, ConsentLife: ConsentLife, FileLife: FileLife, Skew: Skew,
	}
	for _, f := range s.Faults() {
		data.Faults = append(data.Faults, s.inWords(f))
	}
	var titles []string
	for _, p := range s.services {
		titles = append(titles, p.title)
		one := frontProvider{
			Name: p.name, Title: p.title, BaseURL: base + "/" + p.name, Credentials: p.behaviour.Credentials,
			Causes: p.behaviour.Kinds(), Operations: p.ids(), Unpublished: p.behaviour.Unpublished,
		}
		if p.behaviour.Curl != nil {
			one.Curl = shell(p.behaviour.Curl(one.BaseURL, s.opts.Now()))
		}
		if p.behaviour.Begin != nil {
			one.Begin = p.behaviour.Begin(one.BaseURL, s.opts.Now())
		}
		data.Providers = append(data.Providers, one)
		for _, j := range p.store.newest(shown) {
			one := frontJourney{Provider: p.title, ID: j.id, State: stateNames[j.is(now)], Age: now.Sub(j.created)}
			if j.is(now) == Pending {
				one.URL = j.consentURL()
			}
			data.Journeys = append(data.Journeys, one)
		}
	}
	data.Documents = subject(titles, " documents", " document")
	s.show(w, status, "index", data)
}

// inWords is a fault as the first page says it.
func (s *Simulator) inWords(f Fault) string {
	text := f.Kind
	switch {
	case f.Kind == Latency:
		text += " of " + f.Delay.String()
	case f.Status != 0:
		text += " " + strconv.Itoa(f.Status)
	case f.RetryAfter != 0:
		text += ", to be tried again after " + f.RetryAfter.String()
	}
	where := "every provider"
	for _, p := range s.services {
		if p.name == f.Provider {
			where = p.title
		}
	}
	text += " at " + where
	if f.Operation != "" {
		text += ", " + f.Operation
	}
	if f.Probability != 0 {
		text += fmt.Sprintf(", for %v of 100 requests", 100*f.Probability)
	}
	switch f.Count {
	case 0:
		return text + ", until it is cleared"
	case 1:
		return text + ", once more"
	default:
		return text + fmt.Sprintf(", %d times more", f.Count)
	}
}

// command is what a form of the first page asks for: a fault, no faults, or a later time.
func (s *Simulator) command(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := crossOrigin.Check(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	var err error
	entered := faultForm{Kind: Latency}
	switch r.PostForm.Get("do") {
	case "set":
		entered = faultForm{
			Provider: r.PostForm.Get("provider"), Operation: r.PostForm.Get("operation"), Kind: r.PostForm.Get("kind"),
			Delay: r.PostForm.Get("delay"), Status: r.PostForm.Get("status"), RetryAfter: r.PostForm.Get("retryAfter"),
			Probability: r.PostForm.Get("probability"), Count: r.PostForm.Get("count"),
		}
		err = s.addEntered(entered)
	case "clear":
		s.ClearFaults()
	case "advance":
		err = s.advanceBy(r.PostForm.Get("by"))
	default:
		err = errors.New("the form does not say what to do")
	}
	if err != nil {
		s.front(w, r, http.StatusUnprocessableEntity, entered, err.Error())
		return
	}
	http.Redirect(w, r, "/#control", http.StatusSeeOther)
}

// addEntered sets the fault that was entered. What its kind has no use for may be left in the
// form.
func (s *Simulator) addEntered(in faultForm) error {
	f := Fault{Provider: in.Provider, Operation: strings.TrimSpace(in.Operation), Kind: in.Kind}
	var wrong []error
	duration := func(into *time.Duration, name, text string) {
		if text = strings.TrimSpace(text); text == "" {
			return
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %q is no duration, such as 250ms or 2s", name, text))
		}
		*into = d
	}
	number := func(into *int, name, text string) {
		if text = strings.TrimSpace(text); text == "" {
			return
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %q is no whole number", name, text))
		}
		*into = n
	}
	number(&f.Count, "how often", in.Count)
	switch in.Kind {
	case Latency:
		duration(&f.Delay, "delay", in.Delay)
	case Status, GatewayHTML:
		number(&f.Status, "status", in.Status)
	case RateLimit:
		duration(&f.RetryAfter, "retry after", in.RetryAfter)
	}
	if text := strings.TrimSpace(in.Probability); text != "" {
		p, err := strconv.ParseFloat(text, 64)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("probability: %q is no number, such as 0.5", text))
		}
		f.Probability = p
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	return s.AddFault(f)
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
