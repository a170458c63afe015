package example_test

import (
	"os"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

var _ = It("counts with evidence", func() {
	specs := GinkgoT().TempDir()
	Expect(os.MkdirAll(filepath.Join(specs, "acme"), 0o755)).To(Succeed())
	const head = "openapi: 3.0.3\ninfo: {title: Acme, version: '1'}\npaths:\n  /status:\n    get:\n      operationId: getStatus\n      responses:\n"
	const ok, refused = "        '200': {description: OK}\n", "        '401': {description: Unauthorized}\n"
	Expect(os.WriteFile(filepath.Join(specs, "acme", "openapi.yaml"), []byte(head+ok), 0o644)).To(Succeed())
	root, err := document.Parse("effective", []byte(head+ok+refused+"        default: {description: Error}\n"))
	Expect(err).NotTo(HaveOccurred())
	d, err := example.New("acme", root)
	Expect(err).NotTo(HaveOccurred())
	card, err := example.CardOf(specs, d, &example.Diagnosis{Published: 9, Broken: []example.Broken{{Pointer: "/a"}}}, example.Differences{
		{ID: "AC-D1", Sources: []string{"page", "file"}}, {ID: "AC-D2", Sources: []string{"page"}, Untested: "it never comes"},
	})
	Expect(err).NotTo(HaveOccurred())
	Expect(card).To(Equal(example.Card{
		Provider: "acme", Broken: []string{"/a"}, Published: 9, Prose: []example.ProseStatus{{Operation: "getStatus", Status: "401"}},
		Contradictions: []string{"AC-D1"}, Pinned: []string{"AC-D1"}, Numbered: 2, Untested: []string{"AC-D2"},
	}))
})
