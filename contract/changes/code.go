package changes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"
)

// program is the Go of one side that others import.
type program struct {
	module string
	// packages by their path below the module.
	packages map[string]*types.Package
	// broken are those that do not compile, with the first complaint.
	broken map[string]string
	mod    *modfile.File
}

// loadProgram reads the generated packages and the adapters of the tree in dir. It
// takes modules from the module cache alone, and builds in the folder temp.
func loadProgram(ctx context.Context, dir, temp string) (*program, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, fmt.Errorf("there is no go.mod")
	}
	mod, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		return nil, err
	}
	if mod.Module == nil {
		return nil, fmt.Errorf("go.mod names no module")
	}
	p := &program{module: mod.Module.Mod.Path, mod: mod, packages: map[string]*types.Package{}, broken: map[string]string{}}
	var patterns []string
	for _, folder := range []string{generatedFolder, adaptersFolder} {
		if _, err := os.Stat(filepath.Join(dir, folder)); err == nil {
			patterns = append(patterns, "./"+folder+"...")
		}
	}
	if len(patterns) == 0 {
		return p, nil
	}
	found, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Env: goEnv(temp), Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports,
	}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("%s", withoutPaths(err.Error(), dir))
	}
	for _, one := range found {
		name := strings.TrimPrefix(one.PkgPath, p.module+"/")
		if !isPublic(name, one.Name) {
			continue
		}
		if len(one.Errors) > 0 {
			e := one.Errors[0]
			p.broken[name] = withoutPaths(strings.TrimLeft(e.Pos+": "+e.Msg, "-: "), dir)
			continue
		}
		p.packages[name] = one.Types
	}
	return p, nil
}

// isPublic tells the clients and the adapters from commands, from what only tests
// need and from what nobody else can import.
func isPublic(folder, name string) bool {
	isClient, _ := path.Match(clientFolder("*"), folder) // the pattern is well formed
	return name != "main" && !strings.HasSuffix(folder, "test") && !strings.Contains(folder, "internal") &&
		(isClient || strings.HasPrefix(folder, adaptersFolder))
}

// goEnv is the environment for the go command: nothing is downloaded, and what it
// builds in between is in the folder temp, and goes with that.
func goEnv(temp string) []string {
	return append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly -trimpath", "GOWORK=off", "GOTMPDIR="+temp)
}

// withoutPaths is the first line of a message, without the folder dir, which nobody
// else has.
func withoutPaths(message, dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		message = strings.ReplaceAll(message, abs+string(filepath.Separator), "")
	}
	for line := range strings.Lines(message) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	return message
}

