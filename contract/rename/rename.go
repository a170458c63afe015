// Package rename is the command module: it gives the module another path, in every file.
//
//	module PATH
//
// It runs in the top folder of the module, and goes through all text files but those of Git, what
// was built (bin) and the report of a run. The path counts where it stands by itself, not as a part of
// a longer name; and where the new path stands already, it stays. The repository as GitHub's
// workflows name it, owner/name, goes along.
//
// Go files that were formatted are formatted again: imports are in the order of their paths.
//
// All is worked out before anything is written; if a file cannot be written, or an interrupt
// comes, those before it get back what they had. What cannot be given back is named. The exit
// status is 0, or 2 if the command was called wrongly or failed.
package rename

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// repository is how the documentation names a repository on GitHub as long as the module has no
// home. It is put together so that it stays as it is here.
const repository = "you/" + "digilocker"

// skipped are the folders that are not gone through.
var skipped = []string{".git", "bin", filepath.Join("contract", "report")}

// Run does what the command's arguments say, and returns its exit status. It reads nothing from
// its input.
func Run(ctx context.Context, args []string, _ io.Reader, out, errs io.Writer) int {
	return run(ctx, args, write, out, errs)
}

// run is Run by a way to write files.
func run(ctx context.Context, args []string, write func(change) error, out, errs io.Writer) int {
	flags := flag.NewFlagSet("module", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: module PATH\nGives the module of the current folder that path, in every file.")
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		fmt.Fprintln(errs, "make module: say MODULE=github.com/you/digilocker")
		return 2
	}
	said, err := rename(ctx, flags.Arg(0), write)
	var half *halfDone
	switch {
	case errors.As(err, &half):
		fmt.Fprintf(errs, "make module: %v\n", err)
		return 2
	case err != nil:
		fmt.Fprintf(errs, "make module: %v; nothing was changed\n", err)
		return 2
	}
	fmt.Fprintln(out, said)
	return 0
}

// change is what becomes of a file.
type change struct {
	name    string
	mode    fs.FileMode
	was, is []byte
}

// halfDone says that some files were changed and could not get back what they had.
type halfDone struct {
	cause error // of there being something to give back
	files []string
	last  error // why the last of them could not get it
}

func (h *halfDone) Error() string {
	return fmt.Sprintf("%v; and what they had could not be given back (%v): git checkout -- %s brings back "+
		"what was committed", h.cause, h.last, strings.Join(h.files, " "))
}

// undo gives files back what they had. It returns cause, or what could not be given back.
func undo(done []change, write func(change) error, cause error) error {
	half := &halfDone{cause: cause}
	for _, c := range slices.Backward(done) {
		err := write(change{name: c.name, mode: c.mode, is: c.was})
		if err == nil {
			continue
		}
		if is, unread := os.ReadFile(c.name); unread != nil || !bytes.Equal(is, c.was) { // it may not have been written
			half.files, half.last = append(half.files, c.name), err
		}
	}
	if half.last == nil {
		return cause
	}
	slices.Reverse(half.files)
	return half
}

// rename gives the module the path now, and says what it did and what comes next.
func rename(ctx context.Context, now string, write func(change) error) (string, error) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		return "", errors.New("there is no go.mod here: run it in the top folder of the module")
	}
	old := modfile.ModulePath(text)
	if old == "" {
		return "", errors.New("go.mod names no module")
	}
	if err := module.CheckPath(now); err != nil {
		why := errors.Unwrap(err)
		if why == nil {
			why = err
		}
		return "", fmt.Errorf("MODULE=%s is no module path, such as github.com/you/digilocker (%w)", now, why)
	}
	if old == now {
		return "the module is called " + now + " already", nil
	}
	all, err := changed(newReplacer(old, now))
	if err != nil {
		return "", err
	}
	for i, c := range all {
		err := ctx.Err()
		if err == nil {
			err = write(c)
		} else {
			err = errors.New("interrupted")
		}
		if err != nil {
			return "", undo(all[:i+1], write, err)
		}
	}
	return fmt.Sprintf("the module was renamed from %s to %s, in %d files\n"+
		"next: git commit -am \"Rename the module\"  # a release is made of what is committed", old, now, len(all)), nil
}

// changed are the files that become others, go.mod the last of them: until that is written, the
// command can be run again.
func changed(r replacer) ([]change, error) {
	var all []change
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && slices.Contains(skipped, name):
			return fs.SkipDir
		case !e.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			return err
		}
		now := r.replace(text)
		if bytes.Equal(now, text) {
			return nil
		}
		if filepath.Ext(name) == ".go" {
			if was, err := format.Source(text); err == nil && bytes.Equal(was, text) {
				if now, err = format.Source(now); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		all = append(all, change{name: name, mode: info.Mode().Perm(), was: text, is: now})
		return nil
	})
	slices.SortStableFunc(all, func(a, b change) int {
		switch {
		case a.name == "go.mod":
			return 1
		case b.name == "go.mod":
			return -1
		}
		return 0
	})
	return all, err
}

// write gives a file its text and keeps its mode. It is whole at any time.
func write(c change) error {
	tmp, err := os.CreateTemp(filepath.Dir(c.name), ".renamed.*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // fails once the file has its name, as it should
	_, err = tmp.Write(c.is)
	if err := errors.Join(err, tmp.Chmod(c.mode), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), c.name)
}

// replacer puts one path in the place of another.
type replacer []pair

// pair is a text and what it becomes, and how it is found.
type pair struct {
	old, now string
	alone    *regexp.Regexp
}

// newReplacer is of the module's paths, and of the repository's if both have one. A text is found
// where it is no part of a longer name. A dot behind it may end a sentence.
func newReplacer(old, now string) replacer {
	at := func(text, before, after string) *regexp.Regexp {
		return regexp.MustCompile(`(^|[^A-Za-z0-9._~` + before + `-])` + regexp.QuoteMeta(text) + after)
	}
	r := replacer{{old, now, at(old, "", `([^A-Za-z0-9_~-]|$)`)}}
	if was, is := slug(old), slug(now); was != is {
		r = append(r, pair{was, is, at(was, "/", `(/\.github/|[^A-Za-z0-9_~/-]|$)`)})
	}
	return r
}

// slug is the repository of a module as GitHub has it, owner/name; that of the documentation for
// a path that has none.
func slug(path string) string {
	prefix, _, _ := module.SplitPathVersion(path)
	parts := strings.Split(prefix, "/")
	if len(parts) < 3 {
		return repository
	}
	return parts[1] + "/" + parts[2]
}

// replace is the text with the new paths.
func (r replacer) replace(text []byte) []byte {
	for _, p := range r {
		if !bytes.Contains(text, []byte(p.old)) { // which is quick
			continue
		}
		var b bytes.Buffer
		for {
			m := p.alone.FindSubmatchIndex(text)
			if m == nil {
				break
			}
			from, to := m[3], m[4] // between what stands before and after
			b.Write(text[:from])
			b.WriteString(p.now)
			if more, longer := strings.CutPrefix(p.now, p.old); longer && bytes.HasPrefix(text[to:], []byte(more)) {
				to += len(more) // x/kyc becomes x/kyc/v2, and is that here
			}
			text = text[to:]
		}
		b.Write(text)
		text = b.Bytes()
	}
	return text
}
