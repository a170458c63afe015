// Package scaffold writes the folders of a new provider: its document, its client, its
// description, and its entry in the list of providers.
//
//	provider [-root DIR] -name NAME [-overlay FILE] [-with adapter] FILE...
//
// The files are what the provider publishes, as package importing takes them. The overlay
// is a first overlay.yaml; without one, a short one is written, which gives an operationId
// to each operation that was published without one of its own, and another name in Go to
// what would clash there.
//
// All is written to a temporary folder, generated and compiled there, and only then copied
// into the tree. A mistake of the caller, a document that cannot be used and an interrupt
// leave the tree as it was; the exit status is then 2.
//
// With adapter, there is a skeleton for each part that takes knowledge of the provider:
// adapters/<name> with its tests, and beside the description simulator.go, cases.yaml,
// differences.yaml, ways.yaml and moving.yaml. The description names of them what is true
// from the first day, which is the simulator: it answers 501 and gives the examples that a
// request asks for. An adapter whose methods fail and cases that nobody decided are not
// described, so their checks are n/a and none of them passes before it means something. Of
// the adapter's tests those run that are about what is written: how it is made, and its
// credentials; the others are skipped with the reason, or pending. The comments of the
// description say what to add, and in which order.
package scaffold

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/modfile"
	"gopkg.in/yaml.v3"

	"example.com/digilocker/contract/doctor"
	"example.com/digilocker/contract/example"
	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/simulator"
	"example.com/digilocker/gen/quick"
	"example.com/digilocker/specs/apply"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/gonames"
	"example.com/digilocker/specs/importing"
	"example.com/digilocker/specs/slow"
)

// Run does what the command's arguments say, and returns its exit status: 0, or 2 if it
// was called wrongly or the document cannot be used. It reads nothing from its input.
func Run(ctx context.Context, args []string, _ io.Reader, out, errs io.Writer) int {
	return run(ctx, command, args, out, errs)
}

// run is Run with another way to run commands.
func run(ctx context.Context, output runner, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("provider", flag.ContinueOnError)
	flags.SetOutput(errs)
	j := job{output: output, slow: slow.Watched(errs)}
	flags.StringVar(&j.root, "root", ".", "the top `folder` of the tree")
	flags.StringVar(&j.name, "name", "", "the `name` of the provider: lower case letters and digits")
	flags.StringVar(&j.overlay, "overlay", "", "the `file` that becomes its overlay.yaml; without one a first one is written")
	flags.StringVar(&j.with, "with", "", "`adapter`: also write the skeletons of adapter, simulator, cases and "+
		"what goes with them")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	j.files = flags.Args()
	if err := j.do(ctx); err != nil {
		if ctx.Err() != nil || ended(err) {
			err = errors.New("interrupted")
		}
		fmt.Fprintf(errs, "provider: %v; nothing was written\n", err)
		return 2
	}
	fmt.Fprint(out, j.report())
	return 0
}

// ended says whether a command was ended by a signal. That goes to all that a terminal runs, and
// may end the command before it is heard of here.
func ended(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, known := exit.Sys().(syscall.WaitStatus)
	return known && status.Signaled() && (status.Signal() == syscall.SIGINT || status.Signal() == syscall.SIGTERM)
}

// runner runs a command in a folder, and returns what it says; the error has that too.
type runner func(ctx context.Context, dir, name string, args ...string) (string, error)

// job is a provider to write.
type job struct {
	root, name, overlay, with string
	files                     []string
	output                    runner

	module, generator string   // the module's path, and the generator's version
	list              []byte   // the list with the new entry, to compile with
	stage             string   // the temporary folder, laid out as the tree
	broken            []string // the pointers of the examples that break their schema
	notJudged         []string // the patterns by which nothing can be judged
	renamed           []gonames.Clash
	cited             []string // sources of facts that the first overlay lists, to be filled in
	authored          []bool   // of each file whether it says that it was written by hand
	told              []string // what the import says that it did not take, or that may be somebody's
	slow              slow.Teller
}

const usage = `as in: make provider NAME=acme FROM="document.yaml" [WITH=adapter]`

