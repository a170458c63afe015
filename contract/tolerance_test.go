package contract_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/drift"
	"example.com/digilocker/contract/examples"
	"example.com/digilocker/contract/mutants"
	"example.com/digilocker/contract/record"
)

// A provider may add to its answers, and write them in another way. That breaks no
// adapter, and a live run reports it.
var _ = Describe("tolerance", func() {
	for _, d := range docs {
		for _, v := range []mutants.Variation{
			mutants.UnknownMember, mutants.UnknownEnumValue, mutants.NullOptional,
			mutants.OtherOrder, mutants.ExtraHeader, mutants.NumberSpelling,
		} {
			It("of "+d.Provider+"'s adapter, and a report: "+string(v), Label(d.Provider), func(ctx SpecContext) {
				n := 0
				for _, e := range d.Entries {
					if e.Direction != examples.Response {
						continue
					}
					t := stageOf(ctx, d, e)
					right, known := asAnswer(t.last()), t.known(t.sent, t.fixture)
					known.Simulated = false // the recordings pose as a sandbox's
					before := drift.Judge(known, right)
					for _, m := range mutants.Variations(right, v, variable(d, e, t)) {
						n++
						value, err := t.adapted(ctx, asRecorded(m.Answer))
						if !slices.Contains(t.h.codes, m.Pointer) && !slices.Contains(t.h.essential, m.Pointer) {
							Expect(list(means(t.c.Means, value, err))).To(BeEmpty(), "%s at %s", e.ID, m.Pointer)
						}
						more := slices.DeleteFunc(drift.Judge(known, m.Answer), func(d drift.Difference) bool { return slices.Contains(before, d) })
						Expect(more).NotTo(BeEmpty(), "%s at %s", e.ID, m.Pointer)
					}
				}
				if v == mutants.NumberSpelling && d.Provider == "setu" {
					Expect(n).To(BeZero(), "Setu documents no number")
					return
				}
				Expect(n).To(BeNumerically(">", 0))
			})
		}
	}
})

// variable is what may vary in an answer.
func variable(d *examples.Document, e examples.Entry, t *theatre) mutants.About {
	return mutants.About{
		Enum: func(pointer string) []string { return d.Enum(e, pointer) },
		Optional: func(pointer string, without json.RawMessage) bool {
			return !slices.Contains(t.h.codes, pointer) && !slices.Contains(t.h.messages, pointer) && len(d.ConformsAs(e, without)) == 0
		},
	}
}

// asRecorded is an answer as a fixture has it.
func asRecorded(a drift.Answer) record.Answer {
	flat := record.Answer{Status: a.Status, Header: map[string]string{}, Body: record.Body(a.Body)}
	for name := range a.Header {
		flat.Header[http.CanonicalHeaderKey(name)] = strings.Join(a.Header.Values(name), ", ")
	}
	return flat
}
