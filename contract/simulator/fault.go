package simulator

import (
	"cmp"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The kinds of Fault that every provider can have. Others are the causes that
// each provider documents and no request can bring about; Causes lists them.
const (
	Latency     = "latency"    // the answer comes after Delay
	Timeout     = "timeout"    // no answer comes
	Reset       = "reset"      // the connection is reset before anything is done
	Lost        = "lost"       // what was asked for is done, and the connection is reset in the place of its answer
	GatewayHTML = "html"       // Status, by default 502, with a gateway's page
	Status      = "status"     // Status, by default 500, with its first documented body if it has one
	RateLimit   = "rate limit" // 429, with the documented headers if there are any
)

// general are the kinds above.
var general = []string{Latency, Timeout, Reset, Lost, GatewayHTML, Status, RateLimit}

// Fault is something that goes wrong on the provider's side.
type Fault struct {
	Provider    string        // "" for all
	Operation   string        // operationId, such as createURL; "" for all
	Kind        string        // one of the constants, or of Causes
	Delay       time.Duration // of Latency
	Status      int           // of Status and GatewayHTML, 400 to 599
	RetryAfter  time.Duration // of RateLimit, in whole seconds; default: one minute
	Probability float64       // above 0 and up to 1; 0: always
	Count       int           // how often; 0: until it is cleared
}

// faultJSON is a Fault over HTTP, with durations as text: "250ms".
type faultJSON struct {
	Provider    string  `json:"provider,omitempty"`
	Operation   string  `json:"operation,omitempty"`
	Kind        string  `json:"kind"`
	Delay       string  `json:"delay,omitempty"`
	Status      int     `json:"status,omitempty"`
	RetryAfter  string  `json:"retryAfter,omitempty"`
	Probability float64 `json:"probability,omitempty"`
	Count       int     `json:"count,omitempty"`
}

// faultMembers are those of faultJSON.
var faultMembers = []member{
	{"provider", `a text, such as "acme"`}, {"operation", `a text, such as "start"`}, {"kind", `a text, such as "latency"`},
	{"delay", `a text, such as "2s"`}, {"status", "a whole number, such as 502"}, {"retryAfter", `a text, such as "30s"`},
	{"probability", "a number, such as 0.5"}, {"count", "a whole number, such as 3"},
}

// MarshalJSON implements [json.Marshaler].
func (f Fault) MarshalJSON() ([]byte, error) {
	return json.Marshal(faultJSON{
		f.Provider, f.Operation, f.Kind, durationText(f.Delay), f.Status, durationText(f.RetryAfter), f.Probability, f.Count,
	})
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// UnmarshalJSON implements [json.Unmarshaler]. It refuses members that a Fault
// does not have.
func (f *Fault) UnmarshalJSON(text []byte) error {
	var in faultJSON
	if err := decode(text, &in, faultExample, faultMembers); err != nil {
		return err
	}
	*f = Fault{Provider: in.Provider, Operation: in.Operation, Kind: in.Kind, Status: in.Status, Probability: in.Probability, Count: in.Count}
	for into, text := range map[*time.Duration]string{&f.Delay: in.Delay, &f.RetryAfter: in.RetryAfter} {
		if text == "" {
			continue
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no duration, such as 250ms", text)
		}
		*into = d
	}
	return nil
}

// Causes lists, by provider, the kinds of Fault that the provider documents, its variants
// included.
func (s *Simulator) Causes() map[string][]string {
	all := map[string][]string{}
	for _, p := range s.services {
		all[p.name] = p.behaviour.Kinds()
	}
	return all
}

// Kinds are those of the faults that the behaviour knows, variants included, sorted.
func (b *Behaviour) Kinds() []string { return slices.Sorted(maps.Keys(b.causes())) }

// causes are the faults that the behaviour knows, each with a test of whether the operation of
// a provider's document has it.
func (b *Behaviour) causes() map[string]func(d *documented, operation string) bool {
	all := map[string]func(*documented, string) bool{}
	for kind, names := range b.Causes {
		all[kind] = func(d *documented, operation string) bool {
			return slices.ContainsFunc(names, func(name string) bool { return d.examples[operation+"/"+name] != nil })
		}
	}
	for kind, v := range b.Variants {
		all[kind] = func(_ *documented, operation string) bool { return v.Answers[operation] != nil }
	}
	return all
}

// AddFault sets a fault. It is an error to set a documented cause for an operation that does not
// document it, where it would be without effect. The first one that concerns a request and strikes is the
// one that the request meets. What goes wrong between the caller and the provider
// concerns every request; the rest concerns those that the provider would answer by
// itself, and a documented cause the operations for which it is documented: no other
// request uses up its Count.
func (s *Simulator) AddFault(f Fault) error {
	if err := s.check(f); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	return s.faults.add(f)
}

// Faults lists the faults that are set, with what is left of their Count.
func (s *Simulator) Faults() []Fault { return s.faults.list() }

// ClearFaults removes all faults.
func (s *Simulator) ClearFaults() { s.faults.clear() }

func (s *Simulator) check(f Fault) error {
	var names, kinds, operations []string
	kinds = append(kinds, general...)
	known := f.Operation == ""
	var has []string // the operations that document the kind
	for _, p := range s.services {
		names = append(names, p.name)
		if f.Provider != "" && f.Provider != p.name {
			continue
		}
		kinds = append(kinds, p.behaviour.Kinds()...)
		operations = append(operations, p.ids()...)
		known = known || p.has(f.Operation)
		if documents := p.behaviour.causes()[f.Kind]; documents != nil {
			for _, operation := range p.ids() {
				if documents(p.documented, operation) {
					has = append(has, operation)
				}
			}
		}
	}
	own := !slices.Contains(general, f.Kind)
	switch {
	case f.Provider != "" && !slices.Contains(names, f.Provider):
		return fmt.Errorf("there is no provider %q; there is %s", f.Provider, cmp.Or(strings.Join(names, ", "), "none"))
	case !known:
		return fmt.Errorf("there is no operation %q; there is %s", f.Operation, strings.Join(operations, ", "))
	case !slices.Contains(kinds, f.Kind):
		return fmt.Errorf("there is no kind %q; there is %s", f.Kind, strings.Join(slices.Compact(kinds), ", "))
	case own && len(has) == 0:
		return fmt.Errorf("no operation documents %q", f.Kind)
	case own && f.Operation != "" && !slices.Contains(has, f.Operation):
		return fmt.Errorf("%s does not document %q, which would be without effect; it is documented for %s",
			f.Operation, f.Kind, strings.Join(has, ", "))
	case f.Kind == Latency && f.Delay <= 0:
		return fmt.Errorf("latency needs a delay")
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status %d is not from 400 to 599", f.Status)
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("probability %v is not from 0 to 1", f.Probability)
	case f.Count < 0 || f.Delay < 0 || f.RetryAfter < 0:
		return fmt.Errorf("count, delay and retryAfter cannot be negative")
	case f.RetryAfter%time.Second != 0:
		return fmt.Errorf("retryAfter is %v; it is of whole seconds, as the header is", f.RetryAfter)
	}
	return nil
}

// faults are those that are set.
type faults struct {
	any atomic.Bool
	mu  sync.Mutex
	all []Fault
}

// maxFaults is how many there can be at once; every request looks through them.
const maxFaults = 1000

func (f *faults) add(one Fault) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) == maxFaults {
		return fmt.Errorf("fault: there are %d already; clear them first", maxFaults)
	}
	f.all = append(f.all, one)
	f.any.Store(true)
	return nil
}