// do checks, stages, tries and installs.
func (j *job) do(ctx context.Context) error {
	if err := j.check(ctx); err != nil {
		return err
	}
	stage, err := os.MkdirTemp("", "provider-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(stage) }()
	if j.stage, err = filepath.EvalSymlinks(stage); err != nil {
		return err
	}
	if err := j.try(ctx); err != nil {
		return errors.New(j.unstaged(err.Error()))
	}
	return j.install(ctx)
}

// check says what the caller got wrong, and reads what the tree has to say.
func (j *job) check(ctx context.Context) error {
	mod, err := os.ReadFile(filepath.Join(j.root, "go.mod"))
	list, unlisted := os.ReadFile(filepath.Join(j.root, listFile))
	if err != nil || unlisted != nil {
		return fmt.Errorf("there is no go.mod here, or no %s: run it in the top folder of the repository", listFile)
	}
	parsed, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return err
	}
	j.module = parsed.Module.Mod.Path
	for _, r := range parsed.Require {
		if r.Mod.Path == "github.com/oapi-codegen/oapi-codegen/v2" {
			j.generator = r.Mod.Version
		}
	}
	if err := j.checkName(ctx); err != nil {
		return err
	}
	if j.list, err = listed(list, j.module, j.name); err != nil {
		return err
	}
	if j.with != "" && j.with != "adapter" {
		return fmt.Errorf("there is no WITH=%s; there is adapter", j.with)
	}
	if len(j.files) == 0 {
		return fmt.Errorf("FROM is missing: name the files that the provider published, %s", usage)
	}
	return nil
}

// folders are those of the provider, in the order in which they are installed.
func (j *job) folders() []string {
	all := []string{"specs/" + j.name, "gen/" + j.name + "api"}
	if j.with == "adapter" {
		all = append(all, "adapters/"+j.name)
	}
	return append(all, "contract/provider/"+j.name)
}

// unstaged is text in which files of the stage are called what they will be in the tree.
func (j *job) unstaged(text string) string {
	return strings.ReplaceAll(text, j.stage+string(filepath.Separator), "")
}

// try writes all files below the stage, and compiles them.
func (j *job) try(ctx context.Context) error {
	if err := j.fill(ctx); err != nil {
		return err
	}
	return j.slow.Step("provider: compiling what was generated", func() error { return j.compile(ctx) })
}

// fill writes all files below the stage.
func (j *job) fill(ctx context.Context) error {
	for _, folder := range j.folders() {
		if err := os.MkdirAll(filepath.Join(j.stage, folder), 0o755); err != nil {
			return err
		}
	}
	about := about{
		Name: j.name, Title: provider.Provider{Name: j.name}.Named(), Module: j.module, Generator: j.generator,
		Adapter: j.with == "adapter",
	}
	var err error
	if about.Sources, err = sources(j.files); err != nil {
		return err
	}
	for _, s := range about.Sources {
		about.Pathless = append(about.Pathless, s.about.Pathless...)
		j.authored = append(j.authored, s.about.Authored)
	}
	specs, gen := "specs/"+j.name, "gen/"+j.name+"api"
	err = j.slow.Step("provider: importing the files", func() error { return j.importFiles(specs, about) })
	if err != nil {
		return err
	}
	if err := j.writeOverlay(specs, about); err != nil {
		return err
	}
	var doc *example.Document
	if err := j.slow.Step("provider: judging the examples", func() (err error) {
		doc, err = j.effective(specs, gen)
		return err
	}); err != nil {
		return err
	}
	for _, file := range []string{"generate.go", "cfg.yaml"} {
		if err := j.write(gen+"/"+file, file, about); err != nil {
			return err
		}
	}
	for file, text := range quick.Files(j.name + "api") {
		if err := os.WriteFile(filepath.Join(j.stage, gen, file), []byte(text), 0o644); err != nil {
			return err
		}
	}
	if err := j.slow.Step("provider: looking for names that clash in Go", func() (err error) {
		doc, err = j.tellApart(doc, specs, gen, about)
		return err
	}); err != nil {
		return err
	}
	if err := j.slow.Step("provider: generating the client", func() error {
		_, err := j.output(ctx, filepath.Join(j.stage, gen), "go", "generate", "generate.go")
		return err
	}); err != nil {
		return fmt.Errorf("no client can be generated: %w; %s", err, j.remedy())
	}
	if about.Client, err = readClient(filepath.Join(j.stage, gen, "client.gen.go")); err != nil {
		return err
	}
	about.webhooks(doc)
	about.Document = doc
	return j.writeDescription(about)
}

