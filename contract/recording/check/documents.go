package check

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/scan"
)

// documents are the files of a provider that hold what is published, and our word on it.
func documents(provider string) []string {
	var all []string
	for _, pattern := range []string{
		filepath.Join("specs", provider, "sources", "*.yaml"), filepath.Join("specs", provider, "*.yaml"),
		filepath.Join("gen", provider+"api", "openapi.gen.yaml"), filepath.Join("contract", "provider", provider, "cases.yaml"),
	} {
		found, _ := filepath.Glob(pattern) // the pattern is well formed
		all = append(all, found...)
	}
	return all
}

// accepted are the values of a provider's documents that somebody looked at, by kind and sum,
// each with the place where it was seen first.
type accepted struct {
	file  string
	where map[string]string
}

const acceptedHead = `# What looks like a person, a number or a key in the documents, and was looked at: it is invented, or
# the provider publishes it so. Each line has the kind, a sum of the value, and where it stands first.
# Written by: go run ./contract/cmd/scan -accept
`

func readAccepted(provider string) (*accepted, error) {
	a := &accepted{file: filepath.Join("contract", "provider", provider, "accepted.tsv"), where: map[string]string{}}
	text, err := os.ReadFile(a.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s:%d: is no kind, sum and place with tabs between; write the file anew: go run ./contract/cmd/scan -accept", a.file, i+1)
		}
		a.where[fields[0]+"\t"+fields[1]] = fields[2]
	}
	return a, nil
}

// key is by what a value is accepted.
func key(s scan.Suspect) string {
	sum := sha256.Sum256([]byte(s.Value))
	return s.Kind + "\t" + hex.EncodeToString(sum[:8])
}

// write writes what there is in the documents now.
func (a *accepted) write(seen []string, where map[string]string) error {
	text := acceptedHead
	for _, k := range seen {
		text += k + "\t" + where[k] + "\n"
	}
	return os.WriteFile(a.file, []byte(text), 0o644) //nolint:gosec // it is read by all who read the tree
}

// scanDocuments prints what the documents of a provider hold that looks like a person, a
// number or a key and that nobody has looked at, and what was looked at and is gone. With
// accept it takes all that is there for looked at.
func scanDocuments(ctx context.Context, scanner *scan.Scanner, provider string, accept bool, stdout io.Writer) (files, found int, err error) {
	known, err := readAccepted(provider)
	if err != nil {
		return 0, 0, err
	}
	var seen []string
	where := map[string]string{}
	for _, file := range documents(provider) {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		root, err := document.Read(file)
		if err != nil {
			return 0, 0, err
		}
		files++
		suspects := scanner.Suspects(root)
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, 0, err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if comment, is := strings.CutPrefix(strings.TrimSpace(line), "#"); is {
				for _, f := range scanner.Find([]byte(comment), nil) {
					suspects = append(suspects, scan.Suspect{Line: i + 1, Kind: f.Kind, Value: comment, Pointer: "(a comment)"})
				}
			}
		}
		for _, s := range suspects {
			k := key(s)
			if where[k] == "" {
				seen, where[k] = append(seen, k), filepath.ToSlash(file)+"#"+s.Pointer
			}
			if known.where[k] == "" && !accept {
				found++
				fmt.Fprintf(stdout, "%s:%d: %s at %s\n", file, s.Line, s.Kind, s.Pointer)
			}
		}
	}
	if accept {
		if len(seen) == 0 && len(known.where) == 0 {
			return files, 0, nil
		}
		return files, 0, known.write(seen, where)
	}
	for _, k := range slices.Sorted(maps.Keys(known.where)) {
		if where[k] == "" {
			found++
			fmt.Fprintf(stdout, "%s: has a value of the kind %s that stood at %s and stands nowhere any more\n", known.file, strings.Split(k, "\t")[0], known.where[k])
		}
	}
	return files, found, nil
}
