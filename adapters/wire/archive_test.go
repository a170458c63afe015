package wire_test

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"strings"
)

// entry is one file of an archive; method 0 stores, 8 deflates.
type entry struct {
	name, body string
	method     uint16
	symlink    bool
}

func archive(entries ...entry) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: e.method}
		if e.symlink {
			header.SetMode(fs.ModeSymlink | 0o777)
		}
		file, err := w.CreateHeader(header)
		if err == nil {
			_, err = io.WriteString(file, e.body)
		}
		if err != nil {
			panic(err) // while the tree is built, where no Expect may stand
		}
	}
	_ = w.Close()
	return out.Bytes()
}

// encrypted sets the flag in both headers.
func encrypted(data []byte) []byte {
	data[6] |= 1
	data[bytes.Index(data, []byte("PK\x01\x02"))+8] |= 1
	return data
}

// damaged changes one byte of a stored document.
func damaged(data []byte) []byte {
	data[bytes.Index(data, []byte("Certificate"))] ^= 1
	return data
}

// noise is text of that length.
func noise(length int) string { return strings.Repeat("noise", length/5+1) }