// effective writes the effective document, and reads it as the suite does.
func (j *job) effective(specs, gen string) (*example.Document, error) {
	if err := quiet(func(errs io.Writer) int {
		args := []string{"-specs", filepath.Join(j.stage, "specs"), "-gen", filepath.Join(j.stage, "gen"), j.name}
		return apply.Run(args, nil, io.Discard, errs)
	}); err != nil {
		return nil, j.given(err, filepath.Join(j.stage, specs, "overlay.yaml"))
	}
	text, err := os.ReadFile(filepath.Join(j.stage, gen, "openapi.gen.yaml"))
	if err != nil {
		return nil, err
	}
	return j.usable(text)
}

// tellApart adds to a first overlay the actions that tell names apart which clash in Go, and
// returns the document that this makes of doc. In an overlay of the caller's they are his to write.
func (j *job) tellApart(doc *example.Document, specs, gen string, about about) (*example.Document, error) {
	settings, err := os.ReadFile(filepath.Join(j.stage, gen, "cfg.yaml"))
	if err != nil {
		return nil, err
	}
	root, err := document.Read(filepath.Join(j.stage, gen, "openapi.gen.yaml"))
	if err != nil {
		return nil, err
	}
	clashes, err := gonames.Clashes(root, settings)
	if err != nil {
		return nil, fmt.Errorf("no client can be generated: %w; %s", err, j.remedy())
	}
	cured := !slices.ContainsFunc(clashes, func(c gonames.Clash) bool { return c.Action == "" })
	switch {
	case len(clashes) == 0:
		return doc, nil
	case j.overlay != "":
		return nil, gonames.Refused(clashes, j.overlay)
	case !cured:
		return nil, gonames.Refused(clashes, "an overlay, and give that with OVERLAY=file")
	}
	j.renamed, about.Renamed = clashes, clashes
	if err := j.writeOverlay(specs, about); err != nil {
		return nil, err
	}
	return j.effective(specs, gen)
}

// given is a fault of the overlay in the stage as one of the file that the caller gave.
func (j *job) given(err error, staged string) error {
	if said, ours := strings.CutPrefix(err.Error(), staged+":"); ours && j.overlay != "" {
		return fmt.Errorf("OVERLAY: %s:%s", j.overlay, said)
	}
	return err
}

// importFiles writes the manifest, what is kept of the files, and what that is merged to.
// In the end the manifest lists no sum: any file can be the next one.
func (j *job) importFiles(specs string, about about) error {
	for _, files := range [][]string{j.files, nil} {
		if err := j.write(specs+"/import.yaml", "import.yaml", about); err != nil {
			return err
		}
		var said bytes.Buffer
		if err := quiet(func(errs io.Writer) int {
			args := append([]string{"-specs", filepath.Join(j.stage, "specs"), j.name}, files...)
			return importing.Run(args, nil, &said, errs)
		}); err != nil {
			return err
		}
		j.told = append(j.told, importing.Told(j.unstaged(said.String()))...)
		for i := range about.Sources {
			about.Sources[i].SHA256 = ""
		}
	}
	return nil
}

// remedy is what to do about a document that has a fault.
func (j *job) remedy() string {
	action := "an action of an overlay (specs/*/overlay.yaml are some), and give that with OVERLAY=file"
	if j.overlay != "" {
		action = "an action of " + j.overlay
	}
	return "correct it by " + action + "; what an overlay may not change, correct in a copy of the file, and say so in import.yaml"
}

// usable says whether the suite, the lists and, with a skeleton, the simulator can read the
// effective document: one that they cannot read would fail the others too.
func (j *job) usable(effective []byte) (*example.Document, error) {
	p := provider.Provider{Name: j.name, Document: effective}
	fault := func(err error) error { return fmt.Errorf("the document cannot be used: %w; %s", err, j.remedy()) }
	doc, err := p.Parse()
	if err != nil {
		return nil, fault(err)
	}
	if err := p.Check(doc); err != nil {
		return nil, fault(err)
	}
	diagnosis, err := doctor.Diagnose(filepath.Join(j.stage, "specs"), j.name)
	if err != nil {
		return nil, fault(err)
	}
	j.broken, j.notJudged = diagnosis.StillBroken, doc.NotJudged
	if j.with == "adapter" {
		p.Simulator = &simulator.Behaviour{}
		if _, err := simulator.New(simulator.Options{}, provider.Simulated(p)...); err != nil {
			first, _, _ := strings.Cut(err.Error(), ":\n") // of how net/http explains two paths
			return nil, fmt.Errorf("the document cannot be served: %s; leave WITH=adapter away, which asks for a skeleton of the simulator too", first)
		}
	}
	return doc, nil
}

