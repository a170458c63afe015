package wire

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"strings"
)

// maxRatio bounds what a ZIP may unpack to, in multiples of its own size. A
// signed document with a photo stays below 20; deflate ends at about 1030.
const maxRatio = 100

// Unzip returns the one file inside a ZIP, such as Cashfree's xml_file, with
// the type its content shows. limit is in bytes after decompression; no file is
// within a negative one.
//
// It fails with ErrArchive if the ZIP is damaged, holds not exactly
// one regular file, has a name that would lead out of a folder, or unpacks to
// more than 100 times its size; with ErrEncrypted, which is an ErrArchive too, if
// a password is needed; with ErrTooLarge beyond limit; with ErrContent
// for a file of another type, a ZIP in a ZIP among them.
func Unzip(data []byte, limit int64) (*File, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(archive.File) != 1 {
		return nil, &Error{Kind: ErrArchive, cause: err}
	}
	entry := archive.File[0]
	const encrypted = 1 << 0 // of the general purpose flags
	if entry.Flags&encrypted != 0 {
		return nil, &Error{Kind: ErrEncrypted, Why: "unpack it by a program that knows ZipCrypto or AES, " +
			"with the password that came with its link: kyc has it as File.ShareCode"}
	}
	if !entry.Mode().IsRegular() || !fs.ValidPath(entry.Name) ||
		strings.ContainsAny(entry.Name, "\\:\x00") {
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
	file := newFile(content)
	if file.Type == "" || file.Type == ZIP {
		return nil, &Error{Kind: ErrContent}
	}
	return file, nil
}
