package example

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Sums are the documented examples as somebody last looked at them: a sum of the
// value of each, by id. A payload that changes shows, also one that still fits its
// schema.
type Sums map[string]string

// Sums are those of the document's examples.
func (d *Document) Sums() Sums {
	all := Sums{}
	for _, e := range d.summed() {
		sum := sha256.Sum256(e.Value)
		all[e.ID] = hex.EncodeToString(sum[:8])
	}
	return all
}

// summed are the examples that have a sum: all that have a value or a printed text.
func (d *Document) summed() []Entry { return slices.Concat(d.Shown(), d.printed()) }

// ReadSums reads text that came from file, as SumsText wrote it.
func ReadSums(file string, text []byte) (Sums, error) {
	all := Sums{}
	n := 0
	for line := range strings.Lines(string(text)) {
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

// SumsText writes the sums of the document's examples, in its order.
func (d *Document) SumsText() string {
	sums := d.Sums()
	var b strings.Builder
	b.WriteString("# The documented examples as they were accepted: a sum of each payload. Written by make accept.\n")
	for _, e := range d.summed() {
		fmt.Fprintf(&b, "%s %s\n", sums[e.ID], e.ID)
	}
	return b.String()
}
