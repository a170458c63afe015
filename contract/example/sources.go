package example

import (
	"regexp"
	"slices"
	"strings"

	"example.com/digilocker/specs/document"
)

// Source is a publication that the document was made from.
type Source struct {
	Name    string `json:"name"`
	Date    string `json:"date"` // a day, a month or words, as far as it is known
	URL     string `json:"url"`
	Licence string `json:"licence,omitempty"`
	SHA256  string `json:"sha256,omitempty"` // of what was imported; "" if it was read by people only
}

// Sources are the publications that the document names (x-sources).
func (d *Document) Sources() []Source {
	var all []Source
	for _, s := range document.Items(document.Get(d.root, "x-sources")) {
		all = append(all, Source{
			Name: document.Text(s, "name"), Date: document.Text(s, "date"), URL: document.Text(s, "url"),
			Licence: document.Text(s, "licence"), SHA256: document.Text(s, "sha256"),
		})
	}
	return all
}

// source is what the innermost x-source names, or the only publication there
// is, with its date.
func (d *Document) source(chain []place) string {
	published := document.Get(d.root, "x-sources")
	name := ""
	for _, p := range slices.Backward(chain) {
		if name = document.Text(p.node, "x-source"); name != "" {
			break
		}
	}
	if name == "" {
		name = document.Text(document.At(published, "/0"), "name")
	}
	for _, s := range document.Items(published) {
		date := document.Text(s, "date")
		if document.Text(s, "name") == name && publishedOn.MatchString(date) && !strings.Contains(name, date) {
			return name + " " + date
		}
	}
	return name
}

// publishedOn is the date of a publication that has one: others are undated, or
// known to be older than some day.
var publishedOn = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
