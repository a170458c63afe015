// Package sandbox is what the suite must know to call a provider's own sandbox:
// where it is, with what it is called, and how much of it.
package sandbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
)

// Account is an account at a provider's sandbox.
type Account struct {
	Provider string
	BaseURL  string
	Values   provider.Values
	// Missing are the variables without which there is no account, where none of them is
	// set.
	Missing []string
	// Undeclared is what the description lacks to call anybody: an account, the sandbox, or
	// a credential. "" if nothing.
	Undeclared string
}

// Ready says whether the provider can be called.
func (a Account) Ready() bool { return a.Undeclared == "" && len(a.Missing) == 0 }

// Why says why the provider is not called; "" if it is.
func (a Account) Why() string {
	switch {
	case a.Undeclared != "":
		return a.Undeclared
	case len(a.Missing) > 0:
		return "needs credentials: " + strings.Join(a.Missing, ", ")
	}
	return ""
}

// Read reads the account of p, whose document d is, from the environment, NAME=value each.
// Without a declared account and sandbox there is none, whatever the environment says. It
// is an error to set a variable that does not exist, which is a misspelt one, some but not
// all that are needed, or the base URL of another server than the sandbox.
func Read(environ []string, p provider.Provider, d *example.Document) (Account, error) {
	a := Account{Provider: p.Name, Values: provider.Values{}}
	switch {
	case p.Account == nil:
		a.Undeclared = "no account is described: write Account in contract/provider/" + p.Name
		return a, nil
	case p.Account.Sandbox == "":
		a.Undeclared = "no sandbox is declared: write Account.Sandbox in contract/provider/" + p.Name
		return a, nil
	}
	prefix := strings.ToUpper(p.Name) + "_"
	known := append(slices.Clone(p.Account.Variables), provider.Variable{Name: prefix + "BASE_URL", Optional: true})
	known = slices.DeleteFunc(known, func(v provider.Variable) bool { return v.Obtained })
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		if !slices.ContainsFunc(known, func(v provider.Variable) bool { return v.Name == name }) {
			return a, fmt.Errorf("%s is no variable; there is %s", name, strings.Join(names(known), ", "))
		}
		if value != "" {
			a.Values[name] = value
		}
	}
	needed := 0
	for _, v := range known {
		if v.Optional {
			continue
		}
		needed++
		if a.Values[v.Name] == "" {
			a.Missing = append(a.Missing, v.Name)
		}
	}
	if len(a.Missing) > 0 && len(a.Missing) < needed {
		return a, fmt.Errorf("%s: not set, while others are: %s", p.Name, strings.Join(a.Missing, ", "))
	}
	if needed == 0 {
		a.Undeclared = "no credential is described: write Account.Variables in contract/provider/" + p.Name
		return a, nil
	}
	a.BaseURL = cmp.Or(a.Values[prefix+"BASE_URL"], p.Account.Sandbox)
	if err := check(a.BaseURL, p.Account.Sandbox, d.Servers()); err != nil {
		return a, fmt.Errorf("%sBASE_URL: %w", prefix, err)
	}
	return a, nil
}

func names(all []provider.Variable) []string {
	var list []string
	for _, v := range all {
		list = append(list, v.Name)
	}
	return list
}

// check refuses what is no URL, and every host of a published server that is not the
// sandbox's; on the sandbox's host it refuses the path of another server.
func check(base, sandbox string, servers []string) error {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
		return fmt.Errorf("it must be an absolute URL, such as %s", sandbox)
	}
	if u.User != nil {
		return errors.New("it must name no user and no password: the account is in other variables")
	}
	host, under := place(u)
	own, err := url.Parse(sandbox)
	if err != nil {
		return fmt.Errorf("the declared sandbox: %w", err)
	}
	ownHost, ownPath := place(own)
	for _, server := range servers {
		s, err := url.Parse(parameter.ReplaceAllString(server, "*"))
		if err != nil {
			continue
		}
		pattern, root := place(s)
		if same, err := path.Match(pattern, host); err != nil || !same {
			continue
		}
		if host != ownHost || strings.HasPrefix(under, root) && !strings.HasPrefix(ownPath, root) {
			return fmt.Errorf("%s is a production host: its calls are billed and concern real people", u.Hostname())
		}
	}
	return nil
}

// parameter is one of a server's URL, which stands for any text.
var parameter = regexp.MustCompile(`\{[^}]*\}`)

// place gives the host of u, a slash between its labels so that a "*" of a pattern stands
// for one label, and its path, which ends in a slash.
func place(u *url.URL) (host, under string) {
	host = strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	return strings.ReplaceAll(host, ".", "/"), strings.TrimSuffix(u.Path, "/") + "/"
}

