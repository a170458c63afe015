package importing

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/digilocker/specs/document"
)

// file is a file to write.
type file struct {
	name string
	data []byte
}

// writeAll writes all files or none: what it wrote it puts back as it was when it cannot
// write the rest.
func writeAll(files []file) (err error) {
	var undo []func() error
	defer func() {
		if err == nil {
			return
		}
		for i := len(undo) - 1; i >= 0; i-- {
			err = errors.Join(err, undo[i]())
		}
	}()
	for _, f := range files {
		folder := filepath.Dir(f.name)
		switch err := os.Mkdir(folder, 0o755); {
		case err == nil:
			undo = append(undo, func() error { return os.Remove(folder) })
		case !errors.Is(err, fs.ErrExist):
			return err
		}
		old, err := os.ReadFile(f.name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			undo = append(undo, func() error { return os.RemoveAll(f.name) })
		case err != nil:
			return err
		default:
			undo = append(undo, func() error { return document.WriteFile(f.name, old) })
		}
		if err := document.WriteFile(f.name, f.data); err != nil {
			return err
		}
	}
	return nil
}
