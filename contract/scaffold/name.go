package scaffold

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// form is what a provider can be called: a Go package name that is the same in an address.
var form = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// special are folder and package names that the go command treats in its own way.
var special = []string{"all", "documentation", "init", "internal", "main", "std", "testdata", "vendor"}

// checkName says why the provider cannot be called so, or is there already.
func (j *job) checkName(ctx context.Context) error {
	name := j.name
	switch {
	case name == "":
		return fmt.Errorf("NAME is missing, %s", usage)
	case !form.MatchString(name):
		return fmt.Errorf("NAME=%s is no name of a Go package here: write lower case letters and digits, beginning with a letter, such as NAME=acme", name)
	case token.IsKeyword(name) || types.Universe.Lookup(name) != nil:
		return fmt.Errorf("NAME=%s is a word of Go itself: take another one, such as NAME=%[1]skyc", name)
	case strings.HasSuffix(name, "api"):
		return fmt.Errorf("NAME=%s ends in api, which the name of the client's package adds by itself: write NAME=%s", name, strings.TrimSuffix(name, "api"))
	}
	for _, folder := range []string{"specs/" + name, "gen/" + name + "api", "adapters/" + name, "contract/provider/" + name} {
		switch _, err := os.Lstat(filepath.Join(j.root, folder)); {
		case err == nil:
			return fmt.Errorf("NAME=%s is taken: there is %s; take another name, or delete the provider's folders and its entry in %s", name, folder, listFile)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if slices.Contains(special, name) {
		return fmt.Errorf("NAME=%s means something to the go command: take another one, such as NAME=%[1]skyc", name)
	}
	return j.checkPackages(ctx)
}

// checkPackages says whether a package of the standard library or of this module has the
// name: both would be imported in one file, or taken for each other.
func (j *job) checkPackages(ctx context.Context) error {
	standard, err := j.output(ctx, j.root, "go", "list", "std")
	if err != nil {
		return err
	}
	for path := range strings.FieldsSeq(standard) {
		if path == j.name || strings.HasSuffix(path, "/"+j.name) {
			return fmt.Errorf("NAME=%s is a package of the standard library (%s): take another one, such as NAME=%[1]skyc", j.name, path)
		}
	}
	return filepath.WalkDir(j.root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir() || path == j.root:
			return nil
		case strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata":
			return filepath.SkipDir
		case entry.Name() == j.name:
			if sources, _ := filepath.Glob(filepath.Join(path, "*.go")); len(sources) == 0 { // the pattern is well formed
				return nil
			}
			if rel, err := filepath.Rel(j.root, path); err == nil {
				path = rel
			}
			return fmt.Errorf("NAME=%s is the name of %s: take another one, such as NAME=%[1]skyc", j.name, filepath.ToSlash(path))
		}
		return nil
	})
}