// DefaultMaxCalls is how many calls of a provider a run makes at most, and
// DefaultSpacing what it leaves between two of them, if the provider's Account has no more.
const (
	DefaultMaxCalls = 60
	DefaultSpacing  = 200 * time.Millisecond
)

// Limits bound what a run costs.
type Limits struct {
	MaxCalls int           // of each provider; MAX_CALLS
	Spacing  time.Duration // between the calls of a provider; SPACING
}

// ReadLimits reads them from the environment, which may allow more calls in a minute than the provider publishes. Where
// it says nothing, the provider's Account does, if that wants more time than DefaultSpacing.
func ReadLimits(getenv func(string) string, account *provider.Account) (Limits, error) {
	l := Limits{DefaultMaxCalls, DefaultSpacing}
	if account != nil {
		l.Spacing = max(l.Spacing, account.Spacing)
	}
	var err error
	if text := getenv("MAX_CALLS"); text != "" {
		if l.MaxCalls, err = strconv.Atoi(text); err != nil || l.MaxCalls < 1 {
			return l, fmt.Errorf("MAX_CALLS=%q is no positive number", text)
		}
	}
	if text := getenv("SPACING"); text != "" {
		if l.Spacing, err = time.ParseDuration(text); err != nil || l.Spacing < 0 {
			return l, fmt.Errorf("SPACING=%q is no duration, such as 500ms", text)
		}
	}
	return l, nil
}

// DryRun and Person are switches: that a run shall call nobody, and that somebody is
// there to consent.
const (
	DryRun = "DRY_RUN"
	Person = "PERSON"
)

// Switch reads a switch from the environment: 1 is yes, 0 and nothing are no. Any other
// value is an error, since a reader of DRY_RUN=true takes it for yes.
func Switch(getenv func(string) string, name string) (bool, error) {
	switch text := getenv(name); text {
	case "1":
		return true, nil
	case "", "0":
		return false, nil
	default:
		return false, fmt.Errorf("%s=%q is neither 1 nor 0", name, text)
	}
}

// calls are how many calls a step makes.
var calls = map[string]int{"journey": 1, "exchange": 1, "revocation": 1, "account check": 1}

// Plan says what a run would do with a provider.
type Plan struct {
	Provider string
	Before   int // calls for what every other call needs, if any case is run: see provider.Account.Obtain
	Cases    []Planned
}

// Planned is what becomes of one case.
type Planned struct {
	Example string
	Calls   int
	Skip    string // why it is not run; "" if it is
}

// OverBudget is the reason of a case that the budget has no call left for.
const OverBudget = "over the budget"

// Make plans the cases of the provider of, whose document is d, in their order, within the budget.
// person says whether somebody is there to consent.
func Make(of provider.Provider, d *example.Document, book *example.Cases, limits Limits, person bool) (Plan, error) {
	p := Plan{Provider: d.Provider}
	if of.Account != nil && of.Account.Obtain != nil {
		p.Before = 1
	}
	left := limits.MaxCalls - p.Before
	for _, e := range d.Entries {
		c, err := book.Of(e.ID)
		if err != nil {
			return p, err
		}
		one := Planned{Example: e.ID, Calls: 1}
		for _, step := range c.Given {
			if step.Verb != "journey" || of.Journey == nil || of.Journey.Begin == nil { // which no call starts
				one.Calls += calls[step.Verb]
			}
		}
		why := c.Runs["sandbox"]
		if e.Direction == example.Redirect || e.Direction == example.Webhook || slices.ContainsFunc(c.Given, unseen) {
			why = "cannot be provoked" // with somebody there either
		}
		switch {
		case why == NeedsPerson && person:
		case why != "yes":
			one.Skip = why
		}
		if one.Skip == "" && one.Calls > left {
			one.Skip = OverBudget
		}
		if one.Skip == "" {
			left -= one.Calls
		}
		p.Cases = append(p.Cases, one)
	}
	return p, nil
}

// unseen says of a step that a run cannot bring it about, or cannot see that it was:
// not every provider tells of a denial. Nor does a run see where a user is sent, or
// receive webhooks.
func unseen(s example.Step) bool {
	return slices.Contains([]string{"fault", "after", "second factor", "denial"}, s.Verb)
}

// NeedsPerson is the reason of a case in which somebody has to consent.
const NeedsPerson = "needs a person"

// Of is what the plan says of an example.
func (p Plan) Of(example string) Planned {
	i := slices.IndexFunc(p.Cases, func(c Planned) bool { return c.Example == example })
	if i < 0 {
		return Planned{Example: example, Skip: "cannot be provoked"}
	}
	return p.Cases[i]
}

// Count is how many cases the plan runs, with how many calls.
func (p Plan) Count() (run, made int) {
	for _, c := range p.Cases {
		if c.Skip == "" {
			run++
			made += c.Calls
		}
	}
	if run > 0 {
		made += p.Before
	}
	return run, made
}

