package contract

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

// ledgerSpecs hold what lies in the provider's folders together.
func (suite *Suite) ledgerSpecs() {
	d, p := suite.Document, suite.Provider
	ginkgo.Describe("the ledger", func() {
		ginkgo.It("has every example that another reader of the document counts", func() {
			gomega.Expect(slices.Concat(d.Shown(), d.Valueless)).To(gomega.HaveLen(count(p.Document)))
		})

		ginkgo.It("has the examples that were accepted, payload by payload", func() {
			accepted, err := p.Sums()
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			if accepted == nil {
				ginkgo.Skip("nobody has accepted any; make accept does")
			}
			now := d.Sums()
			const remedy = "look at it, then run make accept"
			for id, sum := range now {
				gomega.Expect(accepted).To(gomega.HaveKey(id), "the example %s is new; %s", id, remedy)
				gomega.Expect(sum).To(gomega.Equal(accepted[id]), "the payload of %s changed; %s", id, remedy)
			}
			for id := range accepted {
				gomega.Expect(now).To(gomega.HaveKey(id), "the example %s is gone; %s", id, remedy)
			}
		})

		ginkgo.It("has no case without an example", func() {
			var ids []string
			for _, e := range d.Entries {
				ids = append(ids, e.ID)
			}
			gomega.Expect(suite.cases.Orphans(ids)).To(gomega.BeEmpty())
		})

		ginkgo.It("has no recording without an example", func() {
			var paths []string
			for _, e := range d.Entries {
				paths = append(paths, recording.Path(e.ID))
			}
			err := fs.WalkDir(p.Files, "fixtures", func(path string, entry fs.DirEntry, err error) error {
				if err == nil && !entry.IsDir() {
					gomega.Expect(paths).To(gomega.ContainElement(path), "make record TARGET=simulator removes it")
				}
				return err
			})
			gomega.Expect(err).To(gomega.Or(gomega.Succeed(), gomega.MatchError(fs.ErrNotExist)))
		})

		ginkgo.It("has a case for each example, where there are cases", func() {
			if suite.cases.Empty() {
				ginkgo.Skip("no cases are written")
			}
			for _, e := range d.Entries {
				c, err := suite.cases.Of(e.ID)
				gomega.Expect(err).NotTo(gomega.HaveOccurred())
				if c.Gets != "" {
					answer := p.Name + "/" + e.Operation + "/" + c.Gets
					gomega.Expect(slices.ContainsFunc(d.Entries, func(e example.Entry) bool { return e.ID == answer })).To(gomega.BeTrue(),
						"%s gets %s, and there is no example %s", e.ID, c.Gets, answer)
				}
			}
		})

		ginkgo.It("cites only numbered differences", func() {
			if len(suite.numbered) == 0 && suite.opts.Tree == "" {
				ginkgo.Skip("the provider's folder is not here, which numbers them")
			}
			for _, e := range slices.Concat(d.Shown(), d.Valueless) {
				for _, id := range e.Differences {
					if _, found := suite.numbered.Find(id); !found {
						ginkgo.Fail(e.ID + " cites " + unnumbered(p.Name, id))
					}
				}
			}
		})
	})

	ginkgo.Describe("the numbered differences", func() {
		ginkgo.It("are all pinned by a spec, or say why none can", func() {
			if suite.opts.Specs == nil || suite.labelled == nil {
				ginkgo.Skip("the specs that pin them are not here, but in the test of the provider's own folder")
			}
			for _, d := range suite.numbered {
				if d.Untested != "" {
					gomega.Expect(suite.labelled[d.ID]).To(gomega.BeFalse(), "%s has a spec, and differences.yaml says why it can have none", d.ID)
					continue
				}
				gomega.Expect(suite.labelled[d.ID]).To(gomega.BeTrue(), "%s is the label of no spec; pin it, or say in differences.yaml why that cannot be", d.ID)
			}
		})

		ginkgo.It("come from publications that the document names", func() {
			var known []string
			for _, s := range d.Sources() {
				known = append(known, s.Name)
			}
			for _, difference := range suite.numbered {
				for _, source := range difference.Sources {
					gomega.Expect(known).To(gomega.ContainElement(source), "%s: sources", difference.ID)
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

	ginkgo.Describe("the example doctor", func() {
		ginkgo.It("finds every broken example mended, and says by which difference", func() {
			found := suite.Diagnosis()
			tell(diagnosisEntry, found)
			if len(found.StillBroken) > 0 {
				ginkgo.Fail(stillBroken(name, found.StillBroken))
			}
			for _, b := range found.Broken {
				gomega.Expect(b.MendedBy).NotTo(gomega.BeEmpty(), b.Pointer)
				gomega.Expect(b.Differences).NotTo(gomega.BeEmpty(), "%s was mended by the action on %s, which cites no difference", b.Pointer, b.MendedBy)
			}
		})
	})

	ginkgo.Describe("the published document", func() {
		ginkgo.It("was edited by nobody", func() {
			text, err := os.ReadFile(filepath.Join(specs, "openapi.yaml"))
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			sealed, unbroken := document.Sealed(text)
			gomega.Expect(sealed && unbroken).To(gomega.BeTrue(), "make import writes specs/%s/openapi.yaml, nobody else", name)
		})

		ginkgo.It("is told the publication of each example", func() {
			for _, e := range suite.Document.Shown() {
				gomega.Expect(e.Source).NotTo(gomega.BeEmpty(), e.ID)
			}
		})

		ginkgo.It("is corrected by actions that cite numbered differences alone", func() {
			_, o, err := overlay.Effective(specs)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			for _, action := range o.Actions {
				for _, id := range action.Differences {
					if _, found := suite.numbered.Find(id); !found {
						ginkgo.Fail("the action on " + action.Target + " cites " + unnumbered(name, id))
					}
				}
			}
		})
	})

	ginkgo.Describe("the generated package", func() {
		ginkgo.It("holds the effective document as specs/ makes it", func() {
			root, _, err := overlay.Effective(specs)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			kept, err := document.Read(filepath.Join(gen, "openapi.gen.yaml"))
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			gomega.Expect(document.Difference(root, kept, "")).To(gomega.BeEmpty(), "run make generate")
			described, err := document.Parse("the description's document", suite.Provider.Document)
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			gomega.Expect(document.Difference(described, kept, "")).To(gomega.BeEmpty(), "Document in contract/provider/%s is another one", name)
		})

		ginkgo.It("regenerates with the generator that tools.go pins", func() {
			mod, err := os.ReadFile(filepath.Join(suite.opts.Tree, "go.mod"))
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			pinned := regexp.MustCompile(`github.com/oapi-codegen/oapi-codegen/v2 (v\S+)`).FindStringSubmatch(string(mod))
			gomega.Expect(pinned).NotTo(gomega.BeNil())
			text, err := os.ReadFile(filepath.Join(gen, "generate.go"))
			gomega.Expect(err).NotTo(gomega.HaveOccurred())
			gomega.Expect(string(text)).To(gomega.ContainSubstring("cmd/oapi-codegen@" + pinned[1] + " "))
		})
	})
}

// unnumbered says of a difference that is cited why it is none, and what to do.
func unnumbered(provider, id string) string {
	folder := "contract/provider/" + provider
	return fmt.Sprintf("%s, which is not in %s/differences.yaml, or provider.go beside it does not embed that file: "+
		"number the difference there", id, folder)
}

// stillBroken says of examples that no overlay has mended where they are, and what to do.
func stillBroken(provider string, pointers []string) string {
	return fmt.Sprintf("these examples break their schema, and no action of specs/%s/overlay.yaml corrects that:"+
		"\n  %s\n%s", provider, strings.Join(pointers, "\n  "), correction(provider))
}

// correction is what to do about an example that breaks its schema.
func correction(provider string) string {
	return fmt.Sprintf("correct what is wrong, the schema or the example, by an action of specs/%s/overlay.yaml that "+
		"cites a numbered difference, then run make generate", provider)
}

// withPaths gives a path to each path item among the components to which nothing refers: kin-openapi does not
// read these.
func withPaths(text []byte) []byte {
	ginkgo.GinkgoHelper()
	var root map[string]any
	gomega.Expect(yaml.Unmarshal(text, &root)).To(gomega.Succeed())
	components, _ := root["components"].(map[string]any)
	items, _ := components["pathItems"].(map[string]any)
	paths, _ := root["paths"].(map[string]any)
	all := maps.Clone(paths)
	for name, item := range items {
		if all == nil {
			all = map[string]any{}
		}
		reference := regexp.MustCompile(`#/components/pathItems/` + regexp.QuoteMeta(name) + `(?:[^\w.-]|$)`)
		if !reference.Match(text) {
			all["/"+name] = item
		}
	}
	if len(all) == len(paths) {
		return text
	}
	root["paths"] = all
	text, err := yaml.Marshal(root)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	return text
}

// count counts the documented examples in its own way: through kin-openapi's
// model instead of the document's nodes.
func count(text []byte) int {
	ginkgo.GinkgoHelper()
	t, err := openapi3.NewLoader().LoadFromData(withPaths(text))
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	n := 0
	content := func(c openapi3.Content) {
		for _, media := range c {
			switch {
			case media.Examples != nil:
				n += len(media.Examples)
			case media.Example != nil, media.Schema != nil && media.Schema.Value.Example != nil:
				n++
			}
		}
	}
	body := func(op *openapi3.Operation) {
		if op.RequestBody != nil {
			content(op.RequestBody.Value.Content)
		}
	}
	for _, item := range t.Webhooks {
		for _, hook := range item.Operations() {
			body(hook)
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
