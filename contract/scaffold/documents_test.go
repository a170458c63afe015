package scaffold

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/contract/ledger"
)

// outcome is what has to come of a document, from make provider to the suite.
type outcome struct {
	// entries is how many documented examples the ledger has of it.
	entries int
	// fails are the checks that report an example, each as <example>:<check>.
	fails []string
	// broken are the specs that fail and are no check of an example, without the provider's
	// name.
	broken []string
	// lacks are the reasons for which a schema or client check is n/a, by example.
	lacks map[string]string
}

// documents are those of testdata, each of a kind that vendors publish.
var documents = map[string]outcome{
	"3.1-keywords": {entries: 9, fails: []string{
		"getCheck/200/conditional:schema", "getCheck/200/const:schema", "getCheck/200/contains:schema",
		"getCheck/200/dependent:schema", "getCheck/200/exclusive:schema", "getCheck/200/names:schema",
		"getCheck/200/pattern:schema", "getCheck/200/prefix:schema",
	}},
	"3.1-webhooks": {entries: 3, fails: []string{"onCheckDone/webhook/bad:schema", "onCheckDone/webhook/bad:client"}},
	"example-names": {entries: 6, lacks: map[string]string{
		"getCheck/200/elsewhere":      "its value is published elsewhere: https://acme.example/e.json",
		"getCheck/200/only-a-summary": "no value is published",
	}},
	"inheritance": {entries: 2},
	"media-types": {entries: 11, fails: []string{"getCheck/409/ok:schema"}, lacks: map[string]string{
		"getCheck/409/ok": `the example breaks its schema at "", see the schema check`,
		"postFile/request/ok": "the generator writes no multipart/form-data: who calls the " +
			"client puts the body together",
	}},
	"names-in-go":         {entries: 1},
	"no-operation-id":     {entries: 3},
	"no-request-example":  {entries: 2},
	"patterns":            {entries: 2, fails: []string{"getCheck/200/wrong:schema"}},
	"read-and-write-only": {entries: 2},
	"references": {entries: 3,
		broken: []string{"schema getCheck conforms in its parameters, headers and schemas"}},
	"servers":       {entries: 4},
	"status-ranges": {entries: 3},
	"webhooks-only": {entries: 1},
}

// testdata has the documents, as the tests here see it.
const testdata = "../example/testdata"

// together is a test of the suites of several providers, each with a report of its own.
var together = template.Must(template.New("").Parse(`package together_test

import (
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"{{.Module}}/contract"
{{range .Names}}	"{{$.Module}}/contract/provider/{{.}}"
{{end}})

func TestTogether(t *testing.T) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "together")
}

var (
{{range .Names}}	_ = contract.Describe(contract.Options{Report: "{{.}}"}, {{.}}.Provider)
{{end}})
`))

// Each document is made a provider of, without an adapter, cases or a simulator of its own;
// then the suites of all of them run in one program.
var _ = Describe("a published document", Ordered, func() {
	found := map[string]*ledger.Ledger{}

	BeforeAll(func(ctx SpecContext) {
		dir := GinkgoT().TempDir()
		tree, err := filepath.Abs(root)
		Expect(err).NotTo(HaveOccurred())
		files := map[string]string{}
		names := map[string]string{} // the provider's, by document
		var module string
		for _, document := range slices.Sorted(maps.Keys(documents)) {
			name := "tried" + letters(document)
			stage := filepath.Join(dir, name)
			Expect(os.Mkdir(stage, 0o755)).To(Succeed())
			j := job{root: root, name: name, output: command, stage: stage,
				files: []string{filepath.Join(testdata, document+".yaml")}}
			Expect(j.check(ctx)).To(Succeed())
			Expect(j.fill(ctx)).To(Succeed())
			staged, err := j.staged(tree)
			Expect(err).NotTo(HaveOccurred())
			maps.Copy(files, staged)
			names[document], module = name, j.module
		}
		var text bytes.Buffer
		Expect(together.Execute(&text, map[string]any{"Module": module, "Names": slices.Sorted(maps.Values(names))})).
			To(Succeed())
		test := filepath.Join(dir, "together_test.go")
		Expect(os.WriteFile(test, text.Bytes(), 0o600)).To(Succeed())
		files[filepath.Join(tree, "contract/together/together_test.go")] = test
		overlay, err := marshal(filepath.Join(dir, "overlay.json"), map[string]any{"Replace": files})
		Expect(err).NotTo(HaveOccurred())
		program := filepath.Join(dir, "together.test")
		_, err = command(ctx, tree, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o",
			program, "./contract/together")
		Expect(err).NotTo(HaveOccurred())
		suites := exec.CommandContext(ctx, program)
		suites.Dir = dir
		said, _ := suites.CombinedOutput() // it fails, since some documents have faults
		for document, name := range names {
			found[document], err = ledger.Read(filepath.Join(dir, name))
			Expect(err).NotTo(HaveOccurred(), string(said))
		}
	})

	It("is each one of testdata", func() {
		files, err := filepath.Glob(filepath.Join(testdata, "*.yaml"))
		Expect(err).NotTo(HaveOccurred())
		var all []string
		for _, file := range files {
			all = append(all, strings.TrimSuffix(filepath.Base(file), ".yaml"))
		}
		Expect(slices.Sorted(maps.Keys(documents))).To(Equal(all))
	})

	for document, want := range documents {
		It("of the kind "+document+" is what it has to be", func() {
			l := found[document]
			var broken []string
			for _, spec := range l.Broken {
				broken = append(broken, strings.ReplaceAll(spec, "tried"+letters(document)+"/", ""))
			}
			Expect(broken).To(ConsistOf(want.broken))
			Expect(l.Entries).To(HaveLen(want.entries))
			var fails []string
			var lacks map[string]string
			for _, e := range l.Entries {
				_, id, _ := strings.Cut(e.ID, "/")
				for _, check := range []ledger.Check{ledger.Schema, ledger.Client} {
					switch state := e.Checks[check]; {
					case state.Failed():
						fails = append(fails, id+":"+string(check))
					case state == ledger.NA && lacks == nil:
						lacks = map[string]string{id: e.Notes[check]}
					case state == ledger.NA:
						lacks[id] = e.Notes[check]
					default:
						Expect(state).To(Equal(ledger.Pass), id)
					}
				}
			}
			Expect(fails).To(ConsistOf(want.fails))
			Expect(lacks).To(Equal(want.lacks))
		})
	}
})
