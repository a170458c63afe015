// Package importing turns what a provider publishes into specs/<provider>/openapi.yaml.
//
//	import [-specs DIR] [-source NAME] [-date DATE] [PROVIDER [FILE...]]
//
// Each publication is a source, which specs/<provider>/import.yaml lists. Of each one the
// facts are kept (paths, names, types, enums, examples, servers, security, licence), and
// prose is dropped: sources/<name>.yaml has them, with the date and the sha256 of the file
// that they were taken from. openapi.yaml is merged from these files. Which operations to
// take, which source wins where two disagree, and which values are replaced since they
// could be a real person's, is written in import.yaml.
//
// A FILE is an OpenAPI 3.0 or 3.1 document, YAML or JSON, or a documentation page with such
// a document in a fenced block. It supersedes the source that -source names, or else the one
// that its content tells: by its sha256, or by its operations. Without a FILE, what is kept
// is merged again; without a PROVIDER, that of all providers.
//
// A source whose publication has no OpenAPI document may be authored: its file is written
// by hand, and says so (x-source: {authored: true}).
//
// The same sources always give the same bytes. A fault in the input ends the command with
// status 2 and nothing written.
package importing

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/slow"
)

// Run does what the command's arguments say, and returns its exit status: 0, or 2 if it
// was called wrongly or a source has a fault. It reads nothing from its input.
func Run(args []string, _ io.Reader, out, errs io.Writer) int {
	flags := flag.NewFlagSet("import", flag.ContinueOnError)
	flags.SetOutput(errs)
	specs := flags.String("specs", "specs", "the `folder` that holds a folder for each provider")
	var r request
	flags.StringVar(&r.source, "source", "", "the `name` of the source that the file supersedes; without it the file's content tells")
	flags.StringVar(&r.date, "date", "", "the `date` of the file's publication, YYYY-MM-DD; without it the file is undated")
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: import [-specs DIR] [-source NAME] [-date DATE] [PROVIDER [FILE...]]")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	r.provider = flags.Arg(0)
	if flags.NArg() > 1 {
		r.files = flags.Args()[1:]
	}
	if err := r.check(); err != nil {
		fmt.Fprintln(errs, "import:", err)
		return 2
	}
	names := []string{r.provider}
	if r.provider == "" {
		names = providers(*specs)
	}
	if len(names) == 0 {
		fmt.Fprintf(errs, "import: there is no %s\n", filepath.Join(*specs, "*", "import.yaml"))
		return 2
	}
	for _, r.provider = range names {
		var report string
		err := slow.Watched(errs).Step("import: taking the facts of "+r.provider+" and merging them",
			func() (err error) {
				report, err = importProvider(*specs, r)
				return err
			})
		if err != nil {
			fmt.Fprintln(errs, "import:", err)
			return 2
		}
		fmt.Fprint(out, report)
	}
	return 0
}

// importProvider brings specs/<provider> up to date with the request and says what
// it did.
func importProvider(specs string, r request) (string, error) {
	files, report, err := made(specs, r)
	if err != nil {
		return "", err
	}
	return report, writeAll(files)
}

// made are the files of specs/<provider> as the request makes them, and what there is to
// say about them.
func made(specs string, r request) ([]file, string, error) {
	m, err := readManifest(specs, r.provider)
	if err != nil {
		return nil, "", err
	}
	all, err := m.readKept()
	if err != nil {
		return nil, "", err
	}
	fresh, err := m.supersede(r, all)
	if err != nil {
		return nil, "", err
	}
	pubs, err := m.publications(fresh, all)
	if err != nil {
		return nil, "", err
	}
	merged, err := merge(m, pubs)
	if err != nil {
		return nil, "", err
	}
	out, err := document.Seal(merged.root, header(m, pubs))
	if err != nil {
		return nil, "", err
	}
	var files []file
	for _, p := range pubs {
		if p.text != nil {
			files = append(files, file{m.fileOf(p.source), p.text})
		}
	}
	target := filepath.Join(specs, r.provider, "openapi.yaml")
	report := merged.report(r.provider, target, len(pubs)) + m.superseded(pubs, fresh) + m.suspects(pubs, fresh, all)
	return append(files, file{target, out}), report, nil
}

