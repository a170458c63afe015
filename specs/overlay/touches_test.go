package overlay_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/overlay"
)

var _ = Describe("an action", func() {
	const text = `
openapi: 3.0.3
paths: {/a/b: {get: {tags: [x, y], n: 1}, put: {n: 2}}}
components: {schemas: {A: {n: 1}, B: {type: object}}}
`
	read := func(action string) *overlay.Overlay {
		GinkgoHelper()
		o, err := overlay.Parse("overlay.yaml", []byte(head+"  - "+action+"\n"))
		Expect(err).NotTo(HaveOccurred())
		return o
	}

	DescribeTable("touches what it changes, as far in as it goes:", func(action, pointers string) {
		root, err := document.Parse("acme", []byte(text))
		Expect(err).NotTo(HaveOccurred())
		Expect(read(action).Touches(root, 0)).To(ConsistOf(strings.Fields(pointers)))
	},
		Entry("one value", `{target: "$.paths['/a/b'].get.n", update: 2, x-source: P}`, "/paths/~1a~1b/get/n"),
		Entry("members, in members",
			`{target: $.components, update: {schemas: {A: {n: 2, m: {}}, C: {type: string}}}, x-source: P}`,
			"/components/schemas/A/n /components/schemas/A/m /components/schemas/C/type"),
		Entry("a list that grows",
			`{target: '$["paths"]["/a/b"]["get"].tags', update: [z], x-source: P}`, "/paths/~1a~1b/get/tags"),
		Entry("what goes",
			`{target: "$.paths['/a/b'].get.tags[1]", remove: true, x-source: P}`, "/paths/~1a~1b/get/tags/1"),
		Entry("what a pattern finds",
			`{target: "$.paths['/a/b'][*]", update: {n: 3}, x-source: P}`, "/paths/~1a~1b/get/n /paths/~1a~1b/put/n"),
		Entry("what is found anywhere", `{target: "$..n", remove: true, x-source: P}`,
			"/paths/~1a~1b/get/n /paths/~1a~1b/put/n /components/schemas/A/n"),
		Entry("what is found in a list",
			`{target: "$..tags[?@ == 'y']", remove: true, x-source: P}`, "/paths/~1a~1b/get/tags/1"),
		Entry("a copy",
			`{target: $.components.schemas.B, copy: $.components.schemas.A, x-source: P}`, "/components/schemas/B/n"),
		Entry("a copy of nothing",
			`{target: $.components.schemas.B, copy: $.components.schemas.X, x-source: P}`, "/components/schemas/B"),
		Entry("a place that is not there",
			`{target: $.components.schemas.X, update: {n: 1}, x-source: P}`, "/components/schemas/X/n"),
	)

	DescribeTable("takes away what it names, and nothing else:", func(target, left string) {
		root, err := document.Parse("acme", []byte(text))
		Expect(err).NotTo(HaveOccurred())
		Expect(read(`{target: "`+target+`", remove: true, x-source: P}`).Apply(root, 0, 1)).To(Succeed())
		want, err := document.Parse("acme", []byte(left))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(document.JSON(root))).To(Equal(string(document.JSON(want))))
	},
		Entry("a member", "$.components.schemas.A", strings.Replace(text, "A: {n: 1}, ", "", 1)),
		Entry("the last member", "$.components.schemas.B", strings.Replace(text, ", B: {type: object}", "", 1)),
		Entry("the first of a list", "$.paths['/a/b'].get.tags[0]", strings.Replace(text, "x, ", "", 1)),
		Entry("the last of a list", "$.paths['/a/b'].get.tags[1]", strings.Replace(text, ", y", "", 1)),
		Entry("whatever a pattern finds",
			"$.components.schemas[*]", strings.Replace(text, "A: {n: 1}, B: {type: object}", "", 1)),
	)

	It("that takes away what is not there finds nothing", func() {
		root, err := document.Parse("acme", []byte(text))
		Expect(err).NotTo(HaveOccurred())
		Expect(read(`{target: $.components.schemas.X, remove: true, x-source: P}`).Apply(root, 0, 1)).
			To(MatchError(ContainSubstring("finds nothing")))
	})
})
