// Package changes says what a change of the documents, the overlay, the generator or
// the code means for those who use this module: on the wire, in the documented
// examples, in our word on the documents, in Go, and in the bytes that the clients
// send.
//
//	digilocker changes [-to REVISION] [-report DIR] BASE
//	digilocker changes -copy DIR [-report DIR]
//
// In the root of a clone of this module it compares the Git revision BASE with the
// working tree, uncommitted changes included, or with another revision. The report goes to standard output as
// Markdown, and to changes.md and changes.json in contract/report.
//
// With -copy it compares a client that was copied into another module, by package
// gen/vendoring, with what this command would write there: in any folder, without Git
// and without a network. Go is compared as it compiles in the module that the copy lies
// in, if it does; if not, the report says why, and tells of the wire alone. A file that was
// edited since it was copied is to be looked at: vendor will not overwrite it. Nothing is
// written but the report, and that only where -report says.
//
// Each change is breaking, to be looked at, or compatible. The rules for the wire are in
// levels.go; those for the rest are in examples.go, overlay.go, code.go and shape.go. Two
// documents that mean the same are made the same in normal.go. What our overlay hides of the
// provider's is judged in hidden.go.
//
// The exit status is 0 if nothing breaks and 1 if something does. It is 2 if the command
// was called wrongly, or if something of the new state cannot be read or compiled and
// nothing else breaks: then nobody knows. The report names as not compared what the old
// state does not have, and generated files that are behind their documents; neither
// changes the status. With -copy, what of the copy cannot be read or compiled counts as well.
package changes

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/digilocker/adapters"
	"example.com/digilocker/contract/providers"
	"example.com/digilocker/gen"
	"example.com/digilocker/gen/vendoring"
	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/slow"
)

// The exit statuses.
const (
	clean  = 0
	breaks = 1
	usage  = 2
)

// Run does what the command's arguments say, and returns its exit status. It reads nothing
// from its input.
func Run(ctx context.Context, args []string, _ io.Reader, out, errs io.Writer) int {
	flags := flag.NewFlagSet("changes", flag.ContinueOnError)
	flags.SetOutput(errs)
	to := flags.String("to", "", "the `revision` to compare with; the working tree if empty")
	dir := flags.String("report", filepath.Join("contract", "report"), "the `folder` to write the report to")
	copied := flags.String("copy", "", "the `folder` of a client that vendor copied: say what bringing it\n"+
		"up to date would change; the report then goes to no folder that -report does not name")
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: digilocker changes [-to REVISION] [-report DIR] BASE\n"+
			"       digilocker changes -copy DIR [-report DIR]")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return clean
	} else if err != nil {
		return usage
	}
	if *copied != "" {
		if flags.NArg() > 0 || *to != "" {
			fmt.Fprintln(errs, "changes: -copy is compared with what this command would write: "+
				"leave out the revision and -to")
			return usage
		}
		return ofCopy(ctx, *copied, given(flags, "report"), out, errs)
	}
	if flags.NArg() > 1 && strings.HasPrefix(flags.Arg(1), "-") {
		fmt.Fprintf(errs, "changes: %s comes before the revision: changes %[1]s ... %s\n", flags.Arg(1), flags.Arg(0))
		return usage
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		fmt.Fprintln(errs, "changes: say what to compare with: a revision of this repository "+
			"(make changes BASE=<revision>, such as BASE=HEAD or BASE=v1.2.0),\n"+
			"or, anywhere, -copy and the folder of a client that vendor copied")
		return usage
	}
	var r *report
	err := slow.Watched(errs).Step(
		"changes: comparing with "+flags.Arg(0)+"; clients and adapters are built where they changed",
		func() (err error) {
			r, err = between(ctx, flags.Arg(0), *to)
			return err
		})
	if ctx.Err() != nil {
		fmt.Fprintf(errs, "changes: interrupted; %s is as it was\n", *dir)
		return usage
	}
	if err == nil {
		err = r.write(*dir)
	}
	if err != nil {
		fmt.Fprintln(errs, "changes:", err)
		return usage
	}
	if _, err := io.WriteString(out, r.markdown()); err != nil {
		fmt.Fprintf(errs, "changes: %v; the report is in %s\n", err, *dir)
		return usage
	}
	return r.status()
}

// given is the value of a flag, if it was given.
func given(flags *flag.FlagSet, name string) (value string) {
	flags.Visit(func(f *flag.Flag) {
		if f.Name == name {
			value = f.Value.String()
		}
	})
	return value
}

