package changes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"example.com/digilocker/gen/vendoring"
)

// Copies says what it means for their users that the folders of a copied client are written: on
// the wire, by the documents of both, and in Go, by their packages as they compile in the module
// that the copy lies in. It writes nothing there, and asks no network. What it cannot compare it
// names, with the reason.
func Copies(ctx context.Context, folders []vendoring.Folder) vendoring.Told {
	r := copies(ctx, folders)
	return vendoring.Told{Text: r.markdown(), Breaks: r.breaks(), Partly: r.partly}
}

func copies(ctx context.Context, folders []vendoring.Folder) *report {
	r := &report{copied: true}
	folders = slices.DeleteFunc(slices.Clone(folders), func(f vendoring.Folder) bool { return f.Was == "" }) // new ones
	if len(folders) == 0 {
		r.finish()
		return r
	}
	r.Base, r.Head = versioned("the copy in "+folders[0].Dir, folders[0].Was),
		versioned(folders[0].Package, folders[0].Is)
	for _, f := range folders {
		for _, name := range f.Edited {
			r.add(finding{Section: inCopy, Level: look, Step: patch, Of: f.Package, Rule: "edited", Pointer: name,
				Text: name + " was edited since it was copied, or is somebody else's: vendor refuses to overwrite it"})
		}
		r.documents(f)
	}
	if slices.ContainsFunc(folders, differs) {
		if err := r.compiled(ctx, folders); err != nil {
			r.unable("Go: %v", err)
		}
	}
	r.finish()
	return r
}

// versioned is a name with its version, if that is known.
func versioned(name, version string) string {
	if version == vendoring.Unknown {
		return name
	}
	return name + " (" + version + ")"
}

// differs says whether a Go file of the folder becomes another, or goes.
func differs(f vendoring.Folder) bool {
	for name, text := range f.Files {
		now, err := os.ReadFile(filepath.Join(f.Dir, name))
		if path.Ext(name) == ".go" && (err != nil || string(now) != string(text)) {
			return true
		}
	}
	return slices.ContainsFunc(f.Dropped, func(name string) bool { return path.Ext(name) == ".go" })
}

// documents compares what the documents of a copied client say of the wire.
func (r *report) documents(f vendoring.Folder) {
	name := strings.TrimSuffix(path.Base(f.Package), "api")
	if _, has := f.Files[path.Base(generatedFile(name))]; !has {
		return
	}
	was := readProvider(name, files(func(file string) ([]byte, error) {
		return os.ReadFile(filepath.Join(f.Dir, file))
	}, clientFolder(name)))
	is := readProvider(name, files(func(file string) ([]byte, error) {
		if text, has := f.Files[file]; has {
			return text, nil
		}
		return nil, fs.ErrNotExist
	}, clientFolder(name)))
	for _, text := range append(was.problems, is.problems...) {
		r.unable("wire: %s", text)
	}
	if was.effective == nil || is.effective == nil {
		if len(was.problems)+len(is.problems) == 0 {
			r.unable("wire: there is no %s", filepath.Join(f.Dir, path.Base(generatedFile(name))))
		}
		return
	}
	r.sources(was, is)
	r.wire(was, is)
}

// copyFiles are the files of a copied folder, under the names that they have in this module.
type copyFiles struct {
	read   func(file string) ([]byte, error)
	folder string
}

func files(read func(file string) ([]byte, error), folder string) fs.FS {
	return copyFiles{read, folder}
}

// Open implements fs.FS, for who would list them: there is nothing to list.
func (c copyFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile implements fs.ReadFileFS.
func (c copyFiles) ReadFile(name string) ([]byte, error) {
	if path.Dir(name) != c.folder {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return c.read(path.Base(name))
}

// compiled compares the packages of both as the go command compiles them where the copy lies.
func (r *report) compiled(ctx context.Context, folders []vendoring.Folder) (err error) {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("there is no go command, which compiles it")
	}
	temp, err := os.MkdirTemp("", "changes")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove(temp)) }()
	overlay, err := overlaid(folders, temp)
	if err != nil {
		return err
	}
	was, err := loadCopies(ctx, folders)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(was.broken)) {
		return fmt.Errorf("the copy does not compile as it is: %s: %s", name, was.broken[name])
	}
	is, err := loadCopies(ctx, folders, "-overlay="+overlay)
	if err != nil {
		return err
	}
	r.code(was, is)
	return nil
}

// overlaid writes what the folders are to hold below temp, and the file that tells the go command
// so. Files that only the copy has stay, as they are of who has it, but for those that were copied too.
func overlaid(folders []vendoring.Folder, temp string) (string, error) {
	replace := map[string]string{}
	for i, f := range folders {
		dir, err := filepath.Abs(f.Dir)
		if err != nil {
			return "", err
		}
		for name, text := range f.Files {
			at := filepath.Join(temp, fmt.Sprint(i)+name)
			if err := os.WriteFile(at, text, 0o600); err != nil {
				return "", err
			}
			replace[filepath.Join(dir, name)] = at
		}
		for _, name := range f.Dropped {
			replace[filepath.Join(dir, name)] = "" // is not there
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(temp, "overlay.json")
	return name, os.WriteFile(name, text, 0o600)
}

// loadCopies compiles the packages in the folders, with the modules that are there already.
func loadCopies(ctx context.Context, folders []vendoring.Folder, flags ...string) (*program, error) {
	p := &program{packages: map[string]*types.Package{}, broken: map[string]string{}}
	p.mod = &modfile.File{Module: new(modfile.Module)} // the same for both
	dir, err := filepath.Abs(folders[0].Dir)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var patterns []string
	for _, f := range folders {
		below, err := filepath.Rel(folders[0].Dir, f.Dir)
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, "./"+filepath.ToSlash(below))
		names[filepath.Join(dir, below)] = f.Package
	}
	found, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Env: append(os.Environ(), "GOPROXY=off"), BuildFlags: flags,
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedFiles,
	}, patterns...)
	if err != nil {
		return nil, errors.New(withoutPaths(err.Error(), dir))
	}
	for _, one := range found {
		name, known := names[one.Dir]
		why := complaint(one, dir)
		switch {
		case why != "" && !known:
			return nil, errors.New(why)
		case why != "":
			p.broken[name] = why
		case known:
			p.packages[name] = one.Types
		}
	}
	if len(p.packages)+len(p.broken) == 0 {
		return nil, errors.New("the go command finds no package there; it has to lie in a module, " +
			"below a go.mod that go mod tidy leaves as it is")
	}
	return p, nil
}

// complaint is why a package does not compile; "" if it does. What is said of a package that it
// imports comes first: the rest follows from it.
func complaint(one *packages.Package, dir string) (why string) {
	packages.Visit([]*packages.Package{one}, nil, func(p *packages.Package) {
		if len(p.Errors) > 0 && why == "" {
			e := p.Errors[0]
			message := strings.ReplaceAll(e.Msg, ":\n\t", ": ") // behind which the remedy stands
			why = withoutPaths(strings.TrimLeft(e.Pos+": "+message, "-: "), dir)
			why = strings.Replace(why, "module lookup disabled by GOPROXY=off",
				"a module has to be downloaded first: go mod download", 1)
			for _, one := range []string{"no required module provides", "missing go.sum entry"} {
				if strings.Contains(why, one) {
					why += ", or all that is missing: go mod tidy"
				}
			}
		}
	})
	return why
}
