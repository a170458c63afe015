package changes

import (
	"archive/tar"
	"cmp"
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

	"example.com/digilocker/gen"
	"example.com/digilocker/specs/importing"
)

// repository is the clone that the command runs in.
type repository struct {
	// prefix of the module's folder in the clone; "" at its top.
	prefix string
}

// open finds the clone. The current folder has to be the root of this module in it.
func open(ctx context.Context) (*repository, error) {
	if where := notHere(); where != "" {
		return nil, fmt.Errorf("%s; revisions of %s are compared in the root of a clone of it. "+
			"For a client that was copied into a module of yours: digilocker changes -copy DIR", where, gen.Module())
	}
	prefix, err := git(ctx, "rev-parse", "--show-prefix")
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("there is no git command, which revisions are read with: install Git")
	}
	if err != nil {
		_, words, _ := strings.Cut(err.Error(), "fatal: ")
		return nil, fmt.Errorf("there are no revisions to compare with: run it in a clone (git clone). Git says: %s",
			cmp.Or(words, err.Error()))
	}
	return &repository{prefix: strings.TrimSuffix(prefix, "/")}, nil
}

// notHere says what the current folder is, if not the root of this module's tree.
func notHere() string {
	text, err := os.ReadFile("go.mod")
	switch module := modfile.ModulePath(text); {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no go.mod here"
	case err != nil:
		return err.Error()
	case module == "":
		return "go.mod names no module here"
	case module != gen.Module():
		return "this is the module " + module
	}
	return ""
}

// side reads a revision, whose tree it unpacks into dir, or the working tree if the
// revision is "".
func (r *repository) side(ctx context.Context, revision, dir string) (*side, error) {
	name := "the working tree"
	if revision == "" {
		dir = "."
	} else {
		commit, err := git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
		if err != nil {
			return nil, fmt.Errorf("%q is no revision of this clone: git log --oneline --all lists them, git fetch --tags (--unshallow in a shallow clone) brings more", revision)
		}
		if name = revision; !strings.HasPrefix(commit, revision) {
			name = fmt.Sprintf("%s (%.10s)", revision, commit)
		}
		if err := r.unpack(ctx, commit, dir); err != nil {
			return nil, fmt.Errorf("unpacking %s: %w", name, err)
		}
	}
	s, err := readSide(name, os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	s.dir = dir
	for name, p := range s.providers {
		p.unmerged = strings.ReplaceAll(importing.Stale(filepath.Join(dir, specsFolder("")), name), dir+string(filepath.Separator), "")
	}
	return s, nil
}

// unpack writes the module's folder in the commit to dir.
func (r *repository) unpack(ctx context.Context, commit, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tree := commit + "^{tree}"
	if r.prefix != "" {
		tree = commit + ":" + r.prefix
	}
	archive := exec.CommandContext(ctx, "git", "archive", "--format=tar", tree)
	if r.prefix != "" {
		top, err := git(ctx, "rev-parse", "--show-toplevel")
		if err != nil {
			return err
		}
		archive.Dir = top // or it would archive the same folder of the folder
	}
	var complaint strings.Builder
	archive.Stderr = &complaint
	out, err := archive.StdoutPipe()
	if err != nil {
		return err
	}
	if err := archive.Start(); err != nil {
		return err
	}
	unpacked := untar(out, dir)
	_, _ = io.Copy(io.Discard, out) // what is left, or git would wait for a reader
	if err := archive.Wait(); err != nil {
		return fmt.Errorf("git archive: %w: %s", err, strings.TrimSpace(complaint.String()))
	}
	return unpacked
}

// untar writes the files and folders of an archive below dir.
func untar(from io.Reader, dir string) error {
	root, err := os.OpenRoot(dir) // no name in the archive leads out of it
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for archive := tar.NewReader(from); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := filepath.FromSlash(h.Name)
		switch h.Typeflag {
		case tar.TypeDir:
			err = root.MkdirAll(filepath.Clean(name), 0o755)
		case tar.TypeReg:
			err = writeFrom(archive, root, name, h.FileInfo().Mode().Perm())
		}
		if err != nil {
			return err
		}
	}
}

func writeFrom(from io.Reader, root *os.Root, name string, mode fs.FileMode) error {
	f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// git runs a git command and gives what it prints.
func git(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", args...).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("git %s: %w: %s", args[0], err, strings.Join(strings.Fields(string(failed.Stderr)), " "))
	}
	return strings.TrimSpace(string(out)), err
}
