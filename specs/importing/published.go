package importing

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"example.com/digilocker/specs/document"
)

// Publication is what is known of a file that facts were taken from.
type Publication struct {
	Provider string // whose folder has it
	Name     string // of the source
	URL      string // of the publication; "" if nobody has said it
	File     string // of the file itself; "" if it is at URL
	Date     string // of the file, "undated" if it says none, "" if none was taken yet
	// Sums are the sha256 of the files that it may be: first that of the one which was taken. There
	// are none of one that was written by hand without saying from which.
	Sums []string
	// Fixed says that its address is one whose content never changes.
	Fixed bool
}

// Address is where its file is.
func (p Publication) Address() string { return cmp.Or(p.File, p.URL) }

// Publications are those of a provider, or of all if that is "", in the order of import.yaml.
func Publications(specs, provider string) ([]Publication, error) {
	names := []string{provider}
	if provider == "" {
		names = providers(specs)
	}
	var list []Publication
	for _, name := range names {
		m, err := readManifest(specs, name)
		if err != nil {
			return nil, err
		}
		all, err := m.readKept()
		if err != nil {
			return nil, err
		}
		for _, s := range m.Sources {
			p := Publication{Provider: name, Name: s.Name, URL: s.URL, File: s.File, Date: s.Date, Sums: s.files()}
			p.Fixed = s.SHA256 != ""
			if k := all[s.Name]; k != nil {
				p.Date = cmp.Or(p.Date, k.origin.Date)
				if sum := k.origin.SHA256; sum != "" {
					others := slices.DeleteFunc(p.Sums, func(other string) bool { return other == sum })
					p.Sums = append([]string{sum}, others...)
				}
			}
			list = append(list, p)
		}
	}
	return list, nil
}

// SameFacts says whether another file of the publication gives the facts that are kept of it. It
// is an error if the file cannot be imported. What lies beside it is not there.
func SameFacts(specs string, p Publication, data []byte) (same bool, err error) {
	m, err := readManifest(specs, p.Provider)
	if err != nil {
		return false, err
	}
	all, err := m.readKept()
	if err != nil {
		return false, err
	}
	k := all[p.Name]
	if k == nil {
		return false, fmt.Errorf("nothing is kept of source %q", p.Name)
	}
	before, err := m.current(k)
	if err != nil {
		return false, err
	}
	alone, err := os.MkdirTemp("", "published")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(alone)) }()
	file := filepath.Join(alone, "page")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return false, err
	}
	g, err := readGiven(file)
	if err != nil {
		return false, err
	}
	now, err := m.publication(k.source, g, request{}, k)
	if err != nil {
		return false, err
	}
	for _, facts := range []*publication{before, now} {
		document.Delete(facts.facts, originKey)
	}
	return document.Equal(before.facts, now.facts), nil
}
