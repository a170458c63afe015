package importing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"example.com/digilocker/specs/document"
	"example.com/digilocker/specs/scan"
)

// invented is, for each kind of value that looks like somebody's, one that is nobody's.
var invented = map[string]string{
	"name": "Fakenamea Person", "address": "Fakeplacea Place", "mobile": "1000000001",
	"email": "fake@example.invalid", "pin": "100000", "birth": "01-01-1900",
	"aadhaar": "200000000000", "masked-aadhaar": "XXXXXXXX0001",
	"pan": "XXXXX0000X", "licence": "XX-0019000000001",
	"digilocker-id": "00000000-0000-4000-8000-000000000000",
}

// suspects lists what looks like a person, a number or a key in the publications that are
// fresh, and was not there before: each with the lines to paste, and without the value.
func (m *manifest) suspects(pubs []*publication, fresh map[string]*publication, before map[string]*kept) string {
	var b strings.Builder
	for _, p := range pubs {
		if fresh[p.Name] == nil {
			continue
		}
		var lines []string
		for _, s := range new(scan.Scanner).Suspects(p.facts) {
			if old := before[p.Name]; old != nil && old.facts != nil {
				if was := document.At(old.facts, s.Pointer); was != nil && was.Value == s.Value {
					continue
				}
			}
			if p.replaces(s.Pointer) {
				continue
			}
			with := cmp.Or(invented[s.Kind], "redacted")
			at, _ := json.Marshal(s.Pointer)
			value, _ := json.Marshal(with)
			lines = append(lines, fmt.Sprintf(pastedLine+"at: %s, with: %s} # %s", at, value, s.Kind))
		}
		if len(lines) == 0 {
			continue
		}
		file, remedy := p.file, fmt.Sprintf("one that may be real is replaced by its line below \"replace:\" of "+
			"source %q in %s, once the file is given again", p.Name, m.file)
		if p.origin.Authored {
			file, remedy = m.fileOf(p.source), "in the place of one that may be real, write an invented one there"
		}
		many := fmt.Sprintf("%d values of %s look", len(lines), file)
		if len(lines) == 1 {
			many = fmt.Sprintf("1 value of %s looks", file)
		}
		fmt.Fprintf(&b, warningLine+"%s like a person, a number or a key; what is invented may stay; %s:\n%s\n",
			many, remedy, strings.Join(lines, "\n"))
	}
	return b.String()
}

// replaces says whether the manifest replaces the value at the pointer, or one in which it
// lies.
func (p *publication) replaces(pointer string) bool {
	for _, r := range p.Replace {
		if pointer == r.At || strings.HasPrefix(pointer, r.At+"/") {
			return true
		}
	}
	return false
}
