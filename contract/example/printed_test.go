package example_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/example"
	"example.com/digilocker/specs/document"
)

// printed is a document with a sample that is no JSON as printed, and the same mended.
const printed = `
openapi: 3.1.0
info: {title: Acme, version: "1"}
x-source: PDF
paths:
  /checks:
    get:
      operationId: getCheck
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema: {type: object}
              examples:
                check: {x-difference: [AC-D1, AC-D2], x-printed: "{\"a\": 1,}"}
                check mended: {value: {a: 1}}
`

var _ = Describe("an example that is no JSON as printed", func() {
	It("is an entry of which nothing is checked, and has a sum", func() {
		d, err := read(printed)
		Expect(err).NotTo(HaveOccurred())
		Expect(ids(d.Shown())).To(HaveExactElements("acme/getCheck/200/check-mended"))
		const id = "acme/getCheck/200/check"
		Expect(d.Valueless).To(HaveExactElements(SatisfyAll(
			HaveField("ID", id), HaveField("Lacks", "what is printed is no JSON (AC-D1, AC-D2)"),
			HaveField("Value", MatchJSON(`"{\"a\": 1,}"`)),
			HaveField("Differences", HaveExactElements("AC-D1", "AC-D2")),
			HaveField("Pointer",
				"/paths/~1checks/get/responses/200/content/application~1json/examples/check/x-printed"))))
		Expect(d.Sums()).To(SatisfyAll(HaveLen(2), HaveKey(id)))
		Expect(example.ReadSums("examples.sum", []byte(d.SumsText()))).To(Equal(d.Sums()))

		changed, err := read(strings.Replace(printed, "1,}", "2,}", 1))
		Expect(err).NotTo(HaveOccurred())
		Expect(changed.Sums()[id]).NotTo(Equal(d.Sums()[id]))
	})

	DescribeTable("is refused", func(from, to, complaint string) {
		_, err := read(strings.Replace(printed, from, to, 1))
		Expect(err).To(MatchError(And(ContainSubstring("/examples/check"), ContainSubstring(complaint))))
	},
		Entry("if it is JSON", "1,}", "1}", "what is printed is JSON: write it as value, without x-printed"),
		Entry("without a number", "x-difference: [AC-D1, AC-D2], ", "",
			"number it, and have an action of overlay.yaml"),
	)

	It("needs no number as it is published, before an overlay gives it one", func() {
		text := strings.Replace(printed, "x-difference: [AC-D1, AC-D2], ", "", 1)
		root, err := document.Parse("acme.yaml", []byte(text))
		Expect(err).NotTo(HaveOccurred())
		d, err := example.NewPublished("acme", root)
		Expect(err).NotTo(HaveOccurred())
		Expect(d.Valueless).To(HaveExactElements(HaveField("Lacks", "what is printed is no JSON")))
	})
})
