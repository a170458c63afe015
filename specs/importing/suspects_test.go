package importing

import (
	"cmp"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/specs/scan"
)

var _ = Describe("Import warns of what looks like a person", func() {
	const page = `openapi: 3.0.3
info: {title: Acme, version: "1"}
paths:
  /a:
    get:
      responses:
        "200": {description: ok, content: {application/json: {examples: {a: {value: {name: Quill Marble, id: a-1}}}}}}
`
	const at = "/paths/~1a/get/responses/200/content/application~1json/examples/a/value/"
	var h *house
	BeforeEach(func() {
		h = newHouse()
		h.sources = []string{"  - {name: page, url: 'https://acme.example/page'}\n"}
		h.manifest("{paths: [/]}", "")
	})
	takes := func(text string) string {
		GinkgoHelper()
		Expect(h.run("acme", h.write("page.yaml", text))).To(Equal(0), h.stderr)
		return strings.ReplaceAll(h.stdout, h.dir+"/", "")
	}

	It("once, with the line to paste, and without the value", func() {
		said := takes(page)
		Expect(said).To(HaveSuffix(
			`  warning: 1 value of page.yaml looks like a person, a number or a key; what is invented may stay; ` +
				`one that may be real is replaced by its line below "replace:" of source "page" in specs/acme/import.yaml, once the file is given again:
        - {at: "` + at + `name", with: "Fakenamea Person"} # name
`))
		Expect(said).NotTo(ContainSubstring("Quill"))
		Expect(takes(page)).NotTo(ContainSubstring("warning"))
		Expect(h.run("acme")).To(Equal(0))
		Expect(h.stdout).NotTo(ContainSubstring("warning"))
	})

	It("of which a command that takes a whole document tells a few", func() {
		value := ""
		for i := range 7 {
			value += fmt.Sprintf("name%d: {name: Quill Marble}, ", i)
		}
		said := Told(takes(strings.Replace(page, "name: Quill Marble, ", value, 1)))
		Expect(said).To(HaveLen(7))
		Expect(said[0]).To(HavePrefix("  warning: 7 values"))
		Expect(said[5]).To(HavePrefix("        - {at: "))
		Expect(said[6]).To(Equal("        and 2 more, which go run ./contract/cmd/scan lists"))
		Expect(Told("  acme: 7 operations\n        - {\n  dropped: this\n")).
			To(Equal([]string{"        - {", "  dropped: this"}))
	})

	It("where a value is new, or another one, and nowhere else", func() {
		takes(page)
		Expect(takes(strings.Replace(page, "id: a-1", "id: a-1, uid: '234567890124'", 1))).To(SatisfyAll(
			ContainSubstring("warning: 1 value of page.yaml looks like "),
			ContainSubstring(`- {at: "`+at+`uid", with: "200000000000"} # aadhaar`)))
		Expect(takes(strings.Replace(page, "Quill", "Quilt", 1))).
			To(ContainSubstring(`value/name", with: "Fakenamea Person"} # name`))
	})

	It("and gives a value instead that is nobody's", func() {
		for kind, value := range invented {
			label := map[string]string{"address": "street", "birth": "dob", "licence": "number",
				"digilocker-id": "digilocker_id"}[kind]
			Expect(new(scan.Scanner).Suspects(mustParse(fmt.Sprintf("value: {%s: %q}", cmp.Or(label, kind), value)))).
				To(BeEmpty(), kind)
		}
	})

	It("no more of what is replaced, by the line that it gave", func() {
		line := strings.TrimSpace(strings.Split(takes(page), "again:\n")[1])
		h.sources = []string{"  - name: page\n    url: https://acme.example/page\n    replace:\n      " + line + "\n"}
		h.manifest("{paths: [/]}", "")
		Expect(takes(page)).NotTo(ContainSubstring("warning"))
		h.sources[0] = strings.Replace(h.sources[0], "Fakenamea Person", "Test User", 1) // who was chosen by hand
		h.manifest("{paths: [/]}", "")
		Expect(takes(page)).NotTo(ContainSubstring("warning"))
	})
})
