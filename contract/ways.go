package contract

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// waySpecs say of everything that the provider documents how the simulator is brought to it: by
// a request alone, by a preference or by a fault. The examples have their cases, the rest is in
// ways.yaml.
func (suite *Suite) waySpecs() {
	ways, err := suite.Provider.Ways()
	ginkgo.Describe("ways", ginkgo.Label("simulator"), func() {
		ginkgo.It("can be read", func() { gomega.Expect(err).NotTo(gomega.HaveOccurred()) })
		if ways == nil {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(ways.Answers)) {
			way := ways.Answers[name]
			labels := ginkgo.Label(way.Differences...)
			for _, op := range suite.Document.Operations {
				if way.Of(op.ID) && suite.behaves(op.ID) {
					ginkgo.It("lead "+op.ID+" to: "+name+", by a "+way.By, labels, func(ctx ginkgo.SpecContext) {
						suite.walk(ctx, op, way)
					})
				}
			}
		}
		ginkgo.It("are told of everything documented, or why there is none", func() {
			gomega.Expect(suite.wayless(ways)).To(gomega.BeEmpty())
		})
	})
}

// walk goes the way and looks at the answer.
func (suite *Suite) walk(ctx ginkgo.SpecContext, op example.Operation, way example.Way) {
	ginkgo.GinkgoHelper()
	s := suite.attempt(example.Entry{Operation: op.ID}, example.Case{Given: way.Given})
	for _, step := range way.Given {
		s.do(ctx, step)
	}
	if way.Method != "" {
		op.Method = way.Method
	}
	op.Path += way.Beyond
	if way.Webhook {
		gomega.Expect(s.webhooks).To(gomega.HaveLen(1))
		judgeWay(way, s.webhooks[0].Body)
		return
	}
	got := s.send(ctx, op, way.Request, nil)
	gomega.Expect(got.status).To(gomega.Equal(way.HTTP()), "to %s comes %s", s.requestID(op, way.Request), got.body)
	if way.Type != "" {
		gomega.Expect(got.mediaType).To(gomega.HavePrefix(way.Type))
	}
	for name, pattern := range way.Headers {
		if pattern == "" {
			gomega.Expect(got.header).NotTo(gomega.HaveKey(name))
			continue
		}
		gomega.Expect(got.header.Get(name)).To(gomega.MatchRegexp(pattern), name)
	}
	judgeWay(way, got.body)
	if way.By == "prefer" && way.Request.Source == "" {
		gomega.Expect(got.header).To(gomega.HaveKey("Preference-Applied"))
	}
	if way.By == "fault" { // and not something else
		s.sim.ClearFaults()
		again := s.send(ctx, op, way.Request, nil)
		same := again.status == got.status && string(again.body) == string(got.body)
		for name := range way.Headers {
			same = same && again.header.Get(name) == got.header.Get(name)
		}
		gomega.Expect(same).To(gomega.BeFalse(), "the same without the fault")
	}
}

// judgeWay looks at the body to which a way leads.
func judgeWay(way example.Way, body []byte) {
	ginkgo.GinkgoHelper()
	gomega.Expect(string(body)).To(gomega.MatchRegexp(way.Matches))
	for pointer, want := range way.Shows {
		gomega.Expect(plainText(valueAt(body, pointer))).To(gomega.Equal(want), pointer)
	}
}

