// Package vendoring copies one generated package into a folder of another module,
// with a file that says where the copy came from.
//
//	digilocker vendor -provider acme -dest ../app/internal/acmeapi [-with wire]
//
// With wire, the Doer that copes with odd replies (adapters/wire, standard library
// only) goes into a folder of its own below the package.
//
// A folder that the command wrote before is brought up to date. If one of its files
// was edited since, the command names it, ends with status 2 and writes nothing.
package vendoring

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/digilocker/specs/document"
)

// Run does what the command's arguments say, and returns its exit status: 0, or 2 if it
// was called wrongly or would overwrite what it may not. It reads nothing from its input.
// The context ends only the questions to Git.
func Run(ctx context.Context, args []string, _ io.Reader, out, errs io.Writer) int {
	flags := flag.NewFlagSet("vendor", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: digilocker vendor [flags]")
		flags.PrintDefaults()
	}
	gen := flags.String("gen", "gen", "the `folder` that holds a package for each provider")
	provider := flags.String("provider", "", "copy the client of this `provider`")
	dest := flags.String("dest", "", "the `folder` to copy it to")
	with := flags.String("with", "", "`wire`: also copy the layer that copes with what gateways send, adapters/wire")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if *provider == "" || *dest == "" || flags.NArg() > 0 {
		fmt.Fprintln(errs, "vendor: name a provider and a folder, as in: make vendor PROVIDER=acme DEST=../app/internal/acmeapi [WITH=wire]")
		return 2
	}
	if there := packages(*gen); !slices.Contains(there, *provider) {
		fmt.Fprintf(errs, "vendor: there is no PROVIDER=%s; there is %s\n", *provider, strings.Join(there, ", "))
		return 2
	}
	if *with != "" && *with != "wire" {
		fmt.Fprintf(errs, "vendor: there is no WITH=%s; there is wire\n", *with)
		return 2
	}
	jobs := []job{{from: filepath.Join(*gen, *provider+"api"), dest: *dest, files: files}}
	if *with != "" {
		from := filepath.Join(*gen, "..", "adapters", "wire")
		jobs = append(jobs, job{from: from, dest: filepath.Join(*dest, "wire"), files: sources(from)})
	}
	for i := range jobs {
		if err := jobs[i].prepare(ctx); err != nil {
			fmt.Fprintln(errs, "vendor:", err)
			return 2
		}
	}
	for _, j := range jobs {
		n, err := j.write()
		if err != nil {
			fmt.Fprintln(errs, "vendor:", err)
			return 2
		}
		fmt.Fprintf(out, "%s: %d of %d files written to %s\n", filepath.Base(j.from), n, len(j.content), j.dest)
	}
	return 0
}

// packages are the providers that have a generated package in gen.
func packages(gen string) []string {
	const end = "api"
	found, _ := filepath.Glob(filepath.Join(gen, "*"+end)) // the pattern is well formed
	var names []string
	for _, dir := range found {
		names = append(names, strings.TrimSuffix(filepath.Base(dir), end))
	}
	return names
}

// sources are the Go files of a package, without its tests.
func sources(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is well formed
	var names []string
	for _, f := range found {
		if !strings.HasSuffix(f, "_test.go") {
			names = append(names, filepath.Base(f))
		}
	}
	return names
}

// files make up a generated package; client.gen.go is last, so that an
// interrupted copy still regenerates into a whole one.
var files = []string{"generate.go", "quick.go", "quicken.go", "cfg.yaml", "openapi.gen.yaml", "client.gen.go"}

// provenanceFile says where a copy came from.
const provenanceFile = "provenance.yaml"

// provenance is that file's content.
type provenance struct {
	Package  string            // where it lies in the repository
	Revision string            // of the repository
	Licence  string            // of the generated code
	Document string            `yaml:",omitempty"` // sha256 of the effective document
	Sources  []source          `yaml:",omitempty"` // the publications it was made from
	Files    map[string]string // sha256 of each file as it was copied
}

type source struct {
	Name    string
	Date    string
	URL     string `yaml:"url"`
	Licence string `yaml:",omitempty"`
}

// job is one folder to copy.
type job struct {
	from, dest string
	files      []string

	content map[string][]byte // what to write, once prepared
}

