package contract

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/specs/document"
)

// The groups of kyctest's checks that have a place of their own here.
const (
	oddReply = "an odd reply to "
	journeys = "journey"
)

// commonSpecs are what every adapter does alike: the checks of package kyctest. A provider
// needs nothing for them but the Adapter of its description.
func (suite *Suite) commonSpecs() {
	s := suite.subject()
	ginkgo.Describe("every adapter", func() {
		specs(s, func(group string) bool { return group != journeys && !strings.HasPrefix(group, oddReply) })
	})
	if s.Journey != nil {
		specs(s, func(group string) bool { return group == journeys }, "simulator")
	}
	// A method may reach several operations, each with answers of its own.
	for _, m := range suite.methods() {
		of := s
		of.Operations = maps.Clone(s.Operations)
		of.Operations[m.is] = suite.operation(m)
		if m.is == kyc.MethodFetch {
			e := suite.success(m)
			e.Operation = m.name
			of.Document = suite.asked(e)
		}
		ginkgo.Describe(oddReply+m.name, ginkgo.Label("replies"), func() {
			if of.Operations[m.is].Success.Status == 0 {
				ginkgo.It("is told from a success", func() {
					switch {
					case suite.cases.Empty():
						ginkgo.Skip("no cases are written, which say what a success is")
					case !slices.ContainsFunc(suite.Document.Entries, func(e example.Entry) bool {
						return e.Operation == m.name && e.Direction == example.Response && e.Status/100 == 2
					}):
						ginkgo.Skip("no success is documented")
					case of.Operations[m.is].First != "":
						ginkgo.Skip("one answer to this call and to the one before it is no success")
					}
					ginkgo.Fail("no success of " + m.name + " is documented, or has a case")
				})
			}
			for _, c := range kyctest.Checks(of) {
				if c.Group == oddReply+string(m.is) {
					spec(c)
				}
			}
		})
	}
}

// specs are the checks of s in the groups.
func specs(s kyctest.Subject, in func(group string) bool, labels ...string) {
	for _, c := range kyctest.Checks(s) {
		if in(c.Group) {
			ginkgo.Context(c.Group, ginkgo.Label(labels...), func() { spec(c) })
		}
	}
}

// spec is a check as a spec.
func spec(c kyctest.Check) {
	run := func() { c.Run(ginkgo.GinkgoTB()) }
	if c.Alone {
		ginkgo.It(c.Name, ginkgo.Serial, run)
		return
	}
	ginkgo.It(c.Name, run)
}

// subject is what kyctest is told of the provider's adapter: its description, and
// documented examples for answers.
func (suite *Suite) subject() kyctest.Subject {
	p := suite.Provider
	s := kyctest.Subject{
		Name: p.Name, New: suite.newAdapter,
		Bare:     func(base string) (kyc.Provider, error) { return p.Adapter.New(base, nil, nil) },
		Can:      p.Adapter.Can,
		Secrets:  p.Account.Secrets(p.Account.Simulated()),
		Request:  kyc.StartRequest{Documents: []kyc.Document{kyc.Aadhaar}, ReturnTo: back},
		Protocol: append([]string{}, p.Adapter.Protocol...),
		OddState: p.Adapter.OddState, Operations: map[kyc.Method]kyctest.Operation{},
		Outcomes: map[kyctest.Way]kyctest.Outcome{}, NoContent: p.Adapter.NoContent, Webhooks: suite.webhooks(),
		Uncalled: p.Adapter.Uncalled,
	}
	if suite.exchanges() {
		s.Back = suite.consented
	}
	if p.Adapter.Odd != "" {
		s.Odd = kyctest.Reply{Status: http.StatusOK, Body: []byte(p.Adapter.Odd)}
	}
	if len(p.Adapter.Files) > 0 {
		s.File = p.Adapter.Files[0]
	}
	started, found := suite.entry(p.Journey.Started)
	for _, pointer := range p.Journey.IDs {
		if found && pointer != "" {
			s.Named = append(s.Named, plainText(valueAt(started.Value, pointer)))
		}
	}
	if p.Journey.CallerID != "" { // which a documented answer may repeat
		s.Request.ID = plainText(valueAt(started.Value, document.Pointer("", p.Journey.CallerID)))
	}
	for _, m := range suite.methods() {
		elsewhere := m.is == kyc.MethodFetch && suite.asked(example.Entry{Operation: m.name}) != kyc.Aadhaar
		if _, told := s.Operations[m.is]; !told && !elsewhere {
			s.Operations[m.is] = suite.operation(m)
		}
	}
	answers, ids := suite.returned()
	s.Returns = &kyctest.Returns{Answers: answers, IDs: ids}
	for way, outcome := range p.Adapter.Outcomes {
		s.Outcomes[ways[way]] = kyctest.Outcome{State: outcome.State, Kind: outcome.Kind}
	}
	if suite.has(ledger.Simulator) {
		s.Journey = suite.driven
	}
	return s
}

