package document_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/document"
)

// tree parses text that must be good.
func tree(text string) *node {
	GinkgoHelper()
	root, err := document.Parse("acme.yaml", []byte(text))
	Expect(err).NotTo(HaveOccurred())
	return root
}

// asJSON is what text means.
func asJSON(text string) string {
	GinkgoHelper()
	return string(document.JSON(tree(text)))
}

var _ = Describe("Parse", func() {
	DescribeTable("reads", func(text, want string) {
		Expect(asJSON(text)).To(Equal(want))
	},
		Entry("YAML", "b: 1\na: [x, 'y']\n", `{"b":1,"a":["x","y"]}`),
		Entry("YAML after a byte order mark", "\ufeffa: 1\n", `{"a":1}`),
		Entry("YAML with CRLF", "a: 1\r\nb: 2\r\n", `{"a":1,"b":2}`),
		Entry("YAML that ends its document", "---\na: 1\n...\n", `{"a":1}`),
		Entry("comments", "# one\na: 1 # two\n", `{"a":1}`),
		Entry("anchors, expanded", "a: &x {k: [1]}\nb: *x\nc: [*x, *x]\n", `{"a":{"k":[1]},"b":{"k":[1]},"c":[{"k":[1]},{"k":[1]}]}`),
		Entry("YAML's spellings of true, false and null", "a: [True, FALSE, ~, Null, '']\nb:\n", `{"a":[true,false,null,null,""],"b":null}`),
		Entry("what YAML 1.1 took for booleans as text", "a: [y, N, yes, No, on, OFF]\n", `{"a":["y","N","yes","No","on","OFF"]}`),
		Entry("dates as text", "a: 2022-02-30\nb: 2022-02-03\nc: 2022-02-03T04:05:06Z\n", `{"a":"2022-02-30","b":"2022-02-03","c":"2022-02-03T04:05:06Z"}`),
		Entry("numbers digit by digit", "a: 12345678901234567890\nb: 1e3\nc: 1.50\nd: -0\n", `{"a":12345678901234567890,"b":1e3,"c":1.50,"d":-0}`),
		Entry("numbers as names", "200: a\n'404': b\n1.0: c\n", `{"200":"a","404":"b","1.0":"c"}`),
		Entry("tags that JSON has", "a: !!str 12\nb: !!float 1\nc: !!int 12345678901234567890\n", `{"a":"12","b":1,"c":12345678901234567890}`),
		Entry("JSON", `{"b":1,"a":["x",null,true,1e3,12345678901234567890]}`, `{"b":1,"a":["x",null,true,1e3,12345678901234567890]}`),
		Entry("JSON after white space", "\n \t{\"a\":1}\n\n", `{"a":1}`),
		Entry("JSON after a byte order mark", "\ufeff"+`{"a":"\ud83d\ude00"}`, `{"a":"😀"}`),
		Entry("JSON indented with tabs", "{\n\t\"a\":\t1\n}", `{"a":1}`),
		Entry("JSON with surrogate pairs", `{"a":"\ud83d\ude00"}`, `{"a":"😀"}`),
		Entry("a merge key, beside which its own members count", "a: &x {k: 1, l: 1}\nb:\n  <<: *x\n  k: 2\n", `{"a":{"k":1,"l":1},"b":{"k":2,"l":1}}`),
		Entry("a merge key with a list, of which the first counts", "a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}\n", `{"a":{"k":1},"b":{"k":2,"m":3},"c":{"k":1,"m":3}}`),
		Entry("JSON with a name that YAML would merge", `{"<<":{"a":1}}`, `{"<<":{"a":1}}`),
		Entry("empty objects and lists", `{"a":{},"b":[]}`, `{"a":{},"b":[]}`),
	)

	DescribeTable("says where it cannot read", func(text string, line int, want string) {
		_, err := document.Parse("acme.yaml", []byte(text))
		var place string
		if line > 0 {
			place = fmt.Sprintf(":%d", line)
		}
		Expect(err).To(MatchError(HavePrefix("acme.yaml" + place + ": ")))
		Expect(err).To(MatchError(ContainSubstring(want)))
		Expect(err).To(BeAssignableToTypeOf(&document.Error{}))
	},
		Entry("nothing", "", 0, "is empty"),
		Entry("white space", " \n\t\n", 0, "is empty"),
		Entry("comments alone", "# to come\n# soon\n", 0, "is empty but for comments"),
		Entry("a marker alone", "---\n", 2, "not an object"),
		Entry("a list", "- a\n", 1, "not an object"),
		Entry("text", "hello\n", 1, "not an object"),
		Entry("null", "null\n", 1, "not an object"),
		Entry("a second document", "a: 1\n---\nb: 1\n", 2, "second YAML document"),
		Entry("a second document that is broken", "a: 1\n---\nb: [\n", 4, "is not YAML"),
		Entry("wrong indentation", "x: 1\na:\n  - b\n c: 1\n", 4, "is not YAML: did not find expected key"),
		Entry("a tab as indentation", "a:\n\tb: 1\n", 2, "is not YAML"),
		Entry("a list that does not end", "a: 1\nb: [1,\n", 3, "is not YAML"),
		Entry("an unknown alias", "a: *nobody\n", 0, "unknown anchor 'nobody'"),
		Entry("a duplicate member", "a: 1\nb: 2\na: 3\n", 3, `duplicate member "a" (first in line 1)`),
		Entry("a duplicate member below", "a:\n  b: 1\n  b: 1\n", 3, `duplicate member "b"`),
		Entry("a number and a text of one name", "200: a\n'200': b\n", 2, `duplicate member "200"`),
		Entry("an alias that holds itself", "a: &x\n  b: *x\n", 2, "the alias *x contains itself"),
		Entry("a merge key with a text", "b:\n  <<: x\n", 2, "what << merges must be an object, or a list of objects"),
		Entry("a merge key with a list of texts", "b:\n  <<: [x]\n", 2, "what << merges must be an object"),
		Entry("a merge key that leads to itself", "b: &b\n  <<: *b\n", 2, "contains itself"),
		Entry("a complex name", "? [a]\n: 1\n", 1, "a member's name must be text"),
		Entry("a list as a name", "a: 1\n? [b]\n: 1\n", 2, "name must be text"),
		Entry("a hexadecimal number", "a: 0x1F\n", 1, `the number "0x1F" has no JSON form; quote it`),
		Entry("a number with a leading zero", "pin: 0123\n", 1, `"0123"`),
		Entry("infinity", "a: .inf\n", 1, `".inf"`),
		Entry("a tag of its own", "a: 1\nb: !secret x\n", 2, "the YAML tag !secret"),
		Entry("binary data", "a: !!binary aGk=\n", 1, "the YAML tag !!binary"),
		Entry("bytes that are not UTF-8", "a: 1\nb: \xff\n", 2, "is not UTF-8"),
		Entry("JSON that is not UTF-8", "{\"a\":1,\n\"b\":\"\xff\"}", 2, "is not UTF-8"),
		Entry("JSON with a duplicate member", "{\n\"a\":1,\n\"a\":2}", 3, `duplicate member "a"`),
		Entry("JSON with trailing bytes", "{\"a\":1}\n\nx", 3, "bytes follow the end"),
		Entry("JSON with a comma behind it", "{\"a\":1}\n,", 2, "bytes follow the end"),
		Entry("two JSON documents", "{}\n{}", 2, "bytes follow the end"),
		Entry("JSON cut off", "{\n\"a\":[1,\n", 2, "is not JSON: it ends too early"),
		Entry("JSON with a trailing comma", "{\n\"a\":1,\n}", 3, "is not JSON"),
		Entry("JSON with a bare name", "{\n a: 1}", 2, "is not JSON"),
		Entry("JSON closed by the wrong bracket", "{\"a\":[1}", 1, "is not JSON"),
		Entry("a number that nothing can hold", "{\n\"a\":1e999}", 2, "1e999 is too large"),
		Entry("JSON nested without end", `{"a":`+strings.Repeat("[", 100_000), 1, "nested deeper"),
		Entry("YAML nested without end", `a: `+strings.Repeat("[", 100_000), 0, "depth"),
	)

	It("bounds what aliases expand to", func() {
		bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
		for i := range 9 {
			bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
		}
		_, err := document.Parse("acme.yaml", []byte(bomb))
		Expect(err).To(MatchError(MatchRegexp(`^acme.yaml:1: is larger than \d+ nodes once its aliases are expanded`)))
	})

	It("does not take breadth for depth", func() {
		tree(`{"a":[` + strings.Repeat("[[]],", 20_000) + `[]]}`)
	})

	It("keeps the line of each value", func() {
		for _, text := range []string{"a:\n  b: 1\n  c:\n    - x\n    - y\n", "{\"a\":\n{\"b\":1,\n\"c\":[\n\"x\",\n\"y\"]}}"} {
			a := document.Get(tree(text), "a")
			Expect(a.Content[2].Line).To(Equal(3), "the name c")
			Expect(document.At(a, "/c/1").Line).To(Equal(5))
		}
	})

	It("forgets comments, styles and anchors", func() {
		out, err := document.Marshal(tree("a: &x \"v\" # c\nb: {c: *x}\n"), "")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(out)).To(Equal("a: v\nb:\n  c: v\n"))
	})
})