// ofCopy reports on the copy in a folder, also to the folder dir if there is one.
func ofCopy(ctx context.Context, folder, dir string, out, errs io.Writer) int {
	parts := vendoring.Parts{Gen: gen.Files, Adapters: adapters.Files}
	folders, err := vendoring.Copied(ctx, folder, parts)
	if err != nil {
		fmt.Fprintln(errs, "changes: -copy:", err)
		return usage
	}
	var r *report
	_ = slow.Watched(errs).Step("changes: comparing the copy with what would be written; both are compiled",
		func() error {
			r = copies(ctx, folders)
			return nil
		})
	if ctx.Err() != nil {
		fmt.Fprintln(errs, "changes: interrupted")
		return usage
	}
	if dir != "" {
		err = r.write(dir)
	}
	if err == nil {
		_, err = io.WriteString(out, r.markdown())
	}
	if err != nil {
		fmt.Fprintln(errs, "changes:", err)
		return usage
	}
	return r.status()
}

// status is the command's, once the report is written.
func (r *report) status() int {
	switch {
	case r.breaks():
		return breaks
	case r.partly:
		return usage
	}
	return clean
}

// between compares the revision base with the revision to, or with the working tree.
func between(ctx context.Context, base, to string) (r *report, err error) {
	repo, err := open(ctx)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "changes")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove(temp)) }()
	was, err := repo.side(ctx, base, filepath.Join(temp, "base"))
	if err != nil {
		return nil, err
	}
	is, err := repo.side(ctx, to, filepath.Join(temp, "to"))
	if err != nil {
		return nil, err
	}
	r = compare(was, is, described(providers.All))
	r.revision, r.to = base, to
	r.built(ctx, was, is, temp)
	r.finish()
	return r, ctx.Err()
}

// remove removes a folder into which an interrupted go command may still write for a
// moment.
func remove(dir string) (err error) {
	for range 20 {
		if err = os.RemoveAll(dir); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// built compares what has to be compiled first. What does not compile is not
// compared, and the rest of the report stands.
func (r *report) built(ctx context.Context, base, head *side, temp string) {
	if alike, err := sameProgram(base.dir, head.dir); err == nil && alike {
		return
	}
	sides := []*side{base, head}
	programs, shots := make([]*program, 2), make([][]shot, 2)
	unread, unsent := make([]error, 2), make([]error, 2)
	var both sync.WaitGroup
	for i, s := range sides {
		both.Go(func() {
			if programs[i], unread[i] = loadProgram(ctx, s.dir, temp); unread[i] == nil {
				shots[i], unsent[i] = shoot(ctx, s, programs[i], filepath.Join(temp, fmt.Sprint("driver", i)))
			}
		})
	}
	both.Wait()
	tell := map[int]func(string, ...any){0: r.missing, 1: r.unable}
	for i, s := range sides {
		if unread[i] != nil {
			tell[i]("Go and wire shape: %s cannot be compiled: %v", s.name, unread[i])
			if s == head {
				r.unbuilt(unread[i])
			}
			return
		}
	}
	r.code(programs[0], programs[1])
	for i, s := range sides {
		if unsent[i] != nil {
			tell[i]("wire shape: %s %v", s.name, unsent[i])
			if s == head {
				r.unbuilt(unsent[i])
			}
			return
		}
	}
	r.shape(shots[0], shots[1])
}

// place is where a compiler complains.
var place = regexp.MustCompile(`\S+\.(?:go|mod):\d+`)

// unbuilt says that head itself does not build, unless that is said already.
func (r *report) unbuilt(err error) {
	if slices.ContainsFunc(r.Changes, func(f finding) bool { return f.Rule == "does-not-compile" }) {
		return
	}
	one := finding{Section: inGo, Level: look, Step: patch, Of: path.Dir(generatedFolder), Rule: "does-not-build", Pointer: place.FindString(err.Error()), Text: err.Error()}
	switch file, _, _ := strings.Cut(one.Pointer, ":"); {
	case file == "driver.go":
		one.Pointer = "" // nobody else has it
	case path.Dir(file) == ".":
		one.Of = file
	default:
		one.Of = path.Dir(file)
	}
	r.add(one)
}

// write puts the report into the folder dir.
func (r *report) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := document.WriteFile(filepath.Join(dir, "changes.json"), r.json()); err != nil {
		return err
	}
	return document.WriteFile(filepath.Join(dir, "changes.md"), []byte(r.markdown()))
}
