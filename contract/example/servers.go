package example

import (
	"regexp"
	"strings"

	"example.com/digilocker/specs/document"
)

// Server is the first server's URL.
func (d *Document) Server() string {
	return document.Text(document.At(d.root, "/servers/0"), "url")
}

// Servers are the URLs of all servers.
func (d *Document) Servers() []string {
	var all []string
	for _, s := range document.Items(document.Get(d.root, "servers")) {
		all = append(all, document.Text(s, "url"))
	}
	return all
}

// IsServer says whether the URL is that of one of the servers: where a server's has
// variables, with values that these can have.
func (d *Document) IsServer(url string) bool {
	for _, s := range document.Items(document.Get(d.root, "servers")) {
		template, pattern, from := document.Text(s, "url"), "", 0
		for _, m := range inBraces.FindAllStringSubmatchIndex(template, -1) {
			var values []string
			enum := document.At(s, document.Pointer("/variables", template[m[2]:m[3]], "enum"))
			for _, v := range document.Items(enum) {
				values = append(values, regexp.QuoteMeta(v.Value))
			}
			if values == nil {
				values = []string{`[^/?#]+`}
			}
			pattern += regexp.QuoteMeta(template[from:m[0]]) + "(?:" + strings.Join(values, "|") + ")"
			from = m[1]
		}
		if regexp.MustCompile("^" + pattern + regexp.QuoteMeta(template[from:]) + "$").MatchString(url) {
			return true
		}
	}
	return false
}
