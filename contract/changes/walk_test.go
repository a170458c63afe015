package changes

import (
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("the steps, walked to the end:", func() {
	const account = "/paths/~1digilocker~1verify-account"
	const request = schemas + "DigiLockerVerificationCreateUrlRequestSchema"

	Context("after a member that was optional became required", func() {
		const given = `{"verification_id":"a","document_requested":["PAN"]}`
		published := add(request+"/required", "user_flow")
		was := stage{files: map[string]string{
			"adapters/acme/acme.go":      "package acme\n\nvar flow = b.UserFlow\n",
			"adapters/acme/acme_test.go": "package acme\n\nvar a = `" + given + "`\nvar b = `" + given + "`\n",
			"adapters/acme/answers_test.go": "package acme\n\nvar a = `{\"verification_id\":\"a\",` +\n" +
				"\t`\"document_requested\":[],\"url\":\"b\"}`\nvar b = `{\"verification_id\":\"a\"}`\n",
			"contract/provider/acme/simulator.go": "package acme\n\nvar a = `{\"verification_id\":\"a\",` +\n" +
				"\t`\"document_requested\":[],\"user_flow\":\"signup\"}`\n",
		}}

		It("have it always sent, though the adapter knows it", func() {
			r := was.to(acme, stage{edit: published, files: was.files})
			Expect(why(r, "edit adapters/acme/acme.go")).To(HavePrefix("send `user_flow`"), r.markdown())
			now := mended(was.files, "b.UserFlow", "always(b.UserFlow)")
			r = was.to(acme, stage{edit: published, files: now})
			Expect(why(r, "edit adapters/acme/acme.go")).To(BeEmpty(), r.markdown())
		})

		It("have the simulator refuse a request without it, before anything is recorded", func() {
			r := was.to(acme, stage{edit: published, files: was.files})
			steps := commands(r)
			simulator := slices.Index(steps, "edit contract/provider/acme/simulator.go")
			Expect(simulator).To(BeNumerically(">=", 0), r.markdown())
			Expect(simulator).To(BeNumerically("<", slices.Index(steps, "make record PROVIDER=acme TARGET=simulator")))
			now := mended(was.files, "var a = `{", "var always = `{")
			r = was.to(acme, stage{edit: published, files: now})
			Expect(why(r, "edit contract/provider/acme/simulator.go")).To(BeEmpty(), r.markdown())
		})

		It("name each line that writes such a request without it, until there are fewer", func() {
			r := was.to(acme, stage{edit: published, files: was.files})
			Expect(why(r, "edit adapters/acme/acme_test.go:3")).To(And(
				ContainSubstring("without `user_flow`"), ContainSubstring("lines 3, 4")), r.markdown())
			Expect(edits(r)).NotTo(ContainElement(HavePrefix("edit adapters/acme/answers_test.go")))
			Expect(edits(r)).NotTo(ContainElement(HavePrefix("edit contract/provider/acme/simulator.go:")))
			now := mended(was.files, `["PAN"]}`, `["PAN"],"user_flow":"signup"}`)
			r = was.to(acme, stage{edit: published, files: now})
			Expect(edits(r)).NotTo(ContainElement(HavePrefix("edit adapters/acme/acme_test.go")), r.markdown())
		})
	})

	Context("after an operation was removed", func() {
		published := all(del(account), set("/x-sources/0/name", "Another page"))
		was := stage{files: map[string]string{
			"contract/provider/acme/at_test.go":       "package acme\n\nvar at = \"/verify-account\"\n",
			"contract/provider/acme/cite_test.go":     "package acme\n\nvar a = \"verifyAccount/502/bad-gateway\"\n",
			"contract/provider/acme/causes.go":        "package acme\n\nvar causes = \"502/bad-gateway\"\n",
			"contract/provider/acme/pins_test.go":     "package acme\n\nvar _ = Label(\"AC-D3\", \"AC-D5\")\n",
			"contract/provider/acme/ways.yaml":        "shown: {}\n",
			"contract/provider/acme/differences.yaml": "AC-D3:\n  sources: [CUR create-url]\nAC-D5: {sources: [A25]}\n",
		}}

		It("name who calls it by the end of its path, or one of its examples by a name that no other has", func() {
			r := was.to(acme, stage{edit: published, files: was.files})
			Expect(edits(r)).To(ContainElements("edit contract/provider/acme/at_test.go:3",
				"edit contract/provider/acme/causes.go:3"), r.markdown())
			Expect(why(r, "edit contract/provider/acme/cite_test.go:3")).To(Equal(
				"it still names `verifyAccount`, gone from what the provider publishes"))
		})

		It("have the differences told of that no spec shows any more, until they say why", func() {
			now := mended(was.files, `"AC-D3", `, "")
			r := was.to(acme, stage{edit: published, files: now})
			Expect(why(r, "edit contract/provider/acme/differences.yaml")).To(And(ContainSubstring("`AC-D3`"),
				Not(ContainSubstring("AC-D5")), ContainSubstring("take them out of "+waysFile(acme))), r.markdown())
			now = mended(now, "AC-D3:\n", "AC-D3:\n  untested: the operation is gone\n")
			r = was.to(acme, stage{edit: published, files: now})
			Expect(why(r, "edit contract/provider/acme/differences.yaml")).To(BeEmpty(), r.markdown())
		})

		It("have a difference told of that no way shows any more, until there is one or a reason", func() {
			ways := func(text string) map[string]string {
				all := maps.Clone(was.files)
				all[waysFile(acme)] = text
				return all
			}
			before := stage{files: ways("shown: {AC-D5: [{operation: verifyAccount}]}\n")}
			const says = "no way shows `AC-D5` any more"
			r := before.to(acme, stage{edit: published, files: ways("shown: {}\n")})
			Expect(why(r, "edit contract/provider/acme/ways.yaml")).To(ContainSubstring(says), r.markdown())
			r = before.to(acme, stage{edit: published, files: ways("without: {AC-D5: the operation is gone}\n")})
			Expect(why(r, "edit contract/provider/acme/ways.yaml")).NotTo(ContainSubstring(says), r.markdown())
		})

		It("have what was looked at in the sources looked at again, where it stands no longer", func() {
			files := func(source string) map[string]string {
				all := maps.Clone(was.files)
				all["specs/acme/sources/page.yaml"] = source
				all[lookedAtFile(acme)] = "# Looked at.\nname\t00\tspecs/acme/sources/page.yaml#/a~1b/name\n"
				return all
			}
			const scan = "go run ./contract/cmd/scan -accept"
			before := stage{files: files("a/b: {name: Fake}\n")}
			r := before.to(acme, stage{edit: published, files: files("a/b: {title: Fake}\n")})
			Expect(commands(r)).To(ContainElement(scan), r.markdown())
			r = before.to(acme, stage{edit: published, files: files("a/b: {name: Other}\n")})
			Expect(commands(r)).NotTo(ContainElement(scan), r.markdown())
			gone := files("")
			delete(gone, "specs/acme/sources/page.yaml")
			Expect(commands(before.to(acme, stage{edit: published, files: gone}))).To(ContainElement(scan))
		})

		It("have a publication listed that is no source any more and that a difference cites", func() {
			r := was.to(acme, stage{edit: published, files: was.files})
			Expect(r.Next).To(ContainElement(And(HaveField("Command", "edit specs/acme/overlay.yaml"),
				HaveField("Why", HavePrefix("list `CUR create-url` in `x-sources`")))), r.markdown())
			now := mended(was.files, "CUR create-url", "A25")
			r = was.to(acme, stage{edit: published, files: now})
			Expect(r.Next).NotTo(ContainElement(HaveField("Why", ContainSubstring("`x-sources`"))), r.markdown())
		})

		It("edit a file from its end, so that the lines of the steps to come stay where they are", func() {
			r := was.to(acme, stage{edit: published, files: was.files})
			var lines []string
			for _, c := range commands(r) {
				if line, ok := strings.CutPrefix(c, "edit specs/acme/overlay.yaml:"); ok {
					lines = append(lines, strings.Repeat(" ", 5-len(line))+line)
				}
			}
			Expect(len(lines)).To(BeNumerically(">", 1), r.markdown())
			slices.Reverse(lines)
			Expect(slices.IsSorted(lines)).To(BeTrue(), r.markdown())
		})
	})

	It("have a new value of an answer brought about, or said why it cannot be", func() {
		was := stage{files: map[string]string{"contract/provider/acme/ways.yaml": "without: {}\n"}}
		now := stage{files: was.files, ours: []string{"{enum: [SUCCESS, AADHAAR_NOT_LINKED],",
			"{enum: [SUCCESS, AADHAAR_NOT_LINKED, AADHAAR_LOCKED],"}}
		r := was.to(acme, now)
		Expect(why(r, "edit contract/provider/acme/ways.yaml")).To(ContainSubstring("`AADHAAR_LOCKED`"), r.markdown())
		now.files = mended(was.files, "without: {}", "without: {AADHAAR_LOCKED: nothing says when}")
		Expect(why(was.to(acme, now), "edit contract/provider/acme/ways.yaml")).To(BeEmpty())
	})

	It("take out an action that the provider made needless before anything is generated", func() {
		r := stage{}.to(acme, stage{edit: all(
			set(schemas+"DigiLockerVerificationGetStatusResponseSchema/properties/document_consent/nullable", "true"),
			set(schemas+"ErrorResponseSchema/properties/hint", "{type: string}"))})
		needless := slices.IndexFunc(r.Next, func(c command) bool {
			return strings.HasPrefix(c.Why, "remove the action")
		})
		generate := slices.IndexFunc(r.Next, func(c command) bool {
			return c.Command == "make generate" || c.Command == "make clients"
		})
		Expect(needless).To(BeNumerically(">=", 0), r.markdown())
		Expect(generate).To(BeNumerically(">", needless), r.markdown())
	})
})
