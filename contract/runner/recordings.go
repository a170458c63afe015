package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/digilocker/contract/provider"
	"example.com/digilocker/contract/recording"
	"example.com/digilocker/specs/document"
)

// replace puts the recordings below from in the place of those in the provider's folder
// to, one file after the other and each in one step. It removes what a run that was killed
// has left and, if the recordings are all that there can be, recordings that from has none
// for; other files stay. It says how many there are.
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
		if err != nil || !unfinished.MatchString(e.Name()) && (!all || fresh[name]) {
			return err
		}
		if text, err := os.ReadFile(path); err != nil || !unfinished.MatchString(e.Name()) &&
			!recordingText.Match(text) {
			return err
		}
		return os.Remove(path)
	})
}

var (
	// unfinished is the name of a recording that was not written to its end.
	unfinished = regexp.MustCompile(`^\..+\.yaml\.\d+$`)
	// recordingText is what a recording has.
	recordingText = regexp.MustCompile(`(?m)^recorded_from: `)
)

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

// recorded counts, by provider, the recordings below a folder. What is there and plays back no example is
// an error, and so is a folder that has nothing.
func recorded(dir string, all []provider.Provider) (map[string]int, error) {
	counts := map[string]int{}
	for _, p := range all {
		d, err := p.Parse()
		if err != nil {
			return nil, err
		}
		known := map[string]bool{}
		for _, e := range d.Entries {
			known[recording.Path(e.ID)] = true
		}
		own := os.DirFS(filepath.Join(dir, p.Name))
		err = fs.WalkDir(own, fixtures, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil || e.IsDir() || path.Ext(name) != ".yaml" || strings.HasPrefix(e.Name(), "."):
				return err // what is no recording, replace leaves where it is
			case !known[name]:
				return fmt.Errorf("-recordings: %s is the recording of no example of %s; take it away",
					filepath.Join(dir, p.Name, filepath.FromSlash(name)), p.Name)
			}
			counts[p.Name]++
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if len(counts) == 0 {
		return nil, fmt.Errorf("-recordings: %s has no %s; digilocker record writes such a folder",
			dir, filepath.Join(all[0].Name, fixtures))
	}
	return counts, nil
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
