package vendoring

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"example.com/digilocker/gen"
)

// origin is where a copy comes from.
type origin struct {
	module        string // this module's path
	gen, adapters fs.FS
	runtime       string                     // the version of the runtime that the clients are tested with
	revision      func(folder string) string // of a folder of the repository
}

// origins are the files of this module's tree if the command runs in its root, else those that
// are built in.
func origins(ctx context.Context, parts Parts) (*origin, error) {
	o := &origin{module: gen.Module(), gen: parts.Gen, adapters: parts.Adapters}
	here, err := readModule(".")
	if err != nil {
		return nil, err
	}
	if here.path == o.module {
		o.gen, o.adapters = os.DirFS(genFolder), os.DirFS(adaptersFolder)
		o.runtime = here.requires(runtimeModule)
		o.revision = func(folder string) string { return revision(ctx, folder) }
		return o, nil
	}
	info, _ := debug.ReadBuildInfo() // nil where there is none
	built := version(info, o.module)
	o.runtime = version(info, runtimeModule)
	o.revision = func(string) string { return built }
	return o, nil
}

// Unknown is a revision or a version of which nothing is known.
const Unknown = "unknown"

// version of a module that a command was built from or with, or the revision that it was built
// from; "unknown" if it does not say.
func version(info *debug.BuildInfo, module string) string {
	if info == nil {
		return Unknown
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path != module {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		if m.Version != "" && m.Version != "(devel)" {
			return m.Version
		}
	}
	if info.Main.Path != module {
		return Unknown
	}
	said := map[string]string{}
	for _, s := range info.Settings {
		said[s.Key] = s.Value
	}
	switch {
	case said["vcs.revision"] == "":
		return Unknown
	case said["vcs.modified"] == "true":
		return said["vcs.revision"] + "-modified"
	}
	return said["vcs.revision"]
}

// providers are those that have a generated package.
func (o *origin) providers() []string {
	found, _ := fs.Glob(o.gen, "*"+ending) // the pattern is well formed
	var names []string
	for _, dir := range found {
		names = append(names, strings.TrimSuffix(dir, ending))
	}
	return names
}

// extra is the package that is copied along under that name.
func (o *origin) extra(name, provider string) string {
	if name == "webhook" {
		return adaptersFolder + provider + "/" + name
	}
	return adaptersFolder + name
}

// having are the providers that have a package of that name below their adapters.
func (o *origin) having(name string) []string {
	var names []string
	for _, file := range o.sources("*/" + name) {
		names = append(names, path.Dir(path.Dir(file)))
	}
	return slices.Compact(names)
}

// sources are the Go files in the folders that a pattern finds below adapters, without tests.
func (o *origin) sources(folders string) []string {
	found, _ := fs.Glob(o.adapters, folders+"/*.go") // the pattern is well formed
	return slices.DeleteFunc(found, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
}

// revision of the repository that dir lies in; "-modified" is added if dir is
// not as committed.
func revision(ctx context.Context, dir string) string {
	head, err := exec.CommandContext(ctx, "git", "-C", dir, "rev-parse", "HEAD").Output()
	if err != nil {
		return Unknown
	}
	rev := strings.TrimSpace(string(head))
	status, err := exec.CommandContext(ctx, "git", "-C", dir, "status", "--porcelain", "--", ".").Output()
	if err != nil || len(status) > 0 {
		rev += "-modified"
	}
	return rev
}

// module is one that a folder lies in; zero if there is none.
type module struct {
	dir, path string
	file      *modfile.File
}

// requires is the version of a module that it asks for, "" if it does not.
func (m module) requires(other string) string {
	if m.file != nil {
		for _, r := range m.file.Require {
			if r.Mod.Path == other {
				return r.Mod.Version
			}
		}
	}
	return ""
}

// hasTool says whether go.mod names the command as a tool.
func (m module) hasTool(command string) bool {
	if m.file != nil {
		for _, t := range m.file.Tool {
			if t.Path == command {
				return true
			}
		}
	}
	return false
}

// moduleOf is the module that a folder lies in, or will once it is made: that of the nearest go.mod
// above it. Links are followed, since that is where the files would go.
func moduleOf(folder string) (module, error) {
	dir, err := filepath.Abs(folder)
	if err != nil {
		return module{}, err
	}
	for {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
		}
		m, err := readModule(dir)
		if err != nil || m.dir != "" {
			return m, err
		}
		above := filepath.Dir(dir)
		if above == dir {
			return module{}, nil
		}
		dir = above
	}
}

// readModule reads go.mod in dir; zero if there is none.
func readModule(dir string) (module, error) {
	name := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return module{}, nil
	}
	if err != nil {
		return module{}, err
	}
	m := module{dir: dir, path: modfile.ModulePath(text)}
	if m.file, err = modfile.Parse(name, text, nil); err != nil { // with what a newer Go knows, or broken
		m.file, err = modfile.ParseLax(name, text, nil)
	}
	return m, err
}
