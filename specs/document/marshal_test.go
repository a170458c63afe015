package document_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

type node = yaml.Node

func marshal(root *node) []byte {
	GinkgoHelper()
	out, err := document.Marshal(root, "")
	Expect(err).NotTo(HaveOccurred())
	return out
}

var _ = Describe("Marshal", func() {
	It("writes block style, two spaces deep, in the order given, below the comment", func() {
		out, err := document.Marshal(tree(`{"b": {"d": [{"x": 1, "y": []}], "c": {}}, "a": "t", "l": "one\ntwo\n"}`), "What Acme publishes.\n\nacme: page\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(out)).To(Equal(`# What Acme publishes.
#
# acme: page
b:
  d:
    - x: 1
      "y": []
  c: {}
a: t
l: |
  one
  two
`))
	})

	It("gives the same bytes for the same tree, and for what it wrote", func() {
		root := tree("b: [1, 'y', {z: ~}]\na: |\n  text\n")
		first := marshal(root)
		Expect(marshal(root)).To(Equal(first))
		Expect(marshal(tree(string(first)))).To(Equal(first))
	})

	DescribeTable("keeps a number, digit by digit and as a number, for every reader", func(number string) {
		out := marshal(tree(`{"v":` + number + `}`))
		Expect(string(out)).To(Equal("v: " + number + "\n"))
		Expect(asJSON(string(out))).To(Equal(`{"v":` + number + `}`))
		var plain map[string]any
		Expect(yaml.Unmarshal(out, &plain)).To(Succeed())
		Expect(plain["v"]).NotTo(BeAssignableToTypeOf(""))
		Expect(loaded(out)).NotTo(BeAssignableToTypeOf(""))
	},
		Entry(nil, "0"), Entry(nil, "-0"), Entry(nil, "10"), Entry(nil, "1.0"), Entry(nil, "1.50"), Entry(nil, "1e3"),
		Entry(nil, "1E+2"), Entry(nil, "0.1e-7"), Entry(nil, "9223372036854775808"), Entry(nil, "12345678901234567890"),
		Entry(nil, "18446744073709551616"), Entry(nil, "-9223372036854775809"), Entry(nil, "123456789012345678901234567890"),
		Entry(nil, "3.14159265358979323846264338327950288"),
	)

	DescribeTable("keeps a text as that text for every reader", func(text string) {
		survives(text)
	}, texts())

	It("writes a large tree as one encoder would, without the memory that it would take", func() {
		rnd := rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), 2))
		root := large(rnd, 0)
		var whole bytes.Buffer
		enc := yaml.NewEncoder(&whole)
		enc.SetIndent(2)
		Expect(enc.Encode(root)).To(Succeed())
		Expect(enc.Close()).To(Succeed())
		Expect(whole.Len()).To(BeNumerically(">", 500_000))
		Expect(string(marshal(root)) == whole.String()).To(BeTrue(), "the bytes differ")
	})

	It("keeps any text", func() {
		pieces := strings.Split(`a| |n|#|:|-|é|😀|'|"|\|>|%|@|{|}|[|]|,|&|*|!|?|0|1|e|_|.|~|<<|---|...|null|on|2020-01-02|two words`, "|")
		pieces = append(pieces, "|", "\n", "\n", "\t", "\r", "\x00", "\x7f", "\u0085", "\u2028", "\ufeff", "\ufffd")
		rnd := rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), 1))
		for range 5000 {
			var text strings.Builder
			for range rnd.IntN(6) {
				text.WriteString(pieces[rnd.IntN(len(pieces))])
			}
			root := nested(text.String())
			Expect(document.Equal(tree(string(marshal(root))), root)).To(BeTrue(), "%q", text.String())
		}
	})
})