// wayless is what is documented and has neither a way nor a reason, and what has a reason
// although it has a way, or is nowhere.
func (suite *Suite) wayless(ways *example.Ways) []string {
	ginkgo.GinkgoHelper()
	var wrong []string
	left := map[string]bool{} // the reasons that nothing has asked for
	for name := range ways.Without {
		left[name] = true
	}
	need := func(name string, led bool) {
		_, reason := ways.Without[name]
		if reason {
			delete(left, name)
		}
		if led == reason {
			wrong = append(wrong, fmt.Sprintf("%s: there is a way: %v; a reason why not: %v", name, led, reason))
		}
	}
	shown, cited, faults := suite.led(ways, need)
	for _, word := range suite.words() {
		need(word, slices.ContainsFunc(shown, func(text string) bool {
			return strings.Contains(text, strconv.Quote(word))
		}))
	}
	for _, op := range suite.Document.Operations {
		if !suite.behaves(op.ID) {
			continue
		}
		for _, status := range suite.silent(op) {
			need("HTTP "+status+" of "+op.ID, slices.ContainsFunc(suite.waysOf(ways, op.ID), func(w example.Way) bool {
				return strconv.Itoa(w.HTTP()) == status
			}))
		}
	}
	for _, d := range suite.numbered {
		if d.Untested == "" {
			need(d.ID, cited[d.ID])
		}
	}
	for _, kind := range suite.Provider.Simulator.Kinds() {
		need("fault "+kind, faults[kind])
	}
	for name := range left {
		wrong = append(wrong, name+": a reason for what is nowhere documented")
	}
	slices.Sort(wrong)
	return wrong
}

// led is what there is a way to: the texts of examples and of values shown, the differences that
// they are cited by, and the kinds of fault that lead there. Each example needs one.
func (suite *Suite) led(ways *example.Ways, need func(string, bool)) (shown []string, cited, faults map[string]bool) {
	cited, faults = map[string]bool{}, map[string]bool{}
	note := func(differences []string, given []example.Step) {
		for _, d := range differences {
			cited[d] = true
		}
		for _, step := range given {
			if step.Verb == "fault" {
				faults[step.Of] = true
			}
		}
	}
	for _, e := range suite.Document.Entries {
		if !suite.behaves(e.Operation) {
			continue
		}
		c, err := suite.cases.Of(e.ID)
		runs := err == nil && c.Runs["simulator"] == "yes"
		if e.Direction != example.Request {
			need(e.ID, runs)
		}
		if runs {
			shown = append(shown, string(e.Value))
			note(e.Differences, c.Given)
		}
	}
	for d, ids := range ways.Shown {
		for _, id := range ids {
			c, err := suite.cases.Of(suite.Provider.Name + "/" + id)
			need(d+": "+id, err == nil && c.Runs["simulator"] == "yes")
			note([]string{d}, nil)
		}
	}
	for _, way := range ways.Answers {
		for _, text := range way.Shows {
			shown = append(shown, strconv.Quote(text))
		}
		note(way.Differences, way.Given)
	}
	return shown, cited, faults
}

// behaves says whether the simulator knows more of the operation than its document: without that
// no request, and no fault that a provider documents, leads anywhere.
func (suite *Suite) behaves(operation string) bool {
	return suite.Provider.Simulator.Operations[operation] != nil
}

func (suite *Suite) waysOf(ways *example.Ways, operation string) []example.Way {
	var all []example.Way
	for _, way := range ways.Answers {
		if way.Of(operation) {
			all = append(all, way)
		}
	}
	return all
}

// words are the values that the schemas of the document list.
func (suite *Suite) words() []string {
	ginkgo.GinkgoHelper()
	var all []string
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for name, node := range document.Members(n) {
			var list []string
			if name == "enum" && node.Decode(&list) == nil {
				all = append(all, list...)
			}
			walk(node)
		}
		if n != nil && n.Kind == yaml.SequenceNode {
			for _, node := range n.Content {
				walk(node)
			}
		}
	}
	walk(suite.Node("/components"))
	slices.Sort(all)
	return slices.Compact(all)
}

// silent are the statuses that the operation documents without an example.
func (suite *Suite) silent(op example.Operation) []string {
	ginkgo.GinkgoHelper()
	var all []string
	responses := suite.Node(document.Pointer("/paths", op.Path, strings.ToLower(op.Method), "responses"))
	for status := range document.Members(responses) {
		shown := slices.ContainsFunc(suite.Document.Entries, func(e example.Entry) bool {
			return e.Operation == op.ID && strconv.Itoa(e.Status) == status
		})
		if _, err := strconv.Atoi(status); err == nil && !shown {
			all = append(all, status)
		}
	}
	return all
}