func (f *faults) list() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.all)
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = nil
	f.any.Store(false)
}

// draw is the fault that strikes a request, nil if none does: the first that it concerns, which
// is asked last, as the answer may start a journey.
func (f *faults) draw(provider, operation string, concerns func(*Fault) bool) *Fault {
	if !f.any.Load() {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.all {
		one := &f.all[i]
		if one.Provider != "" && one.Provider != provider || one.Operation != "" && one.Operation != operation ||
			one.Probability > 0 && rand.Float64() >= one.Probability || !concerns(one) {
			continue
		}
		struck := *one
		if one.Count == 1 {
			f.all = slices.Delete(f.all, i, i+1)
		} else if one.Count > 1 {
			one.Count--
		}
		return &struck
	}
	return nil
}

// between says whether the fault lies between the caller and the provider, whatever
// is asked.
func (f *Fault) between() bool {
	return slices.Contains([]string{Latency, Timeout, Reset, Lost, GatewayHTML}, f.Kind)
}

// strike does what needs no provider's word and comes before its answer, and says whether the request is over.
func (f *Fault) strike(s *Simulator, w http.ResponseWriter, r *http.Request) bool {
	switch f.Kind {
	case Latency:
		if !s.hold(r, f.Delay) {
			panic(http.ErrAbortHandler) // no answer, not even an empty one
		}
	case Timeout:
		s.hold(r, time.Hour)
		panic(http.ErrAbortHandler)
	case Reset:
		reset(w)
		return true
	case GatewayHTML:
		Page(cmp.Or(f.Status, http.StatusBadGateway)).write(w)
		return true
	}
	return false
}

// hold waits, and says whether the caller and the simulator are still there.
func (s *Simulator) hold(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-s.done:
	}
	return false
}