// code compares what callers compile against.
func (r *report) code(base, head *program) {
	add := func(l level, of, rule, text string) {
		s := minor
		if l == breaking {
			s = major
		}
		r.add(finding{Section: inGo, Level: l, Step: s, Of: of, Rule: rule, Text: text})
	}
	r.modules(base.mod, head.mod, add)
	for _, name := range slices.Sorted(maps.Keys(base.packages)) {
		now := head.packages[name]
		switch why, fails := head.broken[name]; {
		case fails:
			add(breaking, name, "does-not-compile", "does not compile any more: "+why)
		case now == nil:
			add(breaking, name, "package-removed", "the package was removed")
		default:
			for _, c := range apidiff.Changes(base.packages[name], now).Changes {
				l := breaking
				switch {
				case c.Compatible:
					l = compatible
				case strings.HasPrefix(name, generatedFolder) && ofInterface.MatchString(c.Message):
					l = look
				}
				add(l, name, "api", strings.ReplaceAll(c.Message, head.module+"/", ""))
			}
			for _, text := range tags(base.packages[name], now) {
				add(breaking, name, "tag", text)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(head.packages)) {
		if why, failed := base.broken[name]; failed {
			r.missing("Go of %s: it did not compile in %s: %s", name, r.Base, why)
		} else if base.packages[name] == nil {
			add(compatible, name, "package-added", "the package was added")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(head.broken)) {
		if base.packages[name] == nil {
			r.unable("Go of %s: it does not compile: %s", name, head.broken[name])
		}
	}
}

// ofInterface is a new method of an interface that the generator makes of a client,
// which every new operation brings. Callers call it; who stands in for a client in
// tests has a method to add.
var ofInterface = regexp.MustCompile(`^(Client|ClientWithResponses|CallbackInitiator)Interface\.\w+: added`)

// generators are the modules whose version decides what is generated.
var generators = []string{"github.com/oapi-codegen/oapi-codegen/v2", "github.com/oapi-codegen/runtime"}

// modules compares what go.mod asks of callers.
func (r *report) modules(base, head *modfile.File, add func(l level, of, rule, text string)) {
	if was, is := base.Module.Mod.Path, head.Module.Mod.Path; was != is {
		add(breaking, "go.mod", "module", fmt.Sprintf("the module is called `%s` and was `%s`", is, was))
	}
	version := func(f *modfile.File, module string) string {
		for _, q := range f.Require {
			if q.Mod.Path == module {
				return q.Mod.Version
			}
		}
		return "nothing"
	}
	if base.Go != nil && head.Go != nil && base.Go.Version != head.Go.Version {
		add(look, "go.mod", "go", fmt.Sprintf("needs Go %s and needed %s", head.Go.Version, base.Go.Version))
	}
	for _, m := range generators {
		if was, is := version(base, m), version(head, m); was != is {
			add(look, "go.mod", "generator", fmt.Sprintf("`%s` went from %s to %s", m, was, is))
		}
	}
}

// tags compares the names of members in JSON, which apidiff does not look at.
func tags(was, is *types.Package) []string {
	var all []string
	for _, name := range was.Scope().Names() {
		a, b := structOf(was, name), structOf(is, name)
		if a == nil || b == nil {
			continue
		}
		now := map[string]string{}
		for i := range b.NumFields() {
			now[b.Field(i).Name()] = b.Tag(i)
		}
		for i := range a.NumFields() {
			field := a.Field(i).Name()
			tag, still := now[field]
			if !still || tag == a.Tag(i) {
				continue
			}
			before, after := reflect.StructTag(a.Tag(i)), reflect.StructTag(tag)
			if before.Get("json") != after.Get("json") || before.Get("form") != after.Get("form") {
				all = append(all, fmt.Sprintf("%s.%s: tag changed from `%s` to `%s`", name, field, a.Tag(i), tag))
			}
		}
	}
	return all
}

func structOf(p *types.Package, name string) *types.Struct {
	object := p.Scope().Lookup(name)
	if _, isType := object.(*types.TypeName); !isType || !object.Exported() {
		return nil
	}
	s, _ := object.Type().Underlying().(*types.Struct)
	return s
}

// sameProgram says whether two trees hold the same Go that others import, and what it is
// generated from: then there is nothing to compile.
func sameProgram(a, b string) (bool, error) {
	was, err := sources(os.DirFS(a))
	if err != nil {
		return false, err
	}
	is, err := sources(os.DirFS(b))
	if err != nil {
		return false, err
	}
	return maps.EqualFunc(was, is, bytes.Equal), nil
}

// sources are the files of a tree that decide what its clients and adapters are: theirs, those
// of each package of the module that they import, and which modules they are built with.
func sources(tree fs.FS) (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := fs.ReadFile(tree, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		all[name] = text
	}
	module := modfile.ModulePath(all["go.mod"])
	seen := map[string]bool{}
	var read func(folder string) error
	read = func(folder string) error {
		if seen[folder] {
			return nil
		}
		seen[folder] = true
		entries, err := fs.ReadDir(tree, folder)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // which the compiler tells
		}
		for _, e := range entries {
			name := path.Join(folder, e.Name())
			if !e.Type().IsRegular() || strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := fs.ReadFile(tree, name)
			if err != nil {
				return err
			}
			all[name] = text
			for _, imported := range ofModule(text, module) {
				if err := read(imported); err != nil {
					return err
				}
			}
		}
		return err
	}
	for _, top := range []string{generatedFolder, adaptersFolder} {
		err := fs.WalkDir(tree, path.Clean(top), func(name string, e fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case !e.IsDir():
				return nil
			case e.Name() == "testdata":
				return fs.SkipDir
			}
			return read(name)
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// ofModule are the folders of the module's packages that a file of Go imports; none of another file.
func ofModule(text []byte, module string) (folders []string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly)
	if err != nil {
		return nil
	}
	for _, one := range parsed.Imports {
		if folder, ok := strings.CutPrefix(strings.Trim(one.Path.Value, "`\""), module+"/"); ok {
			folders = append(folders, folder)
		}
	}
	return folders
}