// About is what a file says of itself, before anything of it is imported.
type About struct {
	// Authored says that it was written by hand from a publication that has no OpenAPI document.
	Authored bool
	// Pathless are the ids of its operations that stand outside paths, among its components, where
	// nothing refers to them: a selection takes each by its id alone.
	Pathless []string
}

// AboutFile is what the text of a file says of itself. What cannot be read says nothing: the import
// refuses it, with the reason.
func AboutFile(file string, text []byte) About {
	var about About
	docs, err := parsePublication(file, text)
	if err != nil {
		return about
	}
	for _, doc := range docs {
		o, err := originOf(file, doc)
		about.Authored = about.Authored || err == nil && o.Authored
		for _, name := range document.Pathless(doc) {
			item := document.At(doc, document.Pointer("/components/pathItems", name))
			for method, op := range document.Members(item) {
				id := document.Text(op, "operationId")
				if document.PathItem.Member(method) == document.Operation && id != "" {
					about.Pathless = append(about.Pathless, id)
				}
			}
		}
	}
	return about
}

// Stale says why the provider's document is not what its sources are merged to: which
// file make import would change, or what keeps it from merging. It is "" if all is well,
// and where nothing is kept of any source.
func Stale(specs, provider string) string {
	if _, err := os.Stat(filepath.Join(specs, provider, sourcesFolder)); err != nil {
		return ""
	}
	files, _, err := made(specs, request{provider: provider})
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return first
	}
	for _, f := range files {
		if text, err := os.ReadFile(f.name); err != nil || string(text) != string(f.data) {
			return f.name + " is not what import.yaml and sources make of it"
		}
	}
	return ""
}

// publications are those of all sources, in the order of the manifest: the fresh ones, and
// what is kept of the others.
func (m *manifest) publications(fresh map[string]*publication, all map[string]*kept) ([]*publication, error) {
	var pubs []*publication
	sums := map[string]*publication{}
	for _, s := range m.Sources {
		p := fresh[s.Name]
		if p == nil {
			k := all[s.Name]
			if k == nil {
				return nil, fmt.Errorf("%s: nothing is kept of source %q: give its publication, FROM= a file of %s", m.file, s.Name, s.URL)
			}
			var err error
			if p, err = m.current(k); err != nil {
				return nil, err
			}
		}
		if other := sums[p.origin.SHA256]; other != nil && p.origin.SHA256 != "" {
			return nil, fmt.Errorf("%s: is the file of source %q, and of source %q too; a source has a file of its own", p.file, other.Name, p.Name)
		}
		sums[p.origin.SHA256] = p
		pubs = append(pubs, p)
	}
	return pubs, nil
}

// superseded says of which sources a file was given.
func (m *manifest) superseded(pubs []*publication, fresh map[string]*publication) string {
	var b strings.Builder
	for _, p := range pubs {
		if fresh[p.Name] != nil {
			fmt.Fprintf(&b, "  source %q is now %s (%s); written to %s\n", p.Name, p.file, p.origin, m.fileOf(p.source))
			for _, name := range slices.Sorted(maps.Keys(p.origin.With)) {
				fmt.Fprintf(&b, "  with it came %s, beside it (sha256 %s)\n", name, p.origin.With[name])
			}
			b.WriteString(p.leftovers.report(p.file))
		}
	}
	return b.String()
}

// providers lists the folders below specs that have an import.yaml.
func providers(specs string) []string {
	found, _ := filepath.Glob(filepath.Join(specs, "*", "import.yaml")) // the pattern is well formed
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = filepath.Base(filepath.Dir(f))
	}
	sort.Strings(names)
	return names
}

func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(q, ", ")
}