// disagreement is what an import says of each place at which files disagree.
var disagreement = regexp.MustCompile(`(?m)^ +# (".* disagree at .*)$`)

// quiet runs a command of this repository, and returns what it complains of.
func quiet(run func(errs io.Writer) int) error {
	var errs bytes.Buffer
	if run(&errs) == 0 {
		return nil
	}
	said := strings.TrimSpace(errs.String())
	for _, prefix := range []string{"import: ", "apply: "} {
		said = strings.TrimPrefix(said, prefix)
	}
	if disagree := disagreement.FindAllStringSubmatch(said, -1); disagree != nil {
		said = ""
		for _, d := range disagree {
			said += d[1] + "; "
		}
		said += "begin with one of the files, and add the others to import.yaml afterwards"
	}
	return errors.New(said)
}

// compile compiles the new packages, the test and the list as if they were in the tree.
func (j *job) compile(ctx context.Context) error {
	root, err := filepath.Abs(j.root)
	if err != nil {
		return err
	}
	overlay, err := j.overlayOf(root)
	if err != nil {
		return err
	}
	build := []string{"build", "-overlay", overlay, "./contract/providers"}
	for _, folder := range j.folders()[1:] {
		build = append(build, "./"+folder)
	}
	commands := [][]string{build}
	for _, folder := range j.folders()[2:] { // what stands before has no test
		commands = append(commands, []string{
			"test", "-c", "-vet=off", "-overlay", overlay, "-o", filepath.Join(j.stage, "suite.test"), "./" + folder,
		})
	}
	for _, args := range commands {
		if _, err := j.output(ctx, root, "go", args...); err != nil {
			within := func(err error) string {
				return strings.ReplaceAll(err.Error(), root+string(filepath.Separator), "")
			}
			if _, before := j.output(ctx, root, "go", append([]string{"build"}, imported...)...); before != nil {
				return fmt.Errorf("the tree does not compile, even without %s: %s; correct that first", j.name, within(before))
			}
			return fmt.Errorf("what was generated does not compile: %s; if two names of the document became one in Go, %s", within(err), j.remedy())
		}
	}
	return nil
}

// imported are the packages of the tree that a new provider's import.
var imported = []string{
	"./contract", "./contract/flags", "./contract/providers", "./contract/simulator",
	"./adapters/internal/suite", "./adapters/kyc/kyctest", "./adapters/wire",
}

// install copies the folders into the tree, and the entry into the list. What it wrote it
// takes away again when it cannot write all.
func (j *job) install(ctx context.Context) (err error) {
	var made []string
	defer func() {
		if err == nil {
			return
		}
		for _, dir := range made {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	for _, folder := range j.folders() {
		if err := ctx.Err(); err != nil {
			return err
		}
		dir := filepath.Join(j.root, folder)
		if err := os.Mkdir(dir, 0o755); errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("NAME=%s is taken: %s came while this run was at work, maybe from another run with the same name; keep what that wrote, or take another name", j.name, folder)
		} else if err != nil {
			return err
		}
		made = append(made, dir)
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(j.stage, folder))); err != nil {
			return err
		}
	}
	return j.enter()
}

