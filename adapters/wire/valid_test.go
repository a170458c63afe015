package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// texts are JSON and what nearly is: each alone, cut off at every byte, with every
// byte taken out, and with every byte made another.
var texts = []string{
	``, ` `, `{}`, `[]`, `""`, `0`, `-0`, `01`, `-`, `+1`, `1.`, `.5`, `1.50`, `1e5`, `1E+5`, `1e-05`, `1e`, `1e+`, `-12.5e3`, `1234567890`,
	`true`, `false`, `null`, `tru`, `truex`, `True`, `nul`, `{} {}`, `{}x`, `1 2`, "\xef\xbb\xbf{}", "\x00", "{}\x00", `"` + "\x00" + `"`,
	`{"a":1,"b":[true,false,null,-1.5e+3],"c":{"d":""}}`, ` { "a" : [ 1 , 2 ] , "b" : { } } `, "\t[\r\n1\n]\n", "\f[]", "\v[]",
	`{"a":1,}`, `[1,]`, `[,1]`, `{,}`, `{"a"}`, `{"a":}`, `{1:2}`, `{"a":1 "b":2}`, `[1 2]`, `{"a":1]`, `[1}`, `[`, `{`, `]`, `}`,
	`"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"`, `"\x"`, `"\u12"`, `"\u12G4"`, `"\u000g"`, `"\u@@@@"`, `"\u::::"`, "\"\\u000\x19\"", `"\u09af"`, `"\u09AF"`, `"\`, "\"\n\"", "\"\x1f\"", "\"\x7f\x80\xff\"", `"é😀"`,
}

func isValid(text []byte) bool {
	ok, _ := valid(text, 0)
	return ok
}

var _ = Describe("one JSON value", func() {
	It("is what encoding/json takes for one", func() {
		all, good := 0, 0
		same := func(text string) {
			all++
			if json.Valid([]byte(text)) {
				good++
			}
			if isValid([]byte(text)) != json.Valid([]byte(text)) {
				Fail(fmt.Sprintf("not of %q", text))
			}
		}
		for _, text := range texts {
			same(text)
			for i := range len(text) {
				same(text[:i])
				same(text[:i] + text[i+1:])
				for _, c := range []byte("\x00\x1f \"\\{}[]:,0-.eEux\x80") {
					same(text[:i] + string([]byte{c}) + text[i+1:])
					same(text[:i] + string([]byte{c}) + text[i:])
				}
			}
		}
		Expect(good).To(And(BeNumerically(">", 1_000), BeNumerically("<", all-1_000)))
	})

	It("is nested as deep as encoding/json follows", func() {
		for _, n := range []int{maxDepth, maxDepth + 1} {
			for _, pair := range []struct{ open, shut string }{{"[", "]"}, {`{"a":`, "}"}} {
				text := []byte(strings.Repeat(pair.open, n) + "1" + strings.Repeat(pair.shut, n))
				Expect(isValid(text)).To(Equal(json.Valid(text)))
				Expect(isValid(text)).To(Equal(n == maxDepth))
			}
		}
		Expect(isValid([]byte(strings.Repeat("[", 1<<20)))).To(BeFalse())
	})
})

func FuzzValid(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if isValid([]byte(text)) != json.Valid([]byte(text)) {
			t.Errorf("%q", text)
		}
	})
}
