// Package goproxy makes a version of this module of the tree as it lies on disk, for specs that
// want it as other modules get it: by the go command, from a module proxy, without a network.
package goproxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// left are the folders of a tree that no version of it has: what .gitignore names, and Git's own.
var left = map[string]bool{".git": true, "bin": true, "contract/report": true}

// file is a [zip.File] of the tree.
type file struct{ root, path string }

func (f file) Path() string                 { return f.path }
func (f file) Lstat() (fs.FileInfo, error)  { return os.Lstat(filepath.Join(f.root, f.path)) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(f.root, f.path)) }

// files are those of the tree at root that a version has.
func files(root string) ([]zip.File, error) {
	var all []zip.File
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case left[name] && e.IsDir():
			return fs.SkipDir
		case e.Type().IsRegular() && !left[name]:
			all = append(all, file{root, name})
		}
		return nil
	})
	return all, err
}

// Serve writes the tree at root, as that version of its module, below dir. It returns what the go
// command's environment must have to find it there, and what it requires in the module cache of
// this machine: nothing is asked of a network, and nothing is written to that cache. What is built
// so is built by -trimpath, which finds in the build cache what was built elsewhere.
func Serve(root, version, dir string) (env []string, err error) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	m := module.Version{Path: modfile.ModulePath(mod), Version: version}
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return nil, err
	}
	all, err := files(root)
	if err != nil {
		return nil, err
	}
	at := filepath.Join(dir, "proxy", filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{
		"list": version + "\n", version + ".mod": string(mod),
		version + ".info": fmt.Sprintf("{\"Version\":%q,\"Time\":\"2026-11-01T00:00:00Z\"}\n", version),
	} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	archive, err := os.Create(filepath.Join(at, version+".zip"))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(zip.Create(archive, m, all), archive.Close()); err != nil {
		return nil, err
	}
	cache, err := exec.CommandContext(context.Background(), "go", "env", "GOMODCACHE").Output()
	if err != nil {
		return nil, err
	}
	known := filepath.Join(strings.TrimSpace(string(cache)), "cache", "download")
	return []string{
		"GOPROXY=file://" + filepath.ToSlash(filepath.Join(dir, "proxy")) + ",file://" + filepath.ToSlash(known),
		"GOMODCACHE=" + filepath.Join(dir, "modules"), "GOSUMDB=off", "GONOPROXY=none", "GOWORK=off",
		"GOFLAGS=-trimpath -modcacherw", "GOTOOLCHAIN=local",
	}, nil
}
