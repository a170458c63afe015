package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/digilocker/contract/provider"
	"example.com/digilocker/specs/document"
)

// replace puts the recordings below from in the place of those in the provider's folder
// to, one file after the other and each in one step. It removes what a run that was killed
// has left and, if the recordings are all that there can be, those that from has none
// for. It says how many there are.
func replace(from, to string, all bool) (n int, err error) {
	fresh := map[string]bool{}
	err = filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fresh[name] = true
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		return document.WriteFile(filepath.Join(to, name), data)
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	return len(fresh), filepath.WalkDir(filepath.Join(to, fixtures), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(to, path)
		if left := strings.HasPrefix(e.Name(), "."); err == nil && (left || all && !fresh[name]) {
			return os.Remove(path)
		}
		return err
	})
}

// keep moves the files of a finished report to where it belongs.
func keep(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		if err := document.WriteFile(filepath.Join(to, f.Name()), data); err != nil {
			return err
		}
	}
	return nil
}

// fixtures is the folder of a provider's recordings, in its folder.
const fixtures = "fixtures"

// recorded says what is wrong where none of the providers has recordings below a folder.
func recorded(dir string, all []provider.Provider) error {
	for _, p := range all {
		if info, err := os.Stat(filepath.Join(dir, p.Name, fixtures)); err == nil && info.IsDir() {
			return nil
		}
	}
	return fmt.Errorf("-recordings: %s has no %s; digilocker record writes such a folder",
		dir, filepath.Join(all[0].Name, fixtures))
}

// replayed are the files of a provider, and in front of its recordings others, as record puts them
// in the tree: a run against a sandbox records a part of the cases.
type replayed struct{ own, others fs.FS }

func (f replayed) Open(name string) (fs.File, error) {
	if name == fixtures || strings.HasPrefix(name, fixtures+"/") {
		if file, err := f.others.Open(name); !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	if f.own == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.own.Open(name)
}
