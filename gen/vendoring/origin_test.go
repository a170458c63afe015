package vendoring

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/digilocker/gen"
)

// pinnedVersion is where a client says which version wrote it.
var pinnedVersion = regexp.MustCompile(`(` + regexp.QuoteMeta(generatorModule) + ` version )\S+ `)

var _ = Describe("what is copied", func() {
	// tree makes a tree of this module with a client of a provider called bolt, and goes there.
	tree := func(mod string) {
		GinkgoHelper()
		top := GinkgoT().TempDir()
		Expect(os.CopyFS(filepath.Join(top, "gen/boltapi"), os.DirFS("../"+first+"api"))).To(Succeed())
		Expect(os.CopyFS(filepath.Join(top, "adapters/wire"), os.DirFS("../../adapters/wire"))).To(Succeed())
		edit(filepath.Join(top, "gen/LICENSE"), "of the tree\n")
		edit(filepath.Join(top, "go.mod"), "module "+mod+"\n\nrequire "+runtimeModule+" v1.7.7\n")
		GinkgoT().Chdir(top)
	}
	git := func(args ...string) string {
		GinkgoHelper()
		out, err := exec.Command("git",
			append([]string{"-c", "user.name=n", "-c", "user.email=n@x.example"}, args...)...).CombinedOutput()
		Expect(err).NotTo(HaveOccurred(), string(out))
		return strings.TrimSpace(string(out))
	}
	copied := func() (provenance, string) {
		GinkgoHelper()
		app := GinkgoT().TempDir()
		edit(filepath.Join(app, "go.mod"), "module shop.example/elsewhere\n")
		dest := filepath.Join(app, "api")
		one := vendor(built, "-provider", "bolt", "-dest", dest, "-with", "wire")
		Expect(one.status).To(BeZero(), one.errors)
		p, err := readProvenance(dest)
		Expect(err).NotTo(HaveOccurred())
		return p, textOf(dest, "wire/LICENSE")
	}

	It("is what lies in this module's tree, in its root, by its commit", func() {
		tree(gen.Module())
		git("init", "-q")
		git("add", ".")
		git("commit", "-qm", "x")
		head := git("rev-parse", "HEAD")
		p, licence := copied()
		Expect(p).To(And(HaveField("Revision", head), HaveField("Runtime", "v1.7.7"),
			HaveField("Module", gen.Module())))
		Expect(licence).To(Equal("of the tree\n"))
		edit("gen/boltapi/cfg.yaml", "package: boltapi\n")
		p, _ = copied()
		Expect(p).To(And(HaveField("Revision", head+"-modified"),
			HaveField("Files", HaveKeyWithValue("cfg.yaml", sum([]byte("package: boltapi\n"))))))
	})

	It("is what lies there without Git too", func() {
		tree(gen.Module())
		p, _ := copied()
		Expect(p.Revision).To(Equal("unknown"))
	})

	It("is what is built in, in another module's root", func() {
		tree("shop.example/other")
		from, err := origins(context.Background(), built)
		Expect(err).NotTo(HaveOccurred())
		Expect(from.gen).To(BeIdenticalTo(built.Gen))
		Expect(from.module).To(Equal(gen.Module()))
	})

	DescribeTable("is of the version that the command says of itself", func(info *debug.BuildInfo, want string) {
		Expect(version(info, "m.example/m")).To(Equal(want))
	},
		Entry("nothing", nil, "unknown"),
		Entry("as go run and go install build it",
			&debug.BuildInfo{Main: debug.Module{Path: "m.example/m", Version: "v1.2.3"}}, "v1.2.3"),
		Entry("within another command", &debug.BuildInfo{Main: debug.Module{Path: "x.example/x", Version: "v9.0.0"},
			Deps: []*debug.Module{{Path: "m.example/m", Version: "v1.2.3"}}}, "v1.2.3"),
		Entry("by a replacement", &debug.BuildInfo{Deps: []*debug.Module{{Path: "m.example/m", Version: "v1.2.3",
			Replace: &debug.Module{Path: "y.example/m", Version: "v1.2.4"}}}}, "v1.2.4"),
		Entry("by a replacement on disk",
			&debug.BuildInfo{Deps: []*debug.Module{{Path: "m.example/m", Version: "v1.2.3",
				Replace: &debug.Module{Path: "../m"}}}}, "unknown"),
		Entry("of a tree", &debug.BuildInfo{Main: debug.Module{Path: "m.example/m", Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"},
				{Key: "vcs.modified", Value: "false"}}}, "abc"),
		Entry("of a tree with changes", &debug.BuildInfo{Main: debug.Module{Path: "m.example/m"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}}},
			"abc-modified"),
		Entry("of another's tree", &debug.BuildInfo{Main: debug.Module{Path: "x.example/x"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}}}, "unknown"),
		Entry("of no tree", &debug.BuildInfo{Main: debug.Module{Path: "m.example/m", Version: "(devel)"}}, "unknown"),
	)
})