// unheard is the ResponseWriter of an answer that is lost.
type unheard struct{ header http.Header }

func (u unheard) Header() http.Header         { return u.header }
func (u unheard) WriteHeader(int)             {}
func (u unheard) Write(p []byte) (int, error) { return len(p), nil }

// reset ends the connection of w without an answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2: the stream is reset
	}
	under := conn
	if secured, ok := conn.(*tls.Conn); ok {
		under = secured.NetConn()
	}
	if tcp, ok := under.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a RST and no FIN
	}
	_ = under.Close()
}

// failed is the reply to a request that f strikes; nil if f does not concern it. A variant says
// itself which requests it concerns, any other fault those whose credentials are right.
func (x *Exchange) failed(f *Fault) *Reply {
	if _, ok := x.behaviour.Variants[f.Kind]; ok {
		return x.vary(f.Kind)
	}
	if x.refusal() != nil {
		return nil
	}
	var r Reply
	switch f.Kind {
	case Status:
		r = x.withStatus(cmp.Or(f.Status, http.StatusInternalServerError))
	case RateLimit:
		r = x.limited(x.withStatus(http.StatusTooManyRequests), f)
	default:
		names := x.behaviour.Causes[f.Kind]
		i := slices.IndexFunc(names, func(name string) bool { return x.Example(x.Operation.ID+"/"+name) != nil })
		if i < 0 {
			return nil
		}
		if r = x.Say(nil, names[i]); r.Example.status == http.StatusTooManyRequests {
			r = x.limited(r, f)
		}
	}
	return &r
}

// withStatus is the first documented answer with that status, or none.
func (x *Exchange) withStatus(status int) Reply {
	if e, err := x.wished(wish{code: strconv.Itoa(status), source: x.source}); err == nil {
		return Reply{Example: e}
	}
	return Reply{Status: status}
}

// limited adds the headers that the provider documents for a rate limit, and the
// one of RFC 9110.
func (x *Exchange) limited(r Reply, f *Fault) Reply {
	after := cmp.Or(f.RetryAfter, time.Minute)
	seconds := strconv.FormatInt(int64(after/time.Second), 10)
	r.Header = http.Header{"Retry-After": {seconds}}
	for name, value := range x.behaviour.Limits {
		r.Header.Set(name, cmp.Or(value, seconds))
	}
	return r
}