// large is a map of many members, whose names, texts and depths are any that are written as they are.
func large(rnd *rand.Rand, deep int) *node {
	pieces := []string{"a", "two words", "/paths/{id}", "a: b", "- x", "#", "line\nline", "\n", "é", "\u2028",
		"\u0085x", "'", " ", "<<", strings.Repeat("long", 40)}
	root := document.Map()
	for i := range []int{6, 40, 30, 12}[deep] {
		name := strconv.Itoa(i) + pieces[rnd.IntN(len(pieces))]
		value := document.String("t" + pieces[rnd.IntN(len(pieces))] + pieces[rnd.IntN(len(pieces))])
		switch {
		case deep < 3:
			value = large(rnd, deep+1)
		case rnd.IntN(4) == 0:
			value = document.Seq(value, document.Map(), document.Seq(value))
		}
		document.Set(root, name, value)
	}
	return root
}

// nested holds text where YAML can have it: as a value, an item and a name.
func nested(text string) *node {
	inner := document.Map()
	document.Set(inner, text, document.Seq(document.String(text), document.String("z")))
	root := document.Map()
	document.Set(root, "v", document.String(text))
	document.Set(root, "m", inner)
	document.Set(root, "l", document.Seq(document.Seq(document.String(text)), inner))
	return root
}

func survives(text string) {
	GinkgoHelper()
	root := nested(text)
	out := marshal(root)
	Expect(document.Equal(tree(string(out)), root)).To(BeTrue(), "read back from %q", out)
	var plain struct {
		V any
		M map[any]any
	}
	Expect(yaml.Unmarshal(out, &plain)).To(Succeed())
	Expect(plain.V).To(Equal(text), "yaml.v3")
	Expect(plain.M).To(HaveKeyWithValue(text, []any{text, "z"}), "yaml.v3")
	Expect(loaded(out)).To(Equal(text), "kin-openapi")
}

// loaded is the member v of out as kin-openapi reads it.
func loaded(out []byte) any {
	GinkgoHelper()
	head := "openapi: 3.0.3\ninfo:\n  title: t\n  version: \"1\"\npaths: {}\nx-all:\n"
	doc, err := openapi3.NewLoader().LoadFromData([]byte(head + "  " + strings.ReplaceAll(strings.TrimSuffix(string(out), "\n"), "\n", "\n  ") + "\n"))
	Expect(err).NotTo(HaveOccurred())
	Expect(doc.Validate(context.Background(), openapi3.AllowExtraSiblingFields("x-all"))).To(Succeed())
	return doc.Extensions["x-all"].(map[string]any)["v"]
}

func texts() []TableEntry {
	var entries []TableEntry
	for _, text := range []string{
		"", " ", "a", " a ", "123", "007", "0o17", "0x1F", "1_000", "+1", ".5", "1.", "1e3", "12345678901234567890", ".inf", "-.Inf", ".nan",
		"y", "Y", "n", "N", "yes", "YES", "no", "No", "on", "On", "off", "OFF", "true", "True", "FALSE", "null", "Null", "~",
		"2022-02-03", "2022-2-3", "2022-02-30", "2022-02-03T04:05:06Z", "2022-02-03 04:05:06", "03-02-2022", "12:30", "12:30:45", "190:20:30",
		"<<", "=", "*a", "&a", "!a", "!!str a", "@a", "`a", "%a", "#a", "a #b", "a: b", "a:", "- a", "-", "? a", "|", ">", "[a", "{a", "a]", "a, b",
		"'", "\"", "\\", "\\n", "it's", "---", "...", "--- a", "\ta", "a\tb", "a\nb", "a\nb\n", "a\n\n", "\na", "\n", "\n\n", " a\nb", "\ta\nb", "a\n b\n", "a \nb",
		"a\r\nb", "\r", "\x00", "\x1b[0m", "\x7f", "é", "😀", "\u0085", "a\u0085b", "\u2028a\n", "\ufeffa", "\ufffd", "</script>", "1 000", "९१",
		strings.Repeat("long ", 60), strings.Repeat("k", 200),
	} {
		entries = append(entries, Entry(strconv.Quote(text), text))
	}
	return entries
}
