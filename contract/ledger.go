package contract

import (
	"os"
	"path/filepath"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// ledgerSpecs hold what lies in the provider's folders together.
func (suite *Suite) ledgerSpecs() {
	d, p := suite.Document, suite.Provider
	Describe("the ledger", func() {
		It("has every example that another reader of the document counts", func() {
			Expect(d.Entries).To(HaveLen(count(p.Document)))
		})

		It("has the examples that were accepted, payload by payload", func() {
			accepted, err := p.Sums()
			Expect(err).NotTo(HaveOccurred())
			if accepted == nil {
				Skip("nobody has accepted any; make accept does")
			}
			now := d.Sums()
			const remedy = "look at it, then run make accept"
			for id, sum := range now {
				Expect(accepted).To(HaveKey(id), "the example %s is new; %s", id, remedy)
				Expect(sum).To(Equal(accepted[id]), "the payload of %s changed; %s", id, remedy)
			}
			for id := range accepted {
				Expect(now).To(HaveKey(id), "the example %s is gone; %s", id, remedy)
			}
		})

		It("has no case without an example", func() {
			var ids []string
			for _, e := range d.Entries {
				ids = append(ids, e.ID)
			}
			Expect(suite.cases.Orphans(ids)).To(BeEmpty())
		})

		It("has a case for each example, where there are cases", func() {
			if suite.cases.Empty() {
				Skip("no cases are written")
			}
			for _, e := range d.Entries {
				_, err := suite.cases.Of(e.ID)
				Expect(err).NotTo(HaveOccurred())
			}
		})

		It("cites only numbered differences", func() {
			for _, e := range d.Entries {
				for _, id := range e.Differences {
					_, found := suite.numbered.Find(id)
					Expect(found).To(BeTrue(), "%s cites %s", e.ID, id)
				}
			}
		})
	})

	Describe("the numbered differences", func() {
		It("are all pinned by a spec, or say why none can", func() {
			for _, d := range suite.numbered {
				if d.Untested != "" {
					Expect(suite.labelled[d.ID]).To(BeFalse(), "%s has a spec, and differences.yaml says why it can have none", d.ID)
					continue
				}
				Expect(suite.labelled[d.ID]).To(BeTrue(), "%s is the label of no spec; pin it, or say in differences.yaml why that cannot be", d.ID)
			}
		})

		It("come from publications that the document names", func() {
			var known []string
			for _, s := range d.Sources() {
				known = append(known, s.Name)
			}
			for _, difference := range suite.numbered {
				for _, source := range difference.Sources {
					Expect(known).To(ContainElement(source), "%s: sources", difference.ID)
				}
			}
		})
	})

	if suite.opts.Tree != "" {
		suite.treeSpecs()
	}
}

// treeSpecs hold the provider's document and client to what is published.
func (suite *Suite) treeSpecs() {
	name := suite.Provider.Name
	specs, gen := filepath.Join(suite.opts.Tree, "specs", name), filepath.Join(suite.opts.Tree, "gen", name+"api")

	Describe("the example doctor", func() {
		It("finds every broken example mended, and says by which difference", func() {
			found := suite.Diagnosis()
			tell(diagnosisEntry, found)
			Expect(found.StillBroken).To(BeEmpty())
			for _, b := range found.Broken {
				Expect(b.MendedBy).NotTo(BeEmpty(), b.Pointer)
				Expect(b.Differences).NotTo(BeEmpty(), "%s was mended by the action on %s, which cites no difference", b.Pointer, b.MendedBy)
			}
		})
	})

	Describe("the published document", func() {
		It("was edited by nobody", func() {
			text, err := os.ReadFile(filepath.Join(specs, "openapi.yaml"))
			Expect(err).NotTo(HaveOccurred())
			sealed, unbroken := document.Sealed(text)
			Expect(sealed && unbroken).To(BeTrue(), "make import writes specs/%s/openapi.yaml, nobody else", name)
		})

		It("is told the publication of each example", func() {
			for _, e := range suite.Document.Entries {
				Expect(e.Source).NotTo(BeEmpty(), e.ID)
			}
		})

		It("is corrected by actions that cite numbered differences alone", func() {
			_, o, err := overlay.Effective(specs)
			Expect(err).NotTo(HaveOccurred())
			for _, action := range o.Actions {
				for _, id := range action.Differences {
					_, found := suite.numbered.Find(id)
					Expect(found).To(BeTrue(), "the action on %s cites %s", action.Target, id)
				}
			}
		})
	})

	Describe("the generated package", func() {
		It("holds the effective document as specs/ makes it", func() {
			root, _, err := overlay.Effective(specs)
			Expect(err).NotTo(HaveOccurred())
			kept, err := document.Read(filepath.Join(gen, "openapi.gen.yaml"))
			Expect(err).NotTo(HaveOccurred())
			Expect(document.Difference(root, kept, "")).To(BeEmpty(), "run make generate")
			described, err := document.Parse("the description's document", suite.Provider.Document)
			Expect(err).NotTo(HaveOccurred())
			Expect(document.Difference(described, kept, "")).To(BeEmpty(), "Document in contract/provider/%s is another one", name)
		})

		It("regenerates with the generator that tools.go pins", func() {
			mod, err := os.ReadFile(filepath.Join(suite.opts.Tree, "go.mod"))
			Expect(err).NotTo(HaveOccurred())
			pinned := regexp.MustCompile(`github.com/oapi-codegen/oapi-codegen/v2 (v\S+)`).FindStringSubmatch(string(mod))
			Expect(pinned).NotTo(BeNil())
			text, err := os.ReadFile(filepath.Join(gen, "generate.go"))
			Expect(err).NotTo(HaveOccurred())
			Expect(string(text)).To(ContainSubstring("cmd/oapi-codegen@" + pinned[1] + " "))
		})
	})
}

// count counts the documented examples in its own way: through kin-openapi's
// model instead of the document's nodes.
func count(text []byte) int {
	GinkgoHelper()
	t, err := openapi3.NewLoader().LoadFromData(text)
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