// webhooks are the documented ones, and those of no journey, signed with the simulated account.
func (suite *Suite) webhooks() []kyctest.Webhook {
	p := suite.Provider
	if p.Account == nil || p.Account.SignWebhook == nil {
		return nil
	}
	var all []kyctest.Webhook
	add := func(body []byte, foreign bool) {
		header := http.Header{}
		p.Account.SignWebhook(header, p.Account.Simulated(), body)
		all = append(all, kyctest.Webhook{Header: header, Body: body, Foreign: foreign})
	}
	for _, e := range suite.Document.Entries {
		if e.Direction == example.Webhook {
			add(e.Value, false)
		}
	}
	for _, body := range p.Adapter.Foreign {
		add([]byte(body), true)
	}
	return all
}

// ways are the provider's words for kyctest's.
var ways = map[provider.Way]kyctest.Way{
	provider.Denied: kyctest.Denied, provider.Expired: kyctest.Expired, provider.Lapsed: kyctest.Lapsed, provider.Early: kyctest.Early,
	provider.Without: kyctest.Lacking, provider.Withheld: kyctest.Withheld, provider.Revoked: kyctest.Revoked,
}

// driven is a world whose user kyctest drives.
func (suite *Suite) driven(testing.TB) *kyctest.Journey {
	ginkgo.GinkgoHelper()
	w := suite.NewWorld()
	// decides lets the user decide, and completes the journey's Ref by the return.
	type decision = func(context.Context, *kyc.Consent) (*url.URL, error)
	decides := func(decide func(context.Context, string) (*url.URL, error), completing bool) decision {
		return func(ctx context.Context, c *kyc.Consent) (*url.URL, error) {
			u, err := decide(ctx, c.URL.Reveal())
			if err != nil || !completing && suite.exchanges() { // which is checked by itself
				return u, err
			}
			said, err := kyc.Complete(ctx, w.Adapter, c.Ref, u)
			c.Ref = cmp.Or(said.Ref, c.Ref)
			return u, err
		}
	}
	allow := func(v simulator.Visitor) func(context.Context, *kyc.Consent) error {
		return func(ctx context.Context, c *kyc.Consent) error {
			_, err := decides(v.Allow, true)(ctx, c)
			return err
		}
	}
	sharing := w.visitor(simulator.Complete)
	sharing.Documents = []kyc.Document{}
	return &kyctest.Journey{
		Provider: w.Adapter,
		Allow:    decides(w.visitor(simulator.Complete).Allow, false),
		Deny:     decides(w.visitor(simulator.Complete).Deny, false),
		Withhold: allow(sharing),
		Lack:     allow(w.visitor(simulator.WithoutAadhaar)),
		Expire: func(context.Context, *kyc.Consent) error {
			w.Simulator.Advance(simulator.LinkLife + time.Second)
			return nil
		},
		Lapse: func(context.Context, *kyc.Consent) error {
			w.Simulator.Advance(simulator.ConsentLife + time.Second)
			return nil
		},
	}
}

// operation is what is documented of the operation behind a method.
func (suite *Suite) operation(m method) kyctest.Operation {
	a := suite.Provider.Adapter
	o := kyctest.Operation{ID: m.name, First: a.First[m.name], Limit: int64(a.Sizes[m.name])}
	op, _ := suite.Document.Operation(m.name)
	switch e := suite.success(m); {
	case o.First != "": // one answer to both calls is no success
	case e.ID != "":
		o.Success = kyctest.Reply{Status: e.Status, Type: e.MediaType(), Body: suite.linked(e).Value}
	case suite.Document.Bodiless(op):
		o.Success = kyctest.Reply{Status: http.StatusOK, Type: "text/plain"}
	default:
		o.Success = suite.reply(m.name)
	}
	for _, e := range suite.Document.Entries { // the first that refuses with a status of its own, and a code
		c, err := suite.cases.Of(e.ID)
		if err == nil && e.Operation == m.name && suite.methodOf(e) == m.is && e.Status >= 400 && c.Error() != "" &&
			suite.coded(e) {
			kind, _ := strings.CutPrefix(c.Means, "error ")
			o.Refusal, o.Kind = kyctest.Reply{Status: e.Status, Type: e.MediaType(), Body: e.Value}, kinds[kind]
			break
		}
	}
	return o
}

