package document_test

import (
	"encoding/json"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

var _ = Describe("a tree", func() {
	const acme = `{"a":{"b/c":[10,{"d~e":"x"}],"null":null},"":{"k":"v"}}`

	DescribeTable("has, at a JSON pointer,", func(pointer, want string) {
		got := document.At(tree(acme), pointer)
		if want == "" {
			Expect(got).To(BeNil())
			return
		}
		Expect(got).NotTo(BeNil())
		Expect(string(document.JSON(got))).To(Equal(want))
	},
		Entry("itself", "", acme),
		Entry("a member", "/a/null", "null"),
		Entry("an item of an escaped member", "/a/b~1c/0", "10"),
		Entry("a member with a tilde", "/a/b~1c/1/d~0e", `"x"`),
		Entry("a member without a name", "/", `{"k":"v"}`),
		Entry("nothing past the end", "/a/b~1c/2", ""),
		Entry("nothing before the beginning", "/a/b~1c/-1", ""),
		Entry("nothing under a word in a list", "/a/b~1c/x", ""),
		Entry("nothing below a scalar", "/a/b~1c/0/x", ""),
		Entry("nothing below nothing", "/x/y/z", ""),
	)

	It("escapes the tokens of a pointer, and takes them apart again", func() {
		pointer := document.Pointer("/paths", "/a/{b}", "x~y", "~1")
		Expect(pointer).To(Equal("/paths/~1a~1{b}/x~0y/~01"))
		Expect(document.Tokens(pointer)).To(Equal([]string{"paths", "/a/{b}", "x~y", "~1"}))
		Expect(document.Tokens("")).To(BeEmpty())
	})

	It("has a path for a pointer, as an overlay's action wants it", func() {
		root := tree(`{"a": {"it's/here": [{"n": 1}], "0": 1}}`)
		Expect(document.JSONPath(root, "")).To(Equal("$"))
		Expect(document.JSONPath(root, "/a/it's~1here/0/n")).To(Equal(`$['a']['it\'s/here'][0]['n']`))
		Expect(document.JSONPath(root, "/a/0")).To(Equal("$['a']['0']"))
		Expect(document.JSONPath(root, `/no\where/1`)).To(Equal(`$['no\\where']['1']`))
	})

	It("loses the members that nobody wants", func() {
		root := tree("a: 1\nb: {a: 1}\nc: 2\na c: 3\n")
		document.DeleteFunc(root, func(key string) bool { return strings.Contains(key, "a") })
		Expect(string(document.JSON(root))).To(Equal(`{"b":{"a":1},"c":2}`))
	})

	It("reads members and items in order, and none where there are none", func() {
		root := tree("b: 1\na: t\nl: [x, y]\n")
		var seen []string
		for key := range document.Members(root) {
			seen = append(seen, key)
		}
		for i, item := range document.Items(document.Get(root, "l")) {
			seen = append(seen, item.Value)
			if i == 0 {
				break
			}
		}
		for range document.Members(document.Get(root, "l")) {
			seen = append(seen, "never")
		}
		for range document.Items(nil) {
			seen = append(seen, "never")
		}
		Expect(seen).To(Equal([]string{"b", "a", "l", "x"}))
		Expect(document.Text(root, "a")).To(Equal("t"))
		Expect(document.Text(root, "l")).To(BeEmpty())
		Expect(document.Text(nil, "a")).To(BeEmpty())
		Expect(document.Get(document.Get(root, "a"), "a")).To(BeNil())
	})

	It("sets a member in its place, else at the end, and deletes it", func() {
		root := tree("b: 1\na: 2\n")
		document.Set(root, "b", document.Seq(document.String("x")))
		document.Set(root, "c", document.Map())
		Expect(string(document.JSON(root))).To(Equal(`{"b":["x"],"a":2,"c":{}}`))
		Expect(document.Delete(root, "a")).To(BeTrue())
		Expect(document.Delete(root, "a")).To(BeFalse())
		Expect(string(document.JSON(root))).To(Equal(`{"b":["x"],"c":{}}`))
	})

	It("shares nothing with its clone", func() {
		root := tree(acme)
		clone := document.Clone(root)
		document.At(clone, "/a/b~1c/1/d~0e").Value = "y"
		document.Set(document.Get(clone, "a"), "new", document.Map())
		Expect(string(document.JSON(root))).To(Equal(acme))
	})

	It("becomes JSON with the text as it is", func() {
		const text = `{"a":"<b> & \"c\" \\ \n 😀","d":[true,null]}`
		Expect(asJSON(text)).To(Equal(text))
	})

	DescribeTable("differs from another", func(a, b string, at ...string) {
		left, right := tree(a), tree(b)
		Expect(document.Difference(left, right, "/base")).To(ConsistOf(at))
		Expect(document.Difference(right, left, "/base")).To(ConsistOf(at))
		Expect(document.Equal(left, right)).To(Equal(len(at) == 0))
	},
		Entry("not by the order of members", `{"a":1,"b":2}`, `{"b":2,"a":1}`),
		Entry("not by its notation", `{"a":"x","n":123456789012345678901234567890}`, "a: x\nn: 123456789012345678901234567890\n"),
		Entry("by the order of items", `{"a":[1,2]}`, `{"a":[2,1]}`, "/base/a/0", "/base/a/1"),
		Entry("by the number of items", `{"a":[1,2]}`, `{"a":[1]}`, "/base/a"),
		Entry("by a digit", `{"a":12345678901234567890}`, `{"a":12345678901234567891}`, "/base/a"),
		Entry("by how a number is written", `{"a":1.0}`, `{"a":1}`, "/base/a"),
		Entry("by a type", `{"a":"1","b":"null"}`, `{"a":1,"b":null}`, "/base/a", "/base/b"),
		Entry("by a kind", `{"a":{}}`, `{"a":[]}`, "/base/a"),
		Entry("by null against absent", `{"a":null}`, `{}`, "/base/a"),
		Entry("by members that one lacks", `{"a/b":{"c":1}}`, `{"a/b":{"d":1}}`, "/base/a~1b/c", "/base/a~1b/d"),
	)

	It("is never equal to nothing", func() {
		Expect(document.Equal(nil, nil)).To(BeFalse())
		Expect(document.Equal(tree("a: 1\n"), nil)).To(BeFalse())
	})
})

var _ = Describe("Resolve", func() {
	root := tree(`{"x":{"$ref":"#/y"},"y":{"$ref":"#/z~1z"},"z/z":{"k":1},"spaced":{"$ref":"#/a%20b"},"a b":{},
		"out":{"$ref":"other.yaml#/a"},"gone":{"$ref":"#/nowhere"},"round":{"$ref":"#/round"}}`)

	It("follows references to what is none, and says where that is", func() {
		n, pointer, err := document.Resolve(root, document.Get(root, "x"), "/x")
		Expect(err).NotTo(HaveOccurred())
		Expect(pointer).To(Equal("/z~1z"))
		Expect(document.Text(n, "k")).To(Equal("1"))
	})

	It("reads one that is escaped as a URL is", func() {
		n, pointer, err := document.Resolve(root, document.Get(root, "spaced"), "/spaced")
		Expect(err).NotTo(HaveOccurred())
		Expect(pointer).To(Equal("/a b"))
		Expect(n).To(BeIdenticalTo(document.Get(root, "a b")))
	})

	It("gives back what is no reference", func() {
		n, pointer, err := document.Resolve(root, root, "")
		Expect(err).NotTo(HaveOccurred())
		Expect(pointer).To(BeEmpty())
		Expect(n).To(BeIdenticalTo(root))
	})

	DescribeTable("refuses a reference that", func(key, want string) {
		_, _, err := document.Resolve(root, document.Get(root, key), "/"+key)
		Expect(err).To(MatchError(HavePrefix("/" + key + ": $ref ")))
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("leads out of the document", "out", `"other.yaml#/a" leads out`),
		Entry("leads nowhere", "gone", `"#/nowhere" leads nowhere`),
		Entry("leads to itself", "round", "circles"),
	)
})

var _ = DescribeTable("text becomes JSON, whatever is in it:", func(text string) {
	var back string
	written := document.JSON(document.String(text))
	Expect(json.Unmarshal(written, &back)).To(Succeed(), "%s", written)
	Expect(back).To(Equal(text))
},
	Entry("nothing", ""),
	Entry("plain", "Fake Person, <b> & co."),
	Entry("a quote", `"`),
	Entry("a backslash", `a\b`),
	Entry("a line end", "a\nb\tc"),
	Entry("other letters", "नकली 😀"),
	Entry("a control character", "a\x01\x7f"),
)

var _ = It("text that is not UTF-8 becomes JSON all the same", func() {
	Expect(string(document.JSON(document.String("a\xffb")))).To(Equal("\"a\ufffdb\""))
})

var _ = DescribeTable("a new name is one that no other is in Go", func(name, want string) {
	n := document.Map()
	for _, taken := range []string{"Paper Kind", "paper-kind2", "other"} {
		document.Set(n, taken, document.Map())
	}
	Expect(document.FreeName(n, name)).To(Equal(want))
},
	Entry("itself", "pan", "pan"),
	Entry("with a number, where one has it", "other", "other2"),
	Entry("with a number, where one differs in signs and capitals", "paper_kind", "paper_kind3"),
)