var _ = Describe("Read", func() {
	It("parses a file", func() {
		file := filepath.Join(GinkgoT().TempDir(), "acme.yaml")
		Expect(os.WriteFile(file, []byte("a: 1\n"), 0o600)).To(Succeed())
		root, err := document.Read(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(document.Text(root, "a")).To(Equal("1"))
	})

	It("names a file that is not there, once", func() {
		_, err := document.Read("nowhere/acme.yaml")
		Expect(err).To(MatchError("nowhere/acme.yaml: no such file or directory"))
	})
})

var _ = Describe("Writable", func() {
	It("makes the folder, and leaves nothing in it", func() {
		dir := filepath.Join(GinkgoT().TempDir(), "a", "b")
		Expect(document.Writable(dir)).To(Succeed())
		Expect(os.ReadDir(dir)).To(BeEmpty())
	})

	It("says why nothing can be written", func() {
		file := filepath.Join(GinkgoT().TempDir(), "a")
		Expect(os.WriteFile(file, nil, 0o600)).To(Succeed())
		Expect(document.Writable(file)).To(MatchError(ContainSubstring("not a directory")))
		Expect(document.Writable("/proc")).NotTo(Succeed()) // is a folder, and takes no file
	})
})

var _ = Describe("WriteFile", func() {
	var dir, file string
	BeforeEach(func() {
		dir = GinkgoT().TempDir()
		file = filepath.Join(dir, "acme.yaml")
	})
	old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	written := func() (string, time.Time) {
		GinkgoHelper()
		Expect(os.ReadDir(dir)).To(HaveLen(1), "a temporary file is left")
		data, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		info, err := os.Stat(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o644)))
		return string(data), info.ModTime()
	}

	It("writes a new file that others can read", func() {
		Expect(document.WriteFile(file, []byte("a: 1\n"))).To(Succeed())
		data, _ := written()
		Expect(data).To(Equal("a: 1\n"))
	})

	It("replaces a file", func() {
		Expect(os.WriteFile(file, []byte("a: old and longer\n"), 0o644)).To(Succeed())
		before, err := os.Stat(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(document.WriteFile(file, []byte("a: 1\n"))).To(Succeed())
		data, _ := written()
		Expect(data).To(Equal("a: 1\n"))
		after, err := os.Stat(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(os.SameFile(before, after)).To(BeFalse(), "a reader could see half of it")
	})

	It("leaves a file alone that already says so, and its time", func() {
		Expect(document.WriteFile(file, []byte("a: 1\n"))).To(Succeed())
		Expect(os.Chtimes(file, old, old)).To(Succeed())
		Expect(document.WriteFile(file, []byte("a: 1\n"))).To(Succeed())
		_, at := written()
		Expect(at).To(BeTemporally("==", old))
	})

	It("leaves no temporary file when it fails", func() {
		Expect(os.MkdirAll(filepath.Join(file, "in the way"), 0o755)).To(Succeed())
		Expect(document.WriteFile(file, []byte("a: 1\n"))).To(MatchError(ContainSubstring("acme.yaml")))
		Expect(os.ReadDir(dir)).To(HaveLen(1))
	})

	It("fails where there is no folder", func() {
		Expect(document.WriteFile(filepath.Join(dir, "nowhere", "acme.yaml"), nil)).NotTo(Succeed())
	})
})

var _ = Describe("Decode", func() {
	DescribeTable("refuses, with file and line,", func(text, want string) {
		file := filepath.Join(GinkgoT().TempDir(), "list.yaml")
		Expect(os.WriteFile(file, []byte(text), 0o644)).To(Succeed())
		var into struct{ N int }
		_, err := document.Decode(file, &into)
		Expect(err).To(MatchError(HavePrefix(file + want)))
	},
		Entry("a member that nobody knows", "n: 1\nm: 2\n", ":2: field m not found"),
		Entry("a member of another type", "\nn: x\n", ":2: cannot unmarshal"),
		Entry("a member twice", "n: 1\nn: 2\n", ":2: duplicate member"),
	)
})