// report says what was written and what comes next.
func (j *job) report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s was written:\n", j.name)
	for _, folder := range j.folders() {
		fmt.Fprintf(&b, "  %s\n", folder)
	}
	fmt.Fprintf(&b, "  an import and an entry in %s\n", listFile)
	for _, line := range j.told {
		fmt.Fprintf(&b, "%s\n", line)
	}
	fmt.Fprintf(&b, "next: fill in url and licence in specs/%s/import.yaml", j.name)
	if i := slices.Index(j.authored, false); i >= 0 {
		fmt.Fprintf(&b, "; a file that carries a date is given once more, with that:\n"+
			"  make import PROVIDER=%s FROM=%s DATE=YYYY-MM-DD\n", j.name, j.files[i])
	} else {
		fmt.Fprintln(&b)
	}
	if len(j.cited) > 0 {
		fmt.Fprintf(&b, "and date and url of %s in specs/%s/overlay.yaml\n", strings.Join(j.cited, ", "), j.name)
	}
	fmt.Fprintf(&b, "then\n  make import PROVIDER=%s\n  make\n", j.name)
	if len(j.renamed) > 0 {
		fmt.Fprintf(&b,
			"names that clash in Go were told apart by specs/%s/overlay.yaml; choose better ones there:\n", j.name)
		for _, c := range j.renamed {
			fmt.Fprintf(&b, "  %s\n", c.What)
		}
	}
	if len(j.broken) > 0 {
		fmt.Fprintf(&b, "which fails for %d examples that break their schema, until specs/%s/overlay.yaml corrects it:\n", len(j.broken), j.name)
		for _, pointer := range j.broken {
			fmt.Fprintf(&b, "  %s\n", pointer)
		}
	}
	if len(j.notJudged) > 0 {
		fmt.Fprintln(&b, "nothing is judged by these patterns, until the overlay corrects them:")
		for _, pattern := range j.notJudged {
			fmt.Fprintf(&b, "  %s\n", pattern)
		}
	}
	if j.with == "adapter" {
		fmt.Fprintf(&b, "and follow the comment of contract/provider/%s/provider.go\n", j.name)
	}
	return b.String()
}

// command runs a command in a folder. Interrupted, it has time to clean up.
func command(ctx context.Context, dir, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 30 * time.Second
	said, err := c.CombinedOutput()
	if err == nil {
		return string(said), nil
	}
	return "", fmt.Errorf("%s %s: %w: %s", name, args[0], err, shortened(string(said)))
}

// shortened are the first lines of what a command said, without those that only repeat its
// status.
func shortened(said string) string {
	const most = 8
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(said), "\n"), func(line string) bool {
		return strings.HasPrefix(line, "exit status ") || strings.Contains(line, ": running \"go\": ")
	})
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("and %d lines more", len(lines)-most))
	}
	return strings.Join(lines, "\n")
}

// missing are the operations and webhooks of a document that have no operationId of their
// own, each with one that follows from where it stands: getChecks for GET /checks, and onDone
// for the webhook done.
func missing(root *yaml.Node) []identifier {
	type place struct {
		section, name, method string
		op                    *yaml.Node
	}
	var all []place
	taken := map[string]int{}
	for _, section := range []string{"paths", "webhooks"} {
		for name, item := range document.Members(document.Get(root, section)) {
			for method, op := range document.Members(item) {
				if document.PathItem.Member(method) == document.Operation {
					all = append(all, place{section, name, method, op})
					taken[document.Text(op, "operationId")]++
				}
			}
		}
	}
	var found []identifier
	kept := map[string]bool{}
	for _, p := range all {
		was := document.Text(p.op, "operationId")
		if was != "" && !kept[was] {
			kept[was] = true
			continue
		}
		verb := p.method
		if p.section == "webhooks" {
			verb = "on"
		}
		id := gonames.OperationID(verb, p.name)
		for n, first := 2, id; taken[id] > 0; n++ {
			id = fmt.Sprintf("%s%d", first, n)
		}
		taken[id]++
		name := strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(p.name)
		found = append(found, identifier{Section: p.section, Name: name, Method: p.method, ID: id, Was: was})
	}
	return found
}

// overlayOf writes the file that tells the go command to see the stage in the tree, and
// returns its name.
func (j *job) overlayOf(root string) (string, error) {
	replace, err := j.staged(root)
	if err != nil {
		return "", err
	}
	list := filepath.Join(j.stage, "providers.go")
	replace[filepath.Join(root, listFile)] = list
	if err := os.WriteFile(list, j.list, 0o600); err != nil {
		return "", err
	}
	return marshal(filepath.Join(j.stage, "overlay.json"), map[string]any{"Replace": replace})
}

// staged are the files of the stage, by their place in the tree.
func (j *job) staged(root string) (map[string]string, error) {
	all := map[string]string{}
	for _, folder := range j.folders() {
		err := filepath.WalkDir(filepath.Join(j.stage, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			below, err := filepath.Rel(j.stage, path)
			all[filepath.Join(root, below)] = path
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