// coded says whether an answer has a text or a number among the members by which the adapter decides: a refusal may be
// told by its status alone.
func (suite *Suite) coded(e example.Entry) bool {
	decides := suite.Provider.Adapter.Decides
	names := slices.Concat(decides[""], decides[e.Operation])
	if len(names) == 0 {
		return true // nobody says by what
	}
	root, err := document.Parse(e.ID, e.Value)
	if err != nil {
		return false
	}
	found := false
	var look func(n *yaml.Node)
	look = func(n *yaml.Node) {
		for name, value := range document.Members(n) {
			said := value.Kind == yaml.ScalarNode && value.Tag != "!!bool" && value.Tag != "!!null"
			found = found || said && slices.Contains(names, name)
			look(value)
		}
		for _, item := range document.Items(n) {
			look(item)
		}
	}
	look(root)
	return found
}

// success is a documented answer with which the operation succeeds: the one that the
// description names, else the first; zero if there is none.
func (suite *Suite) success(m method) example.Entry {
	named := map[kyc.Method]string{
		kyc.MethodStart: suite.Provider.Journey.Started, kyc.MethodStatus: suite.Provider.Adapter.Status,
		kyc.MethodFetch: suite.Provider.Adapter.Fetched, kyc.MethodExchange: suite.Provider.Journey.Started,
	}[m.is]
	if e, found := suite.entry(named); found && e.Operation == m.name {
		return e
	}
	for _, e := range suite.Document.Entries {
		c, err := suite.cases.Of(e.ID)
		if err == nil && e.Operation == m.name && suite.methodOf(e) == m.is && e.Direction == example.Response &&
			e.Status/100 == 2 && c.Error() == "" {
			return e
		}
	}
	return example.Entry{}
}

// entry is the entry with that id, if there is one.
func (suite *Suite) entry(id string) (example.Entry, bool) {
	i := slices.IndexFunc(suite.Document.Entries, func(e example.Entry) bool { return e.ID == id })
	if i < 0 {
		return example.Entry{}, false
	}
	return suite.Document.Entries[i], true
}

// returned are the parameters with which a user returns, as far as they are documented or told:
// those that name the journey, of which any can be one, and the others.
func (suite *Suite) returned() (answers, ids []string) {
	if told := suite.Provider.Journey.Answers; told != nil {
		return told, nil
	}
	j := suite.Provider.Journey
	if ids = slices.Sorted(maps.Keys(j.IDs)); j.Begin != nil { // of which few are in an address
		ids = nil
	}
	chosen := func(name string) bool {
		pointer, is := j.IDs[name]
		return j.Begin != nil && is && pointer == "" && !slices.Contains(j.Returned, name)
	}
	for _, e := range suite.Document.Entries {
		var template string
		if e.Direction != example.Redirect || json.Unmarshal(e.Value, &template) != nil {
			continue
		}
		_, pairs, _ := strings.Cut(template, "?")
		for pair := range strings.SplitSeq(pairs, "&") {
			name, value, _ := strings.Cut(pair, "=")
			switch {
			case name == "" || slices.Contains(answers, name) || slices.Contains(ids, name):
			case j.Begin != nil && slices.Contains(j.Returned, name): // which is exchanged, and says nothing
			case strings.Contains(value, "id"), chosen(name): // the placeholder of one
				ids = append(ids, name)
			default:
				answers = append(answers, name)
			}
		}
	}
	return answers, ids
}

// Seed is text that must not come to light.
const Seed = "Zzyzx"

// silent says that err shows none of the texts, however it is printed.
func silent(err error, texts ...string) {
	ginkgo.GinkgoHelper()
	kyctest.Silent(ginkgo.GinkgoTB(), err, texts...)
}

// method is a call that an adapter can make.
type method struct {
	name string // the operationId
	is   kyc.Method
}

// methods are those of the provider's adapter, in the order of its document.
func (suite *Suite) methods() []method {
	var all []method
	a := suite.Provider.Adapter
	for _, op := range suite.Document.Operations {
		for _, is := range []kyc.Method{a.Calls[op.ID], a.Also[op.ID]} {
			if suite.caller(is) != nil && !slices.Contains(a.Unused, op.ID) {
				all = append(all, method{op.ID, is})
			}
		}
	}
	return all
}

// through makes a RoundTripper of a function.
type through func(*http.Request) (*http.Response, error)

func (f through) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
