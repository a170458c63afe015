package simulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/contract/examples"
)

// provider is one of them at work.
type provider struct {
	*documented
	behaviour
	sim   *Simulator
	store *store
}

// behaviour is what code knows of a provider, beside its document.
type behaviour struct {
	title       string
	credentials []credential
	// slash says that its paths may end in one.
	slash bool
	// refuse says what is wrong with the credentials of a request; nil: nothing.
	refuse func(*exchange) *reply
	// operations by id.
	operations map[string]func(*exchange) reply
	// causes are what no request can bring about, each with the examples that it
	// leads to, below the operation: 422/insufficient-balance.
	causes map[string][]string
	// limits are the headers of a rate limit; "" stands for the seconds to wait.
	limits map[string]string
	// offers are the documents that the user of a journey is asked for.
	offers func(*journey) []kyc.Document
	// back is the query with which the user returns from a journey.
	back func(p *provider, j *journey) string
	// decided is called after the user's decision; nil: it concerns nobody.
	decided func(p *provider, j *journey)
	// paper is the unsigned XML of a document that was shared; nil: it has none.
	paper func(p *provider, j *journey, doc kyc.Document, at time.Time) []byte
	// curl is a request that starts a journey, as the arguments of curl.
	curl func(base string, now time.Time) []string
}

var behaviours = map[string]behaviour{"cashfree": cashfree, "eko": eko, "setu": setu}

// serve adds the operations of d to s.
func (s *Simulator) serve(d *documented) *provider {
	p := &provider{documented: d, behaviour: behaviours[d.Provider], sim: s, store: newStore(s.opts.Limit)}
	for _, op := range d.Operations {
		handler := func(w http.ResponseWriter, r *http.Request) { p.handle(op, w, r) }
		pattern := op.Method + " /" + d.Provider + op.Path
		s.mux.HandleFunc(pattern, handler)
		if p.slash {
			s.mux.HandleFunc(pattern+"/{$}", handler)
		}
	}
	return p
}

// exchange is one request to an operation.
type exchange struct {
	*provider
	op     examples.Operation
	r      *http.Request
	now    time.Time
	query  url.Values
	body   map[string]json.RawMessage // nil if it is no JSON object
	source string                     // the publication preferred; "" for the default
}

// reply is what an exchange comes to.
type reply struct {
	answer *answer // nil: no body is documented
	put    values
	status int // 0: the answer's
	header http.Header
}

// maxBody is the largest request that is read, in bytes. The documented ones have
// a few hundred.
const maxBody = 1 << 20

func (p *provider) handle(op examples.Operation, w http.ResponseWriter, r *http.Request) {
	x := &exchange{provider: p, op: op, r: r, now: p.sim.Now(), query: r.URL.Query()}
	wish, err := p.preference(r.Header)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	x.source = wish.source
	if op.HasBody() {
		data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			http.Error(w, "The simulator reads requests of up to 1 MiB.", http.StatusRequestEntityTooLarge)
			return
		}
		_ = json.Unmarshal(data, &x.body) // a body that is no object has no members
	}
	refusal := x.refuse(x)
	wanted, err := x.wished(wish)
	own := refusal == nil && wanted == nil && err == nil
	failure := p.sim.faults.draw(p.Provider, op.ID, func(f *Fault) bool { return f.between() || own && x.failed(f) != nil })
	// Only once the body is read does net/http notice that a caller leaves.
	if failure != nil && failure.between() && failure.strike(p.sim, w, r) {
		return
	}
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case wanted != nil:
		w.Header().Set("Preference-Applied", wish.applied())
		reply{answer: wanted}.write(w)
	case refusal != nil:
		refusal.write(w)
	case failure != nil && !failure.between():
		x.failed(failure).write(w)
	default:
		x.operations[op.ID](x).write(w)
	}
}

// say gives the example of that name of the operation, such as 200/success. Of
// several for the same cause, it is the first, or that of the publication which
// the caller prefers.
func (x *exchange) say(put values, names ...string) reply {
	chosen := x.answers[x.op.ID+"/"+names[0]]
	for _, name := range names {
		if a := x.answers[x.op.ID+"/"+name]; x.source != "" && a != nil && published(a.Source, x.source) {
			chosen = a
			break
		}
	}
	if chosen == nil { // an example that the document no longer has
		return reply{status: http.StatusNotImplemented}
	}
	return reply{answer: chosen, put: put}
}