// prepare reads what is to be written and checks that it may be.
func (j *job) prepare(ctx context.Context) error {
	here, err := module(j.from)
	if err != nil {
		return err
	}
	there, err := module(j.dest)
	if err != nil {
		return err
	}
	if here != "" && here == there {
		return fmt.Errorf("DEST=%s lies in the module that it is copied from; copy it into another one, such as DEST=../app/internal/%s", j.dest, filepath.Base(j.from))
	}
	j.content = map[string][]byte{}
	p := provenance{Package: filepath.ToSlash(j.from), Revision: revision(ctx, j.from), Licence: "Apache-2.0", Files: map[string]string{}}
	for _, f := range j.files {
		data, err := os.ReadFile(filepath.Join(j.from, f))
		if err != nil {
			return err
		}
		j.content[f], p.Files[f] = data, sum(data)
	}
	if effective := "openapi.gen.yaml"; p.Files[effective] != "" {
		p.Document = p.Files[effective]
		if err := p.readSources(filepath.Join(j.from, effective)); err != nil {
			return err
		}
	}
	if err := unedited(j.dest, p.Package, j.files, j.content); err != nil {
		return err
	}
	text, err := p.text()
	j.content[provenanceFile] = text
	return err
}

// write returns how many files it wrote: those that are not as they should be.
func (j *job) write() (int, error) {
	if err := os.MkdirAll(j.dest, 0o755); err != nil {
		return 0, err
	}
	written := 0
	for _, f := range append(slices.Clone(j.files), provenanceFile) {
		target := filepath.Join(j.dest, f)
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, j.content[f]) {
			continue
		}
		if err := document.WriteFile(target, j.content[f]); err != nil {
			return written, err
		}
		written++
	}
	return written, nil
}

// module is the folder of the module that path lies in, or will once it is made: the
// nearest one above it that has a go.mod, "" if there is none. Links are followed, since
// that is where the files would go.
func module(path string) (string, error) {
	dir, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", nil
		}
		dir = above
	}
}

func (p *provenance) readSources(effective string) error {
	root, err := document.Read(effective)
	if err != nil {
		return err
	}
	for _, s := range document.Items(document.Get(root, "x-sources")) {
		p.Sources = append(p.Sources, source{
			Name: document.Text(s, "name"), Date: document.Text(s, "date"),
			URL: document.Text(s, "url"), Licence: document.Text(s, "licence"),
		})
	}
	return nil
}

func (p *provenance) text() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# Where this folder comes from. Written with it, and read by the next copy, which\n# refuses to overwrite a file that no longer has the sum below.\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(p); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

// unedited checks that each file in dest that would be replaced is one that an
// earlier copy wrote there, or what this one writes.
func unedited(dest, pkg string, files []string, content map[string][]byte) error {
	var before provenance
	text, err := os.ReadFile(filepath.Join(dest, provenanceFile))
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return err
	default:
		if err := yaml.Unmarshal(text, &before); err != nil {
			return fmt.Errorf("%s: %w; restore it, or delete the folder", filepath.Join(dest, provenanceFile), err)
		}
	}
	if before.Package != "" && before.Package != pkg {
		return fmt.Errorf("%s holds a copy of %s; give %s a folder of its own", dest, before.Package, pkg)
	}
	var edited []string
	for _, f := range files {
		now, err := os.ReadFile(filepath.Join(dest, f))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if s := sum(now); s != before.Files[f] && s != sum(content[f]) {
			edited = append(edited, f)
		}
	}
	if len(edited) > 0 {
		return fmt.Errorf("%s: %s was edited since it was copied, or is somebody else's; nothing was written. Move it away, or give another folder", dest, strings.Join(edited, ", "))
	}
	return nil
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

// revision of the repository that dir lies in; "-modified" is added if dir is
// not as committed.
func revision(ctx context.Context, dir string) string {
	head, err := exec.CommandContext(ctx, "git", "-C", dir, "rev-parse", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	rev := strings.TrimSpace(string(head))
	if status, err := exec.CommandContext(ctx, "git", "-C", dir, "status", "--porcelain", "--", ".").Output(); err != nil || len(status) > 0 {
		rev += "-modified"
	}
	return rev
}
