package contract_test

import (
	"os"
	"path/filepath"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/examples"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

var _ = Describe("the ledger", func() {
	for _, d := range docs {
		It("has every example of "+d.Provider+" that another reader of the document counts", Label(d.Provider), func() {
			Expect(d.Entries).To(HaveLen(count(filepath.Join("..", "gen", d.Provider+"api", "openapi.gen.yaml"))))
		})
	}

	It("has the examples that were accepted, payload by payload", func() {
		accepted, err := examples.ReadSums("examples.sum")
		Expect(err).NotTo(HaveOccurred())
		now := examples.SumsOf(docs)
		const remedy = "look at it, then run make accept"
		for id, sum := range now {
			Expect(accepted).To(HaveKey(id), "the example %s is new; %s", id, remedy)
			Expect(sum).To(Equal(accepted[id]), "the payload of %s changed; %s", id, remedy)
		}
		for id := range accepted {
			Expect(now).To(HaveKey(id), "the example %s is gone; %s", id, remedy)
		}
	})

	It("says of each example which publication it comes from", func() {
		for _, d := range docs {
			for _, e := range d.Entries {
				Expect(e.Source).NotTo(BeEmpty(), e.ID)
			}
		}
	})

	It("cites only numbered differences, and publications that are known", func() {
		for _, d := range docs {
			root, o, err := overlay.Effective(filepath.Join("..", "specs", d.Provider))
			Expect(err).NotTo(HaveOccurred())
			for _, action := range o.Actions {
				for _, id := range action.Differences {
					_, found := numbered[d.Provider].Find(id)
					Expect(found).To(BeTrue(), "the action on %s cites %s", action.Target, id)
				}
			}
			var known []string
			for _, s := range document.Items(document.Get(root, "x-sources")) {
				known = append(known, document.Text(s, "name"))
			}
			for _, difference := range numbered[d.Provider] {
				for _, source := range difference.Sources {
					Expect(known).To(ContainElement(source), "%s: sources", difference.ID)
				}
			}
			for _, e := range d.Entries {
				for _, id := range e.Differences {
					_, found := numbered[d.Provider].Find(id)
					Expect(found).To(BeTrue(), "%s cites %s", e.ID, id)
				}
			}
		}
	})
})

// count counts the documented examples in its own way: through kin-openapi's
// model instead of the document's nodes.
func count(file string) int {
	GinkgoHelper()
	t, err := openapi3.NewLoader().LoadFromFile(file)
	Expect(err).NotTo(HaveOccurred())
	n := 0
	content := func(c openapi3.Content) {
		for _, media := range c {
			switch {
			case media.Examples != nil:
				n += len(media.Examples)
			case media.Example != nil, media.Schema.Value.Example != nil:
				n++
			}
		}
	}
	body := func(op *openapi3.Operation) {
		if op.RequestBody != nil {
			content(op.RequestBody.Value.Content)
		}
	}
	for _, item := range t.Paths.Map() {
		for _, op := range item.Operations() {
			body(op)
			for _, r := range op.Responses.Map() {
				content(r.Value.Content)
			}
			for _, callback := range op.Callbacks {
				for _, target := range callback.Value.Map() {
					for _, hook := range target.Operations() {
						body(hook)
					}
				}
			}
			redirects, _ := op.Extensions["x-redirects"].(map[string]any)
			n += len(redirects)
		}
	}
	return n
}

var _ = Describe("the example doctor", func() {
	for _, d := range docs {
		It("finds every broken example of "+d.Provider+" mended, and says by which difference", Label(d.Provider), func() {
			found := diagnosis(d.Provider)
			tell(diagnosisEntry, found)
			Expect(found.StillBroken).To(BeEmpty())
			for _, b := range found.Broken {
				Expect(b.MendedBy).NotTo(BeEmpty(), b.Pointer)
				Expect(b.Differences).NotTo(BeEmpty(), "%s was mended by the action on %s, which cites no difference", b.Pointer, b.MendedBy)
			}
		})
	}
})

var _ = Describe("the numbered differences", func() {
	It("are all pinned by a spec, or say why none can", func() {
		for provider, list := range numbered {
			for _, d := range list {
				if d.Untested != "" {
					Expect(labelled[d.ID]).To(BeFalse(), "%s has a spec and a reason why it can have none (contract/differences/%s.yaml)", d.ID, provider)
					continue
				}
				Expect(labelled[d.ID]).To(BeTrue(), "%s is the label of no spec; pin it, or say in contract/differences/%s.yaml why that cannot be", d.ID, provider)
			}
		}
	})

	DescribeTable("are as many as the providers' documents have", func(provider string, n int) {
		Expect(numbered[provider]).To(HaveLen(n))
	},
		Entry("Cashfree", Label("cashfree"), "cashfree", 39),
		Entry("Eko", Label("eko"), "eko", 29),
		Entry("Setu", Label("setu"), "setu", 29),
	)
})

var _ = Describe("the generated packages", func() {
	for _, d := range docs {
		It("come from a document of "+d.Provider+" that nobody edited", Label(d.Provider), func() {
			text, err := os.ReadFile(filepath.Join("..", "specs", d.Provider, "openapi.yaml"))
			Expect(err).NotTo(HaveOccurred())
			sealed, unbroken := document.Sealed(text)
			Expect(sealed && unbroken).To(BeTrue(), "make import writes specs/%s/openapi.yaml, nobody else", d.Provider)
		})

		It("hold the effective document of "+d.Provider+" as specs/ makes it", Label(d.Provider), func() {
			root, _, err := overlay.Effective(filepath.Join("..", "specs", d.Provider))
			Expect(err).NotTo(HaveOccurred())
			kept, err := document.Read(filepath.Join("..", "gen", d.Provider+"api", "openapi.gen.yaml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(document.Difference(root, kept, "")).To(BeEmpty(), "run make generate")
		})
	}

	It("regenerate with the generator that tools.go pins", func() {
		mod, err := os.ReadFile("../go.mod")
		Expect(err).NotTo(HaveOccurred())
		pinned := regexp.MustCompile(`github.com/oapi-codegen/oapi-codegen/v2 (v\S+)`).FindStringSubmatch(string(mod))
		Expect(pinned).NotTo(BeNil())
		for _, d := range docs {
			text, err := os.ReadFile(filepath.Join("..", "gen", d.Provider+"api", "generate.go"))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(text)).To(ContainSubstring("cmd/oapi-codegen@"+pinned[1]+" "), d.Provider)
		}
	})
})
