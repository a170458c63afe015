package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/adapters/kyc"
	"example.com/digilocker/adapters/kyc/kyctest"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/judge"
	"example.com/digilocker/contract/judge/mutants"
	"example.com/digilocker/contract/ledger"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/specs/document"
)

// A provider may add to its answers, and write them in another way. That breaks no
// adapter, and a live run reports it.
func (suite *Suite) toleranceSpecs() {
	ginkgo.Describe("tolerance", func() {
		d := suite.Document
		for _, v := range []mutants.Variation{
			mutants.UnknownMember, mutants.UnknownEnumValue, mutants.NullOptional,
			mutants.OtherOrder, mutants.ExtraHeader, mutants.NumberSpelling,
		} {
			ginkgo.It("of the adapter, and a report: "+string(v), func(ctx ginkgo.SpecContext) {
				n := 0
				numbers, words := false, false
				for _, e := range d.Entries {
					if e.Direction != example.Response || !suite.applies(ledger.Fixtures, e) || !suite.understands(e) {
						continue
					}
					numbers, words = numbers || hasNumber(e.Value), words || suite.hasWord(e)
					t := suite.playback(ctx, e)
					right, known := asAnswer(t.last()), t.known(t.sent, t.fixture)
					known.Simulated = false // the recordings pose as a sandbox's
					before := judge.Live(known, right)
					usual, failed := t.adapted(ctx, t.last())
					for _, m := range mutants.Variations(right, v, suite.variable(e, t)) {
						n++
						value, err := t.adapted(ctx, asRecorded(m.Answer))
						gomega.Expect(t.tolerates(v, m.Pointer, usual, failed, value, err)).To(gomega.BeEmpty(), "%s at %s", e.ID, m.Pointer)
						more := slices.DeleteFunc(judge.Live(known, m.Answer), func(d judge.Difference) bool { return slices.Contains(before, d) })
						want := told[v]
						gomega.Expect(more).To(gomega.HaveExactElements(gomega.And(gomega.HaveField("Pointer", m.Pointer+want.below), gomega.HaveField("Kind", gomega.BeElementOf(want.kinds)))), "%s at %s", e.ID, m.Pointer)
					}
				}
				switch {
				case v == mutants.NumberSpelling && !numbers:
					gomega.Expect(n).To(gomega.BeZero(), "no number is documented")
					return
				case v == mutants.UnknownEnumValue && !words:
					gomega.Expect(n).To(gomega.BeZero(), "no word of an enum is documented")
					return
				}
				gomega.Expect(n).To(gomega.BeNumerically(">", 0))
			})
		}
	})
}

// hasNumber says whether a number stands anywhere in a value.
func hasNumber(value json.RawMessage) bool {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	for token, err := d.Token(); err == nil; token, err = d.Token() {
		if _, is := token.(json.Number); is {
			return true
		}
	}
	return false
}

// hasWord says whether a text stands in the example of which the document lists what it can be.
func (suite *Suite) hasWord(e example.Entry) bool {
	root, err := document.Parse(e.ID, e.Value)
	if err != nil {
		return false
	}
	var look func(n *yaml.Node, at string) bool
	look = func(n *yaml.Node, at string) bool {
		if n.Kind == yaml.ScalarNode {
			return len(suite.Document.Enum(e, at)) > 0
		}
		for name, value := range document.Members(n) {
			if look(value, document.Pointer(at, name)) {
				return true
			}
		}
		for i, item := range document.Items(n) {
			if look(item, document.Pointer(at, strconv.Itoa(i))) {
				return true
			}
		}
		return false
	}
	return look(root, "")
}

// told is how a live run reports a variation.
var told = map[mutants.Variation]struct {
	below string // the place of the variation
	kinds []judge.Kind
}{
	mutants.UnknownMember:    {"/unheard", []judge.Kind{judge.NewMember}},
	mutants.UnknownEnumValue: {"", []judge.Kind{judge.EnumValue}},
	mutants.NullOptional:     {"", []judge.Kind{judge.Null}},
	mutants.OtherOrder:       {"", []judge.Kind{judge.Order}},
	mutants.ExtraHeader:      {"", []judge.Kind{judge.Header}},
	mutants.NumberSpelling:   {"", []judge.Kind{judge.Encoding}},
}

// tolerates says what is wrong about what an adapter makes of a variation at the
// pointer; "" if nothing is. What it made of the answer as it was is usual and failed.
func (t *playback) tolerates(v mutants.Variation, pointer string, usual any, failed error, value any, err error) string {
	same := kyctest.Same(t.lasting(value), t.lasting(usual)) && fmt.Sprint(err) == fmt.Sprint(failed)
	chooses := slices.Contains(t.suite.decisive(t.e), pointer) || slices.Contains(t.p.Adapter.Essential, pointer)
	switch {
	case same:
		return ""
	case v == mutants.UnknownEnumValue && strings.HasSuffix(got(value, err), " UNHEARD_OF"): // a state is kept
		return ""
	case v == mutants.UnknownEnumValue && chooses && errors.Is(err, kyc.ErrUnexpected):
		return ""
	case v == mutants.NullOptional && chooses && (errors.Is(err, kyc.ErrUnexpected) || pointer == t.p.Adapter.Consenting && got(value, err) == "consent pending"):
		return ""
	case v == mutants.NullOptional || v == mutants.UnknownEnumValue: // a member more or less of what is handed on
		if !chooses && len(means(t.c.Means, value, err)) == 0 {
			return ""
		}
	}
	return "it was " + got(usual, failed) + ", and is " + got(value, err)
}

// variable is what may vary in an answer.
func (suite *Suite) variable(e example.Entry, t *playback) mutants.About {
	return mutants.About{
		Enum: func(pointer string) []string { return suite.Document.Enum(e, pointer) },
		Optional: func(pointer string, without json.RawMessage) bool {
			return !slices.Contains(suite.decisive(t.e), pointer) && !slices.Contains(t.p.Answers.Messages, pointer) && len(suite.Document.ConformsAs(e, without)) == 0
		},
	}
}

// asRecorded is an answer as a fixture has it.
func asRecorded(a judge.Answer) recording.Answer {
	flat := recording.Answer{Status: a.Status, Header: map[string]string{}, Body: recording.Body(a.Body)}
	for name := range a.Header {
		flat.Header[http.CanonicalHeaderKey(name)] = strings.Join(a.Header.Values(name), ", ")
	}
	return flat
}
