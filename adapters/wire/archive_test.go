package wire_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
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

// listing is an archive of all entries whose list at the end has the last of them alone.
func listing(entries ...entry) []byte {
	whole, before := archive(entries...), archive(entries[:len(entries)-1]...)
	list, end := bytes.Index(whole, []byte("PK\x01\x02")), bytes.Index(whole, []byte("PK\x05\x06"))
	hidden := bytes.Index(before, []byte("PK\x05\x06")) - bytes.Index(before, []byte("PK\x01\x02"))
	out := append(append(bytes.Clone(whole[:list]), whole[list+hidden:end]...), whole[end:]...)
	end -= hidden
	binary.LittleEndian.PutUint16(out[end+8:], 1)
	binary.LittleEndian.PutUint16(out[end+10:], 1)
	binary.LittleEndian.PutUint32(out[end+12:], uint32(end-list))
	return out
}

// listed writes over the list of an archive at that offset.
func listed(data []byte, offset int, bytesOf string) []byte {
	copy(data[bytes.Index(data, []byte("PK\x01\x02"))+offset:], bytesOf)
	return data
}

// uncounted is an archive of a file whose checksum stands nowhere.
func uncounted(body string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	size := uint64(len(body))
	file, err := w.CreateRaw(&zip.FileHeader{Name: "a.xml", CompressedSize64: size, UncompressedSize64: size})
	if err == nil {
		_, err = io.WriteString(file, body)
	}
	if err != nil {
		panic(err) // as in archive
	}
	_ = w.Close()
	return out.Bytes()
}
