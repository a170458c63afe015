package scaffold

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// form is what a provider can be called: a Go package name that is the same in an address.
var form = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// special are folder and package names that the go command treats in its own way.
var special = []string{"all", "documentation", "init", "internal", "main", "std", "testdata", "vendor"}

// words are variables of the skeletons that would hide a package of that name.
var words = []string{
	"a", "ask", "base", "behaviour", "cause", "client", "credentials", "creds", "ctx", "err", "files", "hc", "member",
	"opts", "ref", "rotating", "secret", "value", "verify", "with",
}

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
	case name == "t":
		return fmt.Errorf("NAME=t is what tests in Go call their argument: take another one, such as NAME=tkyc")
	case slices.Contains(words, name):
		return fmt.Errorf("NAME=%s is a variable in the skeleton of an adapter: take another one, "+
			"such as NAME=%[1]skyc", name)
	case slices.Contains(special, name):
		return fmt.Errorf("NAME=%s means something to the go command: take another one, such as NAME=%[1]skyc", name)
	case strings.HasSuffix(name, "api"):
		return j.endsInAPI(ctx)
	}
	var stray string
	for _, folder := range []string{"specs/" + name, "gen/" + name + "api", "adapters/" + name, "contract/provider/" + name} {
		switch _, err := os.Lstat(filepath.Join(j.root, folder)); {
		case err == nil && j.ofProvider(folder):
			return fmt.Errorf("NAME=%s is taken: there is %s; take another name, or delete the provider's folders and its entry in %s", name, folder, listFile)
		case err == nil:
			stray = folder
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if err := j.checkPackages(ctx); err != nil {
		return err
	}
	if stray != "" {
		return fmt.Errorf("NAME=%s is taken: there is %s, which has nothing of a provider; take another name, or move it away", name, stray)
	}
	return nil
}

// endsInAPI says which name to take instead of one that ends in api.
func (j *job) endsInAPI(ctx context.Context) error {
	other := *j
	other.name = strings.TrimSuffix(j.name, "api")
	remedy := "write NAME=" + other.name
	if err := other.checkName(ctx); err != nil {
		remedy = "take another one, such as NAME=acme"
	}
	return fmt.Errorf("NAME=%s ends in api, which the name of the client's package adds by itself: %s", j.name, remedy)
}

// ofProvider says whether a folder that is called as a provider's has what a provider's has:
// others of the repository lie beside it.
func (j *job) ofProvider(folder string) bool {
	pattern := map[string]string{"specs": "*.yaml", "gen": "*", "adapters": "*.go", "contract/provider": "*.go"}[path.Dir(folder)]
	found, _ := filepath.Glob(filepath.Join(j.root, folder, pattern)) // the pattern is well formed
	if path.Dir(folder) != "adapters" {
		return len(found) > 0
	}
	return slices.ContainsFunc(found, func(file string) bool { // an adapter calls the provider's client
		text, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(text), "/gen/"+j.name+`api"`)
	})
}

// checkPackages says whether a package of the standard library or a folder with Go code of
// this module has the name: both would be imported in one file, or taken for each other.
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
	tree := os.DirFS(j.root)
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		folders := strings.Split(path.Dir(name), "/")
		if i := slices.Index(folders, j.name); i >= 0 {
			return fmt.Errorf("NAME=%s is the name of one of the repository's own folders (%s): take another one, such as NAME=%[1]skyc", j.name, path.Join(folders[:i+1]...))
		}
		return nil
	})
}
