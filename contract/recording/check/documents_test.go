package check

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/providers"
)

var _ = Describe("The check of the documents", func() {
	const text = `openapi: 3.0.3
# ask somebody@else.example
paths:
  /a:
    get:
      parameters: [{name: name, in: query, schema: {type: string}, example: abc}]
      responses:
        "200": {content: {application/json: {examples: {a: {value: {name: Quill Marble, uid: "234567890124", pan: ABCPE1234F}}}}}}
`
	var out, errs bytes.Buffer
	var name, file string
	run := func(args ...string) int {
		GinkgoHelper()
		out.Reset()
		errs.Reset()
		return Run(context.Background(), args, nil, &out, &errs)
	}
	BeforeEach(func() {
		GinkgoT().Chdir(GinkgoT().TempDir())
		name = providers.All[0].Name
		file = filepath.Join("specs", name, "openapi.yaml")
		for _, dir := range []string{filepath.Dir(file), filepath.Join("contract", "provider", name)} {
			Expect(os.MkdirAll(dir, 0o700)).To(Succeed())
		}
		Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	})

	It("says by kind and place, not by value, what nobody has looked at", func() {
		Expect(run()).To(Equal(1))
		const at = "/paths/~1a/get/responses/200/content/application~1json/examples/a/value/"
		Expect(strings.Split(strings.TrimSpace(out.String()), "\n")[1:]).To(ConsistOf(
			file+":8: name at "+at+"name", file+":8: aadhaar at "+at+"uid", file+":8: pan at "+at+"pan", file+":2: email at (a comment)"))
		Expect(errs.String()).To(Equal("scan: 4 values in the documents that nobody has looked at; replace what may be real (replace in specs/<provider>/import.yaml, and make import), " +
			"and take the rest for looked at: go run ./contract/cmd/scan -accept\n"))
		Expect(out.String() + errs.String()).NotTo(ContainSubstring("Quill"))
	})

	It("is content with what was looked at, until it changes or goes", func() {
		Expect(run("-accept")).To(Equal(0), errs.String())
		Expect(run()).To(Equal(0), out.String())
		Expect(out.String()).To(HaveSuffix("1 documents hold nothing that looks like a person, a number or a key and was not looked at\n"))
		listed, err := os.ReadFile(filepath.Join("contract", "provider", name, "accepted.tsv"))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(listed)).NotTo(ContainSubstring("Quill"))
		Expect(string(listed)).To(MatchRegexp(`(?m)^aadhaar\t[0-9a-f]{16}\tspecs/` + name + `/openapi.yaml#/paths/.*/value/uid$`))
		Expect(os.WriteFile(file, []byte(strings.Replace(text, "Quill Marble", "Quilt Marble", 1)), 0o600)).To(Succeed())
		Expect(run()).To(Equal(1))
		Expect(out.String()).To(SatisfyAll(ContainSubstring(file+":8: name at /paths/"), MatchRegexp(`accepted.tsv: has a value of the kind name that stood at \S+ and stands nowhere any more`)))
	})

	It("says where its list cannot be read", func() {
		list := filepath.Join("contract", "provider", name, "accepted.tsv")
		Expect(os.WriteFile(list, []byte("# a\nname\n"), 0o600)).To(Succeed())
		Expect(run()).To(Equal(2))
		Expect(errs.String()).To(HavePrefix("scan: " + list + ":2: is no kind, sum and place"))
	})
})
