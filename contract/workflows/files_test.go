package workflows

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/providers"
	"example.com/digilocker/contract/sandbox"
)

// pinned is an action by the sum of its commit, with its version beside it.
var pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

var _ = Describe("the workflows", func() {
	It("use actions by the sums of their commits, one for each version", func() {
		sums := map[string]string{}
		for _, name := range names() {
			text, err := os.ReadFile(filepath.Join(folder, name))
			Expect(err).NotTo(HaveOccurred())
			for line := range strings.Lines(string(text)) {
				_, uses, is := strings.Cut(strings.TrimSpace(line), "uses: ")
				if !is || strings.HasPrefix(uses, "./.github/workflows/") {
					continue
				}
				Expect(uses).To(MatchRegexp(pinned.String()), name)
				action, sum, _ := strings.Cut(uses, "@")
				if before, known := sums[action]; known {
					Expect(sum).To(Equal(before), name+": "+action+" is of two versions")
				}
				sums[action] = sum
			}
		}
		Expect(len(sums)).To(BeNumerically(">=", 3))
	})

	It("put nothing that somebody says into a script, but by the environment", func() {
		scripts := 0
		for _, name := range names() {
			for _, j := range read(name).Jobs {
				for _, s := range j.Steps {
					Expect(s.Run).NotTo(ContainSubstring("${{"), name)
					if s.Run != "" {
						scripts++
					}
				}
			}
		}
		Expect(scripts).To(BeNumerically(">", 5))
	})

	It("may read the repository, and nothing else", func() {
		for _, name := range names() {
			w := read(name)
			Expect(w.Permissions).To(Equal(map[string]string{"contents": "read"}), name)
			for _, j := range w.Jobs {
				Expect(j.Permissions).To(BeEmpty(), name)
			}
		}
	})

	It("keep no token where a script of the tree could read it", func() {
		for _, name := range names() {
			for _, j := range read(name).Jobs {
				for _, s := range j.Steps {
					if strings.HasPrefix(s.Uses, "actions/checkout@") {
						Expect(s.With).To(HaveKeyWithValue("persist-credentials", "false"), name)
					}
				}
			}
		}
	})

	It("name no provider", func() {
		for _, name := range names() {
			text, err := os.ReadFile(filepath.Join(folder, name))
			Expect(err).NotTo(HaveOccurred())
			for _, p := range providers.All {
				Expect(strings.ToLower(string(text))).NotTo(MatchRegexp(`\b`+p.Name+`\b`), name)
			}
		}
	})

	It("bound a run against a sandbox as the command does", func() {
		inputs := read("sandbox.yml").On.Call.Inputs
		Expect(inputs["max-calls"].Default).To(Equal(strconv.Itoa(sandbox.DefaultMaxCalls)))
		Expect(inputs["spacing"].Default).To(Equal(sandbox.DefaultSpacing.String()))
	})

	It("call the one for other repositories as the guide does: with inputs and secrets that it has", func() {
		guide, err := os.ReadFile("../docs/workflow.md")
		Expect(err).NotTo(HaveOccurred())
		block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(guide)
		Expect(block).NotTo(BeNil())
		var caller workflow
		Expect(yaml.Unmarshal(block[1], &caller)).To(Succeed())
		calls := slices.Collect(maps.Values(caller.Jobs))
		for _, name := range names() {
			calls = slices.AppendSeq(calls, maps.Values(read(name).Jobs))
		}
		called := read("sandbox.yml").On.Call
		count := 0
		for _, j := range calls {
			if !strings.Contains(j.Uses, "/.github/workflows/sandbox.yml") {
				continue
			}
			count++
			Expect(j.With).To(HaveKey("provider"))
			for input := range j.With {
				Expect(called.Inputs).To(HaveKey(input))
			}
			given := map[string]string{}
			if j.Secrets.Kind == yaml.MappingNode {
				Expect(j.Secrets.Decode(&given)).To(Succeed())
			}
			for secret := range given {
				Expect(called.Secrets).To(HaveKey(secret))
			}
		}
		Expect(count).To(Equal(2), "the guide's, and that of this repository")
	})
})
