package doctor

import (
	"maps"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

func parsed(text string) *yaml.Node {
	GinkgoHelper()
	var n yaml.Node
	Expect(yaml.Unmarshal([]byte(text), &n)).To(Succeed())
	return n.Content[0]
}

var _ = Describe("the members that a document's values have", func() {
	DescribeTable("are found", func(text string, want ...string) {
		root := parsed(text)
		found := names{}
		found.below(root)
		Expect(slices.Sorted(maps.Keys(found))).To(ContainElements(want))
		Expect(found.has("unseen")).To(BeFalse())
	},
		Entry("in an example",
			"{schema: {properties: {unseen: {}}}, example: {a: {b: 1}, c: [{d: 1}]}}", "a", "b", "c", "d"),
		Entry("in one of several", "{examples: {one: {value: {a: 1}}}}", "a"),
		Entry("in an enum, a constant and a default",
			"{enum: [{a: 1}], const: {b: 1}, default: {c: 1}}", "a", "b", "c"),
		Entry("in an extension", "{x-samples: [{a: 1}]}", "a"),
		Entry("in JSON as a text", `{example: '{"a": {"b-c": [{"d_e": 1}]}}'}`, "a", "b-c", "d_e"),
		Entry("in a form", `{example: 'a=1&b.c=2'}`, "a", "b.c"),
		Entry("in XML", `{example: '<a b="1"><c/></a>'}`, "a", "b", "c"),
	)

	It("are all that schemas speak of in what is examined", func() {
		root := parsed("{schema: {properties: {a: {properties: {b: {}, c: {}}}, b: {}}}}")
		pruned := names{"a": true, "c": true}.pruned(root)
		Expect(document.JSON(pruned)).To(MatchJSON(`{"schema": {"properties": {"a": {"properties": {"c": {}}}}}}`))
		Expect(document.JSON(root)).To(ContainSubstring(`"b"`))
	})
})