// Outlook is what a run against a provider's sandbox has before it: whom it calls, as which
// account, and in which cases.
type Outlook struct {
	Account Account
	Limits  Limits
	Dry     bool // nobody is called
	Plan    Plan // without an account, as if there were one
}

// Prepare reads from the environment, NAME=value each, what a run with those cases against
// the sandbox of p, whose document d is, will do. The errors are those of Read, and of a
// limit or a switch that says nothing.
func Prepare(environ []string, p provider.Provider, d *example.Document, book *example.Cases) (Outlook, error) {
	var o Outlook
	getenv := func(name string) (value string) {
		for _, line := range environ {
			if text, found := strings.CutPrefix(line, name+"="); found {
				value = text
			}
		}
		return value
	}
	var err error
	if o.Limits, err = ReadLimits(getenv, p.Account); err != nil {
		return o, err
	}
	if o.Dry, err = Switch(getenv, DryRun); err != nil {
		return o, err
	}
	person, err := Switch(getenv, Person)
	if err != nil {
		return o, err
	}
	if o.Account, err = Read(environ, p, d); err != nil || book.Empty() {
		return o, err
	}
	o.Plan, err = Make(p, d, book, o.Limits, person)
	return o, err
}

// Lines say what the run will do: whom it calls, or why nobody, and, where it is dry, each
// case with the number of its calls.
func (o Outlook) Lines() []string {
	if why := o.Account.Why(); why != "" {
		return []string{fmt.Sprintf("%s: skipped, %s", o.Account.Provider, why)}
	}
	cases, calls := o.Plan.Count()
	lines := []string{fmt.Sprintf("%s: %d of %d cases, %d calls (budget %d, one every %v) to %s",
		o.Account.Provider, cases, len(o.Plan.Cases), calls, o.Limits.MaxCalls, o.Limits.Spacing, o.Account.BaseURL)}
	if o.Dry && cases > 0 && o.Plan.Before > 0 {
		lines = append(lines, fmt.Sprintf("  %d  for what every other call needs", o.Plan.Before))
	}
	for _, c := range o.Plan.Cases {
		if o.Dry && c.Skip == "" {
			lines = append(lines, fmt.Sprintf("  %d  %s", c.Calls, c.Example))
		}
	}
	return lines
}

// Unreachable is the error of a call for which no connection came about: nobody knows
// the host, nobody listens there, its certificate is not trusted, or it took too long.
// It says nothing of what the provider would have answered.
type Unreachable struct {
	Host string
	Err  error
}

func (u *Unreachable) Error() string {
	return fmt.Sprintf("%s cannot be reached (%s)", u.Host, cmp.Or(cause(u.Err), u.Err.Error()))
}

// cause is why a call failed below HTTP; "" if it did not.
func cause(err error) string {
	var code syscall.Errno
	var name *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &name):
		return name.Err
	case errors.As(err, &code):
		return code.Error()
	case errors.As(err, &network) && network.Timeout():
		return "timed out"
	}
	return ""
}

// Cause says why there is no answer. An error of Go's HTTP client may quote what came, which can hold a
// secret or a person: of that it says nothing.
func Cause(err error) string {
	var certificate *tls.CertificateVerificationError
	switch why := cause(err); {
	case why != "":
		return why
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	case errors.As(err, &certificate):
		return "its certificate is not trusted"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection ended"
	}
	return "what came is not HTTP that can be read"
}

func (u *Unreachable) Unwrap() error { return u.Err }

// Spaced is an [http.RoundTripper] that keeps to the limits. Once its provider cannot be
// reached, it calls no more.
type Spaced struct {
	Next   http.RoundTripper // an [http.Transport], or one that wraps it
	Limits Limits

	mu   sync.Mutex
	made int
	last time.Time
	out  *Unreachable
}

// RoundTrip implements [http.RoundTripper].
func (s *Spaced) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock() // one call after the other
	if s.out != nil {
		return nil, s.out
	}
	if s.made >= s.Limits.MaxCalls {
		return nil, fmt.Errorf("sandbox: the budget of %d calls is spent; MAX_CALLS raises it", s.Limits.MaxCalls)
	}
	wait := time.NewTimer(time.Until(s.last.Add(s.Limits.Spacing)))
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	s.made++
	s.last = time.Now()
	var connecting atomic.Bool
	resp, err := s.Next.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { connecting.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connecting.Store(false) }, // its TLS is done
	})))
	if err != nil && connecting.Load() && !errors.Is(r.Context().Err(), context.Canceled) {
		s.out = &Unreachable{r.URL.Host, err}
		return nil, s.out
	}
	return resp, err
}

// Out is why the provider cannot be reached; nil as long as it can.
func (s *Spaced) Out() *Unreachable {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out
}

// Made is how many calls were made.
func (s *Spaced) Made() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.made
}