// borrow gives the example of another operation, for what this one documents none
// for.
func (x *exchange) borrow(name string, status int) reply {
	return reply{answer: x.answers[name], status: status}
}

func (r reply) write(w http.ResponseWriter) {
	for name, all := range r.header {
		w.Header()[name] = all
	}
	status := r.status
	if r.answer == nil {
		w.WriteHeader(status)
		return
	}
	if status == 0 {
		status = r.answer.status
	}
	w.Header().Set("Content-Type", r.answer.MediaType())
	w.WriteHeader(status)
	_, _ = w.Write(r.answer.appendTo(make([]byte, 0, 1024), r.put)) // a caller who left needs no answer
}

// text is the member of the body, "" if it is missing or no text.
func (x *exchange) text(member string) string {
	var s string
	_ = json.Unmarshal(x.body[member], &s)
	return s
}

// missing says whether the member of the body is absent or null.
func (x *exchange) missing(member string) bool {
	v, ok := x.body[member]
	return !ok || string(v) == "null"
}

// texts is the member of the body; ok is false if it is no list of texts.
func (x *exchange) texts(member string) (list []string, ok bool) {
	err := json.Unmarshal(x.body[member], &list)
	return list, err == nil
}

// wish is what a request prefers: Prefer, RFC 7240, with the preferences that
// users of other mock servers know, and source, the publication whose word counts
// where several differ.
type wish struct {
	example, code, source string
}

var (
	preferences = regexp.MustCompile(`(?:[^,"]|"[^"]*"?)+`)
	nameValue   = regexp.MustCompile(`^\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^;"]*?))\s*(?:;.*)?$`)
)

// preference is what the header says. Of a preference that it says twice the first
// counts, and of one that is none of ours nothing.
func (p *provider) preference(header http.Header) (wish, error) {
	var want wish
	for _, one := range preferences.FindAllString(strings.Join(header.Values("Prefer"), ","), -1) {
		m := nameValue.FindStringSubmatch(one)
		if m == nil {
			continue
		}
		value := m[2] + m[3]
		for name, into := range map[string]*string{"example": &want.example, "code": &want.code, "source": &want.source} {
			if strings.EqualFold(m[1], name) {
				*into = cmp.Or(*into, value)
			}
		}
	}
	if n, err := strconv.Atoi(want.code); want.code != "" && (err != nil || n < 100 || n > 599) {
		return want, fmt.Errorf("the preference code=%q is no HTTP status", want.code)
	}
	if want.source != "" && !slices.ContainsFunc(p.sources, func(s string) bool { return published(s, want.source) }) {
		return want, fmt.Errorf("the preference source=%q is no publication that shows what %s sends; there is %s", want.source, p.title, strings.Join(p.sources, ", "))
	}
	return want, nil
}

// applied is the preference that decided the answer, for the caller.
func (w wish) applied() string {
	var all []string
	if w.example != "" {
		all = append(all, fmt.Sprintf("example=%q", w.example))
	}
	if w.code != "" {
		all = append(all, "code="+w.code)
	}
	return strings.Join(all, ", ")
}

// published says whether source is the publication of that name, of whatever date.
func published(source, name string) bool {
	return source == name || strings.HasPrefix(source, name+" ")
}

// wished is the example that the request names, by its name or by the last part
// of its id, or else by its status; nil if it names none.
func (x *exchange) wished(want wish) (*answer, error) {
	if want.example == "" && want.code == "" {
		return nil, nil
	}
	var there []string
	for _, e := range x.Entries {
		if e.Operation != x.op.ID || e.Direction != examples.Response {
			continue
		}
		a := x.answers[strings.TrimPrefix(e.ID, x.Provider+"/")]
		slug := e.ID[strings.LastIndex(e.ID, "/")+1:]
		if (want.example == "" || want.example == e.Example || want.example == slug) &&
			(want.code == "" || want.code == strconv.Itoa(a.status)) && (want.source == "" || published(e.Source, want.source)) {
			return a, nil
		}
		there = append(there, strconv.Itoa(a.status)+" "+slug)
	}
	slices.Sort(there)
	return nil, fmt.Errorf("what the request prefers is no example of %s, which has:\n%s", x.op.ID, strings.Join(there, "\n"))
}
