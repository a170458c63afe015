package wire

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"strings"
)

// maxRatio bounds what a ZIP may unpack to, in multiples of its own size. A
// signed document with a photo stays below 20; deflate ends at about 1030.
const maxRatio = 100

// encrypted is the flag of a file that needs a password. Source: PKWARE's APPNOTE, 4.4.4.
const encrypted = 1 << 0

// Unzip returns the one file inside a ZIP, such as Cashfree's xml_file, with
// the type its content shows. limit is in bytes after decompression; no file is
// within a negative one.
//
// It fails with ErrArchive if the ZIP is damaged, holds not exactly
// one regular file, begins with another one than it lists, has a name that would
// lead out of a folder, or unpacks to more than 100 times its size; with ErrEncrypted, which is an ErrArchive too, if
// a password is needed; with ErrTooLarge beyond limit; with ErrContent
// for a file of another type, a ZIP in a ZIP among them.
func Unzip(data []byte, limit int64) (*File, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	switch {
	case err != nil:
		return nil, &Error{Kind: ErrArchive, Why: "it is damaged or cut: download it again", cause: err}
	case len(archive.File) == 0:
		return nil, &Error{Kind: ErrArchive, Why: "it holds no file"}
	case len(archive.File) > 1:
		return nil, &Error{Kind: ErrArchive, Why: "it holds several files, where one is expected"}
	}
	entry := archive.File[0]
	if entry.Flags&encrypted != 0 {
		return nil, &Error{Kind: ErrEncrypted, Why: "unpack it by a program that knows ZipCrypto or AES, " +
			"with the password that came with its link: kyc has it as File.ShareCode"}
	}
	if !entry.Mode().IsRegular() || !fs.ValidPath(entry.Name) || entry.Name == "." ||
		strings.ContainsAny(entry.Name, "\\:\x00") || !first(data, entry) {
		return nil, &Error{Kind: ErrArchive}
	}
	plain, err := entry.Open()
	if err != nil {
		return nil, &Error{Kind: ErrArchive, cause: err}
	}
	defer func() { _ = plain.Close() }()
	if limit < 0 {
		return nil, &Error{Kind: ErrTooLarge}
	}
	content, err := readAll(plain, -1, min(limit, maxRatio*int64(len(data))))
	if errors.Is(err, ErrTooLarge) && limit <= maxRatio*int64(len(data)) {
		return nil, err
	}
	if err != nil {
		return nil, &Error{Kind: ErrArchive, cause: err}
	}
	if crc32.ChecksumIEEE(content) != entry.CRC32 { // archive/zip takes 0 for none
		return nil, &Error{Kind: ErrArchive}
	}
	file := NewFile(content)
	if file.Type == "" || file.Type == ZIP {
		return nil, &Error{Kind: ErrContent}
	}
	return file, nil
}

// first reports whether the listed file is that with which the archive begins: a reader of streams
// goes by what stands before the files, and never sees the list at the end.
func first(data []byte, entry *zip.File) bool {
	const header, flags, method, extra = 30, 6, 8, 28 // the length, and offsets, of a local file header
	start, err := entry.DataOffset()
	if err != nil || len(data) < header+len(entry.Name) {
		return false
	}
	at := func(offset int) uint16 { return binary.LittleEndian.Uint16(data[offset:]) }
	return start == int64(header+len(entry.Name)+int(at(extra))) &&
		string(data[header:header+len(entry.Name)]) == entry.Name &&
		(at(flags)^entry.Flags)&encrypted == 0 && at(method) == entry.Method
}
