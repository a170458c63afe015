package examples

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
)

// Sums are the documented examples as somebody last looked at them: a sum of the
// value of each, by id. A payload that changes shows, also one that still fits its
// schema.
type Sums map[string]string

// SumsOf are those of docs.
func SumsOf(docs []*Document) Sums {
	all := Sums{}
	for _, d := range docs {
		for _, e := range d.Entries {
			sum := sha256.Sum256(e.Value)
			all[e.ID] = hex.EncodeToString(sum[:8])
		}
	}
	return all
}

// ReadSums reads a file that Text wrote.
func ReadSums(file string) (Sums, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := Sums{}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		if strings.HasPrefix(line, "#") {
			continue
		}
		sum, id, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			return nil, fmt.Errorf("%s:%d: is no sum and id; make accept writes the file", file, n)
		}
		all[id] = sum
	}
	return all, nil
}

// Text writes the sums of docs, in the documents' order.
func Text(docs []*Document) string {
	sums := SumsOf(docs)
	var b strings.Builder
	b.WriteString("# The documented examples as they were accepted: a sum of each payload. Written by make accept.\n")
	for _, d := range docs {
		for _, e := range d.Entries {
			fmt.Fprintf(&b, "%s %s\n", sums[e.ID], e.ID)
		}
	}
	return b.String()
}
